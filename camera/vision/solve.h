/* Solve: how light each module is, when every pixel is a mixture of several. A pixel is the mean of the
 * modules under its footprint (a Gaussian); the modules are what explains all pixels best, between ink and
 * paper, with those that are known held fast. Sums of several pictures of one code, each with a grid of its
 * own, are solved together. */
#pragma once

#include "base/gray_frame.h"
#include "camera/vision/grid.h"
#include "camera/vision/symbol.h"

#define SOLVE_VERSION_MAX 10 /* larger modules of longer codes can be looked at one by one: mesh */
#define SOLVE_SIDE_MAX (17 + 4 * SOLVE_VERSION_MAX)
#define SOLVE_REACH 3 /* modules to each side that can share a pixel */
#define SOLVE_ROW (2 * SOLVE_REACH + 2)

/* Normal equations of all data modules: what they are made of does not grow with the number of pictures. */
typedef struct {
    guint version;
    gfloat share[SOLVE_SIDE_MAX * SOLVE_SIDE_MAX][2 * SOLVE_REACH + 1][SOLVE_ROW];
    gfloat seen[SOLVE_SIDE_MAX * SOLVE_SIDE_MAX];
} Equations;

/* Forgets all but @keep (0 .. 1) of what was added before; all of it when that was of another version. */
void equations_fade(Equations *self, guint version, gfloat keep);

/**
 * equations_add:
 * @footprint_px: sigma of the footprint of a pixel
 * @weight: of this picture against others
 */
void equations_add(Equations *self, const Symbol *symbol, const GrayFrame *picture, const Grid *grid,
                   gdouble footprint_px, gfloat weight);

/* @light: (out): (array length=side*side): 0 dark .. 1 light; the known modules too */
void equations_solve(const Equations *self, const Symbol *symbol, gfloat *light);
