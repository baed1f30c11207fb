/* One commit is one transaction, survives its process, and a broken file is put aside. */
#include <criterion/criterion.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "daemon/store/store.h"

static gchar *folder;

static void begin(void)
{
    folder = g_dir_make_tmp("rearcharge-store-XXXXXX", NULL);
}

static void end(void)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const gchar *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree gchar *path = g_build_filename(folder, name, NULL);

        g_remove(path);
    }
    g_rmdir(folder);
    g_clear_pointer(&folder, g_free);
}
TestSuite(store, .init = begin, .fini = end);

static Store *open_store(gboolean *rebuilt)
{
    g_autoptr(GError) error = NULL;
    gboolean unused;
    Store *store = store_open(folder, rebuilt != NULL ? rebuilt : &unused, &error);

    cr_assert_not_null(store, "%s", error != NULL ? error->message : "");
    return store;
}

static Order order_of(const gchar *id, gint64 seq, OrderState state)
{
    Order order = {.client_ref = "11111111-1111-4111-8111-111111111111",
                   .evse_key = "DEABCE1",
                   .evse_id = "DE*ABC*E1",
                   .event_seq = seq,
                   .state = state,
                   .limits = {.max_cost_minor = 5000, .currency = "EUR"},
                   .created_ms = 1800000000000 + seq,
                   .expires_ms = 1800000000000,
                   .updated_ms = 1800000000000,
                   .meter_start_wh = -1,
                   .meter_wh = -1,
                   .soc_percent = -1};

    g_strlcpy(order.order_id, id, sizeof order.order_id);
    return order;
}

#define ID_A "22222222-2222-4222-8222-222222222222"
#define ID_B "33333333-3333-4333-8333-333333333333"

Test(store, what_was_committed_is_there_after_reopening)
{
    OutboxRow row = {.kind = 0, .reference = (gchar *)"ref", .body = (gchar *)"{}"};
    StoreCommit commit = {.record = "{\"a\":1}", .consent = "{}", .last_event_id = 7, .add = {&row}};
    g_autoptr(Store) store = open_store(NULL);
    g_autofree gchar *record = NULL;
    g_autoptr(GPtrArray) rows = NULL;

    cr_assert_null(store_load_record(store));
    cr_assert(store_commit(store, &commit, NULL));
    g_clear_pointer(&store, store_close);
    store = open_store(NULL);
    record = store_load_record(store);
    rows = store_load_outbox(store);
    cr_assert_str_eq(record, "{\"a\":1}");
    cr_assert_eq(store_load_last_event_id(store), 7);
    cr_assert_eq(rows->len, 1);
    cr_assert_str_eq(((OutboxRow *)rows->pdata[0])->reference, "ref");
}

Test(store, the_same_call_is_stored_once_and_goes_when_it_is_answered)
{
    OutboxRow row = {.kind = 1, .reference = (gchar *)ID_A};
    StoreCommit add = {.add = {&row, &row}};
    StoreCommit done = {0};
    g_autoptr(Store) store = open_store(NULL);
    g_autoptr(GPtrArray) rows = NULL, after = NULL;

    cr_assert(store_commit(store, &add, NULL));
    rows = store_load_outbox(store);
    cr_assert_eq(rows->len, 1);
    done.remove_outbox_id = ((OutboxRow *)rows->pdata[0])->id;
    cr_assert(store_commit(store, &done, NULL));
    after = store_load_outbox(store);
    cr_assert_eq(after->len, 0);
}

Test(store, the_event_id_never_goes_down)
{
    StoreCommit up = {.last_event_id = 9}, down = {.last_event_id = 3};
    g_autoptr(Store) store = open_store(NULL);

    cr_assert(store_commit(store, &up, NULL) && store_commit(store, &down, NULL));
    cr_assert_eq(store_load_last_event_id(store), 9);
}

