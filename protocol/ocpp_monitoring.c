#include "protocol/ocpp_monitoring.h"

#include <string.h>

#include "protocol/ocpp_json.h"

const gchar *const ocpp_monitor_type_names[] = {"UpperThreshold", "LowerThreshold",       "Delta",
                                                "Periodic",       "PeriodicClockAligned", NULL};
const gchar *const ocpp_set_monitor_status_names[] = {
    "Accepted", "UnknownComponent", "UnknownVariable", "UnsupportedMonitorType", "Rejected", "Duplicate",
    NULL};
const gchar *const ocpp_clear_monitor_status_names[] = {"Accepted", "Rejected", "NotFound", NULL};
const gchar *const ocpp_monitoring_base_names[] = {"All", "FactoryDefault", "HardWiredOnly", NULL};

static JsonObject *monitors_to_json(const GArray *monitors, gboolean is_answer)
{
    JsonObject *json = json_object_new();
    JsonArray *list = json_array_new();

    for (guint i = 0; i < monitors->len; i++) {
        const OcppMonitor *monitor = &g_array_index(monitors, OcppMonitor, i);
        JsonObject *entry = json_object_new();

        if (monitor->has_id)
            json_object_set_int_member(entry, "id", monitor->id);
        if (is_answer)
            json_object_set_string_member(entry, "status", ocpp_set_monitor_status_names[monitor->status]);
        else if (monitor->transaction) /* false is the default */
            json_object_set_boolean_member(entry, "transaction", TRUE);
        if (!is_answer)
            json_object_set_double_member(entry, "value", monitor->value);
        json_object_set_string_member(entry, "type", ocpp_monitor_type_names[monitor->type]);
        json_object_set_int_member(entry, "severity", monitor->severity);
        ocpp_write_variable_name(entry, &monitor->name);
        json_array_add_object_element(list, entry);
    }
    json_object_set_array_member(json, is_answer ? "setMonitoringResult" : "setMonitoringData", list);
    return json;
}

static gboolean monitor_from_json(JsonObject *json, gboolean is_answer, OcppMonitor *monitor, GError **error)
{
    OcppStatusInfo info;

    memset(monitor, 0, sizeof *monitor);
    if (is_answer && (!ocpp_read_enum(json, "status", JSON_REQUIRED, ocpp_set_monitor_status_names,
                                      &monitor->status, error) ||
                      !ocpp_read_status_info(json, "statusInfo", &info, error)))
        return FALSE;
    if (!is_answer && (!ocpp_read_boolean(json, "transaction", JSON_OPTIONAL, &monitor->transaction, error) ||
                       !ocpp_read_number(json, "value", JSON_REQUIRED, &monitor->value, error)))
        return FALSE;
    return ocpp_read_maybe_int32(json, "id", &monitor->has_id, &monitor->id, error) &&
           ocpp_read_enum(json, "type", JSON_REQUIRED, ocpp_monitor_type_names, &monitor->type, error) &&
           ocpp_read_int32(json, "severity", JSON_REQUIRED, G_MININT32, G_MAXINT32, &monitor->severity,
                           error) &&
           ocpp_read_variable_name(json, &monitor->name, error);
}

static GArray *monitors_from_json(JsonObject *json, gboolean is_answer, GError **error)
{
    const gchar *list_name = is_answer ? "setMonitoringResult" : "setMonitoringData";
    g_autoptr(GArray) monitors = g_array_new(FALSE, TRUE, sizeof(OcppMonitor));
    JsonArray *list = NULL;

    if (!ocpp_read_objects(json, list_name, JSON_REQUIRED, OCPP_MAX_MONITORS, &list, error))
        return NULL;
    for (guint i = 0; i < json_array_get_length(list); i++) {
        OcppMonitor monitor;

        if (!monitor_from_json(json_array_get_object_element(list, i), is_answer, &monitor, error)) {
            ocpp_json_within(list_name, error);
            return NULL;
        }
        g_array_append_val(monitors, monitor);
    }
    return g_steal_pointer(&monitors);
}

