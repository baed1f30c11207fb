#include "pile-sim/link/csms_link.h"

#include "pile-sim/link/backoff.h"
#include "pile-sim/link/csms_endpoint.h"
#include "protocol/json_gate.h"
#include "protocol/ocpp_rpc.h"

#include <libsoup/soup.h>
#include <string.h>

#define CLOSE_UNSUPPORTED_DATA 1003
#define UNREAD_MAX_BYTES (1024 * 1024) /* of answers to one that reads none */

struct _CsmsLink {
    GObject parent_instance;
    const CsmsLinkCallbacks *callbacks;
    gpointer data;
    CsmsEndpoint *endpoint;
    OcppRpc *rpc;
    SoupWebsocketConnection *socket; /* (nullable) */
    GCancellable *connecting;        /* (nullable): of the try in hand */
    Backoff backoff;
    guint retry_source, deadline_source, connect_source, ping_source;
    guint ping_interval_s;
    gint64 heard_ms;    /* monotonic: last sign of life */
    gsize unread_bytes; /* sent since the socket had room for the last time */
    gboolean started, uplink, pumping;
};

G_DEFINE_TYPE(CsmsLink, csms_link, G_TYPE_OBJECT)

static void plan_retry(CsmsLink *self, guint delay_ms);
static void pump(CsmsLink *self);

static gint64 now_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

static void drop_source(guint *id)
{
    if (*id != 0)
        g_source_remove(*id);
    *id = 0;
}

