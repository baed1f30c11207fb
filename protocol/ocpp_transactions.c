#include "protocol/ocpp_transactions.h"

#include <string.h>

#include "protocol/ocpp_json.h"

const gchar *const ocpp_transaction_event_type_names[] = {"Ended", "Started", "Updated", NULL};
const gchar *const ocpp_trigger_reason_names[] = {"Authorized",          "CablePluggedIn",
                                                  "ChargingRateChanged", "ChargingStateChanged",
                                                  "Deauthorized",        "EnergyLimitReached",
                                                  "EVCommunicationLost", "EVConnectTimeout",
                                                  "MeterValueClock",     "MeterValuePeriodic",
                                                  "TimeLimitReached",    "Trigger",
                                                  "UnlockCommand",       "StopAuthorized",
                                                  "EVDeparted",          "EVDetected",
                                                  "RemoteStop",          "RemoteStart",
                                                  "AbnormalCondition",   "SignedDataReceived",
                                                  "ResetCommand",        NULL};
const gchar *const ocpp_charging_state_names[] = {
    "", "Charging", "EVConnected", "SuspendedEV", "SuspendedEVSE", "Idle", NULL};
const gchar *const ocpp_stopped_reason_names[] = {"",
                                                  "DeAuthorized",
                                                  "EmergencyStop",
                                                  "EnergyLimitReached",
                                                  "EVDisconnected",
                                                  "GroundFault",
                                                  "ImmediateReset",
                                                  "Local",
                                                  "LocalOutOfCredit",
                                                  "MasterPass",
                                                  "Other",
                                                  "OvercurrentFault",
                                                  "PowerLoss",
                                                  "PowerQuality",
                                                  "Reboot",
                                                  "Remote",
                                                  "SOCLimitReached",
                                                  "StoppedByEV",
                                                  "TimeLimitReached",
                                                  "Timeout",
                                                  NULL};

void ocpp_transaction_event_request_init(OcppTransactionEventRequest *request)
{
    memset(request, 0, sizeof *request);
    request->samples = g_array_new(FALSE, TRUE, sizeof(OcppSample));
}

void ocpp_transaction_event_request_clear(OcppTransactionEventRequest *request)
{
    g_clear_pointer(&request->samples, g_array_unref);
}

static JsonObject *transaction_to_json(const OcppTransactionEventRequest *request)
{
    JsonObject *json = json_object_new();

    json_object_set_string_member(json, "transactionId", request->transaction_id);
    json_write_text(json, "chargingState", ocpp_charging_state_names[request->charging_state]);
    if (request->has_time_spent_charging)
        json_object_set_int_member(json, "timeSpentCharging", request->time_spent_charging_s);
    json_write_text(json, "stoppedReason", ocpp_stopped_reason_names[request->stopped_reason]);
    if (request->has_remote_start_id)
        json_object_set_int_member(json, "remoteStartId", request->remote_start_id);
    return json;
}

static void write_proof(JsonObject *json, const OcppOfflineProof *proof)
{
    JsonObject *child = NULL;

    if (!proof->present)
        return;
    child = json_object_new();
    json_object_set_string_member(child, "vendorId", OCPP_REARCHARGE_VENDOR_ID);
    json_write_text(child, "orderId", proof->order_id);
    json_write_text(child, "voucher", proof->voucher);
    json_write_text(child, "challenge", proof->challenge);
    json_write_text(child, "answer", proof->answer);
    json_object_set_object_member(json, "customData", child);
}

static gboolean read_proof(JsonObject *json, OcppOfflineProof *proof, GError **error)
{
    JsonObject *child = NULL;

    if (!ocpp_read_own_custom_data(json, &child, error))
        return FALSE;
    if (child == NULL)
        return TRUE;
    proof->present = TRUE;
    if (!ocpp_read_identifier(child, "orderId", JSON_OPTIONAL, 36, proof->order_id, error) ||
        !ocpp_read_identifier(child, "voucher", JSON_OPTIONAL, VOUCHER_TEXT_CHARS, proof->voucher, error) ||
        !ocpp_read_identifier(child, "challenge", JSON_OPTIONAL, VOUCHER_KEY_CHARS, proof->challenge,
                              error) ||
        !ocpp_read_identifier(child, "answer", JSON_OPTIONAL, VOUCHER_ANSWER_CHARS, proof->answer, error))
        return ocpp_json_within("customData", error);
    return TRUE;
}

