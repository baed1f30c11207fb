/* What the CSMS shows to the driver (OCPP 2.0.1 part 2, blocks I and O). */
#include "tests/pile-sim/rig.h"

#include <criterion/criterion.h>
#include <string.h>

/* SetDisplayMessage of UTF8 @text; @more: further members. */
static const gchar *show(Rig *rig, gint id, const gchar *priority, const gchar *text, const gchar *more)
{
    g_autofree gchar *json =
        g_strdup_printf("{'message':{'id':%d,'priority':'%s','message':{'format':'UTF8','content':'%s'}%s}}",
                        id, priority, text, more);

    return rig_ask(rig, OCPP_ACTION_SET_DISPLAY_MESSAGE, json);
}

/* What the front of @evse shows, joined by "|". */
static gchar *shown(Rig *rig, guint evse)
{
    g_autoptr(JsonArray) display = NULL;
    GString *text = g_string_new(NULL);

    rig_run(rig, 0);
    display = station_snapshot_display(rig->station, &rig->station->evses[evse - 1]);
    for (guint i = 0; i < json_array_get_length(display); i++)
        g_string_append_printf(text, "%s%s", i > 0 ? "|" : "",
                               rig_text(json_array_get_object_element(display, i), "text"));
    return g_string_free(text, FALSE);
}

#define SHOWN(evse, wanted)                                                                                  \
    do {                                                                                                     \
        g_autofree gchar *text = shown(rig, evse);                                                           \
        cr_expect_str_eq(text, wanted);                                                                      \
    } while (0)

static Rig *ready(guint n_evses)
{
    Rig *rig = rig_new(n_evses, 60);

    rig_link(rig);
    return rig;
}

Test(display, shows_by_priority) /* O01 */
{
    g_autoptr(Rig) rig = ready(1);

    cr_assert_str_eq(show(rig, 1, "NormalCycle", "one", ""), "Accepted");
    cr_assert_str_eq(show(rig, 2, "InFront", "two", ""), "Accepted");
    SHOWN(1, "two|one");
    cr_assert_str_eq(show(rig, 3, "AlwaysFront", "three", ""), "Accepted");
    SHOWN(1, "three");
    show(rig, 4, "AlwaysFront", "four", "");
    SHOWN(1, "four"); /* O01: there can be only one */
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_CLEAR_DISPLAY_MESSAGE, "{'id':4}"), "Accepted");
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_CLEAR_DISPLAY_MESSAGE, "{'id':3}"), "Unknown");
    SHOWN(1, "two|one");
    show(rig, 1, "InFront", "eins", ""); /* O06: the same id replaces */
    SHOWN(1, "two|eins");
}

Test(display, follows_the_state_the_evse_and_the_time)
{
    g_autoptr(Rig) rig = ready(2);

    show(rig, 1, "NormalCycle", "idle", ",'state':'Idle'");
    show(rig, 2, "NormalCycle", "charging", ",'state':'Charging'");
    show(rig, 3, "NormalCycle", "second", ",'display':{'name':'Display','evse':{'id':2}}");
    show(rig, 4, "NormalCycle", "later", ",'startDateTime':'2026-11-21T04:10:00Z'");
    show(rig, 5, "NormalCycle", "soon gone", ",'endDateTime':'2026-11-21T04:10:00Z'");
    SHOWN(1, "idle|soon gone");
    SHOWN(2, "idle|second|soon gone");
    rig_sim(rig, "plug compact");
    rig_start(rig, 1);
    SHOWN(1, "charging|soon gone");
    rig_sim(rig, "fault on evse=2");
    SHOWN(2, "second|soon gone");
    rig->now.unix_ms = G_GINT64_CONSTANT(1795234200000);
    SHOWN(1, "charging|later");
    cr_assert_null(displays_find(&rig->station->displays, 5), "what is over is forgotten");
}

Test(display, a_message_of_a_transaction_ends_with_it) /* O02 */
{
    g_autoptr(Rig) rig = ready(1);
    g_autofree gchar *more = NULL;

    cr_assert_str_eq(show(rig, 1, "InFront", "hello", ",'transactionId':'nobody'"), "UnknownTransaction");
    rig_sim(rig, "plug compact");
    rig_start(rig, 1);
    more = g_strdup_printf(",'transactionId':'%s'", rig->station->evses[0].transaction.id);
    cr_assert_str_eq(show(rig, 1, "InFront", "hello", more), "Accepted");
    SHOWN(1, "hello");
    rig_stop(rig);
    SHOWN(1, "");
    cr_assert_eq(rig->station->displays.list->len, 0);
}