Test(store, history_keeps_the_newest_snapshot_of_each_order_newest_first)
{
    Order a = order_of(ID_A, 5, ORDER_CHARGING), stale = order_of(ID_A, 4, ORDER_ACCEPTED);
    Order b = order_of(ID_B, 6, ORDER_CANCELLED);
    Tariff tariff = {.id = "day", .currency = "EUR", .energy_micro_per_kwh = 490000};
    StoreCommit first = {.order = &a, .offered = &tariff}, late = {.order = &stale}, second = {.order = &b};
    g_autoptr(Store) store = open_store(NULL);
    g_autoptr(GArray) history = NULL;
    StoredOrder found;

    cr_assert(store_commit(store, &first, NULL) && store_commit(store, &late, NULL) &&
              store_commit(store, &second, NULL));
    history = store_history(store, 10, NULL);
    cr_assert_eq(history->len, 2);
    cr_assert_str_eq(g_array_index(history, StoredOrder, 0).order.order_id, ID_B);
    cr_assert(store_find_order(store, ID_A, &found, NULL));
    cr_assert_eq(found.order.state, ORDER_CHARGING);
    cr_assert(found.has_offered && found.offered.energy_micro_per_kwh == 490000);
    cr_assert_not(store_find_order(store, "none", &found, NULL));
}

