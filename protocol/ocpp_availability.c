#include "protocol/ocpp_availability.h"

#include <string.h>

#include "protocol/ocpp_json.h"

#define BAY_COMPONENT "BayOccupancySensor"
#define BAY_VARIABLE "Active"
#define BAY_PROBLEM "Problem"

const gchar *const ocpp_connector_status_names[] = {"Available",   "Occupied", "Reserved",
                                                    "Unavailable", "Faulted",  NULL};
const gchar *const ocpp_event_trigger_names[] = {"Alerting", "Delta", "Periodic", NULL};
const gchar *const ocpp_event_notification_names[] = {"HardWiredNotification", "HardWiredMonitor",
                                                      "PreconfiguredMonitor", "CustomMonitor", NULL};
const gchar *const ocpp_operational_status_names[] = {"Inoperative", "Operative", NULL};
const gchar *const ocpp_change_availability_status_names[] = {"Accepted", "Rejected", "Scheduled", NULL};

JsonObject *ocpp_status_notification_request_to_json(const OcppStatusNotificationRequest *request)
{
    JsonObject *json = json_object_new();

    json_write_time(json, "timestamp", request->timestamp_ms);
    json_object_set_string_member(json, "connectorStatus",
                                  ocpp_connector_status_names[request->connector_status]);
    json_object_set_int_member(json, "evseId", request->evse_id);
    json_object_set_int_member(json, "connectorId", request->connector_id);
    return json;
}

gboolean ocpp_status_notification_request_from_json(JsonObject *json, OcppStatusNotificationRequest *request,
                                                    GError **error)
{
    memset(request, 0, sizeof *request);
    return ocpp_read_time(json, "timestamp", JSON_REQUIRED, &request->timestamp_ms, error) &&
           ocpp_read_enum(json, "connectorStatus", JSON_REQUIRED, ocpp_connector_status_names,
                          &request->connector_status, error) &&
           ocpp_read_int32(json, "evseId", JSON_REQUIRED, 0, G_MAXINT32, &request->evse_id, error) &&
           ocpp_read_int32(json, "connectorId", JSON_REQUIRED, 0, G_MAXINT32, &request->connector_id, error);
}

void ocpp_notify_event_request_init(OcppNotifyEventRequest *request)
{
    memset(request, 0, sizeof *request);
    request->events = g_array_new(FALSE, TRUE, sizeof(OcppEventData));
}

void ocpp_notify_event_request_clear(OcppNotifyEventRequest *request)
{
    g_clear_pointer(&request->events, g_array_unref);
}

void ocpp_event_data_set_bay(OcppEventData *event, gint32 event_id, gint32 evse_id, gboolean occupied,
                             gint64 timestamp_ms)
{
    memset(event, 0, sizeof *event);
    event->event_id = event_id;
    event->timestamp_ms = timestamp_ms;
    event->trigger = OCPP_EVENT_DELTA;
    event->notification = OCPP_NOTIFICATION_HARD_WIRED;
    g_strlcpy(event->actual_value, occupied ? "true" : "false", sizeof event->actual_value);
    g_strlcpy(event->name.component, BAY_COMPONENT, sizeof event->name.component);
    g_strlcpy(event->name.variable, BAY_VARIABLE, sizeof event->name.variable);
    event->name.evse = (OcppEvse){.present = TRUE, .id = evse_id};
}

void ocpp_event_data_set_bay_problem(OcppEventData *event, gint32 event_id, gint32 evse_id, gboolean broken,
                                     gint64 timestamp_ms)
{
    ocpp_event_data_set_bay(event, event_id, evse_id, broken, timestamp_ms);
    g_strlcpy(event->name.variable, BAY_PROBLEM, sizeof event->name.variable);
    event->cleared = !broken;
}

/* Names in the device model are compared without case (part 1, 4.1). */
static gboolean get_of_bay(const OcppEventData *event, const gchar *variable, gint32 *evse_id,
                           gboolean *value)
{
    if (g_ascii_strcasecmp(event->name.component, BAY_COMPONENT) != 0 ||
        g_ascii_strcasecmp(event->name.variable, variable) != 0 || !event->name.evse.present ||
        event->name.evse.id < 1)
        return FALSE;
    if (g_ascii_strcasecmp(event->actual_value, "true") == 0)
        *value = TRUE;
    else if (g_ascii_strcasecmp(event->actual_value, "false") == 0)
        *value = FALSE;
    else
        return FALSE;
    *evse_id = event->name.evse.id;
    return TRUE;
}

gboolean ocpp_event_data_get_bay(const OcppEventData *event, gint32 *evse_id, gboolean *occupied)
{
    return get_of_bay(event, BAY_VARIABLE, evse_id, occupied);
}

gboolean ocpp_event_data_get_bay_problem(const OcppEventData *event, gint32 *evse_id, gboolean *broken)
{
    return get_of_bay(event, BAY_PROBLEM, evse_id, broken);
}

static JsonObject *event_to_json(const OcppEventData *event)
{
    JsonObject *json = json_object_new();

    json_object_set_int_member(json, "eventId", event->event_id);
    json_write_time(json, "timestamp", event->timestamp_ms);
    json_object_set_string_member(json, "trigger", ocpp_event_trigger_names[event->trigger]);
    json_object_set_string_member(json, "actualValue", event->actual_value);
    json_object_set_string_member(json, "eventNotificationType",
                                  ocpp_event_notification_names[event->notification]);
    if (event->cleared) /* false is the default */
        json_object_set_boolean_member(json, "cleared", TRUE);
    json_write_text(json, "transactionId", event->transaction_id);
    if (event->has_monitoring_id)
        json_object_set_int_member(json, "variableMonitoringId", event->monitoring_id);
    ocpp_write_variable_name(json, &event->name);
    return json;
}

