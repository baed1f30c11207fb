/* The whole story of cars and piles in one process: real store, virtual time, no socket. */
#include "server-stub/desk.h"
#include "protocol/totp.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#define T0 G_GINT64_CONSTANT(1790000000000)
#define EVSE "DE*ABC*E12345*1"

typedef struct {
    gchar *folder, *path;
    Store *store;
    Desk *desk;
    gboolean reachable;
    guint starts, stops, changes;
    OrderRow started; /* of the last RequestStart */
    gchar stopped[37];
    gint64 due_ms;
    gint64 now_ms;
} World;

static gboolean reachable(const gchar *station_id, gpointer data)
{
    return ((World *)data)->reachable;
}

/* Persist, then act: whatever the desk does to the world must be in the store already. */
static void start(const OrderRow *row, gpointer data)
{
    World *w = data;
    OrderRow stored;

    cr_assert(store_order(w->store, row->order.order_id, &stored, NULL), "started before it was stored");
    cr_assert_eq(stored.start_attempts, row->start_attempts);
    w->starts++;
    w->started = *row;
}

static void stop(const gchar *station_id, const gchar *transaction_id, gpointer data)
{
    World *w = data;

    w->stops++;
    g_strlcpy(w->stopped, transaction_id, sizeof w->stopped);
}

static void changed(const OrderRow *row, gpointer data)
{
    World *w = data;
    OrderRow stored;

    cr_assert(store_order(w->store, row->order.order_id, &stored, NULL));
    cr_assert_eq(stored.order.event_seq, row->order.event_seq, "told before it was stored");
    cr_assert_eq(stored.order.state, row->order.state);
    w->changes++;
}

static void rearm(gint64 due_ms, gpointer data)
{
    ((World *)data)->due_ms = due_ms;
}

static void open_desk(World *w)
{
    static const DeskPorts ports = {reachable, start, stop, changed, rearm};
    g_autoptr(GError) error = NULL;

    w->store = store_open(w->path, &error);
    cr_assert_not_null(w->store, "%s", error != NULL ? error->message : "");
    w->desk = desk_new(w->store, &ports, w, 0);
}

static void close_desk(World *w)
{
    desk_free(w->desk);
    store_close(w->store);
}

static void add_evse(World *w, const gchar *station_id, const gchar *key, const gchar *id,
                     const gchar *secret)
{
    StationRow station = {.name = "Bay", .operator_name = "ABC Energy", .location_id = "L1"};
    EvseRow evse = {.evse_no = 1, .tariff = {.id = "day"}, .totp_validity_s = 30, .totp_length = 12};

    g_strlcpy(station.station_id, station_id, sizeof station.station_id);
    g_strlcpy(evse.station_id, station_id, sizeof evse.station_id);
    g_strlcpy(evse.evse_key, key, sizeof evse.evse_key);
    g_strlcpy(evse.evse_id, id, sizeof evse.evse_id);
    g_strlcpy(evse.totp_secret, secret, sizeof evse.totp_secret);
    cr_assert(store_station_add(w->store, &station, NULL));
    cr_assert(store_evse_add(w->store, &evse, NULL));
    cr_assert(store_connector_set(w->store, station_id, 1, 1, CONNECTOR_AVAILABLE, T0, NULL));
}

static World *world_new(void)
{
    World *w = g_new0(World, 1);
    const Tariff day = {.id = "day", .currency = "EUR", .flat_micro = 500000, .energy_micro_per_kwh = 490000};

    w->folder = g_dir_make_tmp("rearcharge-desk-XXXXXX", NULL);
    w->path = g_build_filename(w->folder, "state.db", NULL);
    w->reachable = TRUE;
    w->now_ms = T0;
    open_desk(w);
    cr_assert(store_tariff_set(w->store, &day, NULL));
    cr_assert(store_vehicle_add(w->store, "car-1", "hash-1", T0, NULL));
    cr_assert(store_vehicle_add(w->store, "car-2", "hash-2", T0, NULL));
    add_evse(w, "PILE1", "DEABCE123451", EVSE, "");
    add_evse(w, "PILE2", "DEABCE123452", "DE*ABC*E12345*2", "secure!Charging!");
    return w;
}

