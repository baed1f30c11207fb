#include "weblink/bounded_server.h"

#include "base/redact.h"
#include "weblink/route_table.h"
#include "weblink/web_exchange.h"
#include "weblink/web_gate.h"
#include <string.h>

#define LOG_LINES_PER_S 20 /* a flood of refusals must not become a flood of log lines */

struct _BoundedServer {
    GObject parent_instance;
    SoupServer *soup;
    WebListener *listener; /* NULL once stopped */
    WebGate *gate;
    const WebRoute *routes;
    gpointer user_data;
    guint header_ms, body_ms;
    gboolean tls;
    gchar *url;
    gint64 log_second;
    guint log_lines;
};

G_DEFINE_TYPE(BoundedServer, bounded_server, G_TYPE_OBJECT)

/* The path of a request without what may be a secret in the wrong place: no segment of ours is longer than a
 * UUID. */
static gchar *path_for_log(const gchar *path)
{
    g_auto(GStrv) segment = g_strsplit(path, "/", 64);

    for (guint i = 0; segment[i] != NULL; i++) {
        gchar *shown = strlen(segment[i]) > 36 ? redact_secret(segment[i]) : NULL;

        if (shown != NULL) {
            g_free(segment[i]);
            segment[i] = shown;
        }
    }
    return g_strjoinv("/", segment);
}

/* @msg: (nullable): NULL before a head is there */
static void log_refusal(BoundedServer *self, SoupServerMessage *msg, guint status, const gchar *code)
{
    gint64 second = g_get_monotonic_time() / G_USEC_PER_SEC;
    GUri *uri = msg != NULL ? soup_server_message_get_uri(msg) : NULL;
    const gchar *method = msg != NULL ? soup_server_message_get_method(msg) : NULL;
    g_autofree gchar *path = path_for_log(uri != NULL ? g_uri_get_path(uri) : "");
    g_autofree gchar *what = NULL;
    g_autofree gchar *shown = NULL;

    if (second != self->log_second) {
        if (self->log_lines > LOG_LINES_PER_S)
            g_message("%u more requests were refused", self->log_lines - LOG_LINES_PER_S);
        self->log_second = second;
        self->log_lines = 0;
    }
    if (self->log_lines++ >= LOG_LINES_PER_S)
        return;
    what = g_strconcat(method != NULL ? method : "?", " ", path, NULL);
    shown = redact_for_log(what, strlen(what));
    g_message("refused %s: %u %s", shown, status, code);
}

static WebConnection *connection_of(SoupServerMessage *msg)
{
    GSocketAddress *remote = soup_server_message_get_remote_address(msg);

    return remote != NULL ? web_connection_of_remote(remote) : NULL;
}

/* Answers now and closes: the rest of the request may be endless. */
static void refuse_and_close(BoundedServer *self, SoupServerMessage *msg, guint status, const gchar *code,
                             const gchar *detail)
{
    WebStream *stream = NULL;

    log_refusal(self, msg, status, code);
    stream = web_exchange_steal(msg);
    if (stream != NULL)
        web_exchange_refuse(stream, status, code, detail);
}

/* Refuses before the body. A request that carries one loses its connection, so that nobody has to read it. */
static void refuse(BoundedServer *self, SoupServerMessage *msg, gboolean has_body, guint status,
                   const gchar *code, const gchar *detail)
{
    if (has_body) {
        refuse_and_close(self, msg, status, code, detail);
        return;
    }
    log_refusal(self, msg, status, code);
    web_exchange_set_problem(msg, status, code, detail);
    web_connection_set_deadline(connection_of(msg), self->body_ms);
}

