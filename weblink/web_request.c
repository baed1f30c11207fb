#include "weblink/web_request.h"

#include <string.h>

#include "protocol/json_gate.h"
#include "weblink/web_connection.h"
#include "weblink/web_exchange.h"

#define REQUEST_KEY "weblink-request"

/* Own origin only, nothing inline, never inside a frame (threats.md 12). */
#define CONTENT_SECURITY_POLICY                                                                              \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src " \
    "'self'; "                                                                                               \
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

struct _WebRequest {
    gint n_refs;
    SoupServerMessage *msg; /* owned once dispatched; before, the message owns us */
    gboolean dispatched, paused, answered;
    gboolean gone; /* the connection ended before an answer */
    guint answer_ms;
    gchar *peer, *path;
    GHashTable *params, *query;
    GByteArray *body_so_far;
    GBytes *body;
    gpointer data;
    GDestroyNotify destroy_data;
};

WebRequest *web_request_ref(WebRequest *self)
{
    self->n_refs++;
    return self;
}

void web_request_unref(WebRequest *self)
{
    if (--self->n_refs > 0)
        return;
    if (self->dispatched && !self->answered) {
        self->n_refs++; /* answering must not come back here */
        web_reply_problem(self, 500, "internal", NULL);
    }
    if (self->dispatched) {
        g_signal_handlers_disconnect_by_data(self->msg, self);
        g_object_unref(self->msg);
    }
    if (self->destroy_data != NULL)
        self->destroy_data(self->data);
    g_free(self->peer);
    g_free(self->path);
    g_hash_table_unref(self->params);
    g_clear_pointer(&self->query, g_hash_table_unref);
    g_clear_pointer(&self->body_so_far, g_byte_array_unref);
    g_clear_pointer(&self->body, g_bytes_unref);
    g_free(self);
}

WebRequest *web_request_begin(SoupServerMessage *msg, GHashTable *params, guint answer_ms)
{
    WebRequest *self = g_new0(WebRequest, 1);
    GUri *uri = soup_server_message_get_uri(msg);
    WebConnection *connection = web_connection_of_remote(soup_server_message_get_remote_address(msg));

    self->n_refs = 1;
    self->msg = msg;
    self->answer_ms = answer_ms;
    self->params = params;
    self->path = g_uri_unescape_string(g_uri_get_path(uri), NULL);
    self->peer = g_strdup(connection != NULL ? web_connection_peer(connection) : "");
    if (g_uri_get_query(uri) != NULL)
        self->query = soup_form_decode(g_uri_get_query(uri));
    g_object_set_data_full(G_OBJECT(msg), REQUEST_KEY, self, (GDestroyNotify)web_request_unref);
    return self;
}

gboolean web_request_append_body(WebRequest *self, gconstpointer data, gsize len, gsize max_bytes)
{
    if (self->body_so_far == NULL)
        self->body_so_far = g_byte_array_new();
    if (len > max_bytes || self->body_so_far->len > max_bytes - len)
        return FALSE;
    g_byte_array_append(self->body_so_far, data, (guint)len);
    return TRUE;
}

static void on_message_over(SoupServerMessage *msg, gpointer data)
{
    ((WebRequest *)data)->gone = TRUE;
}

void web_request_dispatch(SoupServerMessage *msg, void (*handler)(WebRequest *request, gpointer user_data),
                          gpointer user_data)
{
    g_autoptr(WebRequest) self = g_object_steal_data(G_OBJECT(msg), REQUEST_KEY);

    g_object_ref(msg);
    self->dispatched = TRUE;
    self->body = self->body_so_far != NULL ? g_byte_array_free_to_bytes(g_steal_pointer(&self->body_so_far))
                                           : g_bytes_new_static("", 0);
    g_signal_connect(msg, "finished", G_CALLBACK(on_message_over), self);
    g_signal_connect(msg, "disconnected", G_CALLBACK(on_message_over), self);
    handler(self, user_data);
    if (!self->answered && !self->gone) {
        self->paused = TRUE;
        soup_server_message_pause(msg);
    }
}

