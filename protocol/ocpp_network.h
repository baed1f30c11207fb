/* OCPP network: SetNetworkProfile, a place that the station shall connect to (OCPP 2.0.1 part 2, B09). */
#pragma once

#include "protocol/ocpp_common.h"

/* OCPPVersionEnumType, OCPPTransportEnumType, OCPPInterfaceEnumType */
extern const gchar *const ocpp_version_names[];
extern const gchar *const ocpp_transport_names[];
extern const gchar *const ocpp_interface_names[];

/* NetworkConnectionProfileType. APN and VPN hold passwords that nobody here needs: that they are there is all
 * that is kept. */
typedef struct {
    guint version;   /* of ocpp_version_names; OCPP 2.0.1 is called "OCPP20" */
    guint transport; /* of ocpp_transport_names */
    guint interface; /* of ocpp_interface_names */
    gchar csms_url[OCPP_TEXT_BYTES(512)];
    gint32 message_timeout_s;
    gint32 security_profile;
    gboolean has_apn, has_vpn; /* decoded only */
} OcppNetworkProfile;

typedef struct {
    gint32 slot;
    OcppNetworkProfile profile;
} OcppSetNetworkProfileRequest;

/* The answer is a status of ocpp_set_network_profile_status_names. */
typedef enum {
    OCPP_NETWORK_ACCEPTED,
    OCPP_NETWORK_REJECTED,
    OCPP_NETWORK_FAILED
} OcppSetNetworkProfileStatus;
extern const gchar *const ocpp_set_network_profile_status_names[];

JsonObject *ocpp_set_network_profile_request_to_json(const OcppSetNetworkProfileRequest *request);
gboolean ocpp_set_network_profile_request_from_json(JsonObject *json, OcppSetNetworkProfileRequest *request,
                                                    GError **error);
