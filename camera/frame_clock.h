/* Frame clock: holds vision to a mean of processor time a frame, by the clock of this thread. At the edge:
 * the budget itself is pure. */
#pragma once

#include "camera/vision/frame_budget.h"

typedef struct {
    FrameBudget budget;
    gint64 from_us;
} FrameClock;

/* @mean_us: of a frame; may differ from frame to frame */
void frame_clock_begin(FrameClock *self, gint64 mean_us);

/* A VisionLeft; @self: a FrameClock */
gint64 frame_clock_left(gpointer self);

void frame_clock_end(FrameClock *self);