const gchar *web_request_method(WebRequest *self)
{
    return soup_server_message_get_method(self->msg);
}

const gchar *web_request_path(WebRequest *self)
{
    return self->path;
}

const gchar *web_request_param(WebRequest *self, const gchar *name)
{
    const gchar *text = g_hash_table_lookup(self->params, name);

    if (text == NULL)
        g_error("the route has no {%s}", name);
    return text;
}

const gchar *web_request_query(WebRequest *self, const gchar *name)
{
    return self->query != NULL ? g_hash_table_lookup(self->query, name) : NULL;
}

const gchar *web_request_header(WebRequest *self, const gchar *name)
{
    SoupMessageHeadersIter iter;
    const gchar *key = NULL, *value = NULL, *found = NULL;

    soup_message_headers_iter_init(&iter, soup_server_message_get_request_headers(self->msg));
    while (soup_message_headers_iter_next(&iter, &key, &value)) {
        if (g_ascii_strcasecmp(key, name) != 0)
            continue;
        if (found != NULL)
            return NULL;
        found = value;
    }
    return found;
}

const gchar *web_request_header_list(WebRequest *self, const gchar *name)
{
    return soup_message_headers_get_list(soup_server_message_get_request_headers(self->msg), name);
}

/* What follows @scheme and a space in the one Authorization header. */
static const gchar *credentials(WebRequest *self, const gchar *scheme)
{
    const gchar *value = web_request_header(self, "Authorization");
    gsize len = strlen(scheme);

    if (value == NULL || g_ascii_strncasecmp(value, scheme, len) != 0 || value[len] != ' ')
        return NULL;
    value += len;
    while (*value == ' ')
        value++;
    return *value != '\0' ? value : NULL;
}

const gchar *web_request_bearer(WebRequest *self)
{
    return credentials(self, "Bearer");
}

gboolean web_request_basic(WebRequest *self, gchar **user, gchar **password)
{
    const gchar *encoded = credentials(self, "Basic");
    g_autofree guchar *decoded = NULL;
    gsize len = 0;
    gchar *colon = NULL;

    if (encoded == NULL)
        return FALSE;
    decoded = g_base64_decode(encoded, &len);
    if (decoded == NULL || memchr(decoded, '\0', len) != NULL)
        return FALSE;
    colon = memchr(decoded, ':', len);
    if (colon == NULL)
        return FALSE;
    *user = g_strndup((gchar *)decoded, (gsize)(colon - (gchar *)decoded));
    *password = g_strndup(colon + 1, len - (gsize)(colon + 1 - (gchar *)decoded));
    return TRUE;
}

gchar *web_request_cookie(WebRequest *self, const gchar *name)
{
    const gchar *header = web_request_header(self, "Cookie");
    g_auto(GStrv) pairs = header != NULL ? g_strsplit(header, ";", 64) : NULL;
    gsize len = strlen(name);

    for (guint i = 0; pairs != NULL && pairs[i] != NULL; i++) {
        const gchar *pair = g_strstrip(pairs[i]);

        if (strncmp(pair, name, len) == 0 && pair[len] == '=')
            return g_strdup(pair + len + 1);
    }
    return NULL;
}

GBytes *web_request_body(WebRequest *self)
{
    return self->body;
}

gboolean web_request_has_fair_body(WebRequest *self)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonObject) body = NULL;
    gsize len = 0;
    const gchar *text = g_bytes_get_data(self->body, &len);

    if (len == 0)
        return TRUE;
    body = json_gate_parse_object(text, len, &error);
    if (body == NULL)
        web_reply_problem(self, 400, "bad_json", error->message);
    return body != NULL;
}

const gchar *web_request_peer(WebRequest *self)
{
    return self->peer;
}

GTlsCertificate *web_request_peer_certificate(WebRequest *self)
{
    GSocketAddress *remote = soup_server_message_get_remote_address(self->msg);
    WebConnection *connection = remote != NULL ? web_connection_of_remote(remote) : NULL;

    /* libsoup knows nothing of the TLS below the stream that we hand it. */
    return connection != NULL ? web_connection_certificate(connection) : NULL;
}

