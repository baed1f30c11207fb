/* The whole story of a charge in one process and in virtual time: what is told to the CSMS, in which order
 * (OCPP 2.0.1 part 2: B01-B03, E01-E12, F01-F06, G01-G04). */
#include "tests/pile-sim/rig.h"

#include <criterion/criterion.h>

#define SECONDS G_GINT64_CONSTANT(1000)
#define MINUTES (60 * SECONDS)
#define ORDER                                                                                                \
    "{'remoteStartId':%d,'idToken':{'idToken':'CAR-1','type':'Central'},'evseId':1,"                         \
    "'customData':{'vendorId':'org.rearcharge','orderId':'%s','maxCostMinor':5000,'currency':'EUR'%s}}"

static const gchar *order(Rig *rig, gint remote_start_id, const gchar *order_id, const gchar *limits)
{
    g_autofree gchar *json = g_strdup_printf(ORDER, remote_start_id, order_id, limits);

    return rig_ask(rig, OCPP_ACTION_REQUEST_START_TRANSACTION, json);
}

static void assert_story(Rig *rig, const gchar *expected)
{
    g_autofree gchar *story = rig_story(rig);

    cr_assert_str_eq(story, expected);
}

Test(boot, registers_then_tells_every_connector_and_bay)
{
    g_autoptr(Rig) rig = rig_new(2, 1);

    rig_link(rig);
    cr_assert_eq(g_array_index(rig->calls, RigCall, 0).action, OCPP_ACTION_BOOT_NOTIFICATION);
    cr_assert_str_eq(rig_text(rig_call(rig, OCPP_ACTION_BOOT_NOTIFICATION, 0), "reason"), "PowerUp");
    cr_assert_eq(rig_count(rig, OCPP_ACTION_STATUS_NOTIFICATION), 2);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_NOTIFY_EVENT), 2);
}

Test(boot, heartbeats_at_the_interval_that_was_given)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig->boot_interval_s = 60;
    rig_link(rig);
    rig_run(rig, 5 * MINUTES + SECONDS);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_HEARTBEAT), 5);
}

Test(boot, a_pending_station_keeps_quiet_and_asks_again)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig->registration = OCPP_REGISTRATION_PENDING;
    rig->boot_interval_s = 20;
    rig_link(rig);
    rig_sim(rig, "plug compact");
    rig_run(rig, 19 * SECONDS);
    cr_assert_eq(rig->calls->len, 1);
    cr_assert_str_eq(rig_start(rig, 1), "Rejected");
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_TRIGGER_MESSAGE, "{'requestedMessage':'StatusNotification'}"),
                     "Accepted");
    cr_assert_eq(rig_count(rig, OCPP_ACTION_STATUS_NOTIFICATION), 1,
                 "what the CSMS asks for it may have (B02)");
    rig->registration = OCPP_REGISTRATION_ACCEPTED;
    rig_run(rig, 2 * SECONDS);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_BOOT_NOTIFICATION), 2);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_STATUS_NOTIFICATION), 2);
}

Test(boot, a_rejected_station_refuses_requests_and_waits)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig->registration = OCPP_REGISTRATION_REJECTED;
    rig->boot_interval_s = 20;
    rig_link(rig);
    rig_start(rig, 1);
    cr_assert_eq(rig->refusal, OCPP_ERROR_SECURITY);
    rig_run(rig, 19 * SECONDS);
    cr_assert_eq(rig->calls->len, 1);
    rig_run(rig, 2 * SECONDS);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_BOOT_NOTIFICATION), 2);
}

Test(boot, security_error_makes_it_register_again)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig->manual = TRUE;
    rig_sim(rig, "plug compact");
    rig_fail(rig, TRUE, OCPP_ERROR_SECURITY);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_BOOT_NOTIFICATION), 2);
}

Test(boot, a_csms_that_cannot_register_it_just_now_is_asked_again_ever_more_slowly)
{
    static const gint64 pause_s[] = {1, 2, 4, 8, 16, 30, 30};
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig->manual = TRUE;
    rig_link(rig);
    for (guint i = 0; i < G_N_ELEMENTS(pause_s); i++) {
        rig_fail(rig, i % 2 == 0, OCPP_ERROR_INTERNAL);
        rig_run(rig, pause_s[i] * SECONDS - 1);
        cr_assert_eq(rig_count(rig, OCPP_ACTION_BOOT_NOTIFICATION), i + 1, "%u: too early", i);
        rig_run(rig, 1);
        cr_assert_eq(rig_count(rig, OCPP_ACTION_BOOT_NOTIFICATION), i + 2, "%u: now", i);
    }
}

