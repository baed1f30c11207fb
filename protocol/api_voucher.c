#include "protocol/api_voucher.h"

#include <string.h>

#include "protocol/json_read.h"
#include "protocol/json_write.h"

#define TEXT(object, name, presence, field)                                                                  \
    json_read_text(object, name, presence, field, sizeof(field), error)

static gboolean is_base64url(const gchar *text, gsize chars)
{
    return strlen(text) == chars &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == chars;
}

static gboolean wrong_shape(const gchar *what, GError **error)
{
    g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, what);
    return FALSE;
}

JsonNode *voucher_request_to_json(const VoucherRequest *request)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "client_ref", request->client_ref);
    json_object_set_string_member(object, "vehicle_key", request->vehicle_key);
    json_object_set_object_member(object, "limits", order_limits_to_json(&request->limits));
    return json_write_node(object);
}

gboolean voucher_request_from_json(JsonObject *object, VoucherRequest *request, GError **error)
{
    JsonObject *limits = NULL;

    memset(request, 0, sizeof *request);
    if (!TEXT(object, "client_ref", JSON_REQUIRED, request->client_ref) ||
        !TEXT(object, "vehicle_key", JSON_REQUIRED, request->vehicle_key) ||
        !json_read_object(object, "limits", JSON_REQUIRED, &limits, error) ||
        !order_limits_from_json(limits, &request->limits, error))
        return FALSE;
    return is_base64url(request->vehicle_key, 43) ||
           wrong_shape("vehicle_key: want 43 characters of base64url", error);
}

JsonNode *voucher_answer_to_json(const VoucherAnswer *answer)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "client_ref", answer->client_ref);
    json_object_set_string_member(object, "voucher_id", answer->voucher_id);
    json_object_set_string_member(object, "voucher", answer->voucher);
    json_write_time(object, "expires_at", answer->expires_ms);
    json_object_set_int_member(object, "energy_cap_wh", answer->energy_cap_wh);
    json_object_set_int_member(object, "max_cost_minor", answer->max_cost_minor);
    json_object_set_string_member(object, "currency", answer->currency);
    json_object_set_boolean_member(object, "used", answer->used);
    return json_write_node(object);
}

gboolean voucher_answer_from_json(JsonObject *object, VoucherAnswer *answer, GError **error)
{
    memset(answer, 0, sizeof *answer);
    if (!TEXT(object, "client_ref", JSON_REQUIRED, answer->client_ref) ||
        !TEXT(object, "voucher_id", JSON_REQUIRED, answer->voucher_id) ||
        !TEXT(object, "voucher", JSON_REQUIRED, answer->voucher) ||
        !json_read_time(object, "expires_at", JSON_REQUIRED, &answer->expires_ms, error) ||
        !json_read_int(object, "energy_cap_wh", JSON_REQUIRED, 1, TARIFF_MAX_ENERGY_WH,
                       &answer->energy_cap_wh, error) ||
        !json_read_int(object, "max_cost_minor", JSON_REQUIRED, 1, MONEY_MAX_MINOR, &answer->max_cost_minor,
                       error) ||
        !TEXT(object, "currency", JSON_REQUIRED, answer->currency) ||
        !json_read_boolean(object, "used", JSON_OPTIONAL, &answer->used, error))
        return FALSE;
    return (is_base64url(answer->voucher, 178) && money_currency_is_supported(answer->currency)) ||
           wrong_shape("voucher: want 178 characters of base64url and a supported currency", error);
}
