#define G_LOG_DOMAIN "rearcharged"
#include "daemon/store/store_file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "daemon/store/store.h"

static const gchar schema[] =
    "BEGIN;"
    "CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE stream(last_event_id INTEGER NOT NULL);"
    "INSERT INTO stream VALUES(0);"
    "CREATE TABLE outbox(id INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, reference TEXT NOT "
    "NULL,"
    " body TEXT, UNIQUE(kind, reference));"
    "CREATE TABLE history(order_id TEXT PRIMARY KEY, created_ms INTEGER NOT NULL, event_seq INTEGER NOT NULL,"
    " snapshot TEXT NOT NULL, offered TEXT);"
    "CREATE INDEX history_by_time ON history(created_ms);"
    "PRAGMA user_version=" G_STRINGIFY(STORE_SCHEMA_VERSION) ";"
                                                             "COMMIT;";

typedef enum { FILE_GOOD, FILE_BROKEN, FILE_UNUSABLE } FileState;

/* What a pragma answers, as text; NULL: it failed. (transfer full) */
static gchar *ask(sqlite3 *db, const gchar *sql, int *code)
{
    sqlite3_stmt *statement = NULL;
    gchar *answer = NULL;

    *code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (*code == SQLITE_OK)
        *code = sqlite3_step(statement);
    if (*code == SQLITE_ROW)
        answer = g_strdup((const gchar *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return answer;
}

static gboolean is_damage(int code)
{
    return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

static FileState check(sqlite3 *db, GError **error)
{
    int code = 0;
    g_autofree gchar *verdict = ask(db, "PRAGMA integrity_check(1)", &code);
    g_autofree gchar *version = NULL;
    gint64 schema_version;

    if (g_strcmp0(verdict, "ok") != 0 && (verdict != NULL || is_damage(code)))
        return FILE_BROKEN;
    if (verdict == NULL) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_OPEN, "%s", sqlite3_errmsg(db));
        return FILE_UNUSABLE;
    }
    version = ask(db, "PRAGMA user_version", &code);
    schema_version = version != NULL ? g_ascii_strtoll(version, NULL, 10) : -1;
    if (schema_version == 0 && sqlite3_exec(db, schema, NULL, NULL, NULL) != SQLITE_OK) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_OPEN, "cannot create tables: %s", sqlite3_errmsg(db));
        return FILE_UNUSABLE;
    }
    if (schema_version > STORE_SCHEMA_VERSION) {
        /* Written by a newer version: refusing loses nothing, guessing might. */
        g_set_error(error, STORE_ERROR, STORE_ERROR_OPEN,
                    "car.db has schema version %" G_GINT64_FORMAT ", this version knows %d", schema_version,
                    STORE_SCHEMA_VERSION);
        return FILE_UNUSABLE;
    }
    return FILE_GOOD;
}

static FileState open_once(const gchar *path, sqlite3 **db, GError **error)
{
    int code = 0;
    FileState state;

    if (sqlite3_open_v2(path, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW, NULL) !=
        SQLITE_OK) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_OPEN, "%s: %s", path, sqlite3_errmsg(*db));
        state = FILE_UNUSABLE;
    } else {
        sqlite3_extended_result_codes(*db, 1);
        g_free(ask(*db, "PRAGMA locking_mode=EXCLUSIVE",
                   &code)); /* a second daemon must notice that it is one */
        g_free(ask(*db, "PRAGMA journal_mode=WAL", &code));
        g_free(ask(*db, "PRAGMA synchronous=FULL", &code));
        state = is_damage(code) ? FILE_BROKEN : check(*db, error);
    }
    if (state != FILE_GOOD)
        g_clear_pointer(db, sqlite3_close);
    return state;
}

static void put_aside(const gchar *path)
{
    const gchar *const parts[] = {"", "-wal", "-shm"};
    gint64 now_s = g_get_real_time() / G_USEC_PER_SEC;

    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree gchar *from = g_strconcat(path, parts[i], NULL);
        g_autofree gchar *to = g_strdup_printf("%s.broken-%" G_GINT64_FORMAT "%s", path, now_s, parts[i]);

        if (g_rename(from, to) == 0)
            g_warning("store: %s is broken, kept as %s", from, to);
    }
}

sqlite3 *store_file_open(const gchar *folder, gboolean *rebuilt, GError **error)
{
    g_autofree gchar *path = g_build_filename(folder, "car.db", NULL);
    mode_t old_mask = umask(0077);
    sqlite3 *db = NULL;

    *rebuilt = FALSE;
    if (g_mkdir_with_parents(folder, 0700) != 0) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_OPEN, "%s: %s", folder, g_strerror(errno));
    } else if (open_once(path, &db, error) == FILE_BROKEN) {
        put_aside(path);
        *rebuilt = TRUE;
        if (open_once(path, &db, error) == FILE_BROKEN)
            g_set_error(error, STORE_ERROR, STORE_ERROR_OPEN, "%s: broken again at once", path);
    }
    umask(old_mask);
    return db;
}
