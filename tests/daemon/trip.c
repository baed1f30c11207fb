/* The whole story in one process with virtual time: from R to receipt, driving off in every state, late
 * answers, crash and resume at every row. */
#include <criterion/criterion.h>
#include <string.h>

#include "daemon/journey/retry_wait.h"
#include "daemon/journey/trip_record.h"
#include "tests/daemon/trip_world.h"

Test(trip, from_reverse_gear_to_receipt)
{
    Trip trip = new_trip(CONFIRM_PARK);
    JourneyEffects effects;

    cr_assert_eq(gear(&trip, GEAR_R, 4, 0), JOURNEY_EFFECT_CAMERA_ON);
    cr_assert_eq(see(&trip, "DE*ABC*E1", 60, 1), JOURNEY_EFFECT_LOOK_UP);
    cr_assert_eq(offered(&trip, 1.2), 0, "still reversing: the price is known, nothing is ordered");
    cr_assert_eq(trip.state, JOURNEY_OFFERED);
    cr_assert_eq(gear(&trip, GEAR_P, 0, 4), 0);
    cr_assert_eq(trip_deadline_us(&trip), S(5));
    effects = trip_tick(&trip, S(5));
    cr_assert_eq(effects, JOURNEY_EFFECT_CAMERA_OFF | JOURNEY_EFFECT_PLACE_ORDER | JOURNEY_EFFECT_FOLLOW);
    cr_assert_str_eq(trip.request.client_ref, REF);
    cr_assert_str_eq(trip.request.scan_ref, SCAN_REF);
    cr_assert_eq(trip.request.limits.max_cost_minor, 5000);
    hear(&trip, ORDER_REQUESTED, 1, 5.1);
    cr_assert_eq(trip.state, JOURNEY_ORDERING);
    hear(&trip, ORDER_ACCEPTED, 2, 5.2);
    hear(&trip, ORDER_CHARGING, 3, 9);
    hear(&trip, ORDER_CHARGING, 4, 19);
    hear(&trip, ORDER_ENDED, 5, 30);
    effects = hear(&trip, ORDER_SETTLED, 6, 31);
    cr_assert_eq(effects, JOURNEY_EFFECT_KEEP_RECEIPT | JOURNEY_EFFECT_UNFOLLOW);
    cr_assert_eq(trip.state, JOURNEY_DONE);
    cr_assert_eq(trip.check.verdict, SETTLEMENT_AGREES);
    cr_assert_str_eq(trip.notice, "");
    cr_assert_eq(trip_deadline_us(&trip), G_MAXINT64, "nothing wakes up any more");
}

Test(trip, tap_waits_for_the_driver_and_for_standstill)
{
    Trip trip = new_trip(CONFIRM_TAP);
    JourneyEffects effects;

    gear(&trip, GEAR_R, 4, 0);
    see(&trip, "DE*ABC*E1", 60, 1);
    offered(&trip, 2);
    cr_assert_eq(trip_tap_order(&trip, S(2.5), &effects), TRIP_NOT_STANDING);
    cr_assert_eq(effects, 0);
    gear(&trip, GEAR_P, 0, 3);
    trip_tick(&trip, S(4));
    cr_assert_eq(trip.state, JOURNEY_OFFERED);
    cr_assert_eq(trip_tap_order(&trip, S(10), &effects), TRIP_OK);
    cr_assert(effects & JOURNEY_EFFECT_PLACE_ORDER);
    cr_assert_eq(trip_tap_order(&trip, S(10.1), &effects), TRIP_BUSY);
    cr_assert_eq(effects, 0, "a double tap is one order");
}

Test(trip, auto_orders_while_still_reversing)
{
    Trip trip = new_trip(CONFIRM_AUTO);

    gear(&trip, GEAR_R, 4, 0);
    see(&trip, "DE*ABC*E1", 60, 1);
    cr_assert(offered(&trip, 2) & JOURNEY_EFFECT_PLACE_ORDER);
}

