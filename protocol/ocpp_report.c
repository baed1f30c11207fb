#include "protocol/ocpp_report.h"

#include <string.h>

#include "protocol/ocpp_json.h"
#include "protocol/ocpp_monitoring_report.h"
#include "protocol/ocpp_variables.h"

const gchar *const ocpp_mutability_names[] = {"ReadOnly", "WriteOnly", "ReadWrite", NULL};
const gchar *const ocpp_data_type_names[] = {
    "string", "decimal", "integer", "dateTime", "boolean", "OptionList", "SequenceList", "MemberList", NULL};

const gchar *const ocpp_component_criterion_names[] = {"Active", "Available", "Enabled", "Problem", NULL};

void ocpp_get_report_request_init(OcppGetReportRequest *request)
{
    memset(request, 0, sizeof *request);
    request->filters = g_array_new(FALSE, TRUE, sizeof(OcppVariableName));
}

void ocpp_get_report_request_clear(OcppGetReportRequest *request)
{
    g_clear_pointer(&request->filters, g_array_unref);
}

JsonObject *ocpp_get_report_request_to_json(const OcppGetReportRequest *request)
{
    JsonObject *json = json_object_new();

    ocpp_write_report_filters(json, request->filters);
    json_object_set_int_member(json, "requestId", request->request_id);
    ocpp_write_enums(json, "componentCriteria", ocpp_component_criterion_names, request->criteria);
    return json;
}

gboolean ocpp_get_report_request_from_json(JsonObject *json, OcppGetReportRequest *request, GError **error)
{
    ocpp_get_report_request_init(request);
    return ocpp_read_report_filters(json, request->filters, error) &&
           ocpp_read_int32(json, "requestId", JSON_REQUIRED, G_MININT32, G_MAXINT32, &request->request_id,
                           error) &&
           ocpp_read_enums(json, "componentCriteria", JSON_OPTIONAL, ocpp_component_criterion_names,
                           &request->criteria, error);
}

static void item_clear(gpointer data)
{
    OcppReportItem *item = data;

    g_clear_pointer(&item->value, g_free);
    g_clear_pointer(&item->values_list, g_free);
}

void ocpp_notify_report_request_init(OcppNotifyReportRequest *request)
{
    memset(request, 0, sizeof *request);
    request->items = g_array_new(FALSE, TRUE, sizeof(OcppReportItem));
    g_array_set_clear_func(request->items, item_clear);
}

void ocpp_notify_report_request_clear(OcppNotifyReportRequest *request)
{
    g_clear_pointer(&request->items, g_array_unref);
}

static JsonObject *item_to_json(const OcppReportItem *item)
{
    JsonObject *json = json_object_new(), *attribute = json_object_new(), *traits = json_object_new();
    JsonArray *attributes = json_array_new();

    ocpp_write_variable_name(json, &item->name);
    if (item->value != NULL && item->mutability != OCPP_MUTABILITY_WRITE_ONLY)
        json_object_set_string_member(attribute, "value", item->value);
    json_object_set_string_member(attribute, "mutability", ocpp_mutability_names[item->mutability]);
    if (item->persistent) /* false is the default of both */
        json_object_set_boolean_member(attribute, "persistent", TRUE);
    if (item->constant)
        json_object_set_boolean_member(attribute, "constant", TRUE);
    json_array_add_object_element(attributes, attribute);
    json_object_set_array_member(json, "variableAttribute", attributes);
    json_write_text(traits, "unit", item->unit);
    json_object_set_string_member(traits, "dataType", ocpp_data_type_names[item->data_type]);
    if (item->has_min_limit)
        json_object_set_double_member(traits, "minLimit", item->min_limit);
    if (item->has_max_limit)
        json_object_set_double_member(traits, "maxLimit", item->max_limit);
    if (item->values_list != NULL)
        json_write_text(traits, "valuesList", item->values_list);
    json_object_set_boolean_member(traits, "supportsMonitoring", item->supports_monitoring);
    json_object_set_object_member(json, "variableCharacteristics", traits);
    return json;
}

JsonObject *ocpp_notify_report_request_to_json(const OcppNotifyReportRequest *request)
{
    JsonObject *json = json_object_new();
    JsonArray *list = json_array_new();

    json_object_set_int_member(json, "requestId", request->request_id);
    json_write_time(json, "generatedAt", request->generated_at_ms);
    for (guint i = 0; i < request->items->len; i++)
        json_array_add_object_element(list, item_to_json(&g_array_index(request->items, OcppReportItem, i)));
    if (request->items->len > 0)
        json_object_set_array_member(json, "reportData", list);
    else
        json_array_unref(list);
    if (request->tbc) /* false is the default */
        json_object_set_boolean_member(json, "tbc", TRUE);
    json_object_set_int_member(json, "seqNo", request->seq_no);
    return json;
}

