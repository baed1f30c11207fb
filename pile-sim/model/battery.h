/* Battery: what a vehicle takes from an EVSE, and how full that makes it. Pure; integers only.
 * Energy is kept in millionths of a Wh, so that many short steps add up to what one long step gives.
 */
#pragma once

#include <glib.h>

#define BATTERY_UWH_PER_WH G_GINT64_CONSTANT(1000000)
#define BATTERY_MAX_WH G_GINT64_CONSTANT(2000000)      /* 2 MWh: a ferry, not a car */
#define BATTERY_MAX_POWER_W G_GINT64_CONSTANT(4000000) /* Megawatt Charging System with room */

/* Up to here a battery takes its full power; above it the current tapers (constant voltage phase). */
#define BATTERY_TAPER_PERCENT 80
/* What is left of the full power at 100 %: charging slows down but does end. */
#define BATTERY_TAIL_PERCENT 5

typedef struct {
    gint64 capacity_uwh;
    gint64 stored_uwh; /* 0 .. capacity_uwh */
    gint64 max_power_w;
} Battery;

/* @capacity_wh, @max_power_w: 1 or more; @soc_percent: 0..100. */
Battery battery_new(gint64 capacity_wh, gdouble soc_percent, gint64 max_power_w);

/* Power the battery draws now when @offered_w is offered; 0 when full. */
gint64 battery_power_w(const Battery *self, gint64 offered_w);

/**
 * battery_charge:
 * @dt_ms: a step short enough for the curve to be flat in it (a few seconds)
 * @most_uwh: what the order still allows; %G_MAXINT64: no limit
 *
 * Returns: the energy taken in, in millionths of a Wh; never more than fits or is allowed
 */
gint64 battery_charge(Battery *self, gint64 offered_w, gint64 dt_ms, gint64 most_uwh);

gboolean battery_is_full(const Battery *self);
gdouble battery_soc_percent(const Battery *self);