Test(trip, driving_off_ends_every_state_that_it_should)
{
    static const JourneyState after[JOURNEY_N_STATES] = {
        [JOURNEY_IDLE] = JOURNEY_IDLE,
        [JOURNEY_SCANNING] = JOURNEY_IDLE,
        [JOURNEY_LOOKING_UP] = JOURNEY_IDLE,
        [JOURNEY_OFFERED] = JOURNEY_IDLE,
        [JOURNEY_ORDERING] = JOURNEY_CANCELLING,
        [JOURNEY_WAITING_PLUG] = JOURNEY_CANCELLING,
        [JOURNEY_CHARGING] = JOURNEY_CHARGING,
        [JOURNEY_SETTLING] = JOURNEY_SETTLING,
        [JOURNEY_CANCELLING] = JOURNEY_CANCELLING,
        [JOURNEY_DONE] = JOURNEY_IDLE,
        [JOURNEY_FAILED] = JOURNEY_IDLE,
        [JOURNEY_CODE] = JOURNEY_IDLE, /* the order stays: its pile tells of it later */
    };

    for (guint state = 0; state < JOURNEY_N_STATES; state++) {
        Trip trip = trip_at(state);
        JourneyEffects effects;

        cr_assert_eq(trip.state, state, "the way to %s", journey_state_name(state));
        effects = gear(&trip, GEAR_D, 20, 20);
        cr_expect_eq(trip.state, after[state], "%s", journey_state_name(state));
        cr_expect_not(effects & JOURNEY_EFFECT_PLACE_ORDER);
        if (state == JOURNEY_WAITING_PLUG)
            cr_expect(effects & JOURNEY_EFFECT_CANCEL_ORDER);
    }
}

Test(trip, an_acceptance_after_driving_off_is_cancelled_not_forgotten)
{
    Trip trip = trip_at(JOURNEY_ORDERING);

    cr_assert_eq(gear(&trip, GEAR_D, 20, 6), JOURNEY_EFFECT_WITHDRAW_ORDER,
                 "no id to cancel by: called off by reference");
    cr_assert_eq(trip.state, JOURNEY_CANCELLING);
    cr_assert(hear(&trip, ORDER_ACCEPTED, 2, 7) & JOURNEY_EFFECT_CANCEL_ORDER);
    cr_assert_not(hear(&trip, ORDER_ACCEPTED, 3, 7.1) & JOURNEY_EFFECT_CANCEL_ORDER, "asked once");
    cr_assert(hear(&trip, ORDER_CANCELLED, 4, 8) & JOURNEY_EFFECT_UNFOLLOW);
    cr_assert_eq(trip.state, JOURNEY_IDLE);
    cr_assert_str_eq(trip.notice, "order_cancelled");
}

Test(trip, a_charge_that_won_the_race_against_the_cancel_ends_with_a_receipt)
{
    Trip trip = trip_at(JOURNEY_CANCELLING);

    cr_assert(hear(&trip, ORDER_CHARGING, 2, 7) & JOURNEY_EFFECT_CANCEL_ORDER);
    hear(&trip, ORDER_ENDED, 3, 8);
    cr_assert_eq(trip.state, JOURNEY_SETTLING);
    hear(&trip, ORDER_SETTLED, 4, 9);
    cr_assert_eq(trip.state, JOURNEY_DONE);
}

Test(trip, backing_up_again_while_cancelling_looks_as_soon_as_the_old_order_is_over)
{
    Trip trip = trip_at(JOURNEY_CANCELLING);

    cr_assert_eq(gear(&trip, GEAR_R, 4, 10), 0);
    hear(&trip, ORDER_ACCEPTED, 2, 11);
    cr_assert(hear(&trip, ORDER_CANCELLED, 3, 12) & JOURNEY_EFFECT_CAMERA_ON);
    cr_assert_eq(trip.state, JOURNEY_SCANNING);
}

Test(trip, late_and_foreign_answers_change_nothing)
{
    Trip trip = trip_at(JOURNEY_WAITING_PLUG);
    ScanAnswer offer = answer("DEABCE1");
    Order foreign = order_in(ORDER_CHARGING, 99);

    cr_assert_eq(trip_look_up_answered(&trip, trip.look_up_serial, &offer, S(9)), 0);
    cr_assert_eq(hear(&trip, ORDER_REQUESTED, 1, 9), 0, "an answer that the stream has overtaken");
    cr_assert_eq(trip.order.state, ORDER_ACCEPTED);
    g_strlcpy(foreign.order_id, SCAN_REF, sizeof foreign.order_id);
    g_strlcpy(foreign.client_ref, SCAN_REF, sizeof foreign.client_ref);
    cr_assert_eq(trip_order(&trip, &foreign, S(9)), 0);
    cr_assert_eq(trip_order_refused(&trip, SCAN_REF, "scan_used", S(9)), 0);
    cr_assert_eq(trip_cancel_refused(&trip, SCAN_REF, "not_found", S(9)), 0);
    cr_assert_eq(trip.state, JOURNEY_WAITING_PLUG);
    cr_assert_geq(trip.ignored_events, 5);
}

