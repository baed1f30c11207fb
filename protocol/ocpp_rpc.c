#include "protocol/ocpp_rpc.h"

#include "base/identifier.h"

typedef struct {
    OcppAction action;
    gchar *id; /* owned; NULL while queued: ids are made when sending */
    JsonObject *payload;
    gint64 timeout_ms;
    gint64 deadline_ms;
    guint64 tag;
} Call;

struct _OcppRpc {
    gboolean served[OCPP_N_ACTIONS];
    gboolean connected;
    Call *open;      /* sent, not answered */
    GQueue queued;   /* Call */
    GQueue asked;    /* gchar: ids of the peer's calls that the owner has yet to answer */
    GQueue outgoing; /* gchar */
    GQueue events;   /* OcppRpcEvent */
    OcppRpcCounters counters;
};

static void call_free(Call *call)
{
    g_free(call->id);
    json_object_unref(call->payload);
    g_free(call);
}

void ocpp_rpc_event_clear(OcppRpcEvent *event)
{
    g_clear_pointer(&event->payload, json_object_unref);
    g_clear_pointer(&event->description, g_free);
}

static void event_free(OcppRpcEvent *event)
{
    ocpp_rpc_event_clear(event);
    g_free(event);
}

OcppRpc *ocpp_rpc_new(const OcppAction *served, gsize n_served)
{
    OcppRpc *self = g_new0(OcppRpc, 1);

    for (gsize i = 0; i < n_served; i++)
        self->served[served[i]] = TRUE;
    g_queue_init(&self->queued);
    g_queue_init(&self->asked);
    g_queue_init(&self->outgoing);
    g_queue_init(&self->events);
    return self;
}

void ocpp_rpc_free(OcppRpc *self)
{
    g_clear_pointer(&self->open, call_free);
    g_queue_clear_full(&self->queued, (GDestroyNotify)call_free);
    g_queue_clear_full(&self->asked, g_free);
    g_queue_clear_full(&self->outgoing, g_free);
    g_queue_clear_full(&self->events, (GDestroyNotify)event_free);
    g_free(self);
}

static OcppRpcEvent *push_event(OcppRpc *self, OcppRpcEventType type, OcppAction action)
{
    OcppRpcEvent *event = g_new0(OcppRpcEvent, 1);

    event->type = type;
    event->action = action;
    g_queue_push_tail(&self->events, event);
    return event;
}

/* The one end of every own call. @call: (transfer full) */
static OcppRpcEvent *end_call(OcppRpc *self, Call *call, OcppRpcEventType how)
{
    OcppRpcEvent *event = push_event(self, how, call->action);

    event->tag = call->tag;
    call_free(call);
    return event;
}

static void send_text(OcppRpc *self, gchar *text)
{
    g_queue_push_tail(&self->outgoing, text);
    self->counters.sent++;
}

static void send_next(OcppRpc *self, gint64 now_ms)
{
    Call *call;

    if (!self->connected || self->open != NULL || g_queue_is_empty(&self->queued))
        return;
    call = self->open = g_queue_pop_head(&self->queued);
    call->id = identifier_new_uuid();
    call->deadline_ms = now_ms + call->timeout_ms;
    send_text(self, ocpp_frame_print_call(call->id, ocpp_action_name(call->action), call->payload));
}

void ocpp_rpc_connected(OcppRpc *self)
{
    ocpp_rpc_disconnected(self); /* in case the owner missed the end of the old connection */
    self->connected = TRUE;
}

void ocpp_rpc_disconnected(OcppRpc *self)
{
    Call *call;

    self->connected = FALSE;
    if (self->open != NULL)
        end_call(self, g_steal_pointer(&self->open), OCPP_RPC_EVENT_LOST);
    while ((call = g_queue_pop_head(&self->queued)) != NULL)
        end_call(self, call, OCPP_RPC_EVENT_LOST);
    /* Answers belong to the connection that asked (libocpp#1137: an answer met a re-queued call). */
    g_queue_clear_full(&self->asked, g_free);
    g_queue_clear_full(&self->outgoing, g_free);
}

gboolean ocpp_rpc_is_connected(const OcppRpc *self)
{
    return self->connected;
}

void ocpp_rpc_call(OcppRpc *self, OcppAction action, JsonObject *payload, gint64 timeout_ms, guint64 tag,
                   gint64 now_ms)
{
    Call *call = g_new0(Call, 1);

    call->action = action;
    call->payload = payload;
    call->timeout_ms = timeout_ms;
    call->tag = tag;
    if (!self->connected) {
        end_call(self, call, OCPP_RPC_EVENT_LOST);
    } else if (g_queue_get_length(&self->queued) >= OCPP_RPC_MAX_QUEUED) {
        end_call(self, call, OCPP_RPC_EVENT_REFUSED);
    } else {
        g_queue_push_tail(&self->queued, call);
        send_next(self, now_ms);
    }
}

guint ocpp_rpc_n_calls(const OcppRpc *self)
{
    return (self->open != NULL ? 1 : 0) + self->queued.length;
}

static void refuse(OcppRpc *self, const gchar *id, OcppErrorCode code, const gchar *why)
{
    send_text(self, ocpp_frame_print_error(id, code, why));
}

