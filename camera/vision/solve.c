#include "camera/vision/solve.h"

#include <math.h>
#include <string.h>

#include "camera/vision/vectors.h"

#define MARGIN SOLVE_REACH
#define WIDE (SOLVE_SIDE_MAX + 2 * MARGIN + 2)
#define RIDGE 0.03f /* of a mean module: what is not seen stays in the middle */
#define SWEEPS 40
#define SPAN 4 /* modules along a side that one pixel can touch */

void equations_fade(Equations *self, guint version, gfloat keep)
{
    gsize n = (gsize)(17 + 4 * version) * (17 + 4 * version);

    if (keep <= 0 || self->version != version) {
        memset(self->share, 0, n * sizeof self->share[0]);
        memset(self->seen, 0, n * sizeof self->seen[0]);
    } else {
        gfloat *share = &self->share[0][0][0];
        for (gsize i = 0; i < n * (2 * SOLVE_REACH + 1) * SOLVE_ROW; i++)
            share[i] *= keep;
        for (gsize i = 0; i < n; i++)
            self->seen[i] *= keep;
    }
    self->version = version;
}

/* Gauss' integral from a table: 0.5 (1 + erf(z / sqrt 2)). */
static gfloat below(gfloat z)
{
    static gfloat table[513]; /* -4 .. 4 */
    static gsize built;
    gfloat at = (z + 4) * 64;

    if (g_once_init_enter(&built)) {
        for (guint i = 0; i <= 512; i++)
            table[i] = (gfloat)(0.5 * erfc((4 - i / 64.0) / G_SQRT2));
        g_once_init_leave(&built, 1);
    }
    if (!(at > 0))
        return 0;
    if (at >= 512)
        return 1;
    return table[(guint)at] + (at - (gfloat)(guint)at) * (table[(guint)at + 1] - table[(guint)at]);
}

/* Shares of the SPAN modules from *@first on, of a footprint around @at. */
static void shares(gfloat at, gfloat sigma, gint *first, gfloat share[SPAN])
{
    gfloat last;

    *first = (gint)floorf(at - 0.5f * SPAN + 0.5f);
    last = below((gfloat)(*first - at) / sigma);
    for (gint i = 0; i < SPAN; i++) {
        gfloat next = below((gfloat)(*first + i + 1 - at) / sigma);
        share[i] = next - last;
        last = next;
    }
}

typedef struct {
    gint u0, v0;
    gfloat u[SPAN], v[SPAN];
} Footprint;

static void add_pixel(Equations *self, const Symbol *symbol, const Footprint *foot, gfloat light,
                      gfloat weight)
{
    guint n = 0;
    gint at_u[SPAN * SPAN], at_v[SPAN * SPAN];
    gfloat part[SPAN * SPAN], rest = light, total = 0;

    for (gint j = 0; j < SPAN; j++)
        for (gint i = 0; i < SPAN; i++) {
            gfloat w = foot->u[i] * foot->v[j];
            SymbolModule what = symbol_at(symbol, foot->u0 + i, foot->v0 + j);
            total += w;
            if (what == SYMBOL_LIGHT)
                rest -= w;
            else if (what != SYMBOL_DARK && w > 0.002f) {
                at_u[n] = foot->u0 + i;
                at_v[n] = foot->v0 + j;
                part[n++] = w;
            }
        }
    if (n == 0)
        return;
    rest += (1 - total) * -0.5f; /* what lies farther out: a mean module */
    for (guint a = 0; a < n; a++) {
        gsize m = (gsize)at_v[a] * symbol->side + (gsize)at_u[a];
        gfloat w = part[a] * weight;
        self->seen[m] += w * rest;
        for (guint b = 0; b < n; b++)
            self->share[m][at_v[b] - at_v[a] + SOLVE_REACH][at_u[b] - at_u[a] + SOLVE_REACH] += w * part[b];
    }
}

static void bounds(const Grid *grid, const GrayFrame *picture, gint box[4])
{
    gdouble low_x = G_MAXINT16, low_y = G_MAXINT16, high_x = 0, high_y = 0;

    for (guint i = 0; i < 4; i++) {
        gdouble x, y;
        grid_to_picture(grid, i % 2 ? 1.05 : -1.05, i / 2 ? 1.05 : -1.05, &x, &y);
        low_x = MIN(low_x, x);
        low_y = MIN(low_y, y);
        high_x = MAX(high_x, x);
        high_y = MAX(high_y, y);
    }
    box[0] = (gint)CLAMP(low_x, 0, picture->width_px);
    box[1] = (gint)CLAMP(low_y, 0, picture->height_px);
    box[2] = (gint)CLAMP(high_x + 1, 0, picture->width_px);
    box[3] = (gint)CLAMP(high_y + 1, 0, picture->height_px);
}

