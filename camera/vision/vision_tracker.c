#include "camera/vision/vision_tracker.h"

#include <math.h>

#define SAME_PLACE 0.5 /* of a code's side: two codes are farther apart */

VisionTracker *vision_tracker_new(void)
{
    return g_new0(VisionTracker, 1);
}

void vision_tracker_free(VisionTracker *self)
{
    g_free(self);
}

void vision_tracker_reset(VisionTracker *self)
{
    for (guint i = 0; i < VISION_TRACKS_MAX; i++)
        self->track[i].n_frames = 0;
}

void vision_tracker_age(VisionTracker *self, gint64 now_ns)
{
    for (guint i = 0; i < VISION_TRACKS_MAX; i++) {
        VisionTrack *track = &self->track[i];
        if (track->seen_ns > now_ns || track->seen_ns < now_ns - VISION_TRACK_FORGET_NS)
            track->n_frames = 0;
    }
}

void vision_track_predict(const VisionTrack *track, gint64 now_ns, ModelFit *model)
{
    *model = track->model;
    for (guint i = 0; i < 8; i++)
        model->grid.h[i] += track->speed[i] * (gdouble)(now_ns - track->seen_ns);
}

void vision_track_move(VisionTrack *track, const ModelFit *model, gint64 now_ns)
{
    gdouble passed_ns = (gdouble)(now_ns - track->seen_ns);
    gboolean comparable = track->n_frames > 0 && passed_ns > 0 && track->model.layer == model->layer;

    for (guint i = 0; i < 8; i++) /* half of what was: a vibrating camera is not a moving car */
        track->speed[i] = comparable ? (track->n_frames > 1 ? 0.5 * track->speed[i] : 0) +
                                           (track->n_frames > 1 ? 0.5 : 1) *
                                               (model->grid.h[i] - track->model.grid.h[i]) / passed_ns
                                     : 0;
    track->model = *model;
    track->seen_ns = now_ns;
    track->n_frames = MIN(track->n_frames, G_MAXINT32 - 1) + 1;
}

/* Centres of both in pixels of the frame. */
static gboolean is_same(const ModelFit *a, const ModelFit *b)
{
    gdouble sa = 1u << a->layer, sb = 1u << b->layer;
    gdouble side = 2 * hypot(b->grid.h[0], b->grid.h[3]) * sb;

    return hypot(a->grid.h[2] * sa - b->grid.h[2] * sb, a->grid.h[5] * sa - b->grid.h[5] * sb) <
           SAME_PLACE * side;
}

VisionTrack *vision_tracker_begin(VisionTracker *self, const ModelFit *model, gint64 now_ns)
{
    VisionTrack *oldest = NULL;

    for (guint i = 0; i < VISION_TRACKS_MAX; i++) {
        VisionTrack *track = &self->track[i];
        if (track->n_frames > 0 && is_same(&track->model, model)) {
            if (track->seen_ns == now_ns)
                return NULL;
            if (track->model.version != model->version)
                track->n_frames = 0;
            vision_track_move(track, model, now_ns);
            return track;
        }
        if (track->n_frames > 0 && track->seen_ns == now_ns)
            continue;
        if (oldest == NULL || track->n_frames == 0 ||
            (oldest->n_frames > 0 && track->seen_ns < oldest->seen_ns))
            oldest = track;
    }
    if (oldest == NULL)
        return NULL;
    oldest->n_frames = 0;
    equations_fade(&oldest->sum, model->version, 0);
    vision_track_move(oldest, model, now_ns);
    return oldest;
}
