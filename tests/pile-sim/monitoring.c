/* Monitors: what the CSMS wants to hear about (OCPP 2.0.1 part 2, N02-N08). */
#include "tests/pile-sim/rig.h"

#include "pile-sim/model/facts.h"

#include <criterion/criterion.h>
#include <string.h>

#define POWER "'component':{'name':'EVSE','evse':{'id':1}},'variable':{'name':'Power'}"
#define STATE                                                                                                \
    "'component':{'name':'Connector','evse':{'id':1,'connectorId':1}},'variable':{'name':'"                  \
    "AvailabilityState'}"

static const gchar *set(Rig *rig, const gchar *item)
{
    g_autofree gchar *json = g_strdup_printf("{'setMonitoringData':[{%s}]}", item);

    rig_ask(rig, OCPP_ACTION_SET_VARIABLE_MONITORING, json);
    return rig_text(rig->answer, "setMonitoringResult.0.status");
}

static gint64 given_id(Rig *rig)
{
    JsonArray *results = json_object_get_array_member(rig->answer, "setMonitoringResult");

    return json_object_get_int_member_with_default(json_array_get_object_element(results, 0), "id", -1);
}

/* Events of monitors, one a line: "Alerting 7400", "Alerting 0 cleared". Bay events are left out. */
static gchar *events(Rig *rig)
{
    GString *story = g_string_new(NULL);

    for (guint i = 0; i < rig_count(rig, OCPP_ACTION_NOTIFY_EVENT); i++) {
        JsonArray *list =
            json_object_get_array_member(rig_call(rig, OCPP_ACTION_NOTIFY_EVENT, (gint)i), "eventData");

        for (guint e = 0; e < json_array_get_length(list); e++) {
            JsonObject *event = json_array_get_object_element(list, e);

            if (!json_object_has_member(event, "variableMonitoringId"))
                continue;
            g_string_append_printf(
                story, "%s %s%s\n", rig_text(event, "trigger"), rig_text(event, "actualValue"),
                json_object_get_boolean_member_with_default(event, "cleared", FALSE) ? " cleared" : "");
        }
    }
    return g_string_free(story, FALSE);
}

static Rig *ready(void)
{
    Rig *rig = rig_new(1, 1);

    rig_link(rig);
    rig_sim(rig, "plug van"); /* 11 kW, flat */
    return rig;
}

Test(monitoring, answers_item_by_item)
{
    static const struct {
        const gchar *item, *status;
    } rows[] = {
        {"'value':1,'type':'Delta','severity':5,'component':{'name':'Toaster'},'variable':{'name':'Power'}",
         "UnknownComponent"},
        {"'value':1,'type':'Delta','severity':5,'component':{'name':'EVSE','evse':{'id':1}},'variable':{'"
         "name':'"
         "Colour'}",
         "UnknownVariable"},
        {"'value':1,'type':'Delta','severity':5,'component':{'name':'EVSE','evse':{'id':9}},'variable':{'"
         "name':'"
         "Power'}",
         "UnknownComponent"},
        {"'value':1,'type':'Delta','severity':5,'component':{'name':'TxCtrlr'},'variable':{'name':'"
         "EVConnectionTimeOut'}",
         "UnsupportedMonitorType"},
        {"'value':1,'type':'UpperThreshold','severity':5," STATE, "UnsupportedMonitorType"},
        {"'value':1,'type':'UpperThreshold','severity':10," POWER, "Rejected"},
        {"'value':-1,'type':'Delta','severity':5," POWER, "Rejected"},
        {"'value':0,'type':'Periodic','severity':5," POWER, "Rejected"},
        {"'id':77,'value':1,'type':'Delta','severity':5," POWER, "Rejected"},
        {"'value':5000,'type':'UpperThreshold','severity':5," POWER, "Accepted"},
        {"'value':6000,'type':'UpperThreshold','severity':5," POWER, "Duplicate"},
        {"'value':6000,'type':'UpperThreshold','severity':6," POWER, "Accepted"},
        {"'id':1,'value':7000,'type':'UpperThreshold','severity':5," POWER, "Accepted"},
        {"'id':1,'value':7000,'type':'Delta','severity':5," STATE, "Rejected"},
        {"'value':1,'type':'Delta','severity':5," STATE, "Accepted"},
    };
    g_autoptr(Rig) rig = ready();

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        cr_expect_str_eq(set(rig, rows[i].item), rows[i].status, "%s", rows[i].item);
    cr_assert_eq(given_id(rig), 3);
}

