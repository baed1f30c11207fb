/* Frame watch: from frames and the passing of time to the state of the camera (vehicle.md 2.5, threats.md
 * 17). Pure: time is an argument, CLOCK_MONOTONIC in us. Wakes nobody: the owner ticks it, and only while it
 * runs.
 */
#pragma once

#include "base/gray_frame.h"
#include "protocol/camera_msg.h"

/* All but the first so short that the driver is told within 2 s. */
typedef struct {
    gint64 first_frame_us; /* from the start to the first frame: longer, cameras are slow to begin */
    gint64 stall_us;       /* between later frames */
    gint64 frozen_us;      /* the same picture for so long; a real sensor always has noise */
    gint64 black_us;
} FrameWatchLimits;
#define FRAME_WATCH_LIMITS_DEFAULT                                                                           \
    {                                                                                                        \
        .first_frame_us = 4 * G_USEC_PER_SEC, .stall_us = G_USEC_PER_SEC,                                    \
        .frozen_us = 3 * G_USEC_PER_SEC / 2, .black_us = G_USEC_PER_SEC                                      \
    }

typedef struct {
    FrameWatchLimits limits;
    CameraState state;
    gboolean is_live; /* a camera; a still picture from a file may be the same for ever */
    gint64 started_us;
    gint64 arrived_us; /* last frame */
    gint64 changed_us; /* last frame that differed from the one before */
    gint64 lit_us;     /* last frame with light */
    guint64 digest;
    gboolean has_frame; /* since the start */
} FrameWatch;
#define FRAME_WATCH_INIT(given)                                                                              \
    {                                                                                                        \
        .limits = (given), .state = CAMERA_STATE_OFF                                                         \
    }

/* Asked to run, or reopened. The state becomes "starting". */
void frame_watch_start(FrameWatch *self, gint64 now_us, gboolean is_live);
void frame_watch_stop(FrameWatch *self);

/* A frame arrived, whether or not somebody looks at it. Returns: TRUE when it is the first since the start */
gboolean frame_watch_arrived(FrameWatch *self, gint64 now_us);

/* A frame that is looked at: is it the same again, is it black? A few thousand samples of it are read. */
void frame_watch_look(FrameWatch *self, const GrayFrame *frame, gint64 now_us);

/* Time has passed. Returns: TRUE when frames are overdue: the state has become "stalled", reopen the source
 */
gboolean frame_watch_tick(FrameWatch *self, gint64 now_us);
