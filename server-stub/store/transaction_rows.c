#include "server-stub/store/transaction_rows.h"

#include "server-stub/store/sql.h"

#define TRANSACTION_COLUMNS "transaction_id, station_id, evse_no, order_id, ended, folded"

static void read_transaction(SqlQuery *query, TransactionRow *row)
{
    *row = (TransactionRow){.evse_no = (gint)sql_int(query, 2), .ended = sql_int(query, 4) != 0};
    sql_read_text(query, 0, row->transaction_id, sizeof row->transaction_id);
    sql_read_text(query, 1, row->station_id, sizeof row->station_id);
    sql_read_text(query, 3, row->order_id, sizeof row->order_id);
    sql_read_text(query, 5, row->folded, sizeof row->folded);
}

gboolean store_transaction(Store *store, const gchar *transaction_id, TransactionRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT " TRANSACTION_COLUMNS " FROM transactions WHERE transaction_id = ?", "s",
                   transaction_id) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    read_transaction(&query, row);
    return TRUE;
}

gboolean store_transaction_of_order(Store *store, const gchar *order_id, TransactionRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT " TRANSACTION_COLUMNS " FROM transactions WHERE order_id = ?", "s", order_id) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    read_transaction(&query, row);
    return TRUE;
}

gboolean store_transaction_open_on(Store *store, const gchar *station_id, gint evse_no, gboolean *open,
                                   GError **error)
{
    g_auto(SqlQuery) query = {0};
    SqlStep step;

    if (!sql_query(&query, store, error,
                   "SELECT 1 FROM transactions WHERE station_id = ? AND evse_no = ? AND ended = 0", "sb",
                   station_id, evse_no))
        return FALSE;
    step = sql_step(&query, error);
    *open = step == SQL_ROW;
    return step != SQL_FAILED;
}

gboolean store_transaction_save(Store *store, const TransactionRow *row, const TransactionEventRow *event,
                                GError **error)
{
    return sql_run(store, NULL, error,
                   "INSERT INTO transactions (" TRANSACTION_COLUMNS ") VALUES (?, ?, ?, nullif(?, ''), ?, ?)"
                   " ON CONFLICT DO UPDATE SET evse_no = excluded.evse_no, order_id = excluded.order_id,"
                   " ended = excluded.ended, folded = excluded.folded",
                   "ssbsbs", row->transaction_id, row->station_id, row->evse_no, row->order_id, row->ended,
                   row->folded) &&
           sql_run(
               store, NULL, error,
               "INSERT INTO transaction_events (transaction_id, seq_no, kind, trigger_reason, stopped_reason,"
               " offline, at_ms, charging_state, meter_first_wh, meter_last_wh, power_w, soc_percent)"
               " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               "sibbbbibiiii", row->transaction_id, event->seq_no, event->kind, event->trigger_reason,
               event->stopped_reason, event->offline, event->at_ms, event->charging_state,
               event->meter_first_wh, event->meter_last_wh, event->power_w, event->soc_percent);
}

GArray *store_transactions(Store *store, gint64 limit, GError **error)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(TransactionRow));
    g_auto(SqlQuery) query = {0};
    SqlStep step = SQL_FAILED;

    if (!sql_query(&query, store, error,
                   "SELECT " TRANSACTION_COLUMNS " FROM transactions ORDER BY transaction_id LIMIT ?", "i",
                   limit))
        return NULL;
    while ((step = sql_step(&query, error)) == SQL_ROW) {
        TransactionRow row;

        read_transaction(&query, &row);
        g_array_append_val(rows, row);
    }
    return step == SQL_DONE ? g_steal_pointer(&rows) : NULL;
}
