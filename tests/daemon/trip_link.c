/* Piles and cars without network: codes, and what is handed to the pile itself. */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/daemon/trip_world.h"

#define LINK "http://192.0.2.7:8090"

/* At a pile that is away, standing, with the offer of a code. */
static Trip at_a_pile_that_is_away(gboolean auto_code)
{
    Trip trip = new_trip(CONFIRM_PARK);
    ScanAnswer offer;

    trip.consent.auto_code = auto_code;
    gear(&trip, GEAR_R, 4, 0);
    see(&trip, "DE*ABC*E1", 100, 1);
    offer = answer(trip.code.evse.key);
    offer.reachable = FALSE;
    offer.offline_code_max_wh = 100000;
    g_strlcpy(offer.link_url, LINK, sizeof offer.link_url);
    trip_look_up_answered(&trip, trip.look_up_serial, &offer, S(2));
    gear(&trip, GEAR_P, 0, 3);
    return trip;
}

static Order code_order(gint64 seq)
{
    Order order = order_in(ORDER_CODE_ISSUED, seq);

    order.origin = ORDER_ORIGIN_OFFLINE_CODE;
    order.code = (OrderCode){"1234567890123456", NOW_MS + 86400000, 30000, LINK};
    return order;
}

Test(trip_link, one_tap_asks_for_a_code_and_the_driver_sees_it)
{
    Trip trip = at_a_pile_that_is_away(FALSE);
    JourneyEffects effects = trip_tick(&trip, S(4));
    Order order = code_order(5);

    cr_assert_not(effects & JOURNEY_EFFECT_ASK_CODE, "nothing without a tap");
    cr_assert_str_eq(trip_offline_state(&trip), "code_offered");
    cr_assert_str_eq(trip_offline_next(&trip), "ask_code");
    cr_assert_eq(trip_tap_code(&trip, S(5), &effects), TRIP_OK);
    cr_assert(effects & JOURNEY_EFFECT_ASK_CODE);
    cr_assert(effects & JOURNEY_EFFECT_FOLLOW);
    cr_assert_str_eq(trip.request.client_ref, REF, "stored before it is sent");
    cr_assert_eq(trip_tap_code(&trip, S(5.1), &effects), TRIP_BUSY, "a double tap is one code");
    trip_order(&trip, &order, S(6));
    cr_assert_str_eq(trip_offline_state(&trip), "code");
    cr_assert_str_eq(trip_offline_next(&trip), "plug_in");
    trip_plug(&trip, TRUE, FALSE, FALSE, S(7));
    cr_assert_str_eq(trip_offline_next(&trip), "type_code");
}

Test(trip_link, stored_consent_gets_the_code_and_hands_it_over_once_the_cable_is_in)
{
    Trip trip = at_a_pile_that_is_away(TRUE);
    Order order = code_order(5);
    const gchar *url = NULL;

    cr_assert(trip_tick(&trip, S(4)) & JOURNEY_EFFECT_ASK_CODE);
    trip_order(&trip, &order, S(5));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_NOTHING, "no cable yet");
    trip_plug(&trip, TRUE, TRUE, FALSE, S(6));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_CODE);
    cr_assert_str_eq(url, LINK);
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_NOTHING, "once");
    trip_link_answered(&trip, TRIP_HAND_CODE, NULL, S(7));
    cr_assert_eq(trip.link, TRIP_LINK_ACCEPTED);
    cr_assert_str_eq(trip_offline_next(&trip), "wait_network");
}

Test(trip_link, a_code_that_the_pile_refuses_is_shown_with_its_word_and_not_tried_again)
{
    Trip trip = at_a_pile_that_is_away(TRUE);
    Order order = code_order(5);
    const gchar *url = NULL;

    trip_tick(&trip, S(4));
    trip_order(&trip, &order, S(5));
    trip_plug(&trip, TRUE, FALSE, FALSE, S(6));
    trip_hand_over(&trip, &url);
    trip_link_answered(&trip, TRIP_HAND_CODE, "used", S(7));
    cr_assert_str_eq(trip.link_refusal, "used");
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_NOTHING);
    cr_assert_str_eq(trip_offline_next(&trip), "type_code");
    trip_plug(&trip, FALSE, FALSE, FALSE, S(8));
    trip_plug(&trip, TRUE, FALSE, FALSE, S(9));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_CODE, "another plug-in is another try");
}

Test(trip_link, an_order_that_the_pile_does_not_answer_becomes_a_code_and_stays_the_same_order)
{
    Trip trip = trip_at(JOURNEY_ORDERING);
    Order order = order_in(ORDER_REQUESTED, 2);
    Order issued = code_order(3);
    JourneyEffects effects = 0;

    order.code_offered = TRUE;
    trip_order(&trip, &order, S(10));
    cr_assert_str_eq(trip_offline_state(&trip), "code_offered");
    cr_assert_eq(trip_tap_code(&trip, S(11), &effects), TRIP_OK);
    cr_assert_eq(effects, JOURNEY_EFFECT_ASK_CODE);
    cr_assert_str_eq(trip.request.client_ref, REF, "never two orders");
    trip_order(&trip, &issued, S(12));
    cr_assert_str_eq(trip.order.order_id, order.order_id);
    cr_assert_eq(trip.state, JOURNEY_CODE);
}

