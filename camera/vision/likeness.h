/* Likeness: how like a finder and the light around it a place is: the correlation with 9x9 modules, -1 .. 1,
 * whatever the light and the contrast. */
#pragma once

#include "camera/vision/finder.h"
#include "camera/vision/layers.h"
#include "camera/vision/region.h"

#define LIKENESS_SCALES 4
extern const gfloat likeness_scale_px[LIKENESS_SCALES]; /* pixels a module: four to an octave */

/* About pixel (@px, @py), upright; a tenth of the price of likeness_upright(), and a little off. */
gfloat likeness_rough(const GrayFrame *layer, gint px, gint py, guint scale);

/* Upright, at any size. Pixel centres lie at .5. */
gfloat likeness_upright(const GrayFrame *layer, gfloat x, gfloat y, gfloat module_px);

/* Anywhere in the frame; a module steps by @step_px: x and y along rows, then x and y along columns. */
gdouble likeness_turned(const Layers *layers, gdouble x, gdouble y, const gdouble step_px[4]);

/* Sets the likeness of marks of finder_scan(), turned as suits each best, and drops what is like no finder.
 */
void likeness_judge(const Layers *layers, FinderMarks *marks);

/* The least of a region's three finders, each seen along the sides that the three together say. */
gdouble likeness_of_finders(const Layers *layers, const Region *region);
