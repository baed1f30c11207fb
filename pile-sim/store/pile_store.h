/* Pile store: what a station must remember over a power cut, in SQLite (WAL, synchronous=FULL).
 * Two tables: named records (JSON, written by the model) and the calls that wait for an answer. Everything
 * of one turn is written in one transaction, before any of it is acted upon.
 */
#pragma once

#include <glib.h>

typedef struct _PileStore PileStore;

/**
 * PileStoreError:
 * @PILE_STORE_ERROR_OPEN: cannot be opened or is no database of ours; nothing was changed
 * @PILE_STORE_ERROR_WRITE: disk full, I/O: nothing of the batch is stored
 * @PILE_STORE_ERROR_DAMAGED: the database's own check fails
 */
typedef enum {
    PILE_STORE_ERROR_OPEN,
    PILE_STORE_ERROR_WRITE,
    PILE_STORE_ERROR_DAMAGED,
} PileStoreError;
#define PILE_STORE_ERROR (pile_store_error_quark())
GQuark pile_store_error_quark(void);

/**
 * pile_store_open:
 * @path: created with mode 0600 when missing; ":memory:" keeps nothing
 *
 * Returns: (transfer full) (nullable): free with pile_store_free(); NULL with a #PileStoreError
 */
PileStore *pile_store_open(const gchar *path, GError **error);
void pile_store_free(PileStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PileStore, pile_store_free)

/* Reading back. Records in no order, calls in the order of ids. */
typedef gboolean (*PileStoreRecord)(const gchar *name, const gchar *json, gpointer data, GError **error);
typedef gboolean (*PileStoreCall)(gint64 id, const gchar *action, const gchar *payload, const gchar *subject,
                                  gpointer data, GError **error);
/* Stops at the first callback that returns FALSE. */
gboolean pile_store_each_record(PileStore *self, PileStoreRecord each, gpointer data, GError **error);
gboolean pile_store_each_call(PileStore *self, PileStoreCall each, gpointer data, GError **error);

/* One batch: begin, any number of put/keep/drop, commit. After an error the batch is rolled back by
 * pile_store_commit(), which then fails too; the caller must not act. */
void pile_store_begin(PileStore *self);
void pile_store_put(PileStore *self, const gchar *name, const gchar *json);
void pile_store_keep(PileStore *self, gint64 id, const gchar *action, const gchar *payload,
                     const gchar *subject);
void pile_store_drop(PileStore *self, gint64 id);
gboolean pile_store_commit(PileStore *self, GError **error);