/* The connection is over, whoever ended it. */
static void lose(CsmsLink *self, const gchar *why)
{
    g_autoptr(SoupWebsocketConnection) socket = g_steal_pointer(&self->socket);

    if (socket == NULL)
        return;
    g_message("link: lost: %s", why);
    g_signal_handlers_disconnect_by_data(socket, self);
    /* A close frame for a peer that still listens; libsoup gives it some seconds and then cuts. */
    if (soup_websocket_connection_get_state(socket) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_close(socket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
    drop_source(&self->ping_source);
    drop_source(&self->deadline_source);
    ocpp_rpc_disconnected(self->rpc);
    pump(self); /* clears what the engine reports as lost */
    if (self->started)
        self->callbacks->down(self->data);
    if (self->started && self->uplink)
        plan_retry(self, backoff_next_ms(&self->backoff));
}

static gboolean on_deadline(gpointer data)
{
    CsmsLink *self = data;

    self->deadline_source = 0;
    ocpp_rpc_tick(self->rpc, now_ms());
    pump(self);
    return G_SOURCE_REMOVE;
}

static void arm_deadline(CsmsLink *self)
{
    gint64 deadline_ms = ocpp_rpc_deadline_ms(self->rpc);

    drop_source(&self->deadline_source);
    if (deadline_ms != G_MAXINT64)
        self->deadline_source =
            g_timeout_add((guint)CLAMP(deadline_ms - now_ms(), 0, G_MAXINT32), on_deadline, self);
}

static void deliver(CsmsLink *self, const OcppRpcEvent *event)
{
    switch (event->type) {
    case OCPP_RPC_EVENT_CALL:
        self->callbacks->asked(event->id, event->action, event->payload, self->data);
        break;
    case OCPP_RPC_EVENT_RESULT:
        backoff_reset(&self->backoff);
        self->callbacks->answered((gint64)event->tag, event->payload, self->data);
        break;
    case OCPP_RPC_EVENT_ERROR:
        g_message("link: %s refused: %s", ocpp_action_name(event->action), ocpp_error_code_name(event->code));
        self->callbacks->failed((gint64)event->tag, TRUE, event->code, self->data);
        break;
    case OCPP_RPC_EVENT_TIMEOUT:
    case OCPP_RPC_EVENT_REFUSED:
        g_message("link: %s unanswered", ocpp_action_name(event->action));
        self->callbacks->failed((gint64)event->tag, FALSE, OCPP_ERROR_GENERIC, self->data);
        break;
    case OCPP_RPC_EVENT_LOST: /* told by down() */
        break;
    }
}

/* libsoup's queue has no end and is not told (decision 0604); that the socket takes nothing any more is. */
static gboolean is_read(CsmsLink *self, gsize len)
{
    GIOStream *stream = soup_websocket_connection_get_io_stream(self->socket);
    GPollableOutputStream *out = G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(stream));

    self->unread_bytes = g_pollable_output_stream_is_writable(out) ? 0 : self->unread_bytes + len;
    return self->unread_bytes <= UNREAD_MAX_BYTES;
}

/* Moves everything that can move. Callbacks may call back into the link; the outer loop then goes on. */
static void pump(CsmsLink *self)
{
    g_autoptr(CsmsLink) alive G_GNUC_UNUSED = g_object_ref(self);
    gboolean moved = TRUE;

    if (self->pumping)
        return;
    self->pumping = TRUE;
    while (moved) {
        g_autofree gchar *text = ocpp_rpc_pop_outgoing(self->rpc);
        g_auto(OcppRpcEvent) event = {0};

        moved = text != NULL;
        if (text != NULL && self->socket != NULL &&
            soup_websocket_connection_get_state(self->socket) == SOUP_WEBSOCKET_STATE_OPEN) {
            if (is_read(self, strlen(text))) {
                self->callbacks->traffic(TRUE, text, strlen(text), self->data);
                soup_websocket_connection_send_text(self->socket, text);
            } else {
                lose(self, "it does not read what it is sent");
            }
        }
        if (ocpp_rpc_pop_event(self->rpc, &event)) {
            moved = TRUE;
            if (self->started)
                deliver(self, &event);
        }
    }
    self->pumping = FALSE;
    arm_deadline(self);
}

static void on_message(SoupWebsocketConnection *socket, gint type, GBytes *message, gpointer data)
{
    CsmsLink *self = data;
    gsize len = 0;
    const gchar *text = g_bytes_get_data(message, &len);

    self->heard_ms = now_ms();
    if (type != SOUP_WEBSOCKET_DATA_TEXT) {
        soup_websocket_connection_close(socket, CLOSE_UNSUPPORTED_DATA, "text only");
        return;
    }
    self->callbacks->traffic(FALSE, text, len, self->data);
    ocpp_rpc_receive(self->rpc, text, len, self->heard_ms);
    pump(self);
}

static void on_pong(SoupWebsocketConnection *socket, GBytes *message, gpointer data)
{
    CSMS_LINK(data)->heard_ms = now_ms();
}

static void on_error(SoupWebsocketConnection *socket, GError *error, gpointer data)
{
    g_message("link: %s", error->message);
}

static void on_closed(SoupWebsocketConnection *socket, gpointer data)
{
    lose(data, "closed");
}

/* TCP alone notices a dead peer after minutes, and then an offline start is too late (ocpp.md 2). */
static gboolean on_ping_due(gpointer data)
{
    CsmsLink *self = data;

    if (now_ms() - self->heard_ms < (gint64)self->ping_interval_s * 2000 + 500)
        return G_SOURCE_CONTINUE;
    self->ping_source = 0;
    lose(self, "no sign of life");
    return G_SOURCE_REMOVE;
}

static void apply_ping(CsmsLink *self)
{
    drop_source(&self->ping_source);
    if (self->socket == NULL)
        return;
    soup_websocket_connection_set_keepalive_interval(self->socket, self->ping_interval_s);
    if (self->ping_interval_s > 0)
        self->ping_source = g_timeout_add_seconds(self->ping_interval_s, on_ping_due, self);
}

static void take_up(CsmsLink *self, SoupWebsocketConnection *socket)
{
    self->socket = g_object_ref(socket);
    self->heard_ms = now_ms();
    self->unread_bytes = 0;
    g_signal_connect(socket, "message", G_CALLBACK(on_message), self);
    g_signal_connect(socket, "pong", G_CALLBACK(on_pong), self);
    g_signal_connect(socket, "error", G_CALLBACK(on_error), self);
    g_signal_connect(socket, "closed", G_CALLBACK(on_closed), self);
    apply_ping(self);
    ocpp_rpc_connected(self->rpc);
    g_message("link: connected");
    self->callbacks->up(self->data);
    pump(self);
}

static void on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(CsmsLink) self = data; /* the reference that connect_now() gave up */
    g_autoptr(GError) error = NULL;
    g_autoptr(SoupWebsocketConnection) socket = csms_endpoint_connect_finish(self->endpoint, result, &error);

    drop_source(&self->connect_source);
    g_clear_object(&self->connecting);
    if (!self->started || !self->uplink)
        return;
    if (socket == NULL) {
        guint delay_ms = backoff_next_ms(&self->backoff);

        g_message("link: cannot connect: %s; again in %.1f s", error->message, delay_ms / 1000.0);
        plan_retry(self, delay_ms);
        return;
    }
    take_up(self, socket);
}

