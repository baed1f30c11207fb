/* Crop reader: gives ZBar upright pictures of regions, at sizes that it likes. For what the model does not
 * know: bent codes, and versions above SYMBOL_VERSION_MAX. */
#pragma once

#include "camera/vision/qr_reader.h"
#include "camera/vision/rectify.h"

typedef struct {
    Upright upright;
    Detections read; /* of one crop */
    guint n_crops;   /* of this frame */
    gsize pixels;    /* of them together: ZBar is the dear part */
} CropReader;

/* Of a frame's crops together (a version 3 code takes about 30,000). */
#define CROP_READER_PIXELS_MAX 200000

/* @self: zeroed before its first use; cleared with upright_clear(&self->upright) */
void crop_reader_begin_frame(CropReader *self);

/**
 * crop_reader_read:
 * @attempt: 0 .. %CROP_READER_ATTEMPTS - 1, the likeliest to succeed first
 *
 * Returns: TRUE when ZBar read something, and it was added to @found
 */
#define CROP_READER_ATTEMPTS 3
gboolean crop_reader_read(CropReader *self, const Layers *layers, const Region *region, guint attempt,
                          QrReader *reader, Detections *found);

/* How like a code @region has to be to be worth pictures. A code has three marks, and some alignment patterns
 * look like one; ZBar takes seconds over a wall of them. */
gdouble crop_reader_wants(const FinderMarks *marks, const Region *region);

/* Processor time that a picture of @region may take, in microseconds. */
gint64 crop_reader_us(const Region *region);