Test(monitoring, a_threshold_alerts_once_and_tells_its_end) /* N07 */
{
    g_autoptr(Rig) rig = ready();
    g_autofree gchar *story = NULL;
    JsonObject *event = NULL;

    set(rig, "'value':5000,'type':'UpperThreshold','severity':5," POWER);
    set(rig, "'value':100,'type':'LowerThreshold','severity':5," POWER);
    rig_start(rig, 1);
    rig_run(rig, 60 * 1000);
    rig_stop(rig);
    rig_run(rig, 1000);
    story = events(rig);
    /* The lower one holds from the beginning: there is no power. */
    cr_assert_str_eq(story,
                     "Alerting 0\nAlerting 11000\nAlerting 11000 cleared\nAlerting 0 cleared\nAlerting 0\n");
    event = json_array_get_object_element(
        json_object_get_array_member(rig_call(rig, OCPP_ACTION_NOTIFY_EVENT, -1), "eventData"), 0);
    cr_assert_str_eq(rig_text(event, "eventNotificationType"), "CustomMonitor");
}

Test(monitoring, a_delta_tells_every_change_of_a_word_and_large_ones_of_a_number)
{
    g_autoptr(Rig) rig = ready();
    g_autofree gchar *story = NULL;

    set(rig, "'value':0,'type':'Delta','severity':5," STATE);
    set(rig, "'value':500,'type':'Delta','severity':5,'component':{'name':'FiscalMetering','evse':{'id':1}},'"
             "variable':{'name':'EnergyImportRegister'}");
    rig_start(rig, 1);
    rig_run(rig, 6 * 60 * 1000); /* 1.1 kWh, looked at every second: 3 Wh */
    rig_sim(rig, "fault on");
    story = events(rig);
    cr_assert_str_eq(story, "Delta 501\nDelta 1002\nDelta Faulted\n");
}

Test(monitoring, a_period_is_kept_and_an_aligned_one_follows_the_clock)
{
    g_autoptr(Rig) rig = ready();
    g_autofree gchar *story = NULL;

    rig->now.unix_ms += 7000;
    set(rig, "'value':20,'type':'PeriodicClockAligned','severity':5," POWER);
    g_array_set_size(rig->calls, 0);
    rig_run(rig, 12 * 1000);
    story = events(rig);
    cr_assert_str_eq(story, "", "at :19");
    rig_run(rig, 2 * 1000);
    g_free(story);
    story = events(rig);
    cr_assert_str_eq(story, "Periodic 0\n", "at :21");
    rig_run(rig, 40 * 1000);
    g_free(story);
    story = events(rig);
    cr_assert_str_eq(story, "Periodic 0\nPeriodic 0\nPeriodic 0\n");
}

Test(monitoring, one_for_transactions_sleeps_between_them)
{
    g_autoptr(Rig) rig = ready();
    g_autofree gchar *story = NULL;

    set(rig, "'transaction':true,'value':100,'type':'LowerThreshold','severity':5," POWER);
    rig_run(rig, 60 * 1000);
    story = events(rig);
    cr_assert_str_eq(story, "");
}

Test(monitoring, the_level_decides_what_is_told) /* N05 */
{
    g_autoptr(Rig) rig = ready();
    g_autofree gchar *story = NULL;

    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_SET_MONITORING_LEVEL, "{'severity':10}"), "Rejected");
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_SET_MONITORING_LEVEL, "{'severity':4}"), "Accepted");
    set(rig, "'value':0,'type':'Delta','severity':5," STATE);
    set(rig, "'value':0,'type':'Delta','severity':4," STATE);
    rig_sim(rig, "unplug");
    story = events(rig);
    cr_assert_str_eq(story, "Delta Available\n");
}

