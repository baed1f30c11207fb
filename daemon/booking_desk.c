#define G_LOG_DOMAIN "rearcharged"
#include "daemon/booking_desk.h"

#include <string.h>

#include "base/identifier.h"
#include "daemon/net/backoff.h"
#include "daemon/net/json_call.h"
#include "daemon/net/location_client.h"
#include "dbus/charging_service.h"
#include "protocol/evse_id.h"
#include "protocol/json_gate.h"

struct BookingDesk {
    HttpClient *http;
    Store *store;
    Courier *courier;
    void (*changed)(gpointer data);
    gpointer data;
    Booking booking;
    GCancellable *cancellable;
    Backoff backoff;
    gboolean sending;
    guint wait; /* GSource id */
};

static void send_wish(BookingDesk *self);

static gboolean save(BookingDesk *self, GError **error)
{
    g_autofree gchar *text = booking_print(&self->booking);
    GError *failure = NULL;

    if (store_save_booking(self->store, text, &failure))
        return TRUE;
    g_warning("storage: %s", failure->message);
    g_set_error_literal(error, CHARGING_ERROR, (gint)CHARGING_ERROR_STORAGE, "the disk does not take it");
    g_error_free(failure);
    return FALSE;
}

/* What the stream is for follows from what is open. */
static void follow(BookingDesk *self)
{
    if (booking_is_open(&self->booking))
        courier_follow(self->courier, COURIER_FOLLOW_RESERVATION, store_load_last_event_id(self->store));
    else
        courier_unfollow(self->courier, COURIER_FOLLOW_RESERVATION);
}

static void tell(BookingDesk *self)
{
    const Reservation *r = &self->booking.reservation;

    if (self->booking.has_reservation)
        g_message("reservation of %s: %s %s%s%s", r->evse_id, reservation_state_names[r->state],
                  reservation_reason_names[r->reason], r->has_alternative ? ", free instead: " : "",
                  r->has_alternative ? r->alternative.evse_id : "");
    follow(self);
    self->changed(self->data);
}

static gboolean on_waited(gpointer data)
{
    BookingDesk *self = data;

    self->wait = 0;
    send_wish(self);
    return G_SOURCE_REMOVE;
}

static void on_answer(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autofree Reservation *reservation = g_new0(Reservation, 1);
    g_autoptr(GError) error = NULL;
    gboolean got = location_client_call_finish(HTTP_CLIENT(source), result, reservation, &error);
    BookingDesk *self = data;
    Booking before;

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* @self may be gone */
    self->sending = FALSE;
    before = self->booking;
    if (got) {
        booking_answered(&self->booking, reservation);
    } else if (json_call_is_final(error)) {
        g_message("reservation: refused (%s)", error->message);
        booking_refused(&self->booking, error->message);
    } else {
        self->wait = g_timeout_add(backoff_next_ms(&self->backoff), on_waited, self);
        return;
    }
    if (!save(self, NULL)) { /* the same call again will have the same answer */
        self->booking = before;
        self->wait = g_timeout_add(backoff_next_ms(&self->backoff), on_waited, self);
        return;
    }
    backoff_reset(&self->backoff);
    tell(self);
    send_wish(self);
}

static void send_wish(BookingDesk *self)
{
    const Booking *b = &self->booking;
    gboolean is_cancel = b->wish == BOOKING_WISH_CANCEL;
    g_autoptr(JsonNode) node = NULL;
    g_autofree gchar *body = NULL, *path = NULL;

    if (self->http == NULL || self->sending || b->wish == BOOKING_WISH_NONE)
        return;
    if (b->wish == BOOKING_WISH_RESERVE)
        path = g_strdup("/v1/reservations");
    else
        path =
            g_strconcat("/v1/reservations/", b->reservation.reservation_id, is_cancel ? NULL : "/move", NULL);
    node = reservation_request_to_json(&b->request);
    body = is_cancel ? NULL : json_gate_print(node, NULL);
    self->sending = TRUE;
    location_client_call_async(self->http, is_cancel ? "DELETE" : "POST", path, body,
                               is_cancel ? NULL : b->request.client_ref, self->cancellable, on_answer, self);
}

/* Persist, then act. */
static gboolean conclude(BookingDesk *self, const Booking *before, GError **error)
{
    if (!save(self, error)) {
        self->booking = *before;
        return FALSE;
    }
    g_clear_handle_id(&self->wait, g_source_remove);
    tell(self);
    send_wish(self);
    return TRUE;
}

static gboolean refuse(BookingAnswer answer, GError **error)
{
    if (answer == BOOKING_BUSY)
        g_set_error_literal(error, CHARGING_ERROR, (gint)CHARGING_ERROR_BUSY,
                            "a reservation is open, or another wish is on its way");
    else
        g_set_error_literal(error, CHARGING_ERROR, (gint)CHARGING_ERROR_NOT_FOUND, "nothing is reserved");
    return FALSE;
}

