#include "protocol/ocpp_common.h"

#include <string.h>

#include "protocol/ocpp_json.h"

const gchar *const ocpp_id_token_type_names[] = {
    "Central", "eMAID", "ISO14443", "ISO15693", "KeyCode", "Local", "MacAddress", "NoAuthorization", NULL};
const gchar *const ocpp_authorization_status_names[] = {
    "Accepted",           "Blocked",           "ConcurrentTx",  "Expired", "Invalid", "NoCredit",
    "NotAllowedTypeEVSE", "NotAtThisLocation", "NotAtThisTime", "Unknown", NULL};
const gchar *const ocpp_message_format_names[] = {"ASCII", "HTML", "URI", "UTF8", NULL};

gboolean ocpp_id_token_equal(const OcppIdToken *a, const OcppIdToken *b)
{
    return a->present && b->present && a->type == b->type &&
           g_ascii_strcasecmp(a->id_token, b->id_token) == 0;
}

/* What every member reader starts with: *child stays NULL for an absent optional member. */
static gboolean open_member(JsonObject *json, const gchar *name, JsonPresence presence, gpointer value,
                            gsize size, JsonObject **child, GError **error)
{
    memset(value, 0, size);
    *child = NULL;
    return ocpp_read_object(json, name, presence, child, error);
}

gboolean ocpp_read_status_info(JsonObject *json, const gchar *name, OcppStatusInfo *value, GError **error)
{
    JsonObject *child;

    if (!open_member(json, name, JSON_OPTIONAL, value, sizeof *value, &child, error))
        return FALSE;
    if (child == NULL)
        return TRUE;
    if (!ocpp_read_text(child, "reasonCode", JSON_REQUIRED, 20, value->reason_code, error) ||
        !ocpp_read_text(child, "additionalInfo", JSON_OPTIONAL, 512, value->additional_info, error))
        return ocpp_json_within(name, error);
    return TRUE;
}

void ocpp_write_status_info(JsonObject *json, const gchar *name, const OcppStatusInfo *value)
{
    JsonObject *child;

    if (value->reason_code[0] == '\0')
        return;
    child = json_object_new();
    json_write_text(child, "reasonCode", value->reason_code);
    json_write_text(child, "additionalInfo", value->additional_info);
    json_object_set_object_member(json, name, child);
}

gboolean ocpp_read_evse(JsonObject *json, const gchar *name, JsonPresence presence, OcppEvse *value,
                        GError **error)
{
    JsonObject *child;

    if (!open_member(json, name, presence, value, sizeof *value, &child, error))
        return FALSE;
    if (child == NULL)
        return TRUE;
    value->present = TRUE;
    if (!ocpp_read_int32(child, "id", JSON_REQUIRED, 0, G_MAXINT32, &value->id, error) ||
        !ocpp_read_int32(child, "connectorId", JSON_OPTIONAL, 0, G_MAXINT32, &value->connector_id, error))
        return ocpp_json_within(name, error);
    return TRUE;
}

void ocpp_write_evse(JsonObject *json, const gchar *name, const OcppEvse *value)
{
    JsonObject *child;

    if (!value->present)
        return;
    child = json_object_new();
    json_object_set_int_member(child, "id", value->id);
    if (value->connector_id > 0)
        json_object_set_int_member(child, "connectorId", value->connector_id);
    json_object_set_object_member(json, name, child);
}

static gboolean check_additional_info(JsonObject *token, GError **error)
{
    JsonArray *list = NULL;
    gchar id[OCPP_TEXT_BYTES(36)], type[OCPP_TEXT_BYTES(50)];

    if (!ocpp_read_objects(token, "additionalInfo", JSON_OPTIONAL, G_MAXUINT, &list, error))
        return FALSE;
    for (guint i = 0; list != NULL && i < json_array_get_length(list); i++) {
        JsonObject *info = json_array_get_object_element(list, i);
        if (!ocpp_read_text(info, "additionalIdToken", JSON_REQUIRED, 36, id, error) ||
            !ocpp_read_text(info, "type", JSON_REQUIRED, 50, type, error))
            return ocpp_json_within("additionalInfo", error);
    }
    return TRUE;
}

