/* Vision: pixels in, codes out. The way of a frame, one module a step:
 *   layers -> bitmap -> finder (marks) -> region (triples) -> rectify (upright crop) -> qr_reader (ZBar);
 * then, for what that did not read and for what only gray shows (ring_finder -> region):
 *   model_reader = fit (grid) -> solve (modules) -> codewords (repair) -> qr_reader (ZBar, a clean drawing).
 * Pure: no I/O, no clock; the same frame always gives the same answer. Not for several threads at once.
 */
#pragma once

#include "base/gray_frame.h"
#include "camera/vision/detection.h"
#include "camera/vision/vision_trace.h"
#include "camera/vision/vision_tracker.h"

typedef struct Vision Vision;

#define VISION_FITS_MAX 250 /* about 0.06 ms each: what a frame full of look-alikes may cost */

/* What one look cost, for measuring and for tests of the bounds. */
typedef struct {
    guint n_marks;
    guint n_regions;
    guint n_crops;       /* pictures given to ZBar */
    gsize crop_pixels;   /* their size together: bounded */
    guint n_fits;        /* comparisons of a grid with the picture: bounded */
    gsize even_pixels;   /* evened: bounded */
    guint n_pair_places; /* looked at for the third mark of two */
} VisionEffort;

/* (transfer full): free with vision_free(). Buffers are kept from frame to frame. */
Vision *vision_new(void);
void vision_free(Vision *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Vision, vision_free)

/* Processor time that is left for the frame, in microseconds; below 0: it took more. */
typedef gint64 (*VisionLeft)(gpointer data);

/**
 * vision_limit:
 * From now on @left is asked before each step that may be left out, the dearer ones being left out first.
 * What every frame gets whatever it says: the first look, one track, and the likeliest triple of either
 * finder. Without it only the counts below limit a frame, and the same frame always gives the same answer.
 * @left: (nullable): no limit
 */
void vision_limit(Vision *self, VisionLeft left, gpointer data);

/* From now on every look fills in @trace; (nullable): no longer. Borrowed. */
void vision_trace(Vision *self, VisionTrace *trace);

/**
 * vision_look:
 * @frame: see gray_frame_is_valid()
 * @found: (out): each code once, however many times it was read
 * @effort: (out) (optional)
 *
 * Returns: how many codes were found
 */
guint vision_look(Vision *self, const GrayFrame *frame, Detections *found, VisionEffort *effort);

/**
 * vision_follow:
 * As vision_look(), for one frame after the other of one camera: what cannot be read in one frame may be read
 * in several together.
 * @tracker: (inout): zeroed or reset before the first frame
 * @frame: its pts_ns says when it was taken
 */
guint vision_follow(Vision *self, VisionTracker *tracker, const GrayFrame *frame, Detections *found,
                    VisionEffort *effort);
