#include "camera/vision/mesh.h"

#include <math.h>

#define VERSION_MIN 7  /* below it no version is printed */
#define GUESS_OFF 0.15 /* of the number of modules that the marks suggest */
#define BITS_MIN 0.5   /* agreement of both copies of the version, -1 .. 1 */
#define REACH 2.5      /* modules around where a pattern should be */
#define KNOT_MIN 0.35  /* correlation with an alignment pattern */

static gdouble look_at(const GrayFrame *picture, gdouble x, gdouble y)
{
    gdouble px = CLAMP(x - 0.5, 0, picture->width_px - 1.001),
            py = CLAMP(y - 0.5, 0, picture->height_px - 1.001);
    gint ix = (gint)px, iy = (gint)py;
    gdouble fx = px - ix, fy = py - iy;
    const guint8 *p = picture->pixels + (gsize)iy * picture->stride_bytes + ix,
                 *q = p + picture->stride_bytes;

    return (p[0] * (1 - fx) + p[1] * fx) * (1 - fy) + (q[0] * (1 - fx) + q[1] * fx) * fy;
}

/* How well the version's bits beside the two far marks agree with the picture. */
static gdouble version_agrees(const GrayFrame *picture, const Region *region, gdouble scale, guint version)
{
    const FinderMark *mark[2] = {&region->right, &region->below};
    gdouble n = 10 + 4 * version; /* modules between marks */
    gdouble ux = (region->right.x - region->corner.x) / n, uy = (region->right.y - region->corner.y) / n;
    gdouble vx = (region->below.x - region->corner.x) / n, vy = (region->below.y - region->corner.y) / n;
    guint bits = symbol_version_bits(version);
    gdouble sum = 0, all = 0;

    for (guint i = 0; i < 18; i++)
        for (guint copy = 0; copy < 2; copy++) {
            gdouble far = (gint)(i % 3) - 7.0, near = (gint)(i / 3) - 3.0; /* from the mark's middle */
            gdouble u = copy ? near : far, v = copy ? far : near;
            gdouble light = look_at(picture, scale * (mark[copy]->x + u * ux + v * vx),
                                    scale * (mark[copy]->y + u * uy + v * vy)) -
                            128;
            sum += bits >> i & 1 ? -light : light;
            all += fabs(light);
        }
    return all > 0 ? sum / all : 0;
}

guint mesh_guess_version(const GrayFrame *picture, const Region *region, gdouble scale)
{
    gdouble sign = region->corner.inverse ? -1 : 1, best = BITS_MIN;
    guint found = 0;

    for (guint version = VERSION_MIN; version <= SYMBOL_VERSION_MAX; version++) {
        gdouble side = 17 + 4 * version, now;
        if (fabs(side - region->n_modules) > GUESS_OFF * region->n_modules + 4)
            continue;
        now = sign * version_agrees(picture, region, scale, version);
        if (now > best) {
            best = now;
            found = version;
        }
    }
    return found;
}

/* Correlation with an alignment pattern and the light around its dark ring's inside: 5x5 modules. */
static gdouble knot_likeness(const GrayFrame *picture, gdouble x, gdouble y, const gdouble step_px[4])
{
    gdouble light = 0, dark = 0, square = 0, mean, variance;

    for (gint j = -2; j <= 2; j++)
        for (gint i = -2; i <= 2; i++) {
            gdouble value =
                look_at(picture, x + i * step_px[0] + j * step_px[2], y + i * step_px[1] + j * step_px[3]);
            if (MAX(ABS(i), ABS(j)) == 1)
                light += value;
            else
                dark += value;
            square += value * value;
        }
    mean = (light + dark) / 25;
    variance = square / 25 - mean * mean;
    return variance < 4 ? 0 : (light / 8 - dark / 17) * sqrt(8.0 * 17) / 25 / sqrt(variance);
}

/* The best place within REACH modules of (*@x, *@y); left alone when none is like a pattern. */
static void settle(const GrayFrame *picture, const gdouble step_px[4], gboolean inverse, gdouble *x,
                   gdouble *y)
{
    gdouble best = KNOT_MIN, to_u = 0, to_v = 0;

    for (gdouble v = -REACH; v <= REACH; v += 0.5)
        for (gdouble u = -REACH; u <= REACH; u += 0.5) {
            gdouble now = knot_likeness(picture, *x + u * step_px[0] + v * step_px[2],
                                        *y + u * step_px[1] + v * step_px[3], step_px) *
                              (inverse ? -1 : 1) -
                          0.02 * hypot(u, v); /* of two alike the nearer */
            if (now > best) {
                best = now;
                to_u = u;
                to_v = v;
            }
        }
    *x += to_u * step_px[0] + to_v * step_px[2];
    *y += to_u * step_px[1] + to_v * step_px[3];
}

