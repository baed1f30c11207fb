/* A battery and a meter: physics that a receipt can rest on. */
#include "pile-sim/model/battery.h"
#include "pile-sim/model/meter.h"
#include "pile-sim/model/vehicle.h"
#include "protocol/json_gate.h"
#include "protocol/json_read.h"

#include <criterion/criterion.h>
#include <string.h>

static gint64 charge_to_percent(Battery *battery, gdouble percent, gint64 offered_w, gint64 step_ms)
{
    gint64 elapsed_ms = 0;

    while (battery_soc_percent(battery) < percent) {
        cr_assert_gt(battery_charge(battery, offered_w, step_ms, G_MAXINT64), 0, "it always gets on");
        elapsed_ms += step_ms;
    }
    return elapsed_ms;
}

Test(battery, takes_what_the_weaker_side_gives)
{
    Battery battery = battery_new(60000, 20, 100000);

    cr_assert_eq(battery_power_w(&battery, 50000), 50000);
    cr_assert_eq(battery_power_w(&battery, 350000), 100000);
    cr_assert_eq(battery_power_w(&battery, 0), 0);
}

Test(battery, thirty_kwh_at_fifty_kw_take_thirty_six_minutes)
{
    Battery battery = battery_new(60000, 20, 100000);
    gint64 ms = charge_to_percent(&battery, 70, 50000, 1000);

    cr_assert_leq(ABS(ms / 1000 - 36 * 60), 1);
}

Test(battery, tapers_above_eighty_percent_and_still_gets_full)
{
    Battery battery = battery_new(60000, 80, 100000);
    gint64 before_w = 100000;

    for (guint percent = 81; percent <= 99; percent++) {
        charge_to_percent(&battery, percent, 150000, 1000);
        cr_assert_lt(battery_power_w(&battery, 150000), before_w, "%u %%", percent);
        before_w = battery_power_w(&battery, 150000);
    }
    cr_assert_geq(before_w, 5000, "never below the tail");
    while (!battery_is_full(&battery))
        battery_charge(&battery, 150000, 1000, G_MAXINT64);
    cr_assert_eq(battery_power_w(&battery, 150000), 0);
    cr_assert_eq(battery_charge(&battery, 150000, 1000, G_MAXINT64), 0);
}

Test(battery, small_steps_and_large_ones_agree_below_the_taper)
{
    Battery fine = battery_new(60000, 20, 100000), coarse = fine;
    gint64 fine_uwh = 0, coarse_uwh = 0;

    for (guint i = 0; i < 600000 / 10; i++)
        fine_uwh += battery_charge(&fine, 50000, 10, G_MAXINT64);
    for (guint i = 0; i < 600; i++)
        coarse_uwh += battery_charge(&coarse, 50000, 1000, G_MAXINT64);
    cr_assert_leq(ABS(fine_uwh - coarse_uwh), BATTERY_UWH_PER_WH / 10);
}

Test(battery, never_takes_more_than_is_allowed)
{
    Battery battery = battery_new(60000, 20, 100000);

    cr_assert_eq(battery_charge(&battery, 50000, 1000, 12345), 12345);
    cr_assert_eq(battery_charge(&battery, 50000, 1000, 0), 0);
    cr_assert_eq(battery_charge(&battery, 50000, 1000, -1), 0);
}

Test(battery, a_ferry_at_full_power_does_not_overflow)
{
    Battery battery = battery_new(BATTERY_MAX_WH, 90, BATTERY_MAX_POWER_W);
    gint64 before = battery.stored_uwh;

    cr_assert_gt(battery_charge(&battery, BATTERY_MAX_POWER_W, 60000, G_MAXINT64), 0);
    cr_assert_gt(battery.stored_uwh, before);
    cr_assert_leq(battery.stored_uwh, battery.capacity_uwh);
}

Test(meter, shows_whole_watt_hours_that_have_flowed)
{
    Meter meter = {0};

    meter_add(&meter, BATTERY_UWH_PER_WH - 1);
    cr_assert_eq(meter_wh(&meter), 0);
    meter_add(&meter, 1);
    cr_assert_eq(meter_wh(&meter), 1);
}

Test(meter, never_goes_back)
{
    Meter meter = {.register_uwh = 5 * BATTERY_UWH_PER_WH};

    meter_restore(&meter, 3 * BATTERY_UWH_PER_WH);
    cr_assert_eq(meter_wh(&meter), 5);
    meter_restore(&meter, 7 * BATTERY_UWH_PER_WH);
    cr_assert_eq(meter_wh(&meter), 7);
}

static gboolean read_vehicle(const gchar *text, Vehicle *vehicle, GError **error)
{
    g_autofree gchar *json = g_strdelimit(g_strdup(text), "'", '"');
    g_autoptr(JsonNode) node = json_gate_parse(json, strlen(json), NULL);

    return vehicle_from_json(node, vehicle, error);
}

Test(vehicle, is_a_preset_or_an_object)
{
    Vehicle vehicle = {0};

    cr_assert(read_vehicle("'van'", &vehicle, NULL));
    cr_assert_eq(vehicle.battery.max_power_w, 11000);
    cr_assert(read_vehicle("{'battery_wh':40000,'soc_percent':12.5,'max_power_w':7400,'id':'AA:BB'}",
                           &vehicle, NULL));
    cr_assert_eq(vehicle.battery.stored_uwh, 5000 * BATTERY_UWH_PER_WH);
    cr_assert_str_eq(vehicle.id, "AA:BB");
}

Test(vehicle, what_is_left_out_is_that_of_a_compact_car)
{
    static const gchar *const same[] = {"'compact'", "{}", "null"};

    for (guint i = 0; i < G_N_ELEMENTS(same); i++) {
        Vehicle vehicle = {0};
        cr_assert(read_vehicle(same[i], &vehicle, NULL), "%s", same[i]);
        cr_expect_eq(vehicle.battery.capacity_uwh, 60000 * BATTERY_UWH_PER_WH, "%s", same[i]);
        cr_expect_eq(vehicle.battery.max_power_w, 100000, "%s", same[i]);
    }
}

Test(vehicle, another_name_is_how_a_compact_car_identifies_itself)
{
    Vehicle vehicle = {0};

    cr_assert(read_vehicle("'WVWZZZ1JZXW000001'", &vehicle, NULL));
    cr_assert_str_eq(vehicle.id, "WVWZZZ1JZXW000001");
    cr_assert_eq(vehicle.battery.max_power_w, 100000);
}

Test(vehicle, says_what_is_wrong)
{
    static const gchar *const bad[] = {
        "''",
        "'a name with spaces'",
        "'a-name-that-is-longer-than-thirty-six-characters'",
        "7",
        "[]",
        "{'battery_wh':0,'soc_percent':1,'max_power_w':1}",
        "{'battery_wh':60000,'soc_percent':101,'max_power_w':1}",
        "{'battery_wh':60000,'soc_percent':1,'max_power_w':-1}",
        "{'battery_wh':60000.5,'soc_percent':1,'max_power_w':1}",
    };

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        Vehicle vehicle = {0};
        g_autoptr(GError) error = NULL;

        cr_expect_not(read_vehicle(bad[i], &vehicle, &error), "%s", bad[i]);
        cr_expect(g_error_matches(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE) ||
                      g_error_matches(error, JSON_READ_ERROR, JSON_READ_ERROR_MISSING) ||
                      g_error_matches(error, JSON_READ_ERROR, JSON_READ_ERROR_TYPE),
                  "%s", bad[i]);
    }
}