Test(story, remote_start_before_the_plug) /* F02 */
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_autofree gchar *statuses = NULL;
    JsonObject *started = NULL;

    rig_link(rig);
    cr_assert_str_eq(rig_start(rig, 42), "Accepted");
    rig_run(rig, 10 * SECONDS);
    rig_sim(rig, "plug compact");
    rig_run(rig, 70 * SECONDS);
    cr_assert_str_eq(rig_stop(rig), "Accepted");
    rig_sim(rig, "unplug");
    assert_story(rig, "Started 0 RemoteStart Idle\n"
                      "Updated 1 CablePluggedIn EVConnected\n"
                      "Updated 2 ChargingStateChanged Charging\n"
                      "Updated 3 MeterValuePeriodic Charging\n"
                      "Ended 4 RemoteStop EVConnected Remote\n");
    statuses = rig_statuses(rig);
    cr_assert_str_eq(statuses, "Available Occupied Available");
    started = rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, 0);
    cr_assert_eq(json_object_get_int_member(json_object_get_object_member(started, "transactionInfo"),
                                            "remoteStartId"),
                 42);
    cr_assert_str_eq(rig_text(started, "idToken.idToken"), "CAR-1");
    cr_assert_not(json_object_has_member(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, 1), "idToken"));
}

Test(story, the_speed_lever_counts_from_now_on)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    gint64 slow_wh = 0;

    rig_link(rig);
    rig_sim(rig, "plug compact");
    rig_start(rig, 1);
    rig_run(rig, 36000);
    slow_wh = meter_wh(&rig->station->evses[0].meter);
    cr_assert(rig_sim(rig, "speed 10"));
    rig_run(rig, 36000);
    cr_expect_float_eq((gdouble)(meter_wh(&rig->station->evses[0].meter) - slow_wh), 10.0 * (gdouble)slow_wh,
                       20.0);
}

Test(story, remote_start_after_the_plug) /* F01 */
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_sim(rig, "plug compact");
    cr_assert_str_eq(rig_start(rig, 42), "Accepted");
    rig_sim(rig, "unplug");
    assert_story(rig, "Started 0 RemoteStart EVConnected\n"
                      "Updated 1 ChargingStateChanged Charging\n"
                      "Ended 2 EVCommunicationLost Idle EVDisconnected\n");
}

Test(story, nobody_plugs_in) /* F02.FR.07 */
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_set(rig, "TxCtrlr", "EVConnectionTimeOut", "30");
    rig_start(rig, 1);
    rig_run(rig, 29 * SECONDS);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT), 1);
    rig_run(rig, 2 * SECONDS);
    assert_story(rig, "Started 0 RemoteStart Idle\nEnded 1 EVConnectTimeout Idle Timeout\n");
    cr_assert_str_eq(rig_start(rig, 2), "Accepted", "the EVSE is free again");
}

Test(story, the_battery_gets_full_and_the_driver_comes_back)
{
    g_autoptr(Rig) rig = rig_new(1, 240);
    JsonObject *ended = NULL;

    rig_link(rig);
    rig_set(rig, "SampledDataCtrlr", "TxUpdatedInterval", "0");
    rig_start(rig, 1);
    rig_sim(rig, "plug compact");
    rig_run(rig, 30 * SECONDS);
    rig_sim(rig, "unplug");
    assert_story(rig, "Started 0 RemoteStart Idle\n"
                      "Updated 1 CablePluggedIn EVConnected\n"
                      "Updated 2 ChargingStateChanged Charging\n"
                      "Updated 3 ChargingStateChanged SuspendedEV\n"
                      "Ended 4 EVCommunicationLost Idle EVDisconnected\n");
    ended = rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, -1);
    cr_assert_eq(meter_wh(&rig->station->evses[0].meter), 48000, "60 kWh from 20 to 100 %%");
    cr_assert_str_eq(rig_text(ended, "meterValue.0.sampledValue.0.context"), "Transaction.Begin");
    cr_assert_str_eq(rig_text(ended, "meterValue.1.sampledValue.0.context"), "Transaction.End");
}

