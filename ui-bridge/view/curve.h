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
    guint n_points;
    CurvePoint points[CURVE_MAX_POINTS];
} Curve;

/* @snapshot: (nullable); another order begins a new curve. @now_ms: any clock that only goes forward */
void curve_follow(Curve *self, GVariant *snapshot, gint64 now_ms);
