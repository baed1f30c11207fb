/* What the OCPP structs say: units, defaults, and the values behind the frames. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocol/json_gate.h"
#include "protocol/ocpp_availability.h"
#include "protocol/ocpp_remote_control.h"
#include "protocol/ocpp_strike.h"
#include "protocol/ocpp_transactions.h"

#define T_MS G_GINT64_CONSTANT(1795232316125) /* 2026-11-21T03:38:36.125Z */

static JsonObject *parse(const gchar *text)
{
    JsonObject *object = json_gate_parse_object(text, strlen(text), NULL);

    cr_assert_not_null(object, "%s", text);
    return object;
}

static gchar *print(JsonObject *object)
{
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);

    json_node_take_object(node, object);
    return json_gate_print(node, NULL);
}

static void decode(const gchar *text, OcppTransactionEventRequest *event)
{
    g_autoptr(JsonObject) json = parse(text);
    g_autoptr(GError) error = NULL;

    cr_assert(ocpp_transaction_event_request_from_json(json, event, &error), "%s",
              error != NULL ? error->message : "");
}

static const OcppSample *latest(const OcppTransactionEventRequest *event, OcppMeasurand measurand)
{
    return ocpp_samples_latest((const OcppSample *)(gpointer)event->samples->data, event->samples->len,
                               measurand);
}

#define EVENT(more)                                                                                          \
    "{\"eventType\":\"Updated\",\"timestamp\":\"2026-11-21T03:38:36.125Z\",\"triggerReason\":\"Trigger\","   \
    "\"seqNo\":4,\"transactionInfo\":{\"transactionId\":\"t\"}" more "}"
#define VALUES(values)                                                                                       \
    EVENT(",\"meterValue\":[{\"timestamp\":\"2026-11-21T03:38:36Z\",\"sampledValue\":[" values "]}]")

Test(ocpp_meter, units_and_multipliers_become_whole_wh_and_w)
{
    g_auto(OcppTransactionEventRequest) event;

    decode(
        VALUES("{\"value\":12.3456,\"unitOfMeasure\":{\"unit\":\"kWh\"}},"
               "{\"value\":7.2,\"measurand\":\"Power.Active.Import\",\"unitOfMeasure\":{\"unit\":\"kW\"}},"
               "{\"value\":715,\"measurand\":\"SoC\",\"unitOfMeasure\":{\"unit\":\"Percent\",\"multiplier\":"
               "-1}}"),
        &event);
    cr_expect_eq(latest(&event, OCPP_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER)->value, 12346);
    cr_expect_eq(latest(&event, OCPP_MEASURAND_POWER_ACTIVE_IMPORT)->value, 7200);
    cr_expect_eq(latest(&event, OCPP_MEASURAND_SOC)->value, 72);
}

Test(ocpp_meter, one_phase_is_not_the_whole_and_a_strange_unit_is_not_guessed)
{
    g_auto(OcppTransactionEventRequest) event;

    decode(VALUES("{\"value\":900,\"phase\":\"L1\"},"
                  "{\"value\":800,\"unitOfMeasure\":{\"unit\":\"MJ\"}},"
                  "{\"value\":700,\"unitOfMeasure\":{\"unit\":\"kW\"}},"
                  "{\"value\":230.4,\"measurand\":\"Voltage\",\"unitOfMeasure\":{\"unit\":\"V\"}}"),
           &event);
    cr_expect_eq(event.samples->len, 4);
    cr_expect_null(latest(&event, OCPP_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER));
}

Test(ocpp_meter, the_latest_sample_counts_wherever_it_stands)
{
    const OcppSample samples[] = {{.timestamp_ms = 2000, .value = 20},
                                  {.timestamp_ms = 3000, .value = 30},
                                  {.timestamp_ms = 1000, .value = 10}};

    cr_expect_eq(ocpp_samples_latest(samples, 3, OCPP_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER)->value, 30);
    cr_expect_null(ocpp_samples_latest(samples, 3, OCPP_MEASURAND_SOC));
    cr_expect_null(ocpp_samples_latest(NULL, 0, OCPP_MEASURAND_SOC));
}

Test(ocpp_transactions, absent_is_not_zero)
{
    g_auto(OcppTransactionEventRequest) without, with;

    decode(EVENT(""), &without);
    cr_expect_not(without.has_remote_start_id || without.has_reservation_id ||
                  without.has_time_spent_charging || without.evse.present || without.id_token.present);
    cr_expect_eq(without.charging_state, OCPP_CHARGING_STATE_NONE);
    cr_expect_eq(without.stopped_reason, OCPP_STOPPED_NONE);
    cr_expect_eq(without.timestamp_ms, T_MS);
    decode(EVENT(",\"reservationId\":0,\"offline\":true"), &with);
    cr_expect(with.has_reservation_id && with.offline);
}

