/* Gear and speed as the rest of RearCharge sees them, whatever the vehicle's own signals look like.
 * Pure values; header only. dbus/gear_watcher makes them, daemon/journey decides with them.
 */
#pragma once

#include <glib.h>

/* UNKNOWN is a state of its own: never seen, stale, source lost, or a value outside the configured map.
 * It stops scanning and ordering; it is never taken for P. */
typedef enum { GEAR_UNKNOWN, GEAR_P, GEAR_R, GEAR_N, GEAR_D, GEAR_COUNT } Gear;

#define SPEED_KMH_UNKNOWN (-1.0)

typedef struct {
    Gear gear;           /* GEAR_UNKNOWN unless @valid */
    gboolean valid;      /* the source is there, fresh, and said something we understand */
    gdouble speed_kmh;   /* 0 or more, without direction; SPEED_KMH_UNKNOWN when nobody says */
    gint64 monotonic_us; /* CLOCK_MONOTONIC: when this became true */
} GearSample;
#define GEAR_SAMPLE_INIT                                                                                     \
    {                                                                                                        \
        .gear = GEAR_UNKNOWN, .valid = FALSE, .speed_kmh = SPEED_KMH_UNKNOWN, .monotonic_us = 0              \
    }

/* "P", "R", "N", "D"; "" for unknown: the words of org.rearcharge.Vehicle1 and of the snapshot. */
static inline const gchar *gear_name(Gear gear)
{
    static const gchar *const names[GEAR_COUNT] = {"", "P", "R", "N", "D"};
    return (guint)gear < GEAR_COUNT ? names[gear] : "";
}

/* Returns: GEAR_UNKNOWN for anything that gear_name() does not write. */
static inline Gear gear_from_name(const gchar *name)
{
    for (guint gear = GEAR_P; gear < GEAR_COUNT; gear++)
        if (g_strcmp0(name, gear_name((Gear)gear)) == 0)
            return (Gear)gear;
    return GEAR_UNKNOWN;
}
