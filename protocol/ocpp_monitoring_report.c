#include "protocol/ocpp_monitoring_report.h"

#include <string.h>

#include "protocol/ocpp_json.h"

const gchar *const ocpp_monitoring_criterion_names[] = {"ThresholdMonitoring", "DeltaMonitoring",
                                                        "PeriodicMonitoring", NULL};

void ocpp_get_monitoring_report_request_init(OcppGetMonitoringReportRequest *request)
{
    memset(request, 0, sizeof *request);
    request->filters = g_array_new(FALSE, TRUE, sizeof(OcppVariableName));
}

void ocpp_get_monitoring_report_request_clear(OcppGetMonitoringReportRequest *request)
{
    g_clear_pointer(&request->filters, g_array_unref);
}

void ocpp_notify_monitoring_report_request_init(OcppNotifyMonitoringReportRequest *request)
{
    memset(request, 0, sizeof *request);
    request->monitors = g_array_new(FALSE, TRUE, sizeof(OcppMonitor));
}

void ocpp_notify_monitoring_report_request_clear(OcppNotifyMonitoringReportRequest *request)
{
    g_clear_pointer(&request->monitors, g_array_unref);
}

gboolean ocpp_read_report_filters(JsonObject *json, GArray *filters, GError **error)
{
    JsonArray *list = NULL;

    if (!ocpp_read_objects(json, "componentVariable", JSON_OPTIONAL, OCPP_MAX_REPORT_FILTERS, &list, error))
        return FALSE;
    for (guint i = 0; list != NULL && i < json_array_get_length(list); i++) {
        OcppVariableName name;

        if (!ocpp_read_component_filter(json_array_get_object_element(list, i), &name, error))
            return ocpp_json_within("componentVariable", error);
        g_array_append_val(filters, name);
    }
    return TRUE;
}

void ocpp_write_report_filters(JsonObject *json, const GArray *filters)
{
    JsonArray *list;

    if (filters->len == 0)
        return;
    list = json_array_new();
    for (guint i = 0; i < filters->len; i++) {
        JsonObject *entry = json_object_new();

        ocpp_write_variable_name(entry, &g_array_index(filters, OcppVariableName, i));
        json_array_add_object_element(list, entry);
    }
    json_object_set_array_member(json, "componentVariable", list);
}

JsonObject *ocpp_get_monitoring_report_request_to_json(const OcppGetMonitoringReportRequest *request)
{
    JsonObject *json = json_object_new();

    ocpp_write_report_filters(json, request->filters);
    json_object_set_int_member(json, "requestId", request->request_id);
    ocpp_write_enums(json, "monitoringCriteria", ocpp_monitoring_criterion_names, request->criteria);
    return json;
}

gboolean ocpp_get_monitoring_report_request_from_json(JsonObject *json,
                                                      OcppGetMonitoringReportRequest *request, GError **error)
{
    ocpp_get_monitoring_report_request_init(request);
    return ocpp_read_report_filters(json, request->filters, error) &&
           ocpp_read_int32(json, "requestId", JSON_REQUIRED, G_MININT32, G_MAXINT32, &request->request_id,
                           error) &&
           ocpp_read_enums(json, "monitoringCriteria", JSON_OPTIONAL, ocpp_monitoring_criterion_names,
                           &request->criteria, error);
}

/* The texts of both come from one encoder: the same name is the same text. */
static gboolean same_variable(const OcppVariableName *a, const OcppVariableName *b)
{
    return g_str_equal(a->component, b->component) &&
           g_str_equal(a->component_instance, b->component_instance) &&
           g_str_equal(a->variable, b->variable) && g_str_equal(a->variable_instance, b->variable_instance) &&
           a->evse.present == b->evse.present && a->evse.id == b->evse.id &&
           a->evse.connector_id == b->evse.connector_id;
}

static JsonObject *monitor_to_json(const OcppMonitor *monitor)
{
    JsonObject *json = json_object_new();

    json_object_set_int_member(json, "id", monitor->id);
    json_object_set_boolean_member(json, "transaction", monitor->transaction);
    json_object_set_double_member(json, "value", monitor->value);
    json_object_set_string_member(json, "type", ocpp_monitor_type_names[monitor->type]);
    json_object_set_int_member(json, "severity", monitor->severity);
    return json;
}

