#include "camera/vision/far_finder.h"

#include <math.h>
#include <string.h>

#include "camera/vision/likeness.h"
#include "camera/vision/vectors.h"

#define N_SQUARES 4 /* of 3, 5, 7 and 9 modules a side */
#define REACH 4     /* pixels to the farthest that counts */
#define ROWS (2 * REACH + 1)
#define CHUNK 64    /* places at once */
#define STEP_MIN 40 /* eighths of a gray level from dark rings to light ones */
#define HALFWAY_MIN 0.42f
#define ALIKE_MIN 0.50f
#define LOOKED_AT_MAX 8000
#define COMPARED_MAX 400
#define LARGE_PASS 4      /* of so many one is for the larger size */
#define AROUND_MODULES 45 /* from a mark to the others: version 6 has 34 between */

/* The pattern that every place is compared with: 2.5, 4, 5.5 and 7 pixels a square, and 3, 5, 7 and 9. */
typedef struct {
    gfloat module_px;
    gint reach_px;                              /* of the largest square */
    gint edge_px;                               /* to the light around a finder */
    gfloat rough_min, likely_min, likelier_min; /* likeness: at a pixel, between pixels, of the best size */
} Size;

static const Size sizes[FAR_FINDER_SIZES] = {{0.8f, 3, 3, 0.16f, 0.25f, 0.35f},
                                             {1.0f, 4, 4, 0.30f, 0.40f, 0.48f}};

/* Pixels in the light rings and in the dark ones, and what sums count for in eighths of a gray level. */
#define SMALL_DARK (5.5 * 5.5 - 4 * 4 + 2.5 * 2.5)
#define SMALL_LIGHT (7 * 7 - SMALL_DARK)
#define LARGE_DARK (7.0 * 7 - 5 * 5 + 3 * 3)
#define LARGE_LIGHT (9 * 9 - LARGE_DARK)
#define EIGHTHS(weight) ((guint32)((weight)*65536 * 8 + 0.5))

void far_finder_clear(FarFinder *self)
{
    g_free(self->memory);
    *self = (FarFinder){0};
}

/* Sums of one row under each of the squares around CHUNK places; squares that end within a pixel count its
 * quarters. The arrays are local: known not to overlap. */
FOR_EACH_CPU static void sum_along(guint size, const guint8 *at, gsize stride, guint16 *sums)
{
    guint16 sum[N_SQUARES][CHUNK];

#define PAIR(k) ((guint16)(at[(gint)i - (k)] + at[i + (k)]))
    for (guint i = 0; i < CHUNK && size == 0; i++) {
        guint16 one = at[i], three = (guint16)(one + PAIR(1)), five = (guint16)(three + PAIR(2));
        sum[0][i] = (guint16)((4 * one + 3 * PAIR(1) + 2) >> 2);
        sum[1][i] = (guint16)((2 * three + PAIR(2) + 1) >> 1);
        sum[2][i] = (guint16)((4 * five + PAIR(3) + 2) >> 2);
        sum[3][i] = (guint16)(five + PAIR(3));
    }
    for (guint i = 0; i < CHUNK && size == 1; i++) {
        guint16 three = (guint16)(at[i] + PAIR(1)), five = (guint16)(three + PAIR(2));
        sum[0][i] = three;
        sum[1][i] = five;
        sum[2][i] = (guint16)(five + PAIR(3));
        sum[3][i] = (guint16)(five + PAIR(3) + PAIR(4));
    }
#undef PAIR
    for (guint s = 0; s < N_SQUARES; s++)
        memcpy(sums + s * stride, sum[s], sizeof sum[s]);
}

/* From the sums under the four squares. */
#define STEP(s0, s1, s2, s3, light_weight, dark_weight)                                                      \
    do {                                                                                                     \
        guint16 dark = (guint16)((s2) - (s1) + (s0)), all = (guint16)(s3);                                   \
        guint16 light = (guint16)((guint32)all * (light_weight) >> 16);                                      \
        guint16 ink = (guint16)((guint32)dark * (dark_weight) >> 16);                                        \
        step[i] = (guint16)(MAX(light, ink) - ink);                                                          \
    } while (0)

/* By how much the light rings around each of CHUNK places are lighter than the dark ones; 0: they are not.
 * @rows: the middle one of ROWS. Returns: the most */
