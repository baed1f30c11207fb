#include "server-stub/model/transaction.h"

#include <criterion/criterion.h>

#define T0 G_GINT64_CONSTANT(1790000000000)

static TransactionEvent event(OcppTransactionEventType kind, gint64 seq, OcppChargingState state, gint64 wh)
{
    return (TransactionEvent){.kind = kind,
                              .seq_no = seq,
                              .at_ms = T0 + seq * 60000,
                              .charging_state = state,
                              .trigger_reason = OCPP_TRIGGER_METER_VALUE_PERIODIC,
                              .meter_first_wh = wh,
                              .meter_last_wh = wh,
                              .power_w = 11000,
                              .soc_percent = 20 + seq};
}

/* Five events: authorized, plugged, charging, charging, ended. */
static const struct {
    OcppTransactionEventType kind;
    OcppChargingState state;
    gint64 wh;
} story[] = {
    {OCPP_TRANSACTION_STARTED, OCPP_CHARGING_STATE_IDLE, 1000},
    {OCPP_TRANSACTION_UPDATED, OCPP_CHARGING_STATE_EV_CONNECTED, 1000},
    {OCPP_TRANSACTION_UPDATED, OCPP_CHARGING_STATE_CHARGING, 1200},
    {OCPP_TRANSACTION_UPDATED, OCPP_CHARGING_STATE_CHARGING, 1700},
    {OCPP_TRANSACTION_ENDED, OCPP_CHARGING_STATE_EV_CONNECTED, 2000},
};

static void play(Transaction *transaction, const guint *order, guint n)
{
    transaction_init(transaction);
    for (guint i = 0; i < n; i++) {
        TransactionEvent e = event(story[order[i]].kind, order[i], story[order[i]].state, story[order[i]].wh);

        if (e.kind == OCPP_TRANSACTION_ENDED)
            e.stopped_reason = OCPP_STOPPED_LOCAL;
        cr_assert_eq(transaction_add(transaction, &e), SEQ_SET_ADDED);
    }
}

static void permute(guint *order, guint n, guint k, const Transaction *wanted)
{
    if (k == n) {
        Transaction got;

        play(&got, order, n);
        cr_assert(transaction_is_complete(&got));
        cr_assert_eq(transaction_energy_wh(&got), transaction_energy_wh(wanted));
        cr_assert_eq(transaction_duration_s(&got), transaction_duration_s(wanted));
        cr_assert_eq(got.charging_state, wanted->charging_state);
        cr_assert_eq(got.soc_start_percent, 20);
        cr_assert_eq(got.soc_percent, 24);
        cr_assert_eq(got.stopped_reason, OCPP_STOPPED_LOCAL);
        return;
    }
    for (guint i = k; i < n; i++) {
        guint swap = order[k];

        order[k] = order[i], order[i] = swap;
        permute(order, n, k + 1, wanted);
        swap = order[k], order[k] = order[i], order[i] = swap;
    }
}

Test(transaction, the_order_in_which_events_arrive_does_not_matter)
{
    guint order[] = {0, 1, 2, 3, 4};
    Transaction wanted;

    play(&wanted, order, 5);
    cr_expect_eq(transaction_energy_wh(&wanted), 1000);
    permute(order, 5, 0, &wanted);
}

Test(transaction, waiting_for_the_plug_costs_no_time)
{
    const guint order[] = {0, 1, 2, 3, 4};
    Transaction transaction;

    play(&transaction, order, 5);
    cr_expect_eq(transaction_duration_s(&transaction), 180); /* from event 1, not from event 0 */
}

Test(transaction, stays_open_until_ended_and_every_number_before_it_are_in)
{
    const guint order[] = {4, 0, 1, 3, 2};

    for (guint n = 1; n <= 5; n++) {
        Transaction transaction;

        play(&transaction, order, n);
        cr_expect(transaction_has_ended(&transaction));
        cr_expect_eq(transaction_is_complete(&transaction), n == 5, "after %u events", n);
    }
}

