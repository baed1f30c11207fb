/* The device model: per-item answers, honest ones (OCPP 2.0.1 part 2, B05-B08). */
#include "tests/pile-sim/rig.h"

#include "pile-sim/model/facts.h"

#include <criterion/criterion.h>
#include <string.h>

static const gchar *get(Rig *rig, const gchar *item)
{
    g_autofree gchar *json = g_strdup_printf("{'getVariableData':[%s]}", item);

    rig_ask(rig, OCPP_ACTION_GET_VARIABLES, json);
    return rig_text(rig->answer, "getVariableResult.0.attributeStatus");
}

static const gchar *set(Rig *rig, const gchar *item)
{
    g_autofree gchar *json = g_strdup_printf("{'setVariableData':[%s]}", item);

    rig_ask(rig, OCPP_ACTION_SET_VARIABLES, json);
    return rig_text(rig->answer, "setVariableResult.0.attributeStatus");
}

#define ITEM(component, variable) "{'component':{'name':'" component "'},'variable':{'name':'" variable "'}}"
#define VALUE(component, variable, value)                                                                    \
    "{'component':{'name':'" component "'},'variable':{'name':'" variable "'},'attributeValue':'" value "'}"

Test(get_variables, answers_item_by_item_in_order)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_ask(rig, OCPP_ACTION_GET_VARIABLES,
            "{'getVariableData':[" ITEM("TxCtrlr", "EVConnectionTimeOut") "," ITEM("Nothing", "X") "," ITEM(
                "TxCtrlr", "X") ","
                                "{'component':{'name':'TxCtrlr'},'variable':{'name':'TxStartPoint'},'"
                                "attributeType':'MaxSet'}]}");
    cr_assert_str_eq(rig_text(rig->answer, "getVariableResult.0.attributeStatus"), "Accepted");
    cr_assert_str_eq(rig_text(rig->answer, "getVariableResult.0.attributeValue"), "180");
    cr_assert_str_eq(rig_text(rig->answer, "getVariableResult.1.attributeStatus"), "UnknownComponent");
    cr_assert_null(rig_text(rig->answer, "getVariableResult.1.attributeValue"));
    cr_assert_str_eq(rig_text(rig->answer, "getVariableResult.2.attributeStatus"), "UnknownVariable");
    cr_assert_str_eq(rig_text(rig->answer, "getVariableResult.3.attributeStatus"),
                     "NotSupportedAttributeType");
}

Test(get_variables, names_are_compared_without_case_and_instances_count)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    cr_assert_str_eq(get(rig, ITEM("txctrlr", "txSTARTpoint")), "Accepted");
    cr_assert_str_eq(get(rig, ITEM("OCPPCommCtrlr", "MessageAttempts")), "UnknownVariable");
    cr_assert_str_eq(get(rig, "{'component':{'name':'OCPPCommCtrlr'},'variable':{'name':'MessageAttempts','"
                              "instance':'TransactionEvent'}}"),
                     "Accepted");
}

Test(get_variables, describes_the_evse_of_the_moment)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_sim(rig, "plug compact");
    cr_assert_str_eq(get(rig, "{'component':{'name':'Connector','evse':{'id':1,'connectorId':1}},'variable':{"
                              "'name':'AvailabilityState'}}"),
                     "Accepted");
    cr_assert_str_eq(rig_text(rig->answer, "getVariableResult.0.attributeValue"), "Occupied");
    cr_assert_str_eq(
        get(rig, "{'component':{'name':'EVSE','evse':{'id':2}},'variable':{'name':'AvailabilityState'}}"),
        "UnknownComponent");
}

