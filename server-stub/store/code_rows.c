#include "server-stub/store/code_rows.h"

#include "server-stub/store/sql.h"

/* Runs @query to its end. (transfer full) (nullable) */
static GArray *read_all(SqlQuery *query, gsize row_size, void (*read)(SqlQuery *query, gpointer row),
                        GError **error)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, TRUE, (guint)row_size);
    SqlStep step;

    while ((step = sql_step(query, error)) == SQL_ROW) {
        g_array_set_size(rows, rows->len + 1);
        read(query, rows->data + (gsize)(rows->len - 1) * row_size);
    }
    return step == SQL_DONE ? g_steal_pointer(&rows) : NULL;
}

gboolean store_code_place(Store *store, const gchar *station_id, CodePlaceRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    *row = (CodePlaceRow){0};
    if (!sql_query(&query, store, error,
                   "SELECT coalesce(code_secret, ''), coalesce(told, 0), link_url FROM stations"
                   " LEFT JOIN station_secrets USING (station_id) WHERE station_id = ?",
                   "s", station_id) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    sql_read_text(&query, 0, row->secret, sizeof row->secret);
    row->told = (CodeTold)sql_int(&query, 1);
    sql_read_text(&query, 2, row->link_url, sizeof row->link_url);
    return TRUE;
}

gboolean store_code_secret_set(Store *store, const gchar *station_id, const gchar *secret, GError **error)
{
    if (secret == NULL)
        return sql_run(store, NULL, error, "DELETE FROM station_secrets WHERE station_id = ?", "s",
                       station_id);
    return sql_run(store, NULL, error, "INSERT OR REPLACE INTO station_secrets VALUES (?, ?, 0)", "ss",
                   station_id, secret);
}

gboolean store_code_secret_told(Store *store, const gchar *station_id, CodeTold told, GError **error)
{
    return sql_run(store, NULL, error, "UPDATE station_secrets SET told = ? WHERE station_id = ?", "bs",
                   (int)told, station_id);
}

gboolean store_station_link_set(Store *store, const gchar *station_id, const gchar *link_url, GError **error)
{
    return sql_run(store, NULL, error, "UPDATE stations SET link_url = ? WHERE station_id = ?", "ss",
                   link_url, station_id);
}

static void read_slot(SqlQuery *query, gpointer row)
{
    *(gint64 *)row = sql_int(query, 0);
}

GArray *store_code_slots(Store *store, const gchar *station_id, gint evse_no, gint64 from, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT slot FROM offline_codes WHERE station_id = ? AND evse_no = ? AND slot >= ?", "sbi",
                   station_id, evse_no, from))
        return NULL;
    return read_all(&query, sizeof(gint64), read_slot, error);
}

gboolean store_codes_unused_of(Store *store, const gchar *vehicle_id, guint *n, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error, "SELECT count(*) FROM orders WHERE vehicle_id = ? AND state = 8",
                   "s", vehicle_id) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    *n = (guint)sql_int(&query, 0);
    return TRUE;
}

gboolean store_code_add(Store *store, const CodeRow *row, GError **error)
{
    return sql_run(
        store, NULL, error,
        "INSERT INTO offline_codes (station_id, evse_no, slot, digits, order_id, vehicle_id, energy_wh,"
        " issued_ms, expires_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        "sbisssiii", row->station_id, row->evse_no, row->slot, row->digits, row->order_id, row->vehicle_id,
        row->energy_wh, row->issued_ms, row->expires_ms);
}

#define CODE_COLUMNS                                                                                         \
    "station_id, evse_no, slot, digits, order_id, vehicle_id, energy_wh, issued_ms, expires_ms, "            \
    "transaction_id"

static void read_code(SqlQuery *query, gpointer data)
{
    CodeRow *row = data;

    *row = (CodeRow){.evse_no = (gint)sql_int(query, 1),
                     .slot = sql_int(query, 2),
                     .energy_wh = sql_int(query, 6),
                     .issued_ms = sql_int(query, 7),
                     .expires_ms = sql_int(query, 8)};
    sql_read_text(query, 0, row->station_id, sizeof row->station_id);
    sql_read_text(query, 3, row->digits, sizeof row->digits);
    sql_read_text(query, 4, row->order_id, sizeof row->order_id);
    sql_read_text(query, 5, row->vehicle_id, sizeof row->vehicle_id);
    sql_read_text(query, 9, row->transaction_id, sizeof row->transaction_id);
}

