/* Charging profiles as a power limit (OCPP 2.0.1 part 2, block K). */
#include "tests/pile-sim/rig.h"

#include "base/utc_time.h"

#include <criterion/criterion.h>
#include <string.h>

#define MINUTE_MS (60 * 1000)

static Rig *charging(guint n_evses)
{
    Rig *rig = rig_new(n_evses, 1);

    rig_link(rig);
    rig_sim(rig, "plug compact");
    rig_start(rig, 1);
    rig_run(rig, 1000);
    return rig;
}

/* A profile of @purpose with @periods; @more: further members of the profile. */
static gchar *profile(Rig *rig, gint id, const gchar *purpose, gint stack, const gchar *periods,
                      const gchar *more)
{
    gchar start[UTC_TIME_TEXT_BYTES];

    utc_time_format(rig->now.unix_ms, start);
    return g_strdup_printf(
        "{'id':%d,'stackLevel':%d,'chargingProfilePurpose':'%s','chargingProfileKind':'Absolute',"
        "'chargingSchedule':[{'id':1,'startSchedule':'%s','chargingRateUnit':'W','chargingSchedulePeriod':[%"
        "s]}]%s}",
        id, stack, purpose, start, periods, more);
}

static const gchar *set(Rig *rig, gint evse, gchar *profile)
{
    g_autofree gchar *owned = profile;
    g_autofree gchar *json = g_strdup_printf("{'evseId':%d,'chargingProfile':%s}", evse, owned);

    return rig_ask(rig, OCPP_ACTION_SET_CHARGING_PROFILE, json);
}

static gint64 power(Rig *rig)
{
    return evse_power_w(&rig->station->evses[0]);
}

static const gchar *reason(Rig *rig)
{
    const gchar *code = rig_text(rig->answer, "statusInfo.reasonCode");

    return code != NULL ? code : "";
}

Test(limits, a_default_profile_limits_at_once_and_is_told)
{
    g_autoptr(Rig) rig = charging(1);
    JsonObject *event = NULL;

    cr_assert_gt(power(rig), 50000);
    cr_assert_str_eq(
        set(rig, 1, profile(rig, 1, "TxDefaultProfile", 0, "{'startPeriod':0,'limit':7400.9}", "")),
        "Accepted");
    cr_assert_eq(power(rig), 7400);
    event = rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, -1);
    cr_assert_str_eq(rig_text(event, "triggerReason"), "ChargingRateChanged");
    rig_ask(rig, OCPP_ACTION_CLEAR_CHARGING_PROFILE, "{'chargingProfileId':1}");
    cr_assert_gt(power(rig), 50000);
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_CLEAR_CHARGING_PROFILE, "{'chargingProfileId':1}"), "Unknown");
}

Test(limits, energy_follows_the_limit)
{
    g_autoptr(Rig) rig = charging(1);
    gint64 before_wh = meter_wh(&rig->station->evses[0].meter);

    set(rig, 0, profile(rig, 1, "TxDefaultProfile", 0, "{'startPeriod':0,'limit':6000}", ""));
    rig_run(rig, 10 * MINUTE_MS);
    cr_assert_leq(ABS(meter_wh(&rig->station->evses[0].meter) - before_wh - 1000), 2);
}

Test(limits, zero_pauses_and_the_next_period_goes_on)
{
    g_autoptr(Rig) rig = charging(1);
    g_autofree gchar *story = NULL;

    set(rig, 1,
        profile(rig, 1, "TxDefaultProfile", 0,
                "{'startPeriod':0,'limit':0},{'startPeriod':300,'limit':11000}", ""));
    cr_assert_eq(power(rig), 0);
    rig_run(rig, 299 * 1000);
    cr_assert_eq(power(rig), 0);
    rig_run(rig, 2 * 1000);
    cr_assert_eq(power(rig), 11000);
    story = rig_story(rig);
    cr_assert_not_null(strstr(story, "ChargingStateChanged SuspendedEVSE"));
    rig_set(rig, "TxCtrlr", "TxStopPoint", "EnergyTransfer");
    set(rig, 1, profile(rig, 1, "TxDefaultProfile", 0, "{'startPeriod':0,'limit':0}", ""));
    cr_assert(transaction_is_running(&rig->station->evses[0].transaction),
              "a pause of the station is not the end of the transfer");
}