static WebHead collect_head(SoupServerMessage *msg, const gchar **content_type)
{
    WebHead head = {0};
    GUri *uri = soup_server_message_get_uri(msg);
    SoupMessageHeadersIter iter;
    const gchar *name = NULL, *value = NULL;

    head.uri_host = g_uri_get_host(uri);
    head.uri_port = g_uri_get_port(uri);
    soup_message_headers_iter_init(&iter, soup_server_message_get_request_headers(msg));
    while (soup_message_headers_iter_next(&iter, &name, &value)) {
        if (g_ascii_strcasecmp(name, "Host") == 0) {
            head.n_hosts++;
            head.host = value;
        } else if (g_ascii_strcasecmp(name, "Origin") == 0) {
            head.n_origins++;
            head.origin = value;
        } else if (g_ascii_strcasecmp(name, "Content-Type") == 0) {
            *content_type = value;
        }
    }
    return head;
}

static void on_chunk(SoupServerMessage *msg, GBytes *chunk, gpointer data)
{
    BoundedServer *self = data;
    WebRequest *request = g_object_get_data(G_OBJECT(msg), "weblink-request");
    gsize size = 0;
    gconstpointer bytes = g_bytes_get_data(chunk, &size);

    if (request != NULL && !web_request_append_body(request, bytes, size, BOUNDED_SERVER_BODY_MAX_BYTES))
        refuse_and_close(self, msg, 413, "body_too_large", "the body is larger than 64 KiB");
}

static void on_head(SoupServer *soup, SoupServerMessage *msg, const gchar *path, GHashTable *query,
                    gpointer data)
{
    BoundedServer *self = data;
    SoupMessageHeaders *headers = soup_server_message_get_request_headers(msg);
    const gchar *content_type = NULL;
    WebHead head = collect_head(msg, &content_type);
    WebVerdict verdict = web_gate_judge(self->gate, &head);
    const gchar *length = soup_message_headers_get_one(headers, "Content-Length");
    guint64 declared = length != NULL ? g_ascii_strtoull(length, NULL, 10) : 0; /* digits: web_head_judge() */
    gboolean has_body = declared > 0 || soup_message_headers_get_encoding(headers) == SOUP_ENCODING_CHUNKED;
    WebConnection *connection = connection_of(msg);
    g_auto(RouteMatch) match = {0};

    soup_message_body_truncate(soup_server_message_get_response_body(msg)); /* see on_started() */
    soup_message_headers_remove(soup_server_message_get_response_headers(msg), "Content-Type");
    soup_message_headers_set_content_length(soup_server_message_get_response_headers(msg), 0);
    soup_message_body_set_accumulate(soup_server_message_get_request_body(msg), FALSE);
    soup_message_headers_remove(headers, "Range");
    if (connection == NULL)
        return; /* cut a moment ago */
    web_connection_set_deadline(connection, self->body_ms);
    if (verdict.status != 0) {
        refuse(self, msg, has_body, verdict.status, verdict.code, verdict.detail);
        return;
    }
    match = route_table_match(self->routes, soup_server_message_get_method(msg),
                              g_uri_get_path(soup_server_message_get_uri(msg)));
    if (match.route == NULL) {
        if (match.allow != NULL && !has_body)
            soup_message_headers_replace(soup_server_message_get_response_headers(msg), "Allow", match.allow);
        refuse(self, msg, has_body, match.allow != NULL ? 405 : 404,
               match.allow != NULL ? "method_not_allowed" : "not_found", match.allow);
        return;
    }
    if (declared > (match.route->body == WEB_BODY_JSON ? BOUNDED_SERVER_BODY_MAX_BYTES : 0) ||
        (has_body && match.route->body == WEB_BODY_NONE)) {
        refuse(self, msg, TRUE, 413, "body_too_large",
               match.route->body == WEB_BODY_NONE ? "no body is expected here"
                                                  : "the body is larger than 64 KiB");
        return;
    }
    if (match.route->body == WEB_BODY_JSON && (has_body || content_type != NULL) &&
        (content_type == NULL || !web_gate_is_json(content_type) ||
         soup_message_headers_get_one(headers, "Content-Encoding") != NULL)) {
        refuse(self, msg, has_body, 415, "media_type", "the body must be application/json");
        return;
    }
    web_request_begin(msg, g_steal_pointer(&match.params), self->body_ms);
    g_object_set_data(G_OBJECT(msg), "weblink-route", (gpointer)match.route);
    if (has_body)
        g_signal_connect(msg, "got-chunk", G_CALLBACK(on_chunk), self);
}

