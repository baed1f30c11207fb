#include "camera/vision/finder.h"

#include <math.h>
#include <string.h>

#include "camera/vision/vectors.h"

/* Rows whose look-alikes are examined further, per layer: bounds the work on hostile pictures. */
#define MAX_CHECKS 20000
#define SLACK_7TH 4     /* of a pixel */
#define MIN_TOTAL_PX 10 /* 1.4 px a module: ZBar reads no smaller ones, and noise is full of such runs */

/* Do five runs look like 1:1:3:1:1? A little more is forgiven than half a module: blur and few pixels. In
 * 16 bits, sides of frames are short enough: thousands of times a row. */
static inline gboolean runs_fit5(gint16 a, gint16 b, gint16 c, gint16 d, gint16 e)
{
    gint16 total = (gint16)(a + b + c + d + e), slack = (gint16)(total / 2 + SLACK_7TH);
    gint16 more = (gint16)(total / 4 + slack), module = total;

    return (total >= MIN_TOTAL_PX) & (ABS(7 * c - 3 * module) < more) & (ABS(7 * b - module) < slack) &
           (ABS(7 * d - module) < slack) & (ABS(7 * a - module) < slack) & (ABS(7 * e - module) < slack);
}

static gboolean runs_fit(const gint run[5])
{
    return runs_fit5((gint16)run[0], (gint16)run[1], (gint16)run[2], (gint16)run[3], (gint16)run[4]);
}

/* For each of @n turns but the last five whether the five runs from there fit. */
FOR_EACH_CPU static void fit_row(const gint16 *turn, guint n, guint8 *fits)
{
    for (guint i = 0; i + 5 < n; i++) {
        const gint16 *t = turn + i;
        fits[i] = (guint8)runs_fit5((gint16)(t[1] - t[0]), (gint16)(t[2] - t[1]), (gint16)(t[3] - t[2]),
                                    (gint16)(t[4] - t[3]), (gint16)(t[5] - t[4]));
    }
}

/* Length of the run of @dark pixels from (x, y) on in direction (dx, dy), at most @limit. */
static gint run_length(const Bitmap *bitmap, gint x, gint y, gint dx, gint dy, guint8 dark, gint limit)
{
    gint n = 0;

    while (n < limit && x >= 0 && y >= 0 && x < (gint)bitmap->width_px && y < (gint)bitmap->height_px &&
           bitmap_is_dark(bitmap, x, y) == dark) {
        n++;
        x += dx;
        y += dy;
    }
    return n;
}

/**
 * cross_check:
 * Walks from the point (@x, @y) of ink both ways along (@dx, @dy).
 * @ink: 1; 0 for light on dark
 * @run: (out): the five runs
 *
 * Returns: TRUE when they fit; then @middle is the offset (in steps) of the centre's middle from the point
 */
static gboolean cross_check(const Bitmap *bitmap, gint x, gint y, gint dx, gint dy, guint8 ink, gint limit,
                            gint run[5], gdouble *middle)
{
    gint back, ahead, at;

    if (bitmap_is_dark(bitmap, x, y) != ink)
        return FALSE;
    back = run_length(bitmap, x - dx, y - dy, -dx, -dy, ink, 3 * limit);
    ahead = run_length(bitmap, x + dx, y + dy, dx, dy, ink, 3 * limit);
    run[2] = back + 1 + ahead;
    at = back + 1;
    run[1] = run_length(bitmap, x - at * dx, y - at * dy, -dx, -dy, !ink, limit);
    run[0] = run_length(bitmap, x - (at + run[1]) * dx, y - (at + run[1]) * dy, -dx, -dy, ink, limit);
    at = ahead + 1;
    run[3] = run_length(bitmap, x + at * dx, y + at * dy, dx, dy, !ink, limit);
    run[4] = run_length(bitmap, x + (at + run[3]) * dx, y + (at + run[3]) * dy, dx, dy, ink, limit);
    *middle = (ahead - back) / 2.0;
    return runs_fit(run);
}

static gdouble sum5(const gint run[5])
{
    return run[0] + run[1] + run[2] + run[3] + run[4];
}

/* When all room is taken, a mark goes that stayed alone: no row below agreed with it. */
static FinderMark *room(FinderMarks *marks, gdouble y)
{
    if (marks->n < FINDER_MARKS_MAX)
        return &marks->mark[marks->n++];
    for (guint i = 0; i < marks->n; i++)
        if (marks->mark[i].n_hits < 2 && fabs(marks->mark[i].y - y) > 2 * marks->mark[i].module_px)
            return &marks->mark[i];
    return NULL;
}

