#include "protocol/api_order.h"

#include <string.h>

#include "protocol/json_read.h"
#include "protocol/json_write.h"

#define TEXT(object, name, presence, field)                                                                  \
    json_read_text(object, name, presence, field, sizeof(field), error)

const gchar *const order_state_names[] = {"requested", "accepted", "charging",  "ended",       "settled",
                                          "rejected",  "expired",  "cancelled", "code_issued", NULL};
const gchar *const order_origin_names[] = {"order", "offline_code", "vehicle_code", "voucher", NULL};
G_STATIC_ASSERT(G_N_ELEMENTS(order_origin_names) == ORDER_N_ORIGINS + 1);
const gchar *const order_reason_names[] = {"",
                                           "pile_rejected",
                                           "pile_unreachable",
                                           "not_plugged",
                                           "by_driver",
                                           "by_server",
                                           "max_cost",
                                           "max_energy",
                                           "max_duration",
                                           "ev_disconnected",
                                           "ev_full",
                                           "power_loss",
                                           "fault",
                                           "other",
                                           "not_present",
                                           NULL};
const gchar *const order_presence_names[] = {"",         "pending_presence", "confirmed",
                                             "unproven", "mismatch",         NULL};
G_STATIC_ASSERT(G_N_ELEMENTS(order_presence_names) == ORDER_N_PRESENCES + 1);
G_STATIC_ASSERT(G_N_ELEMENTS(order_state_names) == ORDER_N_STATES + 1);
G_STATIC_ASSERT(G_N_ELEMENTS(order_reason_names) == ORDER_N_REASONS + 1);

gboolean order_state_is_final(OrderState state)
{
    return state >= ORDER_SETTLED && state <= ORDER_CANCELLED;
}

JsonObject *order_limits_to_json(const OrderLimits *limits)
{
    JsonObject *object = json_object_new();

    json_object_set_int_member(object, "max_cost_minor", limits->max_cost_minor);
    json_object_set_string_member(object, "currency", limits->currency);
    if (limits->max_energy_wh > 0)
        json_object_set_int_member(object, "max_energy_wh", limits->max_energy_wh);
    if (limits->max_duration_s > 0)
        json_object_set_int_member(object, "max_duration_s", limits->max_duration_s);
    return object;
}

gboolean order_limits_from_json(JsonObject *object, OrderLimits *limits, GError **error)
{
    if (!json_read_int(object, "max_cost_minor", JSON_REQUIRED, 1, MONEY_MAX_MINOR, &limits->max_cost_minor,
                       error) ||
        !TEXT(object, "currency", JSON_REQUIRED, limits->currency) ||
        !json_read_int(object, "max_energy_wh", JSON_OPTIONAL, 1, TARIFF_MAX_ENERGY_WH,
                       &limits->max_energy_wh, error) ||
        !json_read_int(object, "max_duration_s", JSON_OPTIONAL, 1, TARIFF_MAX_DURATION_S,
                       &limits->max_duration_s, error))
        return FALSE;
    if (!money_currency_is_supported(limits->currency)) {
        g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "currency: not supported");
        return FALSE;
    }
    return TRUE;
}

JsonNode *order_request_to_json(const OrderRequest *request)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "client_ref", request->client_ref);
    json_object_set_string_member(object, "scan_ref", request->scan_ref);
    json_object_set_object_member(object, "limits", order_limits_to_json(&request->limits));
    return json_write_node(object);
}

gboolean order_request_from_json(JsonObject *object, OrderRequest *request, GError **error)
{
    JsonObject *limits = NULL;

    memset(request, 0, sizeof *request);
    return TEXT(object, "client_ref", JSON_REQUIRED, request->client_ref) &&
           TEXT(object, "scan_ref", JSON_REQUIRED, request->scan_ref) &&
           json_read_object(object, "limits", JSON_REQUIRED, &limits, error) &&
           order_limits_from_json(limits, &request->limits, error);
}

static void write_unless(JsonObject *object, const gchar *name, gint64 value, gint64 unknown)
{
    if (value != unknown)
        json_object_set_int_member(object, name, value);
}