gboolean ocpp_read_id_token(JsonObject *json, const gchar *name, JsonPresence presence, OcppIdToken *value,
                            GError **error)
{
    JsonObject *child;

    if (!open_member(json, name, presence, value, sizeof *value, &child, error))
        return FALSE;
    if (child == NULL)
        return TRUE;
    value->present = TRUE;
    if (!ocpp_read_identifier(child, "idToken", JSON_REQUIRED, 36, value->id_token, error) ||
        !ocpp_read_enum(child, "type", JSON_REQUIRED, ocpp_id_token_type_names, &value->type, error) ||
        !check_additional_info(child, error))
        return ocpp_json_within(name, error);
    return TRUE;
}

void ocpp_write_id_token(JsonObject *json, const gchar *name, const OcppIdToken *value)
{
    JsonObject *child;

    if (!value->present)
        return;
    child = json_object_new();
    json_object_set_string_member(child, "idToken", value->id_token); /* required, "" for NoAuthorization */
    json_object_set_string_member(child, "type", ocpp_id_token_type_names[value->type]);
    json_object_set_object_member(json, name, child);
}

gboolean ocpp_read_message_content(JsonObject *json, const gchar *name, OcppMessageContent *value,
                                   GError **error)
{
    JsonObject *child;

    if (!open_member(json, name, JSON_OPTIONAL, value, sizeof *value, &child, error))
        return FALSE;
    if (child == NULL)
        return TRUE;
    value->present = TRUE;
    if (!ocpp_read_enum(child, "format", JSON_REQUIRED, ocpp_message_format_names, &value->format, error) ||
        !ocpp_read_text(child, "language", JSON_OPTIONAL, 8, value->language, error) ||
        !ocpp_read_text(child, "content", JSON_REQUIRED, 512, value->content, error))
        return ocpp_json_within(name, error);
    return TRUE;
}

void ocpp_write_message_content(JsonObject *json, const gchar *name, const OcppMessageContent *value)
{
    JsonObject *child;

    if (!value->present)
        return;
    child = json_object_new();
    json_object_set_string_member(child, "format", ocpp_message_format_names[value->format]);
    json_write_text(child, "language", value->language);
    json_object_set_string_member(child, "content", value->content);
    json_object_set_object_member(json, name, child);
}

static gboolean read_evse_ids(JsonObject *json, OcppIdTokenInfo *value, GError **error)
{
    JsonNode *node = json_object_get_member(json, "evseId");
    JsonArray *list;

    if (node == NULL || JSON_NODE_HOLDS_NULL(node))
        return TRUE;
    if (!JSON_NODE_HOLDS_ARRAY(node)) {
        g_set_error_literal(error, OCPP_ERROR, OCPP_ERROR_TYPE_CONSTRAINT, "evseId: an array is expected");
        return FALSE;
    }
    list = json_node_get_array(node);
    value->n_evse_ids = json_array_get_length(list);
    if (value->n_evse_ids == 0 || value->n_evse_ids > OCPP_MAX_ALLOWED_EVSES) {
        g_set_error(error, OCPP_ERROR, OCPP_ERROR_OCCURRENCE_CONSTRAINT, "evseId: 1 to %d are expected",
                    OCPP_MAX_ALLOWED_EVSES);
        return FALSE;
    }
    for (guint i = 0; i < value->n_evse_ids; i++) {
        JsonNode *id = json_array_get_element(list, i);
        if (!JSON_NODE_HOLDS_VALUE(id) || json_node_get_value_type(id) != G_TYPE_INT64) {
            g_set_error_literal(error, OCPP_ERROR, OCPP_ERROR_TYPE_CONSTRAINT,
                                "evseId: integers are expected");
            return FALSE;
        }
        value->evse_ids[i] = (gint32)CLAMP(json_node_get_int(id), 0, G_MAXINT32); /* below 1: no EVSE */
    }
    return TRUE;
}

