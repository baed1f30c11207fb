/* Trip record: the part of a trip that must survive a crash or power cut, as one JSON text. Pure.
 * Read back with the same strict readers as the wire: a half-written or foreign record is refused, never
 * guessed at (the store then starts from the server's list of orders).
 */
#pragma once

#include "daemon/journey/trip.h"

#define TRIP_RECORD_VERSION 1

/* Returns: (transfer full): state, pile, offer, order request, newest order */
gchar *trip_record_print(const Trip *trip);

/**
 * trip_record_read:
 * @trip: (inout): initialised; filled on success, untouched on failure; call trip_resume() next
 * @error: a #JsonGateError or #JsonReadError
 */
gboolean trip_record_read(Trip *trip, const gchar *text, gsize len, GError **error);
