#include "server-stub/model/place_index.h"

#include <math.h>
#include <string.h>

#define CELL_DEG 0.02
#define CELLS_AROUND 18000 /* 360 / CELL_DEG */
#define METRES_PER_DEG 111195.0

/* What all charging points of a location share. */
typedef struct {
    gchar id[37];
    gchar name[API_NAME_BYTES];
    gchar operator_name[API_NAME_BYTES];
    ApiPosition position;
} Spot;

typedef struct {
    gchar evse_key[API_EVSE_KEY_BYTES];
    gchar evse_id[API_EVSE_ID_BYTES];
    gchar evse_uid[37];
    const gchar *status; /* interned */
    const Spot *spot;    /* shared; so are the next two */
    const ApiConnector *connector;
    const Tariff *tariff;
    gint64 no_show_minor;
    Bay bay;
    gboolean is_free;
    gint64 cell;
} Entry;

struct _PlaceIndex {
    GHashTable *by_key; /* evse key -> Entry (owned) */
    GHashTable *cells;  /* cell number -> GPtrArray of Entry (borrowed) */
    GHashTable *shared; /* GBytes -> its own bytes: what many entries have in common */
};

typedef struct {
    const Entry *entry;
    gdouble distance_m;
} Found;

PlaceIndex *place_index_new(void)
{
    PlaceIndex *self = g_new0(PlaceIndex, 1);

    self->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    self->cells =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    self->shared = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    return self;
}

void place_index_free(PlaceIndex *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->cells);
    g_hash_table_unref(self->by_key);
    g_hash_table_unref(self->shared);
    g_free(self);
}

guint place_index_size(const PlaceIndex *self)
{
    return g_hash_table_size(self->by_key);
}

/* One copy of equal values. @value has no padding that differs: it was zeroed before it was filled. */
static gconstpointer share(PlaceIndex *self, gconstpointer value, gsize size)
{
    g_autoptr(GBytes) bytes = g_bytes_new(value, size);
    GBytes *known = NULL;

    if (g_hash_table_lookup_extended(self->shared, bytes, (gpointer *)&known, NULL))
        return g_bytes_get_data(known, NULL);
    g_hash_table_add(self->shared, g_bytes_ref(bytes));
    return g_bytes_get_data(bytes, NULL);
}

static gint64 row_of(gdouble latitude_deg)
{
    return (gint64)floor((latitude_deg + 90) / CELL_DEG);
}

static gint64 column_of(gdouble longitude_deg)
{
    return (gint64)floor((longitude_deg + 180) / CELL_DEG);
}

/* Around the globe, the last column is beside the first. */
static gint64 cell_of(gint64 row, gint64 column)
{
    return row * CELLS_AROUND + ((column % CELLS_AROUND) + CELLS_AROUND) % CELLS_AROUND;
}

static void leave_cell(PlaceIndex *self, Entry *entry)
{
    GPtrArray *cell = g_hash_table_lookup(self->cells, &entry->cell);

    if (cell != NULL)
        g_ptr_array_remove_fast(cell, entry);
}

static void enter_cell(PlaceIndex *self, Entry *entry)
{
    GPtrArray *cell = g_hash_table_lookup(self->cells, &entry->cell);

    if (cell == NULL) {
        cell = g_ptr_array_new();
        g_hash_table_insert(self->cells, g_memdup2(&entry->cell, sizeof entry->cell), cell);
    }
    g_ptr_array_add(cell, entry);
}

