/* ClockWatch: tells when somebody set the wall clock. Wakes up only then: the kernel cancels a timer
 * (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET). Deadlines do not hang on the wall clock; times that the
 * driver reads, and scan_refs across a restart, do.
 */
#pragma once

#include <glib.h>

#define CLOCK_WATCH_JUMP_MS 2000    /* less is a clock being disciplined */
#define CLOCK_WATCH_SETTLE_MS 10000 /* without another jump: believed again */

typedef struct ClockWatch ClockWatch;
typedef void (*ClockWatchFunc)(gpointer data); /* clock_watch_has_jumped() has changed */

/* Never fails: without such a timer nothing is ever told, and that is logged. (transfer full) */
ClockWatch *clock_watch_new(ClockWatchFunc changed, gpointer data);
void clock_watch_free(ClockWatch *self); /* (nullable) */

/* (nullable): FALSE */
gboolean clock_watch_has_jumped(const ClockWatch *self);
