#include "dbus/gear_filter.h"

#include <criterion/criterion.h>

#define MS(n) ((gint64)(n)*1000)

Test(gear_filter, nothing_is_known_at_the_start_and_no_timer_is_needed)
{
    GearFilter filter = GEAR_FILTER_INIT(0, 0, 0);

    cr_assert_not(filter.sample.valid);
    cr_assert_eq(filter.sample.gear, GEAR_UNKNOWN);
    cr_assert_lt(filter.sample.speed_kmh, 0);
    cr_assert_eq(gear_filter_deadline_us(&filter), G_MAXINT64);
}

Test(gear_filter, without_debounce_reverse_counts_at_once)
{
    GearFilter filter = GEAR_FILTER_INIT(0, 0, 0);

    cr_assert(gear_filter_gear(&filter, GEAR_R, MS(5)));
    cr_assert(filter.sample.valid);
    cr_assert_eq(filter.sample.gear, GEAR_R);
    cr_assert_eq(filter.sample.monotonic_us, MS(5));
    cr_assert_not(gear_filter_gear(&filter, GEAR_R, MS(6)), "the same again is no change");
    cr_assert_eq(gear_filter_deadline_us(&filter), G_MAXINT64);
}

Test(gear_filter, a_value_older_than_stale_is_unknown)
{
    GearFilter filter = GEAR_FILTER_INIT(MS(500), 0, 0);

    gear_filter_gear(&filter, GEAR_R, 0);
    gear_filter_speed(&filter, 3.0, 0);
    gear_filter_gear(&filter, GEAR_R, MS(300)); /* fresh again; the speed is not */
    cr_assert_eq(gear_filter_deadline_us(&filter), MS(500));
    cr_assert_not(gear_filter_tick(&filter, MS(499)));
    cr_assert(gear_filter_tick(&filter, MS(500)));
    cr_assert_lt(filter.sample.speed_kmh, 0);
    cr_assert(filter.sample.valid);
    cr_assert_eq(gear_filter_deadline_us(&filter), MS(800));
    cr_assert(gear_filter_tick(&filter, MS(800)));
    cr_assert_not(filter.sample.valid);
    cr_assert_eq(filter.sample.gear, GEAR_UNKNOWN);
    cr_assert_eq(gear_filter_deadline_us(&filter), G_MAXINT64);
    cr_assert(gear_filter_gear(&filter, GEAR_R, MS(900)), "and known again with the next value");
}

Test(gear_filter, passing_through_reverse_is_held_back_and_forgotten)
{
    GearFilter filter = GEAR_FILTER_INIT(0, MS(200), MS(300));

    cr_assert(gear_filter_gear(&filter, GEAR_D, 0), "the first value is not a bounce");
    cr_assert_not(gear_filter_gear(&filter, GEAR_R, MS(100)));
    cr_assert_eq(gear_filter_deadline_us(&filter), MS(300));
    cr_assert(gear_filter_gear(&filter, GEAR_P, MS(200)));
    cr_assert_eq(filter.sample.gear, GEAR_P);
    cr_assert_not(gear_filter_tick(&filter, MS(400)));
    cr_assert_eq(filter.sample.gear, GEAR_P);
}

Test(gear_filter, leaving_reverse_through_neutral_is_one_departure)
{
    GearFilter filter = GEAR_FILTER_INIT(0, 0, MS(300));

    gear_filter_gear(&filter, GEAR_R, 0);
    cr_assert_not(gear_filter_gear(&filter, GEAR_N, MS(1000)));
    cr_assert_not(gear_filter_gear(&filter, GEAR_D, MS(1200)));
    cr_assert_eq(gear_filter_deadline_us(&filter), MS(1300));
    cr_assert(gear_filter_tick(&filter, MS(1300)));
    cr_assert_eq(filter.sample.gear, GEAR_D);

    gear_filter_gear(&filter, GEAR_R, MS(2000));
    cr_assert_not(gear_filter_gear(&filter, GEAR_N, MS(2100)));
    cr_assert_not(gear_filter_gear(&filter, GEAR_R, MS(2200)), "back in time: nothing happened");
    cr_assert_not(gear_filter_tick(&filter, MS(3000)));
    cr_assert_eq(filter.sample.gear, GEAR_R);
}

Test(gear_filter, unknown_is_never_held_back)
{
    GearFilter filter = GEAR_FILTER_INIT(0, MS(200), MS(300));

    gear_filter_gear(&filter, GEAR_R, 0);
    cr_assert(gear_filter_gear(&filter, GEAR_UNKNOWN, MS(1)));
    cr_assert_not(filter.sample.valid);
    cr_assert(gear_filter_gear(&filter, GEAR_R, MS(2)));
    cr_assert(gear_filter_speed(&filter, 2.5, MS(3)));
    cr_assert(gear_filter_lost(&filter, MS(4)));
    cr_assert_not(filter.sample.valid);
    cr_assert_lt(filter.sample.speed_kmh, 0);
    cr_assert_not(gear_filter_lost(&filter, MS(5)), "lost already");
}
