#define G_LOG_DOMAIN "rearcharged"
#include "daemon/map_desk.h"

#include <string.h>

#include "daemon/net/event_stream.h"
#include "daemon/net/location_client.h"

struct MapDesk {
    HttpClient *http;
    void (*changed)(gpointer data);
    gpointer data;
    GCancellable *cancellable;
    PlaceQuery query;
    GArray *nearby;      /* of Place */
    EventStream *stream; /* (nullable): of query's area */
    guint over;          /* GSource id: nobody has asked again */
};

typedef struct {
    MapDesk *desk;
    PlaceQuery query;
    gboolean watch;
} Question;

static gint by_distance(gconstpointer a, gconstpointer b)
{
    gint64 x = ((const Place *)a)->distance_m, y = ((const Place *)b)->distance_m;

    return x < y ? -1 : x > y;
}

static gboolean fits(const PlaceQuery *query, const Place *place)
{
    return (!query->free_now || place->free) &&
           (query->connector[0] == '\0' || strcmp(query->connector, place->connector.standard) == 0) &&
           place->connector.max_power_w >= query->min_power_w &&
           (query->max_price_micro < 0 || place->tariff.energy_micro_per_kwh <= query->max_price_micro);
}

/* One that is shown stays and changes its colour; one that has become interesting comes in. */
static void take_place(MapDesk *self, const Place *place)
{
    for (guint i = 0; i < self->nearby->len; i++) {
        Place *shown = &g_array_index(self->nearby, Place, i);

        if (strcmp(shown->evse_key, place->evse_key) == 0) {
            *shown = *place;
            self->changed(self->data);
            return;
        }
    }
    if (!fits(&self->query, place))
        return;
    g_array_append_vals(self->nearby, place, 1);
    g_array_sort(self->nearby, by_distance);
    g_array_set_size(self->nearby, MIN(self->nearby->len, MIN(self->query.limit, MAP_DESK_MAX_PLACES)));
    self->changed(self->data);
}

static void on_news(EventStream *stream, const gchar *name, JsonObject *object, gpointer data)
{
    g_autoptr(GError) error = NULL;
    Place place;

    if (strcmp(name, "bay") != 0)
        return;
    if (place_from_json(object, &place, &error))
        take_place(data, &place);
    else
        g_warning("ignored an event of the server: %s", error->message);
}

static void stop_watching(MapDesk *self)
{
    g_clear_handle_id(&self->over, g_source_remove);
    if (self->stream == NULL)
        return;
    g_signal_handlers_disconnect_by_data(self->stream, self);
    event_stream_stop(self->stream);
    g_clear_object(&self->stream);
    g_array_set_size(self->nearby, 0);
}

static gboolean on_over(gpointer data)
{
    MapDesk *self = data;

    self->over = 0;
    stop_watching(self);
    self->changed(self->data);
    return G_SOURCE_REMOVE;
}

static gboolean is_same_area(const PlaceQuery *a, const PlaceQuery *b)
{
    return a->radius_m == b->radius_m &&
           place_distance_m(a->latitude_deg, a->longitude_deg, b->latitude_deg, b->longitude_deg) < 20;
}

/* Before the list is asked for, so that no change falls between the two. */
static void watch_area(MapDesk *self, const PlaceQuery *query)
{
    if (self->stream == NULL || !is_same_area(&self->query, query)) {
        g_autofree gchar *path = location_client_area_path(query);

        stop_watching(self);
        self->stream = event_stream_new_at(self->http, path);
        g_signal_connect(self->stream, "news", G_CALLBACK(on_news), self);
        event_stream_start(self->stream, 0);
    }
    self->query = *query;
    g_clear_handle_id(&self->over, g_source_remove);
    self->over = g_timeout_add(MAP_DESK_WATCH_MS, on_over, self);
}

static void on_found(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    const Question *question = g_task_get_task_data(task);
    GError *error = NULL;
    GArray *places = location_client_find_finish(HTTP_CLIENT(source), result, &error);
    MapDesk *self = question->desk;

    if (places == NULL) {
        g_task_return_error(task, error);
        return;
    }
    if (question->watch && self->stream != NULL && is_same_area(&self->query, &question->query)) {
        g_array_set_size(self->nearby, 0);
        g_array_append_vals(self->nearby, places->data, MIN(places->len, MAP_DESK_MAX_PLACES));
        self->changed(self->data);
    }
    g_task_return_pointer(task, places, (GDestroyNotify)g_array_unref);
}

void map_desk_find_async(MapDesk *self, const PlaceQuery *query, gboolean watch, GAsyncReadyCallback callback,
                         gpointer user_data)
{
    GTask *task = g_task_new(NULL, self->cancellable, callback, user_data);
    Question question = {self, *query, watch};

    g_task_set_source_tag(task, map_desk_find_async);
    g_task_set_task_data(task, g_memdup2(&question, sizeof question), g_free);
    if (self->http == NULL) {
        g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "no server is configured");
        g_object_unref(task);
        return;
    }
    if (watch)
        watch_area(self, query);
    location_client_find_async(self->http, query, self->cancellable, on_found, task);
}

GArray *map_desk_find_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}

const GArray *map_desk_nearby(const MapDesk *self)
{
    return self->nearby;
}

gboolean map_desk_centre(const MapDesk *self, gdouble *latitude_deg, gdouble *longitude_deg)
{
    *latitude_deg = self->query.latitude_deg;
    *longitude_deg = self->query.longitude_deg;
    return self->nearby->len > 0;
}

MapDesk *map_desk_new(HttpClient *http, void (*changed)(gpointer data), gpointer data)
{
    MapDesk *self = g_new0(MapDesk, 1);

    self->http = http;
    self->changed = changed;
    self->data = data;
    self->cancellable = g_cancellable_new();
    self->nearby = g_array_new(FALSE, FALSE, sizeof(Place));
    return self;
}

/* A question in flight ends as cancelled; its task no longer looks at us. */
void map_desk_free(MapDesk *self)
{
    if (self == NULL)
        return;
    stop_watching(self);
    g_cancellable_cancel(self->cancellable);
    g_object_unref(self->cancellable);
    g_array_unref(self->nearby);
    g_free(self);
}
