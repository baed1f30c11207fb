/* The objects between car and server: what they cost, and that they survive the wire. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocol/api_order.h"
#include "protocol/api_reservation.h"
#include "protocol/json_gate.h"
#include "protocol/json_read.h"

static const Tariff tariff = {.id = "day",
                              .currency = "EUR",
                              .flat_micro = 500000,
                              .energy_micro_per_kwh = 490000,
                              .time_micro_per_hour = 1200000};

Test(tariff, each_component_is_rounded_half_up_on_its_own_and_then_added)
{
    /* 10.250 kWh * 0.49 = 5.0225 -> 5.02; 50 min * 1.20/h = 1.00; flat 0.50 */
    TariffCost cost = tariff_cost(&tariff, 10250, 3000, -1);

    cr_assert_eq(cost.flat_minor, 50);
    cr_assert_eq(cost.energy_minor, 502);
    cr_assert_eq(cost.time_minor, 100);
    cr_assert_eq(cost.sum_minor, 652);
    cr_assert_eq(cost.waived_minor, 0);
    cr_assert_eq(cost.total_minor, 652);
}

Test(tariff, exactly_half_a_cent_rounds_up_and_a_hair_less_does_not)
{
    Tariff half = {.currency = "EUR", .energy_micro_per_kwh = 5000};

    cr_assert_eq(tariff_cost(&half, 1000, 0, -1).energy_minor, 1);
    cr_assert_eq(tariff_cost(&half, 999, 0, -1).energy_minor, 0);
}

Test(tariff, what_runs_over_the_maximum_is_waived_not_charged)
{
    TariffCost cost = tariff_cost(&tariff, 10250, 3000, 600);

    cr_assert_eq(cost.sum_minor, 652);
    cr_assert_eq(cost.waived_minor, 52);
    cr_assert_eq(cost.total_minor, 600);
}

Test(tariff, the_largest_inputs_do_not_overflow)
{
    Tariff dear = {.currency = "EUR",
                   .flat_micro = TARIFF_MAX_PRICE_MICRO,
                   .energy_micro_per_kwh = TARIFF_MAX_PRICE_MICRO,
                   .time_micro_per_hour = TARIFF_MAX_PRICE_MICRO};
    TariffCost cost = tariff_cost(&dear, G_MAXINT64, G_MAXINT64, -1);

    cr_assert_eq(cost.energy_minor, G_GINT64_CONSTANT(1000000000));
    cr_assert_eq(cost.time_minor, G_GINT64_CONSTANT(876000000));
    cr_assert_eq(tariff_cost(&dear, -5, -5, -1).sum_minor, 100000);
}

Test(tariff, the_energy_a_limit_pays_for_never_costs_more_than_the_limit)
{
    for (gint64 limit = 0; limit < 3000; limit += 7) {
        gint64 energy_wh = tariff_energy_for(&tariff, limit, 600);
        if (energy_wh > 0)
            cr_assert_leq(tariff_cost(&tariff, energy_wh, 600, -1).sum_minor, limit);
    }
}

Test(tariff, a_free_tariff_has_no_energy_limit)
{
    Tariff free_tariff = {.currency = "EUR"};

    cr_assert_eq(tariff_energy_for(&free_tariff, 100, 0), G_MAXINT64);
}

Test(tariff, prices_are_read_exactly_or_not_at_all)
{
    static const gchar *const wrong[] = {"",    ".",    "1.",        ".5",    "-1",         "0.49999",
                                         "1e3", "0,49", "1000.0001", "0.49 ", "99999999999"};

    cr_assert_eq(tariff_price_parse("0.49"), 490000);
    cr_assert_eq(tariff_price_parse("0.4975"), 497500);
    cr_assert_eq(tariff_price_parse("12"), 12000000);
    cr_assert_eq(tariff_price_parse("1000"), TARIFF_MAX_PRICE_MICRO);
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        cr_expect_eq(tariff_price_parse(wrong[i]), -1, "%s", wrong[i]);
}

/* Two values are the same when their wire forms are; memcmp would compare padding. */
static void assert_same(JsonNode *expected, JsonNode *actual)
{
    g_autoptr(JsonNode) owned_expected = expected, owned_actual = actual;
    g_autofree gchar *expected_text = json_gate_print(owned_expected, NULL);
    g_autofree gchar *actual_text = json_gate_print(owned_actual, NULL);

    cr_assert_str_eq(actual_text, expected_text);
}

static JsonObject *wire(JsonNode *node)
{
    g_autoptr(JsonNode) owned = node;
    g_autofree gchar *text = json_gate_print(owned, NULL);

    return json_gate_parse_object(text, strlen(text), NULL);
}

