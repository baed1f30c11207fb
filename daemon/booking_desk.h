/* Booking desk: carries the driver's reservation to the server and keeps it true: stores a wish before it is
 * sent, repeats it until it is answered, takes over what the server tells. One per conductor.
 */
#pragma once

#include "daemon/courier.h"
#include "daemon/journey/booking.h"

typedef struct BookingDesk BookingDesk;

/* All borrowed, @http nullable. @changed: the snapshot is to be published again */
BookingDesk *booking_desk_new(HttpClient *http, Store *store, Courier *courier,
                              void (*changed)(gpointer data), gpointer data);
void booking_desk_free(BookingDesk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BookingDesk, booking_desk_free)

/* Takes up again what a crash interrupted, and asks the server what is open. */
void booking_desk_start(BookingDesk *self);

/* event: reservation. FALSE: it could not be stored */
gboolean booking_desk_news(BookingDesk *self, JsonObject *object);

/* FALSE with #ChargingError: nothing was done. @until_ms: 0 for 30 minutes from now; @evse: id or key; of a
 * move
 * "" for the alternative */
gboolean booking_desk_reserve(BookingDesk *self, const gchar *evse, gint64 until_ms, GError **error);
gboolean booking_desk_cancel(BookingDesk *self, GError **error);
gboolean booking_desk_move(BookingDesk *self, const gchar *evse, GError **error);

const Booking *booking_desk_get(const BookingDesk *self);