Test(display, refuses_what_it_cannot_show)
{
    static const struct {
        const gchar *message, *status;
    } rows[] = {
        {"{'id':1,'priority':'InFront','message':{'format':'HTML','content':'<b>x</b>'}}",
         "NotSupportedMessageFormat"},
        {"{'id':1,'priority':'InFront','message':{'format':'ASCII','content':'\303\244'}}", "Rejected"},
        {"{'id':1,'priority':'InFront','endDateTime':'2020-01-01T00:00:00Z','message':{'format':'UTF8','"
         "content':'x'}}",
         "Rejected"},
        {"{'id':1,'priority':'InFront','display':{'name':'Display','evse':{'id':9}},'message':{'format':'"
         "UTF8'"
         ",'content':'x'}}",
         "Rejected"},
        {"{'id':1,'priority':'InFront','message':{'format':'URI','content':'https://example.com/x'}}",
         "Accepted"},
    };
    g_autoptr(Rig) rig = ready(1);

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree gchar *json = g_strdup_printf("{'message':%s}", rows[i].message);

        cr_expect_str_eq(rig_ask(rig, OCPP_ACTION_SET_DISPLAY_MESSAGE, json), rows[i].status, "%s",
                         rows[i].message);
    }
    for (gint id = 2; id <= DISPLAYS_MAX; id++)
        cr_expect_str_eq(show(rig, id, "NormalCycle", "x", ""), "Accepted");
    cr_expect_str_eq(show(rig, 999, "NormalCycle", "x", ""), "Rejected", "no room");
    rig_set(rig, "DisplayMessageCtrlr", "Enabled", "false");
    cr_expect_str_eq(show(rig, 2, "NormalCycle", "x", ""), "Rejected");
}

Test(display, tells_what_it_has_in_pages_and_keeps_it) /* O03 */
{
    g_autoptr(Rig) rig = ready(1);
    guint n = 0;

    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_GET_DISPLAY_MESSAGES, "{'requestId':3}"), "Unknown");
    for (gint id = 1; id <= 20; id++)
        show(rig, id, id % 2 ? "NormalCycle" : "InFront", "x", id == 7 ? ",'state':'Idle'" : "");
    rig_power_cut(rig);
    rig_link(rig);
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_GET_DISPLAY_MESSAGES, "{'requestId':3}"), "Accepted");
    for (guint i = 0; i < rig_count(rig, OCPP_ACTION_NOTIFY_DISPLAY_MESSAGES); i++) {
        JsonObject *part = rig_call(rig, OCPP_ACTION_NOTIFY_DISPLAY_MESSAGES, (gint)i);

        cr_expect_eq(json_object_get_int_member(part, "requestId"), 3);
        cr_expect_eq(json_object_get_boolean_member_with_default(part, "tbc", FALSE),
                     i + 1 < rig_count(rig, OCPP_ACTION_NOTIFY_DISPLAY_MESSAGES));
        n += json_array_get_length(json_object_get_array_member(part, "messageInfo"));
    }
    cr_assert_eq(n, 20);
    g_array_set_size(rig->calls, 0);
    rig_ask(rig, OCPP_ACTION_GET_DISPLAY_MESSAGES, "{'requestId':4,'state':'Idle','id':[6,7,8]}");
    cr_assert_eq(json_array_get_length(json_object_get_array_member(
                     rig_call(rig, OCPP_ACTION_NOTIFY_DISPLAY_MESSAGES, 0), "messageInfo")),
                 1);
}

Test(cost, is_shown_while_it_runs_and_when_it_is_over) /* I02, I03 */
{
    g_autoptr(Rig) rig = ready(1);
    g_autofree gchar *json = NULL;
    const Transaction *transaction = &rig->station->evses[0].transaction;

    rig_sim(rig, "plug compact");
    rig_start(rig, 1);
    json = g_strdup_printf("{'totalCost':3.5,'transactionId':'%s'}", transaction->id);
    rig_ask(rig, OCPP_ACTION_COST_UPDATED, json);
    cr_assert_eq(transaction->cost_minor, 350);
    rig_ask(rig, OCPP_ACTION_COST_UPDATED, "{'totalCost':9.5,'transactionId':'nobody'}");
    cr_assert_eq(transaction->cost_minor, 350);
    rig->manual = TRUE;
    rig_stop(rig);
    rig_answer(rig, "{'totalCost':4.2}");
    cr_assert_eq(transaction->cost_minor, 420, "the final cost, with the answer to Ended");
}

Test(cost, a_personal_message_is_for_this_driver_only) /* I01 */
{
    g_autoptr(Rig) rig = ready(1);

    rig_sim(rig, "plug compact");
    rig->manual = TRUE;
    rig_start(rig, 1);
    rig_answer(rig,
               "{'idTokenInfo':{'status':'Accepted','personalMessage':{'format':'UTF8','content':'Hello'}}}");
    SHOWN(1, "Hello");
    rig_answer(rig, "{'updatedPersonalMessage':{'format':'UTF8','content':'Half price'}}");
    SHOWN(1, "Half price");
    rig_stop(rig);
    rig->manual = FALSE;
    rig_answer(rig, "{}");
    SHOWN(1, "");
    rig_start(rig, 2);
    SHOWN(1, "");
}

Test(data_transfer, nobody_is_known)
{
    g_autoptr(Rig) rig = ready(1);

    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_DATA_TRANSFER, "{'vendorId':'org.example','data':{'x':[1]}}"),
                     "UnknownVendorId");
}
