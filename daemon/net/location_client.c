#include "daemon/net/location_client.h"

#include "daemon/net/json_call.h"
#include "protocol/json_read.h"

#define TIMEOUT_MS 5000
#define LIST_MAX 200

static void add_number(GString *path, const gchar *name, gdouble value, const gchar *format)
{
    gchar text[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf(path, "%s=%s", name, g_ascii_formatd(text, sizeof text, format, value));
}

/* Position in about 10 m, as everywhere (threats.md 11). */
static void add_area(GString *path, const PlaceQuery *query)
{
    add_number(path, "?latitude", query->latitude_deg, "%.4f");
    add_number(path, "&longitude", query->longitude_deg, "%.4f");
    g_string_append_printf(path, "&radius_m=%" G_GINT64_FORMAT, query->radius_m);
}

gchar *location_client_area_path(const PlaceQuery *query)
{
    GString *path = g_string_new("/v1/locations/events");

    add_area(path, query);
    return g_string_free(path, FALSE);
}

static gchar *find_path(const PlaceQuery *query)
{
    GString *path = g_string_new("/v1/locations");

    add_area(path, query);
    g_string_append_printf(path, "&limit=%u&free_now=%s", query->limit, query->free_now ? "true" : "false");
    if (query->min_power_w > 0)
        g_string_append_printf(path, "&min_power_w=%" G_GINT64_FORMAT, query->min_power_w);
    if (query->max_price_micro >= 0)
        add_number(path, "&max_price", (gdouble)query->max_price_micro / 1e6, "%.4f");
    if (query->connector[0] != '\0') {
        g_autofree gchar *connector = g_uri_escape_string(query->connector, NULL, FALSE);

        g_string_append_printf(path, "&connector=%s", connector);
    }
    return g_string_free(path, FALSE);
}

static void take_answer(GTask *task, gpointer value, GDestroyNotify destroy, GError *error)
{
    if (value != NULL) {
        g_task_return_pointer(task, value, destroy);
        return;
    }
    if (error->domain == JSON_READ_ERROR) {
        g_task_return_new_error(task, SERVER_ERROR, SERVER_ERROR_BAD_ANSWER, "answer: %s", error->message);
        g_error_free(error);
        return;
    }
    g_task_return_error(task, error);
}

static void on_found(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    GError *error = NULL;
    g_autoptr(JsonObject) object = json_call_finish(HTTP_CLIENT(source), result, &error);
    GArray *places = object != NULL ? places_from_json(object, &error) : NULL;

    take_answer(task, places, (GDestroyNotify)g_array_unref, error);
}

void location_client_find_async(HttpClient *http, const PlaceQuery *query, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
    g_autofree gchar *path = find_path(query);
    const HttpRequest request = {.method = "GET", .path = path, .timeout_ms = TIMEOUT_MS};
    GTask *task = g_task_new(http, cancellable, callback, user_data);

    g_task_set_source_tag(task, location_client_find_async);
    json_call_async(http, &request, cancellable, on_found, task);
}

GArray *location_client_find_finish(HttpClient *http, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, http), NULL);

    return g_task_propagate_pointer(G_TASK(result), error);
}

static void on_called(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    GError *error = NULL;
    g_autoptr(JsonObject) object = json_call_finish(HTTP_CLIENT(source), result, &error);
    g_autofree Reservation *reservation = g_new0(Reservation, 1);
    gboolean got = object != NULL && reservation_from_json(object, reservation, &error);

    take_answer(task, got ? g_steal_pointer(&reservation) : NULL, g_free, error);
}

void location_client_call_async(HttpClient *http, const gchar *method, const gchar *path, const gchar *body,
                                const gchar *idempotency_key, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
    const HttpRequest request = {.method = method,
                                 .path = path,
                                 .body = body,
                                 .idempotency_key = idempotency_key,
                                 .timeout_ms = TIMEOUT_MS};
    GTask *task = g_task_new(http, cancellable, callback, user_data);

    g_task_set_source_tag(task, location_client_call_async);
    json_call_async(http, &request, cancellable, on_called, task);
}

gboolean location_client_call_finish(HttpClient *http, GAsyncResult *result, Reservation *reservation,
                                     GError **error)
{
    g_autofree Reservation *got = NULL;

    g_return_val_if_fail(g_task_is_valid(result, http), FALSE);

    got = g_task_propagate_pointer(G_TASK(result), error);
    if (got == NULL)
        return FALSE;
    *reservation = *got;
    return TRUE;
}

static GArray *read_list(JsonObject *object, GError **error)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Reservation));
    JsonArray *array = NULL;

    if (!json_read_array(object, "reservations", JSON_REQUIRED, LIST_MAX, TRUE, &array, error))
        return NULL;
    for (guint i = 0; i < json_array_get_length(array); i++) {
        Reservation row;

        if (!reservation_from_json(json_array_get_object_element(array, i), &row, error))
            return NULL;
        g_array_append_val(rows, row);
    }
    return g_steal_pointer(&rows);
}

static void on_listed(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    GError *error = NULL;
    g_autoptr(JsonObject) object = json_call_finish(HTTP_CLIENT(source), result, &error);
    GArray *rows = object != NULL ? read_list(object, &error) : NULL;

    take_answer(task, rows, (GDestroyNotify)g_array_unref, error);
}

void location_client_list_async(HttpClient *http, guint limit, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
    g_autofree gchar *path = g_strdup_printf("/v1/reservations?limit=%u", limit);
    const HttpRequest request = {.method = "GET", .path = path, .timeout_ms = TIMEOUT_MS};
    GTask *task = g_task_new(http, cancellable, callback, user_data);

    g_task_set_source_tag(task, location_client_list_async);
    json_call_async(http, &request, cancellable, on_listed, task);
}

GArray *location_client_list_finish(HttpClient *http, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, http), NULL);

    return g_task_propagate_pointer(G_TASK(result), error);
}
