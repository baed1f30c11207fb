#include "camera/frame_clock.h"

#include <time.h>

/* Not the process: another thread of it does not look. */
static gint64 now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (gint64)t.tv_sec * G_USEC_PER_SEC + t.tv_nsec / 1000;
}

void frame_clock_begin(FrameClock *self, gint64 mean_us)
{
    frame_budget_begin(&self->budget, mean_us);
    self->from_us = now_us();
}

gint64 frame_clock_left(gpointer data)
{
    const FrameClock *self = data;

    return self->budget.granted_us - (now_us() - self->from_us);
}

void frame_clock_end(FrameClock *self)
{
    frame_budget_end(&self->budget, now_us() - self->from_us);
}
