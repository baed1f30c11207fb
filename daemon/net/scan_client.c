#include "daemon/net/scan_client.h"

#include <string.h>

#include "daemon/net/json_call.h"
#include "protocol/evse_id.h"
#include "protocol/json_gate.h"

static gboolean same_evse(const gchar *asked, const gchar *answered_key)
{
    EvseId evse;

    return evse_id_parse(asked, strlen(asked), &evse, NULL) && strcmp(evse.key, answered_key) == 0;
}

static void on_answered(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    GError *error = NULL;
    g_autoptr(JsonObject) object = json_call_finish(HTTP_CLIENT(source), result, &error);
    g_autofree ScanAnswer *answer = g_new0(ScanAnswer, 1);

    if (object == NULL) {
        g_task_return_error(task, error);
    } else if (!scan_answer_from_json(object, answer, &error)) {
        g_task_return_new_error(task, SERVER_ERROR, SERVER_ERROR_BAD_ANSWER, "answer: %s", error->message);
        g_error_free(error);
    } else if (!same_evse(g_task_get_task_data(task), answer->evse_key)) {
        g_task_return_new_error(task, SERVER_ERROR, SERVER_ERROR_BAD_ANSWER, "answer: about another EVSE");
    } else {
        g_task_return_pointer(task, g_steal_pointer(&answer), g_free);
    }
}

void scan_client_look_up_async(HttpClient *http, const ScanRequest *request, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr(JsonNode) node = scan_request_to_json(request);
    g_autofree gchar *body = json_gate_print(node, NULL);
    const HttpRequest http_request = {
        .method = "POST", .path = "/v1/scans", .body = body, .timeout_ms = SCAN_CLIENT_TIMEOUT_MS};
    GTask *task = g_task_new(http, cancellable, callback, user_data);

    g_task_set_source_tag(task, scan_client_look_up_async);
    g_task_set_task_data(task, g_strdup(request->qr_evse_id), g_free);
    json_call_async(http, &http_request, cancellable, on_answered, task);
}

gboolean scan_client_look_up_finish(HttpClient *http, GAsyncResult *result, ScanAnswer *answer,
                                    GError **error)
{
    g_autofree ScanAnswer *got = NULL;

    g_return_val_if_fail(g_task_is_valid(result, http), FALSE);

    got = g_task_propagate_pointer(G_TASK(result), error);
    if (got == NULL)
        return FALSE;
    *answer = *got;
    return TRUE;
}
