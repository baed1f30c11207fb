/* Inside weblink only: what bounded_server needs of a WebRequest, and how a connection leaves libsoup. */
#pragma once

#include "weblink/web_listener.h"
#include "weblink/web_request.h"
#include "weblink/web_stream.h"
#include <libsoup/soup.h>

/* The request that grows with @msg; @params: (transfer full): what the route matched. Until
 * web_request_dispatch() it lives in @msg. */
WebRequest *web_request_begin(SoupServerMessage *msg, GHashTable *params, guint answer_ms);

/* Returns: FALSE when the body would pass @max_bytes */
gboolean web_request_append_body(WebRequest *self, gconstpointer data, gsize len, gsize max_bytes);

/* Takes the request out of @msg and runs @handler; waits for the answer when there is none yet. */
void web_request_dispatch(SoupServerMessage *msg, void (*handler)(WebRequest *request, gpointer user_data),
                          gpointer user_data);

/* The request does not count for its peer's rate (rate_limit.h). */
void web_request_refund(WebRequest *self);

/* Problem document, RFC 9457. Returns: (transfer full) */
GBytes *web_problem_new(guint status, const gchar *code, const gchar *detail);
void web_exchange_set_problem(SoupServerMessage *msg, guint status, const gchar *code, const gchar *detail);

/* Returns: (transfer full) (nullable): the bytes under @msg; libsoup has forgotten the connection */
WebStream *web_exchange_steal(SoupServerMessage *msg);

/* Answers at once although the rest of the request is still coming, and closes. */
void web_exchange_refuse(WebStream *stream, guint status, const gchar *code, const gchar *detail);