Test(trip, an_answer_about_a_pile_that_is_not_the_choice_any_more_is_late)
{
    Trip trip = trip_at(JOURNEY_LOOKING_UP);
    guint first = trip.look_up_serial;
    ScanAnswer offer = answer("DEABCE1");

    see(&trip, "DE*ABC*E2", 300, 2.5); /* E1 left the view a second ago */
    cr_assert_eq(trip.look_up_serial, first + 1);
    cr_assert_eq(trip_look_up_answered(&trip, first, &offer, S(3)), 0);
    cr_assert_eq(trip.state, JOURNEY_LOOKING_UP);
}

Test(trip, a_server_that_does_not_answer_is_asked_again_ever_more_slowly)
{
    Trip trip = trip_at(JOURNEY_LOOKING_UP);
    gint64 now = S(2);

    for (guint i = 0; i < 3; i++) {
        cr_assert_eq(trip_look_up_failed(&trip, trip.look_up_serial, now), 0);
        cr_assert_str_eq(trip.notice, "server_unreachable");
        cr_assert_eq(trip_deadline_us(&trip), now + S(1 << i));
        now = trip_deadline_us(&trip);
        cr_assert_eq(trip_tick(&trip, now), JOURNEY_EFFECT_LOOK_UP);
    }
    trip_look_up_failed(&trip, trip.look_up_serial, now + TRIP_LOOK_UP_GIVE_UP_US);
    cr_assert_eq(trip.state, JOURNEY_FAILED);
}

Test(trip, a_refused_code_is_shown_and_not_asked_for_again)
{
    Trip trip = trip_at(JOURNEY_FAILED);

    cr_assert_str_eq(trip.notice, "unknown_evse");
    cr_assert_eq(see(&trip, "DE*ABC*E1", 100, 4), 0);
    cr_assert_eq(see(&trip, "DE*ABC*E2", 60, 5), JOURNEY_EFFECT_FORGET | JOURNEY_EFFECT_LOOK_UP);
    cr_assert_str_eq(trip.code.evse.key, "DEABCE2");
}

Test(trip, an_unknown_gear_stops_scanning_and_ordering_but_not_an_order)
{
    for (guint state = 0; state < JOURNEY_N_STATES; state++) {
        Trip trip = trip_at(state);

        gear(&trip, GEAR_UNKNOWN, SPEED_KMH_UNKNOWN, 20);
        cr_expect_not(trip.gear.looking);
        cr_expect_eq(journey_has_order(trip.state), journey_has_order(state), "%s",
                     journey_state_name(state));
        if (state == JOURNEY_OFFERED)
            cr_expect_eq(trip_can_order(&trip, NULL), TRIP_NOT_STANDING);
    }
}

Test(trip, an_old_offer_is_asked_for_again_and_given_up_after_an_hour)
{
    Trip trip = trip_at(JOURNEY_OFFERED);
    guint refreshes = 0;

    while (trip.state == JOURNEY_OFFERED) {
        gint64 due = trip_deadline_us(&trip);

        if (trip_tick(&trip, due) & JOURNEY_EFFECT_LOOK_UP) {
            refreshes++;
            offered(&trip, (gdouble)due / G_USEC_PER_SEC + 0.1);
        }
    }
    cr_assert_eq(refreshes, TRIP_OFFER_MAX_REFRESHES);
    cr_assert_eq(trip.state, JOURNEY_IDLE);
}

Test(trip, a_refused_order_shows_why)
{
    Trip trip = trip_at(JOURNEY_ORDERING);

    cr_assert_eq(trip_order_refused(&trip, REF, "evse_occupied", S(5)), JOURNEY_EFFECT_UNFOLLOW);
    cr_assert_eq(trip.state, JOURNEY_FAILED);
    cr_assert_str_eq(trip.notice, "evse_occupied");
}