Test(trip_link, a_code_that_is_refused_leaves_the_order_as_it_was)
{
    Trip trip = trip_at(JOURNEY_ORDERING);
    Order order = order_in(ORDER_REQUESTED, 2);
    JourneyEffects effects = 0;

    order.code_offered = TRUE;
    trip_order(&trip, &order, S(10));
    trip_tap_code(&trip, S(11), &effects);
    trip_code_refused(&trip, REF, "pile_online", S(12));
    cr_assert_eq(trip.state, JOURNEY_ORDERING);
    cr_assert_str_eq(trip.notice, "pile_online");
    cr_assert_eq(trip_code_refused(&trip, REF, "pile_online", S(13)), JOURNEY_EFFECT_UNFOLLOW,
                 "then it is the order's");
}

Test(trip_link, a_pile_that_is_back_is_ordered_instead)
{
    Trip trip = at_a_pile_that_is_away(FALSE);
    JourneyEffects effects = 0;

    trip_tap_code(&trip, S(5), &effects);
    trip_code_refused(&trip, REF, "pile_online", S(6));
    cr_assert_eq(trip.state, JOURNEY_OFFERED, "asked again, and ordered when it answers");
}

Test(trip_link, a_car_that_leaves_with_a_code_gives_nothing_up_and_hears_of_it_later)
{
    Trip trip = trip_at(JOURNEY_CODE);
    Order settled = order_in(ORDER_SETTLED, 9);

    cr_assert_eq(gear(&trip, GEAR_D, 20, 20), JOURNEY_EFFECT_UNFOLLOW | JOURNEY_EFFECT_FORGET);
    cr_assert_eq(trip.state, JOURNEY_IDLE);
    cr_assert_eq(trip_order(&trip, &settled, S(4000)), 0, "the history keeps it, the journey is another");
}

Test(trip_link, neither_has_network_the_pile_is_told_who_stands_there)
{
    Trip trip = trip_at(JOURNEY_LOOKING_UP);
    const gchar *url = NULL;

    g_strlcpy(trip.rules.link_url, LINK, sizeof trip.rules.link_url);
    gear(&trip, GEAR_P, 0, 2);
    trip_look_up_failed(&trip, trip.look_up_serial, S(3));
    cr_assert_str_eq(trip_offline_state(&trip), "no_network");
    trip_plug(&trip, FALSE, TRUE, TRUE, S(4));
    cr_assert_str_eq(trip_offline_next(&trip), "plug_in");
    trip_plug(&trip, TRUE, TRUE, TRUE, S(5));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_VEHICLE);
    trip_link_answered(&trip, TRIP_HAND_VEHICLE, "unknown_id", S(6));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_NOTHING, "a voucher goes only with consent");
    cr_assert_str_eq(trip_offline_next(&trip), "move_on");
    trip.consent.voucher = TRUE;
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_VOUCHER);
    trip_link_answered(&trip, TRIP_HAND_VOUCHER, NULL, S(7));
    cr_assert_eq(trip.link, TRIP_LINK_ACCEPTED);
}

Test(trip_link, what_the_pile_has_admitted_is_this_charge_when_the_server_tells_of_it)
{
    Trip trip = trip_at(JOURNEY_LOOKING_UP);
    Order order = order_in(ORDER_CHARGING, 7);
    const gchar *url = NULL;

    g_strlcpy(trip.rules.link_url, LINK, sizeof trip.rules.link_url);
    trip_look_up_failed(&trip, trip.look_up_serial, S(3));
    trip_plug(&trip, TRUE, TRUE, FALSE, S(5));
    trip_hand_over(&trip, &url);
    trip_link_answered(&trip, TRIP_HAND_VEHICLE, NULL, S(6));
    g_strlcpy(order.client_ref, "77777777-7777-4777-8777-777777777777", sizeof order.client_ref);
    g_strlcpy(order.evse_key, trip.code.evse.key, sizeof order.evse_key);
    order.origin = ORDER_ORIGIN_VEHICLE_CODE;
    cr_assert(trip_order(&trip, &order, S(60)) & JOURNEY_EFFECT_FOLLOW);
    cr_assert_eq(trip.state, JOURNEY_CHARGING);
}

Test(trip_link, while_the_server_answers_nothing_is_handed_over)
{
    Trip trip = trip_at(JOURNEY_WAITING_PLUG);
    const gchar *url = NULL;

    g_strlcpy(trip.rules.link_url, LINK, sizeof trip.rules.link_url);
    trip_plug(&trip, TRUE, TRUE, TRUE, S(10));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_NOTHING);
}

Test(trip_link, an_order_that_waits_for_the_network_is_called_off_for_good_when_the_car_leaves)
{
    Trip trip = trip_at(JOURNEY_ORDERING);
    JourneyEffects effects;

    cr_assert_str_eq(trip_offline_state(&trip), "order_waits");
    effects = gear(&trip, GEAR_D, 20, 20);
    cr_assert_eq(effects, JOURNEY_EFFECT_WITHDRAW_ORDER);
    cr_assert_eq(trip_order_refused(&trip, REF, "not_found", S(60)),
                 JOURNEY_EFFECT_UNFOLLOW | JOURNEY_EFFECT_FORGET);
    cr_assert_eq(trip.state, JOURNEY_IDLE);
}
