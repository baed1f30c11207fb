/* What the time is at least (protocol/README.md, section 8; threats.md 9). */
#include <criterion/criterion.h>

#include "pile-sim/model/time_floor.h"

#define HOUR_MS G_GINT64_CONSTANT(3600000)
#define DAY_MS (24 * HOUR_MS)
#define BUILD TIME_FLOOR_BUILD_MS

static TimeFloor floor_at(gint64 floor_ms)
{
    TimeFloor floor;

    time_floor_init(&floor, 0);
    time_floor_hear_server(&floor, floor_ms, 0);
    return floor;
}

Test(time_floor, starts_at_the_build_and_moves_with_the_time_since_boot)
{
    TimeFloor floor;

    time_floor_init(&floor, 1000);
    cr_expect_eq(time_floor_ms(&floor, 1000), BUILD);
    cr_expect_eq(time_floor_ms(&floor, 1000 + HOUR_MS), BUILD + HOUR_MS);
    cr_expect_eq(time_floor_ms(&floor, 0), BUILD, "a clock that runs backwards moves nothing");
}

Test(time_floor, the_server_raises_it_and_never_lowers_it)
{
    TimeFloor floor = floor_at(BUILD + 100 * DAY_MS);

    time_floor_hear_server(&floor, BUILD + 50 * DAY_MS, HOUR_MS);
    cr_expect_eq(time_floor_ms(&floor, HOUR_MS), BUILD + 100 * DAY_MS + HOUR_MS);
    time_floor_hear_server(&floor, BUILD + 200 * DAY_MS, HOUR_MS);
    cr_expect_eq(time_floor_ms(&floor, HOUR_MS), BUILD + 200 * DAY_MS);
}

Test(time_floor, an_issue_time_raises_it_by_at_most_48_hours_a_step)
{
    TimeFloor floor = floor_at(BUILD + DAY_MS);

    time_floor_hear_issue(&floor, BUILD, 0);
    cr_expect_eq(time_floor_ms(&floor, 0), BUILD + DAY_MS, "an old one lowers nothing");
    time_floor_hear_issue(&floor, BUILD + 2 * DAY_MS, 0);
    cr_expect_eq(time_floor_ms(&floor, 0), BUILD + 2 * DAY_MS);
    time_floor_hear_issue(&floor, BUILD + 400 * DAY_MS, 0);
    cr_expect_eq(time_floor_ms(&floor, 0), BUILD + 4 * DAY_MS);
}

Test(time_floor, survives_a_reboot_with_a_new_count_since_boot)
{
    TimeFloor floor = floor_at(BUILD + 10 * DAY_MS);
    TimeFloor again;
    g_autoptr(JsonObject) json = time_floor_to_json(&floor, 5 * HOUR_MS);

    cr_assert(time_floor_from_json(&again, json, 77, NULL));
    cr_expect_eq(time_floor_ms(&again, 77), BUILD + 10 * DAY_MS + 5 * HOUR_MS);
}

Test(time_floor, a_stored_time_before_the_build_counts_as_the_build)
{
    g_autoptr(JsonObject) json = json_object_new();
    TimeFloor floor;

    json_object_set_int_member(json, "floor_ms", 5);
    cr_assert(time_floor_from_json(&floor, json, 0, NULL));
    cr_expect_eq(time_floor_ms(&floor, 0), BUILD);
}

Test(time_floor, is_stored_again_after_ten_minutes)
{
    TimeFloor floor = floor_at(BUILD + DAY_MS);
    g_autoptr(JsonObject) json = NULL;

    cr_expect(time_floor_is_due(&floor, 0), "nothing is stored yet");
    json = time_floor_to_json(&floor, 0);
    cr_expect_not(time_floor_is_due(&floor, TIME_FLOOR_SAVE_MS - 1));
    cr_expect(time_floor_is_due(&floor, TIME_FLOOR_SAVE_MS));
}

Test(time_floor, a_new_secret_forgets_what_a_server_with_a_wrong_clock_said)
{
    TimeFloor floor = floor_at(BUILD + 400 * DAY_MS);

    time_floor_hear_server(&floor, BUILD + 3 * DAY_MS, 0);
    time_floor_start_anew(&floor, HOUR_MS);
    cr_expect_eq(time_floor_ms(&floor, HOUR_MS), BUILD + 3 * DAY_MS + HOUR_MS);
}
