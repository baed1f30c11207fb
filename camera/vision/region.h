/* Region: three finder marks that may be the corners of one QR code. */
#pragma once

#include "camera/vision/finder.h"

#define REGIONS_MAX 12

typedef struct {
    FinderMark corner;  /* top left in the reading order of the code */
    FinderMark right;   /* top right */
    FinderMark below;   /* bottom left */
    guint n_modules;    /* along a side, guessed from distance and module size: 21 .. 177 */
    gdouble module_px;  /* corrected for rotation */
    gdouble unlikeness; /* 0 = like a code seen from the front; regions are sorted by it */
} Region;

typedef struct {
    Region region[REGIONS_MAX];
    guint n;
} Regions;

/* @regions: (out): the likeliest triples first. The work is bounded by %FINDER_MARKS_MAX. */
void regions_find(const FinderMarks *marks, Regions *regions);

/* Keeps them sorted; the unlikeliest goes when there is no room. */
void regions_keep(Regions *regions, const Region *candidate);

/* TRUE when (@x, @y) lies in the parallelogram of the three marks, or nearly. */
gboolean region_contains(const Region *region, gdouble x, gdouble y);

/* @box: (out): left, top, right and bottom of the code with some of what is around it, in pixels of a layer
 */
void region_box(const Region *region, guint layer, gint box[4]);
