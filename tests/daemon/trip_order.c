/* What the server says about orders, what the driver wants of them, and what is stored of both. */
#include <criterion/criterion.h>
#include <string.h>

#include "daemon/journey/trip_record.h"
#include "protocol/json_gate.h"
#include "tests/daemon/trip_world.h"

Test(trip_order, of_an_adopted_order_only_its_own_news_count)
{
    Trip trip = new_trip(CONFIRM_PARK);
    Order other = order_in(ORDER_CHARGING, 9);

    hear(&trip, ORDER_ACCEPTED, 4, 1); /* not placed by this daemon: known by its id alone */
    g_strlcpy(other.order_id, SCAN_REF, sizeof other.order_id);
    cr_assert_eq(trip_order(&trip, &other, S(2)), 0);
    cr_assert_eq(trip.state, JOURNEY_WAITING_PLUG);
    hear(&trip, ORDER_CHARGING, 5, 3);
    cr_assert_eq(trip.state, JOURNEY_CHARGING);
}

Test(trip_order, an_order_that_ends_without_a_charge_says_why)
{
    Trip trip = trip_at(JOURNEY_WAITING_PLUG);
    Order order = order_in(ORDER_EXPIRED, 5);

    order.reason = ORDER_REASON_NOT_PLUGGED;
    trip_order(&trip, &order, S(9));
    cr_assert_str_eq(trip.notice, order_reason_names[ORDER_REASON_NOT_PLUGGED]);
    trip = trip_at(JOURNEY_WAITING_PLUG);
    order.reason = ORDER_REASON_NONE;
    trip_order(&trip, &order, S(9));
    cr_assert_str_eq(trip.notice, "expired");
}

Test(trip_order, a_settled_order_whose_receipt_is_not_written_yet_is_over_and_checked_later)
{
    Trip trip = trip_at(JOURNEY_SETTLING);
    Order order = order_in(ORDER_SETTLED, 5), with_receipt = order_in(ORDER_SETTLED, 6);

    order.has_receipt = FALSE;
    trip_order(&trip, &order, S(9));
    cr_assert_eq(trip.state, JOURNEY_DONE);
    cr_assert_not(trip.has_check);
    cr_assert_eq(trip_order(&trip, &with_receipt, S(10)), JOURNEY_EFFECT_KEEP_RECEIPT);
    cr_assert(trip.has_check);
}

Test(trip_order, a_receipt_is_checked_against_the_offer_of_its_own_pile_only)
{
    Trip trip = trip_at(JOURNEY_SETTLING);
    Order order = order_in(ORDER_SETTLED, 5);

    trip.offer.tariff.energy_micro_per_kwh = 1;
    g_strlcpy(trip.offer.evse_key, "DEABCE2", sizeof trip.offer.evse_key);
    trip_order(&trip, &order, S(9));
    cr_assert_eq(trip.check.verdict, SETTLEMENT_AGREES);
    trip = trip_at(JOURNEY_SETTLING);
    trip.offer.tariff.energy_micro_per_kwh = 1;
    trip_order(&trip, &order, S(9));
    cr_assert_eq(trip.check.verdict, SETTLEMENT_TARIFF_DIFFERS);
}

/* At a pile that has admitted the car by itself while the server was away. */
static Trip admitted(void)
{
    Trip trip = trip_at(JOURNEY_LOOKING_UP);
    const gchar *url = NULL;

    g_strlcpy(trip.rules.link_url, "http://192.0.2.7:8090", sizeof trip.rules.link_url);
    trip_look_up_failed(&trip, trip.look_up_serial, S(3));
    trip_plug(&trip, TRUE, TRUE, FALSE, S(5));
    trip_hand_over(&trip, &url);
    trip_link_answered(&trip, TRIP_HAND_VEHICLE, NULL, S(6));
    return trip;
}

Test(trip_order, the_pile_s_word_counts_until_the_server_tells_of_a_charge)
{
    static const struct {
        OrderState state;
        TripLink link;
    } cases[] = {
        {ORDER_ACCEPTED, TRIP_LINK_ACCEPTED},
        {ORDER_CHARGING, TRIP_LINK_QUIET},
        {ORDER_SETTLED, TRIP_LINK_QUIET},
        {ORDER_EXPIRED, TRIP_LINK_ACCEPTED},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Trip trip = admitted();
        Order order = order_in(cases[i].state, 7);

        order.origin = ORDER_ORIGIN_VEHICLE_CODE;
        g_strlcpy(order.evse_key, trip.code.evse.key, sizeof order.evse_key);
        trip_order(&trip, &order, S(60));
        cr_expect_eq(trip.link, cases[i].link, "%s", order_state_names[cases[i].state]);
    }
}

