#include "camera/source/frame_watch.h"

#define STEP_PX 16
#define STEP_ROWS 8
/* A lens cap: as dark as limited-range video's black, and without structure. A night scene has lamps. */
#define BLACK_MEAN_MAX 24
#define BLACK_SPREAD_MAX 10

typedef struct {
    guint64 digest;
    guint8 low, high, mean;
} Glance;

static Glance glance(const GrayFrame *frame)
{
    Glance g = {.digest = G_GUINT64_CONSTANT(0xcbf29ce484222325), .low = 255}; /* FNV-1a */
    guint64 sum = 0, n = 0;

    for (guint y = 0; y < frame->height_px; y += STEP_ROWS) {
        const guint8 *row = frame->pixels + (gsize)y * frame->stride_bytes;
        for (guint x = (y / STEP_ROWS) % STEP_PX; x < frame->width_px; x += STEP_PX, n++) {
            g.digest = (g.digest ^ row[x]) * G_GUINT64_CONSTANT(0x100000001b3);
            g.low = MIN(g.low, row[x]);
            g.high = MAX(g.high, row[x]);
            sum += row[x];
        }
    }
    g.mean = n > 0 ? (guint8)(sum / n) : 0;
    return g;
}

void frame_watch_start(FrameWatch *self, gint64 now_us, gboolean is_live)
{
    self->state = CAMERA_STATE_STARTING;
    self->is_live = is_live;
    self->started_us = now_us;
    self->has_frame = FALSE;
    self->digest = 0;
}

void frame_watch_stop(FrameWatch *self)
{
    self->state = CAMERA_STATE_OFF;
}

gboolean frame_watch_arrived(FrameWatch *self, gint64 now_us)
{
    gboolean is_first = !self->has_frame;

    if (self->state == CAMERA_STATE_OFF)
        return FALSE; /* on its way when the camera was stopped */
    self->arrived_us = now_us;
    self->has_frame = TRUE;
    if (is_first)
        self->changed_us = self->lit_us = now_us;
    if (is_first || self->state == CAMERA_STATE_STALLED)
        self->state = CAMERA_STATE_RUNNING;
    return is_first;
}

void frame_watch_look(FrameWatch *self, const GrayFrame *frame, gint64 now_us)
{
    Glance seen = glance(frame);

    if (self->state != CAMERA_STATE_RUNNING && self->state != CAMERA_STATE_FROZEN &&
        self->state != CAMERA_STATE_BLACK)
        return;
    if (seen.digest != self->digest || !self->is_live)
        self->changed_us = now_us;
    self->digest = seen.digest;
    if (seen.mean > BLACK_MEAN_MAX || seen.high - seen.low > BLACK_SPREAD_MAX)
        self->lit_us = now_us;
    if (now_us - self->lit_us >=
        self->limits.black_us) /* black is also the same again: say the plainer word */
        self->state = CAMERA_STATE_BLACK;
    else if (now_us - self->changed_us >= self->limits.frozen_us)
        self->state = CAMERA_STATE_FROZEN;
    else
        self->state = CAMERA_STATE_RUNNING;
}

gboolean frame_watch_tick(FrameWatch *self, gint64 now_us)
{
    gboolean is_overdue = self->has_frame ? now_us - self->arrived_us >= self->limits.stall_us
                                          : now_us - self->started_us >= self->limits.first_frame_us;

    if (!is_overdue || self->state == CAMERA_STATE_OFF || self->state == CAMERA_STATE_ENDED ||
        self->state == CAMERA_STATE_FAULT || self->state == CAMERA_STATE_STALLED)
        return FALSE;
    self->state = CAMERA_STATE_STALLED;
    return TRUE;
}
