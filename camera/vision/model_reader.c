#include "camera/vision/model_reader.h"

#include <math.h>
#include <string.h>

#include "camera/vision/fit.h"
#include "camera/vision/solve.h"

#define LAYER_MODULE_PX 2.8 /* larger modules are solved in a smaller layer: more pixels say nothing new */
#define BLUR_PX 0.6         /* of a camera that is in focus, and of reading between pixels */
#define FIRST_STEPS 3       /* enough to see which version fits best */
#define MORE_STEPS 8
#define FLAT_PX 300.0   /* of the frame, see fit() */
#define HOPELESS 0.10   /* R2 before any step */
#define POOR 0.35       /* after the first steps */
#define GOOD 0.45       /* to be solved */
#define CONTRAST_MIN 5  /* gray levels between paper and ink */
#define SMALL_PX 0.85   /* a module: smaller ones were never read in one picture ... */
#define TINY_PX 0.70    /* ... nor in several */
#define REMEMBERED 0.8f /* of earlier pictures, each time: the last five count most */

struct ModelReader {
    Symbol symbol[SOLVE_VERSION_MAX];
    FitPattern pattern[SOLVE_VERSION_MAX];
    Equations equations;
    gfloat light[SOLVE_SIDE_MAX * SOLVE_SIDE_MAX];
};

ModelReader *model_reader_new(void)
{
    ModelReader *self = g_new0(ModelReader, 1);

    for (guint i = 0; i < SOLVE_VERSION_MAX; i++)
        symbol_init(&self->symbol[i], i + 1);
    return self;
}

void model_reader_free(ModelReader *self)
{
    g_free(self);
}

/* As if seen straight on: three marks say no more. */
static Grid grid_from_marks(const Region *region, guint side, gdouble scale)
{
    gdouble per = side / 2.0 / (side - 7), at = 1 - 7.0 / side; /* the marks lie at +-at */
    const FinderMark *a = &region->corner, *b = &region->right, *c = &region->below;
    Grid grid = {0};

    grid.h[0] = (b->x - a->x) * per * scale;
    grid.h[3] = (b->y - a->y) * per * scale;
    grid.h[1] = (c->x - a->x) * per * scale;
    grid.h[4] = (c->y - a->y) * per * scale;
    grid.h[2] = a->x * scale + at * (grid.h[0] + grid.h[1]);
    grid.h[5] = a->y * scale + at * (grid.h[3] + grid.h[4]);
    return grid;
}

static const FitPattern *pattern_for(ModelReader *self, guint version, gdouble module_px)
{
    FitPattern *pattern = &self->pattern[version - 1];
    gdouble blur = CLAMP(0.1 * ceil(10 * BLUR_PX / module_px), 0.2, 0.9);

    if (pattern->version != version || fabs(pattern->blur - blur) > 0.01)
        fit_pattern_init(pattern, &self->symbol[version - 1], blur);
    return pattern;
}

/* The likeliest version near the one that the marks suggest. Returns: its R2. */
static gdouble find_version(ModelReader *self, const GrayFrame *picture, const Region *region, gdouble scale,
                            guint *version, Grid *best_grid, guint *effort)
{
    static const gint order[] = {0, -1, 1, -2, 2};
    gint guess = ((gint)region->n_modules - 17) / 4;
    guint n = guess > 2 ? 5 : guess > 1 ? 4 : 3;
    gdouble best = -1;
    const FitPrior prior = {.flat_px = FLAT_PX * scale};

    for (guint i = 0; i < G_N_ELEMENTS(order) && i < n; i++) {
        gint v = guess + order[i];
        if (v < 1 || v > SOLVE_VERSION_MAX)
            continue;
        Grid grid = grid_from_marks(region, self->symbol[v - 1].side, scale);
        const FitPattern *pattern = pattern_for(self, (guint)v, region->module_px * scale);
        gdouble r2 = fit(pattern, picture, &grid, 0, NULL);
        *effort += 1;
        if (r2 < HOPELESS || r2 < best - 0.25)
            continue;
        r2 = fit(pattern, picture, &grid, FIRST_STEPS, &prior);
        *effort += FIRST_STEPS + 1;
        if (r2 > best) {
            best = r2;
            *best_grid = grid;
            *version = (guint)v;
        }
    }
    return best;
}

