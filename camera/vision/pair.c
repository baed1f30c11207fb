#include "camera/vision/pair.h"

#include <math.h>
#include <stdlib.h>

#include "camera/vision/likeness.h"

#define MARKS_USED 24
#define SEEN_MIN 0.5   /* likeness of the two, turned as the pair says */
#define THIRD_MIN 0.42 /* of the third */
#define MODULE_RATIO_MAX 1.4
#define SIDE_MIN 12 /* modules between two marks of a code: version 1 has 14 */
#define SIDE_MAX 60
#define SHORTEST 0.6 /* the unseen side to the one that is seen */
#define LONGEST 1.45
#define ASLANT 0.35 /* sine of the angle that is not square */

typedef struct {
    const Layers *layers;
    const FinderMark *one, *two; /* the two that are seen */
    gboolean one_is_corner;      /* else the third is */
    gdouble x, y;                /* where the third should be */
    gdouble step_px[4];          /* a module along the rows and along the columns, without perspective */
    gdouble low_u, high_u, low_v, high_v; /* how far from there, in modules */
    gdouble n_between;                    /* modules between marks */
} Search;

static int by_hits(const void *a, const void *b)
{
    guint x = ((const FinderMark *)a)->n_hits, y = ((const FinderMark *)b)->n_hits;

    return x < y ? 1 : x > y ? -1 : 0;
}

static gdouble likeness(const Layers *layers, gdouble x, gdouble y, const gdouble step_px[4],
                        gboolean inverse, guint *effort)
{
    *effort += 1;
    return likeness_turned(layers, x, y, step_px) * (inverse ? -1 : 1);
}

/* How like a mark the place is that is (@u, @v) modules from the expected one, squeezed as it would be there.
 */
static gdouble third_at(const Search *s, gdouble u, gdouble v, gdouble *x, gdouble *y, guint *effort)
{
    const FinderMark *corner = s->one;
    gdouble n = s->n_between;

    *x = s->x + u * s->step_px[0] + v * s->step_px[2];
    *y = s->y + u * s->step_px[1] + v * s->step_px[3];
    if (s->one_is_corner) {
        const gdouble step[4] = {(s->two->x - corner->x) / n, (s->two->y - corner->y) / n,
                                 (*x - corner->x) / n, (*y - corner->y) / n};
        return likeness(s->layers, *x, *y, step, corner->inverse, effort);
    }
    const gdouble step[4] = {(s->one->x - *x) / n, (s->one->y - *y) / n, (s->two->x - *x) / n,
                             (s->two->y - *y) / n};
    return likeness(s->layers, *x, *y, step, corner->inverse, effort);
}

/* Module by module over all places where perspective may have put it, then a climb. Returns: the best
 * likeness. */
static gdouble search(const Search *s, FinderMark *third, guint *effort)
{
    gdouble best = -1, at_u = 0, at_v = 0, x, y;

    for (gdouble v = s->low_v; v <= s->high_v; v++)
        for (gdouble u = s->low_u; u <= s->high_u; u++) {
            gdouble now = third_at(s, u, v, &x, &y, effort);
            if (now > best) {
                best = now;
                at_u = u;
                at_v = v;
            }
        }
    for (gdouble d = 0.5; best > 0.8 * THIRD_MIN && d > 0.2; d /= 2)
        for (guint i = 0; i < 4; i++) {
            gdouble u = at_u + (i == 0 ? d : i == 1 ? -d : 0), v = at_v + (i == 2 ? d : i == 3 ? -d : 0);
            gdouble now = third_at(s, u, v, &x, &y, effort);
            if (now > best) {
                best = now;
                at_u = u;
                at_v = v;
            }
        }
    *third = *s->one;
    third_at(s, at_u, at_v, &third->x, &third->y, effort);
    return best;
}

/* Corner @a, neighbours @b and @c, in whichever order is not mirrored. */
static void keep(Regions *regions, const FinderMark *a, const FinderMark *b, const FinderMark *c,
                 gdouble module_px, gdouble n_between, gdouble score)
{
    gdouble cross = (b->x - a->x) * (c->y - a->y) - (b->y - a->y) * (c->x - a->x);
    Region region = {.corner = *a, .right = cross > 0 ? *b : *c, .below = cross > 0 ? *c : *b};

    region.module_px = module_px;
    region.n_modules = (guint)CLAMP(17 + 4 * lrint((n_between + 7 - 17) / 4), 21, 177);
    region.unlikeness = 1 - score;
    regions_keep(regions, &region);
}

