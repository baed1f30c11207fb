#include "daemon/journey/booking.h"

#include <string.h>

#include "protocol/json_gate.h"
#include "protocol/json_read.h"
#include "protocol/json_write.h"

static const gchar *const wish_names[] = {"", "reserve", "cancel", "move", NULL};

const gchar *booking_wish_name(BookingWish wish)
{
    return wish_names[wish];
}

static gboolean reservation_is_open(const Booking *self)
{
    return self->has_reservation && reservation_state_is_open(self->reservation.state);
}

gboolean booking_is_open(const Booking *self)
{
    return self->wish != BOOKING_WISH_NONE || reservation_is_open(self);
}

static void ask(Booking *self, BookingWish wish, const gchar *client_ref, const gchar *evse_key,
                const gchar *evse_id, gint64 until_ms)
{
    self->wish = wish;
    self->cancel_too = FALSE;
    self->problem[0] = '\0';
    self->request = (ReservationRequest){.until_ms = until_ms};
    g_strlcpy(self->request.client_ref, client_ref, sizeof self->request.client_ref);
    g_strlcpy(self->request.evse_key, evse_key, sizeof self->request.evse_key);
    g_strlcpy(self->evse_id, evse_id, sizeof self->evse_id);
}

BookingAnswer booking_reserve(Booking *self, const gchar *client_ref, const gchar *evse_key,
                              const gchar *evse_id, gint64 until_ms)
{
    if (booking_is_open(self))
        return BOOKING_BUSY;
    self->has_reservation = FALSE; /* what ended before is history */
    ask(self, BOOKING_WISH_RESERVE, client_ref, evse_key, evse_id, until_ms);
    return BOOKING_OK;
}

BookingAnswer booking_cancel(Booking *self)
{
    if (self->wish == BOOKING_WISH_CANCEL)
        return BOOKING_OK;
    if (self->wish != BOOKING_WISH_NONE) { /* it may have reached the server: first its answer, then this */
        self->cancel_too = TRUE;
        return BOOKING_OK;
    }
    if (!reservation_is_open(self))
        return BOOKING_NOTHING_THERE;
    ask(self, BOOKING_WISH_CANCEL, "", self->reservation.evse_key, self->reservation.evse_id, 0);
    return BOOKING_OK;
}

BookingAnswer booking_move(Booking *self, const gchar *client_ref, const gchar *evse_key,
                           const gchar *evse_id)
{
    if (self->wish != BOOKING_WISH_NONE)
        return BOOKING_BUSY;
    if (!reservation_is_open(self))
        return BOOKING_NOTHING_THERE;
    ask(self, BOOKING_WISH_MOVE, client_ref, evse_key, evse_id, 0);
    return BOOKING_OK;
}

static gboolean end_wish(Booking *self)
{
    gboolean cancel_too = self->cancel_too;

    self->wish = BOOKING_WISH_NONE;
    self->cancel_too = FALSE;
    return cancel_too && booking_cancel(self) == BOOKING_OK;
}

gboolean booking_answered(Booking *self, const Reservation *reservation)
{
    booking_told(self, reservation);
    self->problem[0] = '\0';
    return end_wish(self);
}

void booking_refused(Booking *self, const gchar *code)
{
    g_strlcpy(self->problem, code, sizeof self->problem);
    if (self->wish == BOOKING_WISH_CANCEL)
        self->has_reservation = FALSE; /* the server knows of none: what more could be wanted */
    /* Of a move that was refused the old reservation is left, and may be cancelled. */
    end_wish(self);
}

gboolean booking_told(Booking *self, const Reservation *told)
{
    gboolean same =
        self->has_reservation && strcmp(self->reservation.reservation_id, told->reservation_id) == 0;

    if (same && told->event_seq <= self->reservation.event_seq)
        return FALSE;
    /* News of another one: the newer of two that are open (it was moved), or the only one that is. */
    if (!same && self->has_reservation &&
        !(reservation_state_is_open(told->state) && (!reservation_state_is_open(self->reservation.state) ||
                                                     told->event_seq > self->reservation.event_seq)))
        return FALSE;
    if (!self->has_reservation && !reservation_state_is_open(told->state) &&
        (self->wish == BOOKING_WISH_NONE || strcmp(self->request.client_ref, told->client_ref) != 0))
        return FALSE;
    self->has_reservation = TRUE;
    self->reservation = *told;
    return TRUE;
}

gchar *booking_print(const Booking *self)
{
    JsonObject *object = json_object_new();
    g_autoptr(JsonNode) node = NULL;

    json_write_text(object, "wish", booking_wish_name(self->wish));
    json_write_text(object, "problem", self->problem);
    if (self->wish != BOOKING_WISH_NONE) {
        json_object_set_member(object, "request", reservation_request_to_json(&self->request));
        json_object_set_string_member(object, "evse_id", self->evse_id);
        json_object_set_boolean_member(object, "cancel_too", self->cancel_too);
    }
    if (self->has_reservation)
        json_object_set_member(object, "reservation", reservation_to_json(&self->reservation));
    node = json_write_node(object);
    return json_gate_print(node, NULL);
}

gboolean booking_read(Booking *self, const gchar *text, gsize len, GError **error)
{
    g_autoptr(JsonObject) object = json_gate_parse_object(text, len, error);
    JsonObject *request = NULL, *reservation = NULL;
    Booking read = {0};
    guint wish = BOOKING_WISH_NONE;

    if (object == NULL || !json_read_enum(object, "wish", JSON_OPTIONAL, wish_names, &wish, error) ||
        !json_read_text(object, "problem", JSON_OPTIONAL, read.problem, sizeof read.problem, error) ||
        !json_read_object(object, "request", wish != BOOKING_WISH_NONE ? JSON_REQUIRED : JSON_OPTIONAL,
                          &request, error) ||
        !json_read_text(object, "evse_id", JSON_OPTIONAL, read.evse_id, sizeof read.evse_id, error) ||
        !json_read_boolean(object, "cancel_too", JSON_OPTIONAL, &read.cancel_too, error) ||
        !json_read_object(object, "reservation", JSON_OPTIONAL, &reservation, error) ||
        (request != NULL && !reservation_request_from_json(request, &read.request, error)) ||
        (reservation != NULL && !reservation_from_json(reservation, &read.reservation, error)))
        return FALSE;
    read.wish = (BookingWish)wish;
    read.has_reservation = reservation != NULL;
    *self = read;
    return TRUE;
}
