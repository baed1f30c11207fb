/* Scan client: POST /v1/scans, one attempt. Whoever asked decides whether to try again. */
#pragma once

#include "daemon/net/http_client.h"
#include "protocol/api_scan.h"

#define SCAN_CLIENT_TIMEOUT_MS 5000

/* @request: copied */
void scan_client_look_up_async(HttpClient *http, const ScanRequest *request, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
/* FALSE with an error as of json_call.h; an answer about another EVSE than asked is _BAD_ANSWER. */
gboolean scan_client_look_up_finish(HttpClient *http, GAsyncResult *result, ScanAnswer *answer,
                                    GError **error);
