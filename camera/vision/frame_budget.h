/* Frame budget: how much processor time the next frame may take, so that many frames take so much on average.
 * What easy frames leave is saved for a hard one, what a hard one takes too much is owed by the next. Pure:
 * the caller has the clock.
 */
#pragma once

#include <glib.h>

#define FRAME_BUDGET_DEFAULT_US 8000
#define FRAME_BUDGET_BURST 4 /* means: the most that a frame is granted */
#define FRAME_BUDGET_LEAST 2 /* a mean divided by this: what a frame is granted in any case */

typedef struct {
    gint64 saved_us; /* below 0: owed */
    gint64 granted_us;
} FrameBudget;

/* All that can be saved is: the first frame may be a hard one. */
void frame_budget_init(FrameBudget *self, gint64 mean_us);

/* Before a frame. Returns: what it is granted. @mean_us may change from frame to frame. */
gint64 frame_budget_begin(FrameBudget *self, gint64 mean_us);

/* After it. @spent_us: less than granted or more */
void frame_budget_end(FrameBudget *self, gint64 spent_us);
