#include "pile-sim/panel/panel.h"

#include "protocol/json_gate.h"
#include "weblink/bounded_server.h"

struct _Panel {
    BoundedServer *server;
    const PanelCallbacks *callbacks;
    gpointer data;
};

static void serve_file(WebRequest *request, const gchar *name, const gchar *content_type)
{
    g_autofree gchar *path = g_strconcat("/org/rearcharge/pile/", name, NULL);
    g_autoptr(GBytes) bytes = g_resources_lookup_data(path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

    if (bytes == NULL)
        web_reply_problem(request, 404, "not_found", NULL);
    else
        web_reply_content(request, 200, bytes, content_type);
}

static void on_page(WebRequest *request, gpointer data)
{
    serve_file(request, "index.html", "text/html; charset=utf-8");
}

static void on_script(WebRequest *request, gpointer data)
{
    serve_file(request, "panel.js", "text/javascript; charset=utf-8");
}

static void on_style(WebRequest *request, gpointer data)
{
    serve_file(request, "panel.css", "text/css; charset=utf-8");
}

/* GET /qr.png?evse=2; without a number EVSE 1. */
static void on_qr(WebRequest *request, gpointer data)
{
    Panel *self = data;
    const gchar *number = web_request_query(request, "evse");
    guint64 evse = 1;
    g_autoptr(GBytes) png = NULL;

    if (number == NULL || g_ascii_string_to_unsigned(number, 10, 1, G_MAXUINT32, &evse, NULL))
        png = self->callbacks->qr_png((guint)evse, self->data);
    if (png == NULL)
        web_reply_problem(request, 404, "not_found", "no QR code for this EVSE");
    else
        web_reply_content(request, 200, png, "image/png");
}

static void reply_state(Panel *self, WebRequest *request, gboolean after_action)
{
    JsonObject *state = self->callbacks->state(self->data);
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
    {"GET", "/", on_page, WEB_BODY_NONE},
    {"GET", "/panel.js", on_script, WEB_BODY_NONE},
    {"GET", "/panel.css", on_style, WEB_BODY_NONE},
    {"GET", "/qr.png", on_qr, WEB_BODY_NONE},
    {"GET", "/sim/state", on_state, WEB_BODY_NONE},
    {"POST", "/sim/{action}", on_action, WEB_BODY_JSON},
    {NULL, NULL, NULL, WEB_BODY_NONE},
};

Panel *panel_new(const gchar *address, const PanelCallbacks *callbacks, gpointer data, GError **error)
{
    g_autoptr(Panel) self = g_new0(Panel, 1);
    const gchar *colon = strrchr(address, ':');

    self->callbacks = callbacks;
    self->data = data;
    self->server = bounded_server_new(routes, self);
    if (colon != NULL) {
        g_autofree gchar *host = g_strndup(address, (gsize)(colon - address));

        bounded_server_allow_host(self->server, host);
    }
    if (!bounded_server_listen(self->server, address, error))
        return NULL;
    return g_steal_pointer(&self);
}

void panel_free(Panel *self)
{
    if (self == NULL)
        return;
    bounded_server_stop(self->server);
    g_object_unref(self->server);
    g_free(self);
}

const gchar *panel_url(Panel *self)
{
    return bounded_server_url(self->server);
}