gboolean store_code_by_digits(Store *store, const gchar *station_id, gint evse_no, const gchar *digits,
                              CodeRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT " CODE_COLUMNS " FROM offline_codes WHERE digits = ?"
                   " ORDER BY station_id = ? DESC, evse_no = ? DESC, slot DESC LIMIT 1",
                   "ssb", digits, station_id, evse_no) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    read_code(&query, row);
    return TRUE;
}

gboolean store_code_use(Store *store, const gchar *order_id, const gchar *transaction_id, GError **error)
{
    return sql_run(store, NULL, error, "UPDATE offline_codes SET transaction_id = ? WHERE order_id = ?", "ss",
                   transaction_id, order_id);
}

GArray *store_codes(Store *store, gint64 limit, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT " CODE_COLUMNS " FROM offline_codes ORDER BY issued_ms DESC LIMIT ?", "i", limit))
        return NULL;
    return read_all(&query, sizeof(CodeRow), read_code, error);
}

#define VEHICLE_CODE_COLUMNS                                                                                 \
    "code_id, vehicle_id, type, id_token, station_id, blocked, removed, expires_ms, max_energy_wh, "         \
    "max_cost_minor,"                                                                                        \
    " currency, created_ms"

static void read_vehicle_code(SqlQuery *query, gpointer data)
{
    VehicleCodeRow *row = data;

    *row = (VehicleCodeRow){.type = (gint)sql_int(query, 2),
                            .blocked = sql_int(query, 5) != 0,
                            .removed = sql_int(query, 6) != 0,
                            .expires_ms = sql_int(query, 7),
                            .max_energy_wh = sql_int(query, 8),
                            .max_cost_minor = sql_int(query, 9),
                            .created_ms = sql_int(query, 11)};
    sql_read_text(query, 0, row->code_id, sizeof row->code_id);
    sql_read_text(query, 1, row->vehicle_id, sizeof row->vehicle_id);
    sql_read_text(query, 3, row->id_token, sizeof row->id_token);
    sql_read_text(query, 4, row->station_id, sizeof row->station_id);
    sql_read_text(query, 10, row->currency, sizeof row->currency);
}

gboolean store_vehicle_code_add(Store *store, const VehicleCodeRow *row, GError **error)
{
    return sql_run(store, NULL, error,
                   "INSERT INTO vehicle_codes (" VEHICLE_CODE_COLUMNS
                   ") VALUES (?, ?, ?, lower(?), ?, ?, 0, ?, ?, ?, ?, ?)",
                   "ssbssbiiisi", row->code_id, row->vehicle_id, row->type, row->id_token, row->station_id,
                   row->blocked, row->expires_ms, row->max_energy_wh, row->max_cost_minor, row->currency,
                   row->created_ms);
}

gboolean store_vehicle_code(Store *store, const gchar *code_id, VehicleCodeRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT " VEHICLE_CODE_COLUMNS " FROM vehicle_codes WHERE code_id = ? AND removed = 0",
                   "s", code_id) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    read_vehicle_code(&query, row);
    return TRUE;
}

gboolean store_vehicle_code_block(Store *store, const gchar *code_id, gboolean blocked, GError **error)
{
    return sql_run(store, NULL, error,
                   "UPDATE vehicle_codes SET blocked = ? WHERE code_id = ? AND removed = 0", "bs", blocked,
                   code_id);
}

gboolean store_vehicle_code_remove(Store *store, const gchar *code_id, GError **error)
{
    return sql_run(store, NULL, error, "UPDATE vehicle_codes SET removed = 1 WHERE code_id = ?", "s",
                   code_id);
}

gboolean store_vehicle_code_find(Store *store, const gchar *station_id, gint type, const gchar *id_token,
                                 VehicleCodeRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT " VEHICLE_CODE_COLUMNS " FROM vehicle_codes WHERE id_token = lower(?) AND type = ?"
                   " AND station_id IN ('', ?) ORDER BY removed, station_id DESC, created_ms DESC LIMIT 1",
                   "sbs", id_token, type, station_id) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    read_vehicle_code(&query, row);
    return TRUE;
}

GArray *store_vehicle_codes(Store *store, const gchar *station_id, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(
            &query, store, error,
            "SELECT " VEHICLE_CODE_COLUMNS " FROM vehicle_codes WHERE removed = 0"
            " AND (?1 IS NULL OR station_id IN ('', ?1)) ORDER BY vehicle_id, type, id_token, station_id",
            "s", station_id))
        return NULL;
    return read_all(&query, sizeof(VehicleCodeRow), read_vehicle_code, error);
}
