#include "server-stub/vehicle_query.h"

#include "base/identifier.h"
#include "protocol/json_gate.h"
#include "protocol/json_write.h"

#define TIMEOUT_S 10

struct _VehicleQueries {
    EventFeeds *feeds;
    GPtrArray *open; /* of Query */
};

typedef struct {
    VehicleQueries *queries;
    WebRequest *request;
    gchar *vehicle_id;
    VehicleQuery query;
    gint64 started_us;
    guint timer;
} Query;

static void query_free(Query *query)
{
    g_clear_handle_id(&query->timer, g_source_remove);
    web_request_unref(query->request);
    g_free(query->vehicle_id);
    g_free(query);
}

VehicleQueries *vehicle_queries_new(EventFeeds *feeds)
{
    VehicleQueries *self = g_new0(VehicleQueries, 1);

    self->feeds = feeds;
    self->open = g_ptr_array_new_with_free_func((GDestroyNotify)query_free);
    return self;
}

void vehicle_queries_stop(VehicleQueries *self)
{
    for (guint i = 0; i < self->open->len; i++)
        web_reply_problem(((Query *)g_ptr_array_index(self->open, i))->request, 503, "stopping",
                          "the server ends");
    g_ptr_array_set_size(self->open, 0);
}

void vehicle_queries_free(VehicleQueries *self)
{
    vehicle_queries_stop(self);
    g_ptr_array_unref(self->open);
    g_free(self);
}

static gboolean on_timeout(gpointer data)
{
    Query *query = data;

    query->timer = 0;
    web_reply_problem(query->request, 504, "vehicle_timeout", "the vehicle has not answered");
    g_ptr_array_remove_fast(query->queries->open, query);
    return G_SOURCE_REMOVE;
}

static guint n_open_of(VehicleQueries *self, const gchar *vehicle_id)
{
    guint n = 0;

    for (guint i = 0; i < self->open->len; i++)
        n += g_str_equal(((Query *)g_ptr_array_index(self->open, i))->vehicle_id, vehicle_id);
    return n;
}

void vehicle_queries_ask(VehicleQueries *self, WebRequest *request, const gchar *vehicle_id,
                         JsonObject *input)
{
    g_autoptr(GError) error = NULL;
    g_autofree gchar *query_id = identifier_new_uuid();
    g_autoptr(JsonNode) node = NULL;
    g_autofree gchar *text = NULL;
    gint64 timeout_s = TIMEOUT_S;
    guint want = 0;
    Query *query;

    if (!vehicle_items_read(input, "want", JSON_REQUIRED, &want, &error) ||
        !json_read_int(input, "timeout_s", JSON_OPTIONAL, 1, 60, &timeout_s, &error)) {
        web_reply_problem(request, 400, "bad_field", error->message);
        return;
    }
    if (n_open_of(self, vehicle_id) >= VEHICLE_QUERY_PER_VEHICLE) {
        web_reply_header(request, "Retry-After", "5");
        web_reply_problem(request, 429, "too_many", "enough questions wait for this vehicle");
        return;
    }
    query = g_new0(Query, 1);
    query->queries = self;
    query->request = web_request_ref(request);
    query->vehicle_id = g_strdup(vehicle_id);
    query->started_us = g_get_monotonic_time();
    query->query.want = want;
    query->query.expires_ms = g_get_real_time() / 1000 + timeout_s * 1000;
    g_strlcpy(query->query.query_id, query_id, sizeof query->query.query_id);
    node = vehicle_query_to_json(&query->query);
    text = json_gate_print(node, NULL);
    if (event_feeds_send(self->feeds, vehicle_id, "vehicle_query", text) == 0) {
        query_free(query);
        web_reply_problem(request, 409, "vehicle_away", "the vehicle has no open event stream");
        return;
    }
    query->timer = g_timeout_add((guint)timeout_s * 1000, on_timeout, query);
    g_ptr_array_add(self->open, query);
}

gboolean vehicle_queries_answered(VehicleQueries *self, const gchar *vehicle_id, const VehicleState *state,
                                  WebProblem *problem)
{
    for (guint i = 0; i < self->open->len; i++) {
        Query *query = g_ptr_array_index(self->open, i);
        g_autoptr(JsonNode) node = NULL;
        JsonObject *object;

        if (!g_str_equal(query->query.query_id, state->query_id) ||
            !g_str_equal(query->vehicle_id, vehicle_id))
            continue;
        node = vehicle_state_to_json(state);
        object = json_node_get_object(node);
        json_object_set_string_member(object, "vehicle_id", vehicle_id);
        json_object_set_int_member(object, "took_ms", (g_get_monotonic_time() - query->started_us) / 1000);
        web_reply_node(query->request, 200, node);
        g_ptr_array_remove_index_fast(self->open, i);
        return TRUE;
    }
    *problem = (WebProblem){404, "not_found", "no such question now"};
    return FALSE;
}
