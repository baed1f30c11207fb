/* Scripts and controls: every line and body gives a command or a clear refusal. */
#include "pile-sim/model/script.h"
#include "protocol/json_gate.h"
#include "protocol/json_read.h"

#include <criterion/criterion.h>
#include <string.h>

Test(script, reads_a_whole_visit)
{
    static const gchar text[] = "# a car comes and goes\n"
                                "\n"
                                "2     bay occupied\n"
                                "4.5\tplug compact soc=30 evse=2   # it is late\r\n"
                                "4.5   uplink down\n"
                                "10    stop evse=2\n"
                                "12    fault on\n"
                                "13.25 unplug evse=2";
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) steps = script_parse("visit", text, strlen(text), 2, &error);
    const ScriptStep *step = NULL;

    cr_assert_not_null(steps, "%s", error != NULL ? error->message : "");
    cr_assert_eq(steps->len, 6);
    step = &g_array_index(steps, ScriptStep, 1);
    cr_assert_eq(step->at_ms, 4500);
    cr_assert_eq(step->command.action, SIM_PLUG);
    cr_assert_eq(step->command.evse, 2);
    cr_assert_eq((gint)battery_soc_percent(&step->command.vehicle.battery), 30);
    cr_assert_not(g_array_index(steps, ScriptStep, 2).command.on);
    cr_assert_eq(g_array_index(steps, ScriptStep, 5).at_ms, 13250);
}

Test(script, names_file_and_line_of_a_mistake)
{
    static const struct {
        const gchar *text, *line;
    } rows[] = {
        {"plug compact", "f:1: "},
        {"1 plug", "f:1: "},
        {"1 bay occupied\n2 fly", "f:2: "},
        {"-1 unplug", "f:1: "},
        {"inf unplug", "f:1: "},
        {"0x10 unplug", "f:1: "},
        {"1e3 unplug", "f:1: "},
        {"1.2.3 unplug", "f:1: "},
        {"604801 unplug", "f:1: "},
        {"5 unplug\n4 unplug", "f:2: "},
        {"1 unplug evse=3", "f:1: "},
        {"1 unplug evse=0", "f:1: "},
        {"1 bay maybe", "f:1: "},
        {"1 plug compact soc=101", "f:1: "},
        {"1 plug soc=20", "f:1: "},
        {"1 uplink down evse=1", "f:1: "},
        {"1 stop now", "f:1: "},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;

        cr_expect_null(script_parse("f", rows[i].text, strlen(rows[i].text), 2, &error), "%s", rows[i].text);
        cr_expect(g_str_has_prefix(error->message, rows[i].line), "%s: %s", rows[i].text, error->message);
    }
}

Test(script, is_bounded)
{
    g_autofree gchar *many = g_malloc(SCRIPT_MAX_BYTES + 1);

    memset(many, '\n', SCRIPT_MAX_BYTES + 1);
    cr_assert_null(script_parse("f", many, SCRIPT_MAX_BYTES + 1, 1, NULL));
    cr_assert_null(script_parse("f", many, SCRIPT_MAX_LINES + 1, 1, NULL));
    cr_assert_null(script_parse("f", "1 unplug\0x", 10, 1, NULL));
    cr_assert_null(script_parse("f", "1 \xff", 3, 1, NULL));
}

static gboolean from_json(const gchar *path, const gchar *text, SimCommand *command, GError **error)
{
    g_autofree gchar *json = g_strdelimit(g_strdup(text), "'", '"');
    g_autoptr(JsonObject) body = json_gate_parse_object(json, strlen(json), NULL);
    SimAction action = 0;

    return sim_action_from_path(path, &action) && sim_command_from_json(action, body, 2, command, error);
}

Test(sim_command, each_control_of_the_contract)
{
    SimCommand command = {0};

    cr_assert(from_json("/sim/plug", "{'vehicle':'van','evse':2}", &command, NULL));
    cr_assert(command.action == SIM_PLUG && command.evse == 2);
    cr_assert(from_json("/sim/unplug", "{}", &command, NULL));
    cr_assert(command.action == SIM_UNPLUG && command.evse == 1);
    cr_assert(from_json("/sim/bay", "{'occupied':true}", &command, NULL));
    cr_assert(command.on);
    cr_assert(from_json("/sim/uplink", "{'up':false}", &command, NULL));
    cr_assert_not(command.on);
    cr_assert(from_json("/sim/stop", "{}", &command, NULL));
    cr_assert(from_json("/sim/fault", "{'fault':true}", &command, NULL));
    cr_assert(from_json("/sim/speed", "{'factor':0.5}", &command, NULL));
    cr_assert_float_eq(command.factor, 0.5, 0);
}

Test(sim_command, a_wrong_field_is_named)
{
    static const struct {
        const gchar *path, *body, *field;
    } rows[] = {
        {"/sim/plug", "{'vehicle':7}", "vehicle"},
        {"/sim/plug", "{'vehicle':{'battery_wh':0}}", "battery_wh"},
        {"/sim/bay", "{}", "occupied"},
        {"/sim/bay", "{'occupied':'yes'}", "occupied"},
        {"/sim/uplink", "{'up':1}", "up"},
        {"/sim/speed", "{'factor':0}", "factor"},
        {"/sim/speed", "{'factor':100001}", "factor"},
        {"/sim/unplug", "{'evse':3}", "evse"},
        {"/sim/unplug", "{'evse':0}", "evse"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        SimCommand command = {0};
        g_autoptr(GError) error = NULL;

        cr_expect_not(from_json(rows[i].path, rows[i].body, &command, &error), "%s", rows[i].body);
        cr_expect_not_null(strstr(error->message, rows[i].field), "%s: %s", rows[i].body, error->message);
    }
    cr_assert_not(from_json("/sim/explode", "{}", &(SimCommand){0}, NULL));
}