Test(trip, an_order_that_could_not_be_stored_is_not_placed_and_tried_again_later)
{
    Trip trip = trip_at(JOURNEY_IDLE);
    JourneyEffects effects;

    gear(&trip, GEAR_R, 4, 0);
    see(&trip, "DE*ABC*E1", 60, 1);
    offered(&trip, 2);
    gear(&trip, GEAR_P, 0, 3);
    effects = trip_tick(&trip, S(4));
    trip_withdraw_order(&trip, S(4), &effects);
    cr_assert_eq(effects, JOURNEY_EFFECT_CAMERA_OFF);
    cr_assert_eq(trip.state, JOURNEY_OFFERED);
    cr_assert_str_eq(trip.notice, "storage_full");
    gear(&trip, GEAR_N, 0, 5);
    gear(&trip, GEAR_P, 0, 6);
    cr_assert_eq(trip_deadline_us(&trip), S(7), "the gear is watched meanwhile");
    cr_assert_eq(trip_tick(&trip, S(7)), 0);
    cr_assert_eq(trip_tick(&trip, S(8.9)), 0);
    cr_assert_eq(trip_deadline_us(&trip), S(9));
    cr_assert(trip_tick(&trip, S(9)) & JOURNEY_EFFECT_PLACE_ORDER);
}

Test(trip, stop_ends_the_charge_and_can_be_repeated)
{
    Trip trip = trip_at(JOURNEY_CHARGING);
    JourneyEffects effects;

    cr_assert_eq(trip_tap_stop(&trip, S(7), &effects), TRIP_OK);
    cr_assert_eq(effects, JOURNEY_EFFECT_STOP_ORDER);
    cr_assert_eq(trip_tap_stop(&trip, S(8), &effects), TRIP_OK);
    hear(&trip, ORDER_SETTLED, 9, 9);
    cr_assert_eq(trip_tap_stop(&trip, S(10), &effects), TRIP_NOTHING_THERE);
}

Test(trip, a_dismissed_offer_is_not_offered_again_at_once)
{
    Trip trip = new_trip(CONFIRM_TAP);
    JourneyEffects effects;

    gear(&trip, GEAR_R, 4, 0);
    see(&trip, "DE*ABC*E1", 60, 1);
    offered(&trip, 2);
    cr_assert_eq(trip_tap_cancel(&trip, S(3), &effects), TRIP_OK);
    cr_assert_eq(trip.state, JOURNEY_SCANNING, "still reversing, so still looking");
    cr_assert_eq(see(&trip, "DE*ABC*E1", 60, 4), 0);
}

Test(trip, an_order_that_nobody_here_remembers_is_adopted_when_idle)
{
    Trip trip = new_trip(CONFIRM_TAP);

    cr_assert_eq(hear(&trip, ORDER_SETTLED, 3, 0), 0, "over: history only");
    cr_assert(hear(&trip, ORDER_CHARGING, 4, 1) & JOURNEY_EFFECT_FOLLOW);
    cr_assert_eq(trip.state, JOURNEY_CHARGING);
    hear(&trip, ORDER_SETTLED, 5, 2);
    cr_assert_eq(trip.state, JOURNEY_DONE);
}

Test(trip, a_receipt_that_differs_is_shown)
{
    Trip trip = trip_at(JOURNEY_SETTLING);
    Order order = order_in(ORDER_SETTLED, 5);

    order.receipt.cost.total_minor++;
    trip_order(&trip, &order, S(9));
    cr_assert_str_eq(trip.notice, "settlement_differs");
    cr_assert_eq(trip.check.difference_minor, 1);
}

/* Stored after any step, read back by another process: same state by the resume table, same way to the end.
 */
Test(trip, a_crash_after_any_state_leads_to_the_same_end)
{
    for (guint state = 0; state < JOURNEY_N_STATES; state++) {
        Trip before = trip_at(state);
        g_autofree gchar *record = trip_record_print(&before);
        Trip after = new_trip(CONFIRM_PARK);
        JourneyEffects effects, expected;
        JourneyState resumed = journey_resume(state, before.has_order, &expected);
        g_autoptr(GError) error = NULL;

        cr_assert(trip_record_read(&after, record, strlen(record), &error), "%s: %s",
                  journey_state_name(state), error != NULL ? error->message : "");
        effects = trip_resume(&after, S(1000), NOW_MS);
        cr_expect_eq(after.state, resumed, "%s", journey_state_name(state));
        cr_expect_eq(effects, expected, "%s", journey_state_name(state));
        if (!journey_has_order(state))
            continue;
        cr_expect_str_eq(after.request.client_ref, REF, "a repetition is the same order");
        hear(&after, state == JOURNEY_CANCELLING ? ORDER_CANCELLED : ORDER_SETTLED, 50, 1001);
        cr_expect_eq(after.state, state == JOURNEY_CANCELLING ? JOURNEY_IDLE : JOURNEY_DONE);
    }
}

