#include "pile-sim/panel/local_link.h"

#include "pile-sim/panel/own_addresses.h"
#include "protocol/json_gate.h"

/* A bay holds one car; a few more connections are enough for a second try and a curious neighbour. */
#define CONNECTIONS_IN_ALL 64
#define CONNECTIONS_PER_PEER 8

struct _LocalLink {
    BoundedServer *server;
    const LocalLinkCallbacks *callbacks;
    gpointer data;
};

/* @json: (transfer full) */
static void reply(WebRequest *request, JsonObject *json)
{
    g_autoptr(JsonNode) node = json_node_alloc();

    json_node_take_object(json_node_init(node, JSON_NODE_OBJECT), json);
    web_reply_node(request, 200, node);
}

static void on_state(WebRequest *request, gpointer data)
{
    LocalLink *self = data;

    reply(request, self->callbacks->state(self->data));
}

static void on_show(WebRequest *request, gpointer data)
{
    LocalLink *self = data;
    GBytes *bytes = web_request_body(request);
    LocalLinkProblem problem = {.status = 500, .code = "internal"};
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonObject) body =
        json_gate_parse_object(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &error);
    JsonObject *answer = NULL;

    if (body == NULL) {
        web_reply_problem(request, 400, "bad_json", error->message);
        return;
    }
    answer = self->callbacks->show(web_request_path(request), body, &problem, self->data);
    if (answer != NULL) {
        reply(request, answer);
        return;
    }
    if (problem.retry_after_s > 0) {
        g_autofree gchar *seconds = g_strdup_printf("%" G_GINT64_FORMAT, problem.retry_after_s);

        web_reply_header(request, "Retry-After", seconds);
    }
    web_reply_problem(request, problem.status, problem.code, problem.detail);
    g_free(problem.detail);
}

static const WebRoute routes[] = {
    {"GET", "/local/v1/state", on_state, WEB_BODY_NONE},
    {"POST", "/local/v1/identify", on_show, WEB_BODY_JSON},
    {"POST", "/local/v1/code", on_show, WEB_BODY_JSON},
    {"POST", "/local/v1/voucher", on_show, WEB_BODY_JSON},
    {"POST", "/local/v1/voucher/answer", on_show, WEB_BODY_JSON},
    {NULL, NULL, NULL, WEB_BODY_NONE},
};

LocalLink *local_link_new(const gchar *address, const LocalLinkCallbacks *callbacks, gpointer data,
                          GError **error)
{
    g_autoptr(LocalLink) self = g_new0(LocalLink, 1);

    self->callbacks = callbacks;
    self->data = data;
    self->server = bounded_server_new(routes, self);
    bounded_server_set_connection_limits(self->server, CONNECTIONS_IN_ALL, CONNECTIONS_PER_PEER);
    if (!own_addresses_listen(self->server, address, NULL, error))
        return NULL;
    return g_steal_pointer(&self);
}

void local_link_free(LocalLink *self)
{
    if (self == NULL)
        return;
    bounded_server_stop(self->server);
    g_object_unref(self->server);
    g_free(self);
}

const gchar *local_link_url(LocalLink *self)
{
    return bounded_server_url(self->server);
}
