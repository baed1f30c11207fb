/* The half of snapshot.h that history and receipts need too. */
#include "daemon/snapshot.h"

#include "base/utc_time.h"
#include "daemon/snapshot_put.h"

static void put_number(GVariantBuilder *builder, const gchar *key, gint64 number)
{
    snapshot_put(builder, key, g_variant_new_int64(number));
}

/* Unknown times are absent. */
static void put_time(GVariantBuilder *builder, const gchar *key, gint64 unix_ms)
{
    gchar text[UTC_TIME_TEXT_BYTES];

    if (unix_ms <= 0)
        return;
    utc_time_format(unix_ms, text);
    snapshot_put_text(builder, key, text);
}

GVariant *snapshot_order(const Order *order, gboolean with_total)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    snapshot_put_text(&builder, "order_id", order->order_id);
    snapshot_put_text(&builder, "client_ref", order->client_ref);
    snapshot_put_text(&builder, "evse_id", order->evse_id);
    snapshot_put_text(&builder, "state", order_state_names[order->state]);
    snapshot_put_text(&builder, "reason", order_reason_names[order->reason]);
    snapshot_put_text(&builder, "charging_state", order->charging_state);
    snapshot_put_text(&builder, "presence", order_presence_names[order->presence]);
    put_time(&builder, "created_at", order->created_ms);
    put_time(&builder, "expires_at", order->expires_ms);
    put_time(&builder, "started_at", order->started_ms);
    put_time(&builder, "ended_at", order->ended_ms);
    put_number(&builder, "energy_wh", order->energy_wh);
    put_number(&builder, "power_w", order->power_w);
    if (order->soc_percent >= 0)
        snapshot_put(&builder, "soc_percent", g_variant_new_double((gdouble)order->soc_percent));
    put_number(&builder, "cost_minor", order->cost_minor);
    snapshot_put_text(&builder, "currency", order->limits.currency);
    put_number(&builder, "max_cost_minor", order->limits.max_cost_minor);
    if (with_total && order->has_receipt)
        put_number(&builder, "total_minor", order->receipt.cost.total_minor);
    return g_variant_builder_end(&builder);
}

static void add_line(GVariantBuilder *lines, const gchar *type, gint64 cost_minor)
{
    GVariantBuilder line;

    g_variant_builder_init(&line, G_VARIANT_TYPE_VARDICT);
    snapshot_put_text(&line, "type", type);
    put_number(&line, "cost_minor", cost_minor);
    g_variant_builder_add_value(lines, g_variant_builder_end(&line));
}

GVariant *snapshot_receipt(const Receipt *receipt, const SettlementCheck *check)
{
    GVariantBuilder builder, lines;

    g_variant_builder_init(&lines, G_VARIANT_TYPE("aa{sv}"));
    add_line(&lines, "FLAT", receipt->cost.flat_minor);
    add_line(&lines, "ENERGY", receipt->cost.energy_minor);
    add_line(&lines, "TIME", receipt->cost.time_minor);
    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    snapshot_put_text(&builder, "receipt_id", receipt->receipt_id);
    snapshot_put_text(&builder, "order_id", receipt->order_id);
    snapshot_put_text(&builder, "evse_id", receipt->evse_id);
    snapshot_put_text(&builder, "operator", receipt->operator_name);
    put_time(&builder, "started_at", receipt->started_ms);
    put_time(&builder, "ended_at", receipt->ended_ms);
    put_number(&builder, "duration_s", receipt->duration_s);
    put_number(&builder, "energy_wh", receipt->energy_wh);
    put_number(&builder, "meter_start_wh", receipt->meter_start_wh);
    put_number(&builder, "meter_stop_wh", receipt->meter_stop_wh);
    snapshot_put(&builder, "lines", g_variant_builder_end(&lines));
    put_number(&builder, "sum_minor", receipt->cost.sum_minor);
    put_number(&builder, "waived_minor", receipt->cost.waived_minor);
    put_number(&builder, "total_minor", receipt->cost.total_minor);
    snapshot_put_text(&builder, "currency", receipt->tariff.currency);
    snapshot_put_text(&builder, "offer_id", receipt->offer.offer_id);
    snapshot_put_text(&builder, "offer_text", receipt->offer.text);
    snapshot_put(&builder, "checked",
                 g_variant_new_boolean(check != NULL && check->verdict == SETTLEMENT_AGREES));
    put_number(&builder, "difference_minor", check != NULL ? check->difference_minor : 0);
    snapshot_put_text(&builder, "check", check != NULL ? settlement_verdict_name(check->verdict) : "");
    return g_variant_builder_end(&builder);
}
