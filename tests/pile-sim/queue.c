/* What a station does not lose: events made offline, unanswered events, a transaction over a power cut
 * (OCPP 2.0.1 part 2, E04, E12-E14; part 4, 4.1). */
#include "tests/pile-sim/rig.h"

#include <criterion/criterion.h>

#define SECONDS G_GINT64_CONSTANT(1000)

static gboolean is_offline(JsonObject *event)
{
    return json_object_get_boolean_member_with_default(event, "offline", FALSE);
}

static void start_charging(Rig *rig)
{
    rig_link(rig);
    rig_sim(rig, "plug compact");
    cr_assert_str_eq(rig_start(rig, 1), "Accepted");
}

Test(outbox, one_call_at_a_time_in_order)
{
    Outbox outbox;
    const OutboxEntry *first = NULL;

    outbox_init(&outbox);
    outbox_push(&outbox, OCPP_ACTION_TRANSACTION_EVENT, g_strdup("{}"), "tx");
    outbox_push(&outbox, OCPP_ACTION_TRANSACTION_EVENT, g_strdup("{}"), "tx");
    first = outbox_take(&outbox, FALSE, 0);
    cr_assert_eq(first->id, 1);
    cr_assert_null(outbox_take(&outbox, FALSE, 0));
    cr_assert_null(outbox_done(&outbox, 2), "only what is in flight can be answered");
    outbox_entry_free(outbox_done(&outbox, 1));
    cr_assert_eq(outbox_take(&outbox, FALSE, 0)->id, 2);
    outbox_clear(&outbox);
}

Test(outbox, a_lost_link_keeps_history_and_drops_the_present)
{
    Outbox outbox;

    outbox_init(&outbox);
    outbox_push(&outbox, OCPP_ACTION_STATUS_NOTIFICATION, g_strdup("{}"), NULL);
    outbox_push(&outbox, OCPP_ACTION_TRANSACTION_EVENT, g_strdup("{}"), "tx");
    outbox_take(&outbox, FALSE, 0);
    outbox_link_lost(&outbox);
    cr_assert_eq(outbox_take(&outbox, FALSE, 0)->action, OCPP_ACTION_TRANSACTION_EVENT);
    cr_assert_eq(outbox_n_durable(&outbox, "tx"), 1);
    cr_assert_eq(outbox_n_durable(&outbox, "another"), 0);
    outbox_clear(&outbox);
}

Test(outbox, a_waiting_event_holds_up_later_events_but_nothing_else)
{
    Outbox outbox;

    outbox_init(&outbox);
    outbox_push(&outbox, OCPP_ACTION_TRANSACTION_EVENT, g_strdup("{}"), "tx");
    outbox_push(&outbox, OCPP_ACTION_TRANSACTION_EVENT, g_strdup("{}"), "tx");
    outbox_push(&outbox, OCPP_ACTION_HEARTBEAT, g_strdup("{}"), NULL);
    outbox_postpone(&outbox, outbox_take(&outbox, FALSE, 0)->id, 1000);
    cr_assert_eq(outbox_take(&outbox, FALSE, 999)->action, OCPP_ACTION_HEARTBEAT);
    outbox_entry_free(outbox_done(&outbox, 3));
    cr_assert_null(outbox_take(&outbox, FALSE, 999));
    cr_assert_eq(outbox_deadline_ms(&outbox), 1000);
    cr_assert_eq(outbox_take(&outbox, FALSE, 1000)->id, 1);
    outbox_clear(&outbox);
}

Test(outbox, before_the_station_is_accepted_only_what_was_asked_for_goes_out) /* B02.FR.02 */
{
    Outbox outbox;

    outbox_init(&outbox);
    outbox_push(&outbox, OCPP_ACTION_HEARTBEAT, g_strdup("{}"), NULL);
    cr_expect_null(outbox_take(&outbox, TRUE, 0));
    outbox_push(&outbox, OCPP_ACTION_NOTIFY_REPORT, g_strdup("{}"), NULL)->while_pending = TRUE;
    cr_expect_eq(outbox_take(&outbox, TRUE, 0)->action, OCPP_ACTION_NOTIFY_REPORT);
    outbox_clear(&outbox);
}

