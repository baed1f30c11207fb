#include "protocol/ocpp_reservation.h"

#include <string.h>

#include "protocol/ocpp_json.h"

const gchar *const ocpp_connector_type_names[] = {
    "",         "cCCS1",       "cCCS2",       "cG105",          "cTesla",          "cType1",
    "cType2",   "s309-1P-16A", "s309-1P-32A", "s309-3P-16A",    "s309-3P-32A",     "sBS1361",
    "sCEE-7-7", "sType2",      "sType3",      "Other1PhMax16A", "Other1PhOver16A", "Other3Ph",
    "Pan",      "wInductive",  "wResonant",   "Undetermined",   "Unknown",         NULL};
const gchar *const ocpp_reserve_now_status_names[] = {"Accepted", "Faulted",     "Occupied",
                                                      "Rejected", "Unavailable", NULL};
const gchar *const ocpp_reservation_update_names[] = {"Expired", "Removed", NULL};

JsonObject *ocpp_reserve_now_request_to_json(const OcppReserveNowRequest *request)
{
    JsonObject *json = json_object_new();

    json_object_set_int_member(json, "id", request->id);
    json_write_time(json, "expiryDateTime", request->expiry_ms);
    json_write_text(json, "connectorType", ocpp_connector_type_names[request->connector_type]);
    ocpp_write_id_token(json, "idToken", &request->id_token);
    if (request->evse_id > 0)
        json_object_set_int_member(json, "evseId", request->evse_id);
    ocpp_write_id_token(json, "groupIdToken", &request->group_id_token);
    return json;
}

gboolean ocpp_reserve_now_request_from_json(JsonObject *json, OcppReserveNowRequest *request, GError **error)
{
    memset(request, 0, sizeof *request);
    return ocpp_read_int32(json, "id", JSON_REQUIRED, G_MININT32, G_MAXINT32, &request->id, error) &&
           ocpp_read_time(json, "expiryDateTime", JSON_REQUIRED, &request->expiry_ms, error) &&
           ocpp_read_enum(json, "connectorType", JSON_OPTIONAL, ocpp_connector_type_names,
                          &request->connector_type, error) &&
           ocpp_read_id_token(json, "idToken", JSON_REQUIRED, &request->id_token, error) &&
           ocpp_read_int32(json, "evseId", JSON_OPTIONAL, 1, G_MAXINT32, &request->evse_id, error) &&
           ocpp_read_id_token(json, "groupIdToken", JSON_OPTIONAL, &request->group_id_token, error);
}

JsonObject *ocpp_cancel_reservation_request_to_json(const OcppCancelReservationRequest *request)
{
    JsonObject *json = json_object_new();

    json_object_set_int_member(json, "reservationId", request->reservation_id);
    return json;
}

gboolean ocpp_cancel_reservation_request_from_json(JsonObject *json, OcppCancelReservationRequest *request,
                                                   GError **error)
{
    memset(request, 0, sizeof *request);
    return ocpp_read_int32(json, "reservationId", JSON_REQUIRED, G_MININT32, G_MAXINT32,
                           &request->reservation_id, error);
}

JsonObject *ocpp_reservation_status_update_request_to_json(const OcppReservationStatusUpdateRequest *request)
{
    JsonObject *json = json_object_new();

    json_object_set_int_member(json, "reservationId", request->reservation_id);
    json_object_set_string_member(json, "reservationUpdateStatus",
                                  ocpp_reservation_update_names[request->update]);
    return json;
}

gboolean ocpp_reservation_status_update_request_from_json(JsonObject *json,
                                                          OcppReservationStatusUpdateRequest *request,
                                                          GError **error)
{
    memset(request, 0, sizeof *request);
    return ocpp_read_int32(json, "reservationId", JSON_REQUIRED, G_MININT32, G_MAXINT32,
                           &request->reservation_id, error) &&
           ocpp_read_enum(json, "reservationUpdateStatus", JSON_REQUIRED, ocpp_reservation_update_names,
                          &request->update, error);
}
