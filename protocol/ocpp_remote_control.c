#include "protocol/ocpp_remote_control.h"

#include <string.h>

#include "protocol/ocpp_json.h"

const gchar *const ocpp_request_status_names[] = {"Accepted", "Rejected", NULL};
const gchar *const ocpp_unlock_status_names[] = {"Unlocked", "UnlockFailed", "OngoingAuthorizedTransaction",
                                                 "UnknownConnector", NULL};
const gchar *const ocpp_message_trigger_names[] = {"BootNotification",
                                                   "LogStatusNotification",
                                                   "FirmwareStatusNotification",
                                                   "Heartbeat",
                                                   "MeterValues",
                                                   "SignChargingStationCertificate",
                                                   "SignV2GCertificate",
                                                   "StatusNotification",
                                                   "TransactionEvent",
                                                   "SignCombinedCertificate",
                                                   "PublishFirmwareStatusNotification",
                                                   NULL};
const gchar *const ocpp_trigger_message_status_names[] = {"Accepted", "Rejected", "NotImplemented", NULL};

static void write_order(JsonObject *json, const OcppOrderTerms *order)
{
    JsonObject *child;

    if (!order->present)
        return;
    child = json_object_new();
    json_object_set_string_member(child, "vendorId", OCPP_REARCHARGE_VENDOR_ID);
    json_object_set_string_member(child, "orderId", order->order_id);
    json_object_set_int_member(child, "maxCostMinor", order->max_cost_minor);
    json_object_set_string_member(child, "currency", order->currency);
    if (order->max_energy_wh > 0)
        json_object_set_int_member(child, "maxEnergyWh", order->max_energy_wh);
    if (order->max_duration_s > 0)
        json_object_set_int_member(child, "maxDurationS", order->max_duration_s);
    json_object_set_object_member(json, "customData", child);
}

/* Broken data of ours is an error: the driver's limits must not get lost silently. */
static gboolean read_order(JsonObject *json, OcppOrderTerms *order, GError **error)
{
    JsonObject *child = NULL;

    if (!ocpp_read_own_custom_data(json, &child, error))
        return FALSE;
    if (child == NULL)
        return TRUE;
    order->present = TRUE;
    if (!ocpp_read_identifier(child, "orderId", JSON_REQUIRED, 36, order->order_id, error) ||
        !ocpp_read_int64(child, "maxCostMinor", JSON_REQUIRED, 0, MONEY_MAX_MINOR, &order->max_cost_minor,
                         error) ||
        !ocpp_read_identifier(child, "currency", JSON_REQUIRED, 3, order->currency, error) ||
        !ocpp_read_int64(child, "maxEnergyWh", JSON_OPTIONAL, 1, G_MAXINT32, &order->max_energy_wh, error) ||
        !ocpp_read_int64(child, "maxDurationS", JSON_OPTIONAL, 1, G_MAXINT32, &order->max_duration_s, error))
        return ocpp_json_within("customData", error);
    return TRUE;
}

JsonObject *ocpp_request_start_request_to_json(const OcppRequestStartRequest *request)
{
    JsonObject *json = json_object_new();

    ocpp_write_charging_profile(json, "chargingProfile", &request->charging_profile);
    write_order(json, &request->order);
    if (request->evse_id > 0)
        json_object_set_int_member(json, "evseId", request->evse_id);
    ocpp_write_id_token(json, "groupIdToken", &request->group_id_token);
    ocpp_write_id_token(json, "idToken", &request->id_token);
    json_object_set_int_member(json, "remoteStartId", request->remote_start_id);
    return json;
}

gboolean ocpp_request_start_request_from_json(JsonObject *json, OcppRequestStartRequest *request,
                                              GError **error)
{
    memset(request, 0, sizeof *request);
    return ocpp_read_int32(json, "evseId", JSON_OPTIONAL, 1, G_MAXINT32, &request->evse_id, error) &&
           ocpp_read_id_token(json, "groupIdToken", JSON_OPTIONAL, &request->group_id_token, error) &&
           ocpp_read_id_token(json, "idToken", JSON_REQUIRED, &request->id_token, error) &&
           ocpp_read_int32(json, "remoteStartId", JSON_REQUIRED, G_MININT32, G_MAXINT32,
                           &request->remote_start_id, error) &&
           ocpp_read_charging_profile(json, "chargingProfile", JSON_OPTIONAL, &request->charging_profile,
                                      error) &&
           read_order(json, &request->order, error);
}