Test(outbox, nothing_is_answered_while_nothing_is_in_flight)
{
    Outbox outbox;

    outbox_init(&outbox);
    outbox_push(&outbox, OCPP_ACTION_HEARTBEAT, g_strdup("{}"), NULL);
    cr_expect_null(outbox_done(&outbox, 0));
    cr_expect_null(outbox_in_flight(&outbox, 1));
    outbox_clear(&outbox);
}

Test(outbox, the_present_goes_before_history_and_alone_stays_where_it_is)
{
    Outbox outbox;
    OutboxEntry *beat;

    outbox_init(&outbox);
    beat = outbox_push(&outbox, OCPP_ACTION_HEARTBEAT, g_strdup("{}"), NULL);
    outbox_hurry(&outbox, beat);
    cr_expect_eq(outbox_take(&outbox, FALSE, 0), beat);
    outbox_entry_free(outbox_done(&outbox, beat->id));
    outbox_push(&outbox, OCPP_ACTION_TRANSACTION_EVENT, g_strdup("{}"), "tx");
    beat = outbox_push(&outbox, OCPP_ACTION_HEARTBEAT, g_strdup("{}"), NULL);
    outbox_hurry(&outbox, beat);
    cr_expect_eq(outbox_take(&outbox, FALSE, 0), beat);
    outbox_clear(&outbox);
}

Test(outbox, numbers_are_given_once_in_whatever_order_a_store_brings_them_back)
{
    Outbox outbox;

    outbox_init(&outbox);
    outbox_restore(&outbox, 7, OCPP_ACTION_TRANSACTION_EVENT, "{}", "tx");
    outbox_restore(&outbox, 5, OCPP_ACTION_TRANSACTION_EVENT, "{}", "tx");
    cr_expect_eq(outbox_push(&outbox, OCPP_ACTION_HEARTBEAT, g_strdup("{}"), NULL)->id, 8);
    outbox_clear(&outbox);
}

Test(outbox, is_worth_a_look_when_the_first_retry_is_due_whatever_it_is)
{
    Outbox outbox;

    outbox_init(&outbox);
    cr_expect_eq(outbox_deadline_ms(&outbox), STATION_TIME_NEVER);
    outbox_push(&outbox, OCPP_ACTION_TRANSACTION_EVENT, g_strdup("{}"), "tx");
    outbox_push(&outbox, OCPP_ACTION_TRANSACTION_EVENT, g_strdup("{}"), "tx");
    outbox_push(&outbox, OCPP_ACTION_STATUS_NOTIFICATION, g_strdup("{}"), NULL);
    outbox_postpone(&outbox, outbox_take(&outbox, FALSE, 0)->id, 2000);
    cr_expect_eq(outbox_deadline_ms(&outbox), 0, "the status may go");
    outbox_postpone(&outbox, outbox_take(&outbox, FALSE, 0)->id, 1000);
    cr_expect_eq(outbox_deadline_ms(&outbox), 1000, "the second event waits for the first");
    cr_expect_null(outbox_take(&outbox, FALSE, 999));
    cr_expect_eq(outbox_take(&outbox, FALSE, 1000)->action, OCPP_ACTION_STATUS_NOTIFICATION);
    cr_expect_eq(outbox_deadline_ms(&outbox), STATION_TIME_NEVER, "one is in flight: its answer comes first");
    outbox_postpone(&outbox, 3, 3000);
    cr_expect_eq(outbox_deadline_ms(&outbox), 2000, "of two retries the earlier");
    outbox_clear(&outbox);
}

/* Pushes news of EVSE 1, which is refused @refused times and waits. */
static void push_refused(Outbox *outbox, OcppAction action, const gchar *subject, guint refused)
{
    OutboxEntry *entry = outbox_push(outbox, action, g_strdup("{}"), subject);

    entry->evse_id = 1;
    entry->refused = refused;
    entry->not_before_ms = refused > 0 ? 1000 : 0;
}

