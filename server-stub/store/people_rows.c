#include "server-stub/store/people_rows.h"

#include "server-stub/store/sql.h"

gboolean store_vehicle_add(Store *store, const gchar *vehicle_id, const gchar *token_sha256, gint64 now_ms,
                           GError **error)
{
    return sql_run(store, NULL, error,
                   "INSERT INTO vehicles (vehicle_id, token_sha256, created_ms) VALUES (?, ?, ?)", "ssi",
                   vehicle_id, token_sha256, now_ms);
}

static void read_vehicle(SqlQuery *query, VehicleRow *row)
{
    sql_read_text(query, 0, row->vehicle_id, sizeof row->vehicle_id);
    row->last_event_seq = sql_int(query, 1);
    row->created_ms = sql_int(query, 2);
}

gboolean store_vehicle_by_token(Store *store, const gchar *token_sha256, VehicleRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT vehicle_id, last_event_seq, created_ms FROM vehicles WHERE token_sha256 = ?", "s",
                   token_sha256) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    read_vehicle(&query, row);
    return TRUE;
}

GArray *store_vehicles(Store *store, GError **error)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(VehicleRow));
    g_auto(SqlQuery) query = {0};
    SqlStep step = SQL_FAILED;

    if (!sql_query(&query, store, error,
                   "SELECT vehicle_id, last_event_seq, created_ms FROM vehicles ORDER BY vehicle_id", ""))
        return NULL;
    while ((step = sql_step(&query, error)) == SQL_ROW) {
        VehicleRow row = {0};

        read_vehicle(&query, &row);
        g_array_append_val(rows, row);
    }
    return step == SQL_DONE ? g_steal_pointer(&rows) : NULL;
}

gboolean store_tariff_set(Store *store, const Tariff *tariff, GError **error)
{
    return sql_run(
        store, NULL, error,
        "INSERT INTO tariffs (tariff_id, currency, flat_micro, energy_micro_per_kwh, time_micro_per_hour)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (tariff_id) DO UPDATE SET currency = excluded.currency,"
        " flat_micro = excluded.flat_micro, energy_micro_per_kwh = excluded.energy_micro_per_kwh,"
        " time_micro_per_hour = excluded.time_micro_per_hour",
        "ssiii", tariff->id, tariff->currency, tariff->flat_micro, tariff->energy_micro_per_kwh,
        tariff->time_micro_per_hour);
}

gboolean store_tariff_set_no_show(Store *store, const gchar *tariff_id, gint64 no_show_minor, GError **error)
{
    return sql_run(store, NULL, error, "UPDATE tariffs SET no_show_minor = ? WHERE tariff_id = ?", "is",
                   no_show_minor, tariff_id);
}

GArray *store_tariffs(Store *store, GError **error)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Tariff));
    g_auto(SqlQuery) query = {0};
    SqlStep step = SQL_FAILED;

    if (!sql_query(
            &query, store, error,
            "SELECT tariff_id, currency, flat_micro, energy_micro_per_kwh, time_micro_per_hour FROM tariffs"
            " ORDER BY tariff_id",
            ""))
        return NULL;
    while ((step = sql_step(&query, error)) == SQL_ROW) {
        Tariff row = {0};

        sql_read_tariff(&query, 0, &row);
        g_array_append_val(rows, row);
    }
    return step == SQL_DONE ? g_steal_pointer(&rows) : NULL;
}
