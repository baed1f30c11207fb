#include "camera/vision/ring_finder.h"

#include <math.h>
#include <string.h>

#include "camera/vision/likeness.h"
#include "camera/vision/vectors.h"

#define CHUNK 64       /* pixels tested at once: so many bytes are two or four vectors */
#define MARGIN_MIN 7   /* gray levels between light and dark: less is noise */
#define CLIMB_STEPS 18 /* comparisons of a climb */
#define LOOKED_AT_MAX 60000
#define COMPARED_MAX 24000
#define ROUGH_MIN 0.35f
#define LIKELY_MIN 0.40f /* before the climb: between pixels and between scales */
#define ALIKE_MIN 0.62f
#define LAYERS_USED 2

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

    if (self->n_looked_at++ >= LOOKED_AT_MAX || likeness_rough(layer, px, py, scale) < ROUGH_MIN ||
        self->n_compared++ >= COMPARED_MAX)
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

static void scan_row(RingFinder *self, const GrayFrame *layer, guint number, gint y, guint scale,
                     FinderMarks *marks)
{
    gint light = (gint)lrintf(2 * likeness_scale_px[scale]),
         dark = (gint)lrintf(3 * likeness_scale_px[scale]);
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
                compare(self, layer, number, from + i, y, scale, marks);
    }
}

void ring_finder_scan(RingFinder *self, const Layers *layers, FinderMarks *marks)
{
    marks->n = 0;
    *self = (RingFinder){0};
    for (guint l = 0; l < MIN(layers->n, LAYERS_USED); l++)
        for (gint y = 0; y < (gint)layers->layer[l].height_px; y++)
            for (guint s = 0; s < LIKENESS_SCALES; s++)
                scan_row(self, &layers->layer[l], l, y, s, marks);
}
