#include "server-stub/station_calls.h"

struct _StationCalls {
    gchar *station_id;
    StationCallsSend send;
    gpointer send_data;
    GHashTable *open; /* tag -> OpenCall */
    guint64 last_tag;
};

typedef struct {
    guint64 tag;
    gchar *stops; /* owned (nullable): the transaction that this call is to end */
    StationCallsAnswer answer;
    gpointer data;
    GDestroyNotify destroy; /* (nullable) */
} OpenCall;

static void open_call_free(gpointer data)
{
    OpenCall *call = data;

    if (call->destroy != NULL)
        call->destroy(call->data);
    g_free(call->stops);
    g_free(call);
}

StationCalls *station_calls_new(const gchar *station_id, StationCallsSend send, gpointer data)
{
    StationCalls *self = g_new0(StationCalls, 1);

    self->station_id = g_strdup(station_id);
    self->send = send;
    self->send_data = data;
    self->open = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, open_call_free);
    return self;
}

void station_calls_free(StationCalls *self)
{
    g_hash_table_unref(self->open);
    g_free(self->station_id);
    g_free(self);
}

/* @stops: (transfer full) (nullable) */
static void make(StationCalls *self, OcppAction action, JsonObject *payload, gint64 timeout_ms, gchar *stops,
                 StationCallsAnswer answer, gpointer data, GDestroyNotify destroy)
{
    OpenCall *call = g_new0(OpenCall, 1);
    guint64 tag = ++self->last_tag;

    *call = (OpenCall){tag, stops, answer, data, destroy};
    g_hash_table_insert(self->open, &call->tag, call);
    self->send(action, payload, timeout_ms, tag, self->send_data);
}

void station_calls_make(StationCalls *self, OcppAction action, JsonObject *payload, gint64 timeout_ms,
                        StationCallsAnswer answer, gpointer data, GDestroyNotify destroy)
{
    make(self, action, payload, timeout_ms, NULL, answer, data, destroy);
}

void station_calls_outcome(StationCalls *self, const OcppRpcEvent *event)
{
    gpointer value = NULL;
    OpenCall *call;

    if (!g_hash_table_steal_extended(self->open, &event->tag, NULL, &value))
        return;
    call = value;
    call->answer(self->station_id, event, call->data);
    open_call_free(call);
}

typedef struct {
    Desk *desk;
    gchar order_id[API_UUID_BYTES];
} StartErrand;

static DeskStart start_outcome(const OcppRpcEvent *event)
{
    OcppRequestStartResponse response;

    if (event->type == OCPP_RPC_EVENT_ERROR)
        return DESK_START_REJECTED;
    if (event->type != OCPP_RPC_EVENT_RESULT ||
        !ocpp_request_start_response_from_json(event->payload, &response, NULL))
        return DESK_START_UNKNOWN;
    return response.status == OCPP_REQUEST_ACCEPTED ? DESK_START_ACCEPTED : DESK_START_REJECTED;
}

static void on_started(const gchar *station_id, const OcppRpcEvent *event, gpointer data)
{
    const StartErrand *errand = data;

    desk_started(errand->desk, errand->order_id, start_outcome(event), g_get_real_time() / 1000);
}

void station_calls_start(StationCalls *self, Desk *desk, const OrderRow *order)
{
    StartErrand *errand = g_new0(StartErrand, 1);
    OcppRequestStartRequest request = {
        .remote_start_id = order->remote_start_id,
        .evse_id = order->evse_no,
        .id_token = {.present = TRUE, .type = OCPP_ID_TOKEN_CENTRAL},
        .order = {.present = TRUE,
                  .max_cost_minor = order->order.limits.max_cost_minor,
                  .max_energy_wh = order->order.limits.max_energy_wh,
                  .max_duration_s = order->order.limits.max_duration_s},
    };

    errand->desk = desk;
    g_strlcpy(errand->order_id, order->order.order_id, sizeof errand->order_id);
    g_strlcpy(request.id_token.id_token, order->id_token, sizeof request.id_token.id_token);
    g_strlcpy(request.order.order_id, order->order.order_id, sizeof request.order.order_id);
    g_strlcpy(request.order.currency, order->order.limits.currency, sizeof request.order.currency);
    station_calls_make(self, OCPP_ACTION_REQUEST_START_TRANSACTION,
                       ocpp_request_start_request_to_json(&request), STATION_CALLS_MS, on_started, errand,
                       g_free);
}

static void on_stopped(const gchar *station_id, const OcppRpcEvent *event, gpointer data)
{
    if (event->type != OCPP_RPC_EVENT_RESULT)
        g_message("station %s: RequestStopTransaction was not answered", station_id);
}

void station_calls_stop(StationCalls *self, const gchar *transaction_id)
{
    OcppRequestStopRequest request = {0};
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, self->open);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        if (g_strcmp0(((OpenCall *)value)->stops, transaction_id) == 0)
            return;
    g_strlcpy(request.transaction_id, transaction_id, sizeof request.transaction_id);
    make(self, OCPP_ACTION_REQUEST_STOP_TRANSACTION, ocpp_request_stop_request_to_json(&request),
         STATION_CALLS_MS, g_strdup(transaction_id), on_stopped, NULL, NULL);
}
