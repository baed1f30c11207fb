/* Residual at a point: picture - (dark + contrast * pattern). The light's four numbers are solved exactly in
 * every step, the eight of the place by Gauss-Newton with a little of Levenberg and Marquardt. */
#include "camera/vision/fit.h"

#include <math.h>
#include <string.h>

#define SHIFT_MODULES 0.6 /* a fit finds the rest */
#define N 12              /* eight of the homography, three of the ink's plane, one of the contrast */

void fit_pattern_init(FitPattern *self, const Symbol *symbol, gdouble blur_modules)
{
    gint side = (gint)symbol->side;
    gdouble share[2][3]; /* of the module before, of its own and of the one after, at 1/4 and 3/4 */

    self->n = 0;
    self->version = symbol->version;
    self->blur = blur_modules;
    for (guint i = 0; i < 2; i++) {
        gdouble at = 0.25 + 0.5 * i, to = blur_modules * G_SQRT2;
        gdouble low = 0.5 * erfc(at / to), high = 0.5 * erfc((1 - at) / to);
        share[i][0] = low;
        share[i][1] = 1 - low - high;
        share[i][2] = high;
    }
    for (gint v = -1; v <= side; v++)
        for (gint u = -1; u <= side; u++) {
            if (symbol_at(symbol, u, v) < SYMBOL_LIGHT)
                continue;
            for (guint p = 0; p < 2 && self->n < FIT_POINTS_MAX; p++) { /* two points on a diagonal */
                guint i = p, j = (guint)(u + v) & 1 ? 1 - p : p;
                gdouble light = 0;
                for (gint dv = -1; dv <= 1; dv++)
                    for (gint du = -1; du <= 1; du++) {
                        SymbolModule near = symbol_at(symbol, u + du, v + dv);
                        light += share[i][du + 1] * share[j][dv + 1] *
                                 (near == SYMBOL_LIGHT  ? 1.0
                                  : near == SYMBOL_DARK ? 0.0
                                                        : 0.5);
                    }
                self->u[self->n] = (gfloat)((u + 0.25 + 0.5 * i) * 2 / side - 1);
                self->v[self->n] = (gfloat)((v + 0.25 + 0.5 * j) * 2 / side - 1);
                self->light[self->n++] = (gfloat)light;
            }
        }
}

/* Linear between pixel centres; @dx, @dy: the slope over a pixel to each side. Returns: FALSE near the
 * border. */
static gboolean look_at(const GrayFrame *picture, gdouble x, gdouble y, gdouble *light, gdouble *dx,
                        gdouble *dy)
{
    gdouble px = x - 0.5, py = y - 0.5;
    gint ix, iy;
    gfloat fx, fy, row[4];
    const guint8 *p;
    gsize stride = picture->stride_bytes;

    if (!(px >= 1 && py >= 1 && px < picture->width_px - 2.0 && py < picture->height_px - 2.0))
        return FALSE;
    ix = (gint)px;
    iy = (gint)py;
    fx = (gfloat)(px - ix);
    fy = (gfloat)(py - iy);
    p = picture->pixels + (gsize)(iy - 1) * stride + ix;
    for (guint i = 0; i < 4; i++, p += stride)
        row[i] = p[0] + fx * (gfloat)(p[1] - p[0]);
    *light = row[1] + fy * (row[2] - row[1]);
    *dy = 0.5f * (row[2] - row[0] + fy * (row[3] - row[1] - row[2] + row[0]));
    p = picture->pixels + (gsize)iy * stride + ix;
    const guint8 *q = p + stride;
    gfloat top = (gfloat)(p[1] - p[-1]) + fx * (gfloat)(p[2] - p[0] - p[1] + p[-1]);
    gfloat bottom = (gfloat)(q[1] - q[-1]) + fx * (gfloat)(q[2] - q[0] - q[1] + q[-1]);
    *dx = 0.5f * (top + fy * (bottom - top));
    return TRUE;
}

