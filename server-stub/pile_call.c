#include "server-stub/pile_call.h"

#include "protocol/json_read.h"
#include "protocol/json_write.h"
#include "server-stub/model/call_rules.h"
#include "server-stub/store/transaction_rows.h"

struct _PileCalls {
    Store *store;
    StationHub *hub;
    GPtrArray *open; /* of Call */
    gint last_id;    /* of requestId and remoteStartId that we make */
};

typedef struct {
    PileCalls *calls; /* NULL: the server ends */
    WebRequest *request;
    const CallRule *rule;
    gchar *station_id;
    gint64 started_us;
    gint64 request_id;
    JsonObject *response; /* (nullable): of an answer that announced a report */
    JsonArray *items;
    gboolean last_part_came;
    guint timer; /* GSource id: waits for a part */
} Call;

static void call_free(gpointer data)
{
    Call *call = data;

    g_clear_handle_id(&call->timer, g_source_remove);
    web_request_unref(call->request);
    g_clear_pointer(&call->response, json_object_unref);
    g_clear_pointer(&call->items, json_array_unref);
    g_free(call->station_id);
    g_free(call);
}

PileCalls *pile_calls_new(Store *store, StationHub *hub)
{
    PileCalls *self = g_new0(PileCalls, 1);

    self->store = store;
    self->hub = hub;
    self->open = g_ptr_array_new();
    /* Not the numbers of the run before: a report that was asked for then may still come. */
    self->last_id = (gint)(g_get_real_time() / G_USEC_PER_SEC % 1000000000);
    return self;
}

void pile_calls_stop(PileCalls *self)
{
    for (guint i = 0; i < self->open->len; i++) {
        Call *call = g_ptr_array_index(self->open, i);

        web_reply_problem(call->request, 503, "stopping", "the server ends; what the pile did is not known");
        call->calls = NULL;
        if (call->response != NULL)
            call_free(call); /* the hub has let go of it */
    }
    g_ptr_array_set_size(self->open, 0);
}

void pile_calls_free(PileCalls *self)
{
    pile_calls_stop(self);
    g_ptr_array_unref(self->open);
    g_free(self);
}

static const gchar *outcome_name(OcppRpcEventType type)
{
    switch (type) {
    case OCPP_RPC_EVENT_RESULT:
        return "result";
    case OCPP_RPC_EVENT_ERROR:
        return "error";
    case OCPP_RPC_EVENT_TIMEOUT:
        return "timeout";
    default:
        return "lost";
    }
}

static void reply(Call *call, OcppRpcEventType type, JsonObject *response, const OcppRpcEvent *event)
{
    JsonObject *object = json_object_new();
    g_autoptr(JsonNode) node = json_write_node(object);

    json_object_set_string_member(object, "station_id", call->station_id);
    json_object_set_string_member(object, "action", ocpp_action_name(call->rule->action));
    json_object_set_string_member(object, "outcome", outcome_name(type));
    json_object_set_int_member(object, "took_ms", (g_get_monotonic_time() - call->started_us) / 1000);
    if (response != NULL)
        json_object_set_object_member(object, "response", json_object_ref(response));
    if (type == OCPP_RPC_EVENT_ERROR) {
        JsonObject *error = json_object_new();

        json_object_set_string_member(error, "code", ocpp_error_code_name(event->code));
        json_write_text(error, "description", event->description);
        json_object_set_object_member(object, "error", error);
    }
    if (call->response != NULL) {
        json_object_set_array_member(object, "report", json_array_ref(call->items));
        json_object_set_boolean_member(object, "complete", call->last_part_came);
    }
    web_reply_node(call->request, 200, node);
    g_ptr_array_remove_fast(call->calls->open, call);
}

static gboolean on_no_part(gpointer data)
{
    Call *call = data;

    call->timer = 0;
    reply(call, OCPP_RPC_EVENT_RESULT, call->response, NULL);
    call_free(call);
    return G_SOURCE_REMOVE;
}

static void on_answer(const gchar *station_id, const OcppRpcEvent *event, gpointer data)
{
    Call *call = data;
    const gchar *status = NULL;

    if (call->calls == NULL)
        return;
    if (event->type == OCPP_RPC_EVENT_RESULT && call->rule->has_report &&
        json_read_string(event->payload, "status", JSON_OPTIONAL, 64, &status, NULL) &&
        g_strcmp0(status, "Accepted") == 0) {
        call->response = json_object_ref(event->payload);
        /* The parts may have overtaken the answer. */
        call->timer = g_timeout_add(call->last_part_came ? 0 : PILE_CALL_REPORT_MS, on_no_part, call);
        return;
    }
    reply(call, event->type, event->payload, event);
}

/* The hub lets go of a call: it ends, unless it still waits for its report. */
static void on_let_go(gpointer data)
{
    Call *call = data;

    if (call->response == NULL)
        call_free(call);
}

static guint n_open_at(PileCalls *self, const gchar *station_id)
{
    guint n = 0;

    for (guint i = 0; i < self->open->len; i++)
        n += g_str_equal(((Call *)g_ptr_array_index(self->open, i))->station_id, station_id);
    return n;
}

