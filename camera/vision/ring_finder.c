#include "camera/vision/ring_finder.h"

#include <math.h>
#include <string.h>

/* One source for every processor: the compiler makes the vectors, the loader chooses. Sanitizers run before
 * the loader has chosen. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define FOR_EACH_CPU __attribute__((target_clones("avx2", "default")))
#else
#define FOR_EACH_CPU
#endif

#define CHUNK 64     /* pixels tested at once: so many bytes are two or four vectors */
#define MARGIN_MIN 7 /* gray levels between light and dark: less is noise */
#define COMPARED_MAX 6000
#define LIKELY_MIN 0.40f /* before the climb: between pixels and between scales */
#define ALIKE_MIN 0.62f
#define JUDGED_MIN                                                                                           \
    0.2 /* of black and white marks: some are turned between two angles, some half in shadow                 \
         */
#define LAYERS_USED 2

static const gfloat scale_px[RING_FINDER_SCALES] = {1.0f, 1.22f, 1.45f, 1.72f};

#define MEAN(a, b) ((guint8)(((a) + (b) + 1) >> 1)) /* one instruction for a vector */

/* Along one line, both ways together: half the noise, and no harm from light that changes across.
 * Returns: the step from the light ring down to the middle and to the dark ring. */
static inline guint8 step_down(const guint8 *at, gssize light, gssize dark)
{
    guint8 l = MEAN(at[light], at[-light]), k = MEAN(at[dark], at[-dark]), low = MAX(*at, k);

    return (guint8)(MAX(l, low) - low);
}

/* For CHUNK pixels the least step down of four lines. The array is local: known not to overlap the picture.
 */
FOR_EACH_CPU static gboolean test_chunk(const guint8 *at, gssize stride, gint light, gint dark,
                                        guint8 *margin)
{
    guint8 least[CHUNK], most = 0;

    for (guint i = 0; i < CHUNK; i++) {
        guint8 a = step_down(at + i, light, dark), b = step_down(at + i, light * stride, dark * stride);
        least[i] = MIN(a, b);
    }
    for (guint i = 0; i < CHUNK; i++)
        most = MAX(most, least[i]);
    if (most < MARGIN_MIN)
        return FALSE;
    most = 0;
    for (guint i = 0; i < CHUNK; i++) {
        guint8 a = step_down(at + i, light * (stride + 1), dark * (stride + 1));
        guint8 b = step_down(at + i, light * (stride - 1), dark * (stride - 1));
        guint8 c = MIN(a, b);
        least[i] = MIN(least[i], c);
    }
    for (guint i = 0; i < CHUNK; i++)
        most = MAX(most, least[i]);
    memcpy(margin, least, CHUNK);
    return most >= MARGIN_MIN;
}

/* Correlation of 9x9 points, a module apart, with a finder and the light around it; -1 .. 1. */
static gfloat alike(const GrayFrame *layer, gfloat x, gfloat y, gfloat module_px)
{
    gfloat light = 0, dark = 0, square = 0, reach = 4 * module_px;

    x -= 0.5f;
    y -= 0.5f;
    if (!(x - reach >= 0 && y - reach >= 0 && x + reach < (gfloat)layer->width_px - 1 &&
          y + reach < (gfloat)layer->height_px - 1))
        return -1;
    for (gint j = -4; j <= 4; j++) {
        gfloat py = y + (gfloat)j * module_px, fy = py - (gfloat)(gint)py;
        const guint8 *row = layer->pixels + (gsize)py * layer->stride_bytes;
        for (gint i = -4; i <= 4; i++) {
            gfloat px = x + (gfloat)i * module_px, fx = px - (gfloat)(gint)px;
            const guint8 *p = row + (gsize)px, *q = p + layer->stride_bytes;
            gfloat top = p[0] + fx * (gfloat)(p[1] - p[0]), bottom = q[0] + fx * (gfloat)(q[1] - q[0]);
            gfloat value = top + fy * (bottom - top);
            gint ring = MAX(ABS(i), ABS(j));
            if (ring == 2 || ring == 4)
                light += value;
            else
                dark += value;
            square += value * value;
        }
    }
    /* 48 points should be light, 33 dark. */
    gfloat mean = (light + dark) / 81, variance = square / 81 - mean * mean;
    if (variance < 4)
        return -1;
    return (light / 48 - dark / 33) * sqrtf(48.0f * 33) / 81 / sqrtf(variance);
}

gdouble ring_finder_likeness(const Layers *layers, gdouble x, gdouble y, const gdouble step_px[4])
{
    const GrayFrame *layer = layers->layer;
    gfloat out[9], light = 0, dark = 0, square = 0, mean, variance;
    guint number = 0;

    while (number + 1 < layers->n && hypot(step_px[0], step_px[1]) > 2.5 * (1u << number))
        number++;
    layer += number;
    for (gint i = 0; i < 9; i++)
        out[i] = (gfloat)(i - 4) / (gfloat)(1u << number);
    x /= 1u << number;
    y /= 1u << number;
    for (gint j = 0; j < 9; j++)
        for (gint i = 0; i < 9; i++) {
            gdouble px = x + out[i] * step_px[0] + out[j] * step_px[2];
            gdouble py = y + out[i] * step_px[1] + out[j] * step_px[3];
            guint cx = (guint)CLAMP(px, 0, layer->width_px - 1.0),
                  cy = (guint)CLAMP(py, 0, layer->height_px - 1.0);
            gfloat value = layer->pixels[(gsize)cy * layer->stride_bytes + cx];
            gint ring = MAX(ABS(i - 4), ABS(j - 4));
            if (ring == 2 || ring == 4)
                light += value;
            else
                dark += value;
            square += value * value;
        }
    mean = (light + dark) / 81;
    variance = square / 81 - mean * mean;
    return variance < 4 ? -1 : (light / 48 - dark / 33) * sqrtf(48.0f * 33) / 81 / sqrtf(variance);
}

