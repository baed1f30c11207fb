/* JSON call: one request to the server, answered by a checked JSON object or an error that says what to do:
 * #HttpClientError (no answer), %SERVER_ERROR_REFUSED, _NOT_NOW or _BAD_ANSWER (problem.h). Shared by the
 * clients of this folder. */
#pragma once

#include <json-glib/json-glib.h>

#include "daemon/net/http_client.h"
#include "daemon/net/problem.h"

/* @request: copied */
void json_call_async(HttpClient *http, const HttpRequest *request, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data);

/* Returns: (transfer full) (nullable) */
JsonObject *json_call_finish(HttpClient *http, GAsyncResult *result, GError **error);

/* The server will never answer this request differently. */
gboolean json_call_is_final(const GError *error);
