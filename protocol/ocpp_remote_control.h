/* OCPP remote control: RequestStart/StopTransaction, UnlockConnector, TriggerMessage (OCPP 2.0.1 part 2,
 * block F).
 */
#pragma once

#include "base/money.h"
#include "protocol/ocpp_charging_profile.h"

/* What the driver ordered: customData {"vendorId":"org.rearcharge"} of RequestStartTransaction, because OCPP
 * 2.0.1 has no field for it (protocol/README.md, 4). Any other station ignores it; the server keeps the
 * limits anyway. */
typedef struct {
    gboolean present;
    gchar order_id[OCPP_IDENTIFIER_BYTES(36)];
    gint64 max_cost_minor;
    gchar currency[MONEY_CURRENCY_BYTES];
    gint64 max_energy_wh;  /* 0: no limit */
    gint64 max_duration_s; /* 0: no limit */
} OcppOrderTerms;

typedef struct {
    gint32 remote_start_id;
    OcppIdToken id_token;
    gint32 evse_id;                       /* 0: not given */
    OcppIdToken group_id_token;           /* optional */
    OcppChargingProfile charging_profile; /* optional; a TxProfile */
    OcppOrderTerms order;                 /* optional */
} OcppRequestStartRequest;

/* RequestStartStopStatusEnumType */
typedef enum { OCPP_REQUEST_ACCEPTED, OCPP_REQUEST_REJECTED } OcppRequestStatus;
extern const gchar *const ocpp_request_status_names[];

typedef struct {
    OcppRequestStatus status;
    OcppStatusInfo status_info;                      /* optional */
    gchar transaction_id[OCPP_TRANSACTION_ID_BYTES]; /* "": no transaction has started yet (F02) */
} OcppRequestStartResponse;

typedef struct {
    gchar transaction_id[OCPP_TRANSACTION_ID_BYTES];
} OcppRequestStopRequest;

typedef struct {
    OcppRequestStatus status;
    OcppStatusInfo status_info; /* optional */
} OcppRequestStopResponse;

typedef struct {
    gint32 evse_id;
    gint32 connector_id;
} OcppUnlockConnectorRequest;

typedef enum {
    OCPP_UNLOCK_UNLOCKED,
    OCPP_UNLOCK_FAILED,
    OCPP_UNLOCK_ONGOING_AUTHORIZED_TRANSACTION,
    OCPP_UNLOCK_UNKNOWN_CONNECTOR,
} OcppUnlockStatus;
extern const gchar *const ocpp_unlock_status_names[];

typedef struct {
    OcppUnlockStatus status;
    OcppStatusInfo status_info; /* optional */
} OcppUnlockConnectorResponse;

typedef enum {
    OCPP_MESSAGE_TRIGGER_BOOT_NOTIFICATION,
    OCPP_MESSAGE_TRIGGER_LOG_STATUS_NOTIFICATION,
    OCPP_MESSAGE_TRIGGER_FIRMWARE_STATUS_NOTIFICATION,
    OCPP_MESSAGE_TRIGGER_HEARTBEAT,
    OCPP_MESSAGE_TRIGGER_METER_VALUES,
    OCPP_MESSAGE_TRIGGER_SIGN_CHARGING_STATION_CERTIFICATE,
    OCPP_MESSAGE_TRIGGER_SIGN_V2G_CERTIFICATE,
    OCPP_MESSAGE_TRIGGER_STATUS_NOTIFICATION,
    OCPP_MESSAGE_TRIGGER_TRANSACTION_EVENT,
    OCPP_MESSAGE_TRIGGER_SIGN_COMBINED_CERTIFICATE,
    OCPP_MESSAGE_TRIGGER_PUBLISH_FIRMWARE_STATUS_NOTIFICATION,
} OcppMessageTrigger;
extern const gchar *const ocpp_message_trigger_names[];

typedef struct {
    OcppMessageTrigger requested_message;
    OcppEvse evse; /* optional */
} OcppTriggerMessageRequest;

typedef enum {
    OCPP_TRIGGER_MESSAGE_ACCEPTED,
    OCPP_TRIGGER_MESSAGE_REJECTED,
    OCPP_TRIGGER_MESSAGE_NOT_IMPLEMENTED,
} OcppTriggerMessageStatus;
extern const gchar *const ocpp_trigger_message_status_names[];

typedef struct {
    OcppTriggerMessageStatus status;
    OcppStatusInfo status_info; /* optional */
} OcppTriggerMessageResponse;

JsonObject *ocpp_request_start_request_to_json(const OcppRequestStartRequest *request);
gboolean ocpp_request_start_request_from_json(JsonObject *json, OcppRequestStartRequest *request,
                                              GError **error);
JsonObject *ocpp_request_start_response_to_json(const OcppRequestStartResponse *response);
gboolean ocpp_request_start_response_from_json(JsonObject *json, OcppRequestStartResponse *response,
                                               GError **error);
JsonObject *ocpp_request_stop_request_to_json(const OcppRequestStopRequest *request);
gboolean ocpp_request_stop_request_from_json(JsonObject *json, OcppRequestStopRequest *request,
                                             GError **error);
JsonObject *ocpp_request_stop_response_to_json(const OcppRequestStopResponse *response);
gboolean ocpp_request_stop_response_from_json(JsonObject *json, OcppRequestStopResponse *response,
                                              GError **error);
JsonObject *ocpp_unlock_connector_request_to_json(const OcppUnlockConnectorRequest *request);
gboolean ocpp_unlock_connector_request_from_json(JsonObject *json, OcppUnlockConnectorRequest *request,
                                                 GError **error);
JsonObject *ocpp_unlock_connector_response_to_json(const OcppUnlockConnectorResponse *response);
gboolean ocpp_unlock_connector_response_from_json(JsonObject *json, OcppUnlockConnectorResponse *response,
                                                  GError **error);
JsonObject *ocpp_trigger_message_request_to_json(const OcppTriggerMessageRequest *request);
gboolean ocpp_trigger_message_request_from_json(JsonObject *json, OcppTriggerMessageRequest *request,
                                                GError **error);
JsonObject *ocpp_trigger_message_response_to_json(const OcppTriggerMessageResponse *response);
gboolean ocpp_trigger_message_response_from_json(JsonObject *json, OcppTriggerMessageResponse *response,
                                                 GError **error);
