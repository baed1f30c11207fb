/* Far finder: marks of codes too small for the ring test, 0.65 to 1.2 pixels a module. There a finder is six
 * pixels wide and its light ring is hardly there; what is left is seen by all of its 81 modules together. So
 * every place is compared with the whole pattern, light rings less dark ones, as differences of nested
 * squares. That is too dear for whole frames: a band of the frame at a time, as such codes are in view for
 * many frames, or around a mark that was seen already. */
#pragma once

#include "camera/vision/finder.h"

/* What the bands of two frames share: more than the height of a code that is meant here. */
#define FAR_FINDER_OVERLAP 80
#define FAR_FINDER_ROWS_MIN 120
#define FAR_FINDER_MARKS_MAX 24 /* the likeliest: there are few codes, and triples go by the third power */
#define FAR_FINDER_SIZES 2      /* of the pattern */

typedef struct {
    gint next_row; /* where the next frame's band begins */
    guint n_passes;
    guint n_looked_at, n_compared; /* in this frame: bounded */
    guint16 *memory;               /* owned: sums along the rows of a band */
    gsize n_memory;
} FarFinder;

/* @self: zeroed before its first use; cleared with far_finder_clear() */
void far_finder_clear(FarFinder *self);
void far_finder_begin_frame(FarFinder *self);

/**
 * far_finder_scan:
 * @share: of the frame that is looked at: it is through after 1 / @share frames
 * @marks: (out): the likeliest; n_hits is 100 times the correlation with the pattern
 */
void far_finder_scan(FarFinder *self, const GrayFrame *frame, gdouble share, FinderMarks *marks);

/* Where the others of the code of @mark may be. @marks: (inout): the likeliest of those and these. */
void far_finder_look_around(FarFinder *self, const GrayFrame *frame, const FinderMark *mark,
                            FinderMarks *marks);
