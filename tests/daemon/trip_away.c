/* A pile that the server cannot reach for a while: the car that stands there asks again and orders. */
#include <criterion/criterion.h>
#include <string.h>

#include "daemon/journey/trip_record.h"
#include "tests/daemon/trip_world.h"

/* The lookup in flight is answered: the pile is away. */
static JourneyEffects offered_away(Trip *trip, gdouble at_s)
{
    ScanAnswer offer = answer(trip->code.evse.key);

    offer.reachable = FALSE;
    return trip_look_up_answered(trip, trip->look_up_serial, &offer, S(at_s));
}

/* In P since 3 s, standing since 4 s, the pile known to be away since 2 s. */
static Trip standing_before_nothing(ConfirmMode confirm)
{
    Trip trip = new_trip(confirm);

    gear(&trip, GEAR_R, 4, 0);
    see(&trip, "DE*ABC*E1", 100, 1);
    offered_away(&trip, 2);
    return trip;
}

Test(pile_away, it_is_asked_about_again_ever_more_slowly_while_its_offer_stays)
{
    static const gint64 pause_s[] = {1, 2, 4, 8, 15, 15, 15};
    Trip trip = standing_before_nothing(CONFIRM_PARK);
    gint64 now = S(2);

    for (gsize i = 0; i < G_N_ELEMENTS(pause_s); i++) {
        cr_assert_eq(trip_deadline_us(&trip), now + pause_s[i] * G_USEC_PER_SEC, "%zu", i);
        now = trip_deadline_us(&trip);
        cr_assert_eq(trip_tick(&trip, now), JOURNEY_EFFECT_LOOK_UP);
        cr_assert_eq(trip.state, JOURNEY_OFFERED);
        cr_assert_str_eq(trip.notice, "pile_unreachable");
        if (i % 2 == 0)
            offered_away(&trip, (gdouble)now / G_USEC_PER_SEC);
        else
            trip_look_up_failed(&trip, trip.look_up_serial, now); /* no answer at all is no news either */
    }
}

Test(pile_away, once_it_is_back_consent_orders)
{
    Trip trip = standing_before_nothing(CONFIRM_PARK);

    gear(&trip, GEAR_P, 0, 2.5);
    cr_assert(trip_tick(&trip, S(3)) & JOURNEY_EFFECT_LOOK_UP);
    cr_assert_eq(trip_tick(&trip, S(4)), JOURNEY_EFFECT_CAMERA_OFF);
    cr_assert(offered(&trip, 4.1) & JOURNEY_EFFECT_PLACE_ORDER);
    cr_assert_eq(trip.state, JOURNEY_ORDERING);
}

Test(pile_away, an_order_that_meets_it_is_placed_again_when_it_is_back)
{
    Trip trip = trip_at(JOURNEY_ORDERING);
    JourneyEffects effects = trip_order_refused(&trip, REF, "pile_offline", S(5));

    cr_assert_eq(effects, JOURNEY_EFFECT_UNFOLLOW, "no such order exists");
    cr_assert_eq(trip.state, JOURNEY_OFFERED);
    cr_assert_str_eq(trip.notice, "pile_unreachable");
    cr_assert_str_eq(trip.request.client_ref, "");
    cr_assert_eq(trip_deadline_us(&trip), S(6));
    cr_assert_eq(trip_tick(&trip, S(6)), JOURNEY_EFFECT_LOOK_UP);
    effects = offered(&trip, 6.1);
    cr_assert(effects & JOURNEY_EFFECT_PLACE_ORDER);
    cr_assert(effects & JOURNEY_EFFECT_FOLLOW);
}

Test(pile_away, one_that_comes_and_goes_is_ordered_ever_more_slowly)
{
    Trip trip = trip_at(JOURNEY_ORDERING);
    gint64 now = S(5), before = 0;

    for (guint i = 0; i < 6; i++) {
        trip_order_refused(&trip, REF, "pile_offline", now);
        cr_assert_geq(trip_deadline_us(&trip) - now, before);
        before = trip_deadline_us(&trip) - now;
        now = trip_deadline_us(&trip);
        trip_tick(&trip, now);
        offered(&trip, (gdouble)now / G_USEC_PER_SEC);
        cr_assert_eq(trip.state, JOURNEY_ORDERING);
    }
    cr_assert_eq(before, S(15));
}

