#include "tests/server-stub/session_world.h"

Test(order_session, goes_through_every_state_when_all_news_come_at_once)
{
    Transaction transaction = charged(20000, 1800, TRUE, OCPP_STOPPED_BY_EV);
    OrderEffects effects;
    Order order = follow(order_with(5000, 0, 0), &transaction, &effects);

    cr_expect_eq(order.state, ORDER_SETTLED);
    cr_expect(effects & ORDER_EFFECT_SETTLE);
    cr_expect_eq(order.reason, ORDER_REASON_EV_FULL);
    cr_expect_str_eq(order.transaction_id, "tx-1");
    cr_expect_eq(order.energy_wh, 20000);
    cr_expect_eq(order.power_w, 0); /* nothing flows after Ended */
}

Test(order_session, settles_each_line_rounded_on_its_own)
{
    static const struct {
        gint64 wh, seconds, max_cost_minor, flat, energy, time, waived, total;
    } golden[] = {
        {20000, 1800, 5000, 50, 980, 60, 0, 1090},
        {0, 0, 5000, 50, 0, 0, 0, 50},
        {10, 1, 5000, 50, 0, 0, 0, 50},             /* 0.49 cent, 0.03 cent: down */
        {11, 15, 5000, 50, 1, 1, 0, 52},            /* 0.539 and 0.5 cent: each half up */
        {31, 14, 5000, 50, 2, 0, 0, 52},            /* 1.519 and 0.467 */
        {20000, 1800, 1000, 50, 980, 60, 90, 1000}, /* what runs over is waived */
        {60000, 3600, 1, 50, 2940, 120, 3109, 1},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(golden); i++) {
        Transaction transaction = charged(golden[i].wh, golden[i].seconds, TRUE, OCPP_STOPPED_LOCAL);
        Order order = order_with(golden[i].max_cost_minor, 0, 0);
        Receipt receipt;

        order_session_settle(&order, &transaction, &day, "receipt-1", "ABC Energy", &receipt);
        cr_expect_eq(receipt.cost.flat_minor, golden[i].flat, "row %zu", i);
        cr_expect_eq(receipt.cost.energy_minor, golden[i].energy, "row %zu", i);
        cr_expect_eq(receipt.cost.time_minor, golden[i].time, "row %zu", i);
        cr_expect_eq(receipt.cost.waived_minor, golden[i].waived, "row %zu", i);
        cr_expect_eq(receipt.cost.total_minor, golden[i].total, "row %zu", i);
        cr_expect_eq(receipt.meter_stop_wh - receipt.meter_start_wh, receipt.energy_wh);
        cr_expect_eq(receipt.duration_s, golden[i].seconds);
        cr_expect_eq(receipt.soc_start_percent, 20);
        cr_expect_eq(receipt.soc_stop_percent, 70);
    }
}

Test(order_session, asks_to_stop_when_a_limit_is_reached_and_says_which)
{
    static const struct {
        gint64 max_cost_minor, max_energy_wh, max_duration_s, wh, seconds;
        OrderReason reason;
    } rows[] = {
        {1090, 0, 0, 20000, 1800, ORDER_REASON_MAX_COST},      {1091, 0, 0, 20000, 1800, ORDER_REASON_NONE},
        {5000, 20000, 0, 20000, 10, ORDER_REASON_MAX_ENERGY},  {5000, 20001, 0, 20000, 10, ORDER_REASON_NONE},
        {5000, 0, 1800, 100, 1800, ORDER_REASON_MAX_DURATION}, {5000, 0, 1801, 100, 1800, ORDER_REASON_NONE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Transaction transaction = charged(rows[i].wh, rows[i].seconds, FALSE, OCPP_STOPPED_NONE);
        OrderEffects effects;
        Order order =
            follow(order_with(rows[i].max_cost_minor, rows[i].max_energy_wh, rows[i].max_duration_s),
                   &transaction, &effects);

        cr_expect_eq(order.state, ORDER_CHARGING);
        cr_expect_eq(order.reason, rows[i].reason, "row %zu: %s", i, order_reason_names[order.reason]);
        cr_expect_eq(!!(effects & ORDER_EFFECT_STOP), rows[i].reason != ORDER_REASON_NONE);
        cr_expect_eq(order_session_wants_stop(&order, &transaction), rows[i].reason != ORDER_REASON_NONE);
    }
}

Test(order_session, the_first_reason_stands)
{
    Transaction running = charged(1000, 60, FALSE, OCPP_STOPPED_NONE);
    Transaction ended = charged(1100, 70, TRUE, OCPP_STOPPED_REMOTE);
    OrderEffects effects;
    Order order = follow(order_with(5000, 0, 0), &running, &effects);

    cr_assert(order_session_apply(&order, ORDER_EVENT_DRIVER_STOP, ORDER_REASON_BY_DRIVER, T0, &effects));
    cr_expect(effects & ORDER_EFFECT_STOP);
    order = follow(order, &ended, &effects);
    cr_expect_eq(order.state, ORDER_SETTLED);
    cr_expect_eq(order.reason, ORDER_REASON_BY_DRIVER); /* not "by_server", though the pile says Remote */
}

Test(order_session, every_reason_of_the_pile_has_a_word_for_the_driver)
{
    static const OrderReason words[] = {
        [OCPP_STOPPED_NONE] = ORDER_REASON_BY_DRIVER,
        [OCPP_STOPPED_DEAUTHORIZED] = ORDER_REASON_OTHER,
        [OCPP_STOPPED_EMERGENCY_STOP] = ORDER_REASON_FAULT,
        [OCPP_STOPPED_ENERGY_LIMIT_REACHED] = ORDER_REASON_MAX_ENERGY,
        [OCPP_STOPPED_EV_DISCONNECTED] = ORDER_REASON_EV_DISCONNECTED,
        [OCPP_STOPPED_GROUND_FAULT] = ORDER_REASON_FAULT,
        [OCPP_STOPPED_IMMEDIATE_RESET] = ORDER_REASON_OTHER,
        [OCPP_STOPPED_LOCAL] = ORDER_REASON_BY_DRIVER,
        [OCPP_STOPPED_LOCAL_OUT_OF_CREDIT] = ORDER_REASON_MAX_COST,
        [OCPP_STOPPED_MASTER_PASS] = ORDER_REASON_OTHER,
        [OCPP_STOPPED_OTHER] = ORDER_REASON_OTHER,
        [OCPP_STOPPED_OVERCURRENT_FAULT] = ORDER_REASON_FAULT,
        [OCPP_STOPPED_POWER_LOSS] = ORDER_REASON_POWER_LOSS,
        [OCPP_STOPPED_POWER_QUALITY] = ORDER_REASON_FAULT,
        [OCPP_STOPPED_REBOOT] = ORDER_REASON_OTHER,
        [OCPP_STOPPED_REMOTE] = ORDER_REASON_BY_SERVER,
        [OCPP_STOPPED_SOC_LIMIT_REACHED] = ORDER_REASON_EV_FULL,
        [OCPP_STOPPED_BY_EV] = ORDER_REASON_EV_FULL,
        [OCPP_STOPPED_TIME_LIMIT_REACHED] = ORDER_REASON_MAX_DURATION,
    };

    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        Transaction ended = charged(1000, 60, TRUE, (OcppStoppedReason)i);
        OrderEffects effects;
        Order order = follow(order_with(5000, 0, 0), &ended, &effects);

        cr_expect_eq(order.reason, words[i], "%u: %s", i, order_reason_names[order.reason]);
    }
}

