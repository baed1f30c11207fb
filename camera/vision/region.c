#include "camera/vision/region.h"

#include <math.h>
#include <stdlib.h>

#define MARKS_USED 40       /* the marks with the most hits: 40 * 39 * 38 / 2 triples at most */
#define SIDE_MODULES_MIN 11 /* between finder centres: version 1 has 14; the guess may be off by a fifth */
#define SIDE_MODULES_MAX 200
#define MODULE_RATIO_MAX 1.7
#define SIDE_RATIO_MAX 2.2 /* seen from 60 degrees aside */
#define SKEW_MAX 0.6       /* |cosine| of the angle at the corner */

static int by_hits(const void *a, const void *b)
{
    guint x = ((const FinderMark *)a)->n_hits, y = ((const FinderMark *)b)->n_hits;

    return x < y ? 1 : x > y ? -1 : 0;
}

void regions_keep(Regions *regions, const Region *candidate)
{
    guint at = regions->n;

    while (at > 0 && regions->region[at - 1].unlikeness > candidate->unlikeness)
        at--;
    if (at == REGIONS_MAX)
        return;
    if (regions->n < REGIONS_MAX)
        regions->n++;
    for (guint i = regions->n - 1; i > at; i--)
        regions->region[i] = regions->region[i - 1];
    regions->region[at] = *candidate;
}

/* Runs are measured along rows and columns: through a square turned by t they are 1/cos(t) longer. */
static gdouble upright_module(gdouble module_px, gdouble dx, gdouble dy)
{
    gdouble length = hypot(dx, dy);

    return module_px * MAX(fabs(dx), fabs(dy)) / length;
}

static void consider(const FinderMark *a, const FinderMark *b, const FinderMark *c, Regions *regions)
{
    gdouble bx = b->x - a->x, by = b->y - a->y, cx = c->x - a->x, cy = c->y - a->y;
    gdouble b_len = hypot(bx, by), c_len = hypot(cx, cy);
    gdouble low = MIN(a->module_px, MIN(b->module_px, c->module_px));
    gdouble high = MAX(a->module_px, MAX(b->module_px, c->module_px));
    gdouble skew, ratio, module_px, n_modules;
    Region region;

    if (a->inverse != b->inverse || a->inverse != c->inverse || high > MODULE_RATIO_MAX * low ||
        b_len < SIDE_MODULES_MIN * low || c_len < SIDE_MODULES_MIN * low / SIDE_RATIO_MAX)
        return;
    ratio = b_len > c_len ? b_len / c_len : c_len / b_len;
    skew = fabs(bx * cx + by * cy) / (b_len * c_len);
    if (ratio > SIDE_RATIO_MAX || skew > SKEW_MAX)
        return;
    module_px = upright_module((a->module_px + b->module_px + c->module_px) / 3, bx, by);
    n_modules = (b_len + c_len) / 2 / module_px;
    if (n_modules < SIDE_MODULES_MIN || n_modules > SIDE_MODULES_MAX)
        return;
    region = (Region){.corner = *a, .module_px = module_px};
    region.right = bx * cy - by * cx > 0 ? *b : *c; /* y points down: right x below is positive */
    region.below = bx * cy - by * cx > 0 ? *c : *b;
    region.n_modules = (guint)CLAMP(17 + 4 * lrint((n_modules + 7 - 17) / 4), 21, 177);
    /* Small codes first: three marks of different codes are usually far apart. */
    region.unlikeness = log(ratio) + skew + 2 * log(high / low) + 0.004 * n_modules -
                        0.5 * (a->likeness + b->likeness + c->likeness);
    regions_keep(regions, &region);
}

#define SURE 0.5 /* likeness that makes up for rows */

/* The middle square is three modules high: even turned by 45 degrees a good part of its rows agree. */
static gboolean has_enough_rows(const FinderMark *mark)
{
    gdouble wanted = 0.7 * mark->module_px / (1u << mark->layer) / FINDER_ROW_STEP;

    return mark->n_hits >= wanted && (mark->n_hits >= 2 || mark->likeness > SURE);
}

void regions_find(const FinderMarks *marks, Regions *regions)
{
    FinderMark best[FINDER_MARKS_MAX];
    guint n = 0;

    for (guint i = 0; i < marks->n; i++)
        if (has_enough_rows(&marks->mark[i]))
            best[n++] = marks->mark[i];
    qsort(best, n, sizeof best[0], by_hits);
    n = MIN(n, MARKS_USED);
    regions->n = 0;
    for (guint a = 0; a < n; a++)
        for (guint b = 0; b < n; b++)
            for (guint c = b + 1; c < n; c++)
                if (a != b && a != c)
                    consider(&best[a], &best[b], &best[c], regions);
}

gboolean region_contains(const Region *region, gdouble x, gdouble y)
{
    gdouble bx = region->right.x - region->corner.x, by = region->right.y - region->corner.y;
    gdouble cx = region->below.x - region->corner.x, cy = region->below.y - region->corner.y;
    gdouble px = x - region->corner.x, py = y - region->corner.y, area = bx * cy - by * cx;
    gdouble u = (px * cy - py * cx) / area, v = (bx * py - by * px) / area;

    return u > -0.1 && u < 1.1 && v > -0.1 && v < 1.1;
}

void region_box(const Region *region, guint layer, gint box[4])
{
    const FinderMark *a = &region->corner, *b = &region->right, *c = &region->below;
    gdouble dx = b->x + c->x - a->x, dy = b->y + c->y - a->y, scale = 1.0 / (1u << layer);
    gdouble around = region->module_px * scale * (8 + 0.1 * region->n_modules);

    box[0] = (gint)(scale * MIN(MIN(a->x, b->x), MIN(c->x, dx)) - around);
    box[1] = (gint)(scale * MIN(MIN(a->y, b->y), MIN(c->y, dy)) - around);
    box[2] = (gint)(scale * MAX(MAX(a->x, b->x), MAX(c->x, dx)) + around);
    box[3] = (gint)(scale * MAX(MAX(a->y, b->y), MAX(c->y, dy)) + around);
}