static Trip tapped_in_vain(void)
{
    Trip trip = trip_at(JOURNEY_OFFERED);
    JourneyEffects effects;

    cr_assert_eq(trip_tap_order(&trip, S(5), &effects), TRIP_OK);
    trip_order_refused(&trip, REF, "pile_offline", S(5.1));
    cr_assert_eq(trip.state, JOURNEY_OFFERED);
    return trip;
}

Test(pile_away, a_tap_counts_for_two_minutes_while_the_car_stands_there)
{
    const gdouble back_s[] = {60, 60, 130};

    for (gsize i = 0; i < G_N_ELEMENTS(back_s); i++) {
        Trip trip = tapped_in_vain();
        gboolean wanted = i == 0;

        if (i == 1)
            gear(&trip, GEAR_R, 2, 20); /* the driver moves: a new place, a new tap */
        while (trip_deadline_us(&trip) < S(back_s[i])) {
            gint64 due = trip_deadline_us(&trip);

            if (trip_tick(&trip, due) & JOURNEY_EFFECT_LOOK_UP)
                offered_away(&trip, (gdouble)due / G_USEC_PER_SEC);
        }
        trip_tick(&trip, S(back_s[i]) + S(15));
        if (i == 1)
            gear(&trip, GEAR_P, 0, 76);
        cr_expect_eq(!!(offered(&trip, back_s[i] + 15) & JOURNEY_EFFECT_PLACE_ORDER), wanted, "%zu", i);
        cr_expect_eq(trip_can_order(&trip, NULL) == TRIP_OK, i == 2, "%zu", i);
    }
}

Test(pile_away, a_tap_counts_for_the_prices_that_were_shown)
{
    for (guint i = 0; i < 4; i++) {
        Trip trip = tapped_in_vain();
        ScanAnswer dearer = answer("DEABCE1");
        gint64 *price[] = {&dearer.tariff.energy_micro_per_kwh, &dearer.tariff.flat_micro,
                           &dearer.tariff.time_micro_per_hour};

        if (i < G_N_ELEMENTS(price)) {
            *price[i] += 1;
        } else { /* the same digits, and limits that now allow them */
            g_strlcpy(dearer.tariff.currency, "CHF", sizeof dearer.tariff.currency);
            g_strlcpy(trip.consent.limits.currency, "CHF", sizeof trip.consent.limits.currency);
        }
        cr_assert(trip_tick(&trip, S(7)) & JOURNEY_EFFECT_LOOK_UP);
        cr_expect_eq(trip_look_up_answered(&trip, trip.look_up_serial, &dearer, S(7)), 0, "%u", i);
        cr_expect_eq(trip_can_order(&trip, NULL), TRIP_OK, "the driver may tap again");
    }
}

Test(pile_away, a_dynamic_code_that_has_gone_by_is_no_reason_to_lose_the_offer)
{
    Trip trip = trip_at(JOURNEY_ORDERING);

    trip_order_refused(&trip, REF, "pile_offline", S(5));
    trip_tick(&trip, S(6));
    cr_assert(trip_look_up_refused(&trip, trip.look_up_serial, "code_expired", S(6)) &
                  JOURNEY_EFFECT_PLACE_ORDER,
              "what was scanned is still good: the order itself tells whether the pile is back");
    trip_order_refused(&trip, REF, "pile_offline", S(6.1));
    cr_assert_eq(trip_deadline_us(&trip), S(8.1), "and that slowly, too");
}

Test(pile_away, an_offer_that_is_too_old_to_order_by_is_lost_with_its_code)
{
    Trip trip = standing_before_nothing(CONFIRM_TAP);

    cr_assert_eq(trip_tick(&trip, S(3)), JOURNEY_EFFECT_LOOK_UP);
    trip_look_up_refused(&trip, trip.look_up_serial, "code_expired", S(2) + TRIP_OFFER_FRESH_US);
    cr_assert_eq(trip.state, JOURNEY_FAILED);
    cr_assert_str_eq(trip.notice, "code_expired");
}