void place_index_put(PlaceIndex *self, const Place *place)
{
    Entry *entry = g_hash_table_lookup(self->by_key, place->evse_key);
    Spot spot;

    if (entry != NULL) {
        leave_cell(self, entry);
    } else {
        entry = g_new0(Entry, 1);
        g_strlcpy(entry->evse_key, place->evse_key, sizeof entry->evse_key);
        g_hash_table_insert(self->by_key, entry->evse_key, entry);
    }
    memset(&spot, 0, sizeof spot);
    g_strlcpy(spot.id, place->location_id, sizeof spot.id);
    g_strlcpy(spot.name, place->location_name, sizeof spot.name);
    g_strlcpy(spot.operator_name, place->operator_name, sizeof spot.operator_name);
    spot.position = place->position;
    g_strlcpy(entry->evse_id, place->evse_id, sizeof entry->evse_id);
    g_strlcpy(entry->evse_uid, place->evse_uid, sizeof entry->evse_uid);
    entry->spot = share(self, &spot, sizeof spot);
    entry->connector = share(self, &place->connector, sizeof place->connector);
    entry->tariff = share(self, &place->tariff, sizeof place->tariff);
    entry->no_show_minor = place->no_show_minor;
    entry->status = g_intern_string(place->evse_status);
    entry->bay = place->bay;
    entry->is_free = place->free;
    if (!place->position.known) {
        entry->cell = -1;
        return;
    }
    entry->cell = cell_of(row_of(place->position.latitude_deg), column_of(place->position.longitude_deg));
    enter_cell(self, entry);
}

gboolean place_index_set_live(PlaceIndex *self, const gchar *evse_key, const gchar *status, Bay bay,
                              gboolean is_free)
{
    Entry *entry = g_hash_table_lookup(self->by_key, evse_key);

    if (entry == NULL ||
        (entry->bay == bay && entry->is_free == is_free && g_str_equal(entry->status, status)))
        return FALSE;
    entry->status = g_intern_string(status);
    entry->bay = bay;
    entry->is_free = is_free;
    return TRUE;
}

static void read_entry(const Entry *entry, gdouble distance_m, Place *place)
{
    memset(place, 0, sizeof *place);
    g_strlcpy(place->evse_key, entry->evse_key, sizeof place->evse_key);
    g_strlcpy(place->evse_id, entry->evse_id, sizeof place->evse_id);
    g_strlcpy(place->evse_uid, entry->evse_uid, sizeof place->evse_uid);
    g_strlcpy(place->location_id, entry->spot->id, sizeof place->location_id);
    g_strlcpy(place->location_name, entry->spot->name, sizeof place->location_name);
    g_strlcpy(place->operator_name, entry->spot->operator_name, sizeof place->operator_name);
    place->position = entry->spot->position;
    place->connector = *entry->connector;
    place->tariff = *entry->tariff;
    place->no_show_minor = entry->no_show_minor;
    g_strlcpy(place->evse_status, entry->status, sizeof place->evse_status);
    place->bay = entry->bay;
    place->free = entry->is_free;
    place->distance_m = (gint64)lround(distance_m);
}

gboolean place_index_get(const PlaceIndex *self, const gchar *evse_key, Place *place)
{
    const Entry *entry = g_hash_table_lookup(self->by_key, evse_key);

    if (entry == NULL)
        return FALSE;
    read_entry(entry, 0, place);
    return TRUE;
}

static gboolean fits(const PlaceQuery *query, const Entry *entry)
{
    return (!query->free_now || entry->is_free) &&
           (query->connector[0] == '\0' || g_str_equal(query->connector, entry->connector->standard)) &&
           entry->connector->max_power_w >= query->min_power_w &&
           (query->max_price_micro < 0 || entry->tariff->energy_micro_per_kwh <= query->max_price_micro);
}

static void look_into(const PlaceIndex *self, const PlaceQuery *query, gint64 row, gint64 column,
                      GArray *found)
{
    gint64 number = cell_of(row, column);
    const GPtrArray *cell = g_hash_table_lookup(self->cells, &number);

    for (guint i = 0; cell != NULL && i < cell->len; i++) {
        Found f = {.entry = g_ptr_array_index(cell, i)};

        if (!fits(query, f.entry))
            continue;
        f.distance_m =
            place_distance_m(query->latitude_deg, query->longitude_deg, f.entry->spot->position.latitude_deg,
                             f.entry->spot->position.longitude_deg);
        if (f.distance_m <= (gdouble)query->radius_m)
            g_array_append_val(found, f);
    }
}

