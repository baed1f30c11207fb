#include "server-stub/model/bay_table.h"

typedef struct {
    gint64 connected_ms;
    GHashTable *bays; /* evse number -> BayState */
} StationBays;

struct _BayTable {
    GHashTable *stations; /* id -> StationBays */
};

static void station_bays_free(gpointer data)
{
    StationBays *station = data;

    g_hash_table_unref(station->bays);
    g_free(station);
}

BayTable *bay_table_new(void)
{
    BayTable *self = g_new0(BayTable, 1);

    self->stations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, station_bays_free);
    return self;
}

void bay_table_free(BayTable *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->stations);
    g_free(self);
}

void bay_table_connected(BayTable *self, const gchar *station_id, gint64 now_ms)
{
    StationBays *station = g_new0(StationBays, 1);

    station->connected_ms = now_ms;
    station->bays = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    g_hash_table_replace(self->stations, g_strdup(station_id), station);
}

void bay_table_gone(BayTable *self, const gchar *station_id)
{
    g_hash_table_remove(self->stations, station_id);
}

gboolean bay_table_is_past(const BayTable *self, const gchar *station_id, gint64 at_ms)
{
    const StationBays *station = g_hash_table_lookup(self->stations, station_id);

    return station != NULL && at_ms < station->connected_ms - BAY_TABLE_CLOCK_SLACK_MS;
}

gboolean bay_table_tell(BayTable *self, const gchar *station_id, gint evse_no, gboolean occupied,
                        gint64 now_ms)
{
    StationBays *station = g_hash_table_lookup(self->stations, station_id);
    BaySensor sensor = occupied ? BAY_SENSOR_OCCUPIED : BAY_SENSOR_FREE;
    BayState *bay;

    if (station == NULL)
        return FALSE;
    bay = g_hash_table_lookup(station->bays, GINT_TO_POINTER(evse_no));
    if (bay == NULL) {
        bay = g_new0(BayState, 1);
        g_hash_table_insert(station->bays, GINT_TO_POINTER(evse_no), bay);
    } else if (bay->sensor == sensor) {
        return FALSE;
    } else {
        bay->occupied_ms = occupied ? now_ms : 0;
    }
    bay->sensor = sensor;
    return TRUE;
}

gboolean bay_table_silence(BayTable *self, const gchar *station_id, gint evse_no)
{
    StationBays *station = g_hash_table_lookup(self->stations, station_id);

    return station != NULL && g_hash_table_remove(station->bays, GINT_TO_POINTER(evse_no));
}

BayState bay_table_state(const BayTable *self, const gchar *station_id, gint evse_no)
{
    const StationBays *station = g_hash_table_lookup(self->stations, station_id);
    const BayState *bay =
        station != NULL ? g_hash_table_lookup(station->bays, GINT_TO_POINTER(evse_no)) : NULL;

    return bay != NULL ? *bay : (BayState){BAY_SENSOR_SILENT, 0};
}
