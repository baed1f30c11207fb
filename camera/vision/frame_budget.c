#include "camera/vision/frame_budget.h"

void frame_budget_init(FrameBudget *self, gint64 mean_us)
{
    self->saved_us = (FRAME_BUDGET_BURST - 1) * mean_us;
    self->granted_us = 0;
}

gint64 frame_budget_begin(FrameBudget *self, gint64 mean_us)
{
    self->granted_us =
        CLAMP(self->saved_us + mean_us, mean_us / FRAME_BUDGET_LEAST, FRAME_BUDGET_BURST * mean_us);
    return self->granted_us;
}

void frame_budget_end(FrameBudget *self, gint64 spent_us)
{
    self->saved_us = self->granted_us - spent_us;
}
