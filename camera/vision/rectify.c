/* Affine from the three finder centres: shear, turn and size go, what perspective is left ZBar can take.
 * Sampled with a cubic kernel (Catmull-Rom), because linear interpolation costs small modules their contrast.
 */
#include "camera/vision/rectify.h"

#include <math.h>

#define QUIET_MODULES 4.0 /* ISO/IEC 18004 6.3.8 */

/* The smallest layer whose modules are still as large as those we make: shrinking is then done by averages.
 */
static guint pick_layer(const Layers *layers, gdouble step_px)
{
    guint i = 0;

    while (i + 1 < layers->n && step_px >= 1.5) {
        step_px /= 2;
        i++;
    }
    return i;
}

static void cubic(gdouble t, gfloat w[4])
{
    gdouble t2 = t * t, t3 = t2 * t;

    w[0] = (gfloat)(-0.5 * t3 + t2 - 0.5 * t);
    w[1] = (gfloat)(1.5 * t3 - 2.5 * t2 + 1);
    w[2] = (gfloat)(-1.5 * t3 + 2 * t2 + 0.5 * t);
    w[3] = (gfloat)(0.5 * t3 - 0.5 * t2);
}

static guint8 sample(const GrayFrame *layer, gdouble x, gdouble y)
{
    gint ix = (gint)floor(x), iy = (gint)floor(y), w = (gint)layer->width_px, h = (gint)layer->height_px;
    gfloat wx[4], wy[4], sum = 0;

    cubic(x - ix, wx);
    cubic(y - iy, wy);
    for (gint j = 0; j < 4; j++) {
        const guint8 *row = layer->pixels + (gsize)CLAMP(iy - 1 + j, 0, h - 1) * layer->stride_bytes;
        gfloat line = 0;
        if (ix >= 1 && ix + 2 < w)
            line = row[ix - 1] * wx[0] + row[ix] * wx[1] + row[ix + 1] * wx[2] + row[ix + 2] * wx[3];
        else
            for (gint i = 0; i < 4; i++)
                line += row[CLAMP(ix - 1 + i, 0, w - 1)] * wx[i];
        sum += line * wy[j];
    }
    return (guint8)CLAMP(sum + 0.5f, 0, 255);
}

static void resample(Upright *self, const Layers *layers)
{
    guint number = pick_layer(layers, MAX(hypot(self->ux, self->uy), hypot(self->vx, self->vy)));
    const GrayFrame *layer = &layers->layer[number];
    gdouble scale = 1.0 / (1u << number);

    if (self->pixels == NULL)
        self->pixels = g_malloc(RECTIFY_MAX_SIDE_PX * RECTIFY_MAX_SIDE_PX);
    for (guint v = 0; v < self->side_px; v++) {
        guint8 *out = self->pixels + (gsize)v * self->side_px;
        gdouble x = (self->x0 + v * self->vx) * scale - 0.5, y = (self->y0 + v * self->vy) * scale - 0.5;
        for (guint u = 0; u < self->side_px; u++)
            out[u] = sample(layer, x + u * self->ux * scale, y + u * self->uy * scale);
    }
}

void rectify(Upright *self, const Layers *layers, const Region *region, gdouble module_px)
{
    gdouble between = region->n_modules - 7; /* modules between two finder centres */
    /* Perspective moves the fourth corner out: a little more room for large codes. */
    gdouble border = QUIET_MODULES + 0.08 * region->n_modules, span = region->n_modules + 2 * border, start;

    module_px = MIN(module_px, RECTIFY_MAX_SIDE_PX / span);
    self->side_px = (guint)(span * module_px);
    self->ux = (region->right.x - region->corner.x) / between / module_px;
    self->uy = (region->right.y - region->corner.y) / between / module_px;
    self->vx = (region->below.x - region->corner.x) / between / module_px;
    self->vy = (region->below.y - region->corner.y) / between / module_px;
    start = (border + 3.5) * module_px - 0.5; /* the corner mark's pixel */
    self->x0 = region->corner.x - start * (self->ux + self->vx);
    self->y0 = region->corner.y - start * (self->uy + self->vy);
    resample(self, layers);
}

void rectify_not(Upright *self, const Layers *layers, const Region *region, gdouble module_px)
{
    const FinderMark *a = &region->corner, *b = &region->right, *c = &region->below;
    gdouble dx = b->x + c->x - a->x, dy = b->y + c->y - a->y; /* the fourth corner, without perspective */
    gdouble left = MIN(MIN(a->x, b->x), MIN(c->x, dx)), right = MAX(MAX(a->x, b->x), MAX(c->x, dx));
    gdouble top = MIN(MIN(a->y, b->y), MIN(c->y, dy)), bottom = MAX(MAX(a->y, b->y), MAX(c->y, dy));
    gdouble border = (3.5 + QUIET_MODULES + 0.08 * region->n_modules) * region->module_px;
    gdouble span = MAX(right - left, bottom - top) + 2 * border;
    gdouble step = MAX(region->module_px / module_px, span / RECTIFY_MAX_SIDE_PX);

    self->side_px = (guint)(span / step);
    self->ux = self->vy = step;
    self->uy = self->vx = 0;
    self->x0 = (left + right - span) / 2;
    self->y0 = (top + bottom - span) / 2;
    resample(self, layers);
}

void upright_to_frame(const Upright *self, gdouble u, gdouble v, gdouble *x, gdouble *y)
{
    *x = self->x0 + u * self->ux + v * self->vx;
    *y = self->y0 + u * self->uy + v * self->vy;
}

void upright_clear(Upright *self)
{
    g_free(self->pixels);
    *self = (Upright){0};
}
