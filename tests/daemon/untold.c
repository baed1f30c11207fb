/* Charges that a pile without network began by itself: until the server tells of them, the car neither
 * forgets them nor orders a second one. */
#include "daemon/journey/untold.h"

#include <criterion/criterion.h>
#include <string.h>

#include "daemon/journey/trip_record.h"
#include "tests/daemon/trip_world.h"

#define LINK "http://192.0.2.7:8090"
#define OTHER_REF "77777777-7777-4777-8777-777777777777"

/* At a pile without network that was asked to take the car by its name. */
static Trip handed_by_name(ConfirmMode confirm)
{
    Trip trip = new_trip(confirm);
    const gchar *url;

    g_strlcpy(trip.rules.link_url, LINK, sizeof trip.rules.link_url);
    gear(&trip, GEAR_R, 4, 0);
    see(&trip, "DE*ABC*E1", 100, 1);
    gear(&trip, GEAR_P, 0, 2);
    trip_look_up_failed(&trip, trip.look_up_serial, S(3));
    trip_plug(&trip, TRUE, TRUE, FALSE, S(5));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_VEHICLE);
    return trip;
}

/* The order that the server makes of it when the pile tells. */
static Order made_by_pile(const Trip *trip, OrderState state)
{
    Order order = order_in(state, 7);

    g_strlcpy(order.client_ref, OTHER_REF, sizeof order.client_ref);
    g_strlcpy(order.evse_key, trip->code.evse.key, sizeof order.evse_key);
    order.origin = ORDER_ORIGIN_VEHICLE_CODE;
    return order;
}

Test(untold_charge, after_a_charge_that_nobody_has_told_of_consent_orders_no_second_one)
{
    Trip trip = handed_by_name(CONFIRM_AUTO);
    JourneyEffects effects;
    Order order;

    trip_link_answered(&trip, TRIP_HAND_VEHICLE, NULL, S(6));
    trip_plug(&trip, FALSE, TRUE, FALSE, S(600)); /* charged, unplugged, and then the network is back */
    cr_assert_eq(offered(&trip, 601), 0);
    cr_assert_eq(trip.state, JOURNEY_OFFERED);
    cr_assert_str_eq(trip.notice, "charge_unreported");
    order = made_by_pile(&trip, ORDER_SETTLED);
    effects = trip_order(&trip, &order, S(602));
    cr_assert(effects & JOURNEY_EFFECT_KEEP_RECEIPT);
    cr_assert_eq(trip.state, JOURNEY_DONE);
    cr_assert_eq(trip.untold.n, 0);
}

Test(untold_charge, a_tap_orders_all_the_same)
{
    Trip trip = handed_by_name(CONFIRM_AUTO);
    JourneyEffects effects;
    Order order;

    trip_link_answered(&trip, TRIP_HAND_VEHICLE, "", S(6)); /* not heard: it may have admitted it */
    trip_plug(&trip, FALSE, TRUE, FALSE, S(7));
    offered(&trip, 8);
    trip_tick(&trip, S(8.5));
    cr_assert_eq(trip_tap_order(&trip, S(9), &effects), TRIP_OK);
    cr_assert(effects & JOURNEY_EFFECT_PLACE_ORDER);
    order = made_by_pile(&trip, ORDER_SETTLED);
    cr_assert_eq(trip_order(&trip, &order, S(10)), 0, "the one before is history, not this order's end");
    cr_assert_eq(trip.state, JOURNEY_ORDERING);
}

Test(untold_charge, what_the_pile_has_refused_leaves_no_doubt)
{
    Trip trip = handed_by_name(CONFIRM_AUTO);

    trip_link_answered(&trip, TRIP_HAND_VEHICLE, "unknown_id", S(6));
    cr_assert(offered(&trip, 7) & JOURNEY_EFFECT_PLACE_ORDER);
}

Test(untold_charge, a_refusal_at_the_second_plug_in_says_nothing_about_the_first)
{
    Trip trip = handed_by_name(CONFIRM_AUTO);
    const gchar *url;

    trip_link_answered(&trip, TRIP_HAND_VEHICLE, NULL, S(6));
    trip_plug(&trip, FALSE, TRUE, FALSE, S(600));
    trip_plug(&trip, TRUE, TRUE, FALSE, S(601));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_VEHICLE);
    trip_link_answered(&trip, TRIP_HAND_VEHICLE, "blocked", S(602));
    cr_assert_eq(trip.untold.n, 1);
}

Test(untold_charge, what_could_not_be_stored_was_not_handed_over)
{
    Trip trip = handed_by_name(CONFIRM_AUTO);

    trip_hand_failed(&trip, S(6));
    cr_assert_eq(trip.untold.n, 0);
    cr_assert_eq(trip.link, TRIP_LINK_AWAY);
}

