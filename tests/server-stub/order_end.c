/* How orders end: without a cable, over already, with a gap, with clocks that run back. */
#include "tests/server-stub/session_world.h"

static TransactionEvent event(OcppTransactionEventType kind, gint seq, OcppChargingState state)
{
    return (TransactionEvent){.kind = kind,
                              .seq_no = seq,
                              .at_ms = T0 + seq * 1000,
                              .charging_state = state,
                              .meter_first_wh = -1,
                              .meter_last_wh = -1,
                              .soc_percent = -1,
                              .power_w = -1};
}

/* A transaction that began, and perhaps ended, without a cable. */
static Transaction unplugged(gboolean ended, OcppTriggerReason trigger, OcppStoppedReason reason)
{
    Transaction transaction;
    TransactionEvent start = event(OCPP_TRANSACTION_STARTED, 0, OCPP_CHARGING_STATE_IDLE);
    TransactionEvent end = event(OCPP_TRANSACTION_ENDED, 1, OCPP_CHARGING_STATE_IDLE);

    end.trigger_reason = trigger;
    end.stopped_reason = reason;
    transaction_init(&transaction);
    transaction_add(&transaction, &start);
    if (ended)
        transaction_add(&transaction, &end);
    return transaction;
}

Test(order_session, an_end_without_a_cable_cancels_or_expires_the_order_whichever_way_it_came)
{
    static const struct {
        OrderState from;
        OcppTriggerReason trigger;
        OcppStoppedReason stopped;
        OrderState to;
        OrderReason reason;
    } rows[] = {
        {ORDER_REQUESTED, OCPP_TRIGGER_STOP_AUTHORIZED, OCPP_STOPPED_LOCAL, ORDER_CANCELLED,
         ORDER_REASON_BY_DRIVER},
        {ORDER_ACCEPTED, OCPP_TRIGGER_ABNORMAL_CONDITION, OCPP_STOPPED_GROUND_FAULT, ORDER_CANCELLED,
         ORDER_REASON_FAULT},
        {ORDER_ACCEPTED, OCPP_TRIGGER_EV_CONNECT_TIMEOUT, OCPP_STOPPED_TIMEOUT, ORDER_EXPIRED,
         ORDER_REASON_NOT_PLUGGED},
        {ORDER_CODE_ISSUED, OCPP_TRIGGER_STOP_AUTHORIZED, OCPP_STOPPED_LOCAL, ORDER_CANCELLED,
         ORDER_REASON_BY_DRIVER},
        {ORDER_CODE_ISSUED, OCPP_TRIGGER_EV_CONNECT_TIMEOUT, OCPP_STOPPED_TIMEOUT, ORDER_EXPIRED,
         ORDER_REASON_NOT_PLUGGED},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Transaction ended = unplugged(TRUE, rows[i].trigger, rows[i].stopped);
        Order order = order_with(5000, 0, 0);
        OrderEffects effects;

        order.state = rows[i].from;
        order = follow(order, &ended, &effects);
        cr_expect_eq(order.state, rows[i].to, "row %zu", i);
        cr_expect_eq(order.reason, rows[i].reason, "row %zu: %s", i, order_reason_names[order.reason]);
        cr_expect_eq(order.cost_minor, 0, "row %zu", i);
    }
}

Test(order_session, a_code_at_work_waits_for_the_cable_and_charges_with_it)
{
    Transaction waits = unplugged(FALSE, OCPP_TRIGGER_AUTHORIZED, OCPP_STOPPED_NONE);
    Transaction runs = charged(1000, 60, FALSE, OCPP_STOPPED_NONE);
    Order order = order_with(5000, 0, 0);
    OrderEffects effects;

    order.state = ORDER_CODE_ISSUED;
    order = follow(order, &waits, &effects);
    cr_expect_eq(order.state, ORDER_CODE_ISSUED);
    cr_expect_str_empty(order.transaction_id, "nobody is told of a session that has not begun");
    order = follow(order, &runs, &effects);
    cr_expect_eq(order.state, ORDER_CHARGING);
    cr_expect_str_eq(order.transaction_id, "tx-1");
}

Test(order_session, energy_alone_shows_that_the_cable_was_in)
{
    Transaction transaction;
    TransactionEvent start = event(OCPP_TRANSACTION_STARTED, 0, OCPP_CHARGING_STATE_NONE);
    TransactionEvent reading = event(OCPP_TRANSACTION_UPDATED, 1, OCPP_CHARGING_STATE_NONE);
    OrderEffects effects;
    Order order;

    start.meter_first_wh = start.meter_last_wh = 7000;
    reading.meter_first_wh = reading.meter_last_wh = 7500;
    transaction_init(&transaction);
    transaction_add(&transaction, &start);
    transaction_add(&transaction, &reading);
    order = follow(order_with(5000, 0, 0), &transaction, &effects);
    cr_expect_eq(order.state, ORDER_CHARGING);
    cr_expect_eq(order.energy_wh, 500);
    cr_expect_eq(order.started_ms, 0, "since when, nobody said");
}

