#include "daemon/net/order_client.h"

#include "daemon/net/backoff.h"
#include "daemon/net/json_call.h"
#include "protocol/json_read.h"

#define LIST_MAX 50

struct _OrderClient {
    GObject parent_instance;
    HttpClient *http;
};
G_DEFINE_FINAL_TYPE(OrderClient, order_client, G_TYPE_OBJECT)

static guint attempt_signal;

/* One call through all its attempts. */
typedef struct {
    gchar *path, *key, *body;
    Backoff backoff;
} OrderCall;

static void order_call_free(gpointer data)
{
    OrderCall *call = data;

    g_free(call->path);
    g_free(call->key);
    g_free(call->body);
    g_free(call);
}

static void attempt(GTask *task);

static gboolean on_waited(gpointer data)
{
    attempt(g_object_ref(data));
    return G_SOURCE_REMOVE;
}

static void on_answered(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    OrderCall *call = g_task_get_task_data(task);
    OrderClient *self = g_task_get_source_object(task);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonObject) object = json_call_finish(HTTP_CLIENT(source), result, &error);
    g_autofree Order *order = g_new0(Order, 1);

    if (object != NULL && order_from_json(object, order, &error)) {
        g_signal_emit(self, attempt_signal, 0, NULL);
        g_task_return_pointer(task, g_steal_pointer(&order), g_free);
        return;
    }
    if (g_task_return_error_if_cancelled(task))
        return;
    if (json_call_is_final(error)) {
        g_signal_emit(self, attempt_signal, 0, NULL);
        g_task_return_error(task, g_steal_pointer(&error));
        return;
    }
    g_signal_emit(self, attempt_signal, 0, error->message);
    g_timeout_add_full(G_PRIORITY_DEFAULT, backoff_next_ms(&call->backoff), on_waited, g_steal_pointer(&task),
                       g_object_unref);
}

/* Takes over the reference. */
static void attempt(GTask *task)
{
    OrderCall *call = g_task_get_task_data(task);
    OrderClient *self = g_task_get_source_object(task);
    const HttpRequest request = {
        .method = "POST", .path = call->path, .body = call->body, .idempotency_key = call->key};

    json_call_async(self->http, &request, g_task_get_cancellable(task), on_answered, task);
}

void order_client_call_async(OrderClient *self, OrderCallKind kind, const gchar *reference, const gchar *body,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
    GTask *task = g_task_new(self, cancellable, callback, user_data);
    OrderCall *call = g_new0(OrderCall, 1);

    call->backoff = (Backoff)BACKOFF_INIT;
    call->body = g_strdup(body);
    if (kind == ORDER_CALL_PLACE || kind == ORDER_CALL_CODE) {
        call->path = g_strdup(kind == ORDER_CALL_PLACE ? "/v1/orders" : "/v1/offline-codes");
        call->key = g_strdup(reference);
    } else {
        call->path = g_strdup_printf("/v1/orders/%s/%s", reference,
                                     kind == ORDER_CALL_CANCEL ? "cancel"
                                     : kind == ORDER_CALL_STOP ? "stop"
                                                               : "withdraw");
    }
    g_task_set_source_tag(task, order_client_call_async);
    g_task_set_task_data(task, call, order_call_free);
    attempt(task);
}

gboolean order_client_call_finish(OrderClient *self, GAsyncResult *result, Order *order, GError **error)
{
    g_autofree Order *got = NULL;

    g_return_val_if_fail(g_task_is_valid(result, self), FALSE);

    got = g_task_propagate_pointer(G_TASK(result), error);
    if (got == NULL)
        return FALSE;
    *order = *got;
    return TRUE;
}

static GArray *read_orders(JsonObject *object, GError **error)
{
    g_autoptr(GArray) orders = g_array_new(FALSE, FALSE, sizeof(Order));
    JsonArray *array = NULL;

    if (!json_read_array(object, "orders", JSON_REQUIRED, LIST_MAX, TRUE, &array, error))
        return NULL;
    for (guint i = 0; i < json_array_get_length(array); i++) {
        Order order = {0};

        if (!order_from_json(json_array_get_object_element(array, i), &order, error))
            return NULL;
        g_array_append_val(orders, order);
    }
    return g_steal_pointer(&orders);
}

static void on_listed(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    GError *error = NULL;
    g_autoptr(JsonObject) object = json_call_finish(HTTP_CLIENT(source), result, &error);
    GArray *orders = object != NULL ? read_orders(object, &error) : NULL;

    if (orders != NULL)
        g_task_return_pointer(task, orders, (GDestroyNotify)g_array_unref);
    else
        g_task_return_error(task, error);
}

void order_client_list_async(OrderClient *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
    const HttpRequest request = {.method = "GET", .path = "/v1/orders?limit=" G_STRINGIFY(LIST_MAX)};
    GTask *task = g_task_new(self, cancellable, callback, user_data);

    g_task_set_source_tag(task, order_client_list_async);
    json_call_async(self->http, &request, cancellable, on_listed, task);
}

GArray *order_client_list_finish(OrderClient *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, self), NULL);

    return g_task_propagate_pointer(G_TASK(result), error);
}

OrderClient *order_client_new(HttpClient *http)
{
    OrderClient *self = g_object_new(ORDER_TYPE_CLIENT, NULL);

    self->http = g_object_ref(http);
    return self;
}

static void order_client_finalize(GObject *object)
{
    g_clear_object(&ORDER_CLIENT(object)->http);
    G_OBJECT_CLASS(order_client_parent_class)->finalize(object);
}

static void order_client_class_init(OrderClientClass *class)
{
    G_OBJECT_CLASS(class)->finalize = order_client_finalize;
    attempt_signal = g_signal_new("attempt", ORDER_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void order_client_init(OrderClient *self)
{
}
