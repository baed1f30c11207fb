/* Ring finder: finders so small that no row of black and white shows them. It looks at gray: a dark middle, a
 * lighter ring two modules out and a darker one three modules out, in eight directions, at every pixel and
 * for four module sizes an octave. What passes is compared with the whole pattern. */
#pragma once

#include "camera/vision/finder.h"
#include "camera/vision/layers.h"

/* What was spent on a frame: both are bounded. */
typedef struct {
    guint n_looked_at; /* places that passed the ring test */
    guint n_compared;  /* of those, the ones that were compared with the pattern at all its sizes */
    guint n_most;
} RingFinder;

#define RING_FINDER_COMPARED_MAX 8000 /* about a microsecond each, with the looks that led to it */

/**
 * ring_finder_scan:
 * @n_most: comparisons with the pattern, at most RING_FINDER_COMPARED_MAX, six times what a frame of clutter
 * needs
 * @marks: (out): the likeliest; n_hits is 100 times the correlation with the pattern
 */
void ring_finder_scan(RingFinder *self, const Layers *layers, guint n_most, FinderMarks *marks);