/* Both are like marks when seen along sides that step like this. */
static gboolean are_seen(const Layers *layers, const FinderMark *a, const FinderMark *b,
                         const gdouble step_px[4], guint *effort)
{
    return likeness(layers, a->x, a->y, step_px, a->inverse, effort) > SEEN_MIN &&
           likeness(layers, b->x, b->y, step_px, b->inverse, effort) > SEEN_MIN;
}

/* Modules along (@dx, @dy), if rows and columns of the picture measured the two marks. */
static gdouble count_modules(const FinderMark *a, const FinderMark *b, gdouble dx, gdouble dy)
{
    gdouble module_px = (a->module_px + b->module_px) / 2, length = hypot(dx, dy);

    return length * length / (module_px * MAX(fabs(dx), fabs(dy)));
}

/* @a and @b on one side of a code: the third is beside either, on either side. */
static void beside(const Layers *layers, const FinderMark *a, const FinderMark *b, Regions *regions,
                   guint *effort)
{
    gdouble dx = b->x - a->x, dy = b->y - a->y, n = count_modules(a, b, dx, dy), ux = dx / n, uy = dy / n;
    Search s = {.layers = layers,
                .one_is_corner = TRUE,
                .step_px = {ux, uy, -uy, ux},
                .low_u = -ASLANT * n,
                .high_u = ASLANT * n,
                .n_between = n};

    if (!(n > SIDE_MIN && n < SIDE_MAX) || !are_seen(layers, a, b, s.step_px, effort))
        return;
    for (guint i = 0; i < 4; i++) {
        gdouble way = i % 2 ? 1 : -1, score;
        FinderMark third;
        s.one = i < 2 ? a : b;
        s.two = i < 2 ? b : a;
        s.x = s.one->x;
        s.y = s.one->y;
        s.low_v = (way > 0 ? SHORTEST : -LONGEST) * n;
        s.high_v = (way > 0 ? LONGEST : -SHORTEST) * n;
        score = search(&s, &third, effort);
        if (score > THIRD_MIN)
            keep(regions, s.one, s.two, &third, hypot(ux, uy), n, score);
    }
}

/* @a and @b across a code: the third is one of the two other corners of a square, or near it. */
static void across(const Layers *layers, const FinderMark *a, const FinderMark *b, Regions *regions,
                   guint *effort)
{
    gdouble dx = (b->x - a->x) / 2, dy = (b->y - a->y) / 2, sx = dx - dy, sy = dx + dy; /* a side */
    gdouble n = count_modules(a, b, sx, sy);
    Search s = {.layers = layers,
                .one = a,
                .two = b,
                .step_px = {sx / n, sy / n, -sy / n, sx / n},
                .low_u = -ASLANT * n / 2,
                .high_u = ASLANT * n / 2,
                .low_v = -ASLANT * n / 2,
                .high_v = ASLANT * n / 2,
                .n_between = n};

    if (!(n > SIDE_MIN && n < SIDE_MAX) || !are_seen(layers, a, b, s.step_px, effort))
        return;
    for (guint i = 0; i < 2; i++) {
        FinderMark third;
        gdouble score;
        s.x = a->x + (i ? sx : sy);
        s.y = a->y + (i ? sy : -sx);
        score = search(&s, &third, effort);
        if (score > THIRD_MIN)
            keep(regions, &third, a, b, hypot(s.step_px[0], s.step_px[1]), n, score);
    }
}

guint pairs_complete(const Layers *layers, const FinderMarks *marks, Regions *regions)
{
    FinderMark best[FINDER_MARKS_MAX];
    guint n = marks->n, effort = 0;

    regions->n = 0;
    for (guint i = 0; i < n; i++)
        best[i] = marks->mark[i];
    qsort(best, n, sizeof best[0], by_hits);
    n = MIN(n, MARKS_USED);
    for (guint a = 0; a < n; a++)
        for (guint b = a + 1; b < n; b++) {
            gdouble ratio = best[a].module_px / best[b].module_px;
            if (best[a].inverse != best[b].inverse || ratio > MODULE_RATIO_MAX ||
                ratio < 1 / MODULE_RATIO_MAX || effort > PAIR_EFFORT_MAX)
                continue;
            beside(layers, &best[a], &best[b], regions, &effort);
            across(layers, &best[a], &best[b], regions, &effort);
        }
    return effort;
}
