#include "camera/vision/vision_tracker.h"

#include <math.h>

#define TRUST_OF_A_FRAME 0.5
#define TRUST_MAX 2.0
#define TURNING_SHARE                                                                                        \
    0.7                /* of the last frame in the speed across: a car turns, but does not shake that way */
#define SPEED_FRAMES 4 /* as many make up a speed: a vibrating camera is not a moving car */
#define TURNED 1.5     /* sides */
#define FOLLOWED_WELL 0.7 /* R2 */
#define BETTER 0.05       /* R2: two fits of one picture at one place, of which one is wrong */
#define SAME_PLACE 0.5    /* of a code's side: two codes are farther apart */

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
    gdouble passed_ns = (gdouble)(now_ns - track->seen_ns), grown = exp(track->growth * passed_ns);
    gdouble *h = model->grid.h;

    *model = track->model;
    /* Farther perspective for a larger code: its numbers grow as its sides do. */
    for (guint i = 0; i < 8; i++)
        if (i != 2 && i != 5)
            h[i] *= grown;
    h[2] += track->speed[0] * passed_ns;
    h[5] += track->speed[1] * passed_ns;
    h[0] += (h[2] - track->model.grid.h[2]) * h[6];
    h[1] += (h[2] - track->model.grid.h[2]) * h[7];
    h[3] += (h[5] - track->model.grid.h[5]) * h[6];
    h[4] += (h[5] - track->model.grid.h[5]) * h[7];
}

void vision_track_place(const VisionTrack *track, gint64 now_ns, FinderMark *middle)
{
    gdouble scale = 1u << track->model.layer;
    ModelFit model;

    vision_track_predict(track, now_ns, &model);
    *middle = (FinderMark){.x = model.grid.h[2] * scale,
                           .y = model.grid.h[5] * scale,
                           .module_px = grid_module_px(&model.grid, 17 + 4 * model.version) * scale};
}

gdouble vision_track_trust(const VisionTrack *track)
{
    return MIN(TRUST_OF_A_FRAME * (track->n_frames - 1), TRUST_MAX);
}

/* Half of the area's logarithm. */
static gdouble log_size(const Grid *grid)
{
    const gdouble *h = grid->h;
    gdouble x = h[2], y = h[5]; /* without what perspective does to the sides */

    return 0.5 *
           log(fabs((h[0] - x * h[6]) * (h[4] - y * h[7]) - (h[1] - x * h[7]) * (h[3] - y * h[6])) + 1e-9);
}

void vision_track_move(VisionTrack *track, const ModelFit *model, gint64 now_ns)
{
    gdouble passed_ns = (gdouble)(now_ns - track->seen_ns);
    gboolean comparable = track->n_frames > 0 && passed_ns > 0 && track->model.layer == model->layer;

    if (comparable) {
        gdouble share = 1.0 / MIN(track->n_frames, SPEED_FRAMES), keep = 1 - share;
        gdouble turning = MAX(share, TURNING_SHARE);
        track->speed[0] = (1 - turning) * track->speed[0] +
                          turning * (model->grid.h[2] - track->model.grid.h[2]) / passed_ns;
        track->speed[1] =
            keep * track->speed[1] + share * (model->grid.h[5] - track->model.grid.h[5]) / passed_ns;
        track->growth = keep * track->growth +
                        share * (log_size(&model->grid) - log_size(&track->model.grid)) / passed_ns;
    } else {
        track->speed[0] = track->speed[1] = track->growth = 0;
    }
    track->model = *model;
    track->seen_ns = now_ns;
    track->n_frames = MIN(track->n_frames, G_MAXINT32 - 1) + 1;
}

/* Farther from where it should be only if nothing else looks the same: a car that turns moves a code by its
 * side in a frame. */
static gboolean is_same(const VisionTrack *track, const ModelFit *model, gint64 now_ns)
{
    const ModelFit *before = &track->model;
    gdouble scale = 1u << model->layer, side = 2 * exp(log_size(&model->grid)) * scale, away;
    gdouble grown = log_size(&model->grid) - log_size(&before->grid) + log(scale / (1u << before->layer));
    FinderMark middle;

    vision_track_place(track, now_ns, &middle);
    away = hypot(middle.x - model->grid.h[2] * scale, middle.y - model->grid.h[5] * scale);
    return away < SAME_PLACE * side || (track->seen_ns != now_ns && away < TURNED * side &&
                                        before->version == model->version && fabs(grown) < 0.15);
}

static void begin(VisionTrack *track, const ModelFit *model, gint64 now_ns)
{
    track->n_frames = track->n_unread = 0;
    equations_fade(&track->sum, model->version, 0);
    vision_track_move(track, model, now_ns);
}

VisionTrack *vision_tracker_begin(VisionTracker *self, const ModelFit *model, gint64 now_ns)
{
    VisionTrack *oldest = NULL;

    for (guint i = 0; i < VISION_TRACKS_MAX; i++) {
        VisionTrack *track = &self->track[i];
        if (track->n_frames > 0 && is_same(track, model, now_ns)) {
            if (track->seen_ns == now_ns && model->r2 < track->model.r2 + BETTER)
                return NULL;
            if (track->seen_ns == now_ns || track->model.version != model->version)
                begin(track, model, now_ns); /* it followed something else, or as another code */
            else
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
    begin(oldest, model, now_ns);
    return oldest;
}

gboolean vision_tracker_holds(const VisionTracker *self, const Region *region, gint64 now_ns)
{
    gdouble x = (region->right.x + region->below.x) / 2, y = (region->right.y + region->below.y) / 2;

    for (guint i = 0; i < VISION_TRACKS_MAX; i++) {
        const VisionTrack *track = &self->track[i];
        const gdouble *h = track->model.grid.h;
        gdouble scale = 1u << track->model.layer;
        if (track->n_frames > 0 && track->seen_ns == now_ns && track->model.r2 > FOLLOWED_WELL &&
            hypot(h[2] * scale - x, h[5] * scale - y) <
                SAME_PLACE * 2 * exp(log_size(&track->model.grid)) * scale)
            return TRUE;
    }
    return FALSE;
}
