/* One HTTP request that passed every limit, and the ways to answer it.
 * Reference counted. Answer exactly once; dropping the last reference without an answer answers 500.
 * A handler that answers later keeps a reference: the connection waits (without a deadline of ours).
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

typedef struct _WebRequest WebRequest;
typedef struct _WebStream WebStream;

WebRequest *web_request_ref(WebRequest *self);
void web_request_unref(WebRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WebRequest, web_request_unref)

/* What was asked. All strings: (transfer none), valid as long as the request. */
const gchar *web_request_method(WebRequest *self);
const gchar *web_request_path(WebRequest *self); /* percent-decoded */

/* Returns: the text that a {name} of the route matched, percent-decoded; aborts on an unknown @name */
const gchar *web_request_param(WebRequest *self, const gchar *name);

/* Returns: (nullable): the first value of @name in the query, decoded */
const gchar *web_request_query(WebRequest *self, const gchar *name);

/* Returns: (nullable): NULL too when the header comes more than once (nothing we read is a list) */
const gchar *web_request_header(WebRequest *self, const gchar *name);

/* Returns: (nullable): all values of a list header, joined with ", " (Sec-WebSocket-Protocol) */
const gchar *web_request_header_list(WebRequest *self, const gchar *name);

/* Returns: (nullable): X of "Authorization: Bearer X" */
const gchar *web_request_bearer(WebRequest *self);

/* RFC 7617. Returns: FALSE without or with a malformed header. @user, @password: (out) (transfer full);
 * the password may hold any bytes but NUL. */
gboolean web_request_basic(WebRequest *self, gchar **user, gchar **password);

/* Returns: (transfer full) (nullable): the cookie @name (RFC 6265) */
gchar *web_request_cookie(WebRequest *self, const gchar *name);

/* Returns: (transfer none): never NULL; 0 bytes without a body */
GBytes *web_request_body(WebRequest *self);

/* For who takes a body without reading it: a body, if there is one, is an object of strict JSON.
 * Returns: FALSE: answered with 400, "bad_json" */
gboolean web_request_has_fair_body(WebRequest *self);

/* Peer address without port, for rate limits and logs. */
const gchar *web_request_peer(WebRequest *self);

/* Returns: (transfer none) (nullable): the client's TLS certificate, already verified */
GTlsCertificate *web_request_peer_certificate(WebRequest *self);

/* The program's own note on a request (the authenticated vehicle), freed with the request. */
void web_request_set_data(WebRequest *self, gpointer data, GDestroyNotify destroy);
gpointer web_request_data(WebRequest *self);

/* Adds a header to the answer that follows. */
void web_reply_header(WebRequest *self, const gchar *name, const gchar *value);

/* @json: (transfer none): UTF-8 text of one value */
void web_reply_json(WebRequest *self, guint status, GBytes *json);
void web_reply_node(WebRequest *self, guint status, JsonNode *node);

/* RFC 9457 problem document; @code: one of protocol/README.md section 2; @detail: (nullable): for people. */
void web_reply_problem(WebRequest *self, guint status, const gchar *code, const gchar *detail);

/* Static content with a strict Content-Security-Policy (own origin only, no inline code, no frames),
 * nosniff, no referrer. no-store unless a Cache-Control was added. */
void web_reply_content(WebRequest *self, guint status, GBytes *bytes, const gchar *content_type);

/* No body: 204, or 303 with a Location added before. */
void web_reply_empty(WebRequest *self, guint status);

/**
 * web_request_steal:
 * @head: status line and header fields, ending with an empty line; sent before anything else
 *
 * The request is answered; from now on the caller owns the bytes (sse_hub and ws_link use this).
 *
 * Returns: (transfer full) (nullable): NULL when the peer has gone; see web_stream.h
 */
WebStream *web_request_steal(WebRequest *self, const gchar *head);