static GList *find_asked(OcppRpc *self, const gchar *id)
{
    return g_queue_find_custom(&self->asked, id, (GCompareFunc)g_strcmp0);
}

static void receive_call(OcppRpc *self, OcppFrame *frame)
{
    OcppAction action;
    OcppRpcEvent *event;

    if (find_asked(self, frame->id) != NULL) {
        refuse(self, frame->id, OCPP_ERROR_RPC_FRAMEWORK, "a call with this message id is being worked on");
    } else if (!ocpp_action_from_name(frame->action, &action)) {
        refuse(self, frame->id, OCPP_ERROR_NOT_IMPLEMENTED, "unknown action");
    } else if (!self->served[action]) {
        refuse(self, frame->id, OCPP_ERROR_NOT_SUPPORTED, "this side does not serve the action");
    } else if (g_queue_get_length(&self->asked) >= OCPP_RPC_MAX_UNANSWERED) {
        refuse(self, frame->id, OCPP_ERROR_PROTOCOL, "wait for the answer before the next call (4.1.1)");
    } else {
        g_queue_push_tail(&self->asked, g_strdup(frame->id));
        event = push_event(self, OCPP_RPC_EVENT_CALL, action);
        g_strlcpy(event->id, frame->id, sizeof event->id);
        event->payload = g_steal_pointer(&frame->payload);
    }
}

static void receive_answer(OcppRpc *self, OcppFrame *frame, gint64 now_ms)
{
    OcppRpcEvent *event;

    if (self->open == NULL || g_strcmp0(self->open->id, frame->id) != 0) {
        self->counters.unknown_answers++;
        return;
    }
    if (frame->type == OCPP_CALLRESULT) {
        event = end_call(self, g_steal_pointer(&self->open), OCPP_RPC_EVENT_RESULT);
        event->payload = g_steal_pointer(&frame->payload);
    } else {
        event = end_call(self, g_steal_pointer(&self->open), OCPP_RPC_EVENT_ERROR);
        event->code = frame->code;
        event->description = g_steal_pointer(&frame->description);
    }
    send_next(self, now_ms);
}

void ocpp_rpc_receive(OcppRpc *self, const gchar *text, gsize len, gint64 now_ms)
{
    g_auto(OcppFrame) frame = {0};
    g_autoptr(GError) error = NULL;

    if (!self->connected)
        return;
    self->counters.received++;
    if (!ocpp_frame_parse(text, len, &frame, &error)) {
        self->counters.unreadable++;
        if (frame.id[0] != '\0')
            refuse(self, frame.id, (OcppErrorCode)error->code, error->message);
        return;
    }
    if (frame.type == OCPP_CALL)
        receive_call(self, &frame);
    else
        receive_answer(self, &frame, now_ms);
}

static gboolean forget_asked(OcppRpc *self, const gchar *id)
{
    GList *link = find_asked(self, id);

    if (link == NULL)
        return FALSE;
    g_free(link->data);
    g_queue_delete_link(&self->asked, link);
    return TRUE;
}

gboolean ocpp_rpc_answer(OcppRpc *self, const gchar *id, JsonObject *payload)
{
    g_autoptr(JsonObject) owned = payload;

    if (!forget_asked(self, id))
        return FALSE;
    send_text(self, ocpp_frame_print_result(id, owned));
    return TRUE;
}

gboolean ocpp_rpc_answer_error(OcppRpc *self, const gchar *id, OcppErrorCode code, const gchar *description)
{
    if (!forget_asked(self, id))
        return FALSE;
    send_text(self, ocpp_frame_print_error(id, code, description));
    return TRUE;
}

gboolean ocpp_rpc_answer_gerror(OcppRpc *self, const gchar *id, const GError *error)
{
    /* An inner error's text may name files or tables: only decoders speak to the peer. */
    if (error->domain != OCPP_ERROR)
        return ocpp_rpc_answer_error(self, id, OCPP_ERROR_INTERNAL, "");
    return ocpp_rpc_answer_error(self, id, (OcppErrorCode)error->code, error->message);
}

gint64 ocpp_rpc_deadline_ms(const OcppRpc *self)
{
    return self->open != NULL ? self->open->deadline_ms : G_MAXINT64;
}

void ocpp_rpc_tick(OcppRpc *self, gint64 now_ms)
{
    if (self->open == NULL || now_ms < self->open->deadline_ms)
        return;
    self->counters.timeouts++;
    end_call(self, g_steal_pointer(&self->open), OCPP_RPC_EVENT_TIMEOUT);
    send_next(self, now_ms);
}

gchar *ocpp_rpc_pop_outgoing(OcppRpc *self)
{
    return g_queue_pop_head(&self->outgoing);
}

gboolean ocpp_rpc_pop_event(OcppRpc *self, OcppRpcEvent *event)
{
    g_autofree OcppRpcEvent *head = g_queue_pop_head(&self->events);

    if (head == NULL)
        return FALSE;
    *event = *head; /* what it owns moves too */
    return TRUE;
}

const OcppRpcCounters *ocpp_rpc_counters(const OcppRpc *self)
{
    return &self->counters;
}
