#include "camera/vision/far_finder.h"

#include <math.h>
#include <string.h>

#include "camera/vision/likeness.h"
#include "camera/vision/vectors.h"

#define MODULE_PX 0.8f /* of the pattern that every place is compared with */
#define N_SQUARES 4    /* of 3, 5, 7 and 9 modules a side: 2.5, 4, 5.5 and 7 pixels */
#define REACH 4        /* pixels to the farthest that counts */
#define ROWS (2 * REACH + 1)
#define CHUNK 64 /* places at once */
/* Pixels in the light rings (of the largest square, less the dark ones) and in the dark ones. */
#define DARK_PX (5.5 * 5.5 - 4 * 4 + 2.5 * 2.5)
#define LIGHT_PX (7 * 7 - DARK_PX)
#define EIGHTH(weight) ((guint16)((weight)*65536 * 2 + 0.5)) /* of a gray level, from sums of quarters */

#define EDGE_PX 3   /* to the light around a finder */
#define STEP_MIN 40 /* eighths of a gray level from dark rings to light ones */
#define ROUGH_MIN 0.16f
#define LIKELY_MIN 0.25f
#define LIKELIER_MIN 0.35f
#define HALFWAY_MIN 0.42f
#define ALIKE_MIN 0.50f
#define LOOKED_AT_MAX 8000
#define COMPARED_MAX 400
#define OUTER 3 /* half of the largest square */
#define WINDOW (2 * OUTER + 1)

void far_finder_clear(FarFinder *self)
{
    g_free(self->memory);
    *self = (FarFinder){0};
}

/* Sums of one row under each of the squares around CHUNK places. The arrays are local: known not to overlap.
 */
FOR_EACH_CPU static void sum_along(const guint8 *at, gsize stride, guint16 *sums)
{
    guint16 sum[N_SQUARES][CHUNK];

    for (guint i = 0; i < CHUNK; i++) {
        guint16 one = at[i], p1 = (guint16)(at[(gint)i - 1] + at[i + 1]),
                p2 = (guint16)(at[(gint)i - 2] + at[i + 2]);
        guint16 p3 = (guint16)(at[(gint)i - 3] + at[i + 3]), three = (guint16)(one + p1),
                five = (guint16)(three + p2);
        sum[0][i] = (guint16)((4 * one + 3 * p1 + 2) >> 2);
        sum[1][i] = (guint16)((2 * three + p2 + 1) >> 1);
        sum[2][i] = (guint16)((4 * five + p3 + 2) >> 2);
        sum[3][i] = (guint16)(five + p3);
    }
    for (guint s = 0; s < N_SQUARES; s++)
        memcpy(sums + s * stride, sum[s], sizeof sum[s]);
}

/* By how much the light rings around each of CHUNK places are lighter than the dark ones; 0: they are not.
 * @rows: the middle one of ROWS. Returns: the most */
FOR_EACH_CPU static guint16 find_steps(guint16 *const *rows, gsize stride, guint16 *steps)
{
    guint16 step[CHUNK], most = 0;
    const guint16 *r[N_SQUARES][ROWS];

    for (gint s = 0; s < N_SQUARES; s++)
        for (gint k = 0; k < ROWS; k++)
            r[s][k] = rows[k - REACH] + (gsize)s * stride;
#define AT(s, k) r[s][REACH + (k)][i]
#define PAIR(s, k) (AT(s, k) + AT(s, -(k)))
    for (guint i = 0; i < CHUNK; i++) {
        guint16 a = (guint16)(4 * AT(0, 0) + 3 * PAIR(0, 1));
        guint16 b = (guint16)(4 * (AT(1, 0) + PAIR(1, 1)) + 2 * PAIR(1, 2));
        guint16 c = (guint16)(4 * (AT(2, 0) + PAIR(2, 1) + PAIR(2, 2)) + PAIR(2, 3));
        guint16 d = (guint16)(4 * (AT(3, 0) + PAIR(3, 1) + PAIR(3, 2) + PAIR(3, 3)));
        guint16 dark = (guint16)(c - b + a);
        guint16 all = (guint16)((guint32)d * EIGHTH(1 / LIGHT_PX) >> 16);
        guint16 ink = (guint16)((guint32)dark * EIGHTH(1 / LIGHT_PX + 1 / DARK_PX) >> 16);
        step[i] = (guint16)(MAX(all, ink) - ink);
    }
#undef PAIR
#undef AT
    for (guint i = 0; i < CHUNK; i++)
        most = MAX(most, step[i]);
    memcpy(steps, step, sizeof step);
    return most;
}