Test(limits, the_higher_stack_level_and_the_transaction_s_own_come_first)
{
    g_autoptr(Rig) rig = charging(1);
    g_autofree gchar *own = g_strdup_printf(",'transactionId':'%s'", rig->station->evses[0].transaction.id);

    set(rig, 0, profile(rig, 1, "TxDefaultProfile", 0, "{'startPeriod':0,'limit':30000}", ""));
    set(rig, 1, profile(rig, 2, "TxDefaultProfile", 0, "{'startPeriod':0,'limit':20000}", ""));
    cr_assert_eq(power(rig), 20000, "the EVSE's before the station's");
    set(rig, 0, profile(rig, 3, "TxDefaultProfile", 1, "{'startPeriod':0,'limit':25000}", ""));
    cr_assert_eq(power(rig), 25000);
    cr_assert_str_eq(set(rig, 1, profile(rig, 4, "TxProfile", 0, "{'startPeriod':0,'limit':40000}", own)),
                     "Accepted");
    cr_assert_eq(power(rig), 40000);
    set(rig, 0, profile(rig, 5, "ChargingStationMaxProfile", 0, "{'startPeriod':0,'limit':12000}", ""));
    cr_assert_eq(power(rig), 12000, "nobody goes beyond the station's");
    rig_stop(rig);
    cr_assert_eq(rig->station->limits.list->len, 4, "a TxProfile ends with its transaction");
}

Test(limits, the_station_s_limit_is_shared)
{
    g_autoptr(Rig) rig = charging(2);

    set(rig, 0, profile(rig, 5, "ChargingStationMaxProfile", 0, "{'startPeriod':0,'limit':12000}", ""));
    cr_assert_eq(power(rig), 12000);
    rig_sim(rig, "plug compact evse=2");
    rig_ask(rig, OCPP_ACTION_REQUEST_START_TRANSACTION,
            "{'remoteStartId':2,'idToken':{'idToken':'CAR-2','type':'Central'},'evseId':2}");
    rig_run(rig, 1000);
    cr_assert_eq(power(rig), 6000);
    cr_assert_eq(evse_power_w(&rig->station->evses[1]), 6000);
    rig_sim(rig, "unplug evse=2");
    rig_run(rig, 1000);
    cr_assert_eq(power(rig), 12000);
}

Test(limits, refuses_what_it_cannot_follow)
{
#define SCHEDULE                                                                                             \
    "{'id':1,'startSchedule':'2026-11-21T04:00:00Z','chargingRateUnit':'W',"                                 \
    "'chargingSchedulePeriod':[{'startPeriod':0,'limit':1}]}"
#define PROFILE(purpose, kind, schedule, more)                                                               \
    "{'id':9,'stackLevel':0,'chargingProfilePurpose':'" purpose "','chargingProfileKind':'" kind             \
    "','chargingSchedule':[" schedule "]" more "}"
    static const struct {
        gint evse;
        const gchar *profile, *reason;
    } rows[] = {
        {9, PROFILE("TxDefaultProfile", "Absolute", SCHEDULE, ""), "UnknownEvse"},
        {1, PROFILE("ChargingStationMaxProfile", "Absolute", SCHEDULE, ""), "InvalidProfile"},
        {0, PROFILE("ChargingStationExternalConstraints", "Absolute", SCHEDULE, ""), "InvalidProfile"},
        {1, PROFILE("TxProfile", "Absolute", SCHEDULE, ""), "TxIdMissing"},
        {1, PROFILE("TxProfile", "Absolute", SCHEDULE, ",'transactionId':'nobody'"), "TxNotFound"},
        {0, PROFILE("TxProfile", "Absolute", SCHEDULE, ",'transactionId':'nobody'"), "InvalidProfile"},
        {1, PROFILE("TxDefaultProfile", "Recurring", SCHEDULE, ""), "InvalidProfile"},
        {1, PROFILE("TxDefaultProfile", "Relative", SCHEDULE, ""), "InvalidSchedule"},
        {1, PROFILE("TxDefaultProfile", "Absolute", SCHEDULE "," SCHEDULE, ""), "TooManySchedules"},
        {1,
         PROFILE("TxDefaultProfile", "Relative",
                 "{'id':1,'chargingRateUnit':'A','chargingSchedulePeriod':[{'startPeriod':0,'limit':16}]}",
                 ""),
         "UnsupportedRateUnit"},
        {1,
         PROFILE("TxDefaultProfile", "Relative",
                 "{'id':1,'chargingRateUnit':'W','chargingSchedulePeriod':[{'startPeriod':5,'limit':16}]}",
                 ""),
         "InvalidSchedule"},
        {1,
         PROFILE("TxDefaultProfile", "Relative",
                 "{'id':1,'chargingRateUnit':'W','chargingSchedulePeriod':[{'startPeriod':0,'limit':-1}]}",
                 ""),
         "InvalidSchedule"},
        {1,
         PROFILE("TxDefaultProfile", "Absolute", SCHEDULE,
                 ",'validFrom':'2026-11-22T00:00:00Z','validTo':'2026-11-21T00:00:00Z'"),
         "InvalidProfile"},
        {1, PROFILE("TxDefaultProfile", "Absolute", SCHEDULE, ""), ""},
    };
    g_autoptr(Rig) rig = charging(1);

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        const gchar *status = set(rig, rows[i].evse, g_strdup(rows[i].profile));

        cr_expect_str_eq(status, rows[i].reason[0] == '\0' ? "Accepted" : "Rejected", "%s", rows[i].profile);
        cr_expect_str_eq(reason(rig), rows[i].reason, "%s", rows[i].profile);
    }
    cr_expect_str_eq(set(rig, 1, profile(rig, 10, "TxDefaultProfile", 0, "{'startPeriod':0,'limit':1}", "")),
                     "Rejected", "the level is taken");
    cr_expect_str_eq(set(rig, 1, profile(rig, 10, "TxDefaultProfile", 10, "{'startPeriod':0,'limit':1}", "")),
                     "Rejected");
}