void web_request_set_data(WebRequest *self, gpointer data, GDestroyNotify destroy)
{
    if (self->destroy_data != NULL)
        self->destroy_data(self->data);
    self->data = data;
    self->destroy_data = destroy;
}

gpointer web_request_data(WebRequest *self)
{
    return self->data;
}

void web_reply_header(WebRequest *self, const gchar *name, const gchar *value)
{
    soup_message_headers_append(soup_server_message_get_response_headers(self->msg), name, value);
}

/* FALSE: nobody to answer any more, or answered already (a mistake of the program). */
static gboolean may_answer(WebRequest *self)
{
    g_return_val_if_fail(!self->answered, FALSE);
    self->answered = TRUE;
    return !self->gone;
}

/* The answer is complete: let libsoup write it, within a deadline, for there are peers that never read. */
static void release(WebRequest *self)
{
    WebConnection *connection = web_connection_of_remote(soup_server_message_get_remote_address(self->msg));

    if (connection != NULL)
        web_connection_set_deadline(connection, self->answer_ms);
    if (self->paused)
        soup_server_message_unpause(self->msg);
    self->paused = FALSE;
}

static void default_header(WebRequest *self, const gchar *name, const gchar *value)
{
    SoupMessageHeaders *headers = soup_server_message_get_response_headers(self->msg);

    if (soup_message_headers_get_one(headers, name) == NULL)
        soup_message_headers_replace(headers, name, value);
}

static void reply(WebRequest *self, guint status, GBytes *bytes, const gchar *content_type)
{
    gsize size = 0;
    const gchar *data = g_bytes_get_data(bytes, &size);

    default_header(self, "Cache-Control", "no-store");
    default_header(self, "X-Content-Type-Options", "nosniff");
    soup_server_message_set_status(self->msg, status, NULL);
    soup_server_message_set_response(self->msg, content_type, SOUP_MEMORY_COPY, data, size);
    release(self);
}

void web_reply_json(WebRequest *self, guint status, GBytes *json)
{
    if (may_answer(self))
        reply(self, status, json, "application/json");
}

void web_reply_node(WebRequest *self, guint status, JsonNode *node)
{
    gsize len = 0;
    gchar *text = json_gate_print(node, &len);
    g_autoptr(GBytes) json = g_bytes_new_take(text, len);

    web_reply_json(self, status, json);
}

void web_reply_problem(WebRequest *self, guint status, const gchar *code, const gchar *detail)
{
    if (!may_answer(self))
        return;
    web_exchange_set_problem(self->msg, status, code, detail);
    release(self);
}

void web_reply_content(WebRequest *self, guint status, GBytes *bytes, const gchar *content_type)
{
    if (!may_answer(self))
        return;
    default_header(self, "Content-Security-Policy", CONTENT_SECURITY_POLICY);
    default_header(self, "Referrer-Policy", "no-referrer");
    default_header(self, "Cross-Origin-Resource-Policy", "same-origin");
    reply(self, status, bytes, content_type);
}

void web_reply_empty(WebRequest *self, guint status)
{
    if (!may_answer(self))
        return;
    default_header(self, "Cache-Control", "no-store");
    soup_server_message_set_status(self->msg, status, NULL);
    release(self);
}

void web_request_refund(WebRequest *self)
{
    GSocketAddress *remote = soup_server_message_get_remote_address(self->msg);
    WebConnection *connection = remote != NULL ? web_connection_of_remote(remote) : NULL;

    if (connection != NULL)
        web_connection_refund(connection);
}

WebStream *web_request_steal(WebRequest *self, const gchar *head)
{
    WebStream *stream = NULL;

    if (!may_answer(self))
        return NULL;
    self->paused = FALSE;
    stream = web_exchange_steal(self->msg);
    if (stream != NULL)
        web_stream_write(stream, head, strlen(head));
    return stream;
}