Test(trip_order, what_the_pile_has_admitted_is_this_charge_when_the_server_tells_of_it)
{
    Trip trip = admitted();
    Order order = order_in(ORDER_CHARGING, 7);

    g_strlcpy(order.client_ref, "77777777-7777-4777-8777-777777777777", sizeof order.client_ref);
    g_strlcpy(order.evse_key, "DEABCE2", sizeof order.evse_key);
    order.origin = ORDER_ORIGIN_VEHICLE_CODE;
    cr_assert_eq(trip_order(&trip, &order, S(60)), 0, "at another pile");
    g_strlcpy(order.evse_key, trip.code.evse.key, sizeof order.evse_key);
    order.origin = ORDER_ORIGIN_ORDER;
    cr_assert_eq(trip_order(&trip, &order, S(61)), 0, "ordered over the network");
    cr_assert_eq(trip.link, TRIP_LINK_ACCEPTED, "still waited for");
    order.origin = ORDER_ORIGIN_VEHICLE_CODE;
    cr_assert(trip_order(&trip, &order, S(62)) & JOURNEY_EFFECT_FOLLOW);
    cr_assert_eq(trip.state, JOURNEY_CHARGING);
}

Test(trip_order, a_refusal_that_comes_after_the_order_was_heard_of_is_late)
{
    Trip trip = trip_at(JOURNEY_WAITING_PLUG);

    cr_assert_eq(trip_order_refused(&trip, REF, "evse_occupied", S(9)), 0);
    cr_assert_eq(trip.state, JOURNEY_WAITING_PLUG);
    cr_assert_str_eq(trip.request.client_ref, REF);
    cr_assert_str_eq(trip.notice, "");
}

Test(trip_order, a_code_that_cannot_be_had_ends_the_order_that_was_to_be_one)
{
    Trip trip = trip_at(JOURNEY_OFFERED);
    JourneyEffects effects = 0;

    trip.offer.reachable = FALSE;
    trip.offer.offline_code_max_wh = 30000;
    cr_assert_eq(trip_tap_code(&trip, S(5), &effects), TRIP_OK);
    cr_assert_eq(trip_code_refused(&trip, REF, "limit_reached", S(6)), JOURNEY_EFFECT_UNFOLLOW);
    cr_assert_eq(trip.state, JOURNEY_FAILED);
    cr_assert_str_eq(trip.notice, "limit_reached");
    cr_assert_str_eq(trip.request.client_ref, "");
}

/* A record of an older version may lack either: there is no offer to go back to. */
Test(trip_order, a_pile_that_is_away_is_a_refusal_where_its_offer_is_not_known)
{
    for (guint lacks = 0; lacks < 2; lacks++) {
        Trip trip = trip_at(JOURNEY_ORDERING);

        if (lacks == 0)
            trip.has_offer = FALSE;
        else
            trip.has_code = FALSE;
        trip_order_refused(&trip, REF, "pile_offline", S(9));
        cr_expect_eq(trip.state, JOURNEY_FAILED);
        cr_expect_str_eq(trip.notice, "pile_offline");
    }
}

Test(trip_order, a_cancel_that_is_refused_for_another_order_changes_nothing)
{
    Trip trip = trip_at(JOURNEY_CANCELLING);

    cr_assert_eq(trip_cancel_refused(&trip, ORDER_ID, "not_found", S(9)), 0, "no id is known yet");
    hear(&trip, ORDER_ACCEPTED, 4, 10);
    cr_assert_eq(trip_cancel_refused(&trip, SCAN_REF, "not_found", S(11)), 0);
    cr_assert_eq(trip.state, JOURNEY_CANCELLING);
    cr_assert_eq(trip_cancel_refused(&trip, ORDER_ID, "not_found", S(12)), JOURNEY_EFFECT_UNFOLLOW);
    cr_assert_str_eq(trip.notice, "not_found");
}

Test(trip_order, what_keeps_a_tap_from_ordering_is_said_in_a_word)
{
    const gchar *reason = NULL;
    Trip trip = trip_at(JOURNEY_OFFERED);

    cr_assert_eq(trip_can_order(&trip, &reason), TRIP_OK);
    cr_assert_str_eq(reason, "");
    trip.consent.limits.max_cost_minor = 0;
    cr_assert_eq(trip_can_order(&trip, &reason), TRIP_NO_CONSENT);
    cr_assert_str_eq(reason, "no_maximum_cost");
    trip.offer.reachable = FALSE;
    cr_assert_eq(trip_can_order(&trip, &reason), TRIP_NOT_OFFERED);
    cr_assert_str_eq(reason, "pile_unreachable");
    trip = trip_at(JOURNEY_CHARGING);
    cr_assert_eq(trip_can_order(&trip, &reason), TRIP_BUSY);
    cr_assert_str_eq(reason, "");
}

