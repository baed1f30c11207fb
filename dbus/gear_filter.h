/* Gear filter: from raw values of the bus to the sample that others act on: debounce and staleness. Pure;
 * time is an argument, CLOCK_MONOTONIC in us. An unknown gear is never held back: it must stop scanning and
 * ordering at once.
 */
#pragma once

#include "protocol/gear.h"

typedef struct {
    gint64 enter_us, leave_us; /* how long R, or not R, must last before it is reported */
    gint64 stale_us;           /* 0: never by age */
    Gear raw;                  /* GEAR_UNKNOWN: nothing, or lost */
    gint64 raw_since_us;       /* when it last became R, or stopped being R */
    gint64 heard_us, speed_heard_us;
    GearSample sample; /* what is reported */
} GearFilter;
#define GEAR_FILTER_INIT(stale, enter, leave)                                                                \
    {                                                                                                        \
        .enter_us = (enter), .leave_us = (leave), .stale_us = (stale), .sample = GEAR_SAMPLE_INIT            \
    }

/* All return TRUE when the sample changed. @gear may be the same again: it keeps the value fresh. */
gboolean gear_filter_gear(GearFilter *self, Gear gear, gint64 now_us);
gboolean gear_filter_speed(GearFilter *self, gdouble speed_kmh, gint64 now_us);
/* The owner or the bus is gone: gear and speed unknown. */
gboolean gear_filter_lost(GearFilter *self, gint64 now_us);
/* Time has passed; call at gear_filter_deadline_us(), earlier does no harm. */
gboolean gear_filter_tick(GearFilter *self, gint64 now_us);

/* Returns: G_MAXINT64: nothing will change by time alone, no timer needed */
gint64 gear_filter_deadline_us(const GearFilter *self);