/* "1234-5678-9012-3456": as printed, typed and read aloud */
static gchar *grouped(const gchar *digits)
{
    return g_strdup_printf("%.4s-%.4s-%.4s-%.4s", digits, digits + 4, digits + 8, digits + 12);
}

static JsonObject *code_to_json(const OrderCode *code)
{
    g_autofree gchar *shown = grouped(code->digits);
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "digits", code->digits);
    json_object_set_string_member(object, "grouped", shown);
    json_write_time(object, "valid_until", code->valid_until_ms);
    json_object_set_int_member(object, "max_energy_wh", code->max_energy_wh);
    json_write_text(object, "link_url", code->link_url);
    return object;
}

static gboolean code_from_json(JsonObject *object, OrderCode *code, GError **error)
{
    if (!TEXT(object, "digits", JSON_REQUIRED, code->digits) ||
        !json_read_time(object, "valid_until", JSON_REQUIRED, &code->valid_until_ms, error) ||
        !json_read_int(object, "max_energy_wh", JSON_REQUIRED, 1, TARIFF_MAX_ENERGY_WH, &code->max_energy_wh,
                       error) ||
        !TEXT(object, "link_url", JSON_OPTIONAL, code->link_url))
        return FALSE;
    if (strlen(code->digits) == 16 && code->digits[strspn(code->digits, "0123456789")] == '\0' &&
        (code->link_url[0] == '\0' || api_link_url_is_valid(code->link_url)))
        return TRUE;
    g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE,
                        "offline_code: want 16 digits and an address");
    return FALSE;
}

JsonNode *order_to_json(const Order *order)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "order_id", order->order_id);
    json_object_set_string_member(object, "client_ref", order->client_ref);
    json_object_set_string_member(object, "evse_key", order->evse_key);
    json_object_set_string_member(object, "evse_id", order->evse_id);
    json_object_set_int_member(object, "event_seq", order->event_seq);
    json_object_set_string_member(object, "state", order_state_names[order->state]);
    json_object_set_string_member(object, "reason", order_reason_names[order->reason]);
    json_object_set_object_member(object, "limits", order_limits_to_json(&order->limits));
    json_write_time(object, "created_at", order->created_ms);
    json_write_time(object, "expires_at", order->expires_ms);
    json_write_time(object, "updated_at", order->updated_ms);
    json_write_text(object, "charging_state", order->charging_state);
    json_write_text(object, "transaction_id", order->transaction_id);
    if (order->started_ms > 0)
        json_write_time(object, "started_at", order->started_ms);
    if (order->ended_ms > 0)
        json_write_time(object, "ended_at", order->ended_ms);
    write_unless(object, "meter_start_wh", order->meter_start_wh, -1);
    write_unless(object, "meter_wh", order->meter_wh, -1);
    json_object_set_int_member(object, "energy_wh", order->energy_wh);
    json_object_set_int_member(object, "power_w", order->power_w);
    write_unless(object, "soc_percent", order->soc_percent, -1);
    json_object_set_int_member(object, "cost_minor", order->cost_minor);
    json_object_set_string_member(object, "currency", order->limits.currency);
    json_write_text(object, "presence", order_presence_names[order->presence]);
    if (order->has_receipt)
        json_object_set_member(object, "receipt", receipt_to_json(&order->receipt));
    if (order->origin != ORDER_ORIGIN_ORDER)
        json_object_set_string_member(object, "origin", order_origin_names[order->origin]);
    if (order->code_offered)
        json_object_set_boolean_member(object, "offline_code_offered", TRUE);
    if (order->code.digits[0] != '\0')
        json_object_set_object_member(object, "offline_code", code_to_json(&order->code));
    return json_write_node(object);
}

