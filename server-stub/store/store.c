#include "server-stub/store/store.h"

#include "server-stub/store/migrations.h"
#include "server-stub/store/sql.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define BUSY_MS 5000

struct _Store {
    sqlite3 *handle;
    GHashTable *statements; /* SQL literal -> sqlite3_stmt */
    gboolean changing;
    gboolean grouping;
};

G_DEFINE_QUARK(store - error - quark, store_error)

sqlite3 *store_handle(Store *self)
{
    return self->handle;
}

GHashTable *store_statements(Store *self)
{
    return self->statements;
}

static void finalize_statement(gpointer statement)
{
    sqlite3_finalize(statement);
}

void store_close(Store *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->statements);
    sqlite3_close_v2(self->handle);
    g_free(self);
}

static gboolean exec(Store *self, const gchar *sql, GError **error)
{
    gint code = sqlite3_exec(self->handle, sql, NULL, NULL, NULL);

    if (code == SQLITE_OK)
        return TRUE;
    g_set_error(error, STORE_ERROR,
                code == SQLITE_FULL || code == SQLITE_IOERR       ? STORE_ERROR_FULL
                : code == SQLITE_BUSY                             ? STORE_ERROR_BUSY
                : code == SQLITE_NOTADB || code == SQLITE_CORRUPT ? STORE_ERROR_DAMAGED
                                                                  : STORE_ERROR_FAILED,
                "store: %s", sqlite3_errmsg(self->handle));
    return FALSE;
}

static gboolean read_version(Store *self, gint64 *version, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, self, error, "PRAGMA user_version", "") || sql_step(&query, error) != SQL_ROW)
        return FALSE;
    *version = sql_int(&query, 0);
    return TRUE;
}

static gboolean migrate(Store *self, GError **error)
{
    gint64 version = 0, newest = 0;
    g_auto(StoreChange) change = {0};

    while (migrations[newest] != NULL)
        newest++;
    if (!read_version(self, &version, error))
        return FALSE;
    if (version == newest)
        return TRUE;
    /* Read again under the write lock: two programs may open a new file at once. */
    if (!store_begin(self, &change, error) || !read_version(self, &version, error))
        return FALSE;
    if (version > newest) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_DAMAGED,
                    "store: schema %" G_GINT64_FORMAT " is newer than this program's %" G_GINT64_FORMAT,
                    version, newest);
        return FALSE;
    }
    for (; version < newest; version++)
        if (!exec(self, migrations[version], error))
            return FALSE;
    {
        g_autofree gchar *set = g_strdup_printf("PRAGMA user_version = %" G_GINT64_FORMAT, newest);

        if (!exec(self, set, error))
            return FALSE;
    }
    return store_commit(&change, error);
}

Store *store_open(const gchar *path, GError **error)
{
    g_autoptr(Store) self = g_new0(Store, 1);
    gint fd;

    self->statements = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, finalize_statement);
    /* SQLite would make the file with the umask's mode; it holds positions and hashes of secrets. */
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_FAILED, "store: %s: %s", path, g_strerror(errno));
        return NULL;
    }
    close(fd);
    if (sqlite3_open_v2(path, &self->handle, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_FAILED, "store: %s: %s", path,
                    sqlite3_errmsg(self->handle));
        return NULL;
    }
    sqlite3_busy_timeout(self->handle, BUSY_MS);
    if (!exec(self,
              "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
              "PRAGMA trusted_schema = OFF;",
              error) ||
        !migrate(self, error)) {
        g_prefix_error(error, "%s: ", path);
        return NULL;
    }
    return g_steal_pointer(&self);
}

gboolean store_check(Store *self, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, self, error, "PRAGMA quick_check(1)", "") || sql_step(&query, error) != SQL_ROW)
        return FALSE;
    if (g_str_equal(sql_text(&query, 0), "ok"))
        return TRUE;
    g_set_error(error, STORE_ERROR, STORE_ERROR_DAMAGED, "store: %s", sql_text(&query, 0));
    return FALSE;
}

gboolean store_begin(Store *self, StoreChange *change, GError **error)
{
    g_return_val_if_fail(!self->changing, FALSE);
    /* IMMEDIATE: take the write lock now; a lock taken half-way cannot wait, only fail. */
    if (!(self->grouping ? sql_run(self, NULL, error, "SAVEPOINT change", "")
                         : sql_run(self, NULL, error, "BEGIN IMMEDIATE", "")))
        return FALSE;
    self->changing = TRUE;
    change->store = self;
    return TRUE;
}

gboolean store_commit(StoreChange *change, GError **error)
{
    g_return_val_if_fail(change->store != NULL, FALSE);
    if (!(change->store->grouping ? sql_run(change->store, NULL, error, "RELEASE change", "")
                                  : sql_run(change->store, NULL, error, "COMMIT", ""))) {
        store_rollback(change);
        return FALSE;
    }
    change->store->changing = FALSE;
    change->store = NULL;
    return TRUE;
}

void store_rollback(StoreChange *change)
{
    if (change->store == NULL)
        return;
    /* After an I/O error SQLite has rolled back by itself; then this fails, and that is fine. */
    if (!sqlite3_get_autocommit(change->store->handle)) {
        if (!change->store->grouping)
            sql_run(change->store, NULL, NULL, "ROLLBACK", "");
        else if (sql_run(change->store, NULL, NULL, "ROLLBACK TO change", ""))
            sql_run(change->store, NULL, NULL, "RELEASE change", "");
    }
    change->store->changing = FALSE;
    change->store = NULL;
}

gboolean store_group_begin(Store *self, GError **error)
{
    g_return_val_if_fail(!self->grouping && !self->changing, FALSE);
    self->grouping = sql_run(self, NULL, error, "BEGIN IMMEDIATE", "");
    return self->grouping;
}

gboolean store_group_commit(Store *self, GError **error)
{
    gboolean ok;

    g_return_val_if_fail(self->grouping && !self->changing, FALSE);
    self->grouping = FALSE;
    /* After an I/O error SQLite has rolled back all of it by itself: what came after that is stored, but its
     * owner cannot tell which, and whoever hears "not stored" says it again. */
    if (sqlite3_get_autocommit(self->handle)) {
        g_set_error_literal(error, STORE_ERROR, STORE_ERROR_FULL, "store: the group was taken back");
        return FALSE;
    }
    ok = sql_run(self, NULL, error, "COMMIT", "");
    if (!ok && !sqlite3_get_autocommit(self->handle))
        sql_run(self, NULL, NULL, "ROLLBACK", "");
    return ok;
}

void store_read_begin(Store *self, StoreReading *reading)
{
    /* Without one the reads still work, each for itself. */
    if (sqlite3_get_autocommit(self->handle) && sql_run(self, NULL, NULL, "BEGIN", ""))
        reading->store = self;
}

void store_read_end(StoreReading *reading)
{
    if (reading->store != NULL)
        sql_run(reading->store, NULL, NULL, "END", "");
    reading->store = NULL;
}