static gboolean read_evse(const gchar *text, EvseId *evse, GError **error)
{
    if (evse_id_parse(text, strlen(text), evse, NULL))
        return TRUE;
    g_set_error_literal(error, CHARGING_ERROR, (gint)CHARGING_ERROR_INVALID_VALUE,
                        "evse: expected an EVSE id");
    return FALSE;
}

gboolean booking_desk_reserve(BookingDesk *self, const gchar *evse_text, gint64 until_ms, GError **error)
{
    gint64 now_ms = g_get_real_time() / 1000;
    g_autofree gchar *client_ref = identifier_new_uuid();
    Booking before = self->booking;
    BookingAnswer answer;
    EvseId evse;

    if (!read_evse(evse_text, &evse, error))
        return FALSE;
    if (until_ms == 0)
        until_ms = now_ms + RESERVATION_DEFAULT_MS;
    if (until_ms < now_ms + RESERVATION_MIN_MS || until_ms > now_ms + RESERVATION_MAX_MS) {
        g_set_error_literal(error, CHARGING_ERROR, (gint)CHARGING_ERROR_INVALID_VALUE,
                            "until: expected 1 minute to 2 hours ahead");
        return FALSE;
    }
    answer = booking_reserve(&self->booking, client_ref, evse.key, evse.text, until_ms);
    return answer == BOOKING_OK ? conclude(self, &before, error) : refuse(answer, error);
}

gboolean booking_desk_cancel(BookingDesk *self, GError **error)
{
    Booking before = self->booking;
    BookingAnswer answer = booking_cancel(&self->booking);

    return answer == BOOKING_OK ? conclude(self, &before, error) : refuse(answer, error);
}

gboolean booking_desk_move(BookingDesk *self, const gchar *evse_text, GError **error)
{
    g_autofree gchar *client_ref = identifier_new_uuid();
    Booking before = self->booking;
    const Reservation *r = &before.reservation;
    BookingAnswer answer;
    EvseId evse;

    if (evse_text[0] == '\0' && !(before.has_reservation && r->has_alternative)) {
        g_set_error_literal(error, CHARGING_ERROR, (gint)CHARGING_ERROR_NOT_FOUND,
                            "no other charging point is offered");
        return FALSE;
    }
    if (!read_evse(evse_text[0] != '\0' ? evse_text : r->alternative.evse_id, &evse, error))
        return FALSE;
    answer = booking_move(&self->booking, client_ref, evse.key, evse.text);
    return answer == BOOKING_OK ? conclude(self, &before, error) : refuse(answer, error);
}

gboolean booking_desk_news(BookingDesk *self, JsonObject *object)
{
    g_autofree Reservation *told = g_new0(Reservation, 1);
    g_autoptr(GError) error = NULL;
    Booking before = self->booking;

    if (!reservation_from_json(object, told, &error)) {
        g_warning("ignored an event of the server: %s", error->message);
        return TRUE; /* it will not get better */
    }
    if (!booking_told(&self->booking, told))
        return TRUE;
    if (!save(self, NULL)) {
        self->booking = before;
        return FALSE;
    }
    tell(self);
    return TRUE;
}

static void on_listed(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) rows = location_client_list_finish(HTTP_CLIENT(source), result, &error);
    BookingDesk *self = data;

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    if (rows != NULL && rows->len > 0 && booking_told(&self->booking, &g_array_index(rows, Reservation, 0)) &&
        save(self, NULL))
        tell(self);
}

void booking_desk_start(BookingDesk *self)
{
    g_autofree gchar *text = store_load_booking(self->store);
    g_autoptr(GError) error = NULL;

    if (text != NULL && !booking_read(&self->booking, text, strlen(text), &error))
        g_warning("storage: the stored reservation is not readable (%s): asking the server", error->message);
    follow(self);
    send_wish(self);
    if (self->http != NULL) /* one that was made before the store was lost, say */
        location_client_list_async(self->http, 1, self->cancellable, on_listed, self);
}

BookingDesk *booking_desk_new(HttpClient *http, Store *store, Courier *courier,
                              void (*changed)(gpointer data), gpointer data)
{
    BookingDesk *self = g_new0(BookingDesk, 1);

    self->http = http;
    self->store = store;
    self->courier = courier;
    self->changed = changed;
    self->data = data;
    self->cancellable = g_cancellable_new();
    self->backoff = (Backoff)BACKOFF_INIT;
    return self;
}

void booking_desk_free(BookingDesk *self)
{
    if (self == NULL)
        return;
    g_cancellable_cancel(self->cancellable);
    g_object_unref(self->cancellable);
    g_clear_handle_id(&self->wait, g_source_remove);
    g_free(self);
}

const Booking *booking_desk_get(const BookingDesk *self)
{
    return &self->booking;
}