Test(limits, a_remote_start_brings_its_own) /* F01, K05 */
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    cr_assert_str_eq(
        rig_ask(
            rig, OCPP_ACTION_REQUEST_START_TRANSACTION,
            "{'remoteStartId':1,'evseId':1,'idToken':{'idToken':'CAR-1','type':'Central'},'chargingProfile':"
            "{'id':1,'stackLevel':0,'chargingProfilePurpose':'TxDefaultProfile','chargingProfileKind':'"
            "Relative','chargingSchedule':[{'id':1,'chargingRateUnit':'W','chargingSchedulePeriod':[{'"
            "startPeriod':0,'limit':5000}]}]}}"),
        "Rejected");
    cr_assert_eq(rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT), 0);
    cr_assert_str_eq(
        rig_ask(
            rig, OCPP_ACTION_REQUEST_START_TRANSACTION,
            "{'remoteStartId':1,'evseId':1,'idToken':{'idToken':'CAR-1','type':'Central'},'chargingProfile':"
            "{'id':1,'stackLevel':0,'chargingProfilePurpose':'TxProfile','chargingProfileKind':'"
            "Relative','chargingSchedule':[{'id':1,'chargingRateUnit':'W','chargingSchedulePeriod':[{'"
            "startPeriod':0,'limit':5000}]}]}}"),
        "Accepted");
    rig_sim(rig, "plug compact");
    rig_run(rig, 1000);
    cr_assert_eq(power(rig), 5000);
    rig_power_cut(rig);
    rig_run(rig, 1000);
    cr_assert_eq(power(rig), 5000, "kept over a restart");
    rig_sim(rig, "unplug");
    cr_assert_eq(rig->station->limits.list->len, 0);
}

Test(limits, one_of_a_remote_start_that_nobody_plugs_into_goes_with_it)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_set(rig, "TxCtrlr", "TxStartPoint", "PowerPathClosed");
    rig_ask(rig, OCPP_ACTION_REQUEST_START_TRANSACTION,
            "{'remoteStartId':1,'evseId':1,'idToken':{'idToken':'CAR-1','type':'Central'},'chargingProfile':"
            "{'id':1,'stackLevel':0,'chargingProfilePurpose':'TxProfile','chargingProfileKind':'"
            "Relative','chargingSchedule':[{'id':1,'chargingRateUnit':'W','chargingSchedulePeriod':[{'"
            "startPeriod':0,'limit':5000}]}]}}");
    cr_assert_eq(rig->station->limits.list->len, 1);
    rig_run(rig, 200 * 1000);
    cr_assert_eq(rig->station->limits.list->len, 0);
}

