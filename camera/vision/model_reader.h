/* Model reader: reads codes too small, soft or slanted for ZBar. It fits what every code has in common to the
 * pixels, solves for each module, repairs the rest with the code's own error correction, and gives ZBar a
 * clean drawing of the result. */
#pragma once

#include "camera/vision/detection.h"
#include "camera/vision/layers.h"
#include "camera/vision/qr_reader.h"
#include "camera/vision/region.h"

typedef struct ModelReader ModelReader;

/* (transfer full): free with model_reader_free() */
ModelReader *model_reader_new(void);
void model_reader_free(ModelReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ModelReader, model_reader_free)

/**
 * model_reader_read:
 * @likeness: (out): share of the light that the known patterns explain here: below 0.1 there is no code of
 *   versions 1 to 10, above 0.5 there surely is one
 * @effort: (inout): grows by the number of times a grid was compared with the picture, about 0.06 ms each
 *
 * Returns: TRUE when ZBar read the code; then @found is complete, in pixels of the frame
 */
gboolean model_reader_read(ModelReader *self, const Layers *layers, const Region *region, QrReader *reader,
                           Detection *found, gdouble *likeness, guint *effort);
