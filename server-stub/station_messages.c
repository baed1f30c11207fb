#include "server-stub/station_messages.h"

#include "protocol/json_read.h"
#include "protocol/ocpp_availability.h"
#include "protocol/ocpp_display.h"
#include "protocol/ocpp_meter.h"
#include "protocol/ocpp_monitoring_report.h"
#include "protocol/ocpp_provisioning.h"
#include "protocol/ocpp_report.h"
#include "protocol/ocpp_reservation.h"
#include "server-stub/model/csms.h"

static JsonObject *answer_boot(StationContext *c, JsonObject *payload, GError **error)
{
    OcppBootNotificationRequest request;
    OcppBootNotificationResponse response;
    StationRow row = {0};
    g_autoptr(GError) problem = NULL;

    if (!ocpp_boot_notification_request_from_json(payload, &request, error))
        return NULL;
    csms_boot(store_station(c->store, c->station_id, &row, NULL), c->now_ms, &response);
    if (response.status == OCPP_REGISTRATION_ACCEPTED &&
        !store_station_booted(c->store, c->station_id, request.vendor_name, request.model, c->now_ms,
                              &problem)) {
        g_warning("station %s: its registration is not stored: %s", c->station_id, problem->message);
        /* Accepted once is accepted: a session that runs there must go on. */
        if (!row.boot_accepted)
            csms_boot_postpone(&response);
    }
    return ocpp_boot_notification_response_to_json(&response);
}

static JsonObject *answer_heartbeat(StationContext *c, JsonObject *payload, GError **error)
{
    OcppHeartbeatResponse response = {.current_time_ms = c->now_ms};

    return ocpp_heartbeat_response_to_json(&response);
}

static JsonObject *answer_status(StationContext *c, JsonObject *payload, GError **error)
{
    OcppStatusNotificationRequest request;

    if (!ocpp_status_notification_request_from_json(payload, &request, error) ||
        !desk_connector(c->desk, c->station_id, request.evse_id, request.connector_id,
                        (ConnectorStatus)((gint)request.connector_status + CONNECTOR_AVAILABLE),
                        request.timestamp_ms, c->now_ms, error))
        return NULL;
    return ocpp_empty_to_json();
}

static JsonObject *answer_event(StationContext *c, JsonObject *payload, GError **error)
{
    g_auto(OcppNotifyEventRequest) request = {0};
    g_autoptr(GArray) bays = g_array_new(FALSE, FALSE, sizeof(DeskBay));
    gboolean ask = FALSE; /* a sensor works again: what does it see? */

    ocpp_notify_event_request_init(&request);
    if (!ocpp_notify_event_request_from_json(payload, &request, error))
        return NULL;
    for (guint i = 0; i < request.events->len; i++) {
        const OcppEventData *event = &g_array_index(request.events, OcppEventData, i);
        DeskBay bay = {.at_ms = event->timestamp_ms};
        gint32 evse_no = 0;
        gboolean broken = FALSE;

        if (ocpp_event_data_get_bay_problem(event, &evse_no, &broken)) {
            if (broken)
                desk_bay_broken(c->desk, c->station_id, evse_no);
            ask = ask || !broken;
            continue;
        }
        if (!ocpp_event_data_get_bay(event, &evse_no, &bay.occupied))
            continue;
        bay.evse_no = evse_no;
        g_array_append_val(bays, bay);
    }
    c->ask_bays = !desk_bays(c->desk, c->station_id, (gconstpointer)bays->data, bays->len, c->now_ms) || ask;
    return ocpp_empty_to_json();
}

static JsonObject *answer_reservation(StationContext *c, JsonObject *payload, GError **error)
{
    OcppReservationStatusUpdateRequest request;

    if (!ocpp_reservation_status_update_request_from_json(payload, &request, error))
        return NULL;
    desk_reservation_update(c->desk, c->station_id, request.reservation_id,
                            request.update == OCPP_RESERVATION_EXPIRED, c->now_ms);
    return ocpp_empty_to_json();
}