Test(monitoring, reports_are_filtered_paged_and_survive_a_power_cut) /* N02 */
{
    g_autoptr(Rig) rig = ready();
    guint n = 0;

    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_GET_MONITORING_REPORT, "{'requestId':1}"), "EmptyResultSet");
    for (gint severity = 0; severity < 10; severity++) {
        g_autofree gchar *upper =
            g_strdup_printf("'value':1.5,'type':'UpperThreshold','severity':%d," POWER, severity);
        g_autofree gchar *delta = g_strdup_printf("'value':1,'type':'Delta','severity':%d," STATE, severity);

        cr_assert_str_eq(set(rig, upper), "Accepted");
        cr_assert_str_eq(set(rig, delta), "Accepted");
    }
    rig_power_cut(rig);
    rig_link(rig);
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_GET_MONITORING_REPORT, "{'requestId':2}"), "Accepted");
    cr_assert_eq(rig_count(rig, OCPP_ACTION_NOTIFY_MONITORING_REPORT), 2);
    for (guint i = 0; i < 2; i++) {
        JsonObject *part = rig_call(rig, OCPP_ACTION_NOTIFY_MONITORING_REPORT, (gint)i);

        cr_expect_eq(json_object_get_int_member(part, "seqNo"), i);
        cr_expect_eq(json_object_get_boolean_member_with_default(part, "tbc", FALSE), i == 0);
        n += json_array_get_length(json_object_get_array_member(part, "monitor"));
    }
    cr_assert_eq(n, 20, "neighbours are of different variables here");
    g_array_set_size(rig->calls, 0);
    cr_assert_str_eq(
        rig_ask(rig, OCPP_ACTION_GET_MONITORING_REPORT,
                "{'requestId':3,'monitoringCriteria':['ThresholdMonitoring'],'componentVariable':[{"
                "'component':{'name':'Connector'}}]}"),
        "EmptyResultSet");
    cr_assert_str_eq(
        rig_ask(rig, OCPP_ACTION_GET_MONITORING_REPORT,
                "{'requestId':3,'monitoringCriteria':['ThresholdMonitoring'],'componentVariable':[{"
                "'component':{'name':'EVSE'}}]}"),
        "Accepted");
}

Test(monitoring, what_is_cleared_is_gone) /* N03, N06 */
{
    g_autoptr(Rig) rig = ready();

    set(rig, "'value':0,'type':'Delta','severity':5," STATE);
    set(rig, "'value':0,'type':'Delta','severity':4," STATE);
    rig_ask(rig, OCPP_ACTION_CLEAR_VARIABLE_MONITORING, "{'id':[1,9]}");
    cr_assert_str_eq(rig_text(rig->answer, "clearMonitoringResult.0.status"), "Accepted");
    cr_assert_str_eq(rig_text(rig->answer, "clearMonitoringResult.1.status"), "NotFound");
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_SET_MONITORING_BASE, "{'monitoringBase':'All'}"), "Accepted");
    cr_assert_eq(rig->station->monitors.list->len, 1);
    rig_ask(rig, OCPP_ACTION_SET_MONITORING_BASE, "{'monitoringBase':'HardWiredOnly'}");
    cr_assert_eq(rig->station->monitors.list->len, 0);
    rig_sim(rig, "bay occupied");
    rig_run(rig, 1000);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_NOTIFY_EVENT), 2, "the bay sensor is wired hard");
}

Test(monitoring, what_happened_without_a_line_is_told_as_it_is_afterwards)
{
    g_autoptr(Rig) rig = ready();
    g_autofree gchar *story = NULL;

    set(rig, "'value':0,'type':'Delta','severity':5," STATE);
    rig_run(rig, 100);
    rig_unlink(rig);
    rig_sim(rig, "unplug");
    rig_run(rig, 5000);
    rig_link(rig);
    story = events(rig);
    cr_assert_str_eq(story, "Delta Available\n");
}
