/* What gear and speed mean: when to look, when the car stands, when it drove off. Virtual time. */
#include <criterion/criterion.h>

#include "daemon/journey/gear_policy.h"

#define S(seconds) ((gint64)((seconds)*G_USEC_PER_SEC))

static const GearRules rules = GEAR_RULES_INIT;

static GearEdges feed(GearPolicy *policy, Gear gear, gdouble speed_kmh, gdouble at_s)
{
    const GearSample sample = {.gear = gear, .valid = gear != GEAR_UNKNOWN, .speed_kmh = speed_kmh};

    return gear_policy_feed(policy, &sample, S(at_s));
}

Test(gear_policy, reverse_begins_to_look_at_once)
{
    GearPolicy policy = gear_policy_init(&rules);

    cr_assert_eq(feed(&policy, GEAR_R, 4, 0), GEAR_EDGE_LOOK_BEGAN);
    cr_assert_eq(gear_policy_state(&policy), DRIVING_REVERSING);
}

Test(gear_policy, P_for_a_second_is_standstill_and_ends_the_look)
{
    GearPolicy policy = gear_policy_init(&rules);

    feed(&policy, GEAR_R, 4, 0);
    cr_assert_eq(feed(&policy, GEAR_P, 0, 5), 0);
    cr_assert_eq(gear_policy_deadline_us(&policy), S(6));
    cr_assert_eq(gear_policy_tick(&policy, S(5.999)), 0);
    cr_assert_eq(gear_policy_tick(&policy, S(6)), GEAR_EDGE_LOOK_ENDED | GEAR_EDGE_STOOD);
    cr_assert_eq(gear_policy_state(&policy), DRIVING_PARKED);
}

Test(gear_policy, passing_through_P_is_not_parking)
{
    GearPolicy policy = gear_policy_init(&rules);

    feed(&policy, GEAR_P, 0, 0);
    feed(&policy, GEAR_R, 0, 0.5);
    feed(&policy, GEAR_P, 0, 5);
    cr_assert_not(policy.standing);
}

Test(gear_policy, P_on_a_rolling_car_is_not_standstill)
{
    GearPolicy policy = gear_policy_init(&rules);

    feed(&policy, GEAR_P, 3, 0);
    cr_assert_eq(gear_policy_tick(&policy, S(10)), 0);
    cr_assert_not(policy.standing);
}

Test(gear_policy, without_P_three_seconds_of_almost_no_speed_are_standstill)
{
    GearRules manual = rules;
    GearPolicy policy;

    manual.has_park = FALSE;
    policy = gear_policy_init(&manual);
    feed(&policy, GEAR_R, 4, 0);
    feed(&policy, GEAR_N, 0.4, 1);
    cr_assert_eq(gear_policy_tick(&policy, S(3.9)), 0);
    cr_assert(gear_policy_tick(&policy, S(4)) & GEAR_EDGE_STOOD);
    feed(&policy, GEAR_N, 0.6, 5);
    cr_assert_not(policy.standing);
}

Test(gear_policy, an_unknown_speed_is_never_standstill_without_P)
{
    GearRules manual = rules;
    GearPolicy policy;

    manual.has_park = FALSE;
    policy = gear_policy_init(&manual);
    feed(&policy, GEAR_N, SPEED_KMH_UNKNOWN, 0);
    cr_assert_eq(gear_policy_tick(&policy, S(100)), 0);
    cr_assert_not(policy.standing);
}

Test(gear_policy, shunting_forward_keeps_looking_for_ten_seconds)
{
    GearPolicy policy = gear_policy_init(&rules);

    feed(&policy, GEAR_R, 4, 0);
    feed(&policy, GEAR_D, 8, 2);
    cr_assert(policy.looking);
    cr_assert_eq(gear_policy_tick(&policy, S(11.9)), 0);
    cr_assert(gear_policy_tick(&policy, S(12)) & GEAR_EDGE_LOOK_ENDED);
}

Test(gear_policy, back_into_R_starts_the_ten_seconds_anew)
{
    GearPolicy policy = gear_policy_init(&rules);

    feed(&policy, GEAR_R, 4, 0);
    feed(&policy, GEAR_D, 3, 2);
    feed(&policy, GEAR_R, 3, 8);
    feed(&policy, GEAR_D, 3, 9);
    cr_assert_eq(gear_policy_tick(&policy, S(18.9)), 0);
    cr_assert(policy.looking);
}

Test(gear_policy, reverse_looks_at_once_whatever_the_speed_says)
{
    GearPolicy policy = gear_policy_init(&rules);

    cr_assert_eq(feed(&policy, GEAR_R, 20, 1), GEAR_EDGE_LOOK_BEGAN);
}

Test(gear_policy, sixteen_km_h_ends_the_look_and_is_driving_off)
{
    GearPolicy policy = gear_policy_init(&rules);

    feed(&policy, GEAR_R, 4, 0);
    feed(&policy, GEAR_D, 15.9, 2);
    cr_assert(policy.looking);
    cr_assert_eq(feed(&policy, GEAR_D, 16, 3), GEAR_EDGE_LOOK_ENDED | GEAR_EDGE_DROVE_OFF);
    cr_assert_eq(feed(&policy, GEAR_D, 30, 4), 0, "told once per departure");
}