static gboolean event_from_json(JsonObject *json, OcppEventData *event, GError **error)
{
    const gchar *value = NULL, *text = NULL;
    gint32 cause = 0;

    memset(event, 0, sizeof *event);
    if (!ocpp_read_int32(json, "eventId", JSON_REQUIRED, G_MININT32, G_MAXINT32, &event->event_id, error) ||
        !ocpp_read_time(json, "timestamp", JSON_REQUIRED, &event->timestamp_ms, error) ||
        !ocpp_read_enum(json, "trigger", JSON_REQUIRED, ocpp_event_trigger_names, &event->trigger, error) ||
        !ocpp_read_long_text(json, "actualValue", JSON_REQUIRED, 2500, &value, error) ||
        !ocpp_read_enum(json, "eventNotificationType", JSON_REQUIRED, ocpp_event_notification_names,
                        &event->notification, error) ||
        !ocpp_read_variable_name(json, &event->name, error) ||
        !ocpp_read_int32(json, "cause", JSON_OPTIONAL, G_MININT32, G_MAXINT32, &cause, error) ||
        !ocpp_read_long_text(json, "techCode", JSON_OPTIONAL, 50, &text, error) ||
        !ocpp_read_long_text(json, "techInfo", JSON_OPTIONAL, 500, &text, error) ||
        !ocpp_read_boolean(json, "cleared", JSON_OPTIONAL, &event->cleared, error) ||
        !ocpp_read_identifier(json, "transactionId", JSON_OPTIONAL, 36, event->transaction_id, error) ||
        !ocpp_read_maybe_int32(json, "variableMonitoringId", &event->has_monitoring_id, &event->monitoring_id,
                               error))
        return FALSE;
    if (g_utf8_strlen(value, -1) <= OCPP_ACTUAL_VALUE_CHARS)
        g_strlcpy(event->actual_value, value, sizeof event->actual_value);
    else
        g_utf8_strncpy(event->actual_value, value, OCPP_ACTUAL_VALUE_CHARS);
    return TRUE;
}

JsonObject *ocpp_notify_event_request_to_json(const OcppNotifyEventRequest *request)
{
    JsonObject *json = json_object_new();
    JsonArray *list = json_array_new();

    json_write_time(json, "generatedAt", request->generated_at_ms);
    if (request->tbc) /* false is the default */
        json_object_set_boolean_member(json, "tbc", TRUE);
    json_object_set_int_member(json, "seqNo", request->seq_no);
    for (guint i = 0; i < request->events->len; i++)
        json_array_add_object_element(list, event_to_json(&g_array_index(request->events, OcppEventData, i)));
    json_object_set_array_member(json, "eventData", list);
    return json;
}

gboolean ocpp_notify_event_request_from_json(JsonObject *json, OcppNotifyEventRequest *request,
                                             GError **error)
{
    JsonArray *list = NULL;

    ocpp_notify_event_request_init(request);
    if (!ocpp_read_time(json, "generatedAt", JSON_REQUIRED, &request->generated_at_ms, error) ||
        !ocpp_read_boolean(json, "tbc", JSON_OPTIONAL, &request->tbc, error) ||
        !ocpp_read_int32(json, "seqNo", JSON_REQUIRED, 0, G_MAXINT32, &request->seq_no, error) ||
        !ocpp_read_objects(json, "eventData", JSON_REQUIRED, G_MAXUINT, &list, error))
        return FALSE;
    for (guint i = 0; i < json_array_get_length(list); i++) {
        OcppEventData event;
        if (!event_from_json(json_array_get_object_element(list, i), &event, error))
            return ocpp_json_within("eventData", error);
        g_array_append_val(request->events, event);
    }
    return TRUE;
}

JsonObject *ocpp_change_availability_request_to_json(const OcppChangeAvailabilityRequest *request)
{
    JsonObject *json = json_object_new();

    json_object_set_string_member(json, "operationalStatus",
                                  ocpp_operational_status_names[request->operational_status]);
    ocpp_write_evse(json, "evse", &request->evse);
    return json;
}

gboolean ocpp_change_availability_request_from_json(JsonObject *json, OcppChangeAvailabilityRequest *request,
                                                    GError **error)
{
    memset(request, 0, sizeof *request);
    return ocpp_read_enum(json, "operationalStatus", JSON_REQUIRED, ocpp_operational_status_names,
                          &request->operational_status, error) &&
           ocpp_read_evse(json, "evse", JSON_OPTIONAL, &request->evse, error);
}

JsonObject *ocpp_change_availability_response_to_json(const OcppChangeAvailabilityResponse *response)
{
    return ocpp_status_to_json(ocpp_change_availability_status_names, response->status,
                               &response->status_info);
}

gboolean ocpp_change_availability_response_from_json(JsonObject *json,
                                                     OcppChangeAvailabilityResponse *response, GError **error)
{
    memset(response, 0, sizeof *response);
    return ocpp_status_from_json(json, ocpp_change_availability_status_names, &response->status,
                                 &response->status_info, error);
}
