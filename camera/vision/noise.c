#include "camera/vision/noise.h"

#include "camera/vision/vectors.h"

#define ROW_STEP 16
#define SPAN_PX 32
#define BINS 256
#define BIN_SUMS 8
#define QUIET 4 /* the quietest of so many counts */

/* Of SPAN_PX pixels the light less the mean of its two neighbours, added up, twice as large. */
FOR_EACH_CPU static guint bend(const guint8 *at)
{
    guint16 sum = 0;

    for (guint i = 0; i < SPAN_PX; i++) {
        gint16 d = (gint16)(2 * at[i] - at[(gint)i - 1] - at[i + 1]);
        sum = (guint16)(sum + ABS(d));
    }
    return sum;
}

gfloat noise_estimate(const GrayFrame *frame)
{
    /* What a sigma of 1 adds up to: sqrt(6) by the weights 1, 2, 1; sqrt(2 / pi) is the mean of its size. */
    const gfloat sums_per_sigma = SPAN_PX * 2.449f * 0.798f;
    guint count[BINS] = {0}, n = 0, seen = 0;

    for (guint y = ROW_STEP / 2; y < frame->height_px; y += ROW_STEP) {
        const guint8 *row = frame->pixels + (gsize)y * frame->stride_bytes;
        for (guint x = 1; x + SPAN_PX < frame->width_px; x += SPAN_PX, n++)
            count[MIN(bend(row + x) / BIN_SUMS, BINS - 1)]++;
    }
    for (guint b = 0; b < BINS; b++)
        if ((seen += count[b]) > n / QUIET)
            return MIN(((gfloat)b + 0.5f) * BIN_SUMS / sums_per_sigma, NOISE_MAX);
    return 0;
}
