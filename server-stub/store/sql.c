#include "server-stub/store/sql.h"

#include "base/identifier.h"

#include <stdarg.h>

static gboolean set_error(Store *store, gint code, GError **error)
{
    StoreError kind = STORE_ERROR_FAILED;

    switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY: /* a file system that turned read-only after an error */
        kind = STORE_ERROR_FULL;
        break;
    case SQLITE_CONSTRAINT:
        kind = sqlite3_extended_errcode(store_handle(store)) == SQLITE_CONSTRAINT_FOREIGNKEY
                   ? STORE_ERROR_NOT_FOUND
                   : STORE_ERROR_EXISTS;
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        kind = STORE_ERROR_BUSY;
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        kind = STORE_ERROR_DAMAGED;
        break;
    default:
        break;
    }
    g_set_error(error, STORE_ERROR, kind, "store: %s", sqlite3_errmsg(store_handle(store)));
    return FALSE;
}

static sqlite3_stmt *prepare(Store *store, const gchar *sql, GError **error)
{
    sqlite3_stmt *statement = g_hash_table_lookup(store_statements(store), sql);
    gint code;

    if (statement != NULL) {
        g_assert(!sqlite3_stmt_busy(statement)); /* readers collect their rows before they return */
        return statement;
    }
    code = sqlite3_prepare_v3(store_handle(store), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
    if (code != SQLITE_OK) {
        set_error(store, code, error);
        return NULL;
    }
    g_hash_table_insert(store_statements(store), (gpointer)sql, statement);
    return statement;
}

static gboolean bind(Store *store, sqlite3_stmt *statement, const gchar *types, va_list values,
                     GError **error)
{
    for (gint i = 0; types[i] != '\0'; i++) {
        gint code = SQLITE_MISUSE;
        const gchar *text;

        switch (types[i]) {
        case 's':
            text = va_arg(values, const gchar *);
            code = text != NULL ? sqlite3_bind_text(statement, i + 1, text, -1, SQLITE_TRANSIENT)
                                : sqlite3_bind_null(statement, i + 1);
            break;
        case 'i':
            code = sqlite3_bind_int64(statement, i + 1, va_arg(values, gint64));
            break;
        case 'b':
            code = sqlite3_bind_int(statement, i + 1, va_arg(values, int));
            break;
        case 'd':
            code = sqlite3_bind_double(statement, i + 1, va_arg(values, gdouble));
            break;
        default:
            g_assert_not_reached();
        }
        if (code != SQLITE_OK)
            return set_error(store, code, error);
    }
    return TRUE;
}

static gboolean start(SqlQuery *query, Store *store, const gchar *sql, const gchar *types, va_list values,
                      GError **error)
{
    query->store = store;
    query->statement = prepare(store, sql, error);
    return query->statement != NULL && bind(store, query->statement, types, values, error);
}

gboolean sql_query(SqlQuery *query, Store *store, GError **error, const gchar *sql, const gchar *types, ...)
{
    va_list values;
    gboolean ok;

    va_start(values, types);
    ok = start(query, store, sql, types, values, error);
    va_end(values);
    return ok;
}

SqlStep sql_step(SqlQuery *query, GError **error)
{
    gint code = sqlite3_step(query->statement);

    if (code == SQLITE_ROW)
        return SQL_ROW;
    if (code == SQLITE_DONE)
        return SQL_DONE;
    set_error(query->store, code, error);
    return SQL_FAILED;
}

void sql_query_clear(SqlQuery *query)
{
    if (query->statement == NULL)
        return;
    sqlite3_reset(query->statement);
    sqlite3_clear_bindings(query->statement);
    query->statement = NULL;
}

gboolean sql_run(Store *store, gint *changes, GError **error, const gchar *sql, const gchar *types, ...)
{
    g_auto(SqlQuery) query = {0};
    va_list values;
    gboolean ok;

    va_start(values, types);
    ok = start(&query, store, sql, types, values, error);
    va_end(values);
    if (!ok || sql_step(&query, error) != SQL_DONE)
        return FALSE;
    if (changes != NULL)
        *changes = sqlite3_changes(store_handle(store));
    return TRUE;
}

gboolean sql_new_number(Store *store, const gchar *taken, gint *number, GError **error)
{
    SqlStep step = SQL_ROW;

    while (step == SQL_ROW) {
        g_autofree gchar *random = identifier_new_secret(16);
        g_auto(SqlQuery) query = {0};

        random[8] = '\0';
        *number = MAX((gint)(g_ascii_strtoull(random, NULL, 16) & G_MAXINT32), 1);
        if (!sql_query(&query, store, error, taken, "b", *number))
            return FALSE;
        step = sql_step(&query, error);
    }
    return step == SQL_DONE;
}

const gchar *sql_text(SqlQuery *query, gint column)
{
    const gchar *text = (const gchar *)sqlite3_column_text(query->statement, column);

    return text != NULL ? text : "";
}

void sql_read_text(SqlQuery *query, gint column, gchar *buffer, gsize size)
{
    g_strlcpy(buffer, sql_text(query, column), size);
}

gint64 sql_int(SqlQuery *query, gint column)
{
    return sqlite3_column_int64(query->statement, column);
}

gdouble sql_double(SqlQuery *query, gint column)
{
    return sqlite3_column_double(query->statement, column);
}

void sql_read_tariff(SqlQuery *query, gint first, Tariff *tariff)
{
    sql_read_text(query, first, tariff->id, sizeof tariff->id);
    sql_read_text(query, first + 1, tariff->currency, sizeof tariff->currency);
    tariff->flat_micro = sql_int(query, first + 2);
    tariff->energy_micro_per_kwh = sql_int(query, first + 3);
    tariff->time_micro_per_hour = sql_int(query, first + 4);
}
