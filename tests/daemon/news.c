/* What the car tells, and what it was offered. */
#include "daemon/journey/offer_list.h"
#include "daemon/journey/telling.h"

#include <criterion/criterion.h>
#include <string.h>

#define NOW G_GINT64_CONSTANT(1790000000000)

static const VehicleState all_known = {.position = {TRUE, 52.5, 13.4},
                                       .soc_percent = 41,
                                       .plug = VEHICLE_PLUG_CONNECTED,
                                       .gear = VEHICLE_GEAR_PARKED};

Test(telling, nothing_leaves_the_car_until_the_driver_says_so)
{
    const Telling telling = TELLING_INIT;
    const VehicleQuery query = {.query_id = "q", .want = VEHICLE_ALL};
    const ApiPosition here = {TRUE, 52.5, 13.4};
    VehicleState answer = telling_answer(&telling, &query, &all_known);
    Subscription subscription = telling_subscription(&telling, &here);

    cr_expect_eq(answer.denied, (guint)VEHICLE_ALL);
    cr_expect_not(answer.position.known);
    cr_expect_eq(answer.soc_percent, -1);
    cr_expect_eq(answer.plug, VEHICLE_PLUG_UNKNOWN);
    cr_expect_eq(answer.gear, VEHICLE_GEAR_UNKNOWN);
    cr_expect_eq(subscription.kinds, 0);
    cr_expect_not(subscription.position.known);
}

Test(telling, each_thing_is_allowed_on_its_own) /* every consent x every question */
{
    for (guint sharing = 0; sharing <= VEHICLE_ALL; sharing++) {
        for (guint want = 1; want <= VEHICLE_ALL; want++) {
            const Telling telling = {.sharing = sharing};
            const VehicleQuery query = {.query_id = "q", .want = want};
            VehicleState answer = telling_answer(&telling, &query, &all_known);
            guint may = want & sharing;

            cr_expect_eq(answer.position.known, !!(may & VEHICLE_POSITION));
            cr_expect_eq(answer.soc_percent >= 0, !!(may & VEHICLE_SOC));
            cr_expect_eq(answer.plug != VEHICLE_PLUG_UNKNOWN, !!(may & VEHICLE_PLUG));
            cr_expect_eq(answer.gear != VEHICLE_GEAR_UNKNOWN, !!(may & VEHICLE_GEAR));
            cr_expect_eq(answer.denied, want & ~sharing);
            cr_expect_eq(answer.unknown, 0);
        }
    }
}

Test(telling, what_is_allowed_but_not_known_is_said_to_be_unknown)
{
    const Telling telling = {.sharing = VEHICLE_SOC | VEHICLE_GEAR};
    const VehicleQuery query = {.query_id = "q", .want = VEHICLE_SOC | VEHICLE_PLUG};
    const VehicleState nothing = {.soc_percent = -1};
    VehicleState answer = telling_answer(&telling, &query, &nothing);

    cr_expect_eq(answer.unknown, (guint)VEHICLE_SOC);
    cr_expect_eq(answer.denied, (guint)VEHICLE_PLUG);
}

Test(telling, a_position_is_sent_again_after_a_tenth_of_the_radius)
{
    const Subscription sent = {NEWS_OFFER, 5000, {TRUE, 52.5, 13.4}};
    Subscription near = sent, far = sent, off = {0, 5000, {0}}, wide = sent, lost = sent, off_wide = {0};

    near.position.latitude_deg += 0.004; /* 445 m */
    far.position.latitude_deg += 0.005;  /* 556 m */
    wide.radius_m = 6000;
    lost.position.known = FALSE;
    cr_expect_not(telling_differs(&sent, &sent));
    cr_expect_not(telling_differs(&sent, &near));
    cr_expect(telling_differs(&sent, &far));
    cr_expect(telling_differs(&sent, &off));
    cr_expect(telling_differs(&sent, &wide));
    cr_expect(telling_differs(&sent, &lost));
    cr_expect(telling_differs(&lost, &sent));
    cr_expect_not(telling_differs(&off, &off_wide), "the radius of no news is nothing");
}

Test(telling, survives_being_printed_and_read)
{
    const Telling telling = {NEWS_OFFER | NEWS_BAY, 700, TELLING_FIXED, {TRUE, 1.5, -2.25}, VEHICLE_GEAR};
    g_autofree gchar *text = telling_print(&telling);
    Telling again = TELLING_INIT;

    cr_assert(telling_read(&again, text, NULL));
    cr_expect_eq(again.kinds, telling.kinds);
    cr_expect_eq(again.radius_m, telling.radius_m);
    cr_expect_eq(again.source, telling.source);
    cr_expect(again.place.known);
    cr_expect_eq(again.place.longitude_deg, telling.place.longitude_deg);
    cr_expect_eq(again.sharing, telling.sharing);
    cr_expect_not(telling_read(&again, "{\"kinds\":99}", NULL));
    cr_expect_eq(again.sharing, (guint)VEHICLE_GEAR, "untouched");
}

Test(telling, a_subscription_names_the_place_that_the_driver_chose)
{
    const ApiPosition here = {TRUE, 52.5, 13.4}, home = {TRUE, 48.1, 11.5};
    Telling telling = {.kinds = NEWS_OFFER, .radius_m = 700, .source = TELLING_FIXED, .place = home};

    cr_expect_eq(telling_subscription(&telling, &here).position.latitude_deg, 48.1);
    telling.source = TELLING_VEHICLE;
    cr_expect_eq(telling_subscription(&telling, &here).position.latitude_deg, 52.5);
    telling.source = TELLING_OFF;
    cr_expect_not(telling_subscription(&telling, &here).position.known, "news of all places, or none");
    telling.source = TELLING_VEHICLE;
    telling.kinds = 0;
    cr_expect_not(telling_subscription(&telling, &here).position.known, "no news, no place");
}

