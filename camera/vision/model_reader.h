/* Model reader: reads codes too small, soft or slanted for ZBar. It fits what every code has in common to the
 * pixels, solves for each module, repairs the rest with the code's own error correction, and gives ZBar a
 * clean drawing of the result. */
#pragma once

#include "camera/vision/detection.h"
#include "camera/vision/grid.h"
#include "camera/vision/layers.h"
#include "camera/vision/redraw.h"
#include "camera/vision/region.h"
#include "camera/vision/solve.h"

typedef struct ModelReader ModelReader;

/* (transfer full): free with model_reader_free() */
ModelReader *model_reader_new(void);
void model_reader_free(ModelReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ModelReader, model_reader_free)

/* Where a code lies, as far as the known patterns say. */
typedef struct {
    Grid grid; /* in pixels of @layer */
    guint layer;
    guint version;
    gdouble
        r2; /* share of the light that they explain: below 0.1 there is no code, above 0.5 there surely is */
} ModelFit;

/* The layer in which modules of @module_px pixels of the frame are fitted and solved. */
guint model_reader_layer(const Layers *layers, gdouble module_px);

/**
 * model_reader_fit:
 * @found: (out): also on failure: its r2 says how unlikely a code is
 * @effort: (inout): grows by the number of times a grid was compared with the picture, about 0.06 ms each
 *
 * Returns: TRUE when it is worth reading
 */
gboolean model_reader_fit(ModelReader *self, const Layers *layers, const Region *region, ModelFit *found,
                          guint *effort);

/**
 * model_reader_refit:
 * As model_reader_fit(), from where the code should be by now.
 * @reach_px: how far from there it may be, across and down, in pixels of the frame
 * @trust: in its shape, see fit()
 */
gboolean model_reader_refit(ModelReader *self, const Layers *layers, ModelFit *model,
                            const gdouble reach_px[2], gdouble trust, guint *effort);

/**
 * model_reader_read:
 * @sum: (inout) (optional): what earlier pictures of this code said; this one is added
 * @solve: FALSE: only that
 *
 * Returns: TRUE when ZBar read the code; then @found is complete, in pixels of the frame
 */
gboolean model_reader_read(ModelReader *self, const Layers *layers, const ModelFit *model, Equations *sum,
                           gboolean solve, Redraw *redraw, Detection *found, guint *effort);