Test(ocpp_transactions, a_started_event_is_written_as_the_specification_wants_it)
{
    g_auto(OcppTransactionEventRequest) event;
    const OcppSample sample = {.timestamp_ms = T_MS,
                               .context = OCPP_CONTEXT_TRANSACTION_BEGIN,
                               .location = OCPP_LOCATION_OUTLET,
                               .value = 12000};

    ocpp_transaction_event_request_init(&event);
    event.event_type = OCPP_TRANSACTION_STARTED;
    event.timestamp_ms = T_MS;
    event.trigger_reason = OCPP_TRIGGER_REMOTE_START;
    g_strlcpy(event.transaction_id, "6f3a", sizeof event.transaction_id);
    event.charging_state = OCPP_CHARGING_STATE_EV_CONNECTED;
    event.has_remote_start_id = TRUE;
    event.remote_start_id = 77;
    event.evse = (OcppEvse){.present = TRUE, .id = 1, .connector_id = 1};
    event.id_token = (OcppIdToken){.present = TRUE, .id_token = "order-1", .type = OCPP_ID_TOKEN_CENTRAL};
    g_array_append_val(event.samples, sample);
    g_autofree gchar *text = print(ocpp_transaction_event_request_to_json(&event));
    cr_expect_str_eq(
        text,
        "{\"eventType\":\"Started\",\"timestamp\":\"2026-11-21T03:38:36.125Z\",\"triggerReason\":"
        "\"RemoteStart\","
        "\"seqNo\":0,\"transactionInfo\":{\"transactionId\":\"6f3a\",\"chargingState\":\"EVConnected\","
        "\"remoteStartId\":77},\"evse\":{\"id\":1,\"connectorId\":1},\"idToken\":{\"idToken\":\"order-1\","
        "\"type\":\"Central\"},\"meterValue\":[{\"timestamp\":\"2026-11-21T03:38:36.125Z\",\"sampledValue\":["
        "{"
        "\"value\":12000,\"context\":\"Transaction.Begin\",\"measurand\":\"Energy.Active.Import.Register\","
        "\"unitOfMeasure\":{\"unit\":\"Wh\"}}]}]}");
}

Test(ocpp_transactions, cost_is_read_to_the_cent_and_written_as_people_write_it)
{
    OcppTransactionEventResponse response = {.has_total_cost = TRUE, .total_cost_minor = 2453};
    g_autofree gchar *text = print(ocpp_transaction_event_response_to_json(&response));
    g_autoptr(JsonObject) odd = parse("{\"totalCost\":0.29}");

    cr_expect_str_eq(text, "{\"totalCost\":24.53}");
    cr_assert(ocpp_transaction_event_response_from_json(odd, &response, NULL));
    cr_expect_eq(response.total_cost_minor, 29);
}

Test(ocpp_remote_control, the_drivers_limits_travel_in_custom_data)
{
    g_autoptr(JsonObject) json =
        parse("{\"customData\":{\"vendorId\":\"org.rearcharge\",\"orderId\":\"o-1\",\"maxCostMinor\":5000,"
              "\"currency\":\"EUR\"},\"evseId\":2,\"idToken\":{\"idToken\":\"o-1\",\"type\":\"Central\"},"
              "\"remoteStartId\":77}");
    OcppRequestStartRequest request;

    cr_assert(ocpp_request_start_request_from_json(json, &request, NULL));
    cr_expect(request.order.present);
    cr_expect_eq(request.order.max_cost_minor, 5000);
    cr_expect_str_eq(request.order.currency, "EUR");
    cr_expect_eq(request.order.max_energy_wh, 0);
    cr_expect_eq(request.evse_id, 2);
}

Test(ocpp_availability, a_bay_sensor_event_is_told_from_any_other)
{
    OcppEventData event;
    gint32 evse_id = 0;
    gboolean occupied = FALSE;

    ocpp_event_data_set_bay(&event, 5, 2, TRUE, T_MS);
    cr_assert(ocpp_event_data_get_bay(&event, &evse_id, &occupied));
    cr_expect_eq(evse_id, 2);
    cr_expect(occupied);
    g_strlcpy(event.actual_value, "perhaps", sizeof event.actual_value);
    cr_expect_not(ocpp_event_data_get_bay(&event, &evse_id, &occupied));
    ocpp_event_data_set_bay(&event, 5, 2, FALSE, T_MS);
    g_strlcpy(event.name.variable, "Enabled", sizeof event.name.variable);
    cr_expect_not(ocpp_event_data_get_bay(&event, &evse_id, &occupied));
}

Test(ocpp_common, tokens_are_compared_without_case_but_with_their_type)
{
    const OcppIdToken a = {.present = TRUE, .id_token = "Abc", .type = OCPP_ID_TOKEN_CENTRAL};
    OcppIdToken b = {.present = TRUE, .id_token = "aBC", .type = OCPP_ID_TOKEN_CENTRAL};

    cr_expect(ocpp_id_token_equal(&a, &b));
    b.type = OCPP_ID_TOKEN_KEY_CODE;
    cr_expect_not(ocpp_id_token_equal(&a, &b));
    cr_expect_not(ocpp_id_token_equal(&(OcppIdToken){0}, &(OcppIdToken){0}));
}

Test(strike, takes_secrets_out_of_what_logs_show)
{
    static const gchar *const plain =
        "[2,\"1\",\"SetVariables\",{\"setVariableData\":[{\"attributeValue\":\"60\","
        "\"component\":{\"name\":\"TxCtrlr\"},\"variable\":{\"name\":\"X\"}}]}]";
    static const gchar *const secret = "[2,\"1\",\"SetVariables\",{\"setVariableData\":[{\"attributeValue\":"
                                       "\"a\\\"b\",\"component\":{\"name\":"
                                       "\"OfflineChargingCtrlr\"},\"variable\":{\"name\":\"CodeSecret\"}}]}]";
    g_autofree gchar *struck = ocpp_strike(secret, strlen(secret));

    cr_expect_null(ocpp_strike(plain, strlen(plain)));
    cr_expect_str_eq(
        struck, "[2,\"1\",\"SetVariables\",{\"setVariableData\":[{\"attributeValue\":\"***\",\"component\":{"
                "\"name\":\"OfflineChargingCtrlr\"},\"variable\":{\"name\":\"CodeSecret\"}}]}]");
}
