/* Pair: two marks of a code whose third mark was not seen: glare, dirt, a shadow through it, or just too
 * small. The two say where it may be, how large and how turned, so a much weaker likeness will do. */
#pragma once

#include "camera/vision/layers.h"
#include "camera/vision/region.h"

/* Comparisons with a finder a frame, about 0.2 us each. */
#define PAIR_EFFORT_MAX 8000

/* @regions: (out): made of two marks and a place that is like a mark, the likeliest first
 * Returns: how many comparisons that took */
guint pairs_complete(const Layers *layers, const FinderMarks *marks, Regions *regions);
