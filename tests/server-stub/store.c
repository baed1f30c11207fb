#include "server-stub/store/news_rows.h"
#include "server-stub/store/order_rows.h"
#include "server-stub/store/transaction_rows.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

typedef struct {
    gchar *folder, *path;
} Place;

static Place place_new(void)
{
    Place place;

    place.folder = g_dir_make_tmp("rearcharge-store-XXXXXX", NULL);
    place.path = g_build_filename(place.folder, "state.db", NULL);
    return place;
}

static void place_clear(Place *place)
{
    g_autofree gchar *wal = g_strconcat(place->path, "-wal", NULL);
    g_autofree gchar *shm = g_strconcat(place->path, "-shm", NULL);

    g_unlink(place->path);
    g_unlink(wal);
    g_unlink(shm);
    g_rmdir(place->folder);
    g_free(place->path);
    g_free(place->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static void fill(Store *store)
{
    const Tariff day = {.id = "day", .currency = "EUR", .energy_micro_per_kwh = 490000};
    const StationRow station = {
        .station_id = "PILE1", .name = "Bay", .operator_name = "ABC", .location_id = "L"};
    const EvseRow evse = {.evse_key = "DEABCE1",
                          .evse_id = "DE*ABC*E1",
                          .station_id = "PILE1",
                          .evse_no = 1,
                          .tariff = {.id = "day"}};
    const ScanRow scan = {
        .scan_ref = "scan-1", .vehicle_id = "car-1", .evse_key = "DEABCE1", .tariff = day, .expires_ms = 5};

    cr_assert(store_tariff_set(store, &day, NULL));
    cr_assert(store_station_add(store, &station, NULL));
    cr_assert(store_evse_add(store, &evse, NULL));
    cr_assert(store_vehicle_add(store, "car-1", "hash", 1, NULL));
    cr_assert(store_scan_add(store, &scan, NULL));
}

static OrderRow order_row(const gchar *order_id, gint start_id)
{
    OrderRow row = {.vehicle_id = "car-1",
                    .station_id = "PILE1",
                    .evse_no = 1,
                    .operator_name = "ABC",
                    .remote_start_id = start_id,
                    .start_attempts = 1,
                    .due_ms = 77,
                    .tariff = {.id = "day", .currency = "EUR", .energy_micro_per_kwh = 490000}};

    g_strlcpy(row.order.order_id, order_id, sizeof row.order.order_id);
    g_strlcpy(row.order.client_ref, order_id, sizeof row.order.client_ref);
    g_strlcpy(row.id_token, order_id, sizeof row.id_token);
    g_strlcpy(row.order.evse_key, "DEABCE1", sizeof row.order.evse_key);
    g_strlcpy(row.order.evse_id, "DE*ABC*E1", sizeof row.order.evse_id);
    g_strlcpy(row.order.limits.currency, "EUR", sizeof row.order.limits.currency);
    row.order.limits.max_cost_minor = 5000;
    row.order.limits.max_energy_wh = 60000;
    row.order.limits.max_duration_s = 7200;
    row.order.created_ms = 10;
    row.order.expires_ms = 20;
    row.order.updated_ms = 30;
    row.order.meter_start_wh = row.order.meter_wh = row.order.soc_percent = -1;
    return row;
}

Test(store, the_file_is_readable_by_nobody_else)
{
    g_auto(Place) place = place_new();
    g_autoptr(Store) store = store_open(place.path, NULL);
    struct stat info;

    cr_assert_not_null(store);
    cr_assert_eq(stat(place.path, &info), 0);
    cr_expect_eq(info.st_mode & 0777, 0600);
    cr_expect(store_check(store, NULL));
}

Test(store, an_order_comes_back_as_it_was_saved)
{
    g_auto(Place) place = place_new();
    g_autoptr(Store) store = store_open(place.path, NULL);
    OrderRow row = order_row("order-1", 1), back;
    g_auto(StoreChange) change = {0};

    fill(store);
    cr_assert(store_begin(store, &change, NULL));
    cr_assert(store_order_add(store, &row, "scan-1", "", NULL));
    cr_assert(store_commit(&change, NULL));
    row.order.state = ORDER_SETTLED;
    row.order.reason = ORDER_REASON_EV_FULL;
    g_strlcpy(row.order.charging_state, "SuspendedEVSE", sizeof row.order.charging_state);
    g_strlcpy(row.order.transaction_id, "tx-1", sizeof row.order.transaction_id);
    row.order.started_ms = 40, row.order.ended_ms = 50;
    row.order.meter_start_wh = 60, row.order.meter_wh = 70, row.order.energy_wh = 10, row.order.power_w = 80;
    row.order.soc_percent = 90, row.order.cost_minor = 100;
    row.due_ms = 0;
    row.order.has_receipt = TRUE;
    row.order.receipt = (Receipt){.receipt_id = "r",
                                  .order_id = "order-1",
                                  .evse_id = "DE*ABC*E1",
                                  .operator_name = "ABC",
                                  .started_ms = 40000,
                                  .ended_ms = 50000,
                                  .duration_s = 10,
                                  .energy_wh = 10,
                                  .meter_stop_wh = 10,
                                  .soc_start_percent = -1,
                                  .soc_stop_percent = 90,
                                  .tariff = row.tariff,
                                  .cost = {0, 1, 0, 1, 0, 1}};
    cr_assert(store_begin(store, &change, NULL));
    cr_assert(store_order_save(store, &row, NULL));
    cr_assert(store_commit(&change, NULL));

    g_clear_pointer(&store, store_close);
    store = store_open(place.path, NULL);
    cr_assert(store_order(store, "order-1", &back, NULL));
    cr_expect_eq(back.order.event_seq, 2);
    cr_expect_eq(memcmp(&back.order.limits, &row.order.limits, sizeof(OrderLimits)), 0);
    cr_expect(back.order.state == row.order.state && back.order.reason == row.order.reason);
    cr_expect_str_eq(back.order.charging_state, row.order.charging_state);
    cr_expect_str_eq(back.order.transaction_id, "tx-1");
    cr_expect(back.order.created_ms == 10 && back.order.expires_ms == 20 && back.order.updated_ms == 30);
    cr_expect(back.order.started_ms == 40 && back.order.ended_ms == 50);
    cr_expect(back.order.meter_start_wh == 60 && back.order.meter_wh == 70 && back.order.energy_wh == 10);
    cr_expect(back.order.power_w == 80 && back.order.soc_percent == 90 && back.order.cost_minor == 100);
    cr_expect(back.remote_start_id == 1 && back.start_attempts == 1 && back.due_ms == 0 && back.evse_no == 1);
    cr_expect_str_eq(back.id_token, "order-1");
    cr_expect_eq(back.tariff.energy_micro_per_kwh, 490000);
    cr_expect(back.order.has_receipt);
    cr_expect_eq(back.order.receipt.cost.total_minor, 1);
    cr_expect_eq(back.order.receipt.soc_start_percent, -1);
}

Test(store, exactly_one_open_order_per_evse_and_one_order_per_scan)
{
    g_auto(Place) place = place_new();
    g_autoptr(Store) store = store_open(place.path, NULL);
    g_autoptr(GError) error = NULL;
    OrderRow first = order_row("order-1", 1), second = order_row("order-2", 2);
    ScanRow scan = {.scan_ref = "scan-2", .vehicle_id = "car-1", .evse_key = "DEABCE1", .expires_ms = 5};
    gint64 seq;

    fill(store);
    cr_assert(store_scan_add(store, &scan, NULL));
    {
        g_auto(StoreChange) change = {0};

        cr_assert(store_begin(store, &change, NULL));
        cr_assert(store_order_add(store, &first, "scan-1", "", NULL));
        cr_assert(store_commit(&change, NULL));
    }
    seq = first.order.event_seq;
    for (guint i = 0; i < 2; i++) {
        g_auto(StoreChange) change = {0}; /* rolled back by scope */

        cr_assert(store_begin(store, &change, NULL));
        cr_expect_not(store_order_add(store, &second, i == 0 ? "scan-1" : "scan-2", "", &error));
        cr_expect(g_error_matches(error, STORE_ERROR, STORE_ERROR_EXISTS));
        g_clear_error(&error);
    }
    first.order.state = ORDER_CANCELLED;
    {
        g_auto(StoreChange) change = {0};

        cr_assert(store_begin(store, &change, NULL));
        cr_assert(store_order_save(store, &first, NULL));
        cr_assert(store_order_add(store, &second, "scan-2", "", NULL)); /* the EVSE is free again */
        cr_assert(store_commit(&change, NULL));
    }
    cr_expect_eq(second.order.event_seq, seq + 2, "what was rolled back left no hole and no trace");
}

Test(store, a_row_needs_what_it_refers_to)
{
    g_auto(Place) place = place_new();
    g_autoptr(Store) store = store_open(place.path, NULL);
    g_autoptr(GError) error = NULL;
    const EvseRow evse = {
        .evse_key = "DEABCE2", .station_id = "PILE1", .evse_no = 2, .tariff = {.id = "night"}};

    fill(store);
    cr_expect_not(store_evse_add(store, &evse, &error));
    cr_expect(g_error_matches(error, STORE_ERROR, STORE_ERROR_NOT_FOUND));
}

Test(store, a_file_that_is_none_of_ours_is_refused_and_left_alone)
{
    g_auto(Place) place = place_new();
    g_autoptr(GError) error = NULL;
    g_autofree gchar *text = NULL;

    cr_assert(g_file_set_contents(
        place.path, "this is a shopping list, not a database, and long enough to look at", -1, NULL));
    cr_expect_null(store_open(place.path, &error));
    cr_expect(g_error_matches(error, STORE_ERROR, STORE_ERROR_DAMAGED), "%s", error->message);
    cr_assert(g_file_get_contents(place.path, &text, NULL, NULL));
    cr_expect(g_str_has_prefix(text, "this is a shopping list"));
}

Test(store, two_programs_share_the_file)
{
    g_auto(Place) place = place_new();
    g_autoptr(Store) server = store_open(place.path, NULL);
    g_autoptr(Store) admin = store_open(place.path, NULL);
    StationRow row;

    cr_expect_not(store_station(server, "PILE1", &row, NULL));
    fill(admin);
    cr_expect(store_station(server, "PILE1", &row, NULL));
}

Test(store, used_tokens_and_old_scans_are_forgotten_together)
{
    g_auto(Place) place = place_new();
    g_autoptr(Store) store = store_open(place.path, NULL);
    OrderRow row = order_row("order-1", 1);
    ScanRow scan;
    gboolean used = FALSE;
    g_auto(StoreChange) change = {0};

    fill(store);
    cr_assert(store_begin(store, &change, NULL));
    cr_assert(store_order_add(store, &row, "scan-1", "TOKEN", NULL));
    cr_assert(store_commit(&change, NULL));
    cr_assert(store_token_is_used(store, "DEABCE1", "TOKEN", &used, NULL));
    cr_expect(used);
    cr_assert(store_token_is_used(store, "DEABCE1", "token", &used, NULL));
    cr_expect_not(used, "case matters");
    cr_assert(store_scans_forget(store, 11, NULL));
    cr_assert(store_token_is_used(store, "DEABCE1", "TOKEN", &used, NULL));
    cr_expect_not(used);
    cr_expect_not(store_scan(store, "car-1", "scan-1", &scan, NULL));
}

static void put_news(Store *store, const gchar *topic, gint64 until_ms, const gchar *text)
{
    g_autoptr(JsonObject) body = json_object_new();
    g_auto(StoreChange) change = {0};

    json_object_set_string_member(body, "text", text);
    cr_assert(store_begin(store, &change, NULL));
    cr_assert(store_news_put(store, "car-1", "offer", topic, until_ms, body, NULL));
    cr_assert(store_commit(&change, NULL));
}

Test(store, news_share_the_numbers_of_orders_and_only_the_newest_of_a_topic_stays)
{
    g_auto(Place) place = place_new();
    g_autoptr(Store) store = store_open(place.path, NULL);
    g_autoptr(GPtrArray) all = NULL, late = NULL, after = NULL;
    const NewsRow *row;

    fill(store);
    put_news(store, "a", 100, "first");
    put_news(store, "b", 50, "second");
    put_news(store, "a", 100, "changed");
    cr_expect_eq(store_last_event_seq(store, "car-1", NULL), 3);

    all = store_news_since(store, "car-1", 0, 10, 10, NULL);
    cr_assert_eq(all->len, 2);
    row = g_ptr_array_index(all, 1);
    cr_expect_eq(row->event_seq, 3);
    cr_expect_str_eq(row->body, "{\"text\":\"changed\",\"event_seq\":3}");
    after = store_news_since(store, "car-1", 2, 10, 10, NULL);
    cr_expect_eq(after->len, 1);
    late = store_news_since(store, "car-1", 0, 50, 10, NULL);
    cr_expect_eq(late->len, 1, "what is over is not told any more");
    cr_expect_eq(store_last_event_seq(store, "nobody", NULL), 0);
}

static gboolean add_tariff(Store *store, const gchar *id)
{
    Tariff tariff = {.currency = "EUR"};
    g_auto(StoreChange) change = {0};

    g_strlcpy(tariff.id, id, sizeof tariff.id);
    return store_begin(store, &change, NULL) && store_tariff_set(store, &tariff, NULL) &&
           store_commit(&change, NULL);
}

static guint n_tariffs(const gchar *path)
{
    g_autoptr(Store) other = store_open(path, NULL);
    g_autoptr(GArray) rows = store_tariffs(other, NULL);

    return rows->len;
}

Test(store, a_group_is_on_the_disk_as_a_whole_and_not_before)
{
    g_auto(Place) place = place_new();
    g_autoptr(Store) store = store_open(place.path, NULL);

    cr_assert(store_group_begin(store, NULL));
    cr_assert(add_tariff(store, "a"));
    cr_assert(add_tariff(store, "b"));
    cr_expect_eq(n_tariffs(place.path), 0, "nobody else sees it yet");
    cr_assert(store_group_commit(store, NULL));
    cr_expect_eq(n_tariffs(place.path), 2);
    cr_assert(add_tariff(store, "c"), "changes are their own again");
    cr_expect_eq(n_tariffs(place.path), 3);
}

Test(store, a_change_that_fails_in_a_group_takes_back_only_itself)
{
    g_auto(Place) place = place_new();
    g_autoptr(Store) store = store_open(place.path, NULL);

    cr_assert(store_group_begin(store, NULL));
    cr_assert(add_tariff(store, "a"));
    {
        g_auto(StoreChange) change = {0};
        const Tariff tariff = {.id = "b", .currency = "EUR"};

        cr_assert(store_begin(store, &change, NULL));
        cr_assert(store_tariff_set(store, &tariff, NULL));
    } /* rolled back */
    cr_assert(add_tariff(store, "c"));
    cr_assert(store_group_commit(store, NULL));
    cr_expect_eq(n_tariffs(place.path), 2);
}
