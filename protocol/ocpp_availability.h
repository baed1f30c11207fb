/* OCPP availability: StatusNotification, NotifyEvent, ChangeAvailability (OCPP 2.0.1 part 2, blocks G, N).
 * A car in the bay without a cable is visible only through NotifyEvent of the component BayOccupancySensor
 * (appendices v1.4, 3.2.7): connectorStatus Occupied means cable or EV on the connector.
 */
#pragma once

#include "protocol/ocpp_common.h"

typedef enum {
    OCPP_CONNECTOR_AVAILABLE,
    OCPP_CONNECTOR_OCCUPIED,
    OCPP_CONNECTOR_RESERVED,
    OCPP_CONNECTOR_UNAVAILABLE,
    OCPP_CONNECTOR_FAULTED,
} OcppConnectorStatus;
extern const gchar *const ocpp_connector_status_names[];

typedef struct {
    gint64 timestamp_ms; /* Unix ms, when the state changed */
    OcppConnectorStatus connector_status;
    gint32 evse_id, connector_id; /* both from 1 */
} OcppStatusNotificationRequest;
/* The response is {}: ocpp_empty_to_json(). */

typedef enum { OCPP_EVENT_ALERTING, OCPP_EVENT_DELTA, OCPP_EVENT_PERIODIC } OcppEventTrigger;
extern const gchar *const ocpp_event_trigger_names[];

typedef enum {
    OCPP_NOTIFICATION_HARD_WIRED,
    OCPP_NOTIFICATION_HARD_WIRED_MONITOR,
    OCPP_NOTIFICATION_PRECONFIGURED_MONITOR,
    OCPP_NOTIFICATION_CUSTOM_MONITOR,
} OcppEventNotification;
extern const gchar *const ocpp_event_notification_names[];

#define OCPP_ACTUAL_VALUE_CHARS 100 /* the schema allows 2500; a bay sensor needs 5 */

/* EventDataType. cause, techCode and techInfo are checked and dropped. */
typedef struct {
    gint32 event_id;
    gint64 timestamp_ms;
    OcppEventTrigger trigger;
    OcppEventNotification notification;
    gchar
        actual_value[OCPP_TEXT_BYTES(100)]; /* "true"; the schema allows 2500 characters: cut when decoding */
    OcppVariableName name;
    gboolean cleared; /* the condition that was told before is over */
    gboolean has_monitoring_id;
    gint32 monitoring_id;                            /* of the monitor that saw it */
    gchar transaction_id[OCPP_TRANSACTION_ID_BYTES]; /* "": of none */
} OcppEventData;

typedef struct {
    gint64 generated_at_ms;
    gboolean tbc; /* to be continued in the next message */
    gint32 seq_no;
    GArray *events; /* (element-type OcppEventData) owned, 1 or more */
} OcppNotifyEventRequest;
/* The response is {}. */

void ocpp_notify_event_request_init(OcppNotifyEventRequest *request);
void ocpp_notify_event_request_clear(OcppNotifyEventRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OcppNotifyEventRequest, ocpp_notify_event_request_clear)

/* The bay sensor's event: HardWiredNotification, Delta, BayOccupancySensor@@evse_id, Active = @occupied. */
void ocpp_event_data_set_bay(OcppEventData *event, gint32 event_id, gint32 evse_id, gboolean occupied,
                             gint64 timestamp_ms);
/* Likewise its variable Problem: the sensor cannot tell what Active is, or (@broken FALSE, cleared) can
 * again. */
void ocpp_event_data_set_bay_problem(OcppEventData *event, gint32 event_id, gint32 evse_id, gboolean broken,
                                     gint64 timestamp_ms);
/* Returns: FALSE when @event is of something else than a bay sensor of one EVSE. */
gboolean ocpp_event_data_get_bay(const OcppEventData *event, gint32 *evse_id, gboolean *occupied);
gboolean ocpp_event_data_get_bay_problem(const OcppEventData *event, gint32 *evse_id, gboolean *broken);

typedef enum { OCPP_INOPERATIVE, OCPP_OPERATIVE } OcppOperationalStatus;
extern const gchar *const ocpp_operational_status_names[];

typedef struct {
    OcppOperationalStatus operational_status;
    OcppEvse evse; /* optional: the whole station */
} OcppChangeAvailabilityRequest;

typedef enum {
    OCPP_CHANGE_AVAILABILITY_ACCEPTED,
    OCPP_CHANGE_AVAILABILITY_REJECTED,
    OCPP_CHANGE_AVAILABILITY_SCHEDULED,
} OcppChangeAvailabilityStatus;
extern const gchar *const ocpp_change_availability_status_names[];

typedef struct {
    OcppChangeAvailabilityStatus status;
    OcppStatusInfo status_info; /* optional */
} OcppChangeAvailabilityResponse;

JsonObject *ocpp_status_notification_request_to_json(const OcppStatusNotificationRequest *request);
gboolean ocpp_status_notification_request_from_json(JsonObject *json, OcppStatusNotificationRequest *request,
                                                    GError **error);
JsonObject *ocpp_notify_event_request_to_json(const OcppNotifyEventRequest *request);
/* @request: clear it in either case. */
gboolean ocpp_notify_event_request_from_json(JsonObject *json, OcppNotifyEventRequest *request,
                                             GError **error);
JsonObject *ocpp_change_availability_request_to_json(const OcppChangeAvailabilityRequest *request);
gboolean ocpp_change_availability_request_from_json(JsonObject *json, OcppChangeAvailabilityRequest *request,
                                                    GError **error);
JsonObject *ocpp_change_availability_response_to_json(const OcppChangeAvailabilityResponse *response);
gboolean ocpp_change_availability_response_from_json(JsonObject *json,
                                                     OcppChangeAvailabilityResponse *response,
                                                     GError **error);