/* Cholesky; only the lower half of @a is used. */
static gboolean solve_in_place(gdouble a[N][N], gdouble b[N], guint from, guint n)
{
    for (guint i = from; i < n; i++) {
        for (guint j = from; j <= i; j++) {
            gdouble sum = a[i][j];
            for (guint k = from; k < j; k++)
                sum -= a[i][k] * a[j][k];
            if (i == j && !(sum > 1e-12))
                return FALSE;
            a[i][j] = i == j ? sqrt(sum) : sum / a[j][j];
        }
    }
    for (guint i = from; i < n; i++) {
        for (guint k = from; k < i; k++)
            b[i] -= a[i][k] * b[k];
        b[i] /= a[i][i];
    }
    for (guint i = n; i-- > from;) {
        for (guint k = i + 1; k < n; k++)
            b[i] -= a[k][i] * b[k];
        b[i] /= a[i][i];
    }
    return TRUE;
}

typedef struct {
    gdouble a[N][N], b[N];
    gdouble sum, square; /* of the picture */
    guint n;
} Normal;

/* @x0, @y0: of the picture, where @grid has its origin */
static void add_points(Normal *normal, const FitPattern *pattern, const GrayFrame *picture, const Grid *grid,
                       gdouble x0, gdouble y0)
{
    const gdouble *h = grid->h;

    memset(normal, 0, sizeof *normal);
    for (guint i = 0; i < pattern->n; i++) {
        gdouble u = pattern->u[i], v = pattern->v[i], w = 1 / (h[6] * u + h[7] * v + 1);
        gdouble x = (h[0] * u + h[1] * v + h[2]) * w, y = (h[3] * u + h[4] * v + h[5]) * w, light, dx, dy;
        gdouble j[N];

        if (!look_at(picture, x0 + x, y0 + y, &light, &dx, &dy))
            continue;
        dx *= -w;
        dy *= -w;
        gdouble slant = -(dx * x + dy * y);
        j[0] = dx * u;
        j[1] = dx * v;
        j[2] = dx;
        j[3] = dy * u;
        j[4] = dy * v;
        j[5] = dy;
        j[6] = slant * u;
        j[7] = slant * v;
        j[8] = 1;
        j[9] = u;
        j[10] = v;
        j[11] = pattern->light[i];
        for (guint r = 0; r < N; r++) {
            for (guint c = 0; c < N; c++) /* all of it: plain loops become vectors */
                normal->a[r][c] += j[r] * j[c];
            normal->b[r] += j[r] * light;
        }
        normal->sum += light;
        normal->square += light * light;
        normal->n++;
    }
}

/* Of the picture about its mean. */
static gdouble total_square(const Normal *normal)
{
    return normal->square - normal->sum * normal->sum / normal->n;
}

/* The best light for the place as it is. Returns: R2. */
static gdouble solve_light(const Normal *normal, Grid *grid)
{
    gdouble a[N][N], b[N], error = normal->square, all;

    memcpy(a, normal->a, sizeof a);
    memcpy(b, normal->b, sizeof b);
    if (normal->n < 100 || !solve_in_place(a, b, 8, N))
        return -1;
    for (guint i = 8; i < N; i++)
        error -= b[i] * normal->b[i];
    memcpy(grid->dark, b + 8, sizeof grid->dark);
    grid->contrast = b[11];
    all = total_square(normal);
    return all > 0 ? 1 - error / all : -1;
}

/* What is known of a grid before the picture is looked at: perspective is small, and after earlier pictures
 * the shape, size aside, which changes as the car moves. In units of squared gray levels, as the residual is.
 */
typedef struct {
    gdouble side[4]; /* h0, h1, h3 and h4 about the middle, as a vector of length one */
    gdouble slant[2];
    gdouble shape, known_slant, no_slant; /* weights */
} Prior;

static const guint side_at[4] = {0, 1, 3, 4};