/* Correlation with the pattern about a pixel: as likeness, but nothing between pixels or scales is looked at.
 */
FOR_EACH_CPU static gfloat correlate(const guint8 *middle, gssize stride, gint32 step)
{
    gint32 sum = 0, square = 0;
    gfloat mean, variance;

    middle -= OUTER * stride + OUTER;
    for (gint j = 0; j < WINDOW; j++, middle += stride) {
        gint32 s = 0, q = 0;
        for (gint i = 0; i < WINDOW; i++) {
            s += middle[i];
            q += middle[i] * middle[i];
        }
        sum += s;
        square += q;
    }
    mean = (gfloat)sum / (WINDOW * WINDOW);
    variance = (gfloat)square / (WINDOW * WINDOW) - mean * mean;
    return variance < 1 ? -1 : (gfloat)step / 8 * 0.49f / sqrtf(variance);
}

static gfloat climb(const GrayFrame *frame, FinderMark *mark, gfloat score)
{
    for (gdouble step = 0.5; step > 0.1; step /= 2) {
        gdouble d = step * mark->module_px, grow = 1 + 0.3 * step;
        const gdouble move[6][3] = {{d, 0, 1},  {-d, 0, 1},   {0, d, 1},
                                    {0, -d, 1}, {0, 0, grow}, {0, 0, 1 / grow}};
        for (guint i = 0; i < 6; i++) {
            gfloat now =
                likeness_upright(frame, (gfloat)(mark->x + move[i][0]), (gfloat)(mark->y + move[i][1]),
                                 (gfloat)(mark->module_px * move[i][2]));
            if (now > score) {
                score = now;
                mark->x += move[i][0];
                mark->y += move[i][1];
                mark->module_px *= move[i][2];
            }
        }
        if (score < HALFWAY_MIN)
            break;
    }
    return score;
}

static void keep(FinderMarks *marks, const FinderMark *mark)
{
    guint least = 0;

    for (guint i = 0; i < marks->n; i++) {
        FinderMark *known = &marks->mark[i];
        gdouble near = 2 * MIN(known->module_px, mark->module_px);
        if (fabs(known->x - mark->x) < near && fabs(known->y - mark->y) < near) {
            if (mark->likeness > known->likeness)
                *known = *mark;
            return;
        }
        if (known->likeness < marks->mark[least].likeness)
            least = i;
    }
    if (marks->n < FAR_FINDER_MARKS_MAX)
        marks->mark[marks->n++] = *mark;
    else if (marks->mark[least].likeness < mark->likeness)
        marks->mark[least] = *mark;
}

/* Light on all eight sides of a dark middle: opposite sides together, for the noise. */
static gboolean stands_alone(const guint8 *at, gssize stride)
{
    const gint edge = EDGE_PX;
    gint wanted = 0;

    for (gint i = -1; i <= 1; i++)
        wanted += at[i * stride - 1] + at[i * stride] + at[i * stride + 1];
    wanted = 2 * wanted / 9;
    return at[-edge] + at[edge] >= wanted && at[-edge * stride] + at[edge * stride] >= wanted &&
           at[-edge * (stride + 1)] + at[edge * (stride + 1)] >= wanted &&
           at[-edge * (stride - 1)] + at[edge * (stride - 1)] >= wanted;
}

/* Between two pixels or two scales it may be much more like a finder: dearer looks for fewer and fewer
 * places.
 */
static gboolean may_be_one(FarFinder *self, const GrayFrame *frame, FinderMark *mark)
{
    static const gfloat other_px[] = {0.875f * MODULE_PX, 1.14f * MODULE_PX};
    gfloat x = (gfloat)mark->x, y = (gfloat)mark->y, likeness = likeness_upright(frame, x, y, MODULE_PX);

    if (likeness < LIKELY_MIN)
        return FALSE;
    mark->likeness = likeness;
    for (guint i = 0; i < G_N_ELEMENTS(other_px); i++) {
        likeness = likeness_upright(frame, x, y, other_px[i]);
        if (likeness > mark->likeness) {
            mark->likeness = likeness;
            mark->module_px = other_px[i];
        }
    }
    return mark->likeness >= LIKELIER_MIN && self->n_compared++ < COMPARED_MAX;
}

/* Where between three neighbours a parabola through them is highest. */
static gdouble summit(gdouble before, gdouble at, gdouble after)
{
    return 0.5 * (before - after) / MIN(before - 2 * at + after, -1);
}

