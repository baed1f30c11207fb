/* QR reader: ZBar behind one door. It gets small upright pictures, never a whole frame: there it is slow and
 * reads less. QR only, raw bytes. ZBar may take seconds over a hostile picture: run it where it can be
 * killed. */
#pragma once

#include "base/gray_frame.h"
#include "camera/vision/detection.h"

typedef struct QrReader QrReader;

/* (transfer full): free with qr_reader_free() */
QrReader *qr_reader_new(void);
void qr_reader_free(QrReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QrReader, qr_reader_free)

/**
 * qr_reader_read:
 * @picture: rows must be packed: stride_bytes == width_px (ZBar knows no stride)
 * @found: (out): at most %DETECTIONS_MAX; corners in pixels of @picture; px_per_module is left 0
 *
 * Returns: how many were found
 */
guint qr_reader_read(QrReader *self, const GrayFrame *picture, Detections *found);
