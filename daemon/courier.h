/* Courier: carries what the journey wants to the server and brings the answers: lookups (one at a time), the
 * stored calls of the outbox (each until it is answered), the event stream. Reports through callbacks on the
 * main thread, never from inside a call to it. Without a configured server every lookup fails.
 */
#pragma once

#include "daemon/net/http_client.h"
#include "daemon/store/store.h"

typedef enum { SERVER_UNKNOWN, SERVER_ONLINE, SERVER_OFFLINE, SERVER_REFUSED } ServerState;
const gchar *server_state_name(ServerState state);

typedef struct {
    void (*look_up_answered)(guint serial, const ScanAnswer *answer, gpointer data);
    void (*look_up_refused)(guint serial, const gchar *code, gpointer data);
    void (*look_up_failed)(guint serial, gpointer data);
    /* The answer to an outbox row: store it and remove the row in one commit. */
    void (*call_answered)(const OutboxRow *row, const Order *order, gpointer data);
    void (*call_refused)(const OutboxRow *row, const gchar *code, gpointer data);
    void (*order_streamed)(const Order *order, gpointer data);
    /* Any other event of the stream, @object as it came. Stored by whoever knows @name; FALSE: not stored, so
     * that the next connection brings it again. */
    gboolean (*news)(const gchar *name, JsonObject *object, gpointer data);
    void (*order_listed)(const Order *order, gpointer data);
    void (*state_changed)(gpointer data);
} CourierEvents;

typedef struct Courier Courier;

/* @http: (nullable): a reference is kept */
Courier *courier_new(HttpClient *http, const CourierEvents *events, gpointer data);
void courier_free(Courier *self); /* cancels everything; nothing is reported any more */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Courier, courier_free)

/* Replaces a lookup in flight. */
void courier_look_up(Courier *self, const ScanRequest *request, guint serial);
void courier_drop_look_up(Courier *self);

/* Sends the rows that are not on their way yet. @rows: (transfer full) (element-type OutboxRow) */
void courier_send(Courier *self, GPtrArray *rows);

/* The event stream is open while there is a reason. */
typedef enum {
    COURIER_FOLLOW_ORDER = 1 << 0,
    COURIER_FOLLOW_NEWS = 1 << 1,        /* the driver has subscribed, or lets the operator ask */
    COURIER_FOLLOW_RESERVATION = 1 << 2, /* one is open */
    COURIER_FOLLOW_CODE = 1 << 3,        /* a code is out: its settlement may come much later */
} CourierReason;
/* Calls on their way for this client_ref are given up: what they asked for is withdrawn. */
void courier_drop_calls(Courier *self, const gchar *client_ref);

void courier_follow(Courier *self, CourierReason reason, gint64 last_event_id);
void courier_unfollow(Courier *self, CourierReason reason);

/* Asks for the orders of this vehicle; asked again after the next success when the server was away. */
void courier_list_orders(Courier *self);

ServerState courier_get_state(const Courier *self, const gchar **problem);