void ring_finder_judge(const Layers *layers, FinderMarks *marks)
{
    guint n = 0;

    for (guint i = 0; i < marks->n; i++) {
        FinderMark mark = marks->mark[i];
        mark.likeness = -1;
        for (gint turn = 0; turn < 4; turn++) { /* turned, rows and columns measured it 1/cosine too large */
            gdouble angle = turn * G_PI / 8 - (turn == 3 ? G_PI / 2 : 0), step = mark.module_px * cos(angle);
            gdouble c = step * cos(angle), s = step * sin(angle), down = turn == 0 ? mark.stretch : 1;
            const gdouble step_px[4] = {2 * c / (1 + down), s, -s, 2 * c * down / (1 + down)};
            gdouble now = ring_finder_likeness(layers, mark.x, mark.y, step_px) * (mark.inverse ? -1 : 1);
            mark.likeness = MAX(mark.likeness, now);
        }
        if (mark.likeness > JUDGED_MIN)
            marks->mark[n++] = mark;
    }
    marks->n = n;
}

static gfloat climb(const GrayFrame *layer, gfloat *x, gfloat *y, gfloat *module_px, gfloat score)
{
    for (gfloat step = 0.5f; step > 0.1f; step /= 2) {
        gfloat d = step * *module_px, grow = 1 + 0.3f * step;
        const gfloat move[6][3] = {{d, 0, 1},  {-d, 0, 1},   {0, d, 1},
                                   {0, -d, 1}, {0, 0, grow}, {0, 0, 1 / grow}};
        for (guint i = 0; i < 6; i++) {
            gfloat now = alike(layer, *x + move[i][0], *y + move[i][1], *module_px * move[i][2]);
            if (now > score) {
                score = now;
                *x += move[i][0];
                *y += move[i][1];
                *module_px *= move[i][2];
            }
        }
    }
    return score;
}

/* The best of those at one place; when all room is taken, the least likely goes. */
static void add(FinderMarks *marks, const FinderMark *mark)
{
    guint least = 0;

    for (guint i = 0; i < marks->n; i++) {
        FinderMark *known = &marks->mark[i];
        gdouble near = 2 * MIN(known->module_px, mark->module_px);
        if (fabs(known->x - mark->x) < near && fabs(known->y - mark->y) < near) {
            if (mark->n_hits > known->n_hits)
                *known = *mark;
            return;
        }
        if (known->n_hits < marks->mark[least].n_hits)
            least = i;
    }
    if (marks->n < FINDER_MARKS_MAX)
        marks->mark[marks->n++] = *mark;
    else if (marks->mark[least].n_hits < mark->n_hits)
        marks->mark[least] = *mark;
}

static void compare(RingFinder *self, const GrayFrame *layer, guint number, gint px, gint py,
                    gfloat module_px, FinderMarks *marks)
{
    gfloat x = (gfloat)px + 0.5f, y = (gfloat)py + 0.5f, score;
    gdouble up = 1u << number;

    if (self->n_compared++ >= COMPARED_MAX)
        return;
    score = alike(layer, x, y, module_px);
    if (score < LIKELY_MIN)
        return;
    score = climb(layer, &x, &y, &module_px, score);
    if (score >= ALIKE_MIN)
        add(marks, &(FinderMark){.x = x * up,
                                 .y = y * up,
                                 .module_px = module_px * up,
                                 .n_hits = (guint)(100 * score),
                                 .likeness = score,
                                 .layer = number});
}

static void scan_row(RingFinder *self, const GrayFrame *layer, guint number, gint y, guint scale,
                     FinderMarks *marks)
{
    gint light = (gint)lrintf(2 * scale_px[scale]), dark = (gint)lrintf(3 * scale_px[scale]);
    gint width = (gint)layer->width_px, stride = (gint)layer->stride_bytes, x = dark;
    guint8 margin[CHUNK];

    if (y < dark || y + dark >= (gint)layer->height_px || width < CHUNK + 2 * dark)
        return;
    for (gint next = x; x < width - dark; x = next) {
        gint from = MIN(x, width - dark - CHUNK); /* the last chunk overlaps */
        next = from + CHUNK;
        if (!test_chunk(layer->pixels + (gsize)y * (gsize)stride + from, stride, light, dark, margin))
            continue;
        for (gint i = x - from; i < CHUNK; i++) /* of neighbours the best: the climb finds the rest */
            if (margin[i] >= MARGIN_MIN && (i == 0 || margin[i] > margin[i - 1]) &&
                (i == CHUNK - 1 || margin[i] >= margin[i + 1]))
                compare(self, layer, number, from + i, y, scale_px[scale], marks);
    }
}

void ring_finder_scan(RingFinder *self, const Layers *layers, FinderMarks *marks)
{
    marks->n = 0;
    self->n_compared = 0;
    for (guint l = 0; l < MIN(layers->n, LAYERS_USED); l++)
        for (gint y = 0; y < (gint)layers->layer[l].height_px; y++)
            for (guint s = 0; s < RING_FINDER_SCALES; s++)
                scan_row(self, &layers->layer[l], l, y, s, marks);
}
