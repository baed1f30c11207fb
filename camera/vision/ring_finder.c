#include "camera/vision/ring_finder.h"

#include <math.h>
#include <string.h>

#include "camera/vision/likeness.h"
#include "camera/vision/vectors.h"

#define CHUNK 32    /* pixels tested at once: so many bytes are a vector of AVX2, two of SSE2 and NEON */
#define LIGHT_MIN 8 /* gray levels from the middle to the light ring, along each line: less is noise ... */
#define LIGHT_SIGMA 2.5f /* ... in daylight */
#define DARK_MIN 5 /* from the light ring to the dark one: blurred, and of one pixel a module, it is weak */
#define REACH_PX 5 /* dark ring of the largest scale */
#define CLIMB_STEPS 18   /* comparisons of a climb */
#define LOOKED_AT_EACH 2 /* places that pass the ring test, for each comparison */
#define ROUGH_MIN 0.35f
#define LIKELY_MIN 0.40f /* before the climb: between pixels and between scales */
#define ALIKE_MIN 0.62f
#define LAYERS_USED 2

typedef struct {
    guint8 of[LIKENESS_SCALES][CHUNK];
} Margins;

#define MEAN(a, b) ((guint8)(((a) + (b) + 1) >> 1)) /* one instruction for a vector */
#define STEP_DOWN(l, low) ((guint8)(MAX(l, low) - (low)))

/* Three pixels wide at one pixel a module: half the noise of a single one. */
static inline guint8 middle(const guint8 *p, gssize stride)
{
    guint8 around = MEAN(MEAN(p[-1], p[1]), MEAN(p[-stride], p[stride]));

    return MEAN(*p, around);
}

/* For each of @n pixels 0 unless any of the four scales can pass: lighter two or three pixels out than in the
 * middle, along each of the four lines, by more than @below_min. Most of a picture ends here. */
FOR_EACH_CPU static void look_at_row(const guint8 *row, gssize stride, guint n, guint8 below_min,
                                     guint8 *restrict may_pass)
{
    for (guint i = 0; i < n; i++) {
        const guint8 *p = row + i;
        guint8 near = MIN(
            MIN(MEAN(p[2], p[-2]), MEAN(p[2 * stride], p[-2 * stride])),
            MIN(MEAN(p[2 * stride + 2], p[-2 * stride - 2]), MEAN(p[2 * stride - 2], p[-2 * stride + 2])));
        guint8 far = MIN(
            MIN(MEAN(p[3], p[-3]), MEAN(p[3 * stride], p[-3 * stride])),
            MIN(MEAN(p[3 * stride + 3], p[-3 * stride - 3]), MEAN(p[3 * stride - 3], p[-3 * stride + 3])));
        guint8 light = MAX(near, far);
        guint8 step = STEP_DOWN(light, middle(p, stride));
        may_pass[i] = STEP_DOWN(step, below_min);
    }
}

/* For CHUNK pixels the step from the light ring down to the middle and to the dark ring, the least of two
 * lines and of what @least was. Returns: the most of @least. Along a line both ways together: half the noise,
 * and no harm from light that changes across. The rings of the four scales lie 2 and 3, 2 and 4, 3 and 4, 3
 * and 5 pixels out, so they share most of the work. */
FOR_EACH_CPU static guint8 test_chunk(const guint8 *at, gssize stride, gssize one, gssize two,
                                      Margins *restrict least)
{
    guint8 most = 0;

    for (guint i = 0; i < CHUNK; i++) {
        const guint8 *p = at + i;
        guint8 a2 = MEAN(p[2 * one], p[-2 * one]), a3 = MEAN(p[3 * one], p[-3 * one]);
        guint8 a4 = MEAN(p[4 * one], p[-4 * one]), a5 = MEAN(p[5 * one], p[-5 * one]);
        guint8 b2 = MEAN(p[2 * two], p[-2 * two]), b3 = MEAN(p[3 * two], p[-3 * two]);
        guint8 b4 = MEAN(p[4 * two], p[-4 * two]), b5 = MEAN(p[5 * two], p[-5 * two]);
        guint8 mid = middle(p, stride);
        guint8 low_a3 = MAX(mid, a3), low_a4 = MAX(mid, a4), low_a5 = MAX(mid, a5);
        guint8 low_b3 = MAX(mid, b3), low_b4 = MAX(mid, b4), low_b5 = MAX(mid, b5);
        guint8 s0 = MIN(STEP_DOWN(a2, low_a3), STEP_DOWN(b2, low_b3));
        guint8 s1 = MIN(STEP_DOWN(a2, low_a4), STEP_DOWN(b2, low_b4));
        guint8 s2 = MIN(STEP_DOWN(a3, low_a4), STEP_DOWN(b3, low_b4));
        guint8 s3 = MIN(STEP_DOWN(a3, low_a5), STEP_DOWN(b3, low_b5));
        least->of[0][i] = s0 = MIN(s0, least->of[0][i]);
        least->of[1][i] = s1 = MIN(s1, least->of[1][i]);
        least->of[2][i] = s2 = MIN(s2, least->of[2][i]);
        least->of[3][i] = s3 = MIN(s3, least->of[3][i]);
        most = MAX(most, MAX(MAX(s0, s1), MAX(s2, s3)));
    }
    return most;
}

