/* What car and server say while pile or network are away. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocol/api_voucher.h"
#include "protocol/json_gate.h"

static JsonObject *parsed(JsonNode *node)
{
    g_autoptr(JsonNode) owned = node;
    g_autofree gchar *text = json_gate_print(owned, NULL);

    return json_gate_parse_object(text, strlen(text), NULL);
}

Test(order, a_code_for_an_offline_pile_survives_the_wire)
{
    Order order = {.order_id = "o",
                   .client_ref = "c",
                   .evse_key = "DEABCE1",
                   .evse_id = "DE*ABC*E1",
                   .state = ORDER_CODE_ISSUED,
                   .limits = {.max_cost_minor = 5000, .currency = "EUR"},
                   .meter_start_wh = -1,
                   .meter_wh = -1,
                   .soc_percent = -1,
                   .origin = ORDER_ORIGIN_OFFLINE_CODE,
                   .code = {"1234567890123456", 1790000000000, 30000, "http://192.0.2.7:8090"}};
    Order back;
    g_autoptr(JsonObject) object = parsed(order_to_json(&order));
    g_autoptr(GError) error = NULL;

    cr_assert_str_eq(
        json_object_get_string_member(json_object_get_object_member(object, "offline_code"), "grouped"),
        "1234-5678-9012-3456");
    cr_assert(order_from_json(object, &back, &error), "%s", error != NULL ? error->message : "");
    cr_assert_eq(back.state, ORDER_CODE_ISSUED);
    cr_assert_eq(back.origin, ORDER_ORIGIN_OFFLINE_CODE);
    cr_assert_eq(memcmp(&back.code, &order.code, sizeof back.code), 0);
    json_object_set_string_member(json_object_get_object_member(object, "offline_code"), "digits",
                                  "123456789012345x");
    cr_assert_not(order_from_json(object, &back, NULL));
}

Test(order, a_code_in_hand_is_not_the_end_of_an_order)
{
    for (guint state = 0; state < ORDER_N_STATES; state++)
        cr_expect_eq(order_state_is_final((OrderState)state),
                     state >= ORDER_SETTLED && state != ORDER_CODE_ISSUED);
}

Test(scan, the_address_of_a_pile_is_an_address_and_nothing_else)
{
    static const gchar *const good[] = {"http://192.0.2.7:8090", "http://pile-1.local",
                                        "http://[2001:db8::7]:80"};
    static const gchar *const bad[] = {"",
                                       "https://x",
                                       "http://",
                                       "http://a/b",
                                       "http://u@h",
                                       "http://h:0",
                                       "http://h:99999",
                                       "http://h:80?q",
                                       "http://[::1",
                                       "http://h h",
                                       "file:///etc/passwd",
                                       "http://[]:80"};

    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        cr_expect(api_link_url_is_valid(good[i]), "%s", good[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        cr_expect_not(api_link_url_is_valid(bad[i]), "%s", bad[i]);
}

Test(voucher_objects, request_and_answer_survive_the_wire_and_another_shape_does_not)
{
    VoucherRequest request = {.client_ref = "c", .limits = {.max_cost_minor = 2000, .currency = "EUR"}},
                   asked;
    VoucherAnswer answer = {.client_ref = "c",
                            .voucher_id = "v",
                            .expires_ms = 1790000000000,
                            .energy_cap_wh = 30000,
                            .max_cost_minor = 2000,
                            .currency = "EUR",
                            .used = TRUE},
                  got;
    g_autoptr(JsonObject) request_object = NULL;
    g_autoptr(JsonObject) answer_object = NULL;

    memset(request.vehicle_key, 'A', 43);
    memset(answer.voucher, '_', 178);
    request_object = parsed(voucher_request_to_json(&request));
    answer_object = parsed(voucher_answer_to_json(&answer));
    cr_assert(voucher_request_from_json(request_object, &asked, NULL));
    cr_assert(voucher_answer_from_json(answer_object, &got, NULL));
    cr_assert_str_eq(asked.vehicle_key, request.vehicle_key);
    cr_assert_str_eq(got.voucher, answer.voucher);
    cr_assert(got.used);
    json_object_set_string_member(request_object, "vehicle_key", "short");
    json_object_set_string_member(answer_object, "voucher", "short");
    cr_assert_not(voucher_request_from_json(request_object, &asked, NULL));
    cr_assert_not(voucher_answer_from_json(answer_object, &got, NULL));
}

Test(receipt, a_gap_and_its_correction_are_told)
{
    Receipt receipt = {.receipt_id = "r",
                       .order_id = "o",
                       .evse_id = "e",
                       .operator_name = "ABC",
                       .soc_start_percent = -1,
                       .soc_stop_percent = -1,
                       .missing_events = 3,
                       .corrected = TRUE},
            back;
    g_autoptr(JsonObject) object = NULL;

    g_strlcpy(receipt.tariff.id, "day", sizeof receipt.tariff.id);
    g_strlcpy(receipt.tariff.currency, "EUR", sizeof receipt.tariff.currency);
    object = parsed(receipt_to_json(&receipt));
    cr_assert(receipt_from_json(object, &back, NULL));
    cr_assert_eq(back.missing_events, 3);
    cr_assert(back.corrected);
}
