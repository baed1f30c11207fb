/* What the pile's front shows, and to whom. */
#include "pile-sim/panel/own_addresses.h"
#include "pile-sim/panel/panel_face.h"
#include "pile-sim/panel/qr_image.h"
#include "protocol/json_gate.h"

#include <criterion/criterion.h>
#include <string.h>

static const gchar *step_of(const gchar *evse, gboolean online)
{
    g_autoptr(JsonObject) object = json_gate_parse_object(evse, strlen(evse), NULL);

    cr_assert_not_null(object, "%s", evse);
    return panel_face_step(object, online);
}

Test(panel_face, says_what_the_driver_does_next)
{
    cr_expect_str_eq(step_of("{\"connector\":\"Available\"}", TRUE), "free");
    cr_expect_str_eq(step_of("{\"connector\":\"Reserved\"}", TRUE), "reserved");
    cr_expect_str_eq(step_of("{\"connector\":\"Reserved\",\"authorized\":true}", TRUE), "plug");
    cr_expect_str_eq(step_of("{\"authorized\":true}", TRUE), "plug");
    cr_expect_str_eq(step_of("{\"cable\":true}", TRUE), "connected");
    cr_expect_str_eq(step_of("{\"cable\":true,\"last_session\":{}}", TRUE), "done");
    cr_expect_str_eq(step_of("{\"transaction\":{\"charging_state\":\"Idle\"}}", TRUE), "plug");
}

Test(panel_face, follows_a_transaction_by_its_charging_state)
{
    static const gchar *const steps[][2] = {{"EVConnected", "starting"},
                                            {"Charging", "charging"},
                                            {"SuspendedEV", "full"},
                                            {"SuspendedEVSE", "paused"}};

    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_autofree gchar *evse =
            g_strdup_printf("{\"cable\":true,\"transaction\":{\"charging_state\":\"%s\"}}", steps[i][0]);

        cr_expect_str_eq(step_of(evse, TRUE), steps[i][1]);
    }
}

Test(panel_face, a_fault_outranks_everything)
{
    cr_expect_str_eq(
        step_of("{\"fault\":true,\"cable\":true,\"transaction\":{\"charging_state\":\"Charging\"}}", FALSE),
        "fault");
    cr_expect_str_eq(panel_face_light("fault"), "red");
}

Test(panel_face, a_lost_server_stops_new_drivers_but_not_a_running_charge)
{
    cr_expect_str_eq(step_of("{\"connector\":\"Available\"}", FALSE), "offline");
    cr_expect_str_eq(panel_face_light("offline"), "off");
    cr_expect_str_eq(step_of("{\"cable\":true,\"transaction\":{\"charging_state\":\"Charging\"}}", FALSE),
                     "charging");
}

Test(panel_face, adds_light_and_step_to_every_evse)
{
    const gchar *text = "{\"connected\":true,\"boot\":\"accepted\",\"evses\":[{\"connector\":\"Available\"},"
                        "{\"connector\":\"Unavailable\"}]}";
    g_autoptr(JsonObject) state = json_gate_parse_object(text, strlen(text), NULL);
    JsonArray *evses = json_object_get_array_member(state, "evses");

    panel_face_add(state);
    cr_expect_str_eq(json_object_get_string_member(json_array_get_object_element(evses, 0), "light"),
                     "green");
    cr_expect_str_eq(json_object_get_string_member(json_array_get_object_element(evses, 1), "step"),
                     "unavailable");
}

Test(qr_svg, draws_the_same_modules_as_the_png_in_any_size)
{
    const gchar *text = "HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*1";
    g_autofree gchar *svg = qr_image_svg(text, NULL);
    guint edge = qr_image_version(text) * 4 + 17 + 8;
    g_autofree gchar *box = g_strdup_printf("viewBox=\"0 0 %u %u\"", edge, edge);

    cr_assert_not_null(strstr(svg, box));
    cr_expect_not_null(strstr(svg, "d=\"M4 4h7v1h-7z"), "the finder begins behind the quiet zone");
}

Test(qr_svg, too_long_a_text_is_refused)
{
    g_autofree gchar *text = g_strnfill(4000, 'x');
    g_autoptr(GError) error = NULL;

    cr_assert_null(qr_image_svg(text, &error));
    cr_assert(g_error_matches(error, QR_IMAGE_ERROR, QR_IMAGE_ERROR_TEXT));
}

Test(own_addresses, are_those_that_another_machine_can_use)
{
    g_auto(GStrv) own = own_addresses_list(TRUE);

    for (guint i = 0; own[i] != NULL; i++) {
        cr_expect(!g_str_has_prefix(own[i], "127."), "%s", own[i]);
        cr_expect(!g_str_has_prefix(own[i], "[fe80"), "%s", own[i]);
        cr_expect(strchr(own[i], ':') == NULL || own[i][0] == '[', "%s", own[i]);
    }
    cr_expect(own_addresses_is_any("0.0.0.0") && own_addresses_is_any("[::]"));
    cr_expect(!own_addresses_is_any("127.0.0.1"));
}

/* protocol/README.md, section 1: the table of sizes. */
Test(qr_image, a_token_costs_few_modules)
{
    static const struct {
        guint token_chars, version;
    } forms[] = {{0, 3}, {8, 3}, {12, 3}, {16, 4}, {32, 5}};
    static const gchar alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);

    for (guint form = 0; form < G_N_ELEMENTS(forms); form++) {
        for (guint i = 0; i < 50; i++) {
            g_autoptr(GString) text = g_string_new("HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*1");
            if (forms[form].token_chars > 0)
                g_string_append_c(text, '/');
            for (guint n = 0; n < forms[form].token_chars; n++)
                g_string_append_c(text, alphabet[g_rand_int_range(rand, 0, sizeof alphabet - 1)]);
            cr_assert_leq(qr_image_version(text->str), forms[form].version, "%s", text->str);
        }
    }
}
