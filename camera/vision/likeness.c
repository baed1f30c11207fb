#include "camera/vision/likeness.h"

#include <math.h>

#include "camera/vision/vectors.h"

#define JUDGED_MIN                                                                                           \
    0.2           /* of black and white marks: some are turned between two angles, some half in shadow       \
                   */
#define WINDOW 16 /* pixels a side: 9 modules of the largest scale */
#define BEFORE 7  /* of them before the middle */
#define WEIGHT 4096

const gfloat likeness_scale_px[LIKENESS_SCALES] = {1.0f, 1.22f, 1.45f, 1.72f};

/* What each pixel of a window counts for when the middle is a pixel's: the points' linear weights are always
 * the same then. */
typedef struct {
    gint16 weight[WINDOW][WINDOW]; /* light less dark, WEIGHT for all */
    gint16 inside[WINDOW][WINDOW]; /* 1 where a point looks at it */
    gint n_inside;
} Stencil;

static void stencil_init(Stencil *self, gfloat module_px)
{
    gfloat sum[WINDOW][WINDOW] = {{0}};

    for (gint j = -4; j <= 4; j++)
        for (gint i = -4; i <= 4; i++) {
            gint ring = MAX(ABS(i), ABS(j)), x = (gint)floorf((gfloat)i * module_px);
            gint y = (gint)floorf((gfloat)j * module_px);
            gfloat fx = (gfloat)i * module_px - (gfloat)x, fy = (gfloat)j * module_px - (gfloat)y;
            gfloat w = (ring == 2 || ring == 4 ? 1 / 48.0f : -1 / 33.0f) * WEIGHT;
            for (gint k = 0; k < 4; k++) {
                gfloat share = (k & 1 ? fx : 1 - fx) * (k & 2 ? fy : 1 - fy);
                gint at_x = BEFORE + x + (k & 1), at_y = BEFORE + y + (k >> 1);
                if (share > 0.001f) {
                    sum[at_y][at_x] += w * share;
                    self->inside[at_y][at_x] = 1;
                }
            }
        }
    for (gint i = 0; i < WINDOW * WINDOW; i++) {
        self->weight[i / WINDOW][i % WINDOW] = (gint16)lrintf(sum[i / WINDOW][i % WINDOW]);
        self->n_inside += self->inside[i / WINDOW][i % WINDOW];
    }
}

static const Stencil *stencil_of(guint scale)
{
    static Stencil stencil[LIKENESS_SCALES];
    static gsize built;

    if (g_once_init_enter(&built)) {
        for (guint i = 0; i < LIKENESS_SCALES; i++)
            stencil_init(&stencil[i], likeness_scale_px[i]);
        g_once_init_leave(&built, 1);
    }
    return &stencil[scale];
}

FOR_EACH_CPU static void sum_window(const guint8 *row, gsize stride, const Stencil *stencil,
                                    gint32 *difference, gint32 *sum, gint32 *square)
{
    gint32 d = 0, s = 0, q = 0;

    for (gint j = 0; j < WINDOW; j++, row += stride)
        for (gint i = 0; i < WINDOW; i++) {
            gint16 value = (gint16)(row[i] * stencil->inside[j][i]);
            d += stencil->weight[j][i] * value;
            s += value;
            q += value * value;
        }
    *difference = d;
    *sum = s;
    *square = q;
}

gfloat likeness_rough(const GrayFrame *layer, gint px, gint py, guint scale)
{
    const Stencil *stencil = stencil_of(scale);
    gint x0 = px - BEFORE, y0 = py - BEFORE;
    gint32 difference, sum, square;
    gfloat n = (gfloat)stencil->n_inside, mean, variance;

    if (x0 < 0 || y0 < 0 || x0 + WINDOW > (gint)layer->width_px || y0 + WINDOW > (gint)layer->height_px)
        return 1; /* at the border the exact one decides */
    sum_window(layer->pixels + (gsize)y0 * layer->stride_bytes + x0, layer->stride_bytes, stencil,
               &difference, &sum, &square);
    mean = (gfloat)sum / n;
    variance = (gfloat)square / n - mean * mean;
    return variance < 4 ? -1 : (gfloat)difference / WEIGHT * sqrtf(48.0f * 33) / 81 / sqrtf(variance);
}

gfloat likeness_upright(const GrayFrame *layer, gfloat x, gfloat y, gfloat module_px)
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

gdouble likeness_turned(const Layers *layers, gdouble x, gdouble y, const gdouble step_px[4])
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

void likeness_judge(const Layers *layers, FinderMarks *marks)
{
    guint n = 0;

    for (guint i = 0; i < marks->n; i++) {
        FinderMark mark = marks->mark[i];
        mark.likeness = -1;
        for (gint turn = 0; turn < 4; turn++) { /* turned, rows and columns measured it 1/cosine too large */
            gdouble angle = turn * G_PI / 8 - (turn == 3 ? G_PI / 2 : 0), step = mark.module_px * cos(angle);
            gdouble c = step * cos(angle), s = step * sin(angle), down = turn == 0 ? mark.stretch : 1;
            const gdouble step_px[4] = {2 * c / (1 + down), s, -s, 2 * c * down / (1 + down)};
            gdouble now = likeness_turned(layers, mark.x, mark.y, step_px) * (mark.inverse ? -1 : 1);
            mark.likeness = MAX(mark.likeness, now);
        }
        if (mark.likeness > JUDGED_MIN)
            marks->mark[n++] = mark;
    }
    marks->n = n;
}

gdouble likeness_of_finders(const Layers *layers, const Region *region)
{
    const FinderMark *a = &region->corner, *mark[3] = {a, &region->right, &region->below};
    gdouble between = region->n_modules - 7, least = 1;
    const gdouble step_px[4] = {(mark[1]->x - a->x) / between, (mark[1]->y - a->y) / between,
                                (mark[2]->x - a->x) / between, (mark[2]->y - a->y) / between};

    for (guint i = 0; i < 3; i++)
        least = MIN(least,
                    likeness_turned(layers, mark[i]->x, mark[i]->y, step_px) * (mark[i]->inverse ? -1 : 1));
    return least;
}
