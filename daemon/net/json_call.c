#include "daemon/net/json_call.h"

#include "protocol/json_gate.h"

static void on_sent(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data; /* the reference json_call_async() gave up */
    GError *error = NULL;
    guint status = 0;
    g_autoptr(GBytes) body = http_client_send_finish(HTTP_CLIENT(source), result, &status, &error);
    JsonObject *object;
    gsize len = 0;
    const gchar *text;

    if (body == NULL) {
        g_task_return_error(task, error);
        return;
    }
    if (status >= 400) {
        g_task_return_error(task, problem_to_error(status, body));
        return;
    }
    if (status == 204) { /* done, and nothing to say */
        g_task_return_pointer(task, json_object_new(), (GDestroyNotify)json_object_unref);
        return;
    }
    text = g_bytes_get_data(body, &len);
    object = json_gate_parse_object(text != NULL ? text : "", len, &error);
    if (object == NULL) {
        g_task_return_new_error(task, SERVER_ERROR, SERVER_ERROR_BAD_ANSWER, "answer: %s", error->message);
        g_error_free(error);
        return;
    }
    g_task_return_pointer(task, object, (GDestroyNotify)json_object_unref);
}

void json_call_async(HttpClient *http, const HttpRequest *request, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
    GTask *task = g_task_new(http, cancellable, callback, user_data);

    g_task_set_source_tag(task, json_call_async);
    http_client_send_async(http, request, cancellable, on_sent, task);
}

JsonObject *json_call_finish(HttpClient *http, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, http), NULL);

    return g_task_propagate_pointer(G_TASK(result), error);
}

gboolean json_call_is_final(const GError *error)
{
    return g_error_matches(error, SERVER_ERROR, SERVER_ERROR_REFUSED);
}