Test(order_session, what_charges_for_an_order_that_is_over_is_stopped_until_its_end_is_in)
{
    const OrderState over[] = {ORDER_REJECTED, ORDER_EXPIRED, ORDER_CANCELLED};
    Transaction running = charged(1000, 60, FALSE, OCPP_STOPPED_NONE);
    Transaction ended = charged(1000, 60, TRUE, OCPP_STOPPED_REMOTE);

    for (gsize i = 0; i < G_N_ELEMENTS(over); i++) {
        Order order = order_with(5000, 0, 0);
        OrderEffects effects;

        order.state = over[i];
        cr_expect_not(order_session_follow(&order, "tx-1", &running, &day, T0, &effects),
                      "the car sees nothing of it");
        cr_expect_eq(effects, ORDER_EFFECT_STOP);
        cr_expect(order_session_wants_stop(&order, &running));
        cr_expect_not(order_session_follow(&order, "tx-1", &ended, &day, T0, &effects));
        cr_expect_eq(effects, ORDER_EFFECT_NONE);
        cr_expect_not(order_session_wants_stop(&order, &ended));
        cr_expect_eq(order.cost_minor, 0);
    }
}

Test(order_session, what_is_wanted_or_waits_for_its_cable_is_not_stopped)
{
    const OrderState going[] = {ORDER_REQUESTED, ORDER_ACCEPTED, ORDER_CODE_ISSUED,
                                ORDER_CHARGING,  ORDER_ENDED,    ORDER_SETTLED};
    Transaction running = charged(1000, 60, FALSE, OCPP_STOPPED_NONE);

    for (gsize i = 0; i < G_N_ELEMENTS(going); i++) {
        Order order = order_with(5000, 0, 0);

        order.state = going[i];
        cr_expect_not(order_session_wants_stop(&order, &running), "%s", order_state_names[going[i]]);
    }
}

Test(order_session, a_limit_that_we_had_stopped_for_is_the_reason_though_the_pile_says_remote)
{
    Transaction remote = charged(20000, 60, TRUE, OCPP_STOPPED_REMOTE);
    OrderEffects effects;

    cr_expect_eq(follow(order_with(5000, 20000, 0), &remote, &effects).reason, ORDER_REASON_MAX_ENERGY);
    cr_expect_eq(follow(order_with(5000, 20001, 0), &remote, &effects).reason, ORDER_REASON_BY_SERVER);
}

Test(order_session, an_end_that_is_lost_for_good_settles_what_was_read)
{
    Transaction running = charged(1000, 60, FALSE, OCPP_STOPPED_NONE);
    Transaction waits = unplugged(FALSE, OCPP_TRIGGER_AUTHORIZED, OCPP_STOPPED_NONE);
    Order order = order_with(5000, 0, 0);
    OrderEffects effects;

    cr_assert(order_session_close(&order, "tx-1", &running, &day, T0 + 90000, &effects));
    cr_expect_eq(order.state, ORDER_SETTLED);
    cr_expect_eq(order.reason, ORDER_REASON_OTHER);
    cr_expect(effects & ORDER_EFFECT_SETTLE);
    cr_expect_eq(order.ended_ms, T0 + 60000, "nothing later than the newest reading is known");
    order = order_with(5000, 0, 0);
    cr_assert(order_session_close(&order, "tx-1", &waits, &day, T0 + 90000, &effects));
    cr_expect_eq(order.state, ORDER_ACCEPTED, "no cable, nothing to settle: its deadline ends it");
    cr_expect_not(effects & ORDER_EFFECT_SETTLE);
}

Test(order_session, a_receipt_with_a_gap_is_corrected_once_and_only_by_news)
{
    Transaction gap = charged(1000, 60, FALSE, OCPP_STOPPED_NONE);
    TransactionEvent end = event(OCPP_TRANSACTION_ENDED, 3, OCPP_CHARGING_STATE_EV_CONNECTED);
    TransactionEvent late = event(OCPP_TRANSACTION_UPDATED, 2, OCPP_CHARGING_STATE_CHARGING);
    Order order = order_with(5000, 0, 0);
    OrderEffects effects;

    cr_expect_not(order_session_correct(&order, "tx-1", &gap, &day, T0, &effects), "no receipt yet");
    transaction_add(&gap, &end);
    order_session_close(&order, "tx-1", &gap, &day, T0 + 3000, &effects);
    cr_assert_eq(order.state, ORDER_SETTLED);
    order_session_settle(&order, &gap, &day, "receipt-1", "ABC Energy", &order.receipt);
    order.has_receipt = TRUE;
    cr_assert_eq(order.receipt.missing_events, 1);
    cr_expect_not(order_session_correct(&order, "tx-1", &gap, &day, T0 + 4000, &effects), "nothing new came");

    late.meter_first_wh = late.meter_last_wh = 8500;
    transaction_add(&gap, &late);
    cr_assert(order_session_correct(&order, "tx-1", &gap, &day, T0 + 5000, &effects));
    cr_expect_eq(effects, ORDER_EFFECT_SETTLE);
    cr_expect_eq(order.energy_wh, 1500);
    order_session_settle(&order, &gap, &day, "receipt-2", "ABC Energy", &order.receipt);
    cr_expect(order.receipt.corrected);
    cr_expect_eq(order.receipt.missing_events, 0);
    cr_expect_not(order_session_correct(&order, "tx-1", &gap, &day, T0 + 6000, &effects), "all there");
    order.receipt.missing_events = 2; /* as if more had been missing */
    cr_expect_not(order_session_correct(&order, "tx-1", &gap, &day, T0 + 7000, &effects), "only once");
}