Test(tariff, survives_the_wire_to_the_last_digit)
{
    for (gint64 price = 0; price <= 2000000; price += 100) {
        Tariff in = {.id = "x", .currency = "EUR", .energy_micro_per_kwh = price}, out;
        g_autoptr(JsonObject) object = wire(tariff_to_json(&in));
        cr_assert(tariff_from_json(object, &out, NULL));
        cr_assert_eq(out.energy_micro_per_kwh, price);
    }
}

static gboolean tariff_reads(const gchar *text)
{
    g_autoptr(JsonObject) object = json_gate_parse_object(text, strlen(text), NULL);
    Tariff out;

    cr_assert_not_null(object, "%s", text);
    return tariff_from_json(object, &out, NULL);
}

Test(tariff, what_cannot_be_computed_exactly_is_refused)
{
#define ELEMENTS(e) "{\"id\":\"x\",\"currency\":\"EUR\",\"elements\":" e "}"
#define PRICE(p) ELEMENTS("[{\"price_components\":[" p "]}]")
    cr_assert(tariff_reads(PRICE("{\"type\":\"ENERGY\",\"price\":0.49,\"step_size\":1}")));
    cr_assert(tariff_reads(PRICE("")));
    cr_assert_not(tariff_reads(PRICE("{\"type\":\"ENERGY\",\"price\":0.49999}")));
    cr_assert_not(tariff_reads(PRICE("{\"type\":\"ENERGY\",\"price\":-1}")));
    cr_assert_not(tariff_reads(PRICE("{\"type\":\"ENERGY\",\"price\":1001}")));
    cr_assert_not(tariff_reads(PRICE("{\"type\":\"ENERGY\",\"price\":1,\"step_size\":60}")));
    cr_assert_not(tariff_reads(PRICE("{\"type\":\"PARKING_TIME\",\"price\":1}")));
    cr_assert_not(tariff_reads(PRICE("{\"type\":\"FLAT\",\"price\":1},{\"type\":\"FLAT\",\"price\":1}")));
    cr_assert_not(tariff_reads(ELEMENTS("[]")));
    cr_assert_not(tariff_reads(ELEMENTS("[{\"price_components\":[],\"restrictions\":{}}]")));
    cr_assert_not(
        tariff_reads("{\"id\":\"x\",\"currency\":\"JPY\",\"elements\":[{\"price_components\":[]}]}"));
}

static ScanAnswer an_answer(void)
{
    ScanAnswer answer = {.scan_ref = "9e107d9d-372b-4826-81d3-542a419d6b11",
                         .expires_ms = G_GINT64_CONSTANT(1716423785125),
                         .evse_key = "DEABCE123451",
                         .evse_id = "DE*ABC*E12345*1",
                         .location_id = "garage",
                         .location_name = "Garage Süd",
                         .operator_name = "ABC Energy",
                         .position = {TRUE, 52.5, 13.4},
                         .evse_uid = "1",
                         .evse_status = "AVAILABLE",
                         .n_connectors = 1,
                         .bay = BAY_OCCUPIED_NOT_PLUGGED,
                         .trust = TRUST_DYNAMIC,
                         .reachable = TRUE};
    answer.tariff = tariff;
    answer.connectors[0] = (ApiConnector){.id = "1",
                                          .standard = "IEC_62196_T2_COMBO",
                                          .format = "CABLE",
                                          .power_type = "DC",
                                          .max_power_w = 50000};
    return answer;
}

Test(api_scan, request_and_answer_survive_the_wire)
{
    ScanRequest request = {.qr_evse_id = "DE*ABC*E12345*1",
                           .qr_token = "Mrc351Gu",
                           .position = {TRUE, 52.5, 13.4}},
                request_out;
    ScanAnswer answer = an_answer(), answer_out;
    g_autoptr(JsonObject) request_wire = wire(scan_request_to_json(&request));
    g_autoptr(JsonObject) answer_wire = wire(scan_answer_to_json(&answer));

    cr_assert(scan_request_from_json(request_wire, &request_out, NULL));
    cr_assert(scan_answer_from_json(answer_wire, &answer_out, NULL));
    assert_same(scan_request_to_json(&request), scan_request_to_json(&request_out));
    assert_same(scan_answer_to_json(&answer), scan_answer_to_json(&answer_out));
}

Test(api_scan, a_token_is_what_can_be_printed_on_a_pile)
{
    const gchar *bad[] = {"a/b", "a b", "é", "a-b", "%41"};
    ScanRequest request = {.qr_evse_id = "DE*ABC*E12345*1"}, out;

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(JsonObject) object = NULL;

        g_strlcpy(request.qr_token, bad[i], sizeof request.qr_token);
        object = wire(scan_request_to_json(&request));
        cr_expect_not(scan_request_from_json(object, &out, NULL), "%s", bad[i]);
    }
}

