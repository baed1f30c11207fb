#include "daemon/net/transfer.h"

#include <string.h>

static size_t on_body(char *bytes, size_t size, size_t n, void *data)
{
    Transfer *self = data;
    gsize len = size * n;

    if (self->chunk != NULL) {
        const gchar *type = NULL;

        curl_easy_getinfo(self->easy, CURLINFO_CONTENT_TYPE, &type);
        self->refused = transfer_status(self) != 200 || type == NULL ||
                        g_ascii_strncasecmp(type, "text/event-stream", strlen("text/event-stream")) != 0;
        return !self->refused && self->chunk(bytes, len, self->chunk_data) ? len : 0;
    }
    if (self->received->len + len > HTTP_CLIENT_MAX_BODY_BYTES) {
        self->too_large = TRUE;
        return 0; /* curl ends the transfer */
    }
    g_byte_array_append(self->received, (const guint8 *)bytes, (guint)len);
    return len;
}

static void add_header(Transfer *self, const gchar *name, const gchar *value)
{
    g_autofree gchar *line = g_strdup_printf("%s: %s", name, value);

    self->headers = curl_slist_append(self->headers, line);
}

static void set_trust(CURL *easy, const gchar *base_url, const gchar *ca_file)
{
    gboolean https = g_str_has_prefix(base_url, "https:");

    /* One scheme, and no way out of it: the allow-list of base URLs decided which. */
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, https ? "https" : "http");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (ca_file != NULL) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL); /* nobody else's word counts */
    }
    /* A proxy from the environment would see the token of a loopback connection, and is no part of the car.
     */
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
}

static void set_limits(CURL *easy, guint timeout_ms)
{
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)HTTP_CLIENT_CONNECT_TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(timeout_ms > 0 ? timeout_ms : HTTP_CLIENT_TIMEOUT_MS));
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE, (long)HTTP_CLIENT_MAX_BODY_BYTES);
    /* An idle connection would keep a socket and, in a garage, a dead one: the next request makes its own. */
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, 30L);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
}

Transfer *transfer_new(const gchar *base_url, const gchar *ca_file, const gchar *token,
                       const HttpRequest *request)
{
    Transfer *self = g_new0(Transfer, 1);

    self->easy = curl_easy_init();
    self->url = g_strconcat(base_url, request->path, NULL);
    self->body = g_strdup(request->body);
    self->received = g_byte_array_new();
    set_trust(self->easy, base_url, ca_file);
    set_limits(self->easy, request->timeout_ms);
    curl_easy_setopt(self->easy, CURLOPT_URL, self->url);
    curl_easy_setopt(self->easy, CURLOPT_PRIVATE, self);
    curl_easy_setopt(self->easy, CURLOPT_ERRORBUFFER, self->curl_error);
    curl_easy_setopt(self->easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(self->easy, CURLOPT_WRITEDATA, self);
    if (g_str_equal(request->method, "POST") || g_str_equal(request->method, "PUT")) {
        curl_easy_setopt(self->easy, CURLOPT_POST, 1L);
        curl_easy_setopt(self->easy, CURLOPT_CUSTOMREQUEST, request->method);
        curl_easy_setopt(self->easy, CURLOPT_POSTFIELDS, self->body != NULL ? self->body : "");
        add_header(self, "Content-Type", "application/json");
        self->headers = curl_slist_append(self->headers, "Expect:"); /* no wait for 100-continue */
    }
    if (g_str_equal(request->method, "DELETE"))
        curl_easy_setopt(self->easy, CURLOPT_CUSTOMREQUEST, "DELETE");
    if (token != NULL) {
        g_autofree gchar *bearer = g_strconcat("Bearer ", token, NULL);

        add_header(self, "Authorization", bearer);
    }
    if (request->idempotency_key != NULL)
        add_header(self, "Idempotency-Key", request->idempotency_key);
    return self;
}

void transfer_make_stream(Transfer *self, const gchar *last_event_id, HttpChunkFunc chunk,
                          gpointer chunk_data)
{
    self->chunk = chunk;
    self->chunk_data = chunk_data;
    add_header(self, "Accept", "text/event-stream");
    if (last_event_id != NULL && last_event_id[0] != '\0')
        add_header(self, "Last-Event-ID", last_event_id);
    curl_easy_setopt(self->easy, CURLOPT_TIMEOUT_MS, 0L);
    curl_easy_setopt(self->easy, CURLOPT_MAXFILESIZE, 0L);
}

void transfer_free(Transfer *self)
{
    if (self->waiting != NULL) {
        g_source_destroy(self->waiting);
        g_source_unref(self->waiting);
    }
    if (self->cancelled != NULL) {
        g_source_destroy(self->cancelled);
        g_source_unref(self->cancelled);
    }
    curl_easy_cleanup(self->easy);
    curl_slist_free_all(self->headers);
    g_byte_array_unref(self->received);
    g_clear_object(&self->task);
    g_free(self->url);
    g_free(self->body);
    g_free(self);
}

guint transfer_status(Transfer *self)
{
    long status = 0;

    curl_easy_getinfo(self->easy, CURLINFO_RESPONSE_CODE, &status);
    return (guint)status;
}

static HttpClientError kind_of(const Transfer *self, CURLcode result)
{
    if (self->too_large || result == CURLE_FILESIZE_EXCEEDED)
        return HTTP_CLIENT_ERROR_TOO_LARGE;
    if (self->refused)
        return HTTP_CLIENT_ERROR_PROTOCOL;
    switch (result) {
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CIPHER:
        return HTTP_CLIENT_ERROR_TLS;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_WRITE_ERROR:
        return HTTP_CLIENT_ERROR_PROTOCOL;
    default:
        return HTTP_CLIENT_ERROR_UNREACHABLE;
    }
}

GError *transfer_error(Transfer *self, CURLcode result)
{
    guint status = transfer_status(self);

    if (self->too_large)
        return g_error_new(HTTP_CLIENT_ERROR, HTTP_CLIENT_ERROR_TOO_LARGE, "answer over %d bytes",
                           HTTP_CLIENT_MAX_BODY_BYTES);
    if (self->chunk != NULL && (self->refused || (status != 200 && status != 0)))
        return g_error_new(HTTP_CLIENT_ERROR, HTTP_CLIENT_ERROR_PROTOCOL, "no event stream (status %u)",
                           status);
    if (result != CURLE_OK)
        return g_error_new(HTTP_CLIENT_ERROR, kind_of(self, result), "%s",
                           self->curl_error[0] != '\0' ? self->curl_error : curl_easy_strerror(result));
    if (self->chunk != NULL)
        return g_error_new_literal(HTTP_CLIENT_ERROR, HTTP_CLIENT_ERROR_UNREACHABLE, "the stream ended");
    /* A redirect could carry the token elsewhere; our server never sends one. */
    if (status < 200 || (status >= 300 && status < 400))
        return g_error_new(HTTP_CLIENT_ERROR, HTTP_CLIENT_ERROR_PROTOCOL, "unexpected status %u", status);
    return NULL;
}