Test(gear_policy, from_standstill_a_second_above_five_km_h_is_driving_off)
{
    GearPolicy policy = gear_policy_init(&rules);

    feed(&policy, GEAR_P, 0, 0);
    gear_policy_tick(&policy, S(1));
    feed(&policy, GEAR_D, 2, 2);
    cr_assert_eq(feed(&policy, GEAR_D, 6, 3), 0);
    cr_assert_eq(gear_policy_deadline_us(&policy), S(4));
    cr_assert_eq(gear_policy_tick(&policy, S(4)), GEAR_EDGE_DROVE_OFF);
}

Test(gear_policy, without_speed_ten_seconds_of_D_are_driving_off)
{
    GearPolicy policy = gear_policy_init(&rules);

    feed(&policy, GEAR_P, SPEED_KMH_UNKNOWN, 0);
    gear_policy_tick(&policy, S(1));
    feed(&policy, GEAR_D, SPEED_KMH_UNKNOWN, 2);
    cr_assert_eq(gear_policy_tick(&policy, S(11.9)), 0);
    cr_assert_eq(gear_policy_tick(&policy, S(12)), GEAR_EDGE_DROVE_OFF);
}

Test(gear_policy, correcting_the_position_in_R_is_not_driving_off)
{
    GearPolicy policy = gear_policy_init(&rules);

    feed(&policy, GEAR_P, 0, 0);
    gear_policy_tick(&policy, S(1));
    cr_assert_eq(feed(&policy, GEAR_R, 6, 2), GEAR_EDGE_LOOK_BEGAN);
    cr_assert_eq(gear_policy_tick(&policy, S(8)), 0);
}

Test(gear_policy, an_unknown_gear_stops_looking_and_standing_but_is_not_driving_off)
{
    GearPolicy policy = gear_policy_init(&rules);

    feed(&policy, GEAR_R, 4, 0);
    cr_assert_eq(feed(&policy, GEAR_UNKNOWN, SPEED_KMH_UNKNOWN, 1), GEAR_EDGE_LOST | GEAR_EDGE_LOOK_ENDED);
    feed(&policy, GEAR_P, 0, 2);
    gear_policy_tick(&policy, S(3));
    cr_assert(policy.standing);
    cr_assert_eq(feed(&policy, GEAR_UNKNOWN, SPEED_KMH_UNKNOWN, 4), GEAR_EDGE_LOST);
    cr_assert_not(policy.standing);
    cr_assert_eq(gear_policy_deadline_us(&policy), G_MAXINT64, "nothing wakes up while it is unknown");
    cr_assert_eq(gear_policy_state(&policy), DRIVING_UNKNOWN);
}

Test(gear_policy, an_invalid_sample_is_unknown_whatever_it_says)
{
    GearPolicy policy = gear_policy_init(&rules);
    const GearSample stale = {.gear = GEAR_R, .valid = FALSE, .speed_kmh = 3};

    cr_assert_eq(gear_policy_feed(&policy, &stale, 0), 0);
    cr_assert_not(policy.looking);
}

Test(gear_policy, driving_forward_needs_no_timer)
{
    GearPolicy policy = gear_policy_init(&rules);

    feed(&policy, GEAR_D, 50, 0);
    cr_assert_eq(gear_policy_deadline_us(&policy), G_MAXINT64);
}

Test(gear_policy, a_car_without_P_has_the_end_of_its_roll_as_deadline)
{
    GearRules no_park = rules;
    GearPolicy policy;

    no_park.has_park = FALSE;
    policy = gear_policy_init(&no_park);
    feed(&policy, GEAR_R, 4, 0);
    cr_assert_eq(gear_policy_deadline_us(&policy), G_MAXINT64, "only a reading can end it");
    feed(&policy, GEAR_N, 0, 2);
    cr_assert_eq(gear_policy_deadline_us(&policy), S(5));
    cr_assert(gear_policy_tick(&policy, S(5)) & GEAR_EDGE_STOOD);
}

Test(gear_policy, in_a_forward_gear_the_speed_says_whether_the_car_idles_or_moves)
{
    GearPolicy policy = gear_policy_init(&rules);

    cr_assert_eq(gear_policy_state(&policy), DRIVING_UNKNOWN);
    feed(&policy, GEAR_D, 0.4, 0);
    cr_assert_eq(gear_policy_state(&policy), DRIVING_IDLING);
    feed(&policy, GEAR_D, 3, 1);
    cr_assert_eq(gear_policy_state(&policy), DRIVING_MOVING);
    feed(&policy, GEAR_D, SPEED_KMH_UNKNOWN, 2);
    cr_assert_eq(gear_policy_state(&policy), DRIVING_MOVING, "unknown counts as moving");
}

Test(gear_policy, driving_states_have_names)
{
    cr_assert_str_eq(driving_state_name(DRIVING_UNKNOWN), "unknown");
    cr_assert_str_eq(driving_state_name(DRIVING_MOVING), "moving");
}