static void on_request(SoupServer *soup, SoupServerMessage *msg, const gchar *path, GHashTable *query,
                       gpointer data)
{
    BoundedServer *self = data;
    const WebRoute *route = g_object_get_data(G_OBJECT(msg), "weblink-route");
    WebConnection *connection = connection_of(msg);

    if (route == NULL || connection == NULL)
        return;
    web_connection_set_deadline(connection, 0); /* the handler may take its time */
    web_request_dispatch(msg, route->handler, self->user_data);
}

static void on_started(SoupServer *soup, SoupServerMessage *msg, gpointer data)
{
    WebConnection *connection = connection_of(msg);
    g_autoptr(GBytes) problem = NULL;
    const gchar *words = NULL;
    gsize size = 0;

    if (connection == NULL)
        return;
    web_connection_set_data(connection, msg);
    /* libsoup refuses a malformed head by itself, with a bare 400: give it the words. on_head() takes them
     * back. */
    problem = web_problem_new(400, "bad_field", "the head of the request is malformed, or has no Host");
    words = g_bytes_get_data(problem, &size);
    /* libsoup 3.2 forgets a kept connection that its peer closes, descriptor and all; so none is kept. */
    soup_message_headers_replace(soup_server_message_get_response_headers(msg), "Connection", "close");
    soup_server_message_set_response(msg, "application/problem+json", SOUP_MEMORY_COPY, words, size);
}

static void on_finished(SoupServer *soup, SoupServerMessage *msg, gpointer data)
{
    WebConnection *connection = connection_of(msg);

    if (connection != NULL)
        web_connection_set_data(connection, NULL);
}

static void on_accepted(WebConnection *connection, GIOStream *stream, gpointer data)
{
    BoundedServer *self = data;
    g_autoptr(GError) error = NULL;

    web_connection_set_deadline(connection, self->header_ms);
    if (!soup_server_accept_iostream(self->soup, stream, web_connection_local(connection),
                                     G_SOCKET_ADDRESS(web_connection_remote(connection)), &error))
        g_warning("libsoup refused a connection: %s", error->message);
}

static void on_bad_head(WebStream *stream, const WebVerdict *verdict, gpointer data)
{
    BoundedServer *self = data;

    log_refusal(self, NULL, verdict->status, verdict->code);
    web_exchange_refuse(stream, verdict->status, verdict->code, verdict->detail);
}

static void on_late(WebConnection *connection, gpointer data)
{
    BoundedServer *self = data;
    SoupServerMessage *msg = web_connection_data(connection);

    if (msg != NULL && soup_server_message_get_status(msg) == 0)
        refuse_and_close(self, msg, 408, "timeout", "the request did not arrive in time");
    else
        web_connection_cut(connection); /* idle, or it does not read our answer */
}

static void on_bad_body(WebConnection *connection, const WebVerdict *verdict, gpointer data)
{
    SoupServerMessage *msg = web_connection_data(connection);

    if (msg != NULL && soup_server_message_get_status(msg) == 0) /* else it has its answer already */
        refuse_and_close(data, msg, verdict->status, verdict->code, verdict->detail);
}

static const WebListenerCallbacks listener_callbacks = {
    .accepted = on_accepted, .late = on_late, .bad_head = on_bad_head, .bad_body = on_bad_body};

