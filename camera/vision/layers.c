#include "camera/vision/layers.h"

#include "camera/vision/noise.h"
#include "camera/vision/vectors.h"

#define MIN_SIDE_PX 48 /* a smaller layer cannot hold a code of 21 modules that its parent could not */

/* Two rows added up, then neighbours. Both in one 32-bit number: neighbours of vectors are dear to add. */
FOR_EACH_CPU static void halve_row(const guint8 *a, const guint8 *b, guint width_px, guint8 *restrict out)
{
    union {
        guint16 down[GRAY_FRAME_MAX_SIDE_PX];
        guint32 pair[GRAY_FRAME_MAX_SIDE_PX / 2];
    } sum;

    for (guint x = 0; x < 2 * width_px; x++)
        sum.down[x] = (guint16)(a[x] + b[x]);
    for (guint x = 0; x < width_px; x++)
        out[x] = (guint8)(((sum.pair[x] & 0xffff) + (sum.pair[x] >> 16) + 2) >> 2);
}

static void halve(const GrayFrame *from, guint8 *to, guint width_px, guint height_px)
{
    for (guint y = 0; y < height_px; y++) {
        const guint8 *a = from->pixels + (gsize)(2 * y) * from->stride_bytes;
        halve_row(a, a + from->stride_bytes, width_px, to + (gsize)y * width_px);
    }
}

void layers_build(Layers *self, const GrayFrame *frame)
{
    self->layer[0] = *frame;
    self->noise[0] = noise_estimate(frame);
    self->n = 1;
    for (guint i = 1; i < LAYERS_MAX; i++) {
        const GrayFrame *from = &self->layer[i - 1];
        guint width_px = from->width_px / 2, height_px = from->height_px / 2;
        gsize size_bytes = (gsize)width_px * height_px;

        if (MIN(width_px, height_px) < MIN_SIDE_PX)
            return;
        if (self->size_bytes[i] < size_bytes) {
            g_free(self->memory[i]);
            self->memory[i] = g_malloc(size_bytes);
            self->size_bytes[i] = size_bytes;
        }
        halve(from, self->memory[i], width_px, height_px);
        self->layer[i] = (GrayFrame){.pixels = self->memory[i],
                                     .width_px = width_px,
                                     .height_px = height_px,
                                     .stride_bytes = width_px,
                                     .pts_ns = frame->pts_ns};
        self->noise[i] = noise_estimate(&self->layer[i]);
        self->n = i + 1;
    }
}

void layers_clear(Layers *self)
{
    for (guint i = 0; i < LAYERS_MAX; i++)
        g_free(self->memory[i]);
    *self = (Layers){0};
}
