/* The part of driver_desk.h about bays: search and reservations. */
#include "daemon/driver_bays.h"

#include "base/utc_time.h"
#include "daemon/net/location_client.h"
#include "daemon/net/problem.h"
#include "daemon/snapshot.h"

static void refuse_value(ChargingCall *call, const gchar *text)
{
    charging_call_fail(call, g_error_new_literal(CHARGING_ERROR, (gint)CHARGING_ERROR_INVALID_VALUE, text));
}

/* Types and ranges were checked by the service. FALSE: no place is given, and the vehicle's is unknown */
static gboolean read_query(GVariant *dict, const VehicleFacts *facts, PlaceQuery *query)
{
    guint radius_m = PLACE_DEFAULT_RADIUS_M, limit = 20;
    gdouble price = -1;
    const gchar *connector = "";
    gboolean has_place = g_variant_lookup(dict, "latitude", "d", &query->latitude_deg) &&
                         g_variant_lookup(dict, "longitude", "d", &query->longitude_deg);

    g_variant_lookup(dict, "radius_m", "u", &radius_m);
    g_variant_lookup(dict, "limit", "u", &limit);
    g_variant_lookup(dict, "connector", "&s", &connector);
    g_variant_lookup(dict, "min_power_w", "x", &query->min_power_w);
    g_variant_lookup(dict, "max_price", "d", &price);
    g_variant_lookup(dict, "free_now", "b", &query->free_now);
    query->radius_m = radius_m;
    query->limit = limit;
    g_strlcpy(query->connector, connector, sizeof query->connector);
    if (price >= 0)
        query->max_price_micro = (gint64)(price * 1e4 + 0.5) * 100; /* 4 digits, as the server reads it */
    if (!has_place && facts->has_position) {
        query->latitude_deg = facts->latitude;
        query->longitude_deg = facts->longitude;
    }
    return has_place || facts->has_position;
}

/* Refusals of the server come as their problem code. */
static GError *as_failed(const GError *error)
{
    return g_error_new(CHARGING_ERROR, (gint)CHARGING_ERROR_FAILED, "server: %s", error->message);
}

static void on_found(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) places = map_desk_find_finish(result, &error);
    GVariant *rows;

    if (places == NULL) {
        charging_call_fail(data, as_failed(error));
        return;
    }
    rows = snapshot_places(places);
    charging_call_return(data, g_variant_new_tuple(&rows, 1));
}

void driver_bays_find(ChargingCall *call, GVariant *dict, gpointer data)
{
    PlaceQuery query = PLACE_QUERY_INIT;
    gboolean watch = FALSE;

    g_variant_lookup(dict, "watch", "b", &watch);
    if (read_query(dict, gear_watcher_get_facts(conductor_get_gear(data)), &query))
        map_desk_find_async(conductor_get_map(data), &query, watch, on_found, call);
    else
        refuse_value(call, "latitude, longitude: expected, since the vehicle does not know where it is");
}

static void answer(ChargingCall *call, gboolean done, GError *error)
{
    if (done)
        charging_call_return(call, NULL);
    else
        charging_call_fail(call, error);
}

void driver_bays_reserve(ChargingCall *call, const gchar *evse, const gchar *until, gpointer data)
{
    gint64 until_ms = 0;
    GError *error = NULL;
    gboolean done;

    if (until[0] != '\0' && !utc_time_parse(until, &until_ms)) {
        refuse_value(call, "until: expected a time as of RFC 3339");
        return;
    }
    done = booking_desk_reserve(conductor_get_booking_desk(data), evse, until_ms, &error);
    answer(call, done, error);
}

void driver_bays_cancel(ChargingCall *call, gpointer data)
{
    GError *error = NULL;
    gboolean done = booking_desk_cancel(conductor_get_booking_desk(data), &error);

    answer(call, done, error);
}

void driver_bays_move(ChargingCall *call, const gchar *evse, gpointer data)
{
    GError *error = NULL;
    gboolean done = booking_desk_move(conductor_get_booking_desk(data), evse, &error);

    answer(call, done, error);
}

static void on_listed(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) rows = location_client_list_finish(HTTP_CLIENT(source), result, &error);
    GVariantBuilder builder;

    if (rows == NULL) {
        charging_call_fail(data, as_failed(error));
        return;
    }
    g_variant_builder_init(&builder, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < rows->len; i++)
        g_variant_builder_add_value(&builder, snapshot_reservation(&g_array_index(rows, Reservation, i)));
    charging_call_return(data, g_variant_new("(aa{sv})", &builder));
}

void driver_bays_list(ChargingCall *call, guint limit, gpointer data)
{
    HttpClient *http = conductor_get_http(data);

    if (http != NULL)
        location_client_list_async(http, limit, NULL, on_listed, call);
    else
        charging_call_fail(call, g_error_new_literal(CHARGING_ERROR, (gint)CHARGING_ERROR_FAILED,
                                                     "no server is configured"));
}