/* Knots beside the three marks: three modules from each, where no pattern is. */
static void begin(Mesh *self, const Region *region, gdouble scale, gdouble step_px[4])
{
    const FinderMark *mark[3] = {&region->corner, &region->right, &region->below};
    gdouble between = self->side - 7.0;
    guint last = self->n - 1;

    step_px[0] = scale * (mark[1]->x - mark[0]->x) / between;
    step_px[1] = scale * (mark[1]->y - mark[0]->y) / between;
    step_px[2] = scale * (mark[2]->x - mark[0]->x) / between;
    step_px[3] = scale * (mark[2]->y - mark[0]->y) / between;
    for (guint i = 0; i < 3; i++) {
        gdouble u = i == 1 ? -3 : 3, v = i == 2 ? -3 : 3;
        guint row = i == 2 ? last : 0, column = i == 1 ? last : 0;
        self->x[row][column] = scale * mark[i]->x + u * step_px[0] + v * step_px[2];
        self->y[row][column] = scale * mark[i]->y + u * step_px[1] + v * step_px[3];
    }
}

void mesh_find(Mesh *self, const GrayFrame *picture, const Region *region, const Symbol *symbol,
               gdouble scale)
{
    guint at[SYMBOL_ALIGNMENTS_MAX], last;
    gdouble step_px[4];

    self->side = symbol->side;
    self->n = symbol_alignments(symbol->version, at);
    g_return_if_fail(self->n >= 2);
    for (guint i = 0; i < self->n; i++)
        self->at[i] = at[i] + 0.5;
    last = self->n - 1;
    begin(self, region, scale, step_px);
    for (guint row = 0; row <= last; row++)
        for (guint column = 0; column <= last; column++) {
            gdouble *x = &self->x[row][column], *y = &self->y[row][column];
            if ((row == 0 || row == last) && (column == 0 || column == last) &&
                !(row == last && column == last))
                continue;
            if (row == 0) { /* the rest of the way to the far knot */
                gdouble part =
                    (self->at[column] - self->at[column - 1]) / (self->at[last] - self->at[column - 1]);
                *x = self->x[0][column - 1] + part * (self->x[0][last] - self->x[0][column - 1]);
                *y = self->y[0][column - 1] + part * (self->y[0][last] - self->y[0][column - 1]);
            } else if (column == 0) {
                gdouble part = (self->at[row] - self->at[row - 1]) / (self->at[last] - self->at[row - 1]);
                *x = self->x[row - 1][0] + part * (self->x[last][0] - self->x[row - 1][0]);
                *y = self->y[row - 1][0] + part * (self->y[last][0] - self->y[row - 1][0]);
            } else { /* a parallelogram with three neighbours */
                *x = self->x[row - 1][column] + self->x[row][column - 1] - self->x[row - 1][column - 1];
                *y = self->y[row - 1][column] + self->y[row][column - 1] - self->y[row - 1][column - 1];
            }
            settle(picture, step_px, region->corner.inverse, x, y);
        }
}

void mesh_to_picture(const Mesh *self, gdouble u, gdouble v, gdouble *x, gdouble *y)
{
    guint column = 0, row = 0;
    gdouble a, b;

    while (column + 2 < self->n && u > self->at[column + 1])
        column++;
    while (row + 2 < self->n && v > self->at[row + 1])
        row++;
    a = (u - self->at[column]) / (self->at[column + 1] - self->at[column]);
    b = (v - self->at[row]) / (self->at[row + 1] - self->at[row]);
    *x = (1 - b) * ((1 - a) * self->x[row][column] + a * self->x[row][column + 1]) +
         b * ((1 - a) * self->x[row + 1][column] + a * self->x[row + 1][column + 1]);
    *y = (1 - b) * ((1 - a) * self->y[row][column] + a * self->y[row][column + 1]) +
         b * ((1 - a) * self->y[row + 1][column] + a * self->y[row + 1][column + 1]);
}

void mesh_sample(const Mesh *self, const GrayFrame *picture, gboolean inverse, gfloat *light)
{
    for (guint v = 0; v < self->side; v++)
        for (guint u = 0; u < self->side; u++) {
            gdouble x, y, value;
            mesh_to_picture(self, u + 0.5, v + 0.5, &x, &y);
            value = 0.5 + (look_at(picture, x, y) - 128) / 100 * (inverse ? -1 : 1);
            light[v * self->side + u] = (gfloat)CLAMP(value, 0, 1);
        }
}
