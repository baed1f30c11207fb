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

    trip_tick(&trip, S(4));
    cr_assert_eq(trip_tap_code(&trip, S(5), &effects), TRIP_OK);
    cr_assert_eq(trip_code_refused(&trip, REF, "pile_online", S(6)), JOURNEY_EFFECT_UNFOLLOW);
    cr_assert_eq(trip.state, JOURNEY_OFFERED, "asked again, and ordered when it answers");
    cr_assert_eq(trip_tick(&trip, S(9)), JOURNEY_EFFECT_LOOK_UP);
    cr_assert(offered(&trip, 10) & JOURNEY_EFFECT_PLACE_ORDER);
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

Test(trip_link, while_the_server_answers_nothing_is_handed_over)
{
    Trip trip = trip_at(JOURNEY_WAITING_PLUG), offer = trip_at(JOURNEY_OFFERED);
    const gchar *url = NULL;

    cr_assert_str_eq(trip_offline_state(&offer), "");

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

Test(trip_link, a_code_is_had_only_where_an_order_could_be_given)
{
    Trip trip = at_a_pile_that_is_away(FALSE);

    cr_assert_eq(trip_can_code(&trip), TRIP_NOT_STANDING);
    trip_tick(&trip, S(4));
    cr_assert_eq(trip_can_code(&trip), TRIP_OK);
    trip.consent.limits.max_cost_minor = 0;
    cr_assert_eq(trip_can_code(&trip), TRIP_NO_CONSENT);
    trip.offer.offline_code_max_wh = 0;
    cr_assert_eq(trip_can_code(&trip), TRIP_NOT_OFFERED);
    cr_assert_str_eq(trip_offline_state(&trip), "no_network");
}

Test(trip_link, only_the_whole_of_the_stored_consent_asks_for_a_code_by_itself)
{
    const struct {
        const gchar *what;
        ConfirmMode confirm;
        gboolean given;
        Trust min_trust;
        Gear gear;
    } cases[] = {
        {"not given", CONFIRM_PARK, FALSE, TRUST_REGISTERED, GEAR_P},
        {"only by a tap", CONFIRM_TAP, TRUE, TRUST_REGISTERED, GEAR_P},
        {"trusts signed codes only", CONFIRM_PARK, TRUE, TRUST_SIGNED, GEAR_P},
        {"gear not known", CONFIRM_PARK, TRUE, TRUST_REGISTERED, GEAR_UNKNOWN},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Trip trip = at_a_pile_that_is_away(TRUE);

        trip.consent.confirm = cases[i].confirm;
        trip.consent.given = cases[i].given;
        trip.consent.min_trust = cases[i].min_trust;
        gear(&trip, cases[i].gear, 0, 3.5);
        cr_expect_not(trip_tick(&trip, S(4)) & JOURNEY_EFFECT_ASK_CODE, "%s", cases[i].what);
    }
}

Test(trip_link, stored_consent_turns_an_order_that_waits_into_a_code_whatever_the_trust)
{
    Trip trip = trip_at(JOURNEY_ORDERING);
    Order order = order_in(ORDER_REQUESTED, 2);

    trip.consent.auto_code = TRUE;
    cr_assert_eq(trip_order(&trip, &order, S(10)), 0, "no code is offered for it yet");
    trip.consent.min_trust = TRUST_SIGNED; /* raised after the order was given */
    order.code_offered = TRUE;
    order.event_seq++;
    cr_assert_eq(trip_order(&trip, &order, S(11)), JOURNEY_EFFECT_ASK_CODE);
}

Test(trip_link, the_refusal_of_another_code_changes_nothing)
{
    Trip trip = trip_at(JOURNEY_CODE);

    cr_assert_eq(trip_code_refused(&trip, SCAN_REF, "pile_online", S(6)), 0);
    cr_assert_eq(trip.state, JOURNEY_CODE);
    cr_assert_str_eq(trip.notice, "");
}

Test(trip_link, an_order_without_an_answer_is_no_reason_to_ask_the_pile_while_it_may_still_come)
{
    Trip trip = trip_at(JOURNEY_ORDERING);
    const gchar *url = NULL;

    g_strlcpy(trip.rules.link_url, LINK, sizeof trip.rules.link_url);
    trip_plug(&trip, TRUE, TRUE, FALSE, S(5));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_VEHICLE,
                 "the server says nothing: the pile may know us");
    hear(&trip, ORDER_REQUESTED, 2, 6);
    trip_link_answered(&trip, TRIP_HAND_VEHICLE, "", S(7));
    cr_assert_eq(trip.link, TRIP_LINK_AWAY);
    trip_plug(&trip, FALSE, TRUE, FALSE, S(8));
    trip_plug(&trip, TRUE, TRUE, FALSE, S(9));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_NOTHING, "the server has it now");
    cr_assert_str_eq(trip_offline_state(&trip), "");
    cr_assert_str_eq(trip_offline_next(&trip), "");
}