Test(story, a_driver_in_a_hurry_unplugs_at_eighty_percent)
{
    g_autoptr(Rig) rig = rig_new(1, 240);

    rig_link(rig);
    rig_set(rig, "SampledDataCtrlr", "TxUpdatedInterval", "0");
    rig_sim(rig, "plug compact");
    rig->station->evses[0].vehicle.unplug_at_percent = 80;
    rig_start(rig, 1);
    rig_run(rig, 30 * SECONDS);
    assert_story(rig, "Started 0 RemoteStart EVConnected\n"
                      "Updated 1 ChargingStateChanged Charging\n"
                      "Ended 2 EVCommunicationLost Idle EVDisconnected\n");
    cr_assert_lt(ABS(meter_wh(&rig->station->evses[0].meter) - 36000), 50, "60 %% of 60 kWh, within a step");
}

Test(story, the_stop_button_ends_it_locally)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    cr_assert_not(rig_sim(rig, "stop"), "nothing to stop");
    rig_sim(rig, "plug compact");
    rig_start(rig, 1);
    cr_assert(rig_sim(rig, "stop"));
    assert_story(rig, "Started 0 RemoteStart EVConnected\n"
                      "Updated 1 ChargingStateChanged Charging\n"
                      "Ended 2 StopAuthorized EVConnected Local\n");
}

Test(story, a_fault_ends_it_and_blocks_the_connector)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_autofree gchar *statuses = NULL;

    rig_link(rig);
    rig_sim(rig, "plug compact");
    rig_start(rig, 1);
    rig_sim(rig, "fault on");
    cr_assert_str_eq(rig_start(rig, 2), "Rejected");
    cr_assert_str_eq(rig_text(rig->answer, "statusInfo.reasonCode"), "Faulted");
    rig_sim(rig, "fault off");
    assert_story(rig, "Started 0 RemoteStart EVConnected\n"
                      "Updated 1 ChargingStateChanged Charging\n"
                      "Ended 2 AbnormalCondition EVConnected GroundFault\n");
    statuses = rig_statuses(rig);
    cr_assert_str_eq(statuses, "Available Occupied Faulted Occupied");
}

Test(limits, the_order_stops_at_its_energy_to_the_wh)
{
    g_autoptr(Rig) rig = rig_new(1, 240);

    rig_link(rig);
    rig_set(rig, "SampledDataCtrlr", "TxUpdatedInterval", "0");
    order(rig, 1, "o-1", ",'maxEnergyWh':1234");
    rig_sim(rig, "plug compact");
    rig_run(rig, 30 * SECONDS);
    assert_story(rig, "Started 0 RemoteStart Idle\n"
                      "Updated 1 CablePluggedIn EVConnected\n"
                      "Updated 2 ChargingStateChanged Charging\n"
                      "Ended 3 EnergyLimitReached EVConnected EnergyLimitReached\n");
    cr_assert_eq(meter_wh(&rig->station->evses[0].meter), 1234);
}

Test(limits, the_order_stops_at_its_duration)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_set(rig, "SampledDataCtrlr", "TxUpdatedInterval", "0");
    order(rig, 1, "o-1", ",'maxDurationS':600");
    rig_sim(rig, "plug compact");
    rig_run(rig, 599 * SECONDS);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT), 3);
    rig_run(rig, 2 * SECONDS);
    cr_assert_str_eq(
        rig_text(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, -1), "transactionInfo.stoppedReason"),
        "TimeLimitReached");
}

Test(limits, the_order_stops_when_the_csms_tells_that_the_money_is_spent)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_sim(rig, "plug compact");
    order(rig, 1, "o-1", "");
    rig->manual = TRUE;
    rig_run(rig, 61 * SECONDS);
    rig_answer(rig, "{'totalCost':49.99}");
    rig_run(rig, 60 * SECONDS);
    rig_answer(rig, "{'totalCost':50.0}");
    cr_assert_str_eq(
        rig_text(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, -1), "transactionInfo.stoppedReason"),
        "LocalOutOfCredit");
}

Test(authorisation, a_token_that_the_csms_refuses_later_stops_the_charge)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_sim(rig, "plug compact");
    rig->manual = TRUE;
    rig_start(rig, 1);
    rig_answer(rig, "{'idTokenInfo':{'status':'Blocked'}}");
    rig->manual = FALSE;
    rig_answer(rig, "{}");
    assert_story(rig, "Started 0 RemoteStart EVConnected\n"
                      "Updated 1 ChargingStateChanged Charging\n"
                      "Ended 2 Deauthorized EVConnected DeAuthorized\n");
}

