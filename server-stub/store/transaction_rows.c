#include "server-stub/store/transaction_rows.h"

#include "server-stub/store/sql.h"

#define TRANSACTION_COLUMNS                                                                                  \
    "transaction_id, station_id, evse_no, order_id, ended, folded, live, flag, closed, gap_ms, id_type, "    \
    "id_token"

static void read_transaction(SqlQuery *query, TransactionRow *row)
{
    *row = (TransactionRow){.evse_no = (gint)sql_int(query, 2),
                            .ended = sql_int(query, 4) != 0,
                            .live = sql_int(query, 6) != 0,
                            .flag = (gint)sql_int(query, 7),
                            .closed = sql_int(query, 8) != 0,
                            .gap_ms = sql_int(query, 9),
                            .id_type = (gint)sql_int(query, 10)};
    sql_read_text(query, 11, row->id_token, sizeof row->id_token);
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
                   "SELECT 1 FROM transactions WHERE station_id = ? AND evse_no = ? AND ended = 0 AND live",
                   "sb", station_id, evse_no))
        return FALSE;
    step = sql_step(&query, error);
    *open = step == SQL_ROW;
    return step != SQL_FAILED;
}

gboolean store_transaction_save(Store *store, const TransactionRow *row, const TransactionEventRow *event,
                                GError **error)
{
    return sql_run(store, NULL, error,
                   "INSERT INTO transactions (" TRANSACTION_COLUMNS
                   ") VALUES (?, ?, ?, nullif(?, ''), ?, ?, ?, ?, ?, ?, ?, ?)"
                   " ON CONFLICT DO UPDATE SET evse_no = excluded.evse_no, order_id = excluded.order_id,"
                   " ended = excluded.ended, folded = excluded.folded, live = excluded.live, flag = "
                   "excluded.flag,"
                   " closed = excluded.closed, gap_ms = excluded.gap_ms, id_type = excluded.id_type, "
                   "id_token = excluded.id_token",
                   "ssbsbsbbbibs", row->transaction_id, row->station_id, row->evse_no, row->order_id,
                   row->ended, row->folded, row->live, row->flag, row->closed, row->gap_ms, row->id_type,
                   row->id_token) &&
           sql_run(
               store, NULL, error,
               "INSERT INTO transaction_events (transaction_id, seq_no, kind, trigger_reason, stopped_reason,"
               " offline, at_ms, charging_state, meter_first_wh, meter_last_wh, power_w, soc_percent)"
               " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               "sibbbbibiiii", row->transaction_id, event->seq_no, event->kind, event->trigger_reason,
               event->stopped_reason, event->offline, event->at_ms, event->charging_state,
               event->meter_first_wh, event->meter_last_wh, event->power_w, event->soc_percent);
}

gboolean store_transaction_save_plan(Store *store, const TransactionRow *row, GError **error)
{
    return sql_run(
        store, NULL, error,
        "UPDATE transactions SET closed = ?, gap_ms = ?, order_id = nullif(?, '') WHERE transaction_id = ?",
        "biss", row->closed, row->gap_ms, row->order_id, row->transaction_id);
}

static GArray *read_transactions(SqlQuery *query, GError **error)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(TransactionRow));
    SqlStep step;

    while ((step = sql_step(query, error)) == SQL_ROW) {
        TransactionRow row;

        read_transaction(query, &row);
        g_array_append_val(rows, row);
    }
    return step == SQL_DONE ? g_steal_pointer(&rows) : NULL;
}

GArray *store_transactions_unclosed(Store *store, const gchar *station_id, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT " TRANSACTION_COLUMNS " FROM transactions WHERE station_id = ? AND closed = 0",
                   "s", station_id))
        return NULL;
    return read_transactions(&query, error);
}

GArray *store_transactions(Store *store, gint64 limit, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT " TRANSACTION_COLUMNS " FROM transactions ORDER BY transaction_id LIMIT ?", "i",
                   limit))
        return NULL;
    return read_transactions(&query, error);
}

gboolean store_operator_start_add(Store *store, const gchar *station_id, const gchar *id_token, gint64 now_ms,
                                  GError **error)
{
    return sql_run(store, NULL, error, "INSERT OR REPLACE INTO operator_starts VALUES (?, ?, ?)", "ssi",
                   station_id, id_token, now_ms);
}

gboolean store_operator_start_known(Store *store, const gchar *station_id, const gchar *id_token)
{
    g_auto(SqlQuery) query = {0};

    return sql_query(&query, store, NULL,
                     "SELECT 1 FROM operator_starts WHERE station_id = ? AND id_token = ?", "ss", station_id,
                     id_token) &&
           sql_step(&query, NULL) == SQL_ROW;
}