static gboolean on_connect_timeout(gpointer data)
{
    CsmsLink *self = data;

    self->connect_source = 0;
    g_cancellable_cancel(self->connecting);
    return G_SOURCE_REMOVE;
}

static void connect_now(CsmsLink *self)
{
    drop_source(&self->retry_source);
    if (!self->started || !self->uplink || self->socket != NULL || self->connecting != NULL)
        return;
    self->connecting = g_cancellable_new();
    self->connect_source = g_timeout_add(CSMS_LINK_CONNECT_MS, on_connect_timeout, self);
    csms_endpoint_connect_async(self->endpoint, self->connecting, on_connected, g_object_ref(self));
}

static gboolean on_retry(gpointer data)
{
    CsmsLink *self = data;

    self->retry_source = 0;
    connect_now(self);
    return G_SOURCE_REMOVE;
}

static void plan_retry(CsmsLink *self, guint delay_ms)
{
    drop_source(&self->retry_source);
    self->retry_source = g_timeout_add(delay_ms, on_retry, self);
}

void csms_link_start(CsmsLink *self)
{
    self->started = TRUE;
    connect_now(self);
}

void csms_link_stop(CsmsLink *self)
{
    self->started = FALSE;
    drop_source(&self->retry_source);
    drop_source(&self->connect_source);
    if (self->connecting != NULL)
        g_cancellable_cancel(self->connecting);
    lose(self, "stopped");
    drop_source(&self->deadline_source);
}

void csms_link_set_password(CsmsLink *self, const gchar *password)
{
    csms_endpoint_set_password(self->endpoint, password);
}

void csms_link_restart(CsmsLink *self)
{
    lose(self, "restart");
    backoff_reset(&self->backoff);
    if (self->started && self->uplink)
        plan_retry(self, 0);
}

void csms_link_set_uplink(CsmsLink *self, gboolean allowed)
{
    if (self->uplink == allowed)
        return;
    self->uplink = allowed;
    if (allowed) {
        backoff_reset(&self->backoff);
        connect_now(self);
        return;
    }
    drop_source(&self->retry_source);
    if (self->connecting != NULL)
        g_cancellable_cancel(self->connecting);
    lose(self, "uplink cut");
}

gboolean csms_link_uplink(CsmsLink *self)
{
    return self->uplink;
}

gboolean csms_link_is_up(CsmsLink *self)
{
    return self->socket != NULL;
}

void csms_link_set_ping(CsmsLink *self, guint interval_s)
{
    if (self->ping_interval_s == interval_s)
        return;
    self->ping_interval_s = interval_s;
    apply_ping(self);
}

void csms_link_call(CsmsLink *self, gint64 call_id, OcppAction action, const gchar *payload,
                    gint64 timeout_ms)
{
    JsonObject *object = json_gate_parse_object(payload, strlen(payload), NULL);

    g_return_if_fail(object != NULL); /* we wrote it */
    ocpp_rpc_call(self->rpc, action, object, timeout_ms, (guint64)call_id, now_ms());
    pump(self);
}

void csms_link_answer(CsmsLink *self, const gchar *message_id, JsonObject *payload)
{
    ocpp_rpc_answer(self->rpc, message_id, payload);
    pump(self);
}

void csms_link_refuse(CsmsLink *self, const gchar *message_id, OcppErrorCode code, const gchar *why)
{
    ocpp_rpc_answer_error(self->rpc, message_id, code, why);
    pump(self);
}

static void csms_link_finalize(GObject *object)
{
    CsmsLink *self = CSMS_LINK(object);

    g_clear_pointer(&self->rpc, ocpp_rpc_free);
    g_clear_pointer(&self->endpoint, csms_endpoint_free);
    G_OBJECT_CLASS(csms_link_parent_class)->finalize(object);
}

static void csms_link_class_init(CsmsLinkClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = csms_link_finalize;
}

static void csms_link_init(CsmsLink *self)
{
    self->uplink = TRUE;
}

CsmsLink *csms_link_new(const CsmsLinkConfig *config, const CsmsLinkCallbacks *callbacks, gpointer data,
                        GError **error)
{
    g_autoptr(CsmsLink) self = g_object_new(csms_link_get_type(), NULL);

    self->endpoint = csms_endpoint_new(&config->place, error);
    if (self->endpoint == NULL)
        return NULL;
    self->rpc = ocpp_rpc_new(config->served, config->n_served);
    self->callbacks = callbacks;
    self->data = data;
    return g_steal_pointer(&self);
}
