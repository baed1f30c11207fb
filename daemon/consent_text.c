#include "daemon/consent_text.h"

#include <string.h>

#include "protocol/json_gate.h"
#include "protocol/json_read.h"

gchar *consent_text_print(const Consent *consent)
{
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    g_autoptr(JsonObject) object = json_object_new();

    json_object_set_string_member(object, "confirm", confirm_mode_name(consent->confirm));
    json_object_set_boolean_member(object, "given", consent->given);
    json_object_set_int_member(object, "max_cost_minor", consent->limits.max_cost_minor);
    json_object_set_string_member(object, "currency", consent->limits.currency);
    json_object_set_int_member(object, "max_energy_wh", consent->limits.max_energy_wh);
    json_object_set_int_member(object, "max_duration_s", consent->limits.max_duration_s);
    json_object_set_boolean_member(object, "auto_code", consent->auto_code);
    json_object_set_boolean_member(object, "voucher", consent->voucher);
    json_node_set_object(root, object);
    return json_gate_print(root, NULL);
}

gboolean consent_text_read(const gchar *text, Consent *consent, GError **error)
{
    g_autoptr(JsonObject) object = json_gate_parse_object(text, strlen(text), error);
    Consent read = *consent;
    OrderLimits *limits = &read.limits;
    const gchar *confirm = "";

    if (object == NULL || !json_read_string(object, "confirm", JSON_REQUIRED, 8, &confirm, error) ||
        !json_read_boolean(object, "given", JSON_REQUIRED, &read.given, error) ||
        !json_read_int(object, "max_cost_minor", JSON_REQUIRED, 0, MONEY_MAX_MINOR, &limits->max_cost_minor,
                       error) ||
        !json_read_text(object, "currency", JSON_REQUIRED, limits->currency, sizeof limits->currency,
                        error) ||
        !json_read_int(object, "max_energy_wh", JSON_REQUIRED, 0, TARIFF_MAX_ENERGY_WH,
                       &limits->max_energy_wh, error) ||
        !json_read_int(object, "max_duration_s", JSON_REQUIRED, 0, TARIFF_MAX_DURATION_S,
                       &limits->max_duration_s, error) ||
        !json_read_boolean(object, "auto_code", JSON_OPTIONAL, &read.auto_code, error) ||
        !json_read_boolean(object, "voucher", JSON_OPTIONAL, &read.voucher, error))
        return FALSE;
    if (!confirm_mode_from_name(confirm, &read.confirm) || !money_currency_is_supported(limits->currency)) {
        g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "confirm or currency");
        return FALSE;
    }
    *consent = read;
    return TRUE;
}
