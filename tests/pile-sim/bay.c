/* The bay sensor: a detector's feed, and what is told when it cannot tell. */
#include "tests/pile-sim/rig.h"

#include "pile-sim/model/bay_feed.h"

#include <criterion/criterion.h>
#include <string.h>

static void note(const SimCommand *command, gpointer data)
{
    if (command == NULL)
        g_string_append(data, "bad,");
    else
        g_string_append_printf(data, "%u %s,", command->evse,
                               command->broken ? "broken"
                               : command->on   ? "occupied"
                                               : "free");
}

static gchar *feed(const gchar *bytes)
{
    BayFeed feed = BAY_FEED_INIT(12);
    GString *said = g_string_new(NULL);

    bay_feed_push(&feed, bytes, strlen(bytes), note, said);
    return g_string_free(said, FALSE);
}

Test(bay_feed, reads_lines_strictly)
{
    static const struct {
        const gchar *bytes, *said;
    } rows[] = {
        {"1 occupied\n12 free\n3 broken\n", "1 occupied,12 free,3 broken,"},
        {"1 occupied", ""},
        {"\n\n1 free\n", "1 free,"},
        {"0 free\n13 free\n01 free\n+1 free\n-1 free\n", "bad,bad,bad,bad,bad,"},
        {"1  free\n1 free \n 1 free\n1\tfree\n1 free\r\n", "bad,bad,bad,bad,bad,"},
        {"1 Free\n1 on\n1\nfree\n1 free 2\n", "bad,bad,bad,bad,bad,"},
        {"1 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n2 free\n", "bad,2 free,"},
        {"99999999999999999999 free\n1 free\n", "bad,1 free,"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree gchar *said = feed(rows[i].bytes);

        cr_expect_str_eq(said, rows[i].said, "%s", rows[i].bytes);
    }
}

/* "Active true", "Problem true cleared" ... of the bay's events, joined by commas. */
static gchar *told(Rig *rig)
{
    GString *story = g_string_new(NULL);

    for (guint i = 0; i < rig_count(rig, OCPP_ACTION_NOTIFY_EVENT); i++) {
        JsonArray *list =
            json_object_get_array_member(rig_call(rig, OCPP_ACTION_NOTIFY_EVENT, (gint)i), "eventData");

        for (guint e = 0; e < json_array_get_length(list); e++) {
            JsonObject *event = json_array_get_object_element(list, e);

            cr_expect_str_eq(rig_text(event, "component.name"), "BayOccupancySensor");
            g_string_append_printf(
                story, "%s%s %s%s", story->len > 0 ? "," : "", rig_text(event, "variable.name"),
                rig_text(event, "actualValue"),
                json_object_get_boolean_member_with_default(event, "cleared", FALSE) ? " cleared" : "");
        }
    }
    return g_string_free(story, FALSE);
}

Test(bay, a_car_that_only_passes_is_not_told)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_autofree gchar *story = NULL;

    rig_link(rig);
    rig_sim(rig, "bay occupied");
    rig_run(rig, 400);
    rig_sim(rig, "bay free");
    rig_run(rig, 5000);
    story = told(rig);
    cr_assert_str_eq(story, "Active false");
}

Test(bay, a_broken_sensor_says_so_instead_of_guessing)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_autofree gchar *story = NULL;

    rig_link(rig);
    rig_sim(rig, "bay occupied");
    rig_run(rig, 1000);
    rig_sim(rig, "bay broken");
    rig_sim(rig, "bay broken");
    rig_ask(
        rig, OCPP_ACTION_GET_VARIABLES,
        "{'getVariableData':[{'component':{'name':'BayOccupancySensor','evse':{'id':1}},'variable':{'name':'"
        "Active'}},{'component':{'name':'BayOccupancySensor','evse':{'id':1}},'variable':{'name':'Problem'}}]"
        "}");
    cr_assert_str_eq(rig_text(rig->answer, "getVariableResult.0.attributeStatus"), "Rejected");
    cr_assert_str_eq(rig_text(rig->answer, "getVariableResult.1.attributeValue"), "true");
    rig_sim(rig, "bay free");
    story = told(rig);
    cr_assert_str_eq(story, "Active false,Active true,Problem true,Problem false cleared,Active false");
}

Test(bay, a_broken_sensor_is_still_broken_after_a_power_cut)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_autofree gchar *story = NULL;

    rig_link(rig);
    rig_sim(rig, "bay broken");
    rig_power_cut(rig);
    g_array_set_size(rig->calls, 0);
    rig_link(rig);
    story = told(rig);
    cr_assert_str_eq(story, "Problem true");
}
