/* Curve: power over time of the running charge, as the page draws it. Pure.
 * The daemon's snapshot has only the present; this remembers, so that a page opened late sees the whole
 * charge. Bounded: when full, every second point goes.
 */
#pragma once

#include <glib.h>

#define CURVE_MAX_POINTS 240

typedef struct {
    gint64 at_ms; /* since the first point */
    gint64 power_w;
} CurvePoint;

typedef struct {
    gchar order_id[64];
    gint64 start_ms;
    gint64 last_energy_wh;
    gint64 first_energy_wh; /* when the state of charge was told first */
    gdouble first_percent;  /* -1: never told */
    guint n_points;
    CurvePoint points[CURVE_MAX_POINTS];
} Curve;

/* @snapshot: (nullable); another order begins a new curve. @now_ms: any clock that only goes forward */
void curve_follow(Curve *self, GVariant *snapshot, gint64 now_ms);

/* How long until the battery is full, if the power stays: what a percent of this battery takes is learnt from
 * this charge. Returns: seconds; -1 when it cannot be said yet (no state of charge, under 2 % charged, no
 * power) */
gint64 curve_remaining_s(const Curve *self, GVariant *order);
