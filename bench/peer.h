/* Peer: another QR reader behind one shape, so that all are measured alike. Preparing a frame (copies,
 * wrapping in the library's types) and collecting results are not timed; peer_look() alone is.
 */
#pragma once

#include "base/gray_frame.h"

G_BEGIN_DECLS /* one peer speaks only C++ */

    typedef struct {
    const gchar *name;
    gpointer (*open)(const gchar *name);                 /* (nullable): NULL when it is not installed */
    void (*show)(gpointer self, const GrayFrame *frame); /* not timed; @frame stays until the next */
    void (*look)(gpointer self);                         /* timed */
    void (*collect)(gpointer self, GPtrArray *payloads); /* adds GBytes, QR codes only; not timed */
    void (*close)(gpointer self);
} Peer;

extern const Peer peer_zbar;       /* libzbar on the full frame, QR codes only */
extern const Peer peer_gst_zbar;   /* GStreamer's element: all symbologies, as it has no switch for them */
extern const Peer peer_gst_zxing;  /* GStreamer's element, set to QR codes */
extern const Peer peer_zxing;      /* libzxing, every effort its hints allow */
extern const Peer peer_zxing_fast; /* libzxing without tryHarder, tryRotate, tryDownscale */

G_END_DECLS
