#include "server-stub/location_desk.h"

#include "server-stub/model/place_index.h"
#include "server-stub/store/place_rows.h"

#define INSTEAD_RADIUS_M 5000

typedef struct {
    gint evse_no;
    gchar evse_key[API_EVSE_KEY_BYTES];
} Point;

struct _LocationDesk {
    Store *store;
    Desk *desk;
    void (*changed)(const Place *place, gpointer data);
    gpointer data;
    PlaceIndex *index;
    GHashTable *points; /* station id -> GArray of Point */
    GHashTable *marked; /* set of station ids */
    gint64 version;     /* of the register */
    guint pause;        /* GSource id */
};

static void add_row(const PlaceRow *row, gpointer data)
{
    LocationDesk *self = data;
    GArray *points = g_hash_table_lookup(self->points, row->station_id);
    Point point = {.evse_no = row->evse_no};

    if (points == NULL) {
        points = g_array_new(FALSE, FALSE, sizeof(Point));
        g_hash_table_insert(self->points, g_strdup(row->station_id), points);
        g_hash_table_add(self->marked, g_strdup(row->station_id));
    }
    g_strlcpy(point.evse_key, row->place.evse_key, sizeof point.evse_key);
    g_array_append_val(points, point);
    place_index_put(self->index, &row->place);
}

/* The register has changed (or was never read): all of it again, and every live state with it. */
static gboolean read_register(LocationDesk *self, GError **error)
{
    gint64 version = store_register_version(self->store, error);

    if (version < 0 || version == self->version)
        return version >= 0;
    g_clear_pointer(&self->index, place_index_free);
    self->index = place_index_new();
    g_hash_table_remove_all(self->points);
    if (!store_places_each(self->store, add_row, self, error))
        return FALSE;
    self->version = version;
    g_message("places: %u charging points", place_index_size(self->index));
    return TRUE;
}

static gboolean read_point(LocationDesk *self, const gchar *station_id, const Point *point, GError **error)
{
    EvseFacts facts;
    Place place;

    if (!desk_evse_facts_of(self->desk, station_id, point->evse_no, point->evse_key, &facts, error))
        return FALSE;
    if (place_index_set_live(self->index, point->evse_key, evse_status_ocpi(&facts), evse_status_bay(&facts),
                             evse_status_free(&facts)) &&
        place_index_get(self->index, point->evse_key, &place))
        self->changed(&place, self->data);
    return TRUE;
}

static void read_marked(LocationDesk *self)
{
    g_autoptr(GError) error = NULL;
    GHashTableIter iter;
    gpointer station_id;

    if (!read_register(self, &error)) {
        g_warning("places: %s", error->message);
        return;
    }
    g_hash_table_iter_init(&iter, self->marked);
    while (g_hash_table_iter_next(&iter, &station_id, NULL)) {
        const GArray *points = g_hash_table_lookup(self->points, station_id);

        for (guint i = 0; points != NULL && i < points->len; i++) {
            if (read_point(self, station_id, &g_array_index(points, Point, i), &error))
                continue;
            g_warning("places: %s: %s", (const gchar *)station_id, error->message);
            return; /* it stays marked */
        }
        g_hash_table_iter_remove(&iter);
    }
}

static gboolean on_pause_over(gpointer data)
{
    LocationDesk *self = data;

    self->pause = 0;
    read_marked(self);
    return G_SOURCE_REMOVE;
}

LocationDesk *location_desk_new(Store *store, Desk *desk, void (*changed)(const Place *place, gpointer data),
                                gpointer data, GError **error)
{
    g_autoptr(LocationDesk) self = g_new0(LocationDesk, 1);

    self->store = store;
    self->desk = desk;
    self->changed = changed;
    self->data = data;
    self->version = -1;
    self->points = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
    self->marked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return read_register(self, error) ? g_steal_pointer(&self) : NULL;
}

void location_desk_free(LocationDesk *self)
{
    if (self == NULL)
        return;
    g_clear_handle_id(&self->pause, g_source_remove);
    g_clear_pointer(&self->index, place_index_free);
    g_hash_table_unref(self->points);
    g_hash_table_unref(self->marked);
    g_free(self);
}

void location_desk_mark(LocationDesk *self, const gchar *station_id)
{
    if (!g_hash_table_contains(self->marked, station_id))
        g_hash_table_add(self->marked, g_strdup(station_id));
    if (self->pause == 0)
        self->pause = g_timeout_add(LOCATION_DESK_PAUSE_MS, on_pause_over, self);
}

GArray *location_desk_search(LocationDesk *self, const PlaceQuery *query, gboolean *more)
{
    read_marked(self);
    return place_index_search(self->index, query, more);
}

gboolean location_desk_instead_of(LocationDesk *self, const gchar *evse_key, Place *other)
{
    Place place;

    read_marked(self);
    return place_index_get(self->index, evse_key, &place) &&
           place_index_instead_of(self->index, &place, INSTEAD_RADIUS_M, other);
}