static JsonObject *answer_transaction_event(StationContext *c, JsonObject *payload, GError **error)
{
    g_auto(OcppTransactionEventRequest) request = {0};
    OcppTransactionEventResponse response;

    ocpp_transaction_event_request_init(&request);
    if (!ocpp_transaction_event_request_from_json(payload, &request, error) ||
        !desk_transaction_event(c->desk, c->station_id, &request, c->now_ms, &response, error))
        return NULL;
    return ocpp_transaction_event_response_to_json(&response);
}

static JsonObject *answer_authorize(StationContext *c, JsonObject *payload, GError **error)
{
    OcppAuthorizeRequest request;
    OcppAuthorizeResponse response;

    if (!ocpp_authorize_request_from_json(payload, &request, error) ||
        !desk_authorize(c->desk, c->station_id, &request, &response, error))
        return NULL;
    return ocpp_authorize_response_to_json(&response);
}

/* Reports are checked and acknowledged; the device model is kept by a later job. */
static JsonObject *answer_report(StationContext *c, JsonObject *payload, GError **error)
{
    g_auto(OcppNotifyReportRequest) request = {0};

    return ocpp_notify_report_request_from_json(payload, &request, error) ? ocpp_empty_to_json() : NULL;
}

/* The messages below are only noted. Their few fields are read here; what is wrong with them gets the code
 * that the OCPP-J table gives, as with all others. */
static gboolean as_ocpp_error(GError *problem, GError **error)
{
    OcppErrorCode code = OCPP_ERROR_PROPERTY_CONSTRAINT;

    if (g_error_matches(problem, JSON_READ_ERROR, JSON_READ_ERROR_MISSING))
        code = OCPP_ERROR_OCCURRENCE_CONSTRAINT;
    else if (g_error_matches(problem, JSON_READ_ERROR, JSON_READ_ERROR_TYPE))
        code = OCPP_ERROR_TYPE_CONSTRAINT;
    g_set_error_literal(error, OCPP_ERROR, code, problem->message);
    g_error_free(problem);
    return FALSE;
}

static JsonObject *answer_security_event(StationContext *c, JsonObject *payload, GError **error)
{
    const gchar *type = NULL;
    gint64 at_ms = 0;
    GError *problem = NULL;

    if (!json_read_string(payload, "type", JSON_REQUIRED, 4 * 50, &type, &problem) ||
        !json_read_time(payload, "timestamp", JSON_REQUIRED, &at_ms, &problem)) {
        as_ocpp_error(problem, error);
        return NULL;
    }
    g_message("station %s: security event %.50s", c->station_id, type);
    return ocpp_empty_to_json();
}

static JsonObject *answer_meter_values(StationContext *c, JsonObject *payload, GError **error)
{
    g_autoptr(GArray) samples = g_array_new(FALSE, FALSE, sizeof(OcppSample));
    JsonArray *values = NULL;
    gint64 evse_no = 0;
    GError *problem = NULL;

    if (!json_read_int(payload, "evseId", JSON_REQUIRED, 0, G_MAXINT32, &evse_no, &problem) ||
        !json_read_array(payload, "meterValue", JSON_REQUIRED, 1000, TRUE, &values, &problem)) {
        as_ocpp_error(problem, error);
        return NULL;
    }
    return ocpp_samples_from_json(values, samples, error) ? ocpp_empty_to_json() : NULL;
}

static JsonObject *answer_monitoring_report(StationContext *c, JsonObject *payload, GError **error)
{
    g_auto(OcppNotifyMonitoringReportRequest) request = {0};

    ocpp_notify_monitoring_report_request_init(&request);
    return ocpp_notify_monitoring_report_request_from_json(payload, &request, error) ? ocpp_empty_to_json()
                                                                                     : NULL;
}

static JsonObject *answer_display_messages(StationContext *c, JsonObject *payload, GError **error)
{
    g_auto(OcppNotifyDisplayMessagesRequest) request = {0};

    ocpp_notify_display_messages_request_init(&request);
    return ocpp_notify_display_messages_request_from_json(payload, &request, error) ? ocpp_empty_to_json()
                                                                                    : NULL;
}

