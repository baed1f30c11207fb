#include "dbus/gear_match.h"

#include <criterion/criterion.h>
#include <math.h>

static GearMatch *match_of(const gchar *const *pairs)
{
    g_autoptr(GError) error = NULL;
    GearMatch *match = gear_match_new("test.conf", pairs, &error);

    cr_assert_not_null(match, "%s", error ? error->message : "");
    return match;
}

static Gear gear_of(const GearMatch *match, GVariant *value)
{
    g_autoptr(GVariant) owned = g_variant_ref_sink(value);
    Gear gear = GEAR_COUNT;

    cr_assert(gear_match_gear(match, owned, &gear), "wrong type: %s", g_variant_get_type_string(owned));
    return gear;
}

static gboolean is_wrong_type(const GearMatch *match, GVariant *value)
{
    g_autoptr(GVariant) owned = g_variant_ref_sink(value);
    Gear gear = GEAR_COUNT;
    gboolean ok = gear_match_gear(match, owned, &gear);

    cr_assert(ok || gear == GEAR_COUNT, "touched on failure");
    return !ok;
}

static gdouble speed_of(const GearMatch *match, GVariant *value)
{
    g_autoptr(GVariant) owned = g_variant_ref_sink(value);
    gdouble speed_kmh = -2;

    cr_assert(gear_match_speed(match, owned, &speed_kmh));
    return speed_kmh;
}

static void assert_error(const gchar *const *pairs, GearMatchError code, const gchar *text)
{
    g_autoptr(GError) error = NULL;

    cr_assert_null(gear_match_new("test.conf", pairs, &error), "%s accepted", pairs[0]);
    cr_expect(g_error_matches(error, GEAR_MATCH_ERROR, (gint)code), "%s", error->message);
    cr_expect(g_str_has_prefix(error->message, text), "\"%s\" does not start with \"%s\"", error->message,
              text);
    cr_expect_null(strchr(error->message, '\n'), "one line");
}

Test(gear_match, without_configuration_it_is_our_own_contract)
{
    g_autoptr(GearMatch) match = gear_match_new("test.conf", NULL, NULL);

    cr_assert_str_eq(match->bus, "system");
    cr_assert_str_eq(match->sender, "org.rearcharge.Vehicle");
    cr_assert_str_eq(match->gear.path, "/org/rearcharge/Vehicle");
    cr_assert_str_eq(match->speed.path, "/org/rearcharge/Vehicle");
    cr_assert_str_eq(match->speed.interface, "org.rearcharge.Vehicle1");
    cr_assert_eq(gear_of(match, g_variant_new_string("R")), GEAR_R);
    cr_assert_eq(gear_of(match, g_variant_new_variant(g_variant_new_string("P"))), GEAR_P);
    cr_assert_eq(gear_of(match, g_variant_new_string("")), GEAR_UNKNOWN);
    cr_assert_eq(gear_of(match, g_variant_new_string("r")), GEAR_UNKNOWN);
    cr_assert(is_wrong_type(match, g_variant_new_int32(1)));
    cr_assert(is_wrong_type(match, g_variant_new("as", NULL)));
    cr_assert(is_wrong_type(match, g_variant_new("(s)", "R")));
}

Test(gear_match, amb_counts_reverse_as_128_and_park_as_255)
{
    g_autoptr(GearMatch) match = match_of((const gchar *[]){"preset", "amb", NULL});

    cr_assert_str_eq(match->gear.find, "Transmission");
    cr_assert_str_eq(match->speed.find, "VehicleSpeed");
    cr_assert_eq(gear_of(match, g_variant_new_int32(128)), GEAR_R);
    cr_assert_eq(gear_of(match, g_variant_new_int32(255)), GEAR_P);
    cr_assert_eq(gear_of(match, g_variant_new_int32(0)), GEAR_N);
    cr_assert_eq(gear_of(match, g_variant_new_int32(3)), GEAR_D);
    cr_assert_eq(gear_of(match, g_variant_new_int32(96)), GEAR_D);
    cr_assert_eq(gear_of(match, g_variant_new_int32(127)), GEAR_UNKNOWN);
    cr_assert_eq(gear_of(match, g_variant_new_byte(128)), GEAR_R, "any integer type");
}

Test(gear_match, a_vss_gear_is_reverse_when_negative_and_zero_is_never_park)
{
    g_autoptr(GearMatch) match =
        match_of((const gchar *[]){"preset",   "generic",   "sender",    "com.example.Gear",
                                   "path",     "/g",        "interface", "com.example.Gear",
                                   "member",   "Selected",  "kind",      "signal",
                                   "argument", "1",         "type",      "n",
                                   "reverse",  "-128..-1",  "park",      "126",
                                   "drive",    "1..99,127", NULL});

    cr_assert_eq(match->gear.kind, GEAR_MATCH_SIGNAL);
    cr_assert_eq(match->gear.argument, 1);
    cr_assert_null(match->speed.member);
    cr_assert_eq(gear_of(match, g_variant_new_int16(-1)), GEAR_R);
    cr_assert_eq(gear_of(match, g_variant_new_int16(-2)), GEAR_R);
    cr_assert_eq(gear_of(match, g_variant_new_int16(126)), GEAR_P);
    cr_assert_eq(gear_of(match, g_variant_new_int16(127)), GEAR_D);
    cr_assert_eq(gear_of(match, g_variant_new_int16(0)), GEAR_UNKNOWN);
    cr_assert(is_wrong_type(match, g_variant_new_int32(-1)));
}