Test(untold_charge, a_pile_that_does_not_answer_is_shown_the_same_again_ever_more_slowly)
{
    static const gint wait_s[] = {1, 2, 4, 8, 15, 15};
    Trip trip = handed_by_name(CONFIRM_AUTO);
    gint64 now_us = S(6);
    const gchar *url;

    trip.has_voucher = trip.consent.voucher = TRUE;
    trip.look_up_due_us = -1; /* (only the pile is waited for) */
    for (guint i = 0; i < G_N_ELEMENTS(wait_s); i++) {
        trip_link_answered(&trip, TRIP_HAND_VEHICLE, "", now_us);
        cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_NOTHING, "nor anything that would be used up");
        trip_tick(&trip, now_us);
        cr_assert_eq(trip_deadline_us(&trip), now_us + wait_s[i] * G_USEC_PER_SEC);
        now_us = trip_deadline_us(&trip);
        trip_tick(&trip, now_us);
        cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_VEHICLE);
    }
    while (trip.link == TRIP_LINK_ASKING) {
        cr_assert_lt(now_us, S(1200), "for ever");
        trip_link_answered(&trip, TRIP_HAND_VEHICLE, "", now_us);
        now_us += S(15);
        trip_tick(&trip, now_us);
        trip_hand_over(&trip, &url);
    }
    trip_plug(&trip, FALSE, TRUE, TRUE, now_us);
    trip_plug(&trip, TRUE, TRUE, TRUE, now_us);
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_VEHICLE, "another plug-in begins anew");
}

Test(untold_charge, a_pile_that_may_have_charged_is_asked_for_no_code_by_consent)
{
    Trip trip = handed_by_name(CONFIRM_AUTO);
    ScanAnswer offer = answer(trip.code.evse.key);

    trip.consent.auto_code = TRUE;
    offer.reachable = FALSE;
    offer.offline_code_max_wh = 100000;
    trip_link_answered(&trip, TRIP_HAND_VEHICLE, NULL, S(6));
    trip_tick(&trip, S(6.5)); /* it stands */
    cr_assert_eq(trip_look_up_answered(&trip, trip.look_up_serial, &offer, S(7)), 0);
    cr_assert_str_eq(trip.notice, "pile_unreachable");
    cr_assert_eq(trip_can_code(&trip), TRIP_OK, "a tap asks all the same");
}

Test(untold_charge, an_order_without_answer_is_called_off_when_the_pile_takes_the_car_by_itself)
{
    for (gint crash = 0; crash < 2; crash++) {
        Trip trip = trip_at(JOURNEY_ORDERING);
        const gchar *url;
        JourneyEffects effects;

        g_strlcpy(trip.rules.link_url, LINK, sizeof trip.rules.link_url);
        trip_plug(&trip, TRUE, TRUE, FALSE, S(10));
        cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_VEHICLE);
        effects = crash ? trip_resume(&trip, S(11), NOW_MS)
                        : trip_link_answered(&trip, TRIP_HAND_VEHICLE, NULL, S(11));
        cr_assert(effects & JOURNEY_EFFECT_WITHDRAW_ORDER);
        cr_assert_not(effects & JOURNEY_EFFECT_PLACE_ORDER);
        cr_assert_eq(trip.state, JOURNEY_CANCELLING);
        if (!crash)
            cr_assert_str_eq(trip_offline_next(&trip), "wait_network");
    }
}

Test(untold_charge, an_untold_charge_outlives_the_journey_and_the_process)
{
    Trip before = handed_by_name(CONFIRM_AUTO), after = new_trip(CONFIRM_AUTO);
    g_autofree gchar *record = NULL;
    Order order;

    gear(&before, GEAR_D, 20, 600);
    cr_assert_eq(before.state, JOURNEY_IDLE);
    record = trip_record_print(&before);
    cr_assert(trip_record_read(&after, record, strlen(record), NULL));
    cr_assert(untold_has(&after.untold, "DEABCE1"));
    order = made_by_pile(&before, ORDER_CHARGING);
    trip_order(&after, &order, S(700));
    cr_assert(untold_has(&after.untold, "DEABCE1"), "its end is not told yet");
    order.state = ORDER_SETTLED;
    trip_order(&after, &order, S(701));
    cr_assert_eq(after.untold.n, 0);
}

Test(untold, the_oldest_makes_room_and_what_is_no_name_is_passed_over)
{
    Untold untold = {0};
    g_autoptr(JsonArray) array = json_array_new();
    g_autoptr(JsonArray) printed = NULL;
    g_autofree gchar *long_key = g_strnfill(EVSE_ID_KEY_MAX_BYTES + 1, 'A');

    json_array_add_int_element(array, 3);
    json_array_add_array_element(array, json_array_new());
    json_array_add_string_element(array, "");
    json_array_add_string_element(array, long_key);
    json_array_add_string_element(array, "DEABCE0");
    untold_from_json(&untold, array);
    cr_assert_eq(untold.n, 1);
    cr_assert_not(untold_add(&untold, "DEABCE0"), "once");
    for (guint i = 1; i <= UNTOLD_MAX; i++) {
        g_autofree gchar *key = g_strdup_printf("DEABCE%u", i);

        cr_assert(untold_add(&untold, key));
    }
    cr_assert_not(untold_has(&untold, "DEABCE0"));
    untold_remove(&untold, "DEABCE0");
    untold_remove(&untold, "DEABCE2");
    printed = untold_to_json(&untold);
    cr_assert_eq(json_array_get_length(printed), UNTOLD_MAX - 1);
    untold_from_json(&untold, NULL);
    cr_assert_eq(untold.n, 0);
}