Test(trip_order, cancel_dismisses_what_is_shown_and_nothing_else)
{
    Trip adopted = new_trip(CONFIRM_PARK), trip = trip_at(JOURNEY_IDLE);
    JourneyEffects effects = 0;

    cr_assert_eq(trip_tap_cancel(&trip, S(9), &effects), TRIP_NOTHING_THERE);
    trip = trip_at(JOURNEY_SCANNING);
    cr_assert_eq(trip_tap_cancel(&trip, S(9), &effects), TRIP_NOTHING_THERE);
    cr_assert_eq(trip.state, JOURNEY_SCANNING);
    hear(&adopted, ORDER_ACCEPTED, 4, 1);
    hear(&adopted, ORDER_EXPIRED, 5, 2);
    cr_assert_eq(adopted.state, JOURNEY_FAILED);
    cr_assert_eq(trip_tap_cancel(&adopted, S(9), &effects), TRIP_OK);
    cr_assert_eq(adopted.state, JOURNEY_IDLE);
    cr_assert_eq(adopted.scan.n_refused, 0, "no pile was scanned for it");
}

Test(trip_order, a_code_that_could_not_be_stored_is_not_asked_for_and_its_order_lives_on)
{
    Trip trip = trip_at(JOURNEY_ORDERING);
    Order order = order_in(ORDER_REQUESTED, 2);
    JourneyEffects effects = 0;

    order.code_offered = TRUE;
    trip_order(&trip, &order, S(10));
    trip_tap_code(&trip, S(11), &effects);
    trip_withdraw_order(&trip, S(11), &effects);
    cr_assert_eq(effects, 0);
    cr_assert_eq(trip.state, JOURNEY_ORDERING);
    cr_assert_str_eq(trip.request.client_ref, REF);
    cr_assert_str_eq(trip.notice, "storage_full");
}

Test(trip_record, what_contradicts_itself_is_refused)
{
    static const gchar *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"version\":2,\"state\":\"idle\"}",
        "{\"version\":1,\"state\":\"elsewhere\"}",
        "{\"version\":1,\"state\":\"ordering\"}",
        "{\"version\":1,\"state\":\"offered\"}",
        "{\"version\":1,\"state\":\"done\"}",
        "{\"version\":1,\"state\":\"idle\",\"evse\":\"nonsense\"}",
        "{\"version\":1,\"state\":\"charging\",\"order\":{}}",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        Trip trip = new_trip(CONFIRM_TAP);

        cr_expect_not(trip_record_read(&trip, bad[i], strlen(bad[i]), NULL), "%s", bad[i]);
        cr_expect_eq(trip.state, JOURNEY_IDLE);
    }
}

/* Of a good record, one member at a time is of a type that it cannot have. */
Test(trip_record, every_member_is_checked)
{
    static const gchar *const members[] = {"version", "state", "notice", "evse",
                                           "host",    "token", "offer",  "request"};
    Trip before = trip_at(JOURNEY_ORDERING);
    g_autofree gchar *record = trip_record_print(&before);

    for (gsize i = 0; i < G_N_ELEMENTS(members); i++) {
        g_autoptr(JsonNode) root = json_from_string(record, NULL);
        g_autofree gchar *bad = NULL;
        g_autoptr(GError) error = NULL;
        Trip after = new_trip(CONFIRM_PARK);

        cr_assert(json_object_has_member(json_node_get_object(root), members[i]), "%s", members[i]);
        json_object_set_boolean_member(json_node_get_object(root), members[i], TRUE);
        bad = json_gate_print(root, NULL);
        cr_expect_not(trip_record_read(&after, bad, strlen(bad), &error), "%s", members[i]);
        cr_expect(error != NULL && strstr(error->message, members[i]) != NULL, "%s", members[i]);
        cr_expect_eq(after.state, JOURNEY_IDLE);
    }
}

Test(trip_record, an_offer_or_a_request_that_lacks_its_parts_is_refused)
{
    static const gchar *const bad[] = {
        "{\"version\":1,\"state\":\"idle\",\"offer\":{}}",
        "{\"version\":1,\"state\":\"idle\",\"request\":{}}",
        "{\"version\":1,\"state\":\"idle\",\"order\":7}",
        "{\"version\":1,\"state\":\"idle\",\"untold\":7}",
    };
    Trip offered_trip = trip_at(JOURNEY_OFFERED);
    g_autofree gchar *no_pile = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        cr_expect_not(trip_record_read(&(Trip){0}, bad[i], strlen(bad[i]), NULL), "%s", bad[i]);
    offered_trip.has_code = FALSE;
    no_pile = trip_record_print(&offered_trip);
    cr_expect_not(trip_record_read(&(Trip){0}, no_pile, strlen(no_pile), NULL), "an offer of which pile?");
}

Test(trip_record, an_adopted_order_is_checked_against_its_own_tariff_after_a_restart_too)
{
    Trip before = new_trip(CONFIRM_PARK), after = new_trip(CONFIRM_PARK);
    g_autofree gchar *record = NULL;

    hear(&before, ORDER_CHARGING, 4, 1);
    hear(&before, ORDER_SETTLED, 5, 2);
    record = trip_record_print(&before);
    cr_assert(trip_record_read(&after, record, strlen(record), NULL));
    cr_assert(after.has_check);
    cr_assert_eq(after.check.verdict, SETTLEMENT_AGREES);
}