static void look_closer(FarFinder *self, const GrayFrame *frame, guint16 *const steps[3], guint x, guint y,
                        FinderMarks *marks)
{
    const guint8 *at = frame->pixels + (gsize)y * frame->stride_bytes + x;
    guint step = steps[1][x];
    FinderMark mark = {.x = x + 0.5 + summit(steps[1][x - 1], step, steps[1][x + 1]),
                       .y = y + 0.5 + summit(steps[0][x], step, steps[2][x]),
                       .module_px = MODULE_PX,
                       .stretch = 1};

    if (!stands_alone(at, frame->stride_bytes) ||
        correlate(at, frame->stride_bytes, (gint32)step) < ROUGH_MIN ||
        self->n_looked_at++ >= LOOKED_AT_MAX || !may_be_one(self, frame, &mark))
        return;
    mark.likeness = climb(frame, &mark, (gfloat)mark.likeness);
    mark.n_hits = (guint)(100 * mark.likeness);
    if (mark.likeness > ALIKE_MIN)
        keep(marks, &mark);
}

/* Places where the step is larger than all around. */
static void find_peaks(FarFinder *self, const GrayFrame *frame, guint16 *const steps[3], guint from, guint to,
                       guint y, FinderMarks *marks)
{
    const guint16 *a = steps[0], *b = steps[1], *c = steps[2];

    for (guint x = from; x < to; x++)
        if (b[x] >= STEP_MIN && b[x] > b[x - 1] && b[x] >= b[x + 1] && b[x] > a[x] && b[x] >= c[x] &&
            b[x] > a[x - 1] && b[x] > a[x + 1] && b[x] >= c[x - 1] && b[x] >= c[x + 1])
            look_closer(self, frame, steps, x, y, marks);
}

static void scan_band(FarFinder *self, const GrayFrame *frame, guint from, guint to, FinderMarks *marks)
{
    guint width = frame->width_px, last = width - REACH - CHUNK, taken = from;
    gsize n = (gsize)width * N_SQUARES;
    guint16 *rows[ROWS], *steps[3];
    guint8 is_steep[2][GRAY_FRAME_MAX_SIDE_PX / CHUNK + 1] = {{0}}; /* chunks of the last two rows of steps */

    for (guint i = 0; i < ROWS; i++)
        rows[i] = self->memory + i * n;
    for (guint i = 0; i < 3; i++)
        steps[i] = self->memory + ROWS * n + i * width;
    for (guint y = from + REACH; y + REACH < to; y++) {
        guint16 *kept = steps[0];
        for (; taken <= y + REACH; taken++) {
            const guint8 *row = frame->pixels + (gsize)taken * frame->stride_bytes;
            guint16 *oldest = rows[0];
            memmove(rows, rows + 1, (ROWS - 1) * sizeof rows[0]);
            rows[ROWS - 1] = oldest;
            for (guint x = REACH; x < width - REACH; x += CHUNK) /* the last chunk overlaps */
                sum_along(row + MIN(x, last), width, oldest + MIN(x, last));
        }
        steps[0] = steps[1];
        steps[1] = steps[2];
        steps[2] = kept;
        for (guint x = REACH, i = 0; x < width - REACH; x += CHUNK, i++) {
            guint16 *at[ROWS];
            for (guint k = 0; k < ROWS; k++)
                at[k] = rows[k] + MIN(x, last);
            is_steep[y & 1][i] = find_steps(at + REACH, width, kept + MIN(x, last)) >= STEP_MIN;
        }
        for (guint x = REACH, i = 0; x < width - REACH && y >= from + REACH + 2; x += CHUNK, i++)
            if (is_steep[~y & 1][i])
                find_peaks(self, frame, steps, MAX(x, REACH + 1), MIN(x + CHUNK, width - REACH - 1), y - 1,
                           marks);
    }
}

void far_finder_scan(FarFinder *self, const GrayFrame *frame, gdouble share, FinderMarks *marks)
{
    guint height = frame->height_px, n_rows = MAX((guint)(share * height), FAR_FINDER_ROWS_MIN), from, to;
    gsize n_memory = (gsize)frame->width_px * (ROWS * N_SQUARES + 3);

    marks->n = 0;
    self->n_looked_at = self->n_compared = 0;
    if (frame->width_px < CHUNK + 2 * REACH || height < 4 * REACH)
        return;
    if (self->n_memory < n_memory) {
        g_free(self->memory);
        self->memory = g_new0(guint16, n_memory);
        self->n_memory = n_memory;
    }
    from = self->next_row + 2 * REACH < height ? self->next_row : 0;
    to = from + n_rows + FAR_FINDER_OVERLAP < height ? from + n_rows + FAR_FINDER_OVERLAP : height;
    self->next_row = to == height ? 0 : from + n_rows;
    scan_band(self, frame, from, to, marks);
}