static gint by_distance(gconstpointer a, gconstpointer b)
{
    const Found *x = a, *y = b;

    if (x->distance_m != y->distance_m)
        return x->distance_m < y->distance_m ? -1 : 1;
    return strcmp(x->entry->evse_key, y->entry->evse_key);
}

/* Everything nearer than the ring after @ring is known: are there enough of them? */
static gboolean is_enough(GArray *found, guint limit, gdouble known_m)
{
    guint near = 0;

    for (guint i = 0; i < found->len && near <= limit; i++)
        if (g_array_index(found, Found, i).distance_m < known_m)
            near++;
    return near > limit; /* one more than is asked for tells that there are more */
}

static void look_around(const PlaceIndex *self, const PlaceQuery *query, GArray *found)
{
    gint64 row = row_of(query->latitude_deg), column = column_of(query->longitude_deg);
    gdouble reach_deg = (gdouble)query->radius_m / METRES_PER_DEG;
    gdouble highest = MIN(fabs(query->latitude_deg) + reach_deg, 89.9);
    /* The narrowest a column gets inside the circle. */
    gdouble column_m = CELL_DEG * METRES_PER_DEG * cos(highest * G_PI / 180);
    gint64 rings = MIN((gint64)ceil((gdouble)query->radius_m / column_m) + 1, CELLS_AROUND / 2);
    gint64 tall = (gint64)ceil(reach_deg / CELL_DEG) + 1;

    for (gint64 ring = 0; ring <= rings; ring++) {
        for (gint64 r = -MIN(ring, tall); r <= MIN(ring, tall); r++) {
            gboolean edge = r == -ring || r == ring;

            for (gint64 c = -ring; c <= ring; c += edge || ring == 0 ? 1 : 2 * ring)
                look_into(self, query, row + r, column + c, found);
        }
        if (is_enough(found, query->limit, (gdouble)ring * column_m))
            return;
    }
}

GArray *place_index_search(const PlaceIndex *self, const PlaceQuery *query, gboolean *more)
{
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Found));
    GArray *places;

    look_around(self, query, found);
    g_array_sort(found, by_distance);
    *more = found->len > query->limit;
    places = g_array_sized_new(FALSE, FALSE, sizeof(Place), MIN(found->len, query->limit));
    for (guint i = 0; i < found->len && i < query->limit; i++) {
        const Found *f = &g_array_index(found, Found, i);
        Place place;

        read_entry(f->entry, f->distance_m, &place);
        g_array_append_val(places, place);
    }
    return places;
}

gboolean place_index_instead_of(const PlaceIndex *self, const Place *place, gint64 radius_m, Place *other)
{
    PlaceQuery query = {.latitude_deg = place->position.latitude_deg,
                        .longitude_deg = place->position.longitude_deg,
                        .radius_m = radius_m,
                        .min_power_w = place->connector.max_power_w,
                        .max_price_micro = place->tariff.energy_micro_per_kwh,
                        .free_now = TRUE,
                        .limit = 50};
    g_autoptr(GArray) places = NULL;
    gboolean more = FALSE;

    if (!place->position.known)
        return FALSE;
    g_strlcpy(query.connector, place->connector.standard, sizeof query.connector);
    places = place_index_search(self, &query, &more);
    for (guint i = 0; i < places->len; i++) {
        const Place *p = &g_array_index(places, Place, i);

        if (g_str_equal(p->evse_key, place->evse_key) ||
            !g_str_equal(p->connector.power_type, place->connector.power_type) ||
            !g_str_equal(p->tariff.currency, place->tariff.currency) ||
            p->tariff.flat_micro > place->tariff.flat_micro ||
            p->tariff.time_micro_per_hour > place->tariff.time_micro_per_hour ||
            p->no_show_minor > place->no_show_minor)
            continue;
        *other = *p;
        return TRUE;
    }
    return FALSE;
}
