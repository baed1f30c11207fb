#include "pile-sim/store/pile_store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define APPLICATION_ID 0x52435053 /* "RCPS": refuses to write into somebody else's database */
#define SCHEMA_VERSION 1

G_DEFINE_QUARK(pile - store - error - quark, pile_store_error)

typedef enum { PUT, KEEP, DROP, N_STATEMENTS } StatementId;

struct _PileStore {
    sqlite3 *db;
    sqlite3_stmt *statements[N_STATEMENTS];
    gboolean failed; /* of the batch in hand */
};

static const gchar *const sql[N_STATEMENTS] = {
    [PUT] = "INSERT INTO record(name, json) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET json = ?2",
    [KEEP] = "INSERT INTO call(id, action, payload, subject) VALUES(?1, ?2, ?3, ?4)",
    [DROP] = "DELETE FROM call WHERE id = ?1",
};

static gboolean fail(PileStore *self, PileStoreError code, GError **error)
{
    g_set_error(error, PILE_STORE_ERROR, code, "state database: %s", sqlite3_errmsg(self->db));
    return FALSE;
}

/* Returns: the first column of the first row; -1 on any error */
static gint64 query_int(PileStore *self, const gchar *text)
{
    sqlite3_stmt *statement = NULL;
    gint64 value = -1;

    if (sqlite3_prepare_v2(self->db, text, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

static gboolean check(PileStore *self, GError **error)
{
    sqlite3_stmt *statement = NULL;
    gboolean sound = FALSE;

    if (sqlite3_prepare_v2(self->db, "PRAGMA quick_check(1)", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        sound = g_strcmp0((const gchar *)sqlite3_column_text(statement, 0), "ok") == 0;
    sqlite3_finalize(statement);
    if (!sound)
        g_set_error_literal(error, PILE_STORE_ERROR, PILE_STORE_ERROR_DAMAGED,
                            "state database: its integrity check fails");
    return sound;
}

static gboolean prepare(PileStore *self, GError **error)
{
    g_autofree gchar *stamp =
        g_strdup_printf("PRAGMA application_id=%d; PRAGMA user_version=%d", APPLICATION_ID, SCHEMA_VERSION);
    gint64 version = 0;

    /* NORMAL would lose acknowledged rows in a power cut (docs/architecture.md). */
    if (sqlite3_busy_timeout(self->db, 2000) != SQLITE_OK ||
        sqlite3_exec(self->db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", NULL, NULL, NULL) !=
            SQLITE_OK)
        return fail(self, PILE_STORE_ERROR_OPEN, error);
    version = query_int(self, "PRAGMA user_version");
    if (query_int(self, "SELECT count(*) FROM sqlite_master") > 0 &&
        (query_int(self, "PRAGMA application_id") != APPLICATION_ID || version != SCHEMA_VERSION)) {
        g_set_error_literal(error, PILE_STORE_ERROR, PILE_STORE_ERROR_OPEN,
                            "state database: not written by this program, or by a newer one");
        return FALSE;
    }
    if (!check(self, error))
        return FALSE;
    if (version != SCHEMA_VERSION &&
        sqlite3_exec(self->db,
                     "BEGIN IMMEDIATE;"
                     "CREATE TABLE record(name TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;"
                     "CREATE TABLE call(id INTEGER PRIMARY KEY, action TEXT NOT NULL, payload TEXT NOT NULL,"
                     " subject TEXT NOT NULL);",
                     NULL, NULL, NULL) != SQLITE_OK)
        return fail(self, PILE_STORE_ERROR_OPEN, error);
    if (version != SCHEMA_VERSION && (sqlite3_exec(self->db, stamp, NULL, NULL, NULL) != SQLITE_OK ||
                                      sqlite3_exec(self->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK))
        return fail(self, PILE_STORE_ERROR_OPEN, error);
    for (guint i = 0; i < N_STATEMENTS; i++) {
        if (sqlite3_prepare_v3(self->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &self->statements[i], NULL) !=
            SQLITE_OK)
            return fail(self, PILE_STORE_ERROR_OPEN, error);
    }
    return TRUE;
}

/* SQLite would create the file with the umask's mode; tokens of drivers are in it. */
static gboolean create_private(const gchar *path)
{
    gint fd = g_str_equal(path, ":memory:") ? -2 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd >= 0)
        close(fd);
    return fd != -1;
}

PileStore *pile_store_open(const gchar *path, GError **error)
{
    g_autoptr(PileStore) self = g_new0(PileStore, 1);

    if (!create_private(path)) {
        g_set_error(error, PILE_STORE_ERROR, PILE_STORE_ERROR_OPEN, "%s: cannot be opened for writing", path);
        return NULL;
    }
    if (sqlite3_open_v2(path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK) {
        fail(self, PILE_STORE_ERROR_OPEN, error);
        return NULL;
    }
    if (!prepare(self, error)) {
        g_prefix_error(error, "%s: ", path);
        return NULL;
    }
    return g_steal_pointer(&self);
}

void pile_store_free(PileStore *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; i < N_STATEMENTS; i++)
        sqlite3_finalize(self->statements[i]);
    sqlite3_close(self->db);
    g_free(self);
}

static const gchar *column(sqlite3_stmt *statement, int i)
{
    const gchar *text = (const gchar *)sqlite3_column_text(statement, i);

    return text != NULL ? text : "";
}

gboolean pile_store_each_record(PileStore *self, PileStoreRecord each, gpointer data, GError **error)
{
    sqlite3_stmt *statement = NULL;
    gboolean going = TRUE;
    int result = SQLITE_DONE;

    if (sqlite3_prepare_v2(self->db, "SELECT name, json FROM record", -1, &statement, NULL) != SQLITE_OK)
        return fail(self, PILE_STORE_ERROR_DAMAGED, error);
    while (going && (result = sqlite3_step(statement)) == SQLITE_ROW)
        going = each(column(statement, 0), column(statement, 1), data, error);
    sqlite3_finalize(statement);
    return going && result != SQLITE_DONE ? fail(self, PILE_STORE_ERROR_DAMAGED, error) : going;
}

gboolean pile_store_each_call(PileStore *self, PileStoreCall each, gpointer data, GError **error)
{
    sqlite3_stmt *statement = NULL;
    gboolean going = TRUE;
    int result = SQLITE_DONE;

    if (sqlite3_prepare_v2(self->db, "SELECT id, action, payload, subject FROM call ORDER BY id", -1,
                           &statement, NULL) != SQLITE_OK)
        return fail(self, PILE_STORE_ERROR_DAMAGED, error);
    while (going && (result = sqlite3_step(statement)) == SQLITE_ROW)
        going = each(sqlite3_column_int64(statement, 0), column(statement, 1), column(statement, 2),
                     column(statement, 3), data, error);
    sqlite3_finalize(statement);
    return going && result != SQLITE_DONE ? fail(self, PILE_STORE_ERROR_DAMAGED, error) : going;
}

static void run(PileStore *self, StatementId id)
{
    if (!self->failed && sqlite3_step(self->statements[id]) != SQLITE_DONE)
        self->failed = TRUE;
    sqlite3_reset(self->statements[id]);
    sqlite3_clear_bindings(self->statements[id]);
}

static void bind(PileStore *self, StatementId id, int position, const gchar *text)
{
    if (sqlite3_bind_text(self->statements[id], position, text, -1, SQLITE_STATIC) != SQLITE_OK)
        self->failed = TRUE;
}

void pile_store_begin(PileStore *self)
{
    self->failed = sqlite3_exec(self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK;
}

void pile_store_put(PileStore *self, const gchar *name, const gchar *json)
{
    bind(self, PUT, 1, name);
    bind(self, PUT, 2, json);
    run(self, PUT);
}

void pile_store_keep(PileStore *self, gint64 id, const gchar *action, const gchar *payload,
                     const gchar *subject)
{
    sqlite3_bind_int64(self->statements[KEEP], 1, id);
    bind(self, KEEP, 2, action);
    bind(self, KEEP, 3, payload);
    bind(self, KEEP, 4, subject);
    run(self, KEEP);
}

void pile_store_drop(PileStore *self, gint64 id)
{
    sqlite3_bind_int64(self->statements[DROP], 1, id);
    run(self, DROP);
}

gboolean pile_store_commit(PileStore *self, GError **error)
{
    if (!self->failed && sqlite3_exec(self->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return TRUE;
    fail(self, PILE_STORE_ERROR_WRITE, error);
    if (!sqlite3_get_autocommit(self->db))
        sqlite3_exec(self->db, "ROLLBACK", NULL, NULL, NULL);
    return FALSE;
}