Test(authorisation, authorize_remote_start_asks_first)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_set(rig, "AuthCtrlr", "AuthorizeRemoteStart", "true");
    rig->manual = TRUE;
    cr_assert_str_eq(rig_start(rig, 7), "Accepted");
    cr_assert_str_eq(rig_start(rig, 7), "Accepted", "the same again changes nothing");
    cr_assert_eq(rig_count(rig, OCPP_ACTION_AUTHORIZE), 1);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT), 0);
    rig_answer(rig, "{'idTokenInfo':{'status':'Accepted'}}");
    assert_story(rig, "Started 0 RemoteStart Idle\n");
}

Test(authorisation, an_unauthorised_remote_start_starts_nothing)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_set(rig, "AuthCtrlr", "AuthorizeRemoteStart", "true");
    rig->manual = TRUE;
    rig_start(rig, 7);
    rig_answer(rig, "{'idTokenInfo':{'status':'Invalid'}}");
    rig->manual = FALSE;
    rig_sim(rig, "plug compact");
    assert_story(rig, "");
}

Test(remote_start, the_same_request_again_is_the_same_transaction)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_autofree gchar *first = NULL;

    rig_link(rig);
    order(rig, 1, "o-1", "");
    first = g_strdup(rig->station->evses[0].transaction.id);
    cr_assert_str_eq(order(rig, 1, "o-1", ""), "Accepted");
    cr_assert_str_eq(rig_text(rig->answer, "transactionId"), first);
    cr_assert_str_eq(order(rig, 99, "o-1", ""), "Accepted", "the order decides, not the remoteStartId");
    cr_assert_str_eq(order(rig, 1, "o-2", ""), "Rejected", "another order at the same plug");
    assert_story(rig, "Started 0 RemoteStart Idle\n");
}

Test(remote_start, an_order_that_has_ended_never_starts_again_even_after_a_power_cut)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_sim(rig, "plug compact");
    order(rig, 1, "o-1", "");
    rig_stop(rig);
    cr_assert_str_eq(order(rig, 1, "o-1", ""), "Rejected");
    rig_power_cut(rig);
    rig_link(rig);
    cr_assert_str_eq(order(rig, 1, "o-1", ""), "Rejected");
    cr_assert_str_eq(rig_text(rig->answer, "statusInfo.reasonCode"), "OrderHasEnded");
    cr_assert_str_eq(order(rig, 1, "o-2", ""), "Accepted");
}

Test(remote_start, without_an_evse_takes_the_one_with_the_cable)
{
    g_autoptr(Rig) rig = rig_new(3, 1);

    rig_link(rig);
    rig_sim(rig, "plug compact evse=2");
    rig_ask(rig, OCPP_ACTION_REQUEST_START_TRANSACTION,
            "{'remoteStartId':1,'idToken':{'idToken':'A','type':'Central'}}");
    cr_assert(transaction_is_running(&rig->station->evses[1].transaction));
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_REQUEST_START_TRANSACTION,
                             "{'remoteStartId':2,'idToken':{'idToken':'A','type':'Central'},'evseId':4}"),
                     "Rejected");
}

Test(remote_stop, of_an_unknown_transaction_is_rejected)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    cr_assert_str_eq(rig_stop(rig), "Rejected");
}

Test(availability, waits_for_the_running_transaction) /* G03 */
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_autofree gchar *statuses = NULL;

    rig_link(rig);
    rig_start(rig, 1);
    cr_assert_str_eq(
        rig_ask(rig, OCPP_ACTION_CHANGE_AVAILABILITY, "{'operationalStatus':'Inoperative','evse':{'id':1}}"),
        "Scheduled");
    rig_stop(rig);
    cr_assert_str_eq(rig_start(rig, 2), "Rejected");
    rig_power_cut(rig);
    rig_link(rig);
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_CHANGE_AVAILABILITY, "{'operationalStatus':'Operative'}"),
                     "Accepted");
    statuses = rig_statuses(rig);
    cr_assert_str_eq(statuses, "Available Unavailable Unavailable Available");
    cr_assert_str_eq(
        rig_ask(rig, OCPP_ACTION_CHANGE_AVAILABILITY, "{'operationalStatus':'Operative','evse':{'id':9}}"),
        "Rejected");
}

