/* Offers, subscriptions and vehicle questions as they travel. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocol/api_offer.h"
#include "protocol/api_subscription.h"
#include "protocol/api_vehicle.h"
#include "protocol/json_gate.h"

static JsonObject *parse(const gchar *text)
{
    JsonObject *object = json_gate_parse_object(text, strlen(text), NULL);

    cr_assert_not_null(object, "%s", text);
    return object;
}

#define OFFER(text, price)                                                                                   \
    "{\"offer_id\":\"0b9a1b1e-6a0b-4a7c-9a3b-1d2e3f405162\",\"event_seq\":9,\"state\":\"open\",\"text\":"    \
    "\"" text "\",\"from\":\"2026-11-21T06:00:00.000Z\",\"until\":\"2026-11-21T08:00:00.000Z\","             \
    "\"single_use\":true,\"place\":{\"latitude\":52.5,\"longitude\":13.4,\"radius_m\":300}," price "}"

Test(api_offer, comes_out_as_it_went_in)
{
    g_autoptr(JsonObject) object =
        parse(OFFER("20 % off", "\"evse_ids\":[\"DE*ABC*E1\"],\"discount_percent\":20"));
    Offer offer, again;

    cr_assert(offer_from_json(object, &offer, NULL));
    cr_expect_str_eq(offer.ref.text, "20 % off");
    cr_expect_eq(offer.discount_percent, 20);
    cr_expect_eq(offer.distance_m, -1);
    g_autoptr(JsonNode) node = offer_to_json(&offer);
    cr_assert(offer_from_json(json_node_get_object(node), &again, NULL));
    cr_expect_eq(memcmp(&offer, &again, sizeof offer), 0);
}

Test(api_offer, whose_text_plays_tricks_is_shown_without_them)
{
    g_autoptr(JsonObject) object = parse(OFFER("<b>\\u202e free", "\"discount_percent\":20"));
    Offer offer;

    cr_assert(offer_from_json(object, &offer, NULL));
    cr_expect_str_eq(offer.ref.text, "\uFFFDb\uFFFD\uFFFD free");
}

Test(api_offer, names_one_price_change)
{
    g_autoptr(JsonObject) none = parse(OFFER("x", "\"distance_m\":3"));
    g_autoptr(JsonObject) hundred = parse(OFFER("x", "\"discount_percent\":101"));
    Offer offer;

    cr_expect_not(offer_from_json(none, &offer, NULL));
    cr_expect_not(offer_from_json(hundred, &offer, NULL));
}

Test(tariff_discount, rounds_down_to_what_travels)
{
    Tariff tariff = {
        .id = "standard", .currency = "EUR", .flat_micro = 1000000, .energy_micro_per_kwh = 490000};
    Tariff lowered = tariff_discount(&tariff, 33);
    Tariff read;
    g_autoptr(JsonNode) node = tariff_to_json(&lowered);

    cr_expect_eq(lowered.flat_micro, 670000);
    cr_expect_eq(lowered.energy_micro_per_kwh, 328300);
    cr_expect_str_eq(lowered.id, "standard-33%");
    cr_assert(tariff_from_json(json_node_get_object(node), &read, NULL));
    cr_expect_eq(read.energy_micro_per_kwh, lowered.energy_micro_per_kwh);
    cr_expect_eq(tariff_discount(&tariff, 100).energy_micro_per_kwh, 0);
}

Test(api_subscription, knows_its_kinds)
{
    g_autoptr(JsonObject) good = parse("{\"kinds\":[\"bay\",\"offer\"],\"radius_m\":5000}");
    g_autoptr(JsonObject) wrong = parse("{\"kinds\":[\"weather\"],\"radius_m\":5000}");
    g_autoptr(JsonObject) number = parse("{\"kinds\":[[]],\"radius_m\":5000}");
    g_autoptr(JsonObject) narrow = parse("{\"kinds\":[],\"radius_m\":5}");
    Subscription subscription;

    cr_assert(subscription_from_json(good, &subscription, NULL));
    cr_expect_eq(subscription.kinds, (guint)(NEWS_OFFER | NEWS_BAY));
    cr_expect_not(subscription.position.known);
    cr_expect_not(subscription_from_json(wrong, &subscription, NULL));
    cr_expect_not(subscription_from_json(number, &subscription, NULL));
    cr_expect_not(subscription_from_json(narrow, &subscription, NULL));
}

Test(api_position, measures_distances)
{
    ApiPosition berlin = {TRUE, 52.5200, 13.4050}, hamburg = {TRUE, 53.5511, 9.9937},
                near = {TRUE, 52.5210, 13.4050};

    cr_expect_eq(api_position_distance_m(&berlin, &berlin), 0);
    cr_expect(ABS(api_position_distance_m(&berlin, &near) - 111) <= 1);
    cr_expect(ABS(api_position_distance_m(&berlin, &hamburg) - 255300) < 1500);
}

Test(api_vehicle, tells_only_what_is_there)
{
    VehicleState state = {.query_id = "q",
                          .soc_percent = -1,
                          .gear = VEHICLE_GEAR_PARKED,
                          .denied = VEHICLE_POSITION | VEHICLE_SOC,
                          .unknown = VEHICLE_PLUG};
    g_autoptr(JsonNode) node = vehicle_state_to_json(&state);
    g_autofree gchar *text = json_gate_print(node, NULL);
    VehicleState again;

    cr_expect_str_eq(text, "{\"query_id\":\"q\",\"gear\":\"parked\",\"denied\":[\"position\",\"soc\"],"
                           "\"unknown\":[\"plug\"]}");
    cr_assert(vehicle_state_from_json(json_node_get_object(node), &again, NULL));
    cr_expect_eq(again.denied, state.denied);
    cr_expect_eq(again.soc_percent, -1);
}

Test(api_vehicle, questions_want_something)
{
    g_autoptr(JsonObject) good =
        parse("{\"query_id\":\"q\",\"want\":[\"gear\"],\"expires_at\":\"2026-11-21T06:00:00.000Z\"}");
    g_autoptr(JsonObject) empty =
        parse("{\"query_id\":\"q\",\"want\":[],\"expires_at\":\"2026-11-21T06:00:00.000Z\"}");
    VehicleQuery query;

    cr_assert(vehicle_query_from_json(good, &query, NULL));
    cr_expect_eq(query.want, (guint)VEHICLE_GEAR);
    cr_expect_not(vehicle_query_from_json(empty, &query, NULL));
}