Test(api_scan, a_trust_of_refused_never_travels)
{
    ScanAnswer answer = an_answer(), out;
    g_autoptr(JsonObject) object = NULL;

    answer.trust = TRUST_REFUSED;
    object = wire(scan_answer_to_json(&answer));
    cr_assert_not(scan_answer_from_json(object, &out, NULL));
}

static Order an_order(void)
{
    Order order = {.order_id = "o-1",
                   .client_ref = "c-1",
                   .evse_key = "DEABCE123451",
                   .evse_id = "DE*ABC*E12345*1",
                   .event_seq = 17,
                   .state = ORDER_SETTLED,
                   .reason = ORDER_REASON_EV_FULL,
                   .limits = {.max_cost_minor = 5000, .currency = "EUR", .max_energy_wh = 60000},
                   .created_ms = 1000,
                   .expires_ms = 301000,
                   .updated_ms = 2000,
                   .charging_state = "Idle",
                   .transaction_id = "t-1",
                   .started_ms = 1500,
                   .ended_ms = 1900,
                   .meter_start_wh = 0,
                   .meter_wh = 10250,
                   .energy_wh = 10250,
                   .soc_percent = 80,
                   .cost_minor = 652,
                   .has_receipt = TRUE};
    order.receipt = (Receipt){.receipt_id = "r-1",
                              .order_id = "o-1",
                              .evse_id = "DE*ABC*E12345*1",
                              .operator_name = "ABC Energy",
                              .started_ms = 1500,
                              .ended_ms = 1900,
                              .meter_stop_wh = 10250,
                              .energy_wh = 10250,
                              .soc_start_percent = 20,
                              .soc_stop_percent = -1};
    order.receipt.tariff = tariff;
    order.receipt.cost = tariff_cost(&tariff, 10250, 0, 5000);
    return order;
}

Test(api_order, every_state_and_reason_survives_the_wire)
{
    for (guint state = 0; state < ORDER_N_STATES; state++) {
        for (guint reason = 0; reason < ORDER_N_REASONS; reason++) {
            Order order = an_order(), out;
            g_autoptr(JsonObject) object = NULL;
            order.state = state;
            order.reason = reason;
            object = wire(order_to_json(&order));
            cr_assert(order_from_json(object, &out, NULL));
            assert_same(order_to_json(&order), order_to_json(&out));
        }
    }
}

Test(api_order, a_wrong_field_is_named)
{
    static const gchar *const fields[] = {"order_id",   "client_ref", "event_seq",  "state",      "limits",
                                          "created_at", "energy_wh",  "cost_minor", "expires_at", "power_w"};

    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        Order order = an_order(), out;
        g_autoptr(GError) error = NULL;
        g_autoptr(JsonObject) object = wire(order_to_json(&order));
        g_autoptr(JsonObject) changed = json_object_new();
        g_autoptr(GList) members = json_object_get_members(object);
        for (GList *l = members; l != NULL; l = l->next)
            if (!g_str_equal(l->data, fields[i]))
                json_object_set_member(changed, l->data,
                                       json_node_copy(json_object_get_member(object, l->data)));
        cr_assert_not(order_from_json(changed, &out, &error), "%s", fields[i]);
        cr_expect(g_str_has_prefix(error->message, fields[i]), "%s: %s", fields[i], error->message);
    }
}

Test(api_order, limits_must_be_positive_and_in_a_supported_currency)
{
    static const gchar *const wrong[] = {
        "{\"client_ref\":\"c\",\"scan_ref\":\"s\",\"limits\":{\"max_cost_minor\":0,\"currency\":\"EUR\"}}",
        "{\"client_ref\":\"c\",\"scan_ref\":\"s\",\"limits\":{\"max_cost_minor\":-1,\"currency\":\"EUR\"}}",
        "{\"client_ref\":\"c\",\"scan_ref\":\"s\",\"limits\":{\"max_cost_minor\":100,\"currency\":\"JPY\"}}",
        "{\"client_ref\":\"c\",\"scan_ref\":\"s\",\"limits\":{\"max_cost_minor\":100}}",
        "{\"client_ref\":\"c\",\"scan_ref\":\"s\"}"};
    OrderRequest request = {.client_ref = "c",
                            .scan_ref = "s",
                            .limits = {.max_cost_minor = 1, .currency = "EUR"}},
                 out;
    g_autoptr(JsonObject) good = wire(order_request_to_json(&request));

    cr_assert(order_request_from_json(good, &out, NULL));
    assert_same(order_request_to_json(&request), order_request_to_json(&out));
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(JsonObject) object = json_gate_parse_object(wrong[i], strlen(wrong[i]), NULL);
        cr_expect_not(order_request_from_json(object, &out, NULL), "%s", wrong[i]);
    }
}

