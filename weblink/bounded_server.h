/* Bounded HTTP server: libsoup parses HTTP and writes answers; this file owns every limit that
 * libsoup lacks, once, for all HTTP programs (threats.md 12, 13).
 *
 *   request header         8 KiB, complete within 10 s             431, 408
 *   body                   64 KiB, declared or chunked, in 30 s    413, 408
 *   head                   RFC 9112 to the letter (web_head.h)     400, 417, 505
 *   Host                   exactly one, from the list              400
 *   Origin                 absent or from the list                 403
 *   path, method, type     the route table                         404, 405 + Allow, 415
 *   Range                  dropped (one request can draw 600 MB)
 *   connections            in all and per peer                     closed at accept
 *   requests               500 a second per peer after 1,000       429 + Retry-After
 *
 * One request a connection: libsoup 3.2 leaks kept connections that their peer closes (docs/decisions/0400).
 * Every refusal is an RFC 9457 problem document and one log line. Runs on the default main context.
 */
#pragma once

#include "weblink/web_request.h"
#include <gio/gio.h>

#define BOUNDED_SERVER_HEADER_MAX_BYTES (8 * 1024)
#define BOUNDED_SERVER_BODY_MAX_BYTES (64 * 1024)
#define BOUNDED_SERVER_HEADER_MS (10 * 1000) /* from accept */
#define BOUNDED_SERVER_BODY_MS (30 * 1000)
#define BOUNDED_SERVER_REQUESTS_PER_S 500
#define BOUNDED_SERVER_BURST 1000
#define BOUNDED_SERVER_BACKLOG 1024 /* a restart brings every station back within seconds */

G_DECLARE_FINAL_TYPE(BoundedServer, bounded_server, BOUNDED, SERVER, GObject)

typedef enum {
    WEB_BODY_NONE, /* a body is refused with 413 */
    WEB_BODY_JSON, /* application/json or 415; POST without a body reaches the handler with 0 bytes */
} WebBody;

/* One row of a program's table. A pattern is made of literal segments and {name} segments:
 * "/v1/orders/{order_id}/cancel"; a parameter never matches an empty segment. The first row wins.
 * The handler answers with one web_reply_* call: at once, or later when it keeps a reference. */
typedef struct {
    const gchar *method; /* "GET"; HEAD is not answered */
    const gchar *pattern;
    void (*handler)(WebRequest *request, gpointer user_data);
    WebBody body;
} WebRoute;

/**
 * bounded_server_new:
 * @routes: ends with a row whose pattern is %NULL; must outlive the server
 * @user_data: for every handler
 *
 * Hosts 127.0.0.1, localhost and [::1] are allowed with the port that is listened on, and so is the address
 * itself.
 */
BoundedServer *bounded_server_new(const WebRoute *routes, gpointer user_data);

/* A further name that a Host header may carry: "charge.example.com" (with any port) or
 * "charge.example.com:8443". ASCII, any case. Origins http(s)://<allowed host> are allowed too. */
void bounded_server_allow_host(BoundedServer *self, const gchar *host);

/* Defaults 6,000 in all, and 1,024 per peer address that are neither SSE nor WebSocket yet (0: keep). Of
 * these at most 48 are answered at the same time, the others wait. */
void bounded_server_set_connection_limits(BoundedServer *self, guint total, guint per_peer);

/* Per peer address (of IPv6: per /64); 0 a second: no limit. A WebSocket that is let in does not count, for
 * all stations behind one address come back at once. */
void bounded_server_set_request_rate(BoundedServer *self, guint per_s, guint burst);

/* Before listening: from now on every connection must begin with a TLS handshake (within
 * BOUNDED_SERVER_HEADER_MS), TLS 1.2 or later. @client_ca: (nullable): not NULL asks for a client
 * certificate; one that it did not sign ends the handshake, and a client without any is served: what it may
 * do is for the handlers (web_request_peer_certificate()). */
void bounded_server_set_tls(BoundedServer *self, GTlsCertificate *certificate, GTlsDatabase *client_ca);

/* Shorter deadlines, for tests (0: keep). */
void bounded_server_set_deadlines(BoundedServer *self, guint header_ms, guint body_ms);

/**
 * bounded_server_listen:
 * @address: "127.0.0.1:8080", "[::1]:0", "0.0.0.0:8080", or only "8080" or "0": then on 127.0.0.1
 *
 * May be called more than once. Returns: FALSE and a #GIOError when the address is not one or is in use.
 */
gboolean bounded_server_listen(BoundedServer *self, const gchar *address, GError **error);

/* Returns: (transfer none) (nullable): "http://127.0.0.1:40123" of the first listener, no slash at the end */
const gchar *bounded_server_url(BoundedServer *self);

/* Open connections that libsoup still owns plus those stolen by SSE and WebSocket. */
guint bounded_server_n_connections(BoundedServer *self);

/* Stops listening and closes what libsoup owns; streams that were handed out belong to their owners. */
void bounded_server_stop(BoundedServer *self);