Test(trip, an_offer_survives_a_crash_only_while_its_scan_ref_does)
{
    Trip before = trip_at(JOURNEY_OFFERED);
    g_autofree gchar *record = trip_record_print(&before);
    const gint64 later_ms[] = {0, 560000, 580000, -400 * G_GINT64_CONSTANT(86400000)};
    const JourneyState wanted[] = {JOURNEY_OFFERED, JOURNEY_OFFERED, JOURNEY_IDLE, JOURNEY_IDLE};

    for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++) {
        Trip after = new_trip(CONFIRM_TAP);

        cr_assert(trip_record_read(&after, record, strlen(record), NULL));
        trip_resume(&after, 0, NOW_MS + later_ms[i]);
        cr_expect_eq(after.state, wanted[i], "%zu", i);
    }
}

Test(trip, a_new_price_is_asked_for_only_while_one_is_on_show)
{
    Trip trip = trip_at(JOURNEY_OFFERED), charging = trip_at(JOURNEY_CHARGING);

    cr_assert_eq(trip_reprice(&trip, S(9)), JOURNEY_EFFECT_LOOK_UP);
    cr_assert_eq(trip.state, JOURNEY_LOOKING_UP);
    cr_assert_eq(trip_reprice(&charging, S(9)), 0);
    cr_assert_eq(charging.state, JOURNEY_CHARGING);
}

Test(trip, while_a_lookup_is_in_flight_only_the_gear_has_a_deadline)
{
    Trip trip = trip_at(JOURNEY_LOOKING_UP);

    cr_assert_eq(trip_deadline_us(&trip), G_MAXINT64);
    trip_look_up_failed(&trip, trip.look_up_serial, S(3));
    cr_assert_eq(trip_deadline_us(&trip), S(4));
    cr_assert_eq(trip_tick(&trip, S(3.9)), 0, "not yet");
    cr_assert_eq(trip_tick(&trip, S(4)), JOURNEY_EFFECT_LOOK_UP);
}

Test(trip, a_code_that_is_seen_when_nobody_looks_changes_nothing)
{
    Trip parked = trip_at(JOURNEY_OFFERED), ordering = new_trip(CONFIRM_AUTO);

    cr_assert_eq(see(&parked, "DE*ABC*E2", 300, 9), 0, "the camera's last frames");
    cr_assert_str_eq(parked.code.evse.key, "DEABCE1");
    gear(&ordering, GEAR_R, 4, 0);
    see(&ordering, "DE*ABC*E1", 100, 1);
    offered(&ordering, 2);
    cr_assert_eq(ordering.state, JOURNEY_ORDERING);
    cr_assert_eq(see(&ordering, "DE*ABC*E2", 300, 4), 0, "an order is under way");
    cr_assert_str_eq(ordering.code.evse.key, "DEABCE1");
}

Test(trip, an_answer_that_nobody_waits_for_is_late_whatever_it_says)
{
    Trip trip = trip_at(JOURNEY_OFFERED);
    ScanAnswer dearer = answer(trip.code.evse.key);
    guint serial = trip.look_up_serial;

    dearer.tariff.energy_micro_per_kwh *= 2;
    cr_assert_eq(trip_look_up_answered(&trip, serial, &dearer, S(9)), 0);
    cr_assert_eq(trip_look_up_refused(&trip, serial, "unknown_evse", S(9)), 0);
    cr_assert_eq(trip_look_up_failed(&trip, serial, S(9)), 0);
    cr_assert_eq(trip.state, JOURNEY_OFFERED);
    cr_assert_eq(trip.offer.tariff.energy_micro_per_kwh, 490000);
    cr_assert_eq(trip.ignored_events, 3);
}

Test(retry_wait, doubles_up_to_its_most)
{
    const gint64 wanted_s[] = {1, 2, 4, 8, 15, 15};

    for (guint i = 0; i < G_N_ELEMENTS(wanted_s); i++)
        cr_expect_eq(retry_wait_us(i, 15), wanted_s[i] * G_USEC_PER_SEC, "%u", i);
    cr_expect_eq(retry_wait_us(G_MAXUINT, 16), 16 * G_USEC_PER_SEC);
}