static void add_mark(FinderMarks *marks, gdouble x, gdouble y, gdouble module_px, gdouble stretch,
                     guint layer, guint8 ink)
{
    FinderMark *place;

    for (guint i = 0; i < marks->n; i++) {
        FinderMark *m = &marks->mark[i];
        gdouble near = 1.5 * MIN(m->module_px, module_px) + 1;
        if (fabs(m->x - x) > near || fabs(m->y - y) > near || module_px > 1.6 * m->module_px ||
            m->module_px > 1.6 * module_px || m->inverse == ink)
            continue;
        if (m->layer == layer) { /* a finer layer knows the place better: a coarser one only confirms */
            m->x += (x - m->x) / (m->n_hits + 1);
            m->y += (y - m->y) / (m->n_hits + 1);
            m->module_px += (module_px - m->module_px) / (m->n_hits + 1);
            m->stretch += (stretch - m->stretch) / (m->n_hits + 1);
        }
        m->n_hits++;
        return;
    }
    if ((place = room(marks, y)) != NULL)
        *place = (FinderMark){.x = x,
                              .y = y,
                              .module_px = module_px,
                              .stretch = stretch,
                              .n_hits = 1,
                              .layer = layer,
                              .inverse = !ink};
}

/* Five runs of row @y fit and the middle one is centred on @x: is it one downwards too, and in itself? */
static void check_mark(const Bitmap *bitmap, gint x, gint y, guint8 ink, gdouble total_px, guint layer,
                       FinderMarks *marks)
{
    gint limit = (gint)(total_px / 7 * 2.5) + 2;
    gint down[5], across[5], diagonal[5];
    gdouble off = 0, scale = 1u << layer, cx, cy;

    if (!cross_check(bitmap, x, y, 0, 1, ink, limit, down, &off))
        return;
    cy = y + off;
    if (!cross_check(bitmap, x, (gint)lrint(cy), 1, 0, ink, limit, across, &off))
        return;
    cx = x + off;
    if (sum5(down) > 2.5 * sum5(across) || sum5(across) > 2.5 * sum5(down))
        return;
    /* Stripes and text pass both ways at times; along a diagonal they rarely do. */
    if (!cross_check(bitmap, (gint)lrint(cx), (gint)lrint(cy), 1, 1, ink, limit, diagonal, &off) &&
        !cross_check(bitmap, (gint)lrint(cx), (gint)lrint(cy), 1, -1, ink, limit, diagonal, &off))
        return;
    add_mark(marks, (cx + 0.5) * scale, (cy + 0.5) * scale, (sum5(down) + sum5(across)) / 14 * scale,
             sum5(down) / sum5(across), layer, ink);
}

/* One bit for each of 8 bytes of 0 or 1, the first lowest. */
static inline guint64 bits_of(const guint8 *bytes)
{
    guint64 word;

    memcpy(&word, bytes, 8);
    return GUINT64_FROM_LE(word) * G_GUINT64_CONSTANT(0x0102040810204080) >> 56;
}

/* Where the row turns from light to dark or back, with both of its ends. By 64 pixels, and eight turns at a
 * time whether there are as many or not: what costs in noise is a loop whose end nobody can foresee. Returns:
 * how many places; up to eight more are overwritten */
FOR_EACH_CPU static guint find_turns(const guint8 *row, gint width, gint16 *turn)
{
    const guint64 top = G_GUINT64_CONSTANT(1) << 63; /* there is always a lowest bit */
    guint n = 0;
    guint64 last = row[0];
    gint x = 0;

    turn[n++] = 0;
    for (; x + 64 <= width; x += 64) {
        guint64 dark = 0, turns;
        guint count;
        for (guint i = 0; i < 8; i++)
            dark |= bits_of(row + x + 8 * i) << (8 * i);
        turns = dark ^ (dark << 1 | last);
        last = dark >> 63;
        count = (guint)__builtin_popcountll(turns);
        for (guint from = 0; from < count; from += 8)
            for (guint i = 0; i < 8; i++, turns &= turns - 1)
                turn[n + from + i] = (gint16)(x + __builtin_ctzll(turns | top));
        n += count;
    }
    for (x = MAX(x, 1); x < width; x++)
        if (row[x] != row[x - 1])
            turn[n++] = (gint16)x;
    turn[n++] = (gint16)width;
    return n;
}

void finder_scan(const Bitmap *bitmap, guint layer, FinderMarks *marks)
{
    gint16 turn[GRAY_FRAME_MAX_SIDE_PX + 2 + 8];
    guint8 fits[GRAY_FRAME_MAX_SIDE_PX + 2];
    gint n_checks = 0;

    for (gint y = FINDER_ROW_STEP / 2; y < (gint)bitmap->height_px; y += FINDER_ROW_STEP) {
        const guint8 *row = bitmap->dark + (gsize)y * bitmap->width_px, *hit = fits;
        guint n = find_turns(row, (gint)bitmap->width_px, turn);

        if (n <= 5)
            continue;
        fit_row(turn, n, fits);
        for (; (hit = memchr(hit, 1, (gsize)(fits + n - 5 - hit))) != NULL; hit++) {
            const gint16 *t = turn + (hit - fits);
            if (++n_checks > MAX_CHECKS)
                return;
            check_mark(bitmap, (t[2] + t[3]) / 2, y, row[t[2]], t[5] - t[0], layer, marks);
        }
    }
}
