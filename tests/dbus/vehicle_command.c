#include "dbus/vehicle_command.h"

#include <criterion/criterion.h>

static void assert_command(const gchar *line, const gchar *property, const gchar *value)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) expected = g_variant_ref_sink(g_variant_new_parsed(value));
    VehicleCommand command = {0};

    cr_assert(vehicle_command_parse(line, &command, &error), "%s: %s", line, error ? error->message : "");
    cr_expect_str_eq(command.property, property, "%s", line);
    cr_expect(g_variant_equal(command.value, expected), "%s", line);
    g_variant_unref(command.value);
}

Test(vehicle_command, a_line_is_a_property)
{
    assert_command("R", "Gear", "'R'");
    assert_command("  gear   P\r", "Gear", "'P'");
    assert_command("gear -", "Gear", "''");
    assert_command("speed 3.2", "Speed", "3.2");
    assert_command("speed -", "Speed", "-1.0");
    assert_command("position -33.5 151.25", "Position", "(-33.5, 151.25)");
    assert_command("soc 20", "StateOfCharge", "20.0");
    assert_command("plug connected", "PlugState", "'connected'");
    assert_command("id WVWZZZ1KZ6W000001", "IdentificationCode", "'WVWZZZ1KZ6W000001'");
}

Test(vehicle_command, anything_else_says_what_is_expected)
{
    static const gchar *const bad[] = {"",
                                       " ",
                                       "X",
                                       "gear",
                                       "gear R R",
                                       "speed",
                                       "speed fast",
                                       "speed -3",
                                       "speed nan",
                                       "speed 501",
                                       "soc 100.1",
                                       "plug in",
                                       "position 1",
                                       "position 91 0",
                                       "position 1 2 3",
                                       "id a b",
                                       "id \x01",
                                       "r",
                                       "id 123456789012345678901234567890123456"};

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        VehicleCommand command = {0};
        cr_expect_not(vehicle_command_parse(bad[i], &command, &error), "\"%s\" accepted", bad[i]);
        cr_expect_null(command.value);
        cr_expect_not_null(strstr(error->message, "expected "), "%s", error->message);
    }
}