/* cost_minor is in the currency of the limits: another one would be shown as that. */
static gboolean check_currency(JsonObject *object, const OrderLimits *limits, GError **error)
{
    const gchar *currency = limits->currency;

    if (!json_read_string(object, "currency", JSON_OPTIONAL, MONEY_CURRENCY_BYTES - 1, &currency, error))
        return FALSE;
    if (g_str_equal(currency, limits->currency))
        return TRUE;
    g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "currency: not that of the limits");
    return FALSE;
}

static gboolean progress_from_json(JsonObject *object, Order *order, GError **error)
{
    const gint64 max = G_MAXINT64 / 4;

    order->meter_start_wh = order->meter_wh = order->soc_percent = -1;
    return TEXT(object, "charging_state", JSON_OPTIONAL, order->charging_state) &&
           TEXT(object, "transaction_id", JSON_OPTIONAL, order->transaction_id) &&
           json_read_time(object, "started_at", JSON_OPTIONAL, &order->started_ms, error) &&
           json_read_time(object, "ended_at", JSON_OPTIONAL, &order->ended_ms, error) &&
           json_read_int(object, "meter_start_wh", JSON_OPTIONAL, 0, max, &order->meter_start_wh, error) &&
           json_read_int(object, "meter_wh", JSON_OPTIONAL, 0, max, &order->meter_wh, error) &&
           json_read_int(object, "energy_wh", JSON_REQUIRED, 0, max, &order->energy_wh, error) &&
           json_read_int(object, "power_w", JSON_REQUIRED, 0, max, &order->power_w, error) &&
           json_read_int(object, "soc_percent", JSON_OPTIONAL, 0, 100, &order->soc_percent, error) &&
           json_read_int(object, "cost_minor", JSON_REQUIRED, 0, max, &order->cost_minor, error);
}

gboolean order_from_json(JsonObject *object, Order *order, GError **error)
{
    JsonObject *limits = NULL, *receipt = NULL, *code = NULL;
    guint state = 0, reason = 0, presence = 0, origin = ORDER_ORIGIN_ORDER;

    memset(order, 0, sizeof *order);
    if (!TEXT(object, "order_id", JSON_REQUIRED, order->order_id) ||
        !TEXT(object, "client_ref", JSON_REQUIRED, order->client_ref) ||
        !TEXT(object, "evse_key", JSON_REQUIRED, order->evse_key) ||
        !TEXT(object, "evse_id", JSON_REQUIRED, order->evse_id) ||
        !json_read_int(object, "event_seq", JSON_REQUIRED, 0, G_MAXINT64, &order->event_seq, error) ||
        !json_read_enum(object, "state", JSON_REQUIRED, order_state_names, &state, error) ||
        !json_read_enum(object, "reason", JSON_OPTIONAL, order_reason_names, &reason, error) ||
        !json_read_object(object, "limits", JSON_REQUIRED, &limits, error) ||
        !order_limits_from_json(limits, &order->limits, error) ||
        !json_read_time(object, "created_at", JSON_REQUIRED, &order->created_ms, error) ||
        !json_read_time(object, "expires_at", JSON_REQUIRED, &order->expires_ms, error) ||
        !json_read_time(object, "updated_at", JSON_REQUIRED, &order->updated_ms, error) ||
        !check_currency(object, &order->limits, error) || !progress_from_json(object, order, error) ||
        !json_read_enum(object, "presence", JSON_OPTIONAL, order_presence_names, &presence, error) ||
        !json_read_object(object, "receipt", JSON_OPTIONAL, &receipt, error) ||
        !json_read_enum(object, "origin", JSON_OPTIONAL, order_origin_names, &origin, error) ||
        !json_read_boolean(object, "offline_code_offered", JSON_OPTIONAL, &order->code_offered, error) ||
        !json_read_object(object, "offline_code", JSON_OPTIONAL, &code, error) ||
        (code != NULL && !code_from_json(code, &order->code, error)))
        return FALSE;
    order->state = (OrderState)state;
    order->reason = (OrderReason)reason;
    order->presence = (OrderPresence)presence;
    order->origin = (OrderOrigin)origin;
    order->has_receipt = receipt != NULL;
    return receipt == NULL || receipt_from_json(receipt, &order->receipt, error);
}
