/* Trip step: one event through the journey table, and what the trip notes down with it. Shared by the two
 * halves of trip.h (trip.c: the way to the offer; trip_order.c: from the order on); nobody else calls it. */
#pragma once

#include "daemon/journey/trip.h"

/* Adds the row's effects to @effects; of opposite effects the later one counts. No row: counted, nothing
 * moves. */
void trip_step(Trip *self, JourneyEvent event, gint64 now_us, JourneyEffects *effects);

/* trip_step() for the events that end an order; asks for the cancel only once there is an id to cancel by. */
void trip_give_up(Trip *self, JourneyEvent event, gint64 now_us, JourneyEffects *effects);

/* The end of every input: what follows from the facts as they are, not from an edge. Returns @effects and
 * more. */
JourneyEffects trip_settle(Trip *self, JourneyEffects effects, gint64 now_us);

/* A pile that the server cannot reach, while its offer is shown (trip_away.c): it is asked about again, ever
 * more slowly, and ordered once it is back when the driver's consent, or a tap not long ago, says so. */
void trip_away_note(Trip *self, gint64 now_us); /* after each answer: is the pile of self->offer away? */
void trip_away_over(Trip *self);
void trip_away_tick(Trip *self, gint64 now_us, JourneyEffects *effects);
/* The lookup of a pile that was away is refused. TRUE: the offer stands all the same */
gboolean trip_away_refused(Trip *self, const gchar *code, gint64 now_us);
/* The order was refused because the pile was away: back to the offer */
void trip_away_met(Trip *self, gint64 now_us);
/* The driver tapped for this pile at these prices, not long ago, and the car stands there since. */
gboolean trip_away_is_wished(Trip *self, gint64 now_us);

/* trip_link.c: what was handed over came to nothing because nobody answered, and may be tried again. */
void trip_link_tick(Trip *self, gint64 now_us);
void trip_link_over(Trip *self);
/* Stored consent wants a code now; this order is the charge that the pile has admitted. */
gboolean trip_code_is_due(const Trip *self);
gboolean trip_link_owns(const Trip *self, const Order *order);
void trip_link_told(Trip *self, const Order *order);
/* The pile here may have charged this car already, and the server does not know it yet. */
gboolean trip_may_be_charged(const Trip *self);

void trip_set_notice(Trip *self, const gchar *code);
void trip_forget(Trip *self);