static void world_free(World *w)
{
    g_autofree gchar *wal = g_strconcat(w->path, "-wal", NULL);
    g_autofree gchar *shm = g_strconcat(w->path, "-shm", NULL);

    close_desk(w);
    g_unlink(w->path);
    g_unlink(wal);
    g_unlink(shm);
    g_rmdir(w->folder);
    g_free(w->path);
    g_free(w->folder);
    g_free(w);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

static gboolean scan(World *w, const gchar *vehicle, const gchar *evse_id, const gchar *token,
                     ScanAnswer *answer, GError **error)
{
    ScanRequest request = {0};

    g_strlcpy(request.qr_evse_id, evse_id, sizeof request.qr_evse_id);
    g_strlcpy(request.qr_token, token, sizeof request.qr_token);
    return desk_scan(w->desk, vehicle, &request, w->now_ms, answer, error);
}

static OrderRequest request_for(const ScanAnswer *answer, const gchar *client_ref)
{
    OrderRequest request = {.limits = {.max_cost_minor = 5000, .currency = "EUR"}};

    g_strlcpy(request.scan_ref, answer->scan_ref, sizeof request.scan_ref);
    g_strlcpy(request.client_ref, client_ref, sizeof request.client_ref);
    return request;
}

/* Scans and orders; the order's id stays in w->started. */
static void place(World *w, const gchar *client_ref)
{
    ScanAnswer answer;
    OrderRequest request;
    g_autofree gchar *text = NULL;
    g_autoptr(GError) error = NULL;
    gboolean first = FALSE;

    cr_assert(scan(w, "car-1", EVSE, "", &answer, NULL));
    request = request_for(&answer, client_ref);
    cr_assert(desk_place(w->desk, "car-1", &request, w->now_ms, &text, &first, &error), "%s",
              error != NULL ? error->message : "");
    cr_assert(first);
}

static OrderRow stored(World *w)
{
    OrderRow row;

    cr_assert(store_order(w->store, w->started.order.order_id, &row, NULL));
    return row;
}

static gboolean deliver(World *w, const gchar *station_id, OcppTransactionEventType kind, gint seq,
                        OcppChargingState state, gint64 wh, OcppTransactionEventResponse *response,
                        GError **error)
{
    g_auto(OcppTransactionEventRequest) request;
    OcppSample sample = {.timestamp_ms = w->now_ms, .value = wh, .unit = OCPP_UNIT_WH};
    OcppTransactionEventResponse ignored;

    ocpp_transaction_event_request_init(&request);
    request.event_type = kind;
    request.seq_no = seq;
    request.timestamp_ms = w->now_ms;
    request.charging_state = state;
    request.trigger_reason = OCPP_TRIGGER_METER_VALUE_PERIODIC;
    request.stopped_reason = kind == OCPP_TRANSACTION_ENDED ? OCPP_STOPPED_LOCAL : OCPP_STOPPED_NONE;
    g_strlcpy(request.transaction_id, "tx-1", sizeof request.transaction_id);
    request.evse = (OcppEvse){TRUE, 1, 1};
    if (seq == 0) {
        request.has_remote_start_id = TRUE;
        request.remote_start_id = w->started.remote_start_id;
        request.id_token = (OcppIdToken){.present = TRUE, .type = OCPP_ID_TOKEN_CENTRAL};
        g_strlcpy(request.id_token.id_token, w->started.id_token, sizeof request.id_token.id_token);
    }
    g_array_append_val(request.samples, sample);
    return desk_transaction_event(w->desk, station_id, &request, w->now_ms,
                                  response != NULL ? response : &ignored, error);
}

#define DELIVER(kind, seq, state, wh)                                                                        \
    cr_assert(deliver(w, "PILE1", OCPP_TRANSACTION_##kind, seq, OCPP_CHARGING_STATE_##state, wh, NULL, NULL))

Test(desk, from_the_scan_to_the_receipt)
{
    g_autoptr(World) w = world_new();
    OcppTransactionEventResponse response;
    OrderRow row;

    place(w, "ref-1");
    cr_expect_eq(w->starts, 1);
    desk_started(w->desk, w->started.order.order_id, DESK_START_ACCEPTED, w->now_ms);
    cr_expect_eq(stored(w).order.state, ORDER_ACCEPTED);
    cr_expect_eq(w->due_ms, T0 + DESK_PLUG_TIMEOUT_MS);

    DELIVER(STARTED, 0, EV_CONNECTED, 1000);
    DELIVER(UPDATED, 1, CHARGING, 1000);
    w->now_ms += 600000;
    DELIVER(UPDATED, 2, CHARGING, 9000);
    cr_expect_eq(stored(w).order.state, ORDER_CHARGING);
    cr_expect_eq(stored(w).order.cost_minor, 442);
    cr_expect_eq(w->due_ms, G_MAXINT64);

    cr_assert(deliver(w, "PILE1", OCPP_TRANSACTION_ENDED, 3, OCPP_CHARGING_STATE_EV_CONNECTED, 11000,
                      &response, NULL));
    row = stored(w);
    cr_expect_eq(row.order.state, ORDER_SETTLED);
    cr_expect(row.order.has_receipt);
    cr_expect_eq(row.order.receipt.cost.total_minor, 540);
    cr_expect_eq(row.order.receipt.energy_wh, 10000);
    cr_expect(response.has_total_cost);
    cr_expect_eq(response.total_cost_minor, 540);
    cr_expect_eq(row.order.event_seq, w->changes); /* one event per change, none lost, none doubled */
    cr_expect_eq(w->stops, 0);
}

Test(desk, a_repeated_order_gets_the_first_answer_and_starts_nothing)
{
    g_autoptr(World) w = world_new();
    ScanAnswer answer;
    OrderRequest request, other;
    g_autofree gchar *first_text = NULL;
    g_autofree gchar *second_text = NULL;
    g_autofree gchar *none = NULL;
    g_autoptr(GError) error = NULL;
    gboolean first;

    cr_assert(scan(w, "car-1", EVSE, "", &answer, NULL));
    request = other = request_for(&answer, "ref-1");
    cr_assert(desk_place(w->desk, "car-1", &request, T0, &first_text, &first, NULL));
    desk_started(w->desk, w->started.order.order_id, DESK_START_ACCEPTED, T0);
    cr_assert(desk_place(w->desk, "car-1", &request, T0 + 1, &second_text, &first, NULL));
    cr_expect_not(first);
    cr_expect_str_eq(first_text, second_text);
    cr_expect_eq(w->starts, 1);

    other.limits.max_cost_minor = 6000;
    cr_assert_not(desk_place(w->desk, "car-1", &other, T0, &none, &first, &error));
    cr_expect_eq(error->code, DESK_ERROR_KEY_REUSED);
    cr_expect_eq(desk_error_status(error), 422);
}

static DeskError refusal(World *w, const gchar *vehicle, const OrderRequest *request)
{
    g_autofree gchar *text = NULL;
    g_autoptr(GError) error = NULL;
    gboolean first;

    cr_assert_not(desk_place(w->desk, vehicle, request, w->now_ms, &text, &first, &error));
    cr_assert(error->domain == DESK_ERROR, "%s", error->message);
    return error->code;
}

Test(desk, refuses_orders_with_the_right_word)
{
    g_autoptr(World) w = world_new();
    ScanAnswer answer, stale;
    OrderRequest request;

    cr_assert(scan(w, "car-1", EVSE, "", &stale, NULL));
    w->now_ms += 1000;
    cr_assert(scan(w, "car-1", EVSE, "", &answer, NULL));
    request = request_for(&answer, "ref-1");
    cr_expect_eq(refusal(w, "car-2", &request), DESK_ERROR_UNKNOWN_SCAN, "a scan is bound to its car");
    g_strlcpy(request.limits.currency, "CHF", sizeof request.limits.currency);
    cr_expect_eq(refusal(w, "car-1", &request), DESK_ERROR_CURRENCY_MISMATCH);
    g_strlcpy(request.limits.currency, "EUR", sizeof request.limits.currency);
    w->reachable = FALSE;
    cr_expect_eq(refusal(w, "car-1", &request), DESK_ERROR_PILE_OFFLINE);
    w->reachable = TRUE;
    cr_assert(store_connector_set(w->store, "PILE1", 1, 1, CONNECTOR_FAULTED, T0, NULL));
    cr_expect_eq(refusal(w, "car-1", &request), DESK_ERROR_EVSE_UNAVAILABLE);
    cr_assert(store_connector_set(w->store, "PILE1", 1, 1, CONNECTOR_AVAILABLE, T0, NULL));

    place(w, "ref-2");
    cr_expect_eq(refusal(w, "car-1", &request), DESK_ERROR_EVSE_OCCUPIED);
    g_strlcpy(request.client_ref, "ref-3", sizeof request.client_ref);
    g_strlcpy(request.scan_ref, stale.scan_ref, sizeof request.scan_ref);
    w->now_ms = stale.expires_ms;
    cr_expect_eq(refusal(w, "car-1", &request), DESK_ERROR_SCAN_EXPIRED);
    g_strlcpy(request.scan_ref, "nonsense", sizeof request.scan_ref);
    cr_expect_eq(refusal(w, "car-1", &request), DESK_ERROR_UNKNOWN_SCAN);
}

Test(desk, a_dynamic_code_serves_one_order_whoever_scanned_it)
{
    g_autoptr(World) w = world_new();
    const TotpRule rule = {.secret = "secure!Charging!", .validity_s = 30, .length = 12};
    g_autofree gchar *token = totp_code(&rule, T0 / 1000);
    g_autofree gchar *text = NULL;
    g_autoptr(GError) error = NULL;
    ScanAnswer mine, theirs;
    OrderRequest request;
    Order order;
    gboolean first;

    cr_assert(scan(w, "car-1", "DE*ABC*E12345*2", token, &mine, NULL));
    cr_expect_eq(mine.trust, TRUST_DYNAMIC);
    cr_assert(scan(w, "car-2", "deabce123452", token, &theirs, NULL)); /* not used up by looking */
    request = request_for(&mine, "ref-1");
    cr_assert(desk_place(w->desk, "car-1", &request, T0, &text, &first, NULL));
    cr_assert(desk_stop(w->desk, "car-1", w->started.order.order_id, T0, &order, NULL));
    cr_expect_eq(order.state, ORDER_CANCELLED);

    request = request_for(&theirs, "ref-2");
    cr_expect_eq(refusal(w, "car-2", &request), DESK_ERROR_SCAN_USED);
    cr_assert_not(scan(w, "car-2", "DE*ABC*E12345*2", token, &theirs, &error));
    cr_expect_eq(error->code, DESK_ERROR_CODE_INVALID);
    g_clear_error(&error);
    cr_assert_not(scan(w, "car-2", "DE*ABC*E12345*2", "", &theirs, &error));
    cr_expect_eq(error->code, DESK_ERROR_CODE_INVALID);
    g_clear_error(&error);
    cr_assert_not(scan(w, "car-2", "DE*ABC*E99999*9", "", &theirs, &error));
    cr_expect_eq(error->code, DESK_ERROR_UNKNOWN_EVSE);
}

Test(desk, the_price_that_was_shown_is_the_price_that_is_charged)
{
    g_autoptr(World) w = world_new();
    const Tariff dear = {
        .id = "day", .currency = "EUR", .flat_micro = 9000000, .energy_micro_per_kwh = 990000};

    place(w, "ref-1");
    cr_assert(store_tariff_set(w->store, &dear, NULL));
    DELIVER(STARTED, 0, CHARGING, 0);
    DELIVER(ENDED, 1, EV_CONNECTED, 10000);
    cr_expect_eq(stored(w).order.receipt.cost.total_minor, 540);
}

Test(desk, the_limit_stops_the_pile_and_the_overshoot_is_never_charged)
{
    g_autoptr(World) w = world_new();
    OrderRow row;

    place(w, "ref-1");
    DELIVER(STARTED, 0, CHARGING, 0);
    DELIVER(UPDATED, 1, CHARGING, 101100); /* 49.54 + 0.50 */
    cr_expect_eq(w->stops, 1);
    cr_expect_str_eq(w->stopped, "tx-1");
    cr_expect_eq(stored(w).order.reason, ORDER_REASON_MAX_COST);
    DELIVER(UPDATED, 2, CHARGING, 102000); /* the stop was lost: asked again */
    cr_expect_eq(w->stops, 2);
    DELIVER(ENDED, 3, EV_CONNECTED, 103000);
    row = stored(w);
    cr_expect_eq(row.order.state, ORDER_SETTLED);
    cr_expect_eq(row.order.receipt.cost.total_minor, 5000);
    cr_expect_eq(row.order.receipt.cost.waived_minor, 97);
}

Test(desk, an_unanswered_start_is_repeated_with_the_same_id_when_the_pile_is_back)
{
    g_autoptr(World) w = world_new();
    gint id;

    place(w, "ref-1");
    id = w->started.remote_start_id;
    desk_started(w->desk, w->started.order.order_id, DESK_START_UNKNOWN, T0 + 5000);
    cr_expect_eq(stored(w).order.state, ORDER_REQUESTED);
    desk_station_ready(w->desk, "PILE1", T0 + 9000);
    cr_expect_eq(w->starts, 2);
    cr_expect_eq(w->started.remote_start_id, id);
    /* Rejected now may mean: the first one is being served. */
    desk_started(w->desk, w->started.order.order_id, DESK_START_REJECTED, T0 + 9100);
    cr_expect_eq(stored(w).order.state, ORDER_REQUESTED);
    DELIVER(STARTED, 0, CHARGING, 0);
    cr_expect_eq(stored(w).order.state, ORDER_CHARGING);
}

Test(desk, a_rejected_start_rejects_the_order_and_frees_the_evse)
{
    g_autoptr(World) w = world_new();

    place(w, "ref-1");
    desk_started(w->desk, w->started.order.order_id, DESK_START_REJECTED, T0);
    cr_expect_eq(stored(w).order.state, ORDER_REJECTED);
    cr_expect_eq(stored(w).order.reason, ORDER_REASON_PILE_REJECTED);
    place(w, "ref-2");
    cr_expect_eq(w->starts, 2);
}

Test(desk, an_order_without_cable_expires_on_time)
{
    g_autoptr(World) w = world_new();

    place(w, "ref-1");
    desk_started(w->desk, w->started.order.order_id, DESK_START_ACCEPTED, T0);
    desk_tick(w->desk, T0 + DESK_PLUG_TIMEOUT_MS - 1);
    cr_expect_eq(stored(w).order.state, ORDER_ACCEPTED);
    cr_expect_eq(w->due_ms, T0 + DESK_PLUG_TIMEOUT_MS);
    desk_tick(w->desk, T0 + DESK_PLUG_TIMEOUT_MS);
    cr_expect_eq(stored(w).order.state, ORDER_EXPIRED);
    cr_expect_eq(stored(w).order.reason, ORDER_REASON_NOT_PLUGGED);
    cr_expect_eq(w->due_ms, G_MAXINT64);
    /* The cable comes too late: the pile is told to stop, and nothing is charged. */
    DELIVER(STARTED, 0, CHARGING, 0);
    cr_expect_eq(w->stops, 1);
    DELIVER(ENDED, 1, EV_CONNECTED, 500);
    cr_expect_eq(stored(w).order.state, ORDER_EXPIRED);
    cr_expect_eq(stored(w).order.cost_minor, 0);
}

Test(desk, an_order_at_a_pile_that_is_away_is_not_given_up_before_the_pile_has_spoken)
{
    g_autoptr(World) w = world_new();

    place(w, "ref-1");
    desk_started(w->desk, w->started.order.order_id, DESK_START_ACCEPTED, T0);
    w->reachable = FALSE;
    desk_tick(w->desk, T0 + DESK_PLUG_TIMEOUT_MS);
    cr_expect_eq(stored(w).order.state, ORDER_ACCEPTED);

    w->reachable = TRUE;
    w->now_ms = T0 + 2 * DESK_PLUG_TIMEOUT_MS;
    desk_station_ready(w->desk, "PILE1", w->now_ms);
    cr_expect_eq(w->starts, 1, "past its time it is not started again");
    cr_expect_eq(w->due_ms, w->now_ms + DESK_GRACE_MS);
    DELIVER(STARTED, 0, CHARGING, 0); /* queued while it was away */
    cr_expect_eq(stored(w).order.state, ORDER_CHARGING);
}

Test(desk, cancel_and_stop_are_one_wish_on_either_side_of_the_race)
{
    g_autoptr(World) w = world_new();
    Order order;
    g_autoptr(GError) error = NULL;

    place(w, "ref-1");
    cr_assert_not(desk_stop(w->desk, "car-2", w->started.order.order_id, T0, &order, &error));
    cr_expect_eq(error->code, DESK_ERROR_NOT_FOUND);
    DELIVER(STARTED, 0, CHARGING, 0); /* the cable was faster than the cancellation */
    cr_assert(desk_stop(w->desk, "car-1", w->started.order.order_id, T0, &order, NULL));
    cr_expect_eq(order.state, ORDER_CHARGING);
    cr_expect_eq(order.reason, ORDER_REASON_BY_DRIVER);
    cr_expect_eq(w->stops, 1);
    cr_assert(desk_stop(w->desk, "car-1", w->started.order.order_id, T0, &order, NULL)); /* again: no harm */
    DELIVER(ENDED, 1, EV_CONNECTED, 100);
    cr_assert(desk_stop(w->desk, "car-1", w->started.order.order_id, T0, &order, NULL));
    cr_expect_eq(order.state, ORDER_SETTLED);
}

Test(desk, a_station_cannot_touch_another_stations_transaction_or_order)
{
    g_autoptr(World) w = world_new();
    g_autoptr(GError) error = NULL;
    OcppTransactionEventResponse response;

    place(w, "ref-1");
    /* PILE2 knows PILE1's remoteStartId and idToken: it finds no order by them. */
    cr_assert(
        deliver(w, "PILE2", OCPP_TRANSACTION_STARTED, 0, OCPP_CHARGING_STATE_CHARGING, 0, &response, NULL));
    cr_expect_eq(response.id_token_info.status, OCPP_AUTHORIZATION_UNKNOWN);
    cr_expect_eq(stored(w).order.state, ORDER_REQUESTED);
    /* And now PILE1 cannot write into PILE2's transaction. */
    cr_assert_not(
        deliver(w, "PILE1", OCPP_TRANSACTION_UPDATED, 1, OCPP_CHARGING_STATE_CHARGING, 9, NULL, &error));
    cr_expect(g_error_matches(error, OCPP_ERROR, OCPP_ERROR_SECURITY));
}

Test(desk, an_event_sent_twice_is_answered_twice_and_counted_once)
{
    g_autoptr(World) w = world_new();
    OcppTransactionEventResponse response;
    guint changes;

    place(w, "ref-1");
    DELIVER(STARTED, 0, CHARGING, 0);
    DELIVER(ENDED, 1, EV_CONNECTED, 10000);
    changes = w->changes;
    cr_assert(deliver(w, "PILE1", OCPP_TRANSACTION_ENDED, 1, OCPP_CHARGING_STATE_EV_CONNECTED, 99999,
                      &response, NULL));
    cr_expect_eq(response.total_cost_minor, 540);
    cr_expect_eq(w->changes, changes);
    cr_expect_eq(stored(w).order.receipt.cost.total_minor, 540);
}

Test(desk, a_restart_between_any_two_steps_changes_nothing)
{
    for (guint crash = 0; crash < 6; crash++) {
        g_autoptr(World) w = world_new();
        OrderRow row;

        for (guint step = 0; step < 5; step++) {
            if (step == crash) { /* the process dies; another one opens the same file */
                close_desk(w);
                open_desk(w);
                desk_tick(w->desk, w->now_ms);
                desk_station_ready(w->desk, "PILE1", w->now_ms);
            }
            switch (step) {
            case 0:
                place(w, "ref-1");
                break;
            case 1:
                desk_started(w->desk, w->started.order.order_id, DESK_START_ACCEPTED, T0);
                break;
            case 2:
                DELIVER(STARTED, 0, CHARGING, 0);
                break;
            case 3:
                DELIVER(UPDATED, 1, CHARGING, 5000);
                break;
            default:
                DELIVER(ENDED, 2, EV_CONNECTED, 10000);
                break;
            }
        }
        row = stored(w);
        cr_expect_eq(row.order.state, ORDER_SETTLED, "crash before step %u", crash);
        cr_expect_eq(row.order.receipt.cost.total_minor, 540, "crash before step %u", crash);
        cr_expect_eq(w->starts, crash == 1 ? 2 : 1, "crash before step %u", crash);
    }
}