gboolean ocpp_read_id_token_info(JsonObject *json, const gchar *name, JsonPresence presence,
                                 OcppIdTokenInfo *value, GError **error)
{
    JsonObject *child;

    if (!open_member(json, name, presence, value, sizeof *value, &child, error))
        return FALSE;
    if (child == NULL)
        return TRUE;
    value->present = TRUE;
    if (!ocpp_read_enum(child, "status", JSON_REQUIRED, ocpp_authorization_status_names, &value->status,
                        error) ||
        !ocpp_read_time(child, "cacheExpiryDateTime", JSON_OPTIONAL, &value->cache_expiry_ms, error) ||
        !ocpp_read_int32(child, "chargingPriority", JSON_OPTIONAL, -9, 9, &value->charging_priority, error) ||
        !read_evse_ids(child, value, error) ||
        !ocpp_read_id_token(child, "groupIdToken", JSON_OPTIONAL, &value->group_id_token, error) ||
        !ocpp_read_message_content(child, "personalMessage", &value->personal_message, error))
        return ocpp_json_within(name, error);
    return TRUE;
}

void ocpp_write_id_token_info(JsonObject *json, const gchar *name, const OcppIdTokenInfo *value)
{
    JsonObject *child;

    if (!value->present)
        return;
    child = json_object_new();
    json_object_set_string_member(child, "status", ocpp_authorization_status_names[value->status]);
    if (value->cache_expiry_ms > 0)
        json_write_time(child, "cacheExpiryDateTime", value->cache_expiry_ms);
    if (value->charging_priority != 0)
        json_object_set_int_member(child, "chargingPriority", value->charging_priority);
    if (value->n_evse_ids > 0) {
        JsonArray *list = json_array_new();
        for (guint i = 0; i < MIN(value->n_evse_ids, OCPP_MAX_ALLOWED_EVSES); i++)
            json_array_add_int_element(list, value->evse_ids[i]);
        json_object_set_array_member(child, "evseId", list);
    }
    ocpp_write_id_token(child, "groupIdToken", &value->group_id_token);
    ocpp_write_message_content(child, "personalMessage", &value->personal_message);
    json_object_set_object_member(json, name, child);
}

gboolean ocpp_read_variable_name(JsonObject *json, OcppVariableName *value, GError **error)
{
    JsonObject *component = NULL, *variable = NULL;

    memset(value, 0, sizeof *value);
    if (!ocpp_read_object(json, "component", JSON_REQUIRED, &component, error) ||
        !ocpp_read_object(json, "variable", JSON_REQUIRED, &variable, error))
        return FALSE;
    if (!ocpp_read_text(component, "name", JSON_REQUIRED, 50, value->component, error) ||
        !ocpp_read_text(component, "instance", JSON_OPTIONAL, 50, value->component_instance, error) ||
        !ocpp_read_evse(component, "evse", JSON_OPTIONAL, &value->evse, error))
        return ocpp_json_within("component", error);
    if (!ocpp_read_text(variable, "name", JSON_REQUIRED, 50, value->variable, error) ||
        !ocpp_read_text(variable, "instance", JSON_OPTIONAL, 50, value->variable_instance, error))
        return ocpp_json_within("variable", error);
    return TRUE;
}

void ocpp_write_variable_name(JsonObject *json, const OcppVariableName *value)
{
    JsonObject *component = json_object_new(), *variable = json_object_new();

    json_object_set_string_member(component, "name", value->component);
    json_write_text(component, "instance", value->component_instance);
    ocpp_write_evse(component, "evse", &value->evse);
    json_object_set_object_member(json, "component", component);
    json_object_set_string_member(variable, "name", value->variable);
    json_write_text(variable, "instance", value->variable_instance);
    json_object_set_object_member(json, "variable", variable);
}

gboolean ocpp_read_own_custom_data(JsonObject *json, JsonObject **value, GError **error)
{
    JsonObject *child = NULL;
    gchar vendor_id[OCPP_TEXT_BYTES(255)] = "";

    *value = NULL;
    if (!ocpp_read_object(json, "customData", JSON_OPTIONAL, &child, error))
        return FALSE;
    if (child != NULL && !ocpp_read_text(child, "vendorId", JSON_REQUIRED, 255, vendor_id, error))
        return ocpp_json_within("customData", error);
    if (g_str_equal(vendor_id, OCPP_REARCHARGE_VENDOR_ID))
        *value = child;
    return TRUE;
}
