/* What piles and time do to orders. */
#include "server-stub/model/code_ledger.h"
#include "server-stub/store/transaction_rows.h"
#include "tests/server-stub/desk_world.h"

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
            if (step == crash)
                world_restart(w);
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

Test(desk, a_second_transaction_for_an_order_is_stopped_and_told_to_the_operator)
{
    g_autoptr(World) w = world_new();
    g_auto(OcppTransactionEventRequest) second = {0};
    OcppTransactionEventResponse response;
    TransactionRow row;

    place(w, "ref-1");
    DELIVER(STARTED, 0, CHARGING, 0);
    ocpp_transaction_event_request_init(&second);
    second.event_type = OCPP_TRANSACTION_STARTED;
    second.timestamp_ms = T0;
    second.charging_state = OCPP_CHARGING_STATE_CHARGING;
    second.trigger_reason = OCPP_TRIGGER_REMOTE_START;
    second.has_remote_start_id = TRUE;
    second.remote_start_id = w->started.remote_start_id;
    g_strlcpy(second.transaction_id, "tx-2", sizeof second.transaction_id);
    second.evse = (OcppEvse){TRUE, 1, 1};
    cr_assert(desk_transaction_event(w->desk, "PILE1", &second, T0, &response, NULL));
    cr_expect_str_eq(w->stopped, "tx-2");
    cr_assert(store_transaction(w->store, "tx-2", &row, NULL));
    cr_expect_eq(row.flag, LEDGER_FLAG_SECOND_TRANSACTION);
    cr_expect_str_eq(row.order_id, "", "the driver pays for one");
    DELIVER(ENDED, 1, EV_CONNECTED, 10000);
    cr_expect_eq(stored(w).order.receipt.cost.total_minor, 540);
}

Test(desk, numbers_with_gaps_without_end_are_refused_and_change_nothing)
{
    g_autoptr(World) w = world_new();
    g_autoptr(GError) error = NULL;
    gint seq = 2;

    place(w, "ref-1");
    DELIVER(STARTED, 0, CHARGING, 0);
    while (seq < 1000 && deliver(w, "PILE1", OCPP_TRANSACTION_UPDATED, seq, OCPP_CHARGING_STATE_CHARGING, seq,
                                 NULL, &error))
        seq += 2;
    cr_assert_not_null(error, "memory without end");
    cr_expect(g_error_matches(error, OCPP_ERROR, OCPP_ERROR_PROPERTY_CONSTRAINT));
    cr_expect_eq(stored(w).order.energy_wh, seq - 2);
    DELIVER(UPDATED, 1, CHARGING, 1); /* what closes a gap is always welcome */
}

Test(desk, an_ordered_time_ends_by_our_clock_when_the_pile_says_nothing)
{
    g_autoptr(World) w = world_new();
    g_autofree gchar *text = NULL;
    OrderRequest request;
    ScanAnswer answer;
    gboolean first;

    cr_assert(scan(w, "car-1", EVSE, "", &answer, NULL));
    request = request_for(&answer, "ref-1");
    request.limits.max_duration_s = 1800;
    cr_assert(desk_place(w->desk, "car-1", &request, w->now_ms, &text, &first, NULL));
    DELIVER(STARTED, 0, CHARGING, 0);
    cr_expect_eq(w->due_ms, T0 + 1800 * 1000);
    desk_tick(w->desk, w->due_ms);
    cr_expect_eq(w->stops, 1);
    cr_expect_eq(stored(w).order.reason, ORDER_REASON_MAX_DURATION);
    cr_expect_eq(stored(w).order.state, ORDER_CHARGING, "until the pile has ended it");
}