/* Keeps the Actual attribute; checks them all. */
static gboolean read_attributes(JsonObject *json, OcppReportItem *item, GError **error)
{
    JsonArray *list = NULL;

    if (!ocpp_read_objects(json, "variableAttribute", JSON_REQUIRED, 4, &list, error))
        return FALSE;
    for (guint i = 0; i < json_array_get_length(list); i++) {
        JsonObject *attribute = json_array_get_object_element(list, i);
        const gchar *value = NULL;
        OcppAttribute type = OCPP_ATTRIBUTE_ACTUAL;
        OcppMutability mutability = OCPP_MUTABILITY_READ_WRITE; /* the schema's default */
        gboolean persistent = FALSE, constant = FALSE;

        if (!ocpp_read_enum(attribute, "type", JSON_OPTIONAL, ocpp_attribute_names, &type, error) ||
            !ocpp_read_long_text(attribute, "value", JSON_OPTIONAL, OCPP_VARIABLE_VALUE_CHARS, &value,
                                 error) ||
            !ocpp_read_enum(attribute, "mutability", JSON_OPTIONAL, ocpp_mutability_names, &mutability,
                            error) ||
            !ocpp_read_boolean(attribute, "persistent", JSON_OPTIONAL, &persistent, error) ||
            !ocpp_read_boolean(attribute, "constant", JSON_OPTIONAL, &constant, error))
            return ocpp_json_within("variableAttribute", error);
        if (type == OCPP_ATTRIBUTE_ACTUAL) {
            g_free(item->value);
            item->value = g_strdup(value);
            item->mutability = mutability;
            item->persistent = persistent;
            item->constant = constant;
        }
    }
    return TRUE;
}

static gboolean read_characteristics(JsonObject *json, OcppReportItem *item, GError **error)
{
    JsonObject *traits = NULL;
    const gchar *values = NULL;

    if (!ocpp_read_object(json, "variableCharacteristics", JSON_OPTIONAL, &traits, error))
        return FALSE;
    if (traits == NULL)
        return TRUE;
    if (!ocpp_read_text(traits, "unit", JSON_OPTIONAL, 16, item->unit, error) ||
        !ocpp_read_enum(traits, "dataType", JSON_REQUIRED, ocpp_data_type_names, &item->data_type, error) ||
        !ocpp_read_maybe_number(traits, "minLimit", &item->has_min_limit, &item->min_limit, error) ||
        !ocpp_read_maybe_number(traits, "maxLimit", &item->has_max_limit, &item->max_limit, error) ||
        !ocpp_read_long_text(traits, "valuesList", JSON_OPTIONAL, 1000, &values, error) ||
        !ocpp_read_boolean(traits, "supportsMonitoring", JSON_REQUIRED, &item->supports_monitoring, error))
        return ocpp_json_within("variableCharacteristics", error);
    item->values_list = values != NULL && *values != '\0' ? g_strdup(values) : NULL;
    return TRUE;
}

gboolean ocpp_notify_report_request_from_json(JsonObject *json, OcppNotifyReportRequest *request,
                                              GError **error)
{
    JsonArray *list = NULL;

    ocpp_notify_report_request_init(request);
    if (!ocpp_read_int32(json, "requestId", JSON_REQUIRED, G_MININT32, G_MAXINT32, &request->request_id,
                         error) ||
        !ocpp_read_time(json, "generatedAt", JSON_REQUIRED, &request->generated_at_ms, error) ||
        !ocpp_read_boolean(json, "tbc", JSON_OPTIONAL, &request->tbc, error) ||
        !ocpp_read_int32(json, "seqNo", JSON_REQUIRED, 0, G_MAXINT32, &request->seq_no, error) ||
        !ocpp_read_objects(json, "reportData", JSON_OPTIONAL, OCPP_MAX_REPORT_ITEMS, &list, error))
        return FALSE;
    for (guint i = 0; list != NULL && i < json_array_get_length(list); i++) {
        JsonObject *entry = json_array_get_object_element(list, i);
        OcppReportItem item = {0};
        gboolean ok = ocpp_read_variable_name(entry, &item.name, error) &&
                      read_attributes(entry, &item, error) && read_characteristics(entry, &item, error);
        g_array_append_val(request->items, item); /* also a broken one: the list owns its value */
        if (!ok)
            return ocpp_json_within("reportData", error);
    }
    return TRUE;
}