static void prior_init(Prior *self, const Normal *normal, const gdouble *h, const FitPrior *known)
{
    gdouble in_place = (normal->a[0][0] + normal->a[4][4]) / 2, length = 0,
            size = fabs(h[0]) + fabs(h[1]) + 1;

    for (guint i = 0; i < 4; i++)
        length += h[side_at[i]] * h[side_at[i]];
    for (guint i = 0; i < 4; i++)
        self->side[i] = h[side_at[i]] / sqrt(MAX(length, 1e-9));
    self->slant[0] = h[6];
    self->slant[1] = h[7];
    self->shape = known->trust * in_place;
    self->known_slant = 0.5 * known->trust * in_place * size * size;
    self->no_slant = in_place * (known->flat_px / size) * (known->flat_px / size);
}

static gdouble prior_penalty(const Prior *self, const gdouble *h)
{
    gdouble along = 0, square = 0, sum = 0;

    for (guint i = 0; i < 4; i++) {
        along += self->side[i] * h[side_at[i]];
        square += h[side_at[i]] * h[side_at[i]];
    }
    for (guint i = 0; i < 2; i++)
        sum += self->no_slant * h[6 + i] * h[6 + i] +
               self->known_slant * (h[6 + i] - self->slant[i]) * (h[6 + i] - self->slant[i]);
    return sum + self->shape * (square - along * along);
}

static void prior_add(const Prior *self, const gdouble *h, gdouble a[N][N], gdouble b[N])
{
    gdouble along = 0;

    for (guint i = 0; i < 4; i++)
        along += self->side[i] * h[side_at[i]];
    for (guint i = 0; i < 4; i++) {
        for (guint k = 0; k < 4; k++)
            a[side_at[i]][side_at[k]] += self->shape * ((i == k ? 1 : 0) - self->side[i] * self->side[k]);
        b[side_at[i]] -= self->shape * (h[side_at[i]] - along * self->side[i]);
    }
    for (guint i = 0; i < 2; i++) {
        a[6 + i][6 + i] += self->no_slant + self->known_slant;
        b[6 + i] += self->known_slant * (self->slant[i] - h[6 + i]) - self->no_slant * h[6 + i];
    }
}

static gboolean step(const Normal *normal, Grid *grid, gdouble damping, const Prior *prior)
{
    gdouble a[N][N], b[N];

    memcpy(a, normal->a, sizeof a);
    memcpy(b, normal->b, sizeof b);
    for (guint r = 0; r < 8; r++) { /* b: against the residual of the light just solved */
        for (guint k = 0; k < 3; k++)
            b[r] -= normal->a[r][8 + k] * grid->dark[k];
        b[r] -= normal->a[r][11] * grid->contrast;
        a[r][r] *= 1 + damping;
    }
    for (guint r = 8; r < N; r++)
        b[r] = 0;
    prior_add(prior, grid->h, a, b);
    if (!solve_in_place(a, b, 0, N))
        return FALSE;
    for (guint r = 0; r < 8; r++)
        grid->h[r] += b[r];
    return TRUE;
}

/* Moves the origin of the picture: numbers about a code's own middle do not depend on where it is seen. */
static void move_origin(Grid *grid, gdouble x, gdouble y)
{
    gdouble *h = grid->h;

    for (guint i = 0; i < 3; i++) {
        h[i] += x * (i == 2 ? 1 : h[6 + i]);
        h[3 + i] += y * (i == 2 ? 1 : h[6 + i]);
    }
}