Test(order_session, a_pile_that_stops_by_itself_at_the_limit_is_understood)
{
    Transaction ended = charged(20000, 60, TRUE, OCPP_STOPPED_OTHER);
    OrderEffects effects;
    Order order = follow(order_with(5000, 20000, 0), &ended, &effects);

    cr_expect_eq(order.reason, ORDER_REASON_MAX_ENERGY);
}

Test(order_session, a_pile_that_gave_up_waiting_for_the_cable_expires_the_order)
{
    Transaction transaction;
    TransactionEvent start = {.kind = OCPP_TRANSACTION_STARTED,
                              .at_ms = T0,
                              .charging_state = OCPP_CHARGING_STATE_IDLE,
                              .trigger_reason = OCPP_TRIGGER_REMOTE_START,
                              .meter_first_wh = -1,
                              .meter_last_wh = -1};
    TransactionEvent ended = start;
    OrderEffects effects;
    Order order;

    transaction_init(&transaction);
    transaction_add(&transaction, &start);
    order = follow(order_with(5000, 0, 0), &transaction, &effects);
    cr_expect_eq(order.state, ORDER_ACCEPTED); /* the answer to RequestStart may still be on its way */

    ended.kind = OCPP_TRANSACTION_ENDED;
    ended.seq_no = 1;
    ended.trigger_reason = OCPP_TRIGGER_EV_CONNECT_TIMEOUT;
    ended.stopped_reason = OCPP_STOPPED_TIMEOUT;
    transaction_add(&transaction, &ended);
    order = follow(order, &transaction, &effects);
    cr_expect_eq(order.state, ORDER_EXPIRED);
    cr_expect_eq(order.reason, ORDER_REASON_NOT_PLUGGED);
    cr_expect_eq(order.cost_minor, 0);
}

Test(order_session, late_queued_events_do_not_settle_before_all_are_in)
{
    Transaction transaction = charged(1000, 60, FALSE, OCPP_STOPPED_NONE);
    TransactionEvent ended = {.kind = OCPP_TRANSACTION_ENDED,
                              .seq_no = 3,
                              .at_ms = T0 + 120000,
                              .meter_first_wh = 9000,
                              .meter_last_wh = 9000,
                              .soc_percent = -1,
                              .power_w = -1};
    TransactionEvent queued = ended;
    OrderEffects effects;
    Order order;

    transaction_add(&transaction, &ended);
    order = follow(order_with(5000, 0, 0), &transaction, &effects);
    cr_expect_eq(order.state, ORDER_ENDED);
    cr_expect_not(effects & ORDER_EFFECT_SETTLE);

    queued.kind = OCPP_TRANSACTION_UPDATED;
    queued.seq_no = 2;
    queued.meter_first_wh = queued.meter_last_wh = 8500;
    transaction_add(&transaction, &queued);
    order = follow(order, &transaction, &effects);
    cr_expect_eq(order.state, ORDER_SETTLED);
    cr_expect_eq(order.energy_wh, 2000);
}

Test(order_session, is_looked_at_again_when_the_cable_or_the_ordered_time_is_due)
{
    Transaction running = charged(1000, 60, FALSE, OCPP_STOPPED_NONE);
    OrderEffects effects;
    Order order = order_with(5000, 0, 3600);

    cr_expect_eq(order_session_due_ms(&order), T0 + 300000);
    order = follow(order, &running, &effects);
    cr_expect_eq(order_session_due_ms(&order), T0 + 3600000);
    order_session_apply(&order, ORDER_EVENT_DRIVER_STOP, ORDER_REASON_BY_DRIVER, T0, &effects);
    cr_expect_eq(order_session_due_ms(&order), 0);
}