Test(reset, immediate_ends_the_transaction_and_reboots) /* B12 */
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_start(rig, 1);
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_RESET, "{'type':'Immediate'}"), "Accepted");
    rig_run(rig, 2 * SECONDS);
    assert_story(rig, "Started 0 RemoteStart Idle\nEnded 1 ResetCommand Idle ImmediateReset\n");
    cr_assert_eq(rig->restarts, 1);
    cr_assert_str_eq(rig_text(rig_call(rig, OCPP_ACTION_BOOT_NOTIFICATION, -1), "reason"), "RemoteReset");
}

Test(reset, on_idle_waits_and_takes_no_new_customers)
{
    g_autoptr(Rig) rig = rig_new(2, 1);

    rig_link(rig);
    rig_start(rig, 1);
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_RESET, "{'type':'OnIdle'}"), "Scheduled");
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_REQUEST_START_TRANSACTION,
                             "{'remoteStartId':2,'idToken':{'idToken':'B','type':'Central'},'evseId':2}"),
                     "Rejected");
    rig_run(rig, 5 * SECONDS);
    cr_assert_eq(rig->restarts, 0);
    rig_stop(rig);
    rig_run(rig, SECONDS);
    cr_assert_eq(rig->restarts, 1);
    cr_assert_str_eq(rig_text(rig_call(rig, OCPP_ACTION_BOOT_NOTIFICATION, -1), "reason"), "ScheduledReset");
}

Test(unlock, not_under_an_authorised_transaction) /* F05 */
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_UNLOCK_CONNECTOR, "{'evseId':1,'connectorId':1}"), "Unlocked");
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_UNLOCK_CONNECTOR, "{'evseId':1,'connectorId':2}"),
                     "UnknownConnector");
    rig_start(rig, 1);
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_UNLOCK_CONNECTOR, "{'evseId':1,'connectorId':1}"),
                     "OngoingAuthorizedTransaction");
}

Test(trigger, promises_only_what_follows) /* F06 */
{
    static const struct {
        const gchar *message, *status;
        OcppAction action;
    } rows[] = {
        {"Heartbeat", "Accepted", OCPP_ACTION_HEARTBEAT},
        {"StatusNotification", "Accepted", OCPP_ACTION_STATUS_NOTIFICATION},
        {"MeterValues", "Accepted", OCPP_ACTION_METER_VALUES},
        {"LogStatusNotification", "Accepted", OCPP_ACTION_LOG_STATUS_NOTIFICATION},
        {"FirmwareStatusNotification", "Accepted", OCPP_ACTION_FIRMWARE_STATUS_NOTIFICATION},
        {"BootNotification", "Rejected", OCPP_ACTION_BOOT_NOTIFICATION},
        {"TransactionEvent", "Rejected", OCPP_ACTION_TRANSACTION_EVENT},
        {"SignChargingStationCertificate", "NotImplemented", OCPP_ACTION_SIGN_CERTIFICATE},
    };
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint before = rig_count(rig, rows[i].action);
        g_autofree gchar *json = g_strdup_printf("{'requestedMessage':'%s'}", rows[i].message);

        cr_expect_str_eq(rig_ask(rig, OCPP_ACTION_TRIGGER_MESSAGE, json), rows[i].status, "%s",
                         rows[i].message);
        cr_expect_eq(rig_count(rig, rows[i].action) - before, g_str_equal(rows[i].status, "Accepted") ? 1 : 0,
                     "%s", rows[i].message);
    }
    rig_start(rig, 1);
    cr_assert_str_eq(
        rig_ask(rig, OCPP_ACTION_TRIGGER_MESSAGE, "{'requestedMessage':'TransactionEvent','evse':{'id':1}}"),
        "Accepted");
    cr_assert_str_eq(rig_text(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, -1), "triggerReason"), "Trigger");
}

Test(bay, is_told_after_the_sensor_has_settled)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    JsonObject *event = NULL;

    rig_link(rig);
    rig_sim(rig, "bay occupied");
    rig_run(rig, 200);
    rig_sim(rig, "bay free");
    rig_run(rig, 2 * SECONDS);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_NOTIFY_EVENT), 1, "a flicker is no car");
    rig_sim(rig, "bay occupied");
    rig_run(rig, 501);
    event = rig_call(rig, OCPP_ACTION_NOTIFY_EVENT, -1);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_NOTIFY_EVENT), 2);
    cr_assert_str_eq(rig_text(event, "eventData.0.component.name"), "BayOccupancySensor");
    cr_assert_str_eq(rig_text(event, "eventData.0.actualValue"), "true");
    cr_assert_str_eq(rig_text(event, "eventData.0.eventNotificationType"), "HardWiredNotification");
}
