/* What other stations got wrong about their queue, by the report that told of it. */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/pile-sim/rig.h"

#define SECONDS G_GINT64_CONSTANT(1000)

static gint seq_no(Rig *rig, gint i)
{
    return (gint)json_object_get_int_member(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, i), "seqNo");
}

static void charge(Rig *rig)
{
    rig_link(rig);
    rig_sim(rig, "plug compact");
    cr_assert_str_eq(rig_start(rig, 1), "Accepted");
}

static void start_offline(Rig *rig)
{
    rig_link(rig);
    rig_set(rig, "AuthCtrlr", "OfflineTxForUnknownIdEnabled", "true");
    rig_set(rig, "OfflineChargingCtrlr", "EnergyCap", "0");
    rig_unlink(rig);
    rig_sim(rig, "plug compact");
    Showing showing = {.kind = SHOWING_ID,
                       .evse = 1,
                       .id_token = {.present = TRUE, .type = OCPP_ID_TOKEN_CENTRAL, .id_token = "X"}};
    cr_assert_str_eq(rig_show(rig, &showing), "");
}

Test(mistake, libocpp_1137_a_late_answer_to_a_requeued_event_ends_nothing)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    gint64 old_call = 0;
    GArray *effects = effects_new();
    g_autoptr(JsonObject) empty = json_object_new();

    charge(rig);
    rig->manual = TRUE;
    rig_sim(rig, "unplug");
    while (g_array_index(rig->calls, RigCall, rig->calls->len - 1).action != OCPP_ACTION_TRANSACTION_EVENT)
        rig_answer(rig, "{}");
    old_call = rig->in_flight;
    rig_unlink(rig);
    station_answered(rig->station, old_call, empty, rig->now, effects);
    g_array_unref(effects);
    rig->manual = FALSE;
    cr_expect_eq(outbox_n_durable(&rig->station->outbox, NULL), 1, "nobody has answered it on a living link");
    rig_link(rig);
    cr_expect_eq(g_queue_get_length(rig->kept), 0);
}

Test(mistake, libocpp_420_an_event_from_the_future_blocks_nothing)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_unlink(rig);
    rig->now.unix_ms += G_GINT64_CONSTANT(400) * 86400 * SECONDS;
    start_offline(rig);
    rig->now.unix_ms -= G_GINT64_CONSTANT(400) * 86400 * SECONDS;
    rig_sim(rig, "unplug");
    rig_link(rig);
    cr_expect_eq(g_queue_get_length(rig->kept), 0);
    cr_expect_eq(rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT), 3);
}

Test(mistake, libocpp_495_an_offline_start_has_its_transaction_id_from_the_first_event_on)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    const gchar *id = NULL;

    start_offline(rig);
    rig_sim(rig, "unplug");
    rig_link(rig);
    id = rig_text(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, 0), "transactionInfo.transactionId");
    cr_expect_eq(strlen(id), 36);
    for (gint i = 1; i < 3; i++)
        cr_expect_str_eq(
            rig_text(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, i), "transactionInfo.transactionId"), id);
}

Test(mistake, libocpp_907_an_answered_stop_is_not_sent_again_after_a_reboot)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    guint before = 0;

    charge(rig);
    rig_sim(rig, "unplug");
    before = rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT);
    rig_power_cut(rig);
    rig_link(rig);
    cr_expect_eq(rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT), before);
}

Test(mistake, libocpp_390_after_a_timeout_the_next_try_waits_its_interval_too)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    guint before = 0;

    charge(rig);
    rig->manual = TRUE;
    rig_stop(rig);
    before = rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT);
    rig_fail(rig, FALSE, OCPP_ERROR_GENERIC);
    rig_run(rig, 10 * SECONDS - 1);
    cr_expect_eq(rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT), before);
    rig_run(rig, 1);
    cr_expect_eq(rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT), before + 1);
}

Test(mistake, microocpp_454_298_a_start_made_offline_survives_a_reset_while_offline)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_autofree gchar *story = NULL;

    start_offline(rig);
    rig_power_cut(rig);
    rig_sim(rig, "unplug");
    rig_power_cut(rig);
    rig_link(rig);
    story = rig_story(rig);
    cr_expect_str_eq(story, "Started 0 Authorized EVConnected\n"
                            "Updated 1 ChargingStateChanged Charging\n"
                            "Updated 2 ChargingStateChanged Charging\n"
                            "Ended 3 EVCommunicationLost Idle EVDisconnected\n");
}