/* Returns: FALSE: answered */
static gboolean read_input(PileCalls *self, WebRequest *request, JsonObject *input, const CallRule **rule,
                           JsonObject **payload, gint64 *timeout_s)
{
    g_autoptr(GError) error = NULL;
    const gchar *action = NULL;

    if (!json_read_string(input, "action", JSON_REQUIRED, 64, &action, &error) ||
        !json_read_object(input, "payload", JSON_OPTIONAL, payload, &error) ||
        !json_read_int(input, "timeout_s", JSON_OPTIONAL, 1, 120, timeout_s, &error)) {
        web_reply_problem(request, 400, "bad_field", error->message);
        return FALSE;
    }
    *rule = call_rules_find(action);
    if (*rule == NULL) {
        web_reply_problem(request, 400, "bad_field", "action: not one that operators may call");
        return FALSE;
    }
    *payload = *payload != NULL ? json_object_ref(*payload) : json_object_new();
    if (!call_rules_prepare(*rule, *payload, ++self->last_id, &error)) {
        g_autofree gchar *detail = g_strdup_printf("payload: %s", error->message);

        g_clear_pointer(payload, json_object_unref);
        web_reply_problem(request, 400, "bad_field", detail);
        return FALSE;
    }
    return TRUE;
}

/* The station will ask about the token it is started with: it must be known before it can. */
static gboolean note_start(PileCalls *self, const gchar *station_id, JsonObject *payload, GError **error)
{
    JsonObject *token = json_object_get_object_member(payload, "idToken");

    return store_operator_start_add(self->store, station_id, json_object_get_string_member(token, "idToken"),
                                    g_get_real_time() / 1000, error);
}

void pile_calls_make(PileCalls *self, WebRequest *request, const gchar *station_id, JsonObject *input)
{
    const CallRule *rule = NULL;
    JsonObject *payload = NULL;
    gint64 timeout_s = OCPP_RPC_TIMEOUT_MS / 1000;
    g_autoptr(GError) error = NULL;
    Call *call;

    if (!read_input(self, request, input, &rule, &payload, &timeout_s))
        return;
    if (n_open_at(self, station_id) >= PILE_CALL_PER_STATION) {
        json_object_unref(payload);
        web_reply_header(request, "Retry-After", "5");
        web_reply_problem(request, 429, "too_many", "enough calls wait for this station");
        return;
    }
    if (!station_hub_is_reachable(self->hub, station_id)) {
        json_object_unref(payload);
        web_reply_problem(request, 409, "pile_offline", "the station is not connected");
        return;
    }
    if (rule->action == OCPP_ACTION_REQUEST_START_TRANSACTION &&
        !note_start(self, station_id, payload, &error)) {
        json_object_unref(payload);
        g_warning("%s", error->message);
        web_reply_problem(request, 507, "storage_full", "the start could not be stored, so it was not made");
        return;
    }
    call = g_new0(Call, 1);
    call->calls = self;
    call->request = web_request_ref(request);
    call->rule = rule;
    call->station_id = g_strdup(station_id);
    call->started_us = g_get_monotonic_time();
    call->request_id = json_object_get_int_member_with_default(payload, "requestId", 0);
    call->items = json_array_new();
    g_ptr_array_add(self->open, call);
    station_hub_call(self->hub, station_id, rule->action, payload, timeout_s * 1000, on_answer, call,
                     on_let_go);
}

static void take_part(Call *call, JsonObject *payload)
{
    JsonArray *items = NULL;
    gboolean more = FALSE;

    json_read_array(payload, call->rule->report_member, JSON_OPTIONAL, PILE_CALL_MAX_ITEMS, TRUE, &items,
                    NULL);
    for (guint i = 0; items != NULL && i < json_array_get_length(items) &&
                      json_array_get_length(call->items) < PILE_CALL_MAX_ITEMS;
         i++)
        json_array_add_element(call->items, json_node_ref(json_array_get_element(items, i)));
    json_read_boolean(payload, "tbc", JSON_OPTIONAL, &more, NULL);
    call->last_part_came = !more;
    if (call->response == NULL)
        return; /* overtook the answer */
    g_clear_handle_id(&call->timer, g_source_remove);
    if (more) {
        call->timer = g_timeout_add(PILE_CALL_REPORT_MS, on_no_part, call);
        return;
    }
    reply(call, OCPP_RPC_EVENT_RESULT, call->response, NULL);
    call_free(call);
}

void pile_calls_heard(PileCalls *self, const gchar *station_id, OcppAction action, JsonObject *payload)
{
    gint64 request_id = 0;

    if (self->open->len == 0 || call_rules_reported_by(action) == NULL ||
        !json_read_int(payload, "requestId", JSON_REQUIRED, G_MININT32, G_MAXINT32, &request_id, NULL))
        return;
    for (guint i = 0; i < self->open->len; i++) {
        Call *call = g_ptr_array_index(self->open, i);

        if (call->rule->has_report && call->rule->report_action == action && call->request_id == request_id &&
            g_str_equal(call->station_id, station_id)) {
            take_part(call, payload);
            return;
        }
    }
}
