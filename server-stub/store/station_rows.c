#include "server-stub/store/station_rows.h"

#include "server-stub/store/sql.h"

#define STATION_COLUMNS                                                                                      \
    "station_id, password_sha256, name, operator_name, latitude_deg, longitude_deg, location_id, "           \
    "boot_accepted,"                                                                                         \
    " vendor, model, booted_ms, created_ms"
#define EVSE_QUERY                                                                                           \
    "SELECT e.evse_key, e.evse_id, e.evse_uid, e.station_id, e.evse_no, e.totp_secret, e.totp_validity_s,"   \
    " e.totp_length, e.connector_standard, e.connector_format, e.power_type, e.max_power_w, e.bay_sensor,"   \
    " t.tariff_id, t.currency, t.flat_micro, t.energy_micro_per_kwh, t.time_micro_per_hour, t.no_show_minor" \
    " FROM evses e JOIN tariffs t USING (tariff_id)"

gboolean store_station_add(Store *store, const StationRow *row, GError **error)
{
    return sql_run(store, NULL, error,
                   "INSERT INTO stations (station_id, password_sha256, name, operator_name, latitude_deg,"
                   " longitude_deg, location_id, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                   "ssssddsi", row->station_id, row->password_sha256, row->name, row->operator_name,
                   row->latitude_deg, row->longitude_deg, row->location_id, row->created_ms);
}

gboolean store_evse_add(Store *store, const EvseRow *row, GError **error)
{
    return sql_run(
        store, NULL, error,
        "INSERT INTO evses (evse_key, evse_id, evse_uid, station_id, evse_no, tariff_id, totp_secret,"
        " totp_validity_s, totp_length, connector_standard, connector_format, power_type, max_power_w)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        "ssssbssbbsssi", row->evse_key, row->evse_id, row->evse_uid, row->station_id, row->evse_no,
        row->tariff.id, row->totp_secret[0] != '\0' ? row->totp_secret : NULL, row->totp_validity_s,
        row->totp_length, row->connector.standard, row->connector.format, row->connector.power_type,
        row->connector.max_power_w);
}

static void read_station(SqlQuery *query, StationRow *row)
{
    sql_read_text(query, 0, row->station_id, sizeof row->station_id);
    sql_read_text(query, 1, row->password_sha256, sizeof row->password_sha256);
    sql_read_text(query, 2, row->name, sizeof row->name);
    sql_read_text(query, 3, row->operator_name, sizeof row->operator_name);
    row->latitude_deg = sql_double(query, 4);
    row->longitude_deg = sql_double(query, 5);
    sql_read_text(query, 6, row->location_id, sizeof row->location_id);
    row->boot_accepted = sql_int(query, 7) != 0;
    sql_read_text(query, 8, row->vendor, sizeof row->vendor);
    sql_read_text(query, 9, row->model, sizeof row->model);
    row->booted_ms = sql_int(query, 10);
    row->created_ms = sql_int(query, 11);
}

static void read_evse(SqlQuery *query, EvseRow *row)
{
    sql_read_text(query, 0, row->evse_key, sizeof row->evse_key);
    sql_read_text(query, 1, row->evse_id, sizeof row->evse_id);
    sql_read_text(query, 2, row->evse_uid, sizeof row->evse_uid);
    sql_read_text(query, 3, row->station_id, sizeof row->station_id);
    row->evse_no = (gint)sql_int(query, 4);
    sql_read_text(query, 5, row->totp_secret, sizeof row->totp_secret);
    row->totp_validity_s = (gint)sql_int(query, 6);
    row->totp_length = (gint)sql_int(query, 7);
    g_strlcpy(row->connector.id, "1", sizeof row->connector.id);
    sql_read_text(query, 8, row->connector.standard, sizeof row->connector.standard);
    sql_read_text(query, 9, row->connector.format, sizeof row->connector.format);
    sql_read_text(query, 10, row->connector.power_type, sizeof row->connector.power_type);
    row->connector.max_power_w = sql_int(query, 11);
    row->bay_sensor = (gint)sql_int(query, 12);
    sql_read_tariff(query, 13, &row->tariff);
    row->no_show_minor = sql_int(query, 18);
}