JsonObject *ocpp_request_start_response_to_json(const OcppRequestStartResponse *response)
{
    JsonObject *json =
        ocpp_status_to_json(ocpp_request_status_names, response->status, &response->status_info);

    json_write_text(json, "transactionId", response->transaction_id);
    return json;
}

gboolean ocpp_request_start_response_from_json(JsonObject *json, OcppRequestStartResponse *response,
                                               GError **error)
{
    memset(response, 0, sizeof *response);
    return ocpp_status_from_json(json, ocpp_request_status_names, &response->status, &response->status_info,
                                 error) &&
           ocpp_read_identifier(json, "transactionId", JSON_OPTIONAL, 36, response->transaction_id, error);
}

JsonObject *ocpp_request_stop_request_to_json(const OcppRequestStopRequest *request)
{
    JsonObject *json = json_object_new();

    json_object_set_string_member(json, "transactionId", request->transaction_id);
    return json;
}

gboolean ocpp_request_stop_request_from_json(JsonObject *json, OcppRequestStopRequest *request,
                                             GError **error)
{
    memset(request, 0, sizeof *request);
    return ocpp_read_identifier(json, "transactionId", JSON_REQUIRED, 36, request->transaction_id, error);
}

JsonObject *ocpp_request_stop_response_to_json(const OcppRequestStopResponse *response)
{
    return ocpp_status_to_json(ocpp_request_status_names, response->status, &response->status_info);
}

gboolean ocpp_request_stop_response_from_json(JsonObject *json, OcppRequestStopResponse *response,
                                              GError **error)
{
    memset(response, 0, sizeof *response);
    return ocpp_status_from_json(json, ocpp_request_status_names, &response->status, &response->status_info,
                                 error);
}

JsonObject *ocpp_unlock_connector_request_to_json(const OcppUnlockConnectorRequest *request)
{
    JsonObject *json = json_object_new();

    json_object_set_int_member(json, "evseId", request->evse_id);
    json_object_set_int_member(json, "connectorId", request->connector_id);
    return json;
}

gboolean ocpp_unlock_connector_request_from_json(JsonObject *json, OcppUnlockConnectorRequest *request,
                                                 GError **error)
{
    memset(request, 0, sizeof *request);
    return ocpp_read_int32(json, "evseId", JSON_REQUIRED, 0, G_MAXINT32, &request->evse_id, error) &&
           ocpp_read_int32(json, "connectorId", JSON_REQUIRED, 0, G_MAXINT32, &request->connector_id, error);
}

JsonObject *ocpp_unlock_connector_response_to_json(const OcppUnlockConnectorResponse *response)
{
    return ocpp_status_to_json(ocpp_unlock_status_names, response->status, &response->status_info);
}

gboolean ocpp_unlock_connector_response_from_json(JsonObject *json, OcppUnlockConnectorResponse *response,
                                                  GError **error)
{
    memset(response, 0, sizeof *response);
    return ocpp_status_from_json(json, ocpp_unlock_status_names, &response->status, &response->status_info,
                                 error);
}

JsonObject *ocpp_trigger_message_request_to_json(const OcppTriggerMessageRequest *request)
{
    JsonObject *json = json_object_new();

    json_object_set_string_member(json, "requestedMessage",
                                  ocpp_message_trigger_names[request->requested_message]);
    ocpp_write_evse(json, "evse", &request->evse);
    return json;
}

gboolean ocpp_trigger_message_request_from_json(JsonObject *json, OcppTriggerMessageRequest *request,
                                                GError **error)
{
    memset(request, 0, sizeof *request);
    return ocpp_read_enum(json, "requestedMessage", JSON_REQUIRED, ocpp_message_trigger_names,
                          &request->requested_message, error) &&
           ocpp_read_evse(json, "evse", JSON_OPTIONAL, &request->evse, error);
}

JsonObject *ocpp_trigger_message_response_to_json(const OcppTriggerMessageResponse *response)
{
    return ocpp_status_to_json(ocpp_trigger_message_status_names, response->status, &response->status_info);
}

gboolean ocpp_trigger_message_response_from_json(JsonObject *json, OcppTriggerMessageResponse *response,
                                                 GError **error)
{
    memset(response, 0, sizeof *response);
    return ocpp_status_from_json(json, ocpp_trigger_message_status_names, &response->status,
                                 &response->status_info, error);
}
