#include "server-stub/store/place_rows.h"

#include "server-stub/store/sql.h"

static void read_place(SqlQuery *query, PlaceRow *row)
{
    Place *p = &row->place;

    *row = (PlaceRow){.evse_no = (gint)sql_int(query, 13)};
    sql_read_text(query, 0, p->evse_key, sizeof p->evse_key);
    sql_read_text(query, 1, p->evse_id, sizeof p->evse_id);
    sql_read_text(query, 2, p->evse_uid, sizeof p->evse_uid);
    sql_read_text(query, 3, p->location_id, sizeof p->location_id);
    sql_read_text(query, 4, p->location_name, sizeof p->location_name);
    sql_read_text(query, 5, p->operator_name, sizeof p->operator_name);
    p->position.known = TRUE;
    p->position.latitude_deg = sql_double(query, 6);
    p->position.longitude_deg = sql_double(query, 7);
    g_strlcpy(p->connector.id, "1", sizeof p->connector.id);
    sql_read_text(query, 8, p->connector.standard, sizeof p->connector.standard);
    sql_read_text(query, 9, p->connector.format, sizeof p->connector.format);
    sql_read_text(query, 10, p->connector.power_type, sizeof p->connector.power_type);
    p->connector.max_power_w = sql_int(query, 11);
    sql_read_text(query, 12, row->station_id, sizeof row->station_id);
    p->no_show_minor = sql_int(query, 14);
    sql_read_tariff(query, 15, &p->tariff);
    g_strlcpy(p->evse_status, "UNKNOWN", sizeof p->evse_status);
}

gboolean store_places_each(Store *store, void (*each)(const PlaceRow *row, gpointer data), gpointer data,
                           GError **error)
{
    g_auto(SqlQuery) query = {0};
    SqlStep step = SQL_FAILED;

    if (!sql_query(&query, store, error,
                   "SELECT e.evse_key, e.evse_id, e.evse_uid, s.location_id, s.name, s.operator_name,"
                   " s.latitude_deg, s.longitude_deg, e.connector_standard, e.connector_format, e.power_type,"
                   " e.max_power_w, e.station_id, e.evse_no, t.no_show_minor, t.tariff_id, t.currency,"
                   " t.flat_micro, t.energy_micro_per_kwh, t.time_micro_per_hour"
                   " FROM evses e JOIN stations s USING (station_id) JOIN tariffs t USING (tariff_id)",
                   ""))
        return FALSE;
    while ((step = sql_step(&query, error)) == SQL_ROW) {
        PlaceRow row;

        read_place(&query, &row);
        each(&row, data);
    }
    return step == SQL_DONE;
}

gint64 store_register_version(Store *store, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error, "SELECT version FROM register", "") ||
        sql_step(&query, error) != SQL_ROW)
        return -1;
    return sql_int(&query, 0);
}