FOR_EACH_CPU static guint16 find_steps(guint size, guint16 *const *rows, gsize stride, guint16 *steps)
{
    guint16 step[CHUNK], most = 0;
    const guint16 *r[N_SQUARES][ROWS];

    for (gint s = 0; s < N_SQUARES; s++)
        for (gint k = 0; k < ROWS; k++)
            r[s][k] = rows[k - REACH] + (gsize)s * stride;
#define AT(s, k) r[s][REACH + (k)][i]
#define PAIR(s, k) (AT(s, k) + AT(s, -(k)))
    for (guint i = 0; i < CHUNK && size == 0; i++) /* four times the sums: quarters again */
        STEP(4 * AT(0, 0) + 3 * PAIR(0, 1), 4 * (AT(1, 0) + PAIR(1, 1)) + 2 * PAIR(1, 2),
             4 * (AT(2, 0) + PAIR(2, 1) + PAIR(2, 2)) + PAIR(2, 3),
             4 * (AT(3, 0) + PAIR(3, 1) + PAIR(3, 2) + PAIR(3, 3)), EIGHTHS(1 / SMALL_LIGHT / 4),
             EIGHTHS((1 / SMALL_LIGHT + 1 / SMALL_DARK) / 4));
    for (guint i = 0; i < CHUNK && size == 1; i++)
        STEP(AT(0, 0) + PAIR(0, 1), AT(1, 0) + PAIR(1, 1) + PAIR(1, 2),
             AT(2, 0) + PAIR(2, 1) + PAIR(2, 2) + PAIR(2, 3),
             AT(3, 0) + PAIR(3, 1) + PAIR(3, 2) + PAIR(3, 3) + PAIR(3, 4), EIGHTHS(1 / LARGE_LIGHT),
             EIGHTHS(1 / LARGE_LIGHT + 1 / LARGE_DARK));
#undef PAIR
#undef AT
    for (guint i = 0; i < CHUNK; i++)
        most = MAX(most, step[i]);
    memcpy(steps, step, sizeof step);
    return most;
}

/* Correlation with the pattern about a pixel: as likeness, but nothing between pixels or scales is looked at.
 */
