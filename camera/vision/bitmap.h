/* Bitmap: dark and light, by a threshold that follows the light across the picture. */
#pragma once

#include "camera/vision/layers.h"

typedef struct {
    guint8 *dark; /* owned; width_px * height_px bytes: 1 dark, 0 light */
    guint width_px;
    guint height_px;
    gsize size_bytes;
    guint32 *block_sum;  /* owned scratch */
    guint32 *window_sum; /* a part of it */
    gsize n_blocks;
} Bitmap;

/* @self: zeroed before its first use, reused from frame to frame; cleared with bitmap_clear(). */
void bitmap_build(Bitmap *self, const Layers *layers, guint number);
void bitmap_clear(Bitmap *self);

static inline gboolean bitmap_is_dark(const Bitmap *self, gint x, gint y)
{
    return self->dark[(gsize)y * self->width_px + (gsize)x];
}
