/* HTTP client: libcurl's multi interface on the GLib main loop. One server, pinned by its own CA file; https
 * only, unless the host is loopback. No redirects, TLS 1.2 or newer, bodies capped, every request bounded in
 * time. Everything runs on the thread that iterates the main context.
 * Threats: wrong CA, wrong name, a redirect or a downgrade: not one byte of payload leaves (threats.md 3, 7).
 */
#pragma once

#include <gio/gio.h>

#define HTTP_CLIENT_MAX_BODY_BYTES (64 * 1024)
#define HTTP_CLIENT_TIMEOUT_MS 10000
#define HTTP_CLIENT_CONNECT_TIMEOUT_MS 5000

/**
 * HttpClientError:
 * @HTTP_CLIENT_ERROR_URL: base URL is not https (or http to loopback); refused at start
 * @HTTP_CLIENT_ERROR_UNREACHABLE: no connection, cut, timed out: the request may or may not have arrived
 * @HTTP_CLIENT_ERROR_TLS: the server could not prove that it is ours; nothing was sent
 * @HTTP_CLIENT_ERROR_TOO_LARGE: body over %HTTP_CLIENT_MAX_BODY_BYTES
 * @HTTP_CLIENT_ERROR_PROTOCOL: not HTTP, a redirect, or a stream that is none
 */
typedef enum {
    HTTP_CLIENT_ERROR_URL,
    HTTP_CLIENT_ERROR_UNREACHABLE,
    HTTP_CLIENT_ERROR_TLS,
    HTTP_CLIENT_ERROR_TOO_LARGE,
    HTTP_CLIENT_ERROR_PROTOCOL,
} HttpClientError;
#define HTTP_CLIENT_ERROR (http_client_error_quark())
GQuark http_client_error_quark(void);

#define HTTP_TYPE_CLIENT (http_client_get_type())
G_DECLARE_FINAL_TYPE(HttpClient, http_client, HTTP, CLIENT, GObject)

/**
 * http_client_new:
 * @base_url: "https://host[:port]", without a path
 * @ca_file: (nullable): PEM; only certificates that it vouches for are believed. NULL: the system's
 * @token: (nullable): sent as bearer token; never logged
 *
 * Returns: (nullable): NULL with %HTTP_CLIENT_ERROR_URL
 */
HttpClient *http_client_new(const gchar *base_url, const gchar *ca_file, const gchar *token, GError **error);

/* For a device beside the car, by plain HTTP, without token: nothing secret may go there. @base_url:
 * api_link_url_is_valid() */
HttpClient *http_client_new_local(const gchar *base_url);

/* TRUE for https://..., and for http:// to localhost, 127.0.0.0/8 or [::1]. */
gboolean http_client_url_is_allowed(const gchar *base_url, GError **error);

typedef struct {
    const gchar *method;          /* "GET", "POST", "PUT" or "DELETE" */
    const gchar *path;            /* "/v1/scans"; appended to the base URL */
    const gchar *body;            /* (nullable): JSON */
    const gchar *idempotency_key; /* (nullable) */
    guint timeout_ms;             /* 0: %HTTP_CLIENT_TIMEOUT_MS */
} HttpRequest;

/**
 * http_client_send_async:
 * @request: copied
 *
 * The callback runs exactly once, never before this returns. Cancelling ends the transfer at once.
 */
void http_client_send_async(HttpClient *self, const HttpRequest *request, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);

/* Returns: (transfer full) (nullable): the body, whatever the status; NULL with a #HttpClientError */
GBytes *http_client_send_finish(HttpClient *self, GAsyncResult *result, guint *status, GError **error);

/* The next bytes of a stream; the first call may come with @len 0: the server answered 200. FALSE ends it. */
typedef gboolean (*HttpChunkFunc)(const gchar *bytes, gsize len, gpointer user_data);

/**
 * http_client_stream_async:
 * @last_event_id: (nullable)
 * @chunk: called with @chunk_data until the operation ends
 *
 * GET of an event stream. Ends only with an error: cut, cancelled, or a
 * status other than 200 (%HTTP_CLIENT_ERROR_PROTOCOL; http_client_stream_finish() tells the status).
 */
void http_client_stream_async(HttpClient *self, const gchar *path, const gchar *last_event_id,
                              HttpChunkFunc chunk, gpointer chunk_data, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
gboolean http_client_stream_finish(HttpClient *self, GAsyncResult *result, guint *status, GError **error);
