/* Gear policy: what gear and speed mean for the journey. Is the car backing up (look), does it stand
 * (an order may go out), did it drive away (an order must not stay behind)?
 * Pure: readings and time in, facts and edges out. Times are CLOCK_MONOTONIC microseconds.
 * Rules: issue "the loop closes", item 6; gate table of docs/architecture.md.
 */
#pragma once

#include "protocol/gear.h"

/* IDLING: in a gear, not moving. UNKNOWN counts as moving. */
typedef enum {
    DRIVING_UNKNOWN,
    DRIVING_REVERSING,
    DRIVING_PARKED,
    DRIVING_IDLING,
    DRIVING_MOVING
} DrivingState;

const gchar *driving_state_name(DrivingState state);

typedef struct {
    gboolean has_park;    /* FALSE: this car reports no P; standstill is judged by speed */
    gint64 park_hold_us;  /* P must last this long to be standstill */
    gint64 still_hold_us; /* without P: so long at or below still_kmh */
    gint64 look_after_us; /* after leaving R: how long to keep looking */
    gint64 away_hold_us;  /* so long above away_kmh (not looking) is driving off */
    gdouble still_kmh;
    gdouble away_kmh;
    gdouble look_max_kmh; /* this fast ends looking, and is driving off, in any gear but R */
} GearRules;
#define GEAR_RULES_INIT                                                                                      \
    {                                                                                                        \
        .has_park = TRUE, .park_hold_us = G_USEC_PER_SEC, .still_hold_us = 3 * G_USEC_PER_SEC,               \
        .look_after_us = 10 * G_USEC_PER_SEC, .away_hold_us = G_USEC_PER_SEC, .still_kmh = 0.5,              \
        .away_kmh = 5, .look_max_kmh = 16                                                                    \
    }

/* Edges, several at a time. In the order in which the journey must hear them. */
typedef enum {
    GEAR_EDGE_LOST = 1 << 0,       /* gear became unknown */
    GEAR_EDGE_LOOK_ENDED = 1 << 1, /* stop looking: standing, too long, too fast, or gear unknown */
    GEAR_EDGE_LOOK_BEGAN = 1 << 2,
    GEAR_EDGE_STOOD = 1 << 3,     /* standstill reached */
    GEAR_EDGE_DROVE_OFF = 1 << 4, /* once per departure */
} GearEdges;

typedef struct {
    GearRules rules;
    Gear gear;
    gdouble speed_kmh; /* NAN: not known, so that no comparison holds */
    /* facts */
    gboolean looking;
    gboolean standing;
    /* since when, or -1: not so now */
    gint64 park_since_us, still_since_us, left_r_us, fast_since_us, forward_since_us;
    gboolean may_leave; /* looked or stood since the last departure */
} GearPolicy;

GearPolicy gear_policy_init(const GearRules *rules);

/* A new sample; @now_us rather than its own time counts, since it may have waited. Returns the edges it
 * causes. */
GearEdges gear_policy_feed(GearPolicy *self, const GearSample *sample, gint64 now_us);

/* Time has passed with the same reading. */
GearEdges gear_policy_tick(GearPolicy *self, gint64 now_us);

/* When gear_policy_tick() could next find an edge; G_MAXINT64: only a reading can. */
gint64 gear_policy_deadline_us(const GearPolicy *self);

DrivingState gear_policy_state(const GearPolicy *self);