Test(telling, a_stored_text_that_makes_no_sense_is_refused_and_changes_nothing)
{
    static const gchar *const bad[] = {
        "",
        "{\"kinds\":1}",
        "{\"kinds\":1,\"radius_m\":700,\"source\":\"moon\"}",
        "{\"kinds\":1,\"radius_m\":700,\"source\":\"off\",\"place\":7}",
        "{\"kinds\":1,\"radius_m\":700,\"source\":\"off\",\"sharing\":4711}",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        Telling telling = {.radius_m = 4000};
        g_autoptr(GError) error = NULL;

        cr_expect_not(telling_read(&telling, bad[i], &error), "%s", bad[i]);
        cr_expect_not_null(error, "%s", bad[i]);
        cr_expect_eq(telling.radius_m, 4000);
    }
}

static Offer offer_of(const gchar *id, OfferState state, gint64 until_ms)
{
    Offer offer = {.state = state, .until_ms = until_ms, .distance_m = -1, .discount_percent = 20};

    g_strlcpy(offer.ref.offer_id, id, sizeof offer.ref.offer_id);
    g_strlcpy(offer.ref.text, "20 % off", sizeof offer.ref.text);
    offer.place.known = TRUE;
    return offer;
}

Test(offer_list, keeps_the_newest_snapshot_of_what_is_still_good)
{
    g_autofree OfferList *list = g_new0(OfferList, 1);
    Offer a = offer_of("a", OFFER_OPEN, NOW + 10), b = offer_of("b", OFFER_OPEN, NOW + 20);

    cr_expect(offer_list_take(list, &a, NOW));
    cr_expect(offer_list_take(list, &b, NOW));
    a.state = OFFER_ACCEPTED;
    cr_expect(offer_list_take(list, &a, NOW));
    cr_expect_eq(list->n, 2);
    cr_expect_str_eq(list->offers[0].ref.offer_id, "b", "newest first");
    cr_expect_eq(offer_list_find(list, "a")->state, OFFER_ACCEPTED);
    cr_expect_eq(offer_list_next_end_ms(list), NOW + 10);
    b.state = OFFER_WITHDRAWN;
    cr_expect(offer_list_take(list, &b, NOW));
    cr_expect_eq(list->n, 1);
    cr_expect_not(offer_list_expire(list, NOW + 9));
    cr_expect(offer_list_expire(list, NOW + 10));
    cr_expect_eq(list->n, 0);
    cr_expect_not(offer_list_take(list, &a, NOW + 10), "over before it came");
}

Test(offer_list, the_next_end_is_the_earliest_whatever_came_last)
{
    g_autofree OfferList *list = g_new0(OfferList, 1);
    Offer late = offer_of("a", OFFER_OPEN, NOW + 20), early = offer_of("b", OFFER_OPEN, NOW + 10);

    cr_expect(offer_list_take(list, &late, NOW));
    cr_expect(offer_list_take(list, &early, NOW));
    cr_expect_eq(offer_list_next_end_ms(list), NOW + 10);
}

Test(offer_list, is_bounded_and_survives_a_restart)
{
    g_autofree OfferList *list = g_new0(OfferList, 1), *again = g_new0(OfferList, 1);
    g_autofree gchar *text = NULL;

    for (guint i = 0; i < OFFER_LIST_MAX + 5; i++) {
        g_autofree gchar *id = g_strdup_printf("offer-%u", i);
        Offer offer = offer_of(id, OFFER_OPEN, NOW + 10);

        offer_list_take(list, &offer, NOW);
    }
    cr_expect_eq(list->n, OFFER_LIST_MAX);
    cr_expect_null(offer_list_find(list, "offer-0"), "the oldest goes");
    text = offer_list_print(list);
    offer_list_read(again, text);
    cr_expect_eq(again->n, list->n);
    cr_expect_str_eq(again->offers[3].ref.offer_id, list->offers[3].ref.offer_id);
    offer_list_read(again, "{\"offers\":[{}]}");
    cr_expect_eq(again->n, 0);
}

Test(offer_list, one_offer_is_taken_off_by_its_id)
{
    g_autofree OfferList *list = g_new0(OfferList, 1);
    Offer a = offer_of("a", OFFER_OPEN, NOW + 10), b = offer_of("b", OFFER_OPEN, NOW + 20);

    offer_list_take(list, &a, NOW);
    offer_list_take(list, &b, NOW);
    cr_expect(offer_list_remove(list, "a"));
    cr_expect_not(offer_list_remove(list, "a"), "once");
    cr_expect_eq(list->n, 1);
    cr_expect_not_null(offer_list_find(list, "b"));
}

Test(offer_list, what_cannot_be_read_is_an_empty_list)
{
    static const gchar *const bad[] = {"", "7", "{}", "{\"offers\":7}", "{\"offers\":[7]}"};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree OfferList *list = g_new0(OfferList, 1);
        Offer a = offer_of("a", OFFER_OPEN, NOW + 10);

        offer_list_take(list, &a, NOW);
        offer_list_read(list, bad[i]);
        cr_expect_eq(list->n, 0, "%s", bad[i]);
    }
}