/* ReportChargingProfiles, NotifyChargingLimit, ClearedChargingLimit: who limits, and what for which request.
 */
static JsonObject *answer_charging_limit(StationContext *c, JsonObject *payload, GError **error)
{
    JsonObject *limit = payload;
    const gchar *source = NULL;
    gint64 evse_no = 0;
    GError *problem = NULL;

    if (json_read_object(payload, "chargingLimit", JSON_OPTIONAL, &limit, &problem) &&
        json_read_string(limit, "chargingLimitSource", JSON_REQUIRED, 20, &source, &problem) &&
        json_read_int(payload, "evseId", JSON_OPTIONAL, 0, G_MAXINT32, &evse_no, &problem))
        return ocpp_empty_to_json();
    as_ocpp_error(problem, error);
    return NULL;
}

static JsonObject *answer_progress(StationContext *c, JsonObject *payload, GError **error)
{
    const gchar *status = NULL;
    GError *problem = NULL;

    if (json_read_string(payload, "status", JSON_REQUIRED, 50, &status, &problem))
        return ocpp_empty_to_json();
    as_ocpp_error(problem, error);
    return NULL;
}

static JsonObject *answer_data_transfer(StationContext *c, JsonObject *payload, GError **error)
{
    const gchar *vendor = NULL;
    GError *problem = NULL;
    JsonObject *response;

    if (!json_read_string(payload, "vendorId", JSON_REQUIRED, 4 * 255, &vendor, &problem)) {
        as_ocpp_error(problem, error);
        return NULL;
    }
    response = json_object_new();
    json_object_set_string_member(response, "status", "UnknownVendorId"); /* P01.FR.04 */
    return response;
}

JsonObject *station_messages_answer(StationContext *context, OcppAction action, JsonObject *payload,
                                    GError **error)
{
    static const struct {
        OcppAction action;
        JsonObject *(*answer)(StationContext *c, JsonObject *payload, GError **error);
    } table[] = {
        {OCPP_ACTION_AUTHORIZE, answer_authorize},
        {OCPP_ACTION_BOOT_NOTIFICATION, answer_boot},
        {OCPP_ACTION_DATA_TRANSFER, answer_data_transfer},
        {OCPP_ACTION_FIRMWARE_STATUS_NOTIFICATION, answer_progress},
        {OCPP_ACTION_HEARTBEAT, answer_heartbeat},
        {OCPP_ACTION_LOG_STATUS_NOTIFICATION, answer_progress},
        {OCPP_ACTION_METER_VALUES, answer_meter_values},
        {OCPP_ACTION_NOTIFY_EVENT, answer_event},
        {OCPP_ACTION_CLEARED_CHARGING_LIMIT, answer_charging_limit},
        {OCPP_ACTION_NOTIFY_CHARGING_LIMIT, answer_charging_limit},
        {OCPP_ACTION_NOTIFY_DISPLAY_MESSAGES, answer_display_messages},
        {OCPP_ACTION_NOTIFY_MONITORING_REPORT, answer_monitoring_report},
        {OCPP_ACTION_REPORT_CHARGING_PROFILES, answer_charging_limit},
        {OCPP_ACTION_NOTIFY_REPORT, answer_report},
        {OCPP_ACTION_RESERVATION_STATUS_UPDATE, answer_reservation},
        {OCPP_ACTION_SECURITY_EVENT_NOTIFICATION, answer_security_event},
        {OCPP_ACTION_STATUS_NOTIFICATION, answer_status},
        {OCPP_ACTION_TRANSACTION_EVENT, answer_transaction_event},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
        if (table[i].action == action)
            return table[i].answer(context, payload, error);
    g_set_error_literal(error, OCPP_ERROR, OCPP_ERROR_NOT_SUPPORTED, "not served");
    return NULL;
}
