#include "server-stub/http/area_feed.h"

#include <math.h>

#include "protocol/json_gate.h"
#include "protocol/json_write.h"

typedef struct {
    AreaFeed *feed;
    SseStream *stream;
    PlaceQuery area;
} View;

struct _AreaFeed {
    SseHub *hub;
    GPtrArray *views; /* borrowed; a view ends with its stream */
};

AreaFeed *area_feed_new(void)
{
    AreaFeed *self = g_new0(AreaFeed, 1);

    self->hub = sse_hub_new();
    self->views = g_ptr_array_new();
    return self;
}

void area_feed_free(AreaFeed *self)
{
    if (self == NULL)
        return;
    sse_hub_close_all(self->hub);
    g_object_unref(self->hub);
    g_ptr_array_unref(self->views);
    g_free(self);
}

static void view_closed(SseStream *stream, gpointer data)
{
    View *view = data;

    g_ptr_array_remove_fast(view->feed->views, view);
    g_free(view);
}

static guint n_of(const AreaFeed *self, const gchar *vehicle_id)
{
    guint n = 0;

    for (guint i = 0; i < self->views->len; i++)
        if (g_str_equal(sse_stream_key(((View *)g_ptr_array_index(self->views, i))->stream), vehicle_id))
            n++;
    return n;
}

gboolean area_feed_open(AreaFeed *self, WebRequest *request, const gchar *vehicle_id, const PlaceQuery *area)
{
    View *view;

    if (n_of(self, vehicle_id) >= AREA_FEED_PER_VEHICLE)
        return FALSE;
    view = g_new0(View, 1);
    view->feed = self;
    view->area = *area;
    view->stream = sse_hub_open(self->hub, request, vehicle_id, view_closed, view);
    if (view->stream == NULL)
        g_free(view); /* the car has gone already */
    else
        g_ptr_array_add(self->views, view);
    return TRUE;
}

static gboolean covers(const PlaceQuery *area, Place *place)
{
    gdouble metres = place_distance_m(area->latitude_deg, area->longitude_deg, place->position.latitude_deg,
                                      place->position.longitude_deg);

    place->distance_m = (gint64)lround(metres);
    return metres <= (gdouble)area->radius_m;
}

void area_feed_changed(AreaFeed *self, const Place *place)
{
    g_autoptr(GPtrArray) now = NULL;

    if (self->views->len == 0 || !place->position.known)
        return;
    now = g_ptr_array_copy(self->views, NULL, NULL); /* a full queue closes its stream while we send */
    for (guint i = 0; i < now->len; i++) {
        View *view = g_ptr_array_index(now, i);
        Place seen = *place;
        g_autoptr(JsonNode) node = NULL;
        g_autofree gchar *text = NULL;

        if (!covers(&view->area, &seen))
            continue;
        node = json_write_node(place_to_json(&seen));
        text = json_gate_print(node, NULL);
        sse_stream_send(view->stream, NULL, "bay", text);
    }
}
