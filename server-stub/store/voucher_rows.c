#include "server-stub/store/voucher_rows.h"

#include "server-stub/store/sql.h"

#define VOUCHER_COLUMNS                                                                                      \
    "voucher_id, vehicle_id, client_ref, vehicle_key, voucher, issued_ms, expires_ms, energy_cap_wh, "       \
    "max_cost_minor,"                                                                                        \
    " currency, uses"

static void read_voucher(SqlQuery *query, VoucherRow *row)
{
    *row = (VoucherRow){.issued_ms = sql_int(query, 5),
                        .expires_ms = sql_int(query, 6),
                        .energy_cap_wh = sql_int(query, 7),
                        .max_cost_minor = sql_int(query, 8),
                        .uses = (gint)sql_int(query, 10)};
    sql_read_text(query, 0, row->voucher_id, sizeof row->voucher_id);
    sql_read_text(query, 1, row->vehicle_id, sizeof row->vehicle_id);
    sql_read_text(query, 2, row->client_ref, sizeof row->client_ref);
    sql_read_text(query, 3, row->vehicle_key, sizeof row->vehicle_key);
    sql_read_text(query, 4, row->voucher, sizeof row->voucher);
    sql_read_text(query, 9, row->currency, sizeof row->currency);
}

gboolean store_voucher_add(Store *store, const VoucherRow *row, GError **error)
{
    return sql_run(store, NULL, error,
                   "INSERT INTO vouchers (" VOUCHER_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   "sssssiiiisb", row->voucher_id, row->vehicle_id, row->client_ref, row->vehicle_key,
                   row->voucher, row->issued_ms, row->expires_ms, row->energy_cap_wh, row->max_cost_minor,
                   row->currency, row->uses);
}

gboolean store_voucher(Store *store, const gchar *voucher_id, VoucherRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT " VOUCHER_COLUMNS " FROM vouchers WHERE voucher_id = lower(?)", "s", voucher_id) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    read_voucher(&query, row);
    return TRUE;
}

gboolean store_voucher_by_client_ref(Store *store, const gchar *vehicle_id, const gchar *client_ref,
                                     VoucherRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT " VOUCHER_COLUMNS " FROM vouchers WHERE vehicle_id = ? AND client_ref = ?", "ss",
                   vehicle_id, client_ref) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    read_voucher(&query, row);
    return TRUE;
}

gboolean store_voucher_open_of(Store *store, const gchar *vehicle_id, gint64 until_ms, VoucherRow *row,
                               GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT " VOUCHER_COLUMNS
                   " FROM vouchers WHERE vehicle_id = ? AND uses = 0 AND expires_ms > ?"
                   " ORDER BY expires_ms DESC LIMIT 1",
                   "si", vehicle_id, until_ms) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    read_voucher(&query, row);
    return TRUE;
}

gboolean store_voucher_use(Store *store, const gchar *voucher_id, GError **error)
{
    return sql_run(store, NULL, error, "UPDATE vouchers SET uses = uses + 1 WHERE voucher_id = ?", "s",
                   voucher_id);
}

GArray *store_vouchers(Store *store, gint64 limit, GError **error)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(VoucherRow));
    g_auto(SqlQuery) query = {0};
    SqlStep step;

    if (!sql_query(&query, store, error,
                   "SELECT " VOUCHER_COLUMNS " FROM vouchers ORDER BY issued_ms DESC LIMIT ?", "i", limit))
        return NULL;
    while ((step = sql_step(&query, error)) == SQL_ROW) {
        VoucherRow row;

        read_voucher(&query, &row);
        g_array_append_val(rows, row);
    }
    return step == SQL_DONE ? g_steal_pointer(&rows) : NULL;
}

gboolean store_server_key(Store *store, const gchar *name, gchar **value, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error, "SELECT value FROM server_keys WHERE name = ?", "s", name) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    *value = g_strdup(sql_text(&query, 0));
    return TRUE;
}

gboolean store_server_key_set(Store *store, const gchar *name, const gchar *value, GError **error)
{
    return sql_run(store, NULL, error, "INSERT OR IGNORE INTO server_keys VALUES (?, ?)", "ss", name, value);
}
