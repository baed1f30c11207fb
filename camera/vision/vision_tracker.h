/* Vision tracker: codes that were seen and not read yet, or read and still in view. It says where each should
 * be in the next frame and keeps what the frames so far said about its modules. Time comes with the frames.
 */
#pragma once

#include "camera/vision/model_reader.h"

#define VISION_TRACKS_MAX 4
#define VISION_TRACK_FORGET_NS (G_GINT64_CONSTANT(600) * 1000 * 1000)

typedef struct {
    guint n_frames;   /* 0: free */
    guint n_unread;   /* frames in a row that were solved for nothing */
    gint64 seen_ns;   /* pts of the last frame in which it was found */
    ModelFit model;   /* in that frame */
    gdouble speed[2]; /* of its middle, across and down, in pixels of its layer per nanosecond */
    gdouble growth;   /* of its size, per nanosecond */
    Equations sum;
} VisionTrack;

typedef struct VisionTracker {
    VisionTrack track[VISION_TRACKS_MAX];
} VisionTracker;

/* (transfer full): some megabytes; free with vision_tracker_free() */
VisionTracker *vision_tracker_new(void);
void vision_tracker_free(VisionTracker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VisionTracker, vision_tracker_free)

/* Another camera, or the same after a pause. */
void vision_tracker_reset(VisionTracker *self);

/* Forgets tracks that were not seen for long; also when time goes backwards. */
void vision_tracker_age(VisionTracker *self, gint64 now_ns);

/* @model: (out): where the code of this track should be at @now_ns, but for the shaking of the car */
void vision_track_predict(const VisionTrack *track, gint64 now_ns, ModelFit *model);

/* Not found where it was expected at @now_ns, but not forgotten yet either. */
static inline gboolean vision_track_is_lost(const VisionTrack *track, gint64 now_ns)
{
    return track->n_frames > 0 && track->seen_ns != now_ns;
}

/* @middle: (out): where that is in the frame, with the size of its modules */
void vision_track_place(const VisionTrack *track, gint64 now_ns, FinderMark *middle);

/* How much the shape of a prediction is worth, see fit(). */
gdouble vision_track_trust(const VisionTrack *track);

/* The track was found again at @model. */
void vision_track_move(VisionTrack *track, const ModelFit *model, gint64 now_ns);

/* The track that @model continues, else a new one in place of the one unseen for longest; NULL when it is one
 * that was already seen at @now_ns and fitted no worse, or when all were seen. */
VisionTrack *vision_tracker_begin(VisionTracker *self, const ModelFit *model, gint64 now_ns);

/* TRUE when the middle of @region lies in a code that was followed well to @now_ns. */
gboolean vision_tracker_holds(const VisionTracker *self, const Region *region, gint64 now_ns);
