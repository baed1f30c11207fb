#include "protocol/ocpp_common.h"

#include <math.h>
#include <string.h>

#include "base/money.h"
#include "protocol/ocpp_json.h"

const gchar *const ocpp_id_token_type_names[] = {
    "Central", "eMAID", "ISO14443", "ISO15693", "KeyCode", "Local", "MacAddress", "NoAuthorization", NULL};
const gchar *const ocpp_authorization_status_names[] = {
    "Accepted",           "Blocked",           "ConcurrentTx",  "Expired", "Invalid", "NoCredit",
    "NotAllowedTypeEVSE", "NotAtThisLocation", "NotAtThisTime", "Unknown", NULL};
const gchar *const ocpp_generic_status_names[] = {"Accepted", "Rejected", NULL};
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
        !ocpp_read_int32s(child, "evseId", JSON_OPTIONAL, OCPP_MAX_ALLOWED_EVSES, value->evse_ids,
                          &value->n_evse_ids, error) ||
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
    ocpp_write_int32s(child, "evseId", value->evse_ids, MIN(value->n_evse_ids, OCPP_MAX_ALLOWED_EVSES));
    ocpp_write_id_token(child, "groupIdToken", &value->group_id_token);
    ocpp_write_message_content(child, "personalMessage", &value->personal_message);
    json_object_set_object_member(json, name, child);
}

gboolean ocpp_read_component(JsonObject *json, const gchar *name, JsonPresence presence,
                             OcppVariableName *value, GError **error)
{
    JsonObject *component = NULL;

    if (!ocpp_read_object(json, name, presence, &component, error))
        return FALSE;
    if (component == NULL)
        return TRUE;
    if (!ocpp_read_text(component, "name", JSON_REQUIRED, 50, value->component, error) ||
        !ocpp_read_text(component, "instance", JSON_OPTIONAL, 50, value->component_instance, error) ||
        !ocpp_read_evse(component, "evse", JSON_OPTIONAL, &value->evse, error))
        return ocpp_json_within(name, error);
    return TRUE;
}

static gboolean read_variable(JsonObject *json, JsonPresence presence, OcppVariableName *value,
                              GError **error)
{
    JsonObject *variable = NULL;

    memset(value, 0, sizeof *value);
    if (!ocpp_read_component(json, "component", JSON_REQUIRED, value, error) ||
        !ocpp_read_object(json, "variable", presence, &variable, error))
        return FALSE;
    if (variable != NULL &&
        (!ocpp_read_text(variable, "name", JSON_REQUIRED, 50, value->variable, error) ||
         !ocpp_read_text(variable, "instance", JSON_OPTIONAL, 50, value->variable_instance, error)))
        return ocpp_json_within("variable", error);
    return TRUE;
}

gboolean ocpp_read_variable_name(JsonObject *json, OcppVariableName *value, GError **error)
{
    return read_variable(json, JSON_REQUIRED, value, error);
}

gboolean ocpp_read_component_filter(JsonObject *json, OcppVariableName *value, GError **error)
{
    return read_variable(json, JSON_OPTIONAL, value, error);
}

void ocpp_write_component(JsonObject *json, const gchar *name, const OcppVariableName *value)
{
    JsonObject *component = json_object_new();

    json_object_set_string_member(component, "name", value->component);
    json_write_text(component, "instance", value->component_instance);
    ocpp_write_evse(component, "evse", &value->evse);
    json_object_set_object_member(json, name, component);
}

void ocpp_write_variable_name(JsonObject *json, const OcppVariableName *value)
{
    JsonObject *variable;

    ocpp_write_component(json, "component", value);
    if (value->variable[0] == '\0') /* a filter for the whole component */
        return;
    variable = json_object_new();
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

gboolean ocpp_read_cost(JsonObject *json, const gchar *name, JsonPresence presence, gboolean *has,
                        gint64 *minor, GError **error)
{
    gdouble cost = 0;

    *minor = 0;
    if (!ocpp_read_maybe_number(json, name, has, &cost, error) ||
        (!*has && !ocpp_read_number(json, name, presence, &cost, error)))
        return FALSE;
    if (*has && fabs(cost * 100) > (gdouble)MONEY_MAX_MINOR) {
        g_set_error(error, OCPP_ERROR, OCPP_ERROR_PROPERTY_CONSTRAINT, "%s: out of range", name);
        return FALSE;
    }
    *minor = llround(cost * 100);
    return TRUE;
}

void ocpp_write_cost(JsonObject *json, const gchar *name, gint64 minor)
{
    json_object_set_double_member(json, name, (gdouble)minor / 100);
}

JsonObject *ocpp_status_to_json(const gchar *const *names, guint status, const OcppStatusInfo *info)
{
    JsonObject *json = json_object_new();

    json_object_set_string_member(json, "status", names[status]);
    if (info != NULL)
        ocpp_write_status_info(json, "statusInfo", info);
    return json;
}

gboolean ocpp_status_from_json(JsonObject *json, const gchar *const *names, guint *status,
                               OcppStatusInfo *info, GError **error)
{
    return ocpp_read_enum(json, "status", JSON_REQUIRED, names, status, error) &&
           ocpp_read_status_info(json, "statusInfo", info, error);
}
