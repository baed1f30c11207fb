#include "protocol/ocpp_variables.h"

#include <string.h>

#include "protocol/ocpp_json.h"

const gchar *const ocpp_attribute_names[] = {"Actual", "Target", "MinSet", "MaxSet", NULL};
const gchar *const ocpp_variable_status_names[] = {
    "Accepted",       "Rejected", "UnknownComponent", "UnknownVariable", "NotSupportedAttributeType",
    "RebootRequired", NULL};
const gchar *const ocpp_report_base_names[] = {"ConfigurationInventory", "FullInventory", "SummaryInventory",
                                               NULL};
const gchar *const ocpp_report_status_names[] = {"Accepted", "Rejected", "NotSupported", "EmptyResultSet",
                                                 NULL};

/* The four lists differ only in this. */
typedef struct {
    const gchar *list;
    gboolean has_status;
    gboolean has_value, value_required;
    gsize max_value_chars;
} Shape;
static const Shape get_request = {.list = "getVariableData"};
static const Shape get_response = {.list = "getVariableResult",
                                   .has_status = TRUE,
                                   .has_value = TRUE,
                                   .max_value_chars = OCPP_VARIABLE_VALUE_CHARS};
static const Shape set_request = {.list = "setVariableData",
                                  .has_value = TRUE,
                                  .value_required = TRUE,
                                  .max_value_chars = OCPP_SET_VARIABLE_VALUE_CHARS};
static const Shape set_response = {.list = "setVariableResult", .has_status = TRUE};

static void item_clear(gpointer item)
{
    g_clear_pointer(&((OcppVariableItem *)item)->value, g_free);
}

GArray *ocpp_variable_items_new(void)
{
    GArray *items = g_array_new(FALSE, TRUE, sizeof(OcppVariableItem));

    g_array_set_clear_func(items, item_clear);
    return items;
}

static JsonObject *items_to_json(const GArray *items, const Shape *shape)
{
    JsonObject *json = json_object_new();
    JsonArray *list = json_array_new();

    for (guint i = 0; i < items->len; i++) {
        const OcppVariableItem *item = &g_array_index(items, OcppVariableItem, i);
        JsonObject *entry = json_object_new();

        if (shape->has_status)
            json_object_set_string_member(entry, "attributeStatus", ocpp_variable_status_names[item->status]);
        if (item->attribute != OCPP_ATTRIBUTE_ACTUAL) /* the default */
            json_object_set_string_member(entry, "attributeType", ocpp_attribute_names[item->attribute]);
        if (shape->has_value && (item->value != NULL || shape->value_required))
            json_object_set_string_member(entry, "attributeValue", item->value != NULL ? item->value : "");
        ocpp_write_variable_name(entry, &item->name);
        json_array_add_object_element(list, entry);
    }
    json_object_set_array_member(json, shape->list, list);
    return json;
}

static gboolean item_from_json(JsonObject *entry, const Shape *shape, OcppVariableItem *item, GError **error)
{
    const gchar *value = NULL;

    if (shape->has_status && !ocpp_read_enum(entry, "attributeStatus", JSON_REQUIRED,
                                             ocpp_variable_status_names, &item->status, error))
        return FALSE;
    if (!ocpp_read_enum(entry, "attributeType", JSON_OPTIONAL, ocpp_attribute_names, &item->attribute,
                        error) ||
        !ocpp_read_variable_name(entry, &item->name, error))
        return FALSE;
    if (shape->has_value &&
        !ocpp_read_long_text(entry, "attributeValue", shape->value_required ? JSON_REQUIRED : JSON_OPTIONAL,
                             shape->max_value_chars, &value, error))
        return FALSE;
    item->value = g_strdup(value);
    return TRUE;
}

static GArray *items_from_json(JsonObject *json, const Shape *shape, GError **error)
{
    g_autoptr(GArray) items = ocpp_variable_items_new();
    JsonArray *list = NULL;

    if (!ocpp_read_objects(json, shape->list, JSON_REQUIRED, OCPP_MAX_VARIABLES, &list, error))
        return NULL;
    for (guint i = 0; i < json_array_get_length(list); i++) {
        OcppVariableItem item = {0};
        if (!item_from_json(json_array_get_object_element(list, i), shape, &item, error)) {
            ocpp_json_within(shape->list, error);
            return NULL;
        }
        g_array_append_val(items, item);
    }
    return g_steal_pointer(&items);
}

JsonObject *ocpp_get_variables_request_to_json(const GArray *items)
{
    return items_to_json(items, &get_request);
}

JsonObject *ocpp_get_variables_response_to_json(const GArray *items)
{
    return items_to_json(items, &get_response);
}

JsonObject *ocpp_set_variables_request_to_json(const GArray *items)
{
    return items_to_json(items, &set_request);
}

JsonObject *ocpp_set_variables_response_to_json(const GArray *items)
{
    return items_to_json(items, &set_response);
}

GArray *ocpp_get_variables_request_from_json(JsonObject *json, GError **error)
{
    return items_from_json(json, &get_request, error);
}

GArray *ocpp_get_variables_response_from_json(JsonObject *json, GError **error)
{
    return items_from_json(json, &get_response, error);
}

GArray *ocpp_set_variables_request_from_json(JsonObject *json, GError **error)
{
    return items_from_json(json, &set_request, error);
}

GArray *ocpp_set_variables_response_from_json(JsonObject *json, GError **error)
{
    return items_from_json(json, &set_response, error);
}

JsonObject *ocpp_get_base_report_request_to_json(const OcppGetBaseReportRequest *request)
{
    JsonObject *json = json_object_new();

    json_object_set_int_member(json, "requestId", request->request_id);
    json_object_set_string_member(json, "reportBase", ocpp_report_base_names[request->report_base]);
    return json;
}

gboolean ocpp_get_base_report_request_from_json(JsonObject *json, OcppGetBaseReportRequest *request,
                                                GError **error)
{
    memset(request, 0, sizeof *request);
    return ocpp_read_int32(json, "requestId", JSON_REQUIRED, G_MININT32, G_MAXINT32, &request->request_id,
                           error) &&
           ocpp_read_enum(json, "reportBase", JSON_REQUIRED, ocpp_report_base_names, &request->report_base,
                          error);
}

JsonObject *ocpp_get_base_report_response_to_json(const OcppGetBaseReportResponse *response)
{
    return ocpp_status_to_json(ocpp_report_status_names, response->status, &response->status_info);
}

gboolean ocpp_get_base_report_response_from_json(JsonObject *json, OcppGetBaseReportResponse *response,
                                                 GError **error)
{
    memset(response, 0, sizeof *response);
    return ocpp_status_from_json(json, ocpp_report_status_names, &response->status, &response->status_info,
                                 error);
}