Test(order_session, a_pile_whose_clock_runs_back_is_never_paid_for_negative_time)
{
    Transaction transaction = charged(1000, -60, TRUE, OCPP_STOPPED_LOCAL);
    Transaction open = charged(1000, -60, FALSE, OCPP_STOPPED_NONE);
    Order order = order_with(5000, 0, 0);
    Receipt receipt;

    order_session_settle(&order, &transaction, &day, "receipt-1", "ABC Energy", &receipt);
    cr_expect_eq(receipt.duration_s, 0);
    cr_expect_geq(receipt.ended_ms, receipt.started_ms);
    order_session_settle(&order, &open, &day, "receipt-1", "ABC Energy", &receipt);
    cr_expect_eq(receipt.duration_s, 0);
    cr_expect_geq(receipt.ended_ms, receipt.started_ms);
}

Test(order_session, a_server_clock_set_back_never_makes_an_order_younger)
{
    Transaction running = charged(1000, 60, FALSE, OCPP_STOPPED_NONE);
    Order order = order_with(5000, 0, 0);
    OrderEffects effects;

    cr_assert(order_session_follow(&order, "tx-1", &running, &day, T0 + 60000, &effects));
    cr_expect_eq(order.updated_ms, T0 + 60000);
    cr_assert(
        order_session_apply(&order, ORDER_EVENT_DRIVER_STOP, ORDER_REASON_BY_DRIVER, T0 + 5000, &effects));
    cr_expect_eq(order.updated_ms, T0 + 60000);
    running = charged(1100, 70, FALSE, OCPP_STOPPED_NONE);
    cr_assert(order_session_follow(&order, "tx-1", &running, &day, T0 + 6000, &effects));
    cr_expect_eq(order.updated_ms, T0 + 60000);
    cr_expect_not(order_session_follow(&order, "tx-1", &running, &day, T0 + 99000, &effects), "nothing new");
    cr_expect_eq(order.updated_ms, T0 + 60000);
}

Test(order_session, an_order_that_waits_for_the_bay_sensor_is_looked_at_when_its_patience_or_its_time_ends)
{
    Order order = order_with(5000, 0, 0);

    order.presence = ORDER_PRESENCE_PENDING;
    cr_expect_eq(order_session_due_ms(&order), T0 + PRESENCE_WAIT_MS);
    order.expires_ms = T0 + PRESENCE_WAIT_MS / 2;
    cr_expect_eq(order_session_due_ms(&order), T0 + PRESENCE_WAIT_MS / 2);
    order.state = ORDER_ACCEPTED;
    cr_expect_eq(order_session_due_ms(&order), order.expires_ms);
    order.state = ORDER_CODE_ISSUED;
    cr_expect_eq(order_session_due_ms(&order), order.expires_ms);
    order.state = ORDER_CHARGING;
    cr_expect_eq(order_session_due_ms(&order), 0, "without an ordered time it may take as long as it takes");
    order.state = ORDER_SETTLED;
    cr_expect_eq(order_session_due_ms(&order), 0);
}

Test(order_session,
     a_cable_that_is_said_to_have_come_after_the_end_makes_no_receipt_that_ends_before_it_begins)
{
    Transaction transaction;
    TransactionEvent start = event(OCPP_TRANSACTION_STARTED, 0, OCPP_CHARGING_STATE_IDLE);
    TransactionEvent plug = event(OCPP_TRANSACTION_UPDATED, 60, OCPP_CHARGING_STATE_CHARGING);
    TransactionEvent end = event(OCPP_TRANSACTION_ENDED, 61, OCPP_CHARGING_STATE_IDLE);
    Order order = order_with(5000, 0, 0);
    Receipt receipt;

    end.at_ms = T0 + 30000; /* its clock was set back */
    transaction_init(&transaction);
    transaction_add(&transaction, &start);
    transaction_add(&transaction, &plug);
    transaction_add(&transaction, &end);
    order_session_settle(&order, &transaction, &day, "receipt-1", "ABC Energy", &receipt);
    cr_expect_eq(receipt.started_ms, T0 + 60000);
    cr_expect_eq(receipt.ended_ms, receipt.started_ms);
    cr_expect_eq(receipt.duration_s, 0);
}