/* A disk that takes nothing more: no file of this process may grow or be written beyond @bytes. */
static void let_files_have(rlim_t bytes)
{
    const struct rlimit limit = {bytes, RLIM_INFINITY};

    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

Test(store, what_the_server_said_while_the_disk_was_full_is_written_with_the_next_commit)
{
    OutboxRow row = {.kind = 0, .reference = (gchar *)"ref", .body = (gchar *)"{}"};
    Order order = order_of(ID_A, 5, ORDER_ACCEPTED);
    Tariff tariff = {.id = "day", .currency = "EUR", .energy_micro_per_kwh = 490000};
    StoreCommit add = {.record = "{\"a\":1}", .add = {&row}}, next = {.record = "{\"a\":3}"};
    StoreCommit answered = {.record = "{\"a\":2}", .order = &order, .offered = &tariff, .last_event_id = 5};
    g_autoptr(Store) store = open_store(NULL);
    g_autoptr(GPtrArray) rows = NULL, meanwhile = NULL, after = NULL;
    g_autofree gchar *record = NULL;
    g_autoptr(GError) error = NULL;
    StoredOrder found;

    cr_assert(store_commit(store, &add, NULL));
    rows = store_load_outbox(store);
    answered.remove_outbox_id = ((OutboxRow *)rows->pdata[0])->id;
    let_files_have(0);
    cr_assert_not(store_commit(store, &answered, &error));
    cr_assert_eq(error->code, STORE_ERROR_WRITE);
    meanwhile = store_load_outbox(store);
    cr_assert_eq(meanwhile->len, 0, "answered is answered: not sent again");
    cr_assert_not(store_find_order(store, ID_A, &found, NULL));

    let_files_have(RLIM_INFINITY);
    cr_assert(store_commit(store, &next, NULL));
    g_clear_pointer(&store, store_close);
    store = open_store(NULL);
    after = store_load_outbox(store);
    record = store_load_record(store);
    cr_assert_eq(after->len, 0);
    cr_assert(store_find_order(store, ID_A, &found, NULL));
    cr_assert(found.has_offered && found.order.event_seq == 5);
    cr_assert_eq(store_load_last_event_id(store), 5);
    cr_assert_str_eq(record, "{\"a\":3}", "the state is told anew, never an old one");
}

Test(store, a_broken_file_is_put_aside_and_a_new_one_begun)
{
    g_autofree gchar *path = g_build_filename(folder, "car.db", NULL);
    StoreCommit commit = {.record = "{}"};
    gboolean rebuilt = FALSE;
    g_autoptr(Store) store = open_store(&rebuilt);
    g_autofree gchar *bytes = NULL;
    gsize len = 0;
    guint aside = 0;
    const gchar *name;
    g_autoptr(GDir) dir = NULL;

    cr_assert_not(rebuilt);
    cr_assert(store_commit(store, &commit, NULL));
    g_clear_pointer(&store, store_close);
    cr_assert(g_file_get_contents(path, &bytes, &len, NULL));
    for (gsize i = 100; i < len; i++)
        bytes[i] = (gchar)(i * 37);
    cr_assert(g_file_set_contents(path, bytes, (gssize)len, NULL));
    store = open_store(&rebuilt);
    cr_assert(rebuilt);
    cr_assert_null(store_load_record(store));
    cr_assert(store_commit(store, &commit, NULL));
    dir = g_dir_open(folder, 0, NULL);
    while ((name = g_dir_read_name(dir)) != NULL)
        aside += g_str_has_prefix(name, "car.db.broken-");
    cr_assert_geq(aside, 1);
}

Test(store, a_second_daemon_is_refused)
{
    StoreCommit commit = {.record = "{}"};
    g_autoptr(Store) store = open_store(NULL);
    gboolean rebuilt = FALSE;
    g_autoptr(GError) error = NULL;

    cr_assert(store_commit(store, &commit, NULL));
    cr_assert_null(store_open(folder, &rebuilt, &error));
    cr_assert_eq(error->code, STORE_ERROR_OPEN);
    cr_assert_not(rebuilt, "a file in use is not a broken one");
}

Test(store, a_file_of_a_newer_version_is_refused_and_kept)
{
    g_autofree gchar *path = g_build_filename(folder, "car.db", NULL);
    g_autoptr(GError) error = NULL;
    gboolean rebuilt = FALSE;
    gchar *bytes = NULL;
    gsize len = 0;

    store_close(open_store(NULL));
    cr_assert(g_file_get_contents(path, &bytes, &len, NULL));
    bytes[63] = 9; /* user_version, SQLite file format 1.3.1: big endian at 60 */
    g_file_set_contents(path, bytes, (gssize)len, NULL);
    g_free(bytes);
    cr_assert_null(store_open(folder, &rebuilt, &error));
    cr_assert_not(rebuilt);
}

Test(store, nobody_else_may_read_it)
{
    g_autofree gchar *path = g_build_filename(folder, "car.db", NULL);
    G_GNUC_UNUSED g_autoptr(Store) store = open_store(NULL);
    GStatBuf about;

    cr_assert_eq(g_stat(path, &about), 0);
    cr_assert_eq(about.st_mode & 0077, 0);
}

Test(store, a_folder_that_cannot_be_used_is_an_error)
{
    g_autoptr(GError) error = NULL;
    gboolean rebuilt;

    cr_assert_null(store_open("/proc/nowhere", &rebuilt, &error));
    cr_assert_eq(error->code, STORE_ERROR_OPEN);
}

/* The file between two lives of the daemon. */
static void change_file(const gchar *sql)
{
    g_autofree gchar *path = g_build_filename(folder, "car.db", NULL);
    sqlite3 *db = NULL;

    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
    cr_assert_eq(sqlite3_close(db), SQLITE_OK);
}

Test(store, a_commit_happens_as_a_whole_or_not_at_all)
{
    static const gchar *const statements[] = {
        "INSERT ON setting WHEN new.name='journey'",
        "INSERT ON setting WHEN new.name='consent'",
        "INSERT ON setting WHEN new.name='telling'",
        "INSERT ON setting WHEN new.name='offers'",
        "INSERT ON history",
        "UPDATE ON stream",
        "INSERT ON outbox",
        "DELETE ON outbox WHEN old.reference='withdrawn'",
        "DELETE ON outbox WHEN old.reference='answered'",
    };
    OutboxRow withdrawn = {.kind = 0, .reference = (gchar *)"withdrawn", .body = (gchar *)"{}"};
    OutboxRow answered = {.kind = 1, .reference = (gchar *)"answered"},
              added = {.kind = 2, .reference = (gchar *)"new"};
    StoreCommit before = {.add = {&withdrawn, &answered}};
    Order order = order_of(ID_A, 5, ORDER_ACCEPTED);

    store_close(open_store(NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(statements); i++) {
        g_autofree gchar *trigger = g_strdup_printf(
            "CREATE TRIGGER fault BEFORE %s BEGIN SELECT RAISE(ABORT, 'struck'); END", statements[i]);
        StoreCommit all = {.record = "{}",
                           .consent = "{}",
                           .telling = "{}",
                           .offers = "{}",
                           .order = &order,
                           .last_event_id = 5,
                           .add = {&added},
                           .withdrawn_ref = "withdrawn"};
        g_autoptr(Store) store = open_store(NULL);
        g_autoptr(GPtrArray) rows = NULL, after = NULL;
        g_autoptr(GError) error = NULL;
        StoredOrder found;

        cr_assert(store_commit(store, &before, NULL));
        rows = store_load_outbox(store);
        cr_assert_eq(rows->len, 2);
        all.remove_outbox_id = ((OutboxRow *)rows->pdata[1])->id;
        g_clear_pointer(&store, store_close);
        change_file(trigger);
        store = open_store(NULL);
        cr_expect_not(store_commit(store, &all, &error), "%s", statements[i]);
        cr_expect_str_eq(error->message, "struck");
        g_clear_pointer(&store, store_close);
        change_file("DROP TRIGGER fault");
        store = open_store(NULL);
        after = store_load_outbox(store);
        cr_expect_null(store_load_record(store), "%s", statements[i]);
        cr_expect_eq(after->len, 2, "%s", statements[i]);
        cr_expect_eq(store_load_last_event_id(store), 0, "%s", statements[i]);
        cr_expect_not(store_find_order(store, ID_A, &found, NULL), "%s", statements[i]);
    }
}

Test(store, what_is_withdrawn_takes_its_requests_with_it_but_not_its_withdrawal)
{
    OutboxRow place = {.kind = 0, .reference = (gchar *)"ref", .body = (gchar *)"{}"};
    OutboxRow withdraw = {.kind = 1, .reference = (gchar *)"ref"};
    StoreCommit first = {.add = {&place}}, then = {.add = {&withdraw}, .withdrawn_ref = "ref"};
    g_autoptr(Store) store = open_store(NULL);
    g_autoptr(GPtrArray) rows = NULL;

    cr_assert(store_commit(store, &first, NULL) && store_commit(store, &then, NULL));
    rows = store_load_outbox(store);
    cr_assert_eq(rows->len, 1);
    cr_assert_eq(((OutboxRow *)rows->pdata[0])->kind, 1);
}

Test(store, voucher_and_booking_are_kept_or_it_is_said_that_they_are_not)
{
    g_autoptr(Store) store = open_store(NULL);
    g_autofree gchar *voucher = NULL, *booking = NULL;
    g_autoptr(GError) error = NULL, again = NULL;

    cr_assert(store_save_voucher(store, "{\"v\":1}", NULL) && store_save_booking(store, "{\"b\":1}", NULL));
    g_clear_pointer(&store, store_close);
    store = open_store(NULL);
    voucher = store_load_voucher(store);
    booking = store_load_booking(store);
    cr_assert_str_eq(voucher, "{\"v\":1}");
    cr_assert_str_eq(booking, "{\"b\":1}");
    let_files_have(0);
    cr_assert_not(store_save_voucher(store, "{}", &error));
    cr_assert_not(store_save_booking(store, "{}", &again));
    cr_assert(error->code == STORE_ERROR_WRITE && again->code == STORE_ERROR_WRITE);
    let_files_have(RLIM_INFINITY);
}

Test(store, knows_whether_a_code_is_out)
{
    Order out = order_of(ID_A, 5, ORDER_CODE_ISSUED), used = order_of(ID_A, 6, ORDER_CHARGING);
    StoreCommit first = {.order = &out}, then = {.order = &used};
    g_autoptr(Store) store = open_store(NULL);

    cr_assert_not(store_has_open_code(store));
    cr_assert(store_commit(store, &first, NULL));
    cr_assert(store_has_open_code(store));
    cr_assert(store_commit(store, &then, NULL));
    cr_assert_not(store_has_open_code(store));
}

Test(store, a_row_of_the_history_that_cannot_be_read_is_said_to_be_so)
{
    Order order = order_of(ID_A, 5, ORDER_CHARGING);
    Tariff tariff = {.id = "day", .currency = "EUR"};
    StoreCommit commit = {.order = &order, .offered = &tariff};
    static const gchar *const spoilt[] = {"UPDATE history SET offered='{}'", "UPDATE history SET offered='x'",
                                          "UPDATE history SET snapshot='{}'",
                                          "UPDATE history SET snapshot='x'"};

    for (gsize i = 0; i < G_N_ELEMENTS(spoilt); i++) {
        g_autoptr(Store) store = open_store(NULL);
        g_autoptr(GError) error = NULL, again = NULL;
        StoredOrder found;

        cr_assert(store_commit(store, &commit, NULL));
        g_clear_pointer(&store, store_close);
        change_file(spoilt[i]);
        store = open_store(NULL);
        cr_expect_null(store_history(store, 10, &error), "%s", spoilt[i]);
        cr_expect_not(store_find_order(store, ID_A, &found, &again), "%s", spoilt[i]);
        cr_expect(error != NULL && error->code == STORE_ERROR_READ, "%s", spoilt[i]);
        cr_expect(again != NULL && again->code == STORE_ERROR_READ, "%s", spoilt[i]);
    }
}