gboolean store_station(Store *store, const gchar *station_id, StationRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error, "SELECT " STATION_COLUMNS " FROM stations WHERE station_id = ?", "s",
                   station_id) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    read_station(&query, row);
    return TRUE;
}

gboolean store_evse(Store *store, const gchar *evse_key, EvseRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error, EVSE_QUERY " WHERE evse_key = ?", "s", evse_key) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    read_evse(&query, row);
    return TRUE;
}

gboolean store_evse_by_number(Store *store, const gchar *station_id, gint evse_no, EvseRow *row,
                              GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error, EVSE_QUERY " WHERE station_id = ? AND evse_no = ?", "sb", station_id,
                   evse_no) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    read_evse(&query, row);
    return TRUE;
}

GArray *store_stations(Store *store, GError **error)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(StationRow));
    g_auto(SqlQuery) query = {0};
    SqlStep step = SQL_FAILED;

    if (!sql_query(&query, store, error, "SELECT " STATION_COLUMNS " FROM stations ORDER BY station_id", ""))
        return NULL;
    while ((step = sql_step(&query, error)) == SQL_ROW) {
        StationRow row = {0};

        read_station(&query, &row);
        g_array_append_val(rows, row);
    }
    return step == SQL_DONE ? g_steal_pointer(&rows) : NULL;
}

GArray *store_evses(Store *store, const gchar *station_id, GError **error)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(EvseRow));
    g_auto(SqlQuery) query = {0};
    SqlStep step = SQL_FAILED;

    /* Two texts: "all or those of one station" in one keeps SQLite from the index, and 5,000 stations that
     * come back at once would each walk all of them. */
    if (station_id == NULL ? !sql_query(&query, store, error, EVSE_QUERY " ORDER BY station_id, evse_no", "")
                           : !sql_query(&query, store, error,
                                        EVSE_QUERY " WHERE station_id = ? ORDER BY evse_no", "s", station_id))
        return NULL;
    while ((step = sql_step(&query, error)) == SQL_ROW) {
        EvseRow row = {0};

        read_evse(&query, &row);
        g_array_append_val(rows, row);
    }
    return step == SQL_DONE ? g_steal_pointer(&rows) : NULL;
}

gboolean store_station_booted(Store *store, const gchar *station_id, const gchar *vendor, const gchar *model,
                              gint64 now_ms, GError **error)
{
    return sql_run(
        store, NULL, error,
        "UPDATE stations SET boot_accepted = 1, vendor = ?, model = ?, booted_ms = ? WHERE station_id = ?",
        "ssis", vendor, model, now_ms, station_id);
}

gboolean store_connector_set(Store *store, const gchar *station_id, gint evse_no, gint connector_no,
                             gint status, gint64 status_ms, GError **error)
{
    return sql_run(
        store, NULL, error,
        "INSERT INTO connectors (station_id, evse_no, connector_no, status, status_ms) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET status = excluded.status, status_ms = excluded.status_ms",
        "sbbbi", station_id, evse_no, connector_no, status, status_ms);
}

gboolean store_bay_set(Store *store, const gchar *station_id, gint evse_no, gint bay_sensor, gint64 bay_ms,
                       GError **error)
{
    return sql_run(store, NULL, error,
                   "UPDATE evses SET bay_sensor = ?1, bay_ms = ?2 WHERE station_id = ?3 AND evse_no = ?4",
                   "bisb", bay_sensor, bay_ms, station_id, evse_no);
}

GArray *store_connectors(Store *store, const gchar *station_id, gint evse_no, GError **error)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(gint));
    g_auto(SqlQuery) query = {0};
    SqlStep step = SQL_FAILED;

    if (!sql_query(&query, store, error, "SELECT status FROM connectors WHERE station_id = ? AND evse_no = ?",
                   "sb", station_id, evse_no))
        return NULL;
    while ((step = sql_step(&query, error)) == SQL_ROW) {
        gint status = (gint)sql_int(&query, 0);

        g_array_append_val(rows, status);
    }
    return step == SQL_DONE ? g_steal_pointer(&rows) : NULL;
}