Test(transaction, a_duplicate_changes_nothing)
{
    const guint order[] = {0, 1, 2};
    Transaction transaction, before;
    TransactionEvent lie = event(OCPP_TRANSACTION_UPDATED, 2, OCPP_CHARGING_STATE_IDLE, 999999);

    play(&transaction, order, 3);
    before = transaction;
    cr_expect_eq(transaction_add(&transaction, &lie), SEQ_SET_DUPLICATE);
    cr_expect_eq(transaction_energy_wh(&transaction), transaction_energy_wh(&before));
    cr_expect_eq(transaction.charging_state, before.charging_state);
}

Test(transaction, a_suspended_charge_shows_no_old_power)
{
    const guint order[] = {0, 1, 2};
    Transaction transaction;
    TransactionEvent pause = event(OCPP_TRANSACTION_UPDATED, 3, OCPP_CHARGING_STATE_SUSPENDED_EV, -1);

    play(&transaction, order, 3);
    cr_expect_eq(transaction.power_w, 11000);
    pause.power_w = -1;
    transaction_add(&transaction, &pause);
    cr_expect_eq(transaction.power_w, 0);
}

Test(transaction, a_meter_that_runs_backwards_delivers_nothing)
{
    Transaction transaction;
    TransactionEvent first = event(OCPP_TRANSACTION_STARTED, 0, OCPP_CHARGING_STATE_CHARGING, 5000);
    TransactionEvent second = event(OCPP_TRANSACTION_UPDATED, 1, OCPP_CHARGING_STATE_CHARGING, 10);

    transaction_init(&transaction);
    transaction_add(&transaction, &first);
    transaction_add(&transaction, &second);
    cr_expect_eq(transaction_energy_wh(&transaction), 0);
}

Test(transaction, the_text_in_the_store_brings_everything_back)
{
    const guint order[] = {0, 2, 4};
    Transaction transaction, copy;
    g_autofree gchar *text = NULL;
    g_autofree gchar *again = NULL;

    play(&transaction, order, 3);
    text = transaction_to_text(&transaction);
    cr_assert(transaction_from_text(&copy, text));
    again = transaction_to_text(&copy);
    cr_expect_str_eq(again, text);
    cr_expect_not(transaction_from_text(&copy, "1 2 3"));
    cr_expect_not(transaction_from_text(&copy, ""));
}

Test(transaction, gaps_without_end_are_refused)
{
    SeqSet set = {0};

    for (gint64 i = 0; i < SEQ_SET_MAX_RANGES; i++)
        cr_assert_eq(seq_set_add(&set, i * 2), SEQ_SET_ADDED);
    cr_expect_eq(seq_set_add(&set, 1000), SEQ_SET_FULL);
    cr_expect_eq(seq_set_add(&set, 1), SEQ_SET_ADDED); /* closing a gap makes room */
    cr_expect_eq(seq_set_add(&set, 1000), SEQ_SET_ADDED);
    cr_expect(seq_set_covers(&set, 0, 2));
    cr_expect_not(seq_set_covers(&set, 0, 3));
}

Test(transaction, first_and_last_reading_of_an_event_are_found_whatever_their_order)
{
    OcppTransactionEventRequest request;
    OcppSample samples[] = {
        {.timestamp_ms = T0 + 9, .measurand = OCPP_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER, .value = 900},
        {.timestamp_ms = T0 + 1, .measurand = OCPP_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER, .value = 100},
        {.timestamp_ms = T0 + 9,
         .measurand = OCPP_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER,
         .value = 300,
         .one_phase = TRUE},
        {.timestamp_ms = T0 + 9, .measurand = OCPP_MEASURAND_SOC, .unit = OCPP_UNIT_PERCENT, .value = 55},
    };
    TransactionEvent e;

    ocpp_transaction_event_request_init(&request);
    g_array_append_vals(request.samples, samples, G_N_ELEMENTS(samples));
    transaction_event_from_ocpp(&e, &request);
    cr_expect_eq(e.meter_first_wh, 100);
    cr_expect_eq(e.meter_last_wh, 900);
    cr_expect_eq(e.soc_percent, 55);
    cr_expect_eq(e.power_w, -1);
    ocpp_transaction_event_request_clear(&request);
}
