/* Store: the server's memory, one SQLite file.
 * WAL with synchronous=FULL on every connection: what was committed survives a power cut. The server and
 * the sub-commands open the same file at the same time; a writer waits up to 5 s for another.
 * Not thread safe: one Store per thread.
 */
#pragma once

#include <glib.h>

/**
 * StoreError:
 * @STORE_ERROR_FULL: disk full or I/O error; nothing was stored. Refuse new work, keep the old running
 * @STORE_ERROR_EXISTS: a uniqueness rule of the schema says no
 * @STORE_ERROR_NOT_FOUND: a row that must be there is not (foreign key, lookup)
 * @STORE_ERROR_BUSY: another process held the write lock for longer than 5 s
 * @STORE_ERROR_DAMAGED: not one of our files, or a newer schema, or broken pages
 * @STORE_ERROR_FAILED: anything else
 */
typedef enum {
    STORE_ERROR_FULL,
    STORE_ERROR_EXISTS,
    STORE_ERROR_NOT_FOUND,
    STORE_ERROR_BUSY,
    STORE_ERROR_DAMAGED,
    STORE_ERROR_FAILED,
} StoreError;
#define STORE_ERROR (store_error_quark())
GQuark store_error_quark(void);

typedef struct _Store Store;

/* Opens or makes @path (mode 0600) and brings its schema up to date. Returns: (transfer full) (nullable) */
Store *store_open(const gchar *path, GError **error);
void store_close(Store *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)

/* PRAGMA quick_check; reads the whole file. */
gboolean store_check(Store *self, GError **error);

/* A change: everything between begin and commit is stored together or not at all. Changes do not nest.
 *   g_auto(StoreChange) change = {0};
 *   if (!store_begin(store, &change, error)) return FALSE;
 *   ...                                   an early return rolls back
 *   return store_commit(&change, error);
 */
typedef struct {
    Store *store; /* NULL: not open */
} StoreChange;
gboolean store_begin(Store *self, StoreChange *change, GError **error);
gboolean store_commit(StoreChange *change, GError **error);
void store_rollback(StoreChange *change);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StoreChange, store_rollback)

/* One view of the file for many reads until its end: spares the locking of each, a good part of a short one's
 * time. No change may begin meanwhile. */
typedef struct {
    Store *store; /* NULL: not open */
} StoreReading;
void store_read_begin(Store *self, StoreReading *reading);
void store_read_end(StoreReading *reading);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StoreReading, store_read_end)

/* A group: all changes and single statements until its commit go to the disk together, or none of them does.
 * A change that fails inside takes back only itself. Its owner (group_commit.h) sees to it that nobody hears
 * of a change before the group is committed. */
gboolean store_group_begin(Store *self, GError **error);
/* FALSE: nothing of the group is stored */
gboolean store_group_commit(Store *self, GError **error);
