/* The operator's page: its files, its session cookie, its event stream. The token is typed in once and
 * never kept by the browser's scripts: what stays is a cookie they cannot read. */
#include "server-stub/http/web_front_private.h"

#include "protocol/json_gate.h"
#include "protocol/json_read.h"

#define COOKIE "rearcharge_operator"
#define TOKEN_MAX_BYTES 4096
#define MESSAGES_DEFAULT 200
#define MESSAGES_MAX 500

gboolean operator_page_session(WebFront *self, WebRequest *request)
{
    g_autofree gchar *session = web_request_cookie(request, COOKIE);

    return session != NULL && self->operator_ports.session(session, self->operator_data);
}

void operator_page_file(WebRequest *request, gpointer front)
{
    static const gchar *const types[][2] = {{".html", "text/html; charset=utf-8"},
                                            {".js", "text/javascript; charset=utf-8"},
                                            {".css", "text/css; charset=utf-8"},
                                            {".svg", "image/svg+xml"}};
    const gchar *name = web_request_path(request);
    g_autofree gchar *path = g_strdup_printf("/org/rearcharge/server%s",
                                             g_str_equal(name, "/operator") ? "/operator/index.html" : name);
    g_autoptr(GBytes) bytes = NULL;
    gsize type = 0;

    while (type < G_N_ELEMENTS(types) && !g_str_has_suffix(path, types[type][0]))
        type++;
    if (type < G_N_ELEMENTS(types))
        bytes = g_resources_lookup_data(path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    if (bytes != NULL)
        web_reply_content(request, 200, bytes, types[type][1]);
    else
        web_reply_problem(request, 404, "not_found", NULL);
}

static void set_cookie(WebFront *self, WebRequest *request, const gchar *value, gint64 max_age_s)
{
    const gchar *url = bounded_server_url(self->server);
    g_autofree gchar *cookie = g_strdup_printf(
        COOKIE "=%s; Path=/operator; HttpOnly; SameSite=Strict; Max-Age=%" G_GINT64_FORMAT "%s", value,
        max_age_s, g_str_has_prefix(url, "https:") ? "; Secure" : "");

    web_reply_header(request, "Set-Cookie", cookie);
}

void operator_page_login(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    GBytes *bytes = web_request_body(request);
    gsize len = 0;
    const gchar *text = g_bytes_get_data(bytes, &len);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonObject) body = json_gate_parse_object(text, len, &error);
    g_autofree gchar *session = NULL;
    const gchar *token = NULL;

    if (body == NULL) {
        web_front_problem(request, 400, "bad_json", error->message);
        return;
    }
    if (!json_read_string(body, "token", JSON_REQUIRED, TOKEN_MAX_BYTES, &token, &error)) {
        web_front_problem(request, 400, "bad_field", error->message);
        return;
    }
    session = self->operator_ports.login(token, self->operator_data);
    if (session == NULL) {
        g_autofree gchar *name = g_strdup_printf("operator %s", web_request_peer(request));

        web_front_refuse(self, request, name, "Bearer");
        return;
    }
    set_cookie(self, request, session, self->operator_ports.session_s);
    web_reply_empty(request, 204);
}

void operator_page_logout(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    g_autofree gchar *session = web_request_cookie(request, COOKIE);

    if (session != NULL)
        self->operator_ports.logout(session, self->operator_data);
    set_cookie(self, request, "", 0);
    web_reply_empty(request, 204);
}

void operator_page_events(WebRequest *request, gpointer front)
{
    WebFront *self = front;

    if (operator_api_admits(self, request))
        operator_feed_open(self->operator_feed, request);
}

void operator_page_messages(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *limit_text = web_request_query(request, "limit");
    guint64 limit = MESSAGES_DEFAULT;
    g_autoptr(JsonNode) node = NULL;

    if (!operator_api_admits(self, request))
        return;
    if (limit_text != NULL && !g_ascii_string_to_unsigned(limit_text, 10, 1, MESSAGES_MAX, &limit, NULL)) {
        web_front_problem(request, 400, "bad_field", "limit: want 1 to 500");
        return;
    }
    node =
        self->operator_ports.messages(web_request_query(request, "station"),
                                      web_request_query(request, "text"), (guint)limit, self->operator_data);
    web_reply_node(request, 200, node);
}
