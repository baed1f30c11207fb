/* Threshold of a block = mean of the blocks around it, less a little so that flat and noisy areas stay light.
 * One threshold for 8x8 pixels keeps the inner loop a plain compare, which the compiler turns into vectors.
 */
#include "camera/vision/bitmap.h"

#include <string.h>

#define BLOCK_PX 8
#define REACH                                                                                                \
    2 /* blocks to each side: a window of 40 pixels, at least one finder pattern of 5 px modules             \
       */
#define DARKER_BY 5 /* gray levels below the mean: what sensor noise does to a flat area in daylight */

static void reserve(Bitmap *self, const GrayFrame *frame, gsize n_blocks)
{
    gsize size_bytes = (gsize)frame->width_px * frame->height_px;

    if (self->size_bytes < size_bytes) {
        g_free(self->dark);
        self->dark = g_malloc(size_bytes);
        self->size_bytes = size_bytes;
    }
    if (self->n_blocks < n_blocks) {
        g_free(self->block_sum);
        self->block_sum = g_new(guint32, n_blocks);
        self->n_blocks = n_blocks;
    }
    self->width_px = frame->width_px;
    self->height_px = frame->height_px;
}

static guint32 sum_block(const GrayFrame *frame, guint x0, guint y0)
{
    guint32 sum = 0;

    for (guint y = y0; y < y0 + BLOCK_PX; y++) {
        const guint8 *row = frame->pixels + (gsize)y * frame->stride_bytes + x0;
        for (guint x = 0; x < BLOCK_PX; x++)
            sum += row[x];
    }
    return sum;
}

/* Mean of the window of blocks around (bx, by); at the border the window is moved inside. */
static guint window_mean(const Bitmap *self, guint bx, guint by, guint nx, guint ny)
{
    guint x0 = MIN(bx > REACH ? bx - REACH : 0, nx > 2 * REACH + 1 ? nx - 2 * REACH - 1 : 0);
    guint y0 = MIN(by > REACH ? by - REACH : 0, ny > 2 * REACH + 1 ? ny - 2 * REACH - 1 : 0);
    guint x1 = MIN(nx, x0 + 2 * REACH + 1), y1 = MIN(ny, y0 + 2 * REACH + 1);
    guint32 sum = 0;

    for (guint y = y0; y < y1; y++)
        for (guint x = x0; x < x1; x++)
            sum += self->block_sum[y * nx + x];
    return sum / ((x1 - x0) * (y1 - y0) * BLOCK_PX * BLOCK_PX);
}

static void cut(Bitmap *self, const GrayFrame *frame, guint x0, guint x1, guint y0, guint y1,
                guint8 threshold)
{
    for (guint y = y0; y < y1; y++) {
        const guint8 *in = frame->pixels + (gsize)y * frame->stride_bytes;
        guint8 *out = self->dark + (gsize)y * self->width_px;
        for (guint x = x0; x < x1; x++)
            out[x] = in[x] < threshold;
    }
}

void bitmap_build(Bitmap *self, const GrayFrame *frame)
{
    guint nx = frame->width_px / BLOCK_PX, ny = frame->height_px / BLOCK_PX;

    reserve(self, frame, (gsize)nx * ny);
    if (nx == 0 || ny == 0) { /* no room for a code: all light */
        memset(self->dark, 0, (gsize)frame->width_px * frame->height_px);
        return;
    }
    for (guint by = 0; by < ny; by++)
        for (guint bx = 0; bx < nx; bx++)
            self->block_sum[by * nx + bx] = sum_block(frame, bx * BLOCK_PX, by * BLOCK_PX);
    for (guint by = 0; by < ny; by++) {
        guint y1 = by + 1 == ny ? frame->height_px : (by + 1) * BLOCK_PX; /* the last block takes the rest */
        for (guint bx = 0; bx < nx; bx++) {
            guint mean = window_mean(self, bx, by, nx, ny);
            guint x1 = bx + 1 == nx ? frame->width_px : (bx + 1) * BLOCK_PX;
            cut(self, frame, bx * BLOCK_PX, x1, by * BLOCK_PX, y1,
                (guint8)(mean > DARKER_BY ? mean - DARKER_BY : 0));
        }
    }
}

void bitmap_clear(Bitmap *self)
{
    g_free(self->dark);
    g_free(self->block_sum);
    *self = (Bitmap){0};
}