Test(outbox, a_refused_status_is_not_repeated_once_there_is_a_newer_one)
{
    Outbox outbox;

    outbox_init(&outbox);
    push_refused(&outbox, OCPP_ACTION_TRANSACTION_EVENT, "tx", 1); /* history: never dropped */
    push_refused(&outbox, OCPP_ACTION_STATUS_NOTIFICATION, NULL, 1);
    push_refused(&outbox, OCPP_ACTION_NOTIFY_EVENT, NULL, 0);
    outbox_drop_outdone(&outbox);
    cr_expect_eq(g_queue_get_length(&outbox.entries), 3);
    push_refused(&outbox, OCPP_ACTION_STATUS_NOTIFICATION, NULL, 0);
    ((OutboxEntry *)outbox.entries.tail->data)->evse_id = 2;
    outbox_drop_outdone(&outbox);
    cr_expect_eq(g_queue_get_length(&outbox.entries), 4, "of another EVSE");
    push_refused(&outbox, OCPP_ACTION_STATUS_NOTIFICATION, NULL, 0);
    outbox.in_flight = 2;
    outbox_drop_outdone(&outbox);
    cr_expect_eq(g_queue_get_length(&outbox.entries), 5, "it is on its way again: its answer is awaited");
    outbox.in_flight = 0;
    outbox_drop_outdone(&outbox);
    cr_expect_eq(g_queue_get_length(&outbox.entries), 4);
    outbox_push(&outbox, OCPP_ACTION_TRANSACTION_EVENT, g_strdup("{}"), "tx");
    outbox_drop_outdone(&outbox);
    cr_expect_eq(outbox_n_durable(&outbox, "tx"), 2);
    outbox_clear(&outbox);
}

Test(offline, events_are_kept_marked_and_sent_in_order)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_autofree gchar *story = NULL;

    start_charging(rig);
    rig_unlink(rig);
    rig_run(rig, 125 * SECONDS);
    rig_sim(rig, "unplug");
    cr_assert_eq(rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT), 2);
    rig_link(rig);
    story = rig_story(rig);
    cr_assert_str_eq(story, "Started 0 RemoteStart EVConnected\n"
                            "Updated 1 ChargingStateChanged Charging\n"
                            "Updated 2 MeterValuePeriodic Charging\n"
                            "Updated 3 MeterValuePeriodic Charging\n"
                            "Ended 4 EVCommunicationLost Idle EVDisconnected\n");
    cr_assert_not(is_offline(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, 1)));
    cr_assert(is_offline(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, 2)));
    cr_assert(is_offline(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, 4)));
}

Test(offline, the_present_is_told_before_the_history)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    guint status_at = 0, event_at = 0;

    start_charging(rig);
    rig_unlink(rig);
    rig_sim(rig, "unplug");
    g_array_set_size(rig->calls, 0);
    rig_link(rig);
    for (guint i = 0; i < rig->calls->len; i++) {
        OcppAction action = g_array_index(rig->calls, RigCall, i).action;

        if (action == OCPP_ACTION_STATUS_NOTIFICATION)
            status_at = i;
        if (action == OCPP_ACTION_TRANSACTION_EVENT)
            event_at = i;
    }
    cr_assert_lt(status_at, event_at);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_STATUS_NOTIFICATION), 1, "only the present one");
}

Test(retry, an_unanswered_event_is_sent_again_and_never_given_up)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    start_charging(rig);
    rig->manual = TRUE;
    rig_sim(rig, "unplug");
    for (guint i = 0; i < 20; i++) {
        while (rig->in_flight != 0 && g_array_index(rig->calls, RigCall, rig->calls->len - 1).action !=
                                          OCPP_ACTION_TRANSACTION_EVENT)
            rig_answer(rig, "{}");
        if (rig->in_flight != 0)
            rig_fail(rig, FALSE, OCPP_ERROR_GENERIC);
        rig_run(rig, 11 * SECONDS);
    }
    cr_assert_gt(rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT), 15);
    cr_assert_eq(g_queue_get_length(rig->kept), 1);
}

Test(retry, a_refused_event_waits_longer_each_time_and_is_given_up_at_last) /* E13 */
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    guint before = 0;

    start_charging(rig);
    rig_sim(rig, "stop");
    cr_assert_str_eq(rig_start(rig, 2), "Accepted");
    rig->manual = TRUE;
    rig_stop(rig);
    before = rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT);
    for (guint i = 1; i < 5; i++) {
        rig_fail(rig, TRUE, OCPP_ERROR_INTERNAL);
        rig_run(rig, 10 * SECONDS * i - 1);
        cr_assert_eq(rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT), before + i - 1, "%u: too early", i);
        rig_run(rig, 1);
        cr_assert_eq(rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT), before + i, "%u: now", i);
    }
    rig_fail(rig, TRUE, OCPP_ERROR_INTERNAL);
    cr_assert_eq(g_queue_get_length(rig->kept), 0);
}