Test(pile_away, it_is_not_asked_about_before_its_time)
{
    Trip trip = standing_before_nothing(CONFIRM_TAP);

    cr_assert_eq(trip_tick(&trip, S(2.9)), 0);
    cr_assert_eq(trip_tick(&trip, S(3)), JOURNEY_EFFECT_LOOK_UP);
}

Test(pile_away, a_code_that_is_refused_for_another_reason_ends_the_offer)
{
    Trip trip = standing_before_nothing(CONFIRM_PARK);

    trip_tick(&trip, S(3));
    trip_look_up_refused(&trip, trip.look_up_serial, "unknown_evse", S(3));
    cr_assert_eq(trip.state, JOURNEY_FAILED);
    cr_assert_str_eq(trip.notice, "unknown_evse");
}

Test(pile_away, a_newer_token_of_the_same_pile_is_the_one_to_ask_with)
{
    Trip trip = standing_before_nothing(CONFIRM_PARK);
    CodeSighting seen = {.frame_px = {1000, 500}, .frames_agreeing = 3, .code = trip.code};

    seen.quad_px[0] = seen.quad_px[6] = 500;
    seen.quad_px[2] = seen.quad_px[4] = 600;
    seen.quad_px[1] = seen.quad_px[3] = 200;
    seen.quad_px[5] = seen.quad_px[7] = 300;
    g_strlcpy(seen.code.token, "NEWER", sizeof seen.code.token);
    cr_assert_eq(trip_sighting(&trip, &seen, S(2.5)), 0);
    cr_assert_eq(trip_tick(&trip, S(3)), JOURNEY_EFFECT_LOOK_UP);
    cr_assert_str_eq(trip.code.token, "NEWER");
}

Test(pile_away, after_an_hour_nobody_is_interested_any_more)
{
    Trip trip = standing_before_nothing(CONFIRM_TAP);
    gint64 due = 0;

    while (trip.state == JOURNEY_OFFERED) {
        due = trip_deadline_us(&trip);
        cr_assert_lt(due, S(2 * 3600));
        if (trip_tick(&trip, due) & JOURNEY_EFFECT_LOOK_UP)
            offered_away(&trip, (gdouble)due / G_USEC_PER_SEC);
    }
    cr_assert_geq(due, TRIP_AWAY_GIVE_UP_US);
    cr_assert_neq(trip.state, JOURNEY_FAILED);
}

Test(pile_away, driving_off_forgets_it)
{
    Trip trip = tapped_in_vain();
    guint serial;

    trip_tick(&trip, S(7));
    serial = trip.look_up_serial;
    cr_assert(gear(&trip, GEAR_D, 20, 8) & JOURNEY_EFFECT_DROP_LOOK_UP);
    cr_assert_eq(trip.state, JOURNEY_IDLE);
    cr_assert_neq(trip.look_up_serial, serial);
    cr_assert_eq(trip_deadline_us(&trip), G_MAXINT64);
}

Test(pile_away, an_order_that_was_being_cancelled_is_over)
{
    Trip trip = trip_at(JOURNEY_CANCELLING);

    cr_assert_eq(trip_order_refused(&trip, REF, "pile_offline", S(9)),
                 JOURNEY_EFFECT_UNFOLLOW | JOURNEY_EFFECT_FORGET);
    cr_assert_eq(trip.state, JOURNEY_IDLE);
    cr_assert_str_eq(trip.notice, "order_cancelled");
}

Test(pile_away, a_crash_meanwhile_forgets_neither_the_offer_nor_that_it_is_away)
{
    Trip before = trip_at(JOURNEY_ORDERING), after = new_trip(CONFIRM_PARK);
    g_autofree gchar *record = NULL;

    trip_order_refused(&before, REF, "pile_offline", S(5));
    record = trip_record_print(&before);
    cr_assert(trip_record_read(&after, record, strlen(record), NULL));
    trip_resume(&after, S(1000), NOW_MS);
    cr_assert_eq(after.state, JOURNEY_OFFERED);
    cr_assert_eq(trip_deadline_us(&after), S(1001));
    cr_assert_eq(trip_tick(&after, S(1001)), JOURNEY_EFFECT_LOOK_UP);
}