static gint64 last_register_wh(JsonObject *event)
{
    JsonArray *meter_values = json_object_get_array_member(event, "meterValue");
    JsonObject *last = json_array_get_object_element(meter_values, json_array_get_length(meter_values) - 1);

    return json_object_get_int_member(
        json_array_get_object_element(json_object_get_array_member(last, "sampledValue"), 0), "value");
}

Test(mistake, microocpp_174_100_227_after_a_power_cut_the_stop_has_its_meter_value)
{
    g_autoptr(Rig) rig = rig_new(1, 60);

    start_offline(rig);
    rig_run(rig, 60 * SECONDS);
    rig_power_cut(rig);
    rig_run(rig, 60 * SECONDS);
    rig_sim(rig, "unplug");
    rig_link(rig);
    cr_expect_eq(last_register_wh(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, -1)),
                 meter_wh(&rig->station->evses[0].meter));
    cr_expect_gt(meter_wh(&rig->station->evses[0].meter), 1000);
}

Test(mistake, microocpp_50_a_start_waits_for_its_answer)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_sim(rig, "plug compact");
    rig->manual = TRUE;
    rig_start(rig, 1);
    rig_run(rig, 25 * SECONDS);
    cr_expect_eq(rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT), 1);
}

Test(short_memory, drops_every_second_reading_and_nothing_else) /* E12.FR.04-05 */
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    gint last = -1;
    guint n = 0, gaps = 0;

    rig->queue_max = 40;
    rig_power_cut(rig);
    start_offline(rig);
    rig_run(rig, 200 * 60 * SECONDS);
    rig_sim(rig, "unplug");
    cr_expect_leq(g_queue_get_length(rig->kept), 41);
    rig_power_cut(rig);
    rig_link(rig);
    n = rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT);
    for (guint i = 0; i < n; i++) {
        gint now = seq_no(rig, (gint)i);
        cr_expect_gt(now, last, "in order, never renumbered");
        gaps += now > last + 1;
        last = now;
    }
    cr_expect_str_eq(rig_text(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, 0), "eventType"), "Started");
    cr_expect_str_eq(rig_text(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, -1), "eventType"), "Ended");
    cr_expect_gt(gaps, 10);
    cr_expect_gt(last, 100);
    cr_expect_eq(g_queue_get_length(rig->kept), 0);
}

Test(short_memory, keeps_what_names_the_driver)
{
    Outbox outbox;
    g_autoptr(GArray) dropped = g_array_new(FALSE, FALSE, sizeof(gint64));

    outbox_init(&outbox);
    for (guint i = 0; i < 4; i++)
        outbox_push(&outbox, OCPP_ACTION_TRANSACTION_EVENT,
                    g_strdup("{\"eventType\":\"Updated\",\"idToken\":{\"idToken\":\"X\"}}"), "tx");
    outbox_push(&outbox, OCPP_ACTION_TRANSACTION_EVENT, g_strdup("{\"eventType\":\"Started\"}"), "tx");
    outbox_push(&outbox, OCPP_ACTION_TRANSACTION_EVENT, g_strdup("{\"eventType\":\"Ended\"}"), "tx");
    outbox_thin(&outbox, dropped);
    cr_expect_eq(dropped->len, 0);
    outbox_clear(&outbox);
}

Test(short_memory, keeps_what_is_on_its_way)
{
    Outbox outbox;
    g_autoptr(GArray) dropped = g_array_new(FALSE, FALSE, sizeof(gint64));

    outbox_init(&outbox);
    for (guint i = 0; i < 4; i++)
        outbox_push(&outbox, OCPP_ACTION_TRANSACTION_EVENT, g_strdup("{\"eventType\":\"Updated\"}"), "tx");
    cr_assert_eq(outbox_take(&outbox, FALSE, 0)->id, 1);
    outbox_thin(&outbox, dropped);
    cr_assert_eq(dropped->len, 1, "of the three that wait, every second");
    cr_expect_eq(g_array_index(dropped, gint64, 0), 3);
    cr_expect_eq(outbox_in_flight(&outbox, 1)->id, 1);
    outbox_clear(&outbox);
}