Test(set_variables, refuses_what_makes_no_sense)
{
    static const struct {
        const gchar *item, *status;
    } rows[] = {
        {VALUE("TxCtrlr", "EVConnectionTimeOut", "60"), "Accepted"},
        {VALUE("TxCtrlr", "EVConnectionTimeOut", "0"), "Rejected"},
        {VALUE("TxCtrlr", "EVConnectionTimeOut", "soon"), "Rejected"},
        {VALUE("TxCtrlr", "EVConnectionTimeOut", "99999999999999999999"), "Rejected"},
        {VALUE("TxCtrlr", "TxStartPoint", "EVConnected,Authorized"), "Accepted"},
        {VALUE("TxCtrlr", "TxStartPoint", "DataSigned"), "Rejected"},
        {VALUE("TxCtrlr", "TxStartPoint", "Authorized,Authorized"), "Rejected"},
        {VALUE("AuthCtrlr", "AuthorizeRemoteStart", "true"), "Accepted"},
        {VALUE("AuthCtrlr", "AuthorizeRemoteStart", "1"), "Rejected"},
        {VALUE("SecurityCtrlr", "Identity", "OTHER"), "Rejected"},
        {VALUE("SecurityCtrlr", "OrganizationName", ""), "Rejected"},
        {VALUE("SmartChargingCtrlr", "LimitChangeSignificance", "2.5"), "Accepted"},
        {VALUE("SmartChargingCtrlr", "LimitChangeSignificance", "-1"), "Rejected"},
        {VALUE("SmartChargingCtrlr", "LimitChangeSignificance", "0x10"), "Rejected"},
        {VALUE("SmartChargingCtrlr", "LimitChangeSignificance", "nan"), "Rejected"},
        {VALUE("OCPPCommCtrlr", "NetworkConfigurationPriority", "1"), "RebootRequired"},
        {VALUE("OCPPCommCtrlr", "NetworkConfigurationPriority", ""), "Rejected"},
        {VALUE("OCPPCommCtrlr", "NetworkConfigurationPriority", "2"), "Rejected"},
        {VALUE("OfflineChargingCtrlr", "CodeSecret", "0123456789abcdef0123456789abcdef"), "Accepted"},
        {VALUE("OfflineChargingCtrlr", "CodeSecret", "0123456789abcdef 123456789abcdef"), "Rejected"},
        {VALUE("OfflineChargingCtrlr", "CodeSecret", "short"), "Rejected"},
        {VALUE("OfflineChargingCtrlr", "CodeSecret", ""), "Accepted"},
        {VALUE("Nothing", "X", "1"), "UnknownComponent"},
        {VALUE("TxCtrlr", "X", "1"), "UnknownVariable"},
        {"{'component':{'name':'TxCtrlr'},'variable':{'name':'TxStartPoint'},'attributeType':'Target','"
         "attributeValue':'x'}",
         "NotSupportedAttributeType"},
        {"{'component':{'name':'EVSE','evse':{'id':1}},'variable':{'name':'Power'},'attributeValue':'1'}",
         "Rejected"},
    };
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        cr_expect_str_eq(set(rig, rows[i].item), rows[i].status, "%s", rows[i].item);
}

Test(set_variables, a_write_only_value_is_neither_read_nor_reported)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_autofree gchar *everything = NULL;
    GString *texts = g_string_new(NULL);

    rig_link(rig);
    rig_set(rig, "OfflineChargingCtrlr", "CodeSecret", "0123456789abcdef0123456789abcdef");
    cr_assert_str_eq(get(rig, ITEM("OfflineChargingCtrlr", "CodeSecret")), "Rejected");
    cr_assert_null(rig_text(rig->answer, "getVariableResult.0.attributeValue"));
    rig_ask(rig, OCPP_ACTION_GET_BASE_REPORT, "{'requestId':5,'reportBase':'FullInventory'}");
    rig_ask(rig, OCPP_ACTION_GET_REPORT, "{'requestId':6}");
    for (guint i = 0; i < rig_count(rig, OCPP_ACTION_NOTIFY_REPORT); i++) {
        g_autofree gchar *text = station_text(rig_call(rig, OCPP_ACTION_NOTIFY_REPORT, (gint)i));

        g_string_append(texts, text);
    }
    everything = g_string_free(texts, FALSE);
    cr_assert_not_null(strstr(everything, "CodeSecret"));
    cr_assert_null(strstr(everything, "0123456789abcdef"));
}

