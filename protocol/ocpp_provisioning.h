/* OCPP provisioning: BootNotification, Heartbeat, Reset (OCPP 2.0.1 part 2, blocks B, G02).
 * The device model's messages are in ocpp_variables.h.
 */
#pragma once

#include "protocol/ocpp_common.h"

typedef enum {
    OCPP_BOOT_APPLICATION_RESET,
    OCPP_BOOT_FIRMWARE_UPDATE,
    OCPP_BOOT_LOCAL_RESET,
    OCPP_BOOT_POWER_UP,
    OCPP_BOOT_REMOTE_RESET,
    OCPP_BOOT_SCHEDULED_RESET,
    OCPP_BOOT_TRIGGERED,
    OCPP_BOOT_UNKNOWN,
    OCPP_BOOT_WATCHDOG,
} OcppBootReason;
extern const gchar *const ocpp_boot_reason_names[];

typedef struct {
    OcppBootReason reason;
    gchar model[OCPP_TEXT_BYTES(20)];
    gchar vendor_name[OCPP_TEXT_BYTES(50)];
    gchar serial_number[OCPP_TEXT_BYTES(25)];    /* optional */
    gchar firmware_version[OCPP_TEXT_BYTES(50)]; /* optional */
} OcppBootNotificationRequest;

typedef enum {
    OCPP_REGISTRATION_ACCEPTED,
    OCPP_REGISTRATION_PENDING,
    OCPP_REGISTRATION_REJECTED,
} OcppRegistrationStatus;
extern const gchar *const ocpp_registration_status_names[];

typedef struct {
    gint64 current_time_ms; /* Unix ms, the CSMS's clock */
    gint32
        interval_s; /* Accepted: of heartbeats; else: wait before the next BootNotification; 0: own choice */
    OcppRegistrationStatus status;
    OcppStatusInfo status_info; /* optional */
} OcppBootNotificationResponse;

/* The Heartbeat request is {}: ocpp_empty_to_json(). */
typedef struct {
    gint64 current_time_ms;
} OcppHeartbeatResponse;

typedef enum { OCPP_RESET_IMMEDIATE, OCPP_RESET_ON_IDLE } OcppResetType;
extern const gchar *const ocpp_reset_type_names[];

typedef struct {
    OcppResetType type;
    gint32 evse_id; /* 0: the whole station */
} OcppResetRequest;

typedef enum { OCPP_RESET_ACCEPTED, OCPP_RESET_REJECTED, OCPP_RESET_SCHEDULED } OcppResetStatus;
extern const gchar *const ocpp_reset_status_names[];

typedef struct {
    OcppResetStatus status;
    OcppStatusInfo status_info; /* optional */
} OcppResetResponse;

/* {}: Heartbeat request; StatusNotification, NotifyEvent, NotifyReport response. Anything in it is ignored
 * when read. */
JsonObject *ocpp_empty_to_json(void);

JsonObject *ocpp_boot_notification_request_to_json(const OcppBootNotificationRequest *request);
gboolean ocpp_boot_notification_request_from_json(JsonObject *json, OcppBootNotificationRequest *request,
                                                  GError **error);
JsonObject *ocpp_boot_notification_response_to_json(const OcppBootNotificationResponse *response);
gboolean ocpp_boot_notification_response_from_json(JsonObject *json, OcppBootNotificationResponse *response,
                                                   GError **error);
JsonObject *ocpp_heartbeat_response_to_json(const OcppHeartbeatResponse *response);
gboolean ocpp_heartbeat_response_from_json(JsonObject *json, OcppHeartbeatResponse *response, GError **error);
JsonObject *ocpp_reset_request_to_json(const OcppResetRequest *request);
gboolean ocpp_reset_request_from_json(JsonObject *json, OcppResetRequest *request, GError **error);
JsonObject *ocpp_reset_response_to_json(const OcppResetResponse *response);
gboolean ocpp_reset_response_from_json(JsonObject *json, OcppResetResponse *response, GError **error);