static gfloat climb(const GrayFrame *layer, gfloat *x, gfloat *y, gfloat *module_px, gfloat score)
{
    for (gfloat step = 0.5f; step > 0.1f; step /= 2) {
        gfloat d = step * *module_px, grow = 1 + 0.3f * step;
        const gfloat move[6][3] = {{d, 0, 1},  {-d, 0, 1},   {0, d, 1},
                                   {0, -d, 1}, {0, 0, grow}, {0, 0, 1 / grow}};
        for (guint i = 0; i < 6; i++) {
            gfloat now = likeness_upright(layer, *x + move[i][0], *y + move[i][1], *module_px * move[i][2]);
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

static void compare(RingFinder *self, const GrayFrame *layer, guint number, gint px, gint py, guint scale,
                    FinderMarks *marks)
{
    gfloat module_px = likeness_scale_px[scale], x = (gfloat)px + 0.5f, y = (gfloat)py + 0.5f, score;
    gdouble up = 1u << number;

    if (self->n_looked_at++ >= LOOKED_AT_EACH * self->n_most ||
        likeness_rough(layer, px, py, scale) < ROUGH_MIN || self->n_compared++ >= self->n_most)
        return;
    score = likeness_upright(layer, x, y, module_px);
    if (score < LIKELY_MIN)
        return;
    self->n_compared += CLIMB_STEPS;
    score = climb(layer, &x, &y, &module_px, score);
    if (score >= ALIKE_MIN)
        add(marks, &(FinderMark){.x = x * up,
                                 .y = y * up,
                                 .module_px = module_px * up,
                                 .n_hits = (guint)(100 * score),
                                 .likeness = score,
                                 .layer = number});
}

/* Of neighbours that pass the best is compared: the climb finds the rest. */
static void compare_chunk(RingFinder *self, const GrayFrame *layer, guint number, gint x, gint y,
                          const Margins *margins, const guint8 *may_pass, FinderMarks *marks)
{
    for (guint s = 0; s < LIKENESS_SCALES; s++) {
        const guint8 *margin = margins->of[s];
        for (gint i = 0; i < CHUNK; i++)
            if (margin[i] >= DARK_MIN && may_pass[i] != 0 && (i == 0 || margin[i] > margin[i - 1]) &&
                (i == CHUNK - 1 || margin[i] >= margin[i + 1]))
                compare(self, layer, number, x + i, y, s, marks);
    }
}

static inline guint64 eight_of(const guint8 *bytes)
{
    guint64 word;

    memcpy(&word, bytes, sizeof word);
    return word;
}

static inline gboolean any_of(const guint8 *chunk)
{
    G_STATIC_ASSERT(CHUNK == 32);
    return (eight_of(chunk) | eight_of(chunk + 8) | eight_of(chunk + 16) | eight_of(chunk + 24)) != 0;
}

static void scan_row(RingFinder *self, const GrayFrame *layer, guint number, gint y, guint8 light_min,
                     FinderMarks *marks)
{
    guint8 may_pass[GRAY_FRAME_MAX_SIDE_PX];
    gint n = (gint)layer->width_px - 2 * REACH_PX;
    gssize stride = layer->stride_bytes;
    const guint8 *row = layer->pixels + y * stride + REACH_PX;
    Margins margins;

    look_at_row(row, stride, (guint)n, (guint8)(light_min - 1), may_pass);
    for (gint next = 0; next < n; next += CHUNK) {
        gint x = MIN(next, n - CHUNK); /* the last chunk overlaps */
        if (!any_of(may_pass + x))
            continue;
        memset(&margins, 255, sizeof margins);
        if (test_chunk(row + x, stride, 1, stride, &margins) >= DARK_MIN &&
            test_chunk(row + x, stride, stride + 1, stride - 1, &margins) >= DARK_MIN)
            compare_chunk(self, layer, number, x + REACH_PX, y, &margins, may_pass + x, marks);
    }
}

void ring_finder_scan(RingFinder *self, const Layers *layers, guint n_most, FinderMarks *marks)
{
    marks->n = 0;
    *self = (RingFinder){.n_most = MIN(n_most, RING_FINDER_COMPARED_MAX)};
    for (guint l = 0; l < MIN(layers->n, LAYERS_USED); l++) {
        const GrayFrame *layer = &layers->layer[l];
        guint8 light_min = (guint8)MAX(LIGHT_MIN, LIGHT_SIGMA * layers->noise[l]);
        if (layer->width_px >= CHUNK + 2 * REACH_PX)
            for (gint y = REACH_PX; y + REACH_PX < (gint)layer->height_px; y++)
                scan_row(self, layer, l, y, light_min, marks);
    }
}