JsonObject *ocpp_transaction_event_request_to_json(const OcppTransactionEventRequest *request)
{
    JsonObject *json = json_object_new();

    json_object_set_string_member(json, "eventType", ocpp_transaction_event_type_names[request->event_type]);
    json_write_time(json, "timestamp", request->timestamp_ms);
    json_object_set_string_member(json, "triggerReason", ocpp_trigger_reason_names[request->trigger_reason]);
    json_object_set_int_member(json, "seqNo", request->seq_no);
    if (request->offline) /* false is the default */
        json_object_set_boolean_member(json, "offline", TRUE);
    if (request->number_of_phases_used > 0)
        json_object_set_int_member(json, "numberOfPhasesUsed", request->number_of_phases_used);
    if (request->has_cable_max_current)
        json_object_set_int_member(json, "cableMaxCurrent", request->cable_max_current_a);
    if (request->has_reservation_id)
        json_object_set_int_member(json, "reservationId", request->reservation_id);
    json_object_set_object_member(json, "transactionInfo", transaction_to_json(request));
    ocpp_write_evse(json, "evse", &request->evse);
    ocpp_write_id_token(json, "idToken", &request->id_token);
    write_proof(json, &request->proof);
    if (request->samples != NULL && request->samples->len > 0)
        json_object_set_array_member(
            json, "meterValue",
            ocpp_samples_to_json((const OcppSample *)(gpointer)request->samples->data,
                                 request->samples->len));
    return json;
}

static gboolean read_transaction(JsonObject *json, OcppTransactionEventRequest *request, GError **error)
{
    JsonObject *child = NULL;

    if (!ocpp_read_object(json, "transactionInfo", JSON_REQUIRED, &child, error))
        return FALSE;
    if (!ocpp_read_identifier(child, "transactionId", JSON_REQUIRED, 36, request->transaction_id, error) ||
        !ocpp_read_enum(child, "chargingState", JSON_OPTIONAL, ocpp_charging_state_names,
                        &request->charging_state, error) ||
        !ocpp_read_maybe_int32(child, "timeSpentCharging", &request->has_time_spent_charging,
                               &request->time_spent_charging_s, error) ||
        !ocpp_read_enum(child, "stoppedReason", JSON_OPTIONAL, ocpp_stopped_reason_names,
                        &request->stopped_reason, error) ||
        !ocpp_read_maybe_int32(child, "remoteStartId", &request->has_remote_start_id,
                               &request->remote_start_id, error))
        return ocpp_json_within("transactionInfo", error);
    return TRUE;
}

static gboolean read_meter_values(JsonObject *json, GArray *samples, GError **error)
{
    JsonArray *meter_values = NULL;

    if (!ocpp_read_objects(json, "meterValue", JSON_OPTIONAL, G_MAXUINT, &meter_values, error))
        return FALSE;
    if (meter_values != NULL && !ocpp_samples_from_json(meter_values, samples, error))
        return ocpp_json_within("meterValue", error);
    return TRUE;
}

