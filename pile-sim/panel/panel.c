#include "pile-sim/panel/panel.h"

#include "pile-sim/panel/own_addresses.h"
#include "pile-sim/panel/panel_face.h"
#include "pile-sim/panel/panel_feed.h"
#include "protocol/json_gate.h"
#include "weblink/bounded_server.h"

struct _Panel {
    BoundedServer *server;
    PanelFeed *feed;
    gchar *any_host; /* (nullable): "0.0.0.0" or "[::]" when it listens on all addresses */
    const PanelCallbacks *callbacks;
    gpointer data;
};

/* One row for every file of the page: the path in the URL is the path in the resource. */
static void on_file(WebRequest *request, gpointer data)
{
    static const gchar *const types[][2] = {{".html", "text/html; charset=utf-8"},
                                            {".js", "text/javascript; charset=utf-8"},
                                            {".css", "text/css; charset=utf-8"},
                                            {".svg", "image/svg+xml"}};
    const gchar *name = web_request_path(request);
    g_autofree gchar *path =
        g_strconcat("/org/rearcharge/pile", g_str_equal(name, "/") ? "/index.html" : name, NULL);
    g_autoptr(GBytes) bytes = g_resources_lookup_data(path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

    for (gsize i = 0; bytes != NULL && i < G_N_ELEMENTS(types); i++) {
        if (g_str_has_suffix(path, types[i][0])) {
            web_reply_content(request, 200, bytes, types[i][1]);
            return;
        }
    }
    web_reply_problem(request, 404, "not_found", NULL);
}

/* GET /qr.png?evse=2, /qr.svg?evse=2; without a number EVSE 1. */
static void on_qr(WebRequest *request, gpointer data)
{
    Panel *self = data;
    const gchar *number = web_request_query(request, "evse");
    gboolean svg = g_str_has_suffix(web_request_path(request), ".svg");
    guint64 evse = 1;
    g_autoptr(GBytes) picture = NULL;

    if (number == NULL || g_ascii_string_to_unsigned(number, 10, 1, G_MAXUINT32, &evse, NULL))
        picture = self->callbacks->qr((guint)evse, svg, self->data);
    if (picture == NULL)
        web_reply_problem(request, 404, "not_found", "no QR code for this EVSE");
    else
        web_reply_content(request, 200, picture, svg ? "image/svg+xml" : "image/png");
}

static JsonObject *read_state(Panel *self)
{
    JsonObject *state = self->callbacks->state(self->data);

    panel_face_add(state);
    return state;
}

/* A transaction's clock runs until its end, its meter while energy flows. */
static JsonObject *read_for_feed(gboolean *live, gpointer data)
{
    JsonObject *state = read_state(data);
    JsonArray *evses = json_object_get_array_member(state, "evses");

    for (guint i = 0; i < json_array_get_length(evses); i++)
        *live |= json_object_has_member(json_array_get_object_element(evses, i), "transaction");
    return state;
}

static void on_events(WebRequest *request, gpointer data)
{
    panel_feed_open(((Panel *)data)->feed, request);
}

static void reply_state(Panel *self, WebRequest *request, gboolean after_action)
{
    JsonObject *state = read_state(self);
    g_autoptr(JsonNode) node = json_node_alloc();

    if (after_action)
        json_object_set_boolean_member(state, "ok", TRUE);
    json_node_take_object(json_node_init(node, JSON_NODE_OBJECT), state);
    web_reply_node(request, 200, node);
}

static void on_state(WebRequest *request, gpointer data)
{
    reply_state(data, request, FALSE);
}

static void on_action(WebRequest *request, gpointer data)
{
    Panel *self = data;
    GBytes *bytes = web_request_body(request);
    gsize len = g_bytes_get_size(bytes);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonObject) body = NULL;
    PanelProblem problem = {.status = 500, .code = "internal"};

    /* A lever without arguments needs no body. */
    body = len == 0 ? json_object_new() : json_gate_parse_object(g_bytes_get_data(bytes, NULL), len, &error);
    if (body == NULL)
        web_reply_problem(request, 400, "bad_json", error->message);
    else if (!self->callbacks->act(web_request_path(request), body, &problem, self->data))
        web_reply_problem(request, problem.status, problem.code, problem.detail);
    else
        reply_state(self, request, TRUE);
}

static const WebRoute routes[] = {
    {"GET", "/", on_file, WEB_BODY_NONE},           {"GET", "/qr.png", on_qr, WEB_BODY_NONE},
    {"GET", "/qr.svg", on_qr, WEB_BODY_NONE},       {"GET", "/sim/events", on_events, WEB_BODY_NONE},
    {"GET", "/sim/state", on_state, WEB_BODY_NONE}, {"POST", "/sim/{action}", on_action, WEB_BODY_JSON},
    {"GET", "/{file}", on_file, WEB_BODY_NONE},     {NULL, NULL, NULL, WEB_BODY_NONE},
};

Panel *panel_new(const gchar *address, const PanelCallbacks *callbacks, gpointer data, GError **error)
{
    g_autoptr(Panel) self = g_new0(Panel, 1);

    self->callbacks = callbacks;
    self->data = data;
    self->server = bounded_server_new(routes, self);
    self->feed = panel_feed_new(read_for_feed, self);
    if (!own_addresses_listen(self->server, address, &self->any_host, error))
        return NULL;
    return g_steal_pointer(&self);
}

void panel_free(Panel *self)
{
    if (self == NULL)
        return;
    panel_feed_free(self->feed);
    bounded_server_stop(self->server);
    g_object_unref(self->server);
    g_free(self->any_host);
    g_free(self);
}

void panel_changed(Panel *self)
{
    panel_feed_changed(self->feed);
}

GStrv panel_urls(Panel *self)
{
    const gchar *url = bounded_server_url(self->server);
    g_autoptr(GPtrArray) urls = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) own = NULL;

    if (self->any_host == NULL) {
        g_ptr_array_add(urls, g_strdup(url));
    } else {
        const gchar *port = strrchr(url, ':');

        own = own_addresses_list(self->any_host[0] == '[');
        g_ptr_array_add(urls, g_strconcat("http://127.0.0.1", port, NULL));
        for (guint i = 0; own[i] != NULL; i++)
            g_ptr_array_add(urls, g_strconcat("http://", own[i], port, NULL));
    }
    g_ptr_array_add(urls, NULL);
    return (GStrv)g_ptr_array_free(g_steal_pointer(&urls), FALSE);
}
