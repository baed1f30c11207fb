#include "protocol/ocpp_network.h"

#include <string.h>

#include "protocol/ocpp_json.h"

const gchar *const ocpp_version_names[] = {"OCPP12", "OCPP15", "OCPP16", "OCPP20", NULL};
const gchar *const ocpp_transport_names[] = {"JSON", "SOAP", NULL};
const gchar *const ocpp_interface_names[] = {"Wired0",    "Wired1",    "Wired2",    "Wired3", "Wireless0",
                                             "Wireless1", "Wireless2", "Wireless3", NULL};
const gchar *const ocpp_set_network_profile_status_names[] = {"Accepted", "Rejected", "Failed", NULL};

JsonObject *ocpp_set_network_profile_request_to_json(const OcppSetNetworkProfileRequest *request)
{
    const OcppNetworkProfile *profile = &request->profile;
    JsonObject *json = json_object_new(), *child = json_object_new();

    json_object_set_string_member(child, "ocppVersion", ocpp_version_names[profile->version]);
    json_object_set_string_member(child, "ocppTransport", ocpp_transport_names[profile->transport]);
    json_object_set_string_member(child, "ocppCsmsUrl", profile->csms_url);
    json_object_set_int_member(child, "messageTimeout", profile->message_timeout_s);
    json_object_set_int_member(child, "securityProfile", profile->security_profile);
    json_object_set_string_member(child, "ocppInterface", ocpp_interface_names[profile->interface]);
    json_object_set_int_member(json, "configurationSlot", request->slot);
    json_object_set_object_member(json, "connectionData", child);
    return json;
}

gboolean ocpp_set_network_profile_request_from_json(JsonObject *json, OcppSetNetworkProfileRequest *request,
                                                    GError **error)
{
    OcppNetworkProfile *profile = &request->profile;
    JsonObject *child = NULL, *apn = NULL, *vpn = NULL;

    memset(request, 0, sizeof *request);
    if (!ocpp_read_int32(json, "configurationSlot", JSON_REQUIRED, G_MININT32, G_MAXINT32, &request->slot,
                         error) ||
        !ocpp_read_object(json, "connectionData", JSON_REQUIRED, &child, error))
        return FALSE;
    if (!ocpp_read_enum(child, "ocppVersion", JSON_REQUIRED, ocpp_version_names, &profile->version, error) ||
        !ocpp_read_enum(child, "ocppTransport", JSON_REQUIRED, ocpp_transport_names, &profile->transport,
                        error) ||
        !ocpp_read_text(child, "ocppCsmsUrl", JSON_REQUIRED, 512, profile->csms_url, error) ||
        !ocpp_read_int32(child, "messageTimeout", JSON_REQUIRED, G_MININT32, G_MAXINT32,
                         &profile->message_timeout_s, error) ||
        !ocpp_read_int32(child, "securityProfile", JSON_REQUIRED, G_MININT32, G_MAXINT32,
                         &profile->security_profile, error) ||
        !ocpp_read_enum(child, "ocppInterface", JSON_REQUIRED, ocpp_interface_names, &profile->interface,
                        error) ||
        !ocpp_read_object(child, "apn", JSON_OPTIONAL, &apn, error) ||
        !ocpp_read_object(child, "vpn", JSON_OPTIONAL, &vpn, error))
        return ocpp_json_within("connectionData", error);
    profile->has_apn = apn != NULL;
    profile->has_vpn = vpn != NULL;
    return TRUE;
}