static gfloat correlate(const Size *size, const guint8 *middle, gssize stride, gint32 step)
{
    const gint out = size->reach_px, side = 2 * out + 1;
    gint32 sum = 0, square = 0;
    gfloat n = (gfloat)(side * side), mean, variance;

    middle -= out * stride + out;
    for (gint j = 0; j < side; j++, middle += stride)
        for (gint i = 0; i < side; i++) {
            sum += middle[i];
            square += middle[i] * middle[i];
        }
    mean = (gfloat)sum / n;
    variance = (gfloat)square / n - mean * mean;
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

/* A part of a frame that is compared with a pattern of one size. */
typedef struct {
    FarFinder *self;
    GrayFrame part;
    gdouble x0, y0; /* of the frame: where the part begins */
    guint number;   /* of the size */
    FinderMarks *marks;
} Scan;

/* Light on all eight sides of a dark middle: opposite sides together, for the noise. */
static gboolean stands_alone(const guint8 *at, gssize stride, gint edge)
{
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
static gboolean may_be_one(FarFinder *self, const GrayFrame *part, const Size *size, FinderMark *mark)
{
    const gfloat module_px = size->module_px, other_px[] = {0.875f * module_px, 1.14f * module_px};
    gfloat x = (gfloat)mark->x, y = (gfloat)mark->y, likeness = likeness_upright(part, x, y, module_px);

    if (likeness < size->likely_min)
        return FALSE;
    mark->likeness = likeness;
    for (guint i = 0; i < G_N_ELEMENTS(other_px); i++) {
        likeness = likeness_upright(part, x, y, other_px[i]);
        if (likeness > mark->likeness) {
            mark->likeness = likeness;
            mark->module_px = other_px[i];
        }
    }
    return mark->likeness >= size->likelier_min && self->n_compared++ < COMPARED_MAX;
}

/* Where between three neighbours a parabola through them is highest. */
static gdouble summit(gdouble before, gdouble at, gdouble after)
{
    return 0.5 * (before - after) / MIN(before - 2 * at + after, -1);
}

static void look_closer(const Scan *scan, guint16 *const steps[3], guint x, guint y)
{
    const Size *size = &sizes[scan->number];
    gssize stride = scan->part.stride_bytes;
    const guint8 *at = scan->part.pixels + (gssize)y * stride + x;
    guint step = steps[1][x];
    FinderMark mark = {.x = x + 0.5 + summit(steps[1][x - 1], step, steps[1][x + 1]),
                       .y = y + 0.5 + summit(steps[0][x], step, steps[2][x]),
                       .module_px = size->module_px,
                       .stretch = 1};

    if (!stands_alone(at, stride, size->edge_px) ||
        correlate(size, at, stride, (gint32)step) < size->rough_min ||
        scan->self->n_looked_at++ >= LOOKED_AT_MAX || !may_be_one(scan->self, &scan->part, size, &mark))
        return;
    mark.likeness = climb(&scan->part, &mark, (gfloat)mark.likeness);
    mark.n_hits = (guint)(100 * mark.likeness);
    mark.x += scan->x0;
    mark.y += scan->y0;
    if (mark.likeness > ALIKE_MIN)
        keep(scan->marks, &mark);
}

/* Places where the step is larger than all around. */
static void find_peaks(const Scan *scan, guint16 *const steps[3], guint from, guint to, guint y)
{
    const guint16 *a = steps[0], *b = steps[1], *c = steps[2];

    for (guint x = from; x < to; x++)
        if (b[x] >= STEP_MIN && b[x] > b[x - 1] && b[x] >= b[x + 1] && b[x] > a[x] && b[x] >= c[x] &&
            b[x] > a[x - 1] && b[x] > a[x + 1] && b[x] >= c[x - 1] && b[x] >= c[x + 1])
            look_closer(scan, steps, x, y);
}

static void make_room(FarFinder *self, gsize n)
{
    if (self->n_memory >= n)
        return;
    g_free(self->memory);
    self->memory = g_new0(guint16, n);
    self->n_memory = n;
}

static void scan_part(const Scan *scan)
{
    const guint width = scan->part.width_px, height = scan->part.height_px, last = width - REACH - CHUNK;
    const gsize n = (gsize)width * N_SQUARES;
    guint16 *rows[ROWS], *steps[3];
    guint8 is_steep[2][GRAY_FRAME_MAX_SIDE_PX / CHUNK + 1] = {{0}}; /* chunks of the last two rows of steps */

    if (width < CHUNK + 2 * REACH || height < ROWS + 2)
        return;
    make_room(scan->self, ROWS * n + 3 * width);
    for (guint i = 0; i < ROWS; i++)
        rows[i] = scan->self->memory + i * n;
    for (guint i = 0; i < 3; i++)
        steps[i] = scan->self->memory + ROWS * n + i * width;
    for (guint taken = 0; taken < height; taken++) {
        const guint8 *row = scan->part.pixels + (gsize)taken * scan->part.stride_bytes;
        const guint y = taken - REACH; /* the row whose surroundings are complete now */
        guint16 *sums = rows[0], *found = steps[0];
        memmove(rows, rows + 1, (ROWS - 1) * sizeof rows[0]);
        rows[ROWS - 1] = sums;
        for (guint x = REACH; x < width - REACH; x += CHUNK) /* the last chunk overlaps */
            sum_along(scan->number, row + MIN(x, last), width, sums + MIN(x, last));
        if (taken < ROWS - 1)
            continue;
        memmove(steps, steps + 1, 2 * sizeof steps[0]);
        steps[2] = found;
        for (guint x = REACH, i = 0; x < width - REACH; x += CHUNK, i++) {
            guint16 *at[ROWS];
            for (guint k = 0; k < ROWS; k++)
                at[k] = rows[k] + MIN(x, last);
            is_steep[y & 1][i] =
                find_steps(scan->number, at + REACH, width, found + MIN(x, last)) >= STEP_MIN;
        }
        for (guint x = REACH, i = 0; x < width - REACH && taken >= ROWS + 1; x += CHUNK, i++)
            if (is_steep[~y & 1][i])
                find_peaks(scan, steps, MAX(x, REACH + 1), MIN(x + CHUNK, width - REACH - 1), y - 1);
    }
}

/* @box: left, top, right and bottom pixel; cut to the frame */
static void scan_box(FarFinder *self, const GrayFrame *frame, const gint box[4], guint number,
                     FinderMarks *marks)
{
    gint x0 = MAX(box[0], 0), y0 = MAX(box[1], 0);
    gint x1 = MIN(box[2], (gint)frame->width_px), y1 = MIN(box[3], (gint)frame->height_px);
    Scan scan = {.self = self, .part = *frame, .x0 = x0, .y0 = y0, .number = number, .marks = marks};

    if (x1 <= x0 || y1 <= y0)
        return;
    scan.part.pixels += (gsize)y0 * frame->stride_bytes + (gsize)x0;
    scan.part.width_px = (guint)(x1 - x0);
    scan.part.height_px = (guint)(y1 - y0);
    scan_part(&scan);
}

void far_finder_begin_frame(FarFinder *self)
{
    self->n_looked_at = self->n_compared = 0;
}

void far_finder_scan(FarFinder *self, const GrayFrame *frame, gdouble share, FinderMarks *marks)
{
    gint height = (gint)frame->height_px, n_rows = MAX((gint)(share * height), FAR_FINDER_ROWS_MIN);
    gint from = self->next_row + 2 * REACH < height ? self->next_row : 0,
         to = from + n_rows + FAR_FINDER_OVERLAP;
    const gint box[4] = {0, from, (gint)frame->width_px, to};

    marks->n = 0;
    scan_box(self, frame, box, self->n_passes % LARGE_PASS == LARGE_PASS - 1 ? 1 : 0, marks);
    self->next_row = to < height ? from + n_rows : 0;
    self->n_passes += to < height ? 0 : 1;
}

void far_finder_look_around(FarFinder *self, const GrayFrame *frame, const FinderMark *mark,
                            FinderMarks *marks)
{
    gdouble reach = AROUND_MODULES * mark->module_px;
    const gint box[4] = {(gint)(mark->x - reach), (gint)(mark->y - reach), (gint)(mark->x + reach),
                         (gint)(mark->y + reach)};

    for (guint i = 0; i < FAR_FINDER_SIZES; i++)
        if (fabs(log(mark->module_px / (gdouble)sizes[i].module_px)) < 0.25)
            scan_box(self, frame, box, i, marks);
}