gdouble fit(const FitPattern *pattern, const GrayFrame *picture, Grid *grid, guint n_steps,
            const FitPrior *prior)
{
    gdouble best = -G_MAXDOUBLE, best_r2 = -1, damping = 0.01, inverse[9], x = grid->h[2], y = grid->h[5];
    Grid now = *grid;
    Normal normal = {0}, kept = {0};
    Prior known = {0};

    move_origin(&now, -x, -y);
    *grid = now;
    for (guint i = 0; i <= n_steps; i++) {
        gdouble r2 = -1, score = -G_MAXDOUBLE;
        if (grid_invert(&now, inverse)) {
            add_points(&normal, pattern, picture, &now, x, y);
            r2 = solve_light(&normal, &now);
        }
        if (i == 0 && prior != NULL)
            prior_init(&known, &normal, now.h, prior);
        if (r2 > -1)
            score = r2 - prior_penalty(&known, now.h) / total_square(&normal);
        if (score > best) {
            gboolean settled = i > 0 && score - best < 0.0001;
            best = score;
            best_r2 = r2;
            *grid = now;
            kept = normal;
            damping *= 0.2;
            if (settled)
                break;
        } else {
            damping = damping * 10 + 0.01;
            if (best_r2 < 0 || damping > 2)
                break;
            now = *grid;
        }
        if (i < n_steps && !step(&kept, &now, damping, &known))
            break;
    }
    move_origin(grid, x, y);
    return best_r2;
}

/* Correlation of the pattern with the picture when all points lie (@dx, @dy) away from @x, @y. */
static gfloat agreement(const FitPattern *pattern, const GrayFrame *picture, const gfloat *x, const gfloat *y,
                        gfloat dx, gfloat dy)
{
    gfloat sum = 0, square = 0, both = 0, light = 0, light_square = 0, n = 0, variance;

    for (guint i = 0; i < pattern->n; i += 2) { /* one point a module is enough here */
        gfloat px = x[i] + dx, py = y[i] + dy, fx, fy, top, bottom, value;
        const guint8 *p;
        if (!(px >= 0 && py >= 0 && px < (gfloat)picture->width_px - 1 &&
              py < (gfloat)picture->height_px - 1))
            continue;
        p = picture->pixels + (gsize)py * picture->stride_bytes + (gsize)px;
        fx = px - (gfloat)(gint)px;
        fy = py - (gfloat)(gint)py;
        top = p[0] + fx * (gfloat)(p[1] - p[0]);
        p += picture->stride_bytes;
        bottom = p[0] + fx * (gfloat)(p[1] - p[0]);
        value = top + fy * (bottom - top);
        sum += value;
        square += value * value;
        both += value * pattern->light[i];
        light += pattern->light[i];
        light_square += pattern->light[i] * pattern->light[i];
        n++;
    }
    if (n < 100)
        return -1;
    variance = (square - sum * sum / n) * (light_square - light * light / n);
    return variance > 0 ? (both - sum * light / n) / sqrtf(variance) : -1;
}

void fit_shift(const FitPattern *pattern, const GrayFrame *picture, Grid *grid, gdouble module_px,
               const gdouble reach_px[2])
{
    gfloat x[FIT_POINTS_MAX], y[FIT_POINTS_MAX], best = -2, step = (gfloat)(SHIFT_MODULES * module_px);
    gint across = (gint)ceil(reach_px[0] / step), down = (gint)ceil(reach_px[1] / step), best_i = 0,
         best_j = 0;
    gfloat sign = grid->contrast < 0 ? -1 : 1;

    for (guint i = 0; i < pattern->n; i += 2) {
        gdouble px, py;
        grid_to_picture(grid, pattern->u[i], pattern->v[i], &px, &py);
        x[i] = (gfloat)px - 0.5f;
        y[i] = (gfloat)py - 0.5f;
    }
    for (gint j = -down; j <= down; j++)
        for (gint i = -across; i <= across; i++) {
            gfloat now = sign * agreement(pattern, picture, x, y, (gfloat)i * step, (gfloat)j * step);
            if (now > best) {
                best = now;
                best_i = i;
                best_j = j;
            }
        }
    move_origin(grid, (gdouble)((gfloat)best_i * step), (gdouble)((gfloat)best_j * step));
}
