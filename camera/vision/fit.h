/* Fit: moves a grid until what is known of every code (finders, separators, timing, alignment, quiet zone)
 * lies on the pixels that look like it. Finders may be off by a module: the fit finds the rest, and says how
 * well the pixels agree. */
#pragma once

#include "base/gray_frame.h"
#include "camera/vision/grid.h"
#include "camera/vision/symbol.h"

#define FIT_POINTS_MAX 1600

/* The known modules of one version as points with the light that a camera should see there. */
typedef struct {
    guint n;
    gfloat u[FIT_POINTS_MAX], v[FIT_POINTS_MAX]; /* in grid coordinates */
    gfloat light[FIT_POINTS_MAX];
    guint version; /* what it was made for */
    gdouble blur;  /* of the light, in modules */
} FitPattern;

/* @blur_modules: sigma of the camera's footprint in modules */
void fit_pattern_init(FitPattern *self, const Symbol *symbol, gdouble blur_modules);

/* What is known of a grid before the picture is looked at. */
typedef struct {
    gdouble trust;   /* in the shape where a fit begins, its size aside: 1 = as much as in the picture */
    gdouble flat_px; /* a code of half so many pixels to each side of its middle is seen without perspective:
                        what is small is far away, or seen through a long lens */
} FitPrior;

/**
 * fit:
 * @grid: (inout): where to begin; then the best place found, with its light
 * @n_steps: of Gauss and Newton at most
 * @prior: (nullable): nothing is known
 *
 * Returns: the share of the light's variance that the pattern explains: 1 perfect, 0 or less: nothing
 */
gdouble fit(const FitPattern *pattern, const GrayFrame *picture, Grid *grid, guint n_steps,
            const FitPrior *prior);

/* Shifts @grid by whole steps of 0.6 modules to where the pixels are most like the pattern, up to @reach_px
 * to each side: farther than a fit finds. */
void fit_shift(const FitPattern *pattern, const GrayFrame *picture, Grid *grid, gdouble module_px,
               const gdouble reach_px[2]);
