#include "server-stub/http/station_line.h"

struct _StationLine {
    WsLink *link;
    OcppRpc *rpc;
    StationLinePorts ports;
    gpointer data;
    guint timer;
    gboolean pumping;
};

static gint64 monotonic_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

static void pump(StationLine *self);

static gboolean on_deadline(gpointer data)
{
    StationLine *self = data;

    self->timer = 0;
    ocpp_rpc_tick(self->rpc, monotonic_ms());
    pump(self);
    return G_SOURCE_REMOVE;
}

static void arm(StationLine *self)
{
    gint64 deadline_ms = ocpp_rpc_deadline_ms(self->rpc);

    if (self->timer != 0)
        g_source_remove(self->timer);
    self->timer =
        deadline_ms == G_MAXINT64
            ? 0
            : g_timeout_add((guint)CLAMP(deadline_ms - monotonic_ms(), 0, G_MAXINT), on_deadline, self);
}

static gboolean send_outgoing(StationLine *self)
{
    g_autofree gchar *text = ocpp_rpc_pop_outgoing(self->rpc);

    if (text == NULL)
        return FALSE;
    self->ports.message(self, FALSE, text, strlen(text), self->data);
    ws_link_send(self->link, text, -1); /* a closed link reports itself; the call ends as LOST then */
    return TRUE;
}

static gboolean deliver_event(StationLine *self)
{
    g_auto(OcppRpcEvent) event = {0};

    if (!ocpp_rpc_pop_event(self->rpc, &event))
        return FALSE;
    if (event.type == OCPP_RPC_EVENT_CALL)
        self->ports.call(self, event.action, event.id, event.payload, self->data);
    else
        self->ports.outcome(self, &event, self->data);
    return TRUE;
}

/* Callbacks call and answer while events are being delivered: one loop for all, never nested. */
static void pump(StationLine *self)
{
    if (self->pumping)
        return;
    self->pumping = TRUE;
    while (send_outgoing(self) || deliver_event(self))
        ;
    self->pumping = FALSE;
    arm(self);
}

static void on_message(WsLink *link, const gchar *text, gsize len, gpointer data)
{
    StationLine *self = data;

    self->ports.message(self, TRUE, text, len, self->data);
    ocpp_rpc_receive(self->rpc, text, len, monotonic_ms());
    pump(self);
}

static void on_closed(WsLink *link, guint code, gboolean clean, gpointer data)
{
    StationLine *self = data;

    ocpp_rpc_disconnected(self->rpc);
    pump(self);
    self->ports.closed(self, code, self->data);
    if (self->timer != 0)
        g_source_remove(self->timer);
    ocpp_rpc_free(self->rpc);
    g_object_unref(self->link);
    g_free(self);
}

StationLine *station_line_open(WebRequest *request, const OcppAction *served, gsize n_served, guint ping_s,
                               const StationLinePorts *ports, gpointer data)
{
    static const gchar *const protocols[] = {OCPP_SUBPROTOCOL, NULL};
    static const WsLinkCallbacks callbacks = {.message = on_message, .closed = on_closed};
    StationLine *self = g_new0(StationLine, 1);

    self->ports = *ports;
    self->data = data;
    self->link = ws_link_accept(request, protocols, &callbacks, self);
    if (self->link == NULL) {
        g_free(self);
        return NULL;
    }
    self->rpc = ocpp_rpc_new(served, n_served);
    ocpp_rpc_connected(self->rpc);
    ws_link_set_max_message(self->link, STATION_LINE_MAX_BYTES_BEFORE_BOOT);
    ws_link_set_ping(self->link, ping_s);
    return self;
}

void station_line_call(StationLine *self, OcppAction action, JsonObject *payload, gint64 timeout_ms,
                       guint64 tag)
{
    ocpp_rpc_call(self->rpc, action, payload, timeout_ms, tag, monotonic_ms());
    pump(self);
}

void station_line_answer(StationLine *self, const gchar *id, JsonObject *payload)
{
    ocpp_rpc_answer(self->rpc, id, payload);
    pump(self);
}

void station_line_answer_error(StationLine *self, const gchar *id, const GError *error)
{
    ocpp_rpc_answer_gerror(self->rpc, id, error);
    pump(self);
}

void station_line_boot_accepted(StationLine *self)
{
    ws_link_set_max_message(self->link, STATION_LINE_MAX_BYTES);
}

void station_line_probe(StationLine *self, guint timeout_ms)
{
    ws_link_probe(self->link, timeout_ms);
}

void station_line_close(StationLine *self, guint code, const gchar *reason)
{
    ws_link_close(self->link, code, reason);
}

const gchar *station_line_peer(StationLine *self)
{
    return ws_link_peer(self->link);
}
