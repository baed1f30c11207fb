#include "server-stub/store/news_rows.h"

#include "protocol/json_gate.h"
#include "server-stub/store/sql.h"

void news_row_free(NewsRow *row)
{
    g_free(row->body);
    g_free(row);
}

gboolean store_take_event_seq(Store *store, const gchar *vehicle_id, gint64 *event_seq, GError **error)
{
    g_auto(SqlQuery) query = {0};
    SqlStep step;

    if (!sql_query(&query, store, error,
                   "UPDATE vehicles SET last_event_seq = last_event_seq + 1 WHERE vehicle_id = ?"
                   " RETURNING last_event_seq",
                   "s", vehicle_id))
        return FALSE;
    step = sql_step(&query, error);
    if (step == SQL_DONE)
        g_set_error_literal(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "store: no such vehicle");
    if (step != SQL_ROW)
        return FALSE;
    *event_seq = sql_int(&query, 0);
    return sql_step(&query, error) == SQL_DONE;
}

gint64 store_last_event_seq(Store *store, const gchar *vehicle_id, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error, "SELECT last_event_seq FROM vehicles WHERE vehicle_id = ?", "s",
                   vehicle_id) ||
        sql_step(&query, error) != SQL_ROW)
        return 0;
    return sql_int(&query, 0);
}

gboolean store_news_put(Store *store, const gchar *vehicle_id, const gchar *kind, const gchar *topic,
                        gint64 until_ms, JsonObject *body, GError **error)
{
    g_autoptr(JsonNode) node = json_node_init_object(json_node_alloc(), body);
    g_autofree gchar *text = NULL;
    gint64 event_seq = 0;

    if (!store_take_event_seq(store, vehicle_id, &event_seq, error))
        return FALSE;
    json_object_set_int_member(body, "event_seq", event_seq);
    text = json_gate_print(node, NULL);
    return sql_run(store, NULL, error,
                   "INSERT INTO vehicle_news (vehicle_id, event_seq, kind, topic, until_ms, body)"
                   " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (vehicle_id, kind, topic) DO UPDATE SET"
                   " event_seq = excluded.event_seq, until_ms = excluded.until_ms, body = excluded.body",
                   "sissis", vehicle_id, event_seq, kind, topic, until_ms, text);
}

GPtrArray *store_news_since(Store *store, const gchar *vehicle_id, gint64 event_seq, gint64 now_ms,
                            gint64 limit, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)news_row_free);
    g_auto(SqlQuery) query = {0};
    SqlStep step = SQL_FAILED;

    if (!sql_query(&query, store, error,
                   "SELECT event_seq, kind, body FROM vehicle_news WHERE vehicle_id = ? AND event_seq > ?"
                   " AND until_ms > ? ORDER BY event_seq LIMIT ?",
                   "siii", vehicle_id, event_seq, now_ms, limit))
        return NULL;
    while ((step = sql_step(&query, error)) == SQL_ROW) {
        NewsRow *row = g_new0(NewsRow, 1);

        row->event_seq = sql_int(&query, 0);
        sql_read_text(&query, 1, row->kind, sizeof row->kind);
        row->body = g_strdup(sql_text(&query, 2));
        g_ptr_array_add(rows, row);
    }
    return step == SQL_DONE ? g_steal_pointer(&rows) : NULL;
}

gboolean store_news_forget(Store *store, gint64 before_ms, GError **error)
{
    return sql_run(store, NULL, error, "DELETE FROM vehicle_news WHERE until_ms < ?", "i", before_ms);
}
