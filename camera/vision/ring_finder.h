/* Ring finder: finders so small that no row of black and white shows them. It looks at gray: a dark middle, a
 * lighter ring two modules out and a darker one three modules out, in eight directions, at every pixel and
 * for four module sizes an octave. What passes is compared with the whole pattern. */
#pragma once

#include "camera/vision/finder.h"
#include "camera/vision/layers.h"

/* Module sizes looked for in a layer: the layers below see the larger ones. */
#define RING_FINDER_SCALES 4

typedef struct {

    guint n_compared; /* in this frame: the dear part, bounded */
} RingFinder;

/* @marks: (out): the likeliest; n_hits is 100 times the correlation with the pattern */
void ring_finder_scan(RingFinder *self, const Layers *layers, FinderMarks *marks);

/* Correlation (-1 .. 1) of the place (@x, @y) of the frame with a finder whose modules step by @step_px: x
 * and y along its rows, then x and y along its columns. */
gdouble ring_finder_likeness(const Layers *layers, gdouble x, gdouble y, const gdouble step_px[4]);

/* Sets the likeness of marks of finder_scan(), turned as suits each best, and drops what is like no finder.
 */
void ring_finder_judge(const Layers *layers, FinderMarks *marks);
