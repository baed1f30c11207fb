/* Booking: the car's side of a reservation: what the driver has asked for and the server has not answered
 * yet, and the reservation as the server told it last. Pure. The server's word counts; a wish is only a call
 * that must reach it once, under a client_ref that was stored before the first attempt.
 */
#pragma once

#include "protocol/api_reservation.h"

typedef enum { BOOKING_WISH_NONE, BOOKING_WISH_RESERVE, BOOKING_WISH_CANCEL, BOOKING_WISH_MOVE } BookingWish;
const gchar *booking_wish_name(BookingWish wish); /* "", "reserve", "cancel", "move" */

typedef struct {
    BookingWish wish;
    ReservationRequest request;       /* of reserve and move */
    gchar evse_id[API_EVSE_ID_BYTES]; /* of request, to be shown */
    gboolean cancel_too;              /* cancelled before the answer was in */
    gboolean has_reservation;
    Reservation reservation; /* open, or the last that ended */
    gchar problem[33];       /* code of the last refusal; "" */
} Booking;

/* A reservation is open, or one is asked for. */
gboolean booking_is_open(const Booking *self);

typedef enum { BOOKING_OK, BOOKING_BUSY, BOOKING_NOTHING_THERE } BookingAnswer;
/* The driver's wishes. BOOKING_OK: store it, then send booking->wish. @client_ref: new and unguessable */
BookingAnswer booking_reserve(Booking *self, const gchar *client_ref, const gchar *evse_key,
                              const gchar *evse_id, gint64 until_ms);
BookingAnswer booking_cancel(Booking *self);
BookingAnswer booking_move(Booking *self, const gchar *client_ref, const gchar *evse_key,
                           const gchar *evse_id);

/* The answer to the wish. @client_ref: of new; may be needed for what follows. Returns: TRUE when a new wish
 * follows (store, then send) */
gboolean booking_answered(Booking *self, const Reservation *reservation);
void booking_refused(Booking *self, const gchar *code);

/* What the server tells by itself, or lists. Returns: TRUE when something changed */
gboolean booking_told(Booking *self, const Reservation *reservation);

/* As JSON text for the store. (transfer full) */
gchar *booking_print(const Booking *self);
gboolean booking_read(Booking *self, const gchar *text, gsize len, GError **error);