/* @object: (transfer full) */
static gchar *print_object(JsonObject *object)
{
    g_autoptr(JsonNode) node = json_node_init_object(json_node_alloc(), object);

    json_object_unref(object);
    return json_gate_print(node, NULL);
}

static Place place_at(gdouble latitude_deg, const gchar *location_id, gint64 distance_m)
{
    Place place = {.evse_key = "DEABCE123451",
                   .evse_id = "DE*ABC*E12345*1",
                   .evse_uid = "u1",
                   .location_name = "Bay",
                   .operator_name = "ABC",
                   .position = {TRUE, latitude_deg, 13.4},
                   .connector = {.id = "1",
                                 .standard = "IEC_62196_T2_COMBO",
                                 .format = "CABLE",
                                 .power_type = "DC",
                                 .max_power_w = 50000},
                   .evse_status = "BLOCKED",
                   .bay = BAY_OCCUPIED_NOT_PLUGGED,
                   .no_show_minor = 200,
                   .distance_m = distance_m};

    place.tariff = tariff;
    g_strlcpy(place.location_id, location_id, sizeof place.location_id);
    return place;
}

Test(place, charging_points_of_one_location_travel_together_and_keep_their_order)
{
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(Place));
    g_autoptr(GArray) again = NULL;
    g_autoptr(JsonNode) node = NULL;
    const Place sent[] = {place_at(52.5, "L1", 10), place_at(52.5, "L1", 10), place_at(52.6, "L2", 900)};

    g_array_append_vals(places, sent, 3);
    node = places_to_json(places, TRUE);
    cr_assert_eq(json_array_get_length(json_object_get_array_member(json_node_get_object(node), "locations")),
                 2);
    again = places_from_json(json_node_get_object(node), NULL);
    cr_assert_eq(again->len, 3);
    for (guint i = 0; i < 3; i++) { /* as text: between the fields of a struct may lie anything */
        g_autofree gchar *want = print_object(place_to_json(&sent[i]));
        g_autofree gchar *have = print_object(place_to_json(&g_array_index(again, Place, i)));

        cr_assert_str_eq(have, want);
    }
}

Test(place, distances_are_those_of_the_globe)
{
    /* A degree of latitude is 111.19 km on the sphere of equal volume; of longitude half that at 60 degrees.
     */
    cr_assert_float_eq(place_distance_m(52, 13, 53, 13), 111195, 10);
    cr_assert_float_eq(place_distance_m(60, 13, 60, 14), 55597, 10);
    cr_assert_float_eq(place_distance_m(0, 179.9, 0, -179.9), 22239, 10);
    cr_assert_eq(place_distance_m(52.5, 13.4, 52.5, 13.4), 0);
}

Test(reservation, every_field_survives_the_wire)
{
    Reservation sent = {.reservation_id = "r",
                        .client_ref = "c",
                        .evse_key = "DEABCE123451",
                        .evse_id = "DE*ABC*E12345*1",
                        .location_id = "L1",
                        .location_name = "Bay",
                        .operator_name = "ABC",
                        .position = {TRUE, 52.5, 13.4},
                        .event_seq = 7,
                        .state = RESERVATION_TAKEN,
                        .reason = RESERVATION_REASON_BAY_OCCUPIED,
                        .created_ms = 1000,
                        .until_ms = 61000,
                        .updated_ms = 2000,
                        .arrived = TRUE,
                        .no_show_minor = 200,
                        .currency = "EUR",
                        .order_id = "o",
                        .moved_to = "m",
                        .moved_from = "f",
                        .has_alternative = TRUE,
                        .receipt_id = "q",
                        .charged_minor = 200,
                        .charged_at_ms = 61000};
    g_autoptr(JsonNode) node = NULL, again = NULL;
    g_autofree gchar *want = NULL, *have = NULL;
    Reservation got;

    sent.alternative = place_at(52.6, "L2", 900);
    node = reservation_to_json(&sent);
    cr_assert(reservation_from_json(json_node_get_object(node), &got, NULL));
    again = reservation_to_json(&got);
    want = json_gate_print(node, NULL);
    have = json_gate_print(again, NULL);
    cr_assert_str_eq(have, want);
    cr_assert_not_null(strstr(want, "\"receipt\""));
    cr_assert_not_null(strstr(want, "\"alternative\""));
}
