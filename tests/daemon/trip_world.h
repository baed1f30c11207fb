/* A trip in virtual time, and the answers of a server to it: shared by the tests of the journey. */
#pragma once

#include "daemon/journey/trip.h"

#define S(seconds) ((gint64)((gdouble)(seconds)*G_USEC_PER_SEC))
#define NOW_MS G_GINT64_CONSTANT(1800000000000)
#define REF "11111111-1111-4111-8111-111111111111"
#define ORDER_ID "22222222-2222-4222-8222-222222222222"
#define SCAN_REF "33333333-3333-4333-8333-333333333333"

Trip new_trip(ConfirmMode confirm);
JourneyEffects gear(Trip *trip, Gear to, gdouble speed_kmh, gdouble at_s);
JourneyEffects see(Trip *trip, const gchar *evse, gdouble side, gdouble at_s);
ScanAnswer answer(const gchar *key);
/* The lookup in flight is answered: free, reachable, 0.49 EUR/kWh. */
JourneyEffects offered(Trip *trip, gdouble at_s);
Order order_in(OrderState state, gint64 seq);
JourneyEffects hear(Trip *trip, OrderState state, gint64 seq, gdouble at_s);
/* The straight way to @state, the car standing in P from OFFERED on. */
Trip trip_at(JourneyState state);
