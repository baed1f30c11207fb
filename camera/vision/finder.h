/* Finder: where the three big squares of QR codes may stand (ISO/IEC 18004 6.3.3: dark, light, dark, light,
 * dark runs of 1:1:3:1:1 modules through the middle, in every direction). */
#pragma once

#include "camera/vision/bitmap.h"

/* Enough for a dozen codes and their look-alikes; a wall of look-alikes must not cost more than this. */
#define FINDER_MARKS_MAX 128

/* Every second row: the middle of a finder is three modules high. */
#define FINDER_ROW_STEP 2

typedef struct {
    gdouble x, y;      /* centre, in pixels of the full frame */
    gdouble module_px; /* of the full frame, mean of across and down; not corrected for rotation */
    gdouble stretch;   /* down by across: 1 seen from the front */
    guint n_hits;      /* rows that agree, of those looked at */
    guint layer;       /* where it was seen best */
    gboolean inverse;  /* printed light on dark */
    gdouble likeness; /* correlation with the pattern, -1 .. 1; of finder_scan() 0: it sees black and white */
} FinderMark;

typedef struct {
    FinderMark mark[FINDER_MARKS_MAX];
    guint n;
} FinderMarks;

/**
 * finder_scan:
 * @bitmap: of layer number @layer (see layers.h)
 * @marks: (inout): marks are added, or merged with those already there
 */
void finder_scan(const Bitmap *bitmap, guint layer, FinderMarks *marks);