static void bounded_server_init(BoundedServer *self)
{
    self->soup = soup_server_new("raw-paths", TRUE, NULL);
    self->listener = web_listener_new(&listener_callbacks, self);
    web_listener_set_head_limits(self->listener, BOUNDED_SERVER_HEADER_MS, BOUNDED_SERVER_HEADER_MAX_BYTES);
    web_listener_set_rate(self->listener, BOUNDED_SERVER_REQUESTS_PER_S, BOUNDED_SERVER_BURST);
    self->gate = web_gate_new(80);
    self->header_ms = BOUNDED_SERVER_HEADER_MS;
    self->body_ms = BOUNDED_SERVER_BODY_MS;
    g_signal_connect(self->soup, "request-started", G_CALLBACK(on_started), self);
    g_signal_connect(self->soup, "request-finished", G_CALLBACK(on_finished), self);
    g_signal_connect(self->soup, "request-aborted", G_CALLBACK(on_finished), self);
    soup_server_add_early_handler(self->soup, NULL, on_head, self, NULL);
    soup_server_add_early_handler(self->soup, "*", on_head, self, NULL); /* OPTIONS * */
    soup_server_add_handler(self->soup, NULL, on_request, self, NULL);
}

static void bounded_server_finalize(GObject *object)
{
    BoundedServer *self = BOUNDED_SERVER(object);

    bounded_server_stop(self);
    g_object_unref(self->soup);
    web_gate_free(self->gate);
    g_free(self->url);
    G_OBJECT_CLASS(bounded_server_parent_class)->finalize(object);
}

static void bounded_server_class_init(BoundedServerClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = bounded_server_finalize;
}

BoundedServer *bounded_server_new(const WebRoute *routes, gpointer user_data)
{
    BoundedServer *self = g_object_new(bounded_server_get_type(), NULL);

    self->routes = routes;
    self->user_data = user_data;
    return self;
}

void bounded_server_allow_host(BoundedServer *self, const gchar *host)
{
    web_gate_allow(self->gate, host);
}

void bounded_server_set_connection_limits(BoundedServer *self, guint total, guint per_peer)
{
    web_listener_set_limits(self->listener, total, per_peer);
}

void bounded_server_set_request_rate(BoundedServer *self, guint per_s, guint burst)
{
    web_listener_set_rate(self->listener, per_s, burst);
}

void bounded_server_set_tls(BoundedServer *self, GTlsCertificate *certificate, GTlsDatabase *client_ca)
{
    self->tls = TRUE;
    self->gate->default_port = 443;
    web_listener_set_tls(self->listener, certificate, client_ca);
}

void bounded_server_set_deadlines(BoundedServer *self, guint header_ms, guint body_ms)
{
    self->header_ms = header_ms > 0 ? header_ms : self->header_ms;
    self->body_ms = body_ms > 0 ? body_ms : self->body_ms;
    web_listener_set_head_limits(self->listener, self->header_ms, BOUNDED_SERVER_HEADER_MAX_BYTES);
}

gboolean bounded_server_listen(BoundedServer *self, const gchar *address, GError **error)
{
    g_autoptr(GInetSocketAddress) real =
        web_listener_listen(self->listener, address, BOUNDED_SERVER_BACKLOG, error);
    static const gchar *const loopback[] = {"127.0.0.1", "localhost", "[::1]"};
    g_autofree gchar *ip = NULL;
    g_autofree gchar *host = NULL;
    guint port = 0;

    if (real == NULL)
        return FALSE;
    port = g_inet_socket_address_get_port(real);
    ip = g_inet_address_to_string(g_inet_socket_address_get_address(real));
    host = g_strdup_printf(strchr(ip, ':') != NULL ? "[%s]:%u" : "%s:%u", ip, port);
    web_gate_allow(self->gate, host);
    for (guint i = 0; i < G_N_ELEMENTS(loopback); i++) {
        g_autofree gchar *local = g_strdup_printf("%s:%u", loopback[i], port);
        web_gate_allow(self->gate, local);
    }
    if (self->url == NULL)
        self->url = g_strdup_printf("%s://%s", self->tls ? "https" : "http", host);
    return TRUE;
}

const gchar *bounded_server_url(BoundedServer *self)
{
    return self->url;
}

guint bounded_server_n_connections(BoundedServer *self)
{
    return self->listener != NULL ? web_listener_n_connections(self->listener) : 0;
}

void bounded_server_stop(BoundedServer *self)
{
    g_clear_pointer(&self->listener, web_listener_free);
    soup_server_disconnect(self->soup);
}