Test(retry, a_reconnect_repeats_the_event_whose_answer_was_lost)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    start_charging(rig);
    rig->manual = TRUE;
    rig_sim(rig, "stop");
    rig_unlink(rig);
    rig->manual = FALSE;
    rig_link(rig);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT), 4, "three, and the last of them twice");
    cr_assert_eq(json_object_get_int_member(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, 2), "seqNo"),
                 json_object_get_int_member(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, 3), "seqNo"));
}

Test(power_cut, the_transaction_goes_on_with_the_next_number)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_autofree gchar *id = NULL;
    g_autofree gchar *story = NULL;
    gint64 before_wh = 0;

    start_charging(rig);
    rig_run(rig, 100 * SECONDS);
    id = g_strdup(rig->station->evses[0].transaction.id);
    before_wh = json_object_get_int_member(
        json_array_get_object_element(
            json_object_get_array_member(
                json_array_get_object_element(
                    json_object_get_array_member(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, -1),
                                                 "meterValue"),
                    0),
                "sampledValue"),
            0),
        "value");
    rig_power_cut(rig);
    cr_assert_str_eq(rig->station->evses[0].transaction.id, id);
    cr_assert_geq(meter_wh(&rig->station->evses[0].meter), before_wh);
    rig_link(rig);
    rig_sim(rig, "unplug");
    story = rig_story(rig);
    cr_assert_str_eq(story, "Started 0 RemoteStart EVConnected\n"
                            "Updated 1 ChargingStateChanged Charging\n"
                            "Updated 2 MeterValuePeriodic Charging\n"
                            "Updated 3 ChargingStateChanged Charging\n"
                            "Ended 4 EVCommunicationLost Idle EVDisconnected\n");
}

Test(power_cut, a_plug_that_was_waited_for_is_waited_for_again)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_start(rig, 1);
    rig_power_cut(rig);
    rig_link(rig);
    rig_run(rig, 179 * SECONDS);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT), 3, "Started and two samples");
    rig_run(rig, 2 * SECONDS);
    cr_assert_str_eq(
        rig_text(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, -1), "transactionInfo.stoppedReason"),
        "Timeout");
}

Test(transaction_status, tells_what_is_still_queued) /* E14 */
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_autofree gchar *json = NULL;

    start_charging(rig);
    json = g_strdup_printf("{'transactionId':'%s'}", rig->station->evses[0].transaction.id);
    rig_ask(rig, OCPP_ACTION_GET_TRANSACTION_STATUS, json);
    cr_assert(json_object_get_boolean_member(rig->answer, "ongoingIndicator"));
    cr_assert_not(json_object_get_boolean_member(rig->answer, "messagesInQueue"));
    rig->manual = TRUE;
    rig_sim(rig, "stop");
    rig_ask(rig, OCPP_ACTION_GET_TRANSACTION_STATUS, json);
    cr_assert_not(json_object_get_boolean_member(rig->answer, "ongoingIndicator"));
    cr_assert(json_object_get_boolean_member(rig->answer, "messagesInQueue"));
    rig_ask(rig, OCPP_ACTION_GET_TRANSACTION_STATUS, "{}");
    cr_assert_not(json_object_has_member(rig->answer, "ongoingIndicator"));
    cr_assert(json_object_get_boolean_member(rig->answer, "messagesInQueue"));
}

Test(offline, a_status_that_the_csms_could_not_store_is_told_again_as_long_as_it_is_so)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    guint before;

    rig_link(rig);
    before = rig_count(rig, OCPP_ACTION_STATUS_NOTIFICATION);
    rig->manual = TRUE;
    rig_sim(rig, "plug compact");
    cr_assert_eq(rig_count(rig, OCPP_ACTION_STATUS_NOTIFICATION), before + 1);
    rig->manual = FALSE;
    rig_fail(rig, TRUE, OCPP_ERROR_INTERNAL);
    rig_run(rig, 61 * SECONDS);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_STATUS_NOTIFICATION), before + 2);
    cr_expect_str_eq(rig_text(rig_call(rig, OCPP_ACTION_STATUS_NOTIFICATION, -1), "connectorStatus"),
                     "Occupied");
    rig_run(rig, 300 * SECONDS);
    cr_expect_eq(rig_count(rig, OCPP_ACTION_STATUS_NOTIFICATION), before + 2, "stored: said once");
}
