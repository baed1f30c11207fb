/* The store keeps what was committed, and nothing else. */
#include "pile-sim/store/pile_store.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <unistd.h>

typedef struct {
    gchar *folder, *path;
} Place;

static Place place_new(void)
{
    gchar *folder = g_dir_make_tmp("pile-store-XXXXXX", NULL);

    return (Place){folder, g_build_filename(folder, "state.db", NULL)};
}

static void place_clear(Place *place)
{
    static const gchar *const suffixes[] = {"", "-wal", "-shm"};

    for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree gchar *file = g_strconcat(place->path, suffixes[i], NULL);

        g_unlink(file);
    }
    g_rmdir(place->folder);
    g_free(place->folder);
    g_free(place->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static gboolean add_record(const gchar *name, const gchar *json, gpointer data, GError **error)
{
    g_string_append_printf(data, "%s=%s ", name, json);
    return TRUE;
}

static gboolean add_call(gint64 id, const gchar *action, const gchar *payload, const gchar *subject,
                         gpointer data, GError **error)
{
    g_string_append_printf(data, "%d:%s:%s:%s ", (gint)id, action, payload, subject);
    return TRUE;
}

static gchar *content(PileStore *store)
{
    GString *text = g_string_new(NULL);

    cr_assert(pile_store_each_record(store, add_record, text, NULL));
    cr_assert(pile_store_each_call(store, add_call, text, NULL));
    return g_string_free(text, FALSE);
}

static PileStore *open_store(const Place *place)
{
    g_autoptr(GError) error = NULL;
    PileStore *store = pile_store_open(place->path, &error);

    cr_assert_not_null(store, "%s", error != NULL ? error->message : "");
    return store;
}

Test(pile_store, a_committed_batch_survives_reopening)
{
    g_auto(Place) place = place_new();
    g_autoptr(PileStore) store = open_store(&place);
    g_autofree gchar *text = NULL;

    pile_store_begin(store);
    pile_store_put(store, "evse/1", "{}");
    pile_store_put(store, "evse/1", "{\"a\":1}");
    pile_store_keep(store, 10, "TransactionEvent", "{}", "tx");
    pile_store_keep(store, 9, "TransactionEvent", "{}", "tx");
    pile_store_keep(store, 11, "TransactionEvent", "{}", "tx");
    pile_store_drop(store, 10);
    cr_assert(pile_store_commit(store, NULL));
    pile_store_free(g_steal_pointer(&store));
    store = open_store(&place);
    text = content(store);
    cr_assert_str_eq(text, "evse/1={\"a\":1} 9:TransactionEvent:{}:tx 11:TransactionEvent:{}:tx ");
}

Test(pile_store, a_failed_batch_leaves_nothing)
{
    g_auto(Place) place = place_new();
    g_autoptr(PileStore) store = open_store(&place);
    g_autoptr(GError) error = NULL;
    g_autofree gchar *text = NULL;

    pile_store_begin(store);
    pile_store_put(store, "evse/1", "{}");
    pile_store_keep(store, 1, "TransactionEvent", "{}", "tx");
    pile_store_keep(store, 1, "TransactionEvent", "{}", "tx"); /* the id is taken */
    cr_assert_not(pile_store_commit(store, &error));
    cr_assert(g_error_matches(error, PILE_STORE_ERROR, PILE_STORE_ERROR_WRITE));
    text = content(store);
    cr_assert_str_eq(text, "");
    pile_store_begin(store);
    pile_store_put(store, "evse/1", "{}");
    cr_assert(pile_store_commit(store, NULL), "the next batch is none the worse for it");
}

Test(pile_store, a_process_that_dies_loses_only_what_was_not_committed)
{
    g_auto(Place) place = place_new();
    g_autoptr(PileStore) dying = open_store(&place);
    g_autoptr(PileStore) next = NULL;
    g_autofree gchar *text = NULL;

    pile_store_begin(dying);
    pile_store_put(dying, "station", "1");
    cr_assert(pile_store_commit(dying, NULL));
    next =
        open_store(&place); /* opened while the first still holds the file: as after a crash, WAL and all */
    text = content(next);
    cr_assert_str_eq(text, "station=1 ");
}

Test(pile_store, the_file_is_private)
{
    g_auto(Place) place = place_new();
    GStatBuf info;

    pile_store_free(open_store(&place));
    cr_assert_eq(g_stat(place.path, &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0600);
}

Test(pile_store, somebody_elses_file_is_left_alone)
{
    g_auto(Place) place = place_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) text_error = NULL;
    sqlite3 *db = NULL;

    cr_assert_eq(sqlite3_open(place.path, &db), SQLITE_OK);
    sqlite3_exec(db, "CREATE TABLE t(x)", NULL, NULL, NULL);
    sqlite3_close(db);
    cr_assert_null(pile_store_open(place.path, &error));
    cr_assert(g_error_matches(error, PILE_STORE_ERROR, PILE_STORE_ERROR_OPEN));
    cr_assert(
        g_file_set_contents(place.path, "this is a letter to my grandmother, and it is long", -1, NULL));
    cr_assert_null(pile_store_open(place.path, &text_error));
    cr_assert_null(pile_store_open("/nonexistent/folder/state.db", NULL));
}