Test(limits, the_composite_schedule_says_what_holds_when) /* K08 */
{
    g_autoptr(Rig) rig = charging(1);
    JsonArray *periods = NULL;

    set(rig, 1,
        profile(rig, 1, "TxDefaultProfile", 0,
                "{'startPeriod':0,'limit':10000},{'startPeriod':600,'limit':20000}", ""));
    set(rig, 0,
        profile(rig, 2, "ChargingStationMaxProfile", 0,
                "{'startPeriod':0,'limit':15000},{'startPeriod':300,'limit':5000},{'startPeriod':900,'limit':"
                "99000}",
                ""));
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_GET_COMPOSITE_SCHEDULE, "{'duration':1200,'evseId':1}"),
                     "Accepted");
    periods = json_object_get_array_member(json_object_get_object_member(rig->answer, "schedule"),
                                           "chargingSchedulePeriod");
    cr_assert_eq(json_array_get_length(periods), 3);
    for (guint i = 0; i < 3; i++) {
        static const gint want[][2] = {{0, 10000}, {300, 5000}, {900, 20000}};
        JsonObject *period = json_array_get_object_element(periods, i);

        cr_expect_eq(json_object_get_int_member(period, "startPeriod"), want[i][0]);
        cr_expect_eq((gint)json_object_get_double_member(period, "limit"), want[i][1]);
    }
    cr_expect_str_eq(rig_ask(rig, OCPP_ACTION_GET_COMPOSITE_SCHEDULE, "{'duration':60,'evseId':0}"),
                     "Accepted");
    cr_expect_str_eq(rig_ask(rig, OCPP_ACTION_GET_COMPOSITE_SCHEDULE, "{'duration':60,'evseId':7}"),
                     "Rejected");
    cr_expect_str_eq(
        rig_ask(rig, OCPP_ACTION_GET_COMPOSITE_SCHEDULE, "{'duration':60,'evseId':1,'chargingRateUnit':'A'}"),
        "Rejected");
}

Test(limits, a_daily_one_comes_back)
{
    g_autoptr(Rig) rig = charging(1);
    const PowerUser user = {.evse_id = 1, .transaction_id = ""};
    const PowerLimits *limits = &rig->station->limits;
    gint64 start_ms = rig->now.unix_ms;

    cr_assert_str_eq(
        rig_ask(rig, OCPP_ACTION_SET_CHARGING_PROFILE,
                "{'evseId':1,'chargingProfile':{'id':1,'stackLevel':0,'chargingProfilePurpose':'"
                "TxDefaultProfile',"
                "'chargingProfileKind':'Recurring','recurrencyKind':'Daily','chargingSchedule':[{'id':1,"
                "'startSchedule':'2026-11-20T22:00:00Z','duration':3600,'chargingRateUnit':'W',"
                "'chargingSchedulePeriod':[{'startPeriod':0,'limit':3000}]}]}}"),
        "Accepted");
    cr_assert_eq(power_limits_of_user(limits, &user, start_ms), POWER_LIMITS_NONE, "04:00");
    for (gint day = 0; day < 3; day++) {
        gint64 ten_pm_ms = start_ms - start_ms % (24 * 60 * MINUTE_MS) + (day * 24 + 22) * 60 * MINUTE_MS;

        cr_expect_eq(power_limits_of_user(limits, &user, ten_pm_ms - 1000), POWER_LIMITS_NONE);
        cr_expect_eq(power_limits_next_ms(limits, &user, ten_pm_ms - 1000), ten_pm_ms);
        cr_expect_eq(power_limits_of_user(limits, &user, ten_pm_ms), 3000);
        cr_expect_eq(power_limits_of_user(limits, &user, ten_pm_ms + 60 * MINUTE_MS), POWER_LIMITS_NONE);
    }
}

Test(limits, a_stored_profile_that_could_not_have_been_set_is_not_believed)
{
    g_autoptr(Rig) rig = charging(1);
    GString *periods = g_string_new("{'startPeriod':0,'limit':1}");
    g_autofree gchar *list = NULL;

    for (guint i = 1; i < 100; i++)
        g_string_append_printf(periods, ",{'startPeriod':%u,'limit':1e300}", i);
    list = g_strdup_printf(
        "{'profiles':[{'evse':1,'for_next':false,'profile':{'id':1,'stackLevel':0,"
        "'chargingProfilePurpose':'TxDefaultProfile','chargingProfileKind':'Relative',"
        "'chargingSchedule':[{'id':1,'chargingRateUnit':'W','chargingSchedulePeriod':[%s]}]}}]}",
        periods->str);
    g_string_free(periods, TRUE);
    g_strdelimit(list, "'", '"');
    cr_assert(station_restore(rig->station, "limits", list, rig->now, NULL));
    cr_assert_eq(rig->station->limits.list->len, 0);
    rig_run(rig, 1000);
    cr_assert_gt(power(rig), 50000);
}
