/* Threshold of a block = mean of the blocks around it, less a little so that flat and noisy areas stay light.
 * Every step is a plain loop along a row, which the compiler turns into vectors. */
#include "camera/vision/bitmap.h"

#include <string.h>

#include "camera/vision/vectors.h"

#define BLOCK_PX 8
/* Blocks to each side: a window of 40 pixels, at least one finder pattern of 5 px modules. */
#define REACH 2
/* Gray levels below the mean: what sensor noise does to a flat area in daylight; and sigmas, in more noise.
 */
#define DARKER_BY 5
#define DARKER_SIGMA 1.5f

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
        self->block_sum = g_new(guint32, 2 * n_blocks);
        self->window_sum = self->block_sum + n_blocks;
        self->n_blocks = n_blocks;
    }
    self->width_px = frame->width_px;
    self->height_px = frame->height_px;
}

/* Sums of a row of blocks of @side pixels. Column by column first: long plain loops become vectors. */
static G_ALWAYS_INLINE inline void sum_blocks(const guint8 *from, guint stride, const guint side,
                                              guint n_blocks, guint32 *restrict sums)
{
    guint16 column[GRAY_FRAME_MAX_SIDE_PX];

    for (guint x = 0; x < n_blocks * side; x++) {
        guint16 sum = 0;
        for (guint y = 0; y < side; y++)
            sum = (guint16)(sum + from[y * stride + x]);
        column[x] = sum;
    }
    for (guint b = 0; b < n_blocks; b++) {
        guint32 sum = 0;
        for (guint i = 0; i < side; i++)
            sum += column[b * side + i];
        sums[b] = sum;
    }
}

FOR_EACH_CPU static void sum_blocks_of_8(const guint8 *from, guint stride, guint n_blocks,
                                         guint32 *restrict sums)
{
    sum_blocks(from, stride, 8, n_blocks, sums);
}

FOR_EACH_CPU static void sum_blocks_of_4(const guint8 *from, guint stride, guint n_blocks,
                                         guint32 *restrict sums)
{
    sum_blocks(from, stride, 4, n_blocks, sums);
}

/* The next layer has the same sums with a quarter of the work. Returns: what they are to be divided by */
static guint sum_all_blocks(const Layers *layers, guint number, guint nx, guint ny, guint32 *sums)
{
    const gboolean has_next = number + 1 < layers->n;
    const GrayFrame *layer = &layers->layer[has_next ? number + 1 : number];
    guint side = has_next ? BLOCK_PX / 2 : BLOCK_PX;

    G_STATIC_ASSERT(BLOCK_PX == 8);
    for (guint by = 0; by < ny; by++)
        (has_next ? sum_blocks_of_4 : sum_blocks_of_8)(layer->pixels + (gsize)by * side * layer->stride_bytes,
                                                       layer->stride_bytes, nx, sums + by * nx);
    return side * side;
}

/* Sums of 2 * REACH + 1 blocks along a line of @n, a window moved inside at its ends. */
static void add_windows(const guint32 *in, gsize step, guint n, guint32 *out)
{
    guint wide = MIN(n, 2 * REACH + 1);
    guint32 sum = 0;

    for (guint i = 0; i < wide; i++)
        sum += in[i * step];
    for (guint i = 0; i < n; i++) {
        out[i * step] = sum;
        if (i >= REACH && i + wide - REACH < n)
            sum += in[(i + wide - REACH) * step] - in[(i - REACH) * step];
    }
}

FOR_EACH_CPU static void cut_row(const guint8 *in, const guint8 *threshold, guint width, guint8 *restrict out)
{
    for (guint x = 0; x < width; x++)
        out[x] = in[x] < threshold[x];
}

/* @sums: of the windows of a row of blocks */
static void spread_thresholds(const guint32 *sums, guint n_blocks, guint n_pixels, guint width,
                              guint darker_by, guint8 *threshold)
{
    for (guint b = 0; b < n_blocks; b++) {
        guint mean = sums[b] / n_pixels;
        guint end = b + 1 == n_blocks ? width : (b + 1) * BLOCK_PX; /* the last block takes the rest */
        memset(threshold + b * BLOCK_PX, (int)(mean > darker_by ? mean - darker_by : 0), end - b * BLOCK_PX);
    }
}

void bitmap_build(Bitmap *self, const Layers *layers, guint number)
{
    const GrayFrame *frame = &layers->layer[number];
    guint nx = frame->width_px / BLOCK_PX, ny = frame->height_px / BLOCK_PX, n_pixels;
    guint8 threshold[GRAY_FRAME_MAX_SIDE_PX];
    guint darker_by = (guint)MAX(DARKER_BY, DARKER_SIGMA * layers->noise[number]);

    reserve(self, frame, (gsize)nx * ny);
    if (nx == 0 || ny == 0) { /* no room for a code: all light */
        memset(self->dark, 0, (gsize)frame->width_px * frame->height_px);
        return;
    }
    n_pixels = sum_all_blocks(layers, number, nx, ny, self->block_sum);
    for (guint by = 0; by < ny; by++)
        add_windows(self->block_sum + by * nx, 1, nx, self->window_sum + by * nx);
    for (guint bx = 0; bx < nx; bx++)
        add_windows(self->window_sum + bx, nx, ny, self->block_sum + bx);
    n_pixels *= MIN(nx, 2 * REACH + 1) * MIN(ny, 2 * REACH + 1);
    for (guint y = 0; y < frame->height_px; y++) {
        guint by = MIN(y / BLOCK_PX, ny - 1);
        if (y == by * BLOCK_PX)
            spread_thresholds(self->block_sum + by * nx, nx, n_pixels, frame->width_px, darker_by, threshold);
        cut_row(frame->pixels + (gsize)y * frame->stride_bytes, threshold, frame->width_px,
                self->dark + (gsize)y * self->width_px);
    }
}

void bitmap_clear(Bitmap *self)
{
    g_free(self->dark);
    g_free(self->block_sum);
    *self = (Bitmap){0};
}