JsonObject *ocpp_set_monitoring_request_to_json(const GArray *monitors)
{
    return monitors_to_json(monitors, FALSE);
}

JsonObject *ocpp_set_monitoring_response_to_json(const GArray *monitors)
{
    return monitors_to_json(monitors, TRUE);
}

GArray *ocpp_set_monitoring_request_from_json(JsonObject *json, GError **error)
{
    return monitors_from_json(json, FALSE, error);
}

GArray *ocpp_set_monitoring_response_from_json(JsonObject *json, GError **error)
{
    return monitors_from_json(json, TRUE, error);
}

JsonObject *ocpp_clear_monitoring_request_to_json(const OcppClearMonitoring *request)
{
    JsonObject *json = json_object_new();

    ocpp_write_int32s(json, "id", request->ids, request->n);
    return json;
}

gboolean ocpp_clear_monitoring_request_from_json(JsonObject *json, OcppClearMonitoring *request,
                                                 GError **error)
{
    memset(request, 0, sizeof *request);
    return ocpp_read_int32s(json, "id", JSON_REQUIRED, OCPP_MAX_MONITORS, request->ids, &request->n, error);
}

JsonObject *ocpp_clear_monitoring_response_to_json(const OcppClearMonitoring *response)
{
    JsonObject *json = json_object_new();
    JsonArray *list = json_array_new();

    for (guint i = 0; i < response->n; i++) {
        JsonObject *entry = json_object_new();

        json_object_set_string_member(entry, "status", ocpp_clear_monitor_status_names[response->status[i]]);
        json_object_set_int_member(entry, "id", response->ids[i]);
        json_array_add_object_element(list, entry);
    }
    json_object_set_array_member(json, "clearMonitoringResult", list);
    return json;
}

gboolean ocpp_clear_monitoring_response_from_json(JsonObject *json, OcppClearMonitoring *response,
                                                  GError **error)
{
    JsonArray *list = NULL;

    memset(response, 0, sizeof *response);
    if (!ocpp_read_objects(json, "clearMonitoringResult", JSON_REQUIRED, OCPP_MAX_MONITORS, &list, error))
        return FALSE;
    for (guint i = 0; i < json_array_get_length(list); i++) {
        JsonObject *entry = json_array_get_object_element(list, i);
        OcppStatusInfo info;

        if (!ocpp_status_from_json(entry, ocpp_clear_monitor_status_names, &response->status[i], &info,
                                   error) ||
            !ocpp_read_int32(entry, "id", JSON_REQUIRED, G_MININT32, G_MAXINT32, &response->ids[i], error))
            return ocpp_json_within("clearMonitoringResult", error);
        response->n++;
    }
    return TRUE;
}

JsonObject *ocpp_set_monitoring_base_request_to_json(const OcppSetMonitoringBaseRequest *request)
{
    JsonObject *json = json_object_new();

    json_object_set_string_member(json, "monitoringBase", ocpp_monitoring_base_names[request->base]);
    return json;
}

gboolean ocpp_set_monitoring_base_request_from_json(JsonObject *json, OcppSetMonitoringBaseRequest *request,
                                                    GError **error)
{
    memset(request, 0, sizeof *request);
    return ocpp_read_enum(json, "monitoringBase", JSON_REQUIRED, ocpp_monitoring_base_names, &request->base,
                          error);
}

JsonObject *ocpp_set_monitoring_level_request_to_json(const OcppSetMonitoringLevelRequest *request)
{
    JsonObject *json = json_object_new();

    json_object_set_int_member(json, "severity", request->severity);
    return json;
}

gboolean ocpp_set_monitoring_level_request_from_json(JsonObject *json, OcppSetMonitoringLevelRequest *request,
                                                     GError **error)
{
    memset(request, 0, sizeof *request);
    return ocpp_read_int32(json, "severity", JSON_REQUIRED, G_MININT32, G_MAXINT32, &request->severity,
                           error);
}