void equations_add(Equations *self, const Symbol *symbol, const GrayFrame *picture, const Grid *grid,
                   gdouble footprint_px, gfloat weight)
{
    gdouble g[9], half = symbol->side / 2.0;
    gint box[4];

    if (!grid_invert(grid, g))
        return;
    bounds(grid, picture, box);
    for (gint y = box[1]; y < box[3]; y++) {
        const guint8 *row = picture->pixels + (gsize)y * picture->stride_bytes;
        for (gint x = box[0]; x < box[2]; x++) {
            gdouble px = x + 0.5, py = y + 0.5, w = 1 / (g[6] * px + g[7] * py + g[8]);
            gdouble u = (g[0] * px + g[1] * py + g[2]) * w, v = (g[3] * px + g[4] * py + g[5]) * w;
            Footprint foot;
            if (!(fabs(u) < 1.08 && fabs(v) < 1.08))
                continue;
            /* How far a pixel reaches in the code, along each side. */
            gdouble su = hypot(g[0] - u * g[6], g[1] - u * g[7]) * fabs(w) * half * footprint_px;
            gdouble sv = hypot(g[3] - v * g[6], g[4] - v * g[7]) * fabs(w) * half * footprint_px;
            gdouble ink = grid->dark[0] + grid->dark[1] * u + grid->dark[2] * v;
            gfloat light = (gfloat)CLAMP((row[x] - ink) / grid->contrast, -0.3, 1.3);
            shares((gfloat)((u + 1) * half), (gfloat)su, &foot.u0, foot.u);
            shares((gfloat)((v + 1) * half), (gfloat)sv, &foot.v0, foot.v);
            add_pixel(self, symbol, &foot, light, weight);
        }
    }
}

/* One module after the other takes the value that explains its pixels best, given all others. */
FOR_EACH_CPU static gfloat sweep(const Equations *self, const guint16 *data, guint n_data, guint side,
                                 gfloat ridge, gfloat *x)
{
    gfloat most = 0;

    for (guint k = 0; k < n_data; k++) {
        guint m = data[k];
        gfloat *own = x + (m / side + MARGIN) * WIDE + m % side + MARGIN;
        const gfloat *from = own - MARGIN * WIDE - MARGIN;
        gfloat lane[SOLVE_ROW] = {0}, sum = 0, diagonal = self->share[m][SOLVE_REACH][SOLVE_REACH], value;

        for (guint j = 0; j < 2 * SOLVE_REACH + 1; j++)
            for (guint i = 0; i < SOLVE_ROW; i++)
                lane[i] += self->share[m][j][i] * from[j * WIDE + i];
        for (guint i = 0; i < SOLVE_ROW; i++)
            sum += lane[i];
        value = (self->seen[m] - sum + diagonal * *own + 0.5f * ridge) / (diagonal + ridge);
        value = CLAMP(value, 0, 1);
        most = MAX(most, fabsf(value - *own));
        *own = value;
    }
    return most;
}

void equations_solve(const Equations *self, const Symbol *symbol, gfloat *light)
{
    gfloat x[WIDE * WIDE], ridge = 0;
    guint16 data[SOLVE_SIDE_MAX * SOLVE_SIDE_MAX];
    guint n_data = 0, side = symbol->side;

    for (guint i = 0; i < WIDE * WIDE; i++)
        x[i] = 0;
    for (guint m = 0; m < side * side; m++) {
        if (symbol->module[m] >= SYMBOL_LIGHT)
            continue;
        data[n_data++] = (guint16)m;
        ridge += self->share[m][SOLVE_REACH][SOLVE_REACH];
        x[(m / side + MARGIN) * WIDE + m % side + MARGIN] = 0.5f;
    }
    ridge = RIDGE * ridge / (gfloat)n_data + 1e-6f;
    for (guint i = 0; i < SWEEPS; i++)
        if (sweep(self, data, n_data, side, ridge, x) < 0.005f)
            break;
    for (guint m = 0; m < side * side; m++)
        light[m] = symbol->module[m] >= SYMBOL_LIGHT ? (symbol->module[m] == SYMBOL_LIGHT ? 1 : 0)
                                                     : x[(m / side + MARGIN) * WIDE + m % side + MARGIN];
}
