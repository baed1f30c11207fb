/* Detection: one QR code read in one frame. A plain value without owned memory. */
#pragma once

#include <glib.h>

#define DETECTION_MAX_BYTES 2953 /* the most a QR code can hold: version 40, level L, byte mode */
#define DETECTIONS_MAX 8         /* reported per frame */

typedef struct {
    guint8 bytes[DETECTION_MAX_BYTES]; /* as encoded, no charset guessed */
    gsize n_bytes;
    gdouble quad_px[8];    /* x,y in the frame: top left, top right, bottom right, bottom left of the code */
    gdouble px_per_module; /* mean over both directions */
} Detection;

typedef struct {
    Detection item[DETECTIONS_MAX];
    guint n;
} Detections;

gboolean detection_contains(const Detection *self, gdouble x, gdouble y);

/* Takes item[n], which was filled in beforehand, unless it is one of those before it. @self->n is less than
 * %DETECTIONS_MAX. */
gboolean detections_take_last(Detections *self);

/* Two of three points (x,y each) inside a code that was read: they are a part of it, or a mixture with its
 * neighbour. */
gboolean detections_explain(const Detections *self, const gdouble points[6]);

/* Moves all corners, across and down. */
void detections_shift(Detections *self, gdouble by_px);