Test(gear_match, a_reverse_lamp_is_enough)
{
    g_autoptr(GearMatch) match =
        match_of((const gchar *[]){"type", "b", "reverse", "true", "park", "", "neutral", "", "drive",
                                   "false", "speed-member", "", NULL});

    cr_assert_eq(gear_of(match, g_variant_new_boolean(TRUE)), GEAR_R);
    cr_assert_eq(gear_of(match, g_variant_new_boolean(FALSE)), GEAR_D);
}

Test(gear_match, speed_has_a_unit_and_no_direction)
{
    g_autoptr(GearMatch) own = gear_match_new("test.conf", NULL, NULL);
    g_autoptr(GearMatch) metric = match_of((const gchar *[]){"speed-interface", "com.example.Speed",
                                                             "speed-type", "any", "speed-unit", "m/s", NULL});

    cr_assert_float_eq(speed_of(own, g_variant_new_double(3.2)), 3.2, 1e-9);
    cr_assert_float_eq(speed_of(own, g_variant_new_double(-1)), SPEED_KMH_UNKNOWN, 0,
                       "Vehicle1: below 0 is unknown");
    cr_assert_float_eq(speed_of(metric, g_variant_new_double(-10)), 36, 1e-9,
                       "others drive backwards with it");
    cr_assert_float_eq(speed_of(metric, g_variant_new_uint16(10)), 36, 1e-9);
    cr_assert_float_eq(speed_of(metric, g_variant_new_uint32(10)), 36, 1e-9);
    cr_assert_float_eq(speed_of(metric, g_variant_new_int64(-10)), 36, 1e-9);
    cr_assert_float_eq(speed_of(metric, g_variant_new_uint64(10)), 36, 1e-9);
    cr_assert_float_eq(speed_of(metric, g_variant_new_double(NAN)), SPEED_KMH_UNKNOWN, 0);
    cr_assert_float_eq(speed_of(metric, g_variant_new_double(INFINITY)), SPEED_KMH_UNKNOWN, 0);
}

Test(gear_match, a_mistake_is_one_line_with_file_key_and_what_is_expected)
{
    assert_error((const gchar *[]){"revers", "R", NULL}, GEAR_MATCH_ERROR_UNKNOWN_KEY,
                 "test.conf: [gear] revers: no such key; expected one of preset, bus, sender");
    assert_error((const gchar *[]){"preset", "tizen", NULL}, GEAR_MATCH_ERROR_VALUE,
                 "test.conf: [gear] preset: expected rearcharge, amb or generic");
    assert_error((const gchar *[]){"stale-ms", "9", NULL}, GEAR_MATCH_ERROR_VALUE,
                 "test.conf: [gear] stale-ms: expected 0 (never) or 10..600000, not \"9\"");
    assert_error((const gchar *[]){"kind", "method", NULL}, GEAR_MATCH_ERROR_VALUE,
                 "test.conf: [gear] kind: expected property or signal");
    assert_error((const gchar *[]){"preset", "generic", "sender", "a.b", NULL}, GEAR_MATCH_ERROR_MISSING,
                 "test.conf: [gear] path: missing");
    assert_error((const gchar *[]){"reverse", "", NULL}, GEAR_MATCH_ERROR_MISSING,
                 "test.conf: [gear] reverse: missing");
}

Test(gear_match, what_would_break_a_match_rule_or_mean_two_gears_is_refused)
{
    static const gchar *const bad[][2] = {
        {"sender", "a.b',member='x"},
        {"path", "no/slash"},
        {"path", "find:a b"},
        {"path", "/a/"},
        {"interface", "nodot"},
        {"member", "a.b"},
        {"member", ""},
        {"type", "ss"},
        {"type", "v"},
        {"argument", "64"},
        {"argument", "-1"},
        {"park", "R"},
        {"reverse", "1..P"},
        {"reverse", "2..1"},
        {"reverse", "R,,"},
        {"reverse", "nan..1"},
        {"bus", "sesion"},
        {"speed-unit", "knots"},
        {"enter-ms", "10001"},
        {"leave-ms", "1s"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        GearMatch *match = gear_match_new("test.conf", (const gchar *[]){bad[i][0], bad[i][1], NULL}, &error);
        cr_expect_null(match, "%s = %s accepted", bad[i][0], bad[i][1]);
        cr_expect(g_error_matches(error, GEAR_MATCH_ERROR, GEAR_MATCH_ERROR_VALUE), "%s = %s", bad[i][0],
                  bad[i][1]);
    }
}
