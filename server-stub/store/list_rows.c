/* The local lists' half of code_rows.h. */
#include "server-stub/store/code_rows.h"

#include "server-stub/store/sql.h"

#define LIST_COLUMNS                                                                                         \
    "station_id, version, told_ms, problem,"                                                                 \
    " (SELECT count(*) FROM local_list_entries e WHERE e.station_id = local_lists.station_id)"

static void read_list(SqlQuery *query, ListRow *row)
{
    *row = (ListRow){
        .version = (gint)sql_int(query, 1), .told_ms = sql_int(query, 2), .n_entries = sql_int(query, 4)};
    sql_read_text(query, 0, row->station_id, sizeof row->station_id);
    sql_read_text(query, 3, row->problem, sizeof row->problem);
}

gboolean store_list(Store *store, const gchar *station_id, ListRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};
    SqlStep step;

    *row = (ListRow){0};
    g_strlcpy(row->station_id, station_id, sizeof row->station_id);
    if (!sql_query(&query, store, error, "SELECT " LIST_COLUMNS " FROM local_lists WHERE station_id = ?", "s",
                   station_id))
        return FALSE;
    step = sql_step(&query, error);
    if (step == SQL_ROW)
        read_list(&query, row);
    return step != SQL_FAILED;
}

GArray *store_lists(Store *store, GError **error)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(ListRow));
    g_auto(SqlQuery) query = {0};
    SqlStep step;

    if (!sql_query(&query, store, error, "SELECT " LIST_COLUMNS " FROM local_lists ORDER BY station_id", ""))
        return NULL;
    while ((step = sql_step(&query, error)) == SQL_ROW) {
        ListRow row;

        read_list(&query, &row);
        g_array_append_val(rows, row);
    }
    return step == SQL_DONE ? g_steal_pointer(&rows) : NULL;
}

GArray *store_list_entries(Store *store, const gchar *station_id, GError **error)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(ListEntryRow));
    g_auto(SqlQuery) query = {0};
    SqlStep step;

    if (!sql_query(&query, store, error,
                   "SELECT type, id_token, blocked, expires_ms FROM local_list_entries WHERE station_id = ?",
                   "s", station_id))
        return NULL;
    while ((step = sql_step(&query, error)) == SQL_ROW) {
        ListEntryRow row = {.type = (gint)sql_int(&query, 0),
                            .blocked = sql_int(&query, 2) != 0,
                            .expires_ms = sql_int(&query, 3)};

        sql_read_text(&query, 1, row.id_token, sizeof row.id_token);
        g_array_append_val(rows, row);
    }
    return step == SQL_DONE ? g_steal_pointer(&rows) : NULL;
}

gboolean store_list_told(Store *store, const gchar *station_id, gint version, gboolean full, gint64 now_ms,
                         GError **error)
{
    return sql_run(
               store, NULL, error,
               "INSERT INTO local_lists (station_id, version, told_ms) VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
               " SET version = excluded.version, told_ms = excluded.told_ms, problem = ''",
               "sbi", station_id, version, now_ms) &&
           (!full || sql_run(store, NULL, error, "DELETE FROM local_list_entries WHERE station_id = ?", "s",
                             station_id));
}

gboolean store_list_entry_set(Store *store, const gchar *station_id, const ListEntryRow *entry,
                              GError **error)
{
    if (entry->expires_ms < 0)
        return sql_run(store, NULL, error,
                       "DELETE FROM local_list_entries WHERE station_id = ? AND type = ? AND id_token = ?",
                       "sbs", station_id, entry->type, entry->id_token);
    return sql_run(store, NULL, error, "INSERT OR REPLACE INTO local_list_entries VALUES (?, ?, ?, ?, ?)",
                   "sbsbi", station_id, entry->type, entry->id_token, entry->blocked, entry->expires_ms);
}

gboolean store_list_problem(Store *store, const gchar *station_id, const gchar *problem, GError **error)
{
    return sql_run(store, NULL, error,
                   "INSERT INTO local_lists (station_id, version, told_ms, problem) VALUES (?, 0, 0, ?)"
                   " ON CONFLICT DO UPDATE SET problem = excluded.problem",
                   "ss", station_id, problem);
}

gint64 store_data_version(Store *store)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, NULL, "PRAGMA data_version", "") || sql_step(&query, NULL) != SQL_ROW)
        return 0;
    return sql_int(&query, 0);
}
