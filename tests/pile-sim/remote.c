/* Remote control beyond starting and stopping: reset of one EVSE, readings by the clock, profiles told. */
#include "tests/pile-sim/rig.h"

#include <criterion/criterion.h>
#include <string.h>

static Rig *charging(guint n_evses)
{
    Rig *rig = rig_new(n_evses, 1);

    rig_link(rig);
    rig_sim(rig, "plug van");
    rig_start(rig, 1);
    rig_run(rig, 1000);
    return rig;
}

static gboolean runs(const Rig *rig)
{
    return transaction_is_running(&rig->station->evses[0].transaction);
}

Test(evse_reset, immediate_ends_what_runs_there_and_only_there) /* B12 */
{
    g_autoptr(Rig) rig = charging(2);
    JsonObject *event = NULL;

    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_RESET, "{'type':'Immediate','evseId':2}"), "Accepted");
    cr_assert(runs(rig));
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_RESET, "{'type':'Immediate','evseId':1}"), "Accepted");
    cr_assert_not(runs(rig));
    event = rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, -1);
    cr_assert_str_eq(rig_text(event, "transactionInfo.stoppedReason"), "ImmediateReset");
    rig_run(rig, 5000);
    cr_assert_eq(rig->restarts, 0, "the station stays");
    cr_assert_str_eq(rig_text(rig_call(rig, OCPP_ACTION_STATUS_NOTIFICATION, -1), "connectorStatus"),
                     "Occupied");
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_RESET, "{'type':'Immediate','evseId':3}"), "Rejected");
}

Test(evse_reset, on_idle_waits_and_takes_nobody_until_then) /* B11 */
{
    g_autoptr(Rig) rig = charging(1);
    guint n = 0;

    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_RESET, "{'type':'OnIdle','evseId':1}"), "Scheduled");
    cr_assert(runs(rig));
    n = rig_count(rig, OCPP_ACTION_STATUS_NOTIFICATION);
    rig_stop(rig);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_STATUS_NOTIFICATION), n + 1);
    cr_assert_str_eq(rig_start(rig, 2), "Accepted");
}

Test(aligned, readings_come_at_the_times_of_the_clock) /* J01 */
{
    g_autoptr(Rig) rig = charging(2);
    JsonObject *event = NULL, *idle = NULL;

    rig_set(rig, "AlignedDataCtrlr", "Measurands", "Energy.Active.Import.Register");
    rig_set(rig, "AlignedDataCtrlr", "Interval", "900");
    g_array_set_size(rig->calls, 0);
    rig_set(rig, "SampledDataCtrlr", "TxUpdatedInterval", "0");
    rig_run(rig, 898 * 1000); /* the rig's clock began at 04:00, a second ago */
    cr_assert_eq(rig_count(rig, OCPP_ACTION_METER_VALUES), 0);
    rig_run(rig, 2 * 1000);
    idle = rig_call(rig, OCPP_ACTION_METER_VALUES, 0);
    cr_assert_not_null(idle);
    cr_assert_eq(json_object_get_int_member(idle, "evseId"), 2);
    cr_assert_str_eq(rig_text(idle, "meterValue.0.sampledValue.0.context"), "Sample.Clock");
    event = rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, -1);
    cr_assert_str_eq(rig_text(event, "triggerReason"), "MeterValueClock");
    cr_assert_eq(json_array_get_length(json_object_get_array_member(
                     json_array_get_object_element(json_object_get_array_member(event, "meterValue"), 0),
                     "sampledValue")),
                 1, "the aligned measurands, not the sampled ones");
    rig_set(rig, "AlignedDataCtrlr", "SendDuringIdle", "true");
    g_array_set_size(rig->calls, 0);
    rig_run(rig, 900 * 1000);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_METER_VALUES), 1);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT), 0);
    rig_set(rig, "AlignedDataCtrlr", "Interval", "0");
    rig_run(rig, 3600 * 1000);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_METER_VALUES), 1);
}

Test(profiles, are_told_one_a_message) /* K09 */
{
    g_autoptr(Rig) rig = charging(1);

    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_GET_CHARGING_PROFILES, "{'requestId':4,'chargingProfile':{}}"),
                     "NoProfiles");
    for (gint id = 1; id <= 3; id++) {
        g_autofree gchar *json = g_strdup_printf(
            "{'evseId':1,'chargingProfile':{'id':%d,'stackLevel':%d,'chargingProfilePurpose':'"
            "TxDefaultProfile',"
            "'chargingProfileKind':'Relative','chargingSchedule':[{'id':1,'chargingRateUnit':'W',"
            "'chargingSchedulePeriod':[{'startPeriod':0,'limit':5000}]}]}}",
            id, id);

        cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_SET_CHARGING_PROFILE, json), "Accepted");
    }
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_GET_CHARGING_PROFILES,
                             "{'requestId':4,'chargingProfile':{'chargingProfileId':[1,3]}}"),
                     "Accepted");
    cr_assert_eq(rig_count(rig, OCPP_ACTION_REPORT_CHARGING_PROFILES), 2);
    cr_assert(json_object_get_boolean_member(rig_call(rig, OCPP_ACTION_REPORT_CHARGING_PROFILES, 0), "tbc"));
    cr_assert_not(json_object_has_member(rig_call(rig, OCPP_ACTION_REPORT_CHARGING_PROFILES, 1), "tbc"));
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_GET_CHARGING_PROFILES,
                             "{'requestId':4,'chargingProfile':{'chargingLimitSource':['EMS']}}"),
                     "NoProfiles");
}