gboolean ocpp_transaction_event_request_from_json(JsonObject *json, OcppTransactionEventRequest *request,
                                                  GError **error)
{
    ocpp_transaction_event_request_init(request);
    return ocpp_read_enum(json, "eventType", JSON_REQUIRED, ocpp_transaction_event_type_names,
                          &request->event_type, error) &&
           ocpp_read_time(json, "timestamp", JSON_REQUIRED, &request->timestamp_ms, error) &&
           ocpp_read_enum(json, "triggerReason", JSON_REQUIRED, ocpp_trigger_reason_names,
                          &request->trigger_reason, error) &&
           ocpp_read_int32(json, "seqNo", JSON_REQUIRED, 0, G_MAXINT32, &request->seq_no, error) &&
           ocpp_read_boolean(json, "offline", JSON_OPTIONAL, &request->offline, error) &&
           ocpp_read_int32(json, "numberOfPhasesUsed", JSON_OPTIONAL, 0, 3, &request->number_of_phases_used,
                           error) &&
           ocpp_read_maybe_int32(json, "cableMaxCurrent", &request->has_cable_max_current,
                                 &request->cable_max_current_a, error) &&
           ocpp_read_maybe_int32(json, "reservationId", &request->has_reservation_id,
                                 &request->reservation_id, error) &&
           read_transaction(json, request, error) &&
           ocpp_read_evse(json, "evse", JSON_OPTIONAL, &request->evse, error) &&
           ocpp_read_id_token(json, "idToken", JSON_OPTIONAL, &request->id_token, error) &&
           read_proof(json, &request->proof, error) && read_meter_values(json, request->samples, error);
}

JsonObject *ocpp_transaction_event_response_to_json(const OcppTransactionEventResponse *response)
{
    JsonObject *json = json_object_new();

    if (response->has_total_cost)
        ocpp_write_cost(json, "totalCost", response->total_cost_minor);
    if (response->has_charging_priority)
        json_object_set_int_member(json, "chargingPriority", response->charging_priority);
    ocpp_write_id_token_info(json, "idTokenInfo", &response->id_token_info);
    ocpp_write_message_content(json, "updatedPersonalMessage", &response->updated_personal_message);
    return json;
}

gboolean ocpp_transaction_event_response_from_json(JsonObject *json, OcppTransactionEventResponse *response,
                                                   GError **error)
{
    memset(response, 0, sizeof *response);
    return ocpp_read_cost(json, "totalCost", JSON_OPTIONAL, &response->has_total_cost,
                          &response->total_cost_minor, error) &&
           ocpp_read_maybe_int32(json, "chargingPriority", &response->has_charging_priority,
                                 &response->charging_priority, error) &&
           ocpp_read_id_token_info(json, "idTokenInfo", JSON_OPTIONAL, &response->id_token_info, error) &&
           ocpp_read_message_content(json, "updatedPersonalMessage", &response->updated_personal_message,
                                     error);
}

JsonObject *ocpp_get_transaction_status_request_to_json(const OcppGetTransactionStatusRequest *request)
{
    JsonObject *json = json_object_new();

    json_write_text(json, "transactionId", request->transaction_id);
    return json;
}

gboolean ocpp_get_transaction_status_request_from_json(JsonObject *json,
                                                       OcppGetTransactionStatusRequest *request,
                                                       GError **error)
{
    memset(request, 0, sizeof *request);
    return ocpp_read_identifier(json, "transactionId", JSON_OPTIONAL, 36, request->transaction_id, error);
}

JsonObject *ocpp_get_transaction_status_response_to_json(const OcppGetTransactionStatusResponse *response)
{
    JsonObject *json = json_object_new();

    if (response->has_ongoing_indicator)
        json_object_set_boolean_member(json, "ongoingIndicator", response->ongoing_indicator);
    json_object_set_boolean_member(json, "messagesInQueue", response->messages_in_queue);
    return json;
}

gboolean ocpp_get_transaction_status_response_from_json(JsonObject *json,
                                                        OcppGetTransactionStatusResponse *response,
                                                        GError **error)
{
    gboolean ongoing = -1; /* neither: still there when the field is absent */

    memset(response, 0, sizeof *response);
    if (!ocpp_read_boolean(json, "ongoingIndicator", JSON_OPTIONAL, &ongoing, error) ||
        !ocpp_read_boolean(json, "messagesInQueue", JSON_REQUIRED, &response->messages_in_queue, error))
        return FALSE;
    response->has_ongoing_indicator = ongoing != -1;
    response->ongoing_indicator = ongoing == TRUE;
    return TRUE;
}
