#include "protocol/ocpp_provisioning.h"

#include <string.h>

#include "protocol/ocpp_json.h"

const gchar *const ocpp_boot_reason_names[] = {
    "ApplicationReset", "FirmwareUpdate", "LocalReset", "PowerUp",  "RemoteReset",
    "ScheduledReset",   "Triggered",      "Unknown",    "Watchdog", NULL};
const gchar *const ocpp_registration_status_names[] = {"Accepted", "Pending", "Rejected", NULL};
const gchar *const ocpp_reset_type_names[] = {"Immediate", "OnIdle", NULL};
const gchar *const ocpp_reset_status_names[] = {"Accepted", "Rejected", "Scheduled", NULL};

JsonObject *ocpp_empty_to_json(void)
{
    return json_object_new();
}

JsonObject *ocpp_boot_notification_request_to_json(const OcppBootNotificationRequest *request)
{
    JsonObject *json = json_object_new(), *station = json_object_new();

    json_object_set_string_member(station, "model", request->model);
    json_object_set_string_member(station, "vendorName", request->vendor_name);
    json_write_text(station, "serialNumber", request->serial_number);
    json_write_text(station, "firmwareVersion", request->firmware_version);
    json_object_set_object_member(json, "chargingStation", station);
    json_object_set_string_member(json, "reason", ocpp_boot_reason_names[request->reason]);
    return json;
}

static gboolean check_modem(JsonObject *station, GError **error)
{
    JsonObject *modem = NULL;
    const gchar *text;

    if (!ocpp_read_object(station, "modem", JSON_OPTIONAL, &modem, error))
        return FALSE;
    if (modem != NULL && (!ocpp_read_long_text(modem, "iccid", JSON_OPTIONAL, 20, &text, error) ||
                          !ocpp_read_long_text(modem, "imsi", JSON_OPTIONAL, 20, &text, error)))
        return ocpp_json_within("modem", error);
    return TRUE;
}

gboolean ocpp_boot_notification_request_from_json(JsonObject *json, OcppBootNotificationRequest *request,
                                                  GError **error)
{
    JsonObject *station = NULL;

    memset(request, 0, sizeof *request);
    if (!ocpp_read_enum(json, "reason", JSON_REQUIRED, ocpp_boot_reason_names, &request->reason, error) ||
        !ocpp_read_object(json, "chargingStation", JSON_REQUIRED, &station, error))
        return FALSE;
    if (!ocpp_read_text(station, "model", JSON_REQUIRED, 20, request->model, error) ||
        !ocpp_read_text(station, "vendorName", JSON_REQUIRED, 50, request->vendor_name, error) ||
        !ocpp_read_text(station, "serialNumber", JSON_OPTIONAL, 25, request->serial_number, error) ||
        !ocpp_read_text(station, "firmwareVersion", JSON_OPTIONAL, 50, request->firmware_version, error) ||
        !check_modem(station, error))
        return ocpp_json_within("chargingStation", error);
    return TRUE;
}

JsonObject *ocpp_boot_notification_response_to_json(const OcppBootNotificationResponse *response)
{
    JsonObject *json = json_object_new();

    json_write_time(json, "currentTime", response->current_time_ms);
    json_object_set_int_member(json, "interval", response->interval_s);
    json_object_set_string_member(json, "status", ocpp_registration_status_names[response->status]);
    ocpp_write_status_info(json, "statusInfo", &response->status_info);
    return json;
}

gboolean ocpp_boot_notification_response_from_json(JsonObject *json, OcppBootNotificationResponse *response,
                                                   GError **error)
{
    memset(response, 0, sizeof *response);
    return ocpp_read_time(json, "currentTime", JSON_REQUIRED, &response->current_time_ms, error) &&
           ocpp_read_int32(json, "interval", JSON_REQUIRED, 0, G_MAXINT32, &response->interval_s, error) &&
           ocpp_read_enum(json, "status", JSON_REQUIRED, ocpp_registration_status_names, &response->status,
                          error) &&
           ocpp_read_status_info(json, "statusInfo", &response->status_info, error);
}

JsonObject *ocpp_heartbeat_response_to_json(const OcppHeartbeatResponse *response)
{
    JsonObject *json = json_object_new();

    json_write_time(json, "currentTime", response->current_time_ms);
    return json;
}

gboolean ocpp_heartbeat_response_from_json(JsonObject *json, OcppHeartbeatResponse *response, GError **error)
{
    memset(response, 0, sizeof *response);
    return ocpp_read_time(json, "currentTime", JSON_REQUIRED, &response->current_time_ms, error);
}

JsonObject *ocpp_reset_request_to_json(const OcppResetRequest *request)
{
    JsonObject *json = json_object_new();

    json_object_set_string_member(json, "type", ocpp_reset_type_names[request->type]);
    if (request->evse_id > 0)
        json_object_set_int_member(json, "evseId", request->evse_id);
    return json;
}

gboolean ocpp_reset_request_from_json(JsonObject *json, OcppResetRequest *request, GError **error)
{
    memset(request, 0, sizeof *request);
    return ocpp_read_enum(json, "type", JSON_REQUIRED, ocpp_reset_type_names, &request->type, error) &&
           ocpp_read_int32(json, "evseId", JSON_OPTIONAL, 0, G_MAXINT32, &request->evse_id, error);
}

JsonObject *ocpp_reset_response_to_json(const OcppResetResponse *response)
{
    return ocpp_status_to_json(ocpp_reset_status_names, response->status, &response->status_info);
}

gboolean ocpp_reset_response_from_json(JsonObject *json, OcppResetResponse *response, GError **error)
{
    memset(response, 0, sizeof *response);
    return ocpp_status_from_json(json, ocpp_reset_status_names, &response->status, &response->status_info,
                                 error);
}