Test(set_variables, what_needs_a_reboot_is_told_at_once_and_in_force_after_it)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    Variables *variables = &rig->station->variables;

    rig_link(rig);
    set(rig, VALUE("OCPPCommCtrlr", "NetworkConfigurationPriority", "1"));
    cr_assert_str_eq(variables->next[VARIABLE_NETWORK_PRIORITY], "1");
    cr_assert_null(variables->value[VARIABLE_NETWORK_PRIORITY]);
    get(rig, ITEM("OCPPCommCtrlr", "NetworkConfigurationPriority"));
    cr_assert_str_eq(rig_text(rig->answer, "getVariableResult.0.attributeValue"), "1");
    rig_ask(rig, OCPP_ACTION_RESET, "{'type':'Immediate'}");
    rig_run(rig, 2000);
    cr_assert_str_eq(variables->value[VARIABLE_NETWORK_PRIORITY], "1");
    cr_assert_null(variables->next[VARIABLE_NETWORK_PRIORITY]);
}

Test(set_variables, a_new_password_makes_it_connect_anew_after_the_answer)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_set(rig, "SecurityCtrlr", "BasicAuthPassword", "a-new-password-of-36-characters-long");
    cr_assert_eq(rig->restarts, 0);
    rig_run(rig, 2000);
    cr_assert_eq(rig->restarts, 1);
    rig_power_cut(rig);
    cr_assert_str_eq(station_password(rig->station), "a-new-password-of-36-characters-long");
}

Test(set_variables, survives_a_power_cut)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_set(rig, "TxCtrlr", "EVConnectionTimeOut", "77");
    rig_power_cut(rig);
    rig_link(rig);
    get(rig, ITEM("TxCtrlr", "EVConnectionTimeOut"));
    cr_assert_str_eq(rig_text(rig->answer, "getVariableResult.0.attributeValue"), "77");
}

Test(set_variables, the_heartbeat_follows_at_once)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_set(rig, "OCPPCommCtrlr", "HeartbeatInterval", "10");
    rig_run(rig, 31 * 1000);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_HEARTBEAT), 3);
}

static guint report_items(Rig *rig)
{
    guint n = 0;

    for (guint i = 0; i < rig_count(rig, OCPP_ACTION_NOTIFY_REPORT); i++) {
        JsonObject *part = rig_call(rig, OCPP_ACTION_NOTIFY_REPORT, (gint)i);
        gboolean last = i + 1 == rig_count(rig, OCPP_ACTION_NOTIFY_REPORT);

        cr_assert_eq(json_object_get_int_member(part, "seqNo"), i);
        cr_assert_eq(json_object_get_boolean_member_with_default(part, "tbc", FALSE), !last);
        n += json_array_get_length(json_object_get_array_member(part, "reportData"));
    }
    return n;
}

Test(base_report, full_inventory_is_complete_and_paged)
{
    g_autoptr(Rig) rig = rig_new(10, 1);

    rig_link(rig);
    cr_assert_str_eq(
        rig_ask(rig, OCPP_ACTION_GET_BASE_REPORT, "{'requestId':5,'reportBase':'FullInventory'}"),
        "Accepted");
    cr_assert_gt(rig_count(rig, OCPP_ACTION_NOTIFY_REPORT), 1);
    cr_assert_eq(report_items(rig), VARIABLES_N + facts_count(rig->station));
}

Test(base_report, configuration_holds_only_what_can_be_set)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    JsonArray *items = NULL;

    rig_link(rig);
    rig_ask(rig, OCPP_ACTION_GET_BASE_REPORT, "{'requestId':5,'reportBase':'ConfigurationInventory'}");
    items = json_object_get_array_member(rig_call(rig, OCPP_ACTION_NOTIFY_REPORT, 0), "reportData");
    for (guint i = 0; i < json_array_get_length(items); i++)
        cr_expect_str_neq(rig_text(json_array_get_object_element(items, i), "variableAttribute.0.mutability"),
                          "ReadOnly");
}