JsonObject *ocpp_notify_monitoring_report_request_to_json(const OcppNotifyMonitoringReportRequest *request)
{
    JsonObject *json = json_object_new();
    JsonArray *list = json_array_new(), *of_variable = NULL;
    const OcppMonitor *before = NULL;

    for (guint i = 0; i < request->monitors->len; i++) {
        const OcppMonitor *monitor = &g_array_index(request->monitors, OcppMonitor, i);

        if (before == NULL || !same_variable(&before->name, &monitor->name)) {
            JsonObject *entry = json_object_new();

            of_variable = json_array_new();
            ocpp_write_variable_name(entry, &monitor->name);
            json_object_set_array_member(entry, "variableMonitoring", of_variable);
            json_array_add_object_element(list, entry);
        }
        json_array_add_object_element(of_variable, monitor_to_json(monitor));
        before = monitor;
    }
    if (before != NULL)
        json_object_set_array_member(json, "monitor", list);
    else
        json_array_unref(list);
    json_object_set_int_member(json, "requestId", request->request_id);
    if (request->tbc) /* false is the default */
        json_object_set_boolean_member(json, "tbc", TRUE);
    json_object_set_int_member(json, "seqNo", request->seq_no);
    json_write_time(json, "generatedAt", request->generated_at_ms);
    return json;
}

/* One MonitoringDataType becomes as many monitors as it lists. */
static gboolean entry_from_json(JsonObject *json, GArray *monitors, GError **error)
{
    OcppMonitor monitor = {.has_id = TRUE};
    JsonArray *list = NULL;

    if (!ocpp_read_variable_name(json, &monitor.name, error) ||
        !ocpp_read_objects(json, "variableMonitoring", JSON_REQUIRED, OCPP_MAX_MONITORS, &list, error))
        return FALSE;
    for (guint i = 0; i < json_array_get_length(list); i++) {
        JsonObject *entry = json_array_get_object_element(list, i);

        if (!ocpp_read_int32(entry, "id", JSON_REQUIRED, G_MININT32, G_MAXINT32, &monitor.id, error) ||
            !ocpp_read_boolean(entry, "transaction", JSON_REQUIRED, &monitor.transaction, error) ||
            !ocpp_read_number(entry, "value", JSON_REQUIRED, &monitor.value, error) ||
            !ocpp_read_enum(entry, "type", JSON_REQUIRED, ocpp_monitor_type_names, &monitor.type, error) ||
            !ocpp_read_int32(entry, "severity", JSON_REQUIRED, G_MININT32, G_MAXINT32, &monitor.severity,
                             error))
            return ocpp_json_within("variableMonitoring", error);
        g_array_append_val(monitors, monitor);
    }
    return TRUE;
}

gboolean ocpp_notify_monitoring_report_request_from_json(JsonObject *json,
                                                         OcppNotifyMonitoringReportRequest *request,
                                                         GError **error)
{
    JsonArray *list = NULL;

    ocpp_notify_monitoring_report_request_init(request);
    if (!ocpp_read_objects(json, "monitor", JSON_OPTIONAL, OCPP_MAX_MONITORS, &list, error) ||
        !ocpp_read_int32(json, "requestId", JSON_REQUIRED, G_MININT32, G_MAXINT32, &request->request_id,
                         error) ||
        !ocpp_read_boolean(json, "tbc", JSON_OPTIONAL, &request->tbc, error) ||
        !ocpp_read_int32(json, "seqNo", JSON_REQUIRED, 0, G_MAXINT32, &request->seq_no, error) ||
        !ocpp_read_time(json, "generatedAt", JSON_REQUIRED, &request->generated_at_ms, error))
        return FALSE;
    for (guint i = 0; list != NULL && i < json_array_get_length(list); i++)
        if (!entry_from_json(json_array_get_object_element(list, i), request->monitors, error))
            return ocpp_json_within("monitor", error);
    return TRUE;
}