static void describe(const Grid *grid, guint side, gdouble scale, Detection *found)
{
    static const gdouble corner[8] = {-1, -1, 1, -1, 1, 1, -1, 1};

    for (guint i = 0; i < 8; i += 2) {
        gdouble x, y;
        grid_to_picture(grid, corner[i], corner[i + 1], &x, &y);
        found->quad_px[i] = x / scale;
        found->quad_px[i + 1] = y / scale;
    }
    found->px_per_module = grid_module_px(grid, side) / scale;
}

guint model_reader_layer(const Layers *layers, gdouble module_px)
{
    guint layer = 0;

    for (; layer + 1 < layers->n && module_px > LAYER_MODULE_PX; module_px /= 2)
        layer++;
    return layer;
}

gboolean model_reader_fit(ModelReader *self, const Layers *layers, const Region *region, ModelFit *found,
                          guint *effort)
{
    guint layer = model_reader_layer(layers, region->module_px);
    gdouble scale = 1.0 / (1u << layer), module_px = region->module_px * scale;

    *found = (ModelFit){.r2 = -1, .layer = layer};
    const GrayFrame *picture = &layers->layer[found->layer];
    found->r2 = find_version(self, picture, region, scale, &found->version, &found->grid, effort);
    if (found->r2 < POOR)
        return FALSE;
    found->r2 = fit(pattern_for(self, found->version, module_px), picture, &found->grid, MORE_STEPS,
                    &(FitPrior){.flat_px = FLAT_PX * scale});
    *effort += MORE_STEPS;
    return found->r2 >= GOOD && fabs(found->grid.contrast) >= CONTRAST_MIN;
}

gboolean model_reader_refit(ModelReader *self, const Layers *layers, ModelFit *model,
                            const gdouble reach_px[2], gdouble trust, guint *effort)
{
    guint side = self->symbol[model->version - 1].side;
    gdouble module_px = grid_module_px(&model->grid, side);
    const FitPattern *pattern;

    model->r2 = -1;
    if (model->layer >= layers->n || module_px < 0.5 || module_px > 1.3 * LAYER_MODULE_PX)
        return FALSE;
    pattern = pattern_for(self, model->version, module_px);
    const gdouble reach[2] = {reach_px[0] / (1u << model->layer), reach_px[1] / (1u << model->layer)};
    fit_shift(pattern, &layers->layer[model->layer], &model->grid, module_px, reach);
    model->r2 = fit(pattern, &layers->layer[model->layer], &model->grid, MORE_STEPS,
                    &(FitPrior){.trust = trust, .flat_px = FLAT_PX / (1u << model->layer)});
    *effort += 2 * MORE_STEPS;
    return model->r2 >= GOOD && fabs(model->grid.contrast) >= CONTRAST_MIN;
}

/* Of a picture against others: by what the fit leaves unexplained, noise, glare or a bad fit. */
static gfloat weight_of(const ModelFit *model)
{
    return (gfloat)(model->r2 * model->r2);
}

gboolean model_reader_read(ModelReader *self, const Layers *layers, const ModelFit *model, Equations *sum,
                           gboolean solve, Redraw *redraw, Detection *found, guint *effort)
{
    static const gdouble footprint_px[] = {0.5, 0.75};
    const Symbol *symbol = &self->symbol[model->version - 1];
    const GrayFrame *picture = &layers->layer[model->layer];
    gdouble module_px = grid_module_px(&model->grid, symbol->side);
    gboolean read = FALSE;

    if (sum != NULL) {
        equations_fade(sum, model->version, REMEMBERED);
        equations_add(sum, symbol, picture, &model->grid, footprint_px[0], weight_of(model));
    }
    if (!solve || module_px < (sum != NULL ? TINY_PX : SMALL_PX))
        return FALSE;
    if (sum != NULL) {
        equations_solve(sum, symbol, self->light);
        *effort += 5;
        read = redraw_read(redraw, symbol, self->light, found);
    }
    for (guint i = 0; i < G_N_ELEMENTS(footprint_px) && !read && module_px >= SMALL_PX; i++) {
        equations_fade(&self->equations, model->version, 0);
        equations_add(&self->equations, symbol, picture, &model->grid, footprint_px[i], 1);
        equations_solve(&self->equations, symbol, self->light);
        *effort += 10;
        read = redraw_read(redraw, symbol, self->light, found);
    }
    if (read)
        describe(&model->grid, symbol->side, 1.0 / (1u << model->layer), found);
    return read;
}