Test(base_report, summary_tells_availability)
{
    g_autoptr(Rig) rig = rig_new(2, 1);

    rig_link(rig);
    cr_assert_str_eq(
        rig_ask(rig, OCPP_ACTION_GET_BASE_REPORT, "{'requestId':5,'reportBase':'SummaryInventory'}"),
        "Accepted");
    cr_assert_eq(report_items(rig), 2 + 2 * 5);
}

/* GetReport with these members besides requestId. Returns: the number of items, 0 with EmptyResultSet */
static guint report(Rig *rig, const gchar *members)
{
    g_autofree gchar *json = g_strdup_printf("{'requestId':9%s}", members);
    const gchar *status = NULL;

    g_array_set_size(rig->calls, 0);
    status = rig_ask(rig, OCPP_ACTION_GET_REPORT, json);
    if (g_str_equal(status, "EmptyResultSet"))
        cr_expect_eq(rig_count(rig, OCPP_ACTION_NOTIFY_REPORT), 0);
    else
        cr_expect_str_eq(status, "Accepted", "%s", members);
    return report_items(rig);
}

Test(report, filters_by_component_variable_and_evse) /* B08 */
{
    g_autoptr(Rig) rig = rig_new(3, 1);

    rig_link(rig);
    cr_expect_eq(report(rig, ""), VARIABLES_N + facts_count(rig->station));
    cr_expect_eq(
        report(rig, ",'componentVariable':[{'component':{'name':'EVSE'},'variable':{'name':'Power'}}]"), 3);
    cr_expect_eq(report(rig, ",'componentVariable':[{'component':{'name':'evse','evse':{'id':2}},'variable':{"
                             "'name':'power'}}]"),
                 1);
    cr_expect_str_eq(
        rig_text(rig_call(rig, OCPP_ACTION_NOTIFY_REPORT, 0), "reportData.0.variableCharacteristics.unit"),
        "W");
    cr_expect_gt(report(rig, ",'componentVariable':[{'component':{'name':'TxCtrlr'}}]"), 5);
    cr_expect_eq(report(rig, ",'componentVariable':[{'component':{'name':'DeviceDataCtrlr'},'variable':{"
                             "'name':'ItemsPerMessage'}}]"),
                 3, "every instance");
    cr_expect_eq(report(rig, ",'componentVariable':[{'component':{'name':'Toaster'}}]"), 0);
    cr_expect_eq(report(rig, ",'componentVariable':[{'component':{'name':'EVSE','evse':{'id':4}}}]"), 0);
}

Test(report, chooses_components_by_their_state)
{
    g_autoptr(Rig) rig = rig_new(2, 1);

    rig_link(rig);
    cr_expect_eq(report(rig, ",'componentCriteria':['Problem']"), 0);
    rig_sim(rig, "fault on evse=2");
    cr_expect_gt(report(rig, ",'componentCriteria':['Problem']"), 0);
    cr_expect_eq(report(rig,
                        ",'componentCriteria':['Problem'],'componentVariable':[{'component':{'name':'EVSE'"
                        "},'variable':{'name':'Problem'}}]"),
                 1);
    rig_set(rig, "ReservationCtrlr", "Enabled", "false");
    cr_expect_eq(report(rig, ",'componentCriteria':['Enabled'],'componentVariable':[{'component':{'name':'"
                             "ReservationCtrlr'}}]"),
                 0);
    cr_expect_eq(report(rig,
                        ",'componentCriteria':['Enabled'],'componentVariable':[{'component':{'name':'EVSE'"
                        "},'variable':{'name':'Power'}}]"),
                 2, "a component without the word passes");
}
