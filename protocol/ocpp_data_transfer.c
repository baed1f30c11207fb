#include "protocol/ocpp_data_transfer.h"

#include <string.h>

#include "protocol/ocpp_json.h"

const gchar *const ocpp_data_transfer_status_names[] = {"Accepted", "Rejected", "UnknownMessageId",
                                                        "UnknownVendorId", NULL};

void ocpp_data_transfer_request_clear(OcppDataTransferRequest *request)
{
    g_clear_pointer(&request->data, json_node_unref);
}

void ocpp_data_transfer_response_clear(OcppDataTransferResponse *response)
{
    g_clear_pointer(&response->data, json_node_unref);
}

static JsonNode *copy_data(JsonObject *json)
{
    JsonNode *node = json_object_get_member(json, "data");

    return node == NULL || JSON_NODE_HOLDS_NULL(node) ? NULL : json_node_copy(node);
}

static void write_data(JsonObject *json, JsonNode *data)
{
    if (data != NULL)
        json_object_set_member(json, "data", json_node_copy(data));
}

JsonObject *ocpp_data_transfer_request_to_json(const OcppDataTransferRequest *request)
{
    JsonObject *json = json_object_new();

    json_object_set_string_member(json, "vendorId", request->vendor_id);
    json_write_text(json, "messageId", request->message_id);
    write_data(json, request->data);
    return json;
}

gboolean ocpp_data_transfer_request_from_json(JsonObject *json, OcppDataTransferRequest *request,
                                              GError **error)
{
    memset(request, 0, sizeof *request);
    if (!ocpp_read_text(json, "vendorId", JSON_REQUIRED, 255, request->vendor_id, error) ||
        !ocpp_read_text(json, "messageId", JSON_OPTIONAL, 50, request->message_id, error))
        return FALSE;
    request->data = copy_data(json);
    return TRUE;
}

JsonObject *ocpp_data_transfer_response_to_json(const OcppDataTransferResponse *response)
{
    JsonObject *json =
        ocpp_status_to_json(ocpp_data_transfer_status_names, response->status, &response->status_info);

    write_data(json, response->data);
    return json;
}

gboolean ocpp_data_transfer_response_from_json(JsonObject *json, OcppDataTransferResponse *response,
                                               GError **error)
{
    memset(response, 0, sizeof *response);
    if (!ocpp_status_from_json(json, ocpp_data_transfer_status_names, &response->status,
                               &response->status_info, error))
        return FALSE;
    response->data = copy_data(json);
    return TRUE;
}
