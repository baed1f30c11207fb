/* The device model: per-item answers, honest ones (OCPP 2.0.1 part 2, B05-B08). */
#include "tests/pile-sim/rig.h"

#include <criterion/criterion.h>

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
    cr_assert_eq(report_items(rig), VARIABLES_N + 8 * 10);
}

Test(base_report, configuration_holds_only_what_can_be_set)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    JsonArray *items = NULL;

    rig_link(rig);
    rig_ask(rig, OCPP_ACTION_GET_BASE_REPORT, "{'requestId':5,'reportBase':'ConfigurationInventory'}");
    items = json_object_get_array_member(rig_call(rig, OCPP_ACTION_NOTIFY_REPORT, 0), "reportData");
    for (guint i = 0; i < json_array_get_length(items); i++)
        cr_expect_str_eq(rig_text(json_array_get_object_element(items, i), "variableAttribute.0.mutability"),
                         "ReadWrite");
}

Test(base_report, summary_tells_availability)
{
    g_autoptr(Rig) rig = rig_new(2, 1);

    rig_link(rig);
    cr_assert_str_eq(
        rig_ask(rig, OCPP_ACTION_GET_BASE_REPORT, "{'requestId':5,'reportBase':'SummaryInventory'}"),
        "Accepted");
    cr_assert_eq(report_items(rig), 4);
}
