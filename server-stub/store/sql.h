/* SQL: prepared statements without ceremony, for the files of this folder only. Statements are prepared
 * once per Store and kept; the text must be a literal.
 */
#pragma once

#include "protocol/tariff.h"
#include "server-stub/store/store.h"

#include <sqlite3.h>

typedef struct {
    Store *store;
    sqlite3_stmt *statement;
} SqlQuery;
void sql_query_clear(SqlQuery *query);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SqlQuery, sql_query_clear)

/**
 * sql_query:
 * @types: one letter per parameter that follows: s (const gchar *, NULL is SQL NULL), i (gint64), b (int:
 * gboolean, guint, enum), d (gdouble)
 */
gboolean sql_query(SqlQuery *query, Store *store, GError **error, const gchar *sql, const gchar *types, ...);

typedef enum { SQL_ROW, SQL_DONE, SQL_FAILED } SqlStep;
SqlStep sql_step(SqlQuery *query, GError **error);

/* Runs a statement that returns no rows. @changes: (out) (optional) */
gboolean sql_run(Store *store, gint *changes, GError **error, const gchar *sql, const gchar *types, ...);

/* 1..2^31-1, random, of which @taken ("SELECT 1 ... = ?") knows no row. */
gboolean sql_new_number(Store *store, const gchar *taken, gint *number, GError **error);

/* Columns of the current row. NULL reads as "" and 0. */
void sql_read_text(SqlQuery *query, gint column, gchar *buffer, gsize size);
const gchar *sql_text(SqlQuery *query, gint column); /* valid until the next step */
gint64 sql_int(SqlQuery *query, gint column);
gdouble sql_double(SqlQuery *query, gint column);

/* The five columns (tariff_id, currency, flat_micro, energy_micro_per_kwh, time_micro_per_hour) from @first
 * on. */
void sql_read_tariff(SqlQuery *query, gint first, Tariff *tariff);

sqlite3 *store_handle(Store *self);
GHashTable *store_statements(Store *self);