Test(trip_link, a_pile_that_is_away_from_a_server_that_answers_is_told_the_name_and_no_voucher)
{
    Trip trip = at_a_pile_that_is_away(FALSE);
    const gchar *url = NULL;

    trip.consent.voucher = TRUE;
    trip_plug(&trip, TRUE, FALSE, TRUE, S(5));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_NOTHING,
                 "a voucher is used up: the server can still help");
    trip_plug(&trip, TRUE, TRUE, TRUE, S(6));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_VEHICLE);
    cr_assert_str_eq(url, LINK, "as the server says");
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_NOTHING, "while it is being asked");
    trip_link_answered(&trip, TRIP_HAND_VEHICLE, NULL, S(7));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_NOTHING, "and once it has said yes");
    cr_assert_str_eq(trip_offline_next(&trip), "wait_network");
}

Test(trip_link, without_a_voucher_or_an_address_nothing_is_handed_over)
{
    Trip trip = trip_at(JOURNEY_LOOKING_UP);
    const gchar *url = NULL;

    trip_plug(&trip, TRUE, TRUE, FALSE, S(2));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_NOTHING, "the server was not even slow yet");
    cr_assert_str_eq(trip_offline_state(&trip), "");
    trip_look_up_failed(&trip, trip.look_up_serial, S(3));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_NOTHING, "nobody said where the pile is");
    cr_assert_str_eq(trip_offline_next(&trip), "use_panel");
    g_strlcpy(trip.rules.link_url, LINK, sizeof trip.rules.link_url);
    trip.consent.voucher = TRUE;
    trip_plug(&trip, TRUE, FALSE, FALSE, S(4));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_NOTHING, "consent, but no voucher");
    cr_assert_str_eq(trip_offline_next(&trip), "use_panel");
}

Test(trip_link, what_the_driver_can_do_next_follows_the_pile_s_answer)
{
    Trip trip = trip_at(JOURNEY_LOOKING_UP);
    const gchar *url = NULL;

    g_strlcpy(trip.rules.link_url, LINK, sizeof trip.rules.link_url);
    trip.consent.voucher = TRUE;
    trip_look_up_failed(&trip, trip.look_up_serial, S(3));
    trip_plug(&trip, FALSE, FALSE, TRUE, S(4));
    cr_assert_str_eq(trip_offline_next(&trip), "plug_in", "a voucher is enough");
    trip_plug(&trip, TRUE, FALSE, TRUE, S(5));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_VOUCHER);
    cr_assert_str_eq(trip_offline_next(&trip), "wait_network", "it is being asked");
    trip_link_answered(&trip, TRIP_HAND_VOUCHER, "", S(6));
    cr_assert_str_eq(trip_offline_next(&trip), "use_panel", "it does not answer");
}

Test(trip_link, an_answer_that_nobody_waits_for_changes_nothing)
{
    Trip trip = at_a_pile_that_is_away(FALSE);
    const gchar *url = NULL;

    trip_plug(&trip, TRUE, TRUE, FALSE, S(5));
    trip_hand_over(&trip, &url);
    cr_assert_eq(trip_link_answered(&trip, TRIP_HAND_VOUCHER, NULL, S(6)), 0, "of another thing");
    cr_assert_eq(trip.link, TRIP_LINK_ASKING);
    trip_link_answered(&trip, TRIP_HAND_VEHICLE, "unknown_id", S(7));
    trip_link_answered(&trip, TRIP_HAND_VEHICLE, NULL, S(8));
    cr_assert_eq(trip.link, TRIP_LINK_REFUSED, "a second one");
    cr_assert_eq(trip.ignored_events, 2);
}

Test(trip_link, a_code_that_the_pile_took_owns_no_other_charge)
{
    Trip trip = at_a_pile_that_is_away(TRUE);
    Order order = code_order(5), other = order_in(ORDER_CHARGING, 6);
    const gchar *url = NULL;

    trip_tick(&trip, S(4));
    cr_assert_str_eq(trip_offline_state(&trip), "code_asked");
    cr_assert_str_eq(trip_offline_next(&trip), "wait_network");
    trip_plug(&trip, TRUE, FALSE, FALSE, S(4.5));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_NOTHING, "no code yet");
    trip_order(&trip, &order, S(5));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_CODE);
    trip_link_answered(&trip, TRIP_HAND_CODE, NULL, S(7));
    other.origin = ORDER_ORIGIN_VEHICLE_CODE;
    g_strlcpy(other.client_ref, SCAN_REF, sizeof other.client_ref);
    cr_assert_eq(trip_order(&trip, &other, S(8)), 0);
    cr_assert_eq(trip.state, JOURNEY_CODE);
}

Test(trip_link, an_adopted_code_is_typed_in_not_handed_over)
{
    Trip trip = new_trip(CONFIRM_PARK);
    Order order = order_in(ORDER_REQUESTED, 2), issued = code_order(3), blank = code_order(2);
    const gchar *url = NULL;

    trip.consent.auto_code = TRUE;
    trip_order(&trip, &order, S(1));
    blank.code.digits[0] = '\0';
    trip_order(&trip, &blank, S(2));
    trip_plug(&trip, TRUE, TRUE, TRUE, S(3));
    cr_assert_str_eq(trip_offline_state(&trip), "code_asked", "its digits come with a later answer");
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_NOTHING);
    trip_order(&trip, &issued, S(4));
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_NOTHING,
                 "this car has not seen at which pile it stands");
    cr_assert_str_eq(trip_offline_next(&trip), "type_code");
    trip.has_code = TRUE;
    trip.consent.auto_code = FALSE;
    cr_assert_eq(trip_hand_over(&trip, &url), TRIP_HAND_NOTHING, "nor without the driver's word");
}
