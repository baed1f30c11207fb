#include "server-stub/model/order_session.h"

#include "server-stub/model/presence.h"

#include <string.h>

void order_session_open(Order *order, const OrderRequest *request, const gchar *evse_key,
                        const gchar *evse_id, const gchar *order_id, gint64 now_ms, gint64 plug_timeout_ms)
{
    *order = (Order){.state = ORDER_REQUESTED,
                     .limits = request->limits,
                     .created_ms = now_ms,
                     .updated_ms = now_ms,
                     .expires_ms = now_ms + plug_timeout_ms,
                     .meter_start_wh = -1,
                     .meter_wh = -1,
                     .soc_percent = -1};
    g_strlcpy(order->order_id, order_id, sizeof order->order_id);
    g_strlcpy(order->client_ref, request->client_ref, sizeof order->client_ref);
    g_strlcpy(order->evse_key, evse_key, sizeof order->evse_key);
    g_strlcpy(order->evse_id, evse_id, sizeof order->evse_id);
}

gboolean order_session_apply(Order *order, OrderEvent event, OrderReason reason, gint64 now_ms,
                             OrderEffects *effects)
{
    OrderState before = order->state;
    gboolean changed;

    if (!order_table_next(&order->state, event, effects))
        return FALSE;
    changed = order->state != before;
    if (order->state != ORDER_CODE_ISSUED)
        order->code = (OrderCode){0};
    order->code_offered = FALSE; /* every row of the table leaves REQUESTED */
    /* The first reason stands: a driver's stop that the pile reports as "Remote" stays the driver's. */
    if (reason != ORDER_REASON_NONE && order->reason == ORDER_REASON_NONE) {
        order->reason = reason;
        changed = TRUE;
    }
    if (changed)
        order->updated_ms = MAX(now_ms, order->updated_ms);
    return changed;
}

/* Why an Ended event came that the server did not ask for. */
static OrderReason reason_from_stopped(OcppStoppedReason stopped_reason)
{
    switch (stopped_reason) {
    case OCPP_STOPPED_NONE: /* absent means Local (TransactionType.stoppedReason) */
    case OCPP_STOPPED_LOCAL:
        return ORDER_REASON_BY_DRIVER;
    case OCPP_STOPPED_BY_EV:
    case OCPP_STOPPED_SOC_LIMIT_REACHED:
        return ORDER_REASON_EV_FULL;
    case OCPP_STOPPED_EV_DISCONNECTED:
        return ORDER_REASON_EV_DISCONNECTED;
    case OCPP_STOPPED_POWER_LOSS:
        return ORDER_REASON_POWER_LOSS;
    case OCPP_STOPPED_EMERGENCY_STOP:
    case OCPP_STOPPED_GROUND_FAULT:
    case OCPP_STOPPED_OVERCURRENT_FAULT:
    case OCPP_STOPPED_POWER_QUALITY:
        return ORDER_REASON_FAULT;
    case OCPP_STOPPED_ENERGY_LIMIT_REACHED:
        return ORDER_REASON_MAX_ENERGY;
    case OCPP_STOPPED_TIME_LIMIT_REACHED:
        return ORDER_REASON_MAX_DURATION;
    case OCPP_STOPPED_LOCAL_OUT_OF_CREDIT:
        return ORDER_REASON_MAX_COST;
    case OCPP_STOPPED_REMOTE:
        return ORDER_REASON_BY_SERVER;
    default:
        return ORDER_REASON_OTHER;
    }
}

static gint64 cost_minor(const Order *order, const Transaction *transaction, const Tariff *tariff)
{
    return tariff_cost(tariff, transaction_energy_wh(transaction), transaction_duration_s(transaction),
                       order->limits.max_cost_minor)
        .total_minor;
}

/* OCPP 2.0.1 has no word for "the order's limit": a pile that stops by itself at a limit of customData says
 * Other (or Remote, had we asked); the readings tell what it was. */
static OrderReason reason_of_end(const Order *order, const Transaction *transaction, const Tariff *tariff)
{
    OrderReason said = reason_from_stopped(transaction->stopped_reason);
    OrderReason reached;

    if (said != ORDER_REASON_OTHER && said != ORDER_REASON_BY_SERVER)
        return said;
    reached = order_session_limit_reached(order, transaction, tariff);
    return reached != ORDER_REASON_NONE ? reached : said;
}

static OrderEvent next_event(const Order *order, const Transaction *transaction)
{
    gboolean plugged = transaction->plugged_ms > 0 || transaction_energy_wh(transaction) > 0;

    switch (order->state) {
    case ORDER_REQUESTED:
    case ORDER_ACCEPTED:
    case ORDER_CODE_ISSUED:
        if (plugged)
            return ORDER_EVENT_PLUGGED;
        /* Ended without a cable is believed once nothing older can still come in and tell of one. */
        if (transaction_is_complete(transaction))
            return transaction->connect_timeout ? ORDER_EVENT_CONNECT_TIMEOUT : ORDER_EVENT_ENDED_UNPLUGGED;
        return order->state == ORDER_REQUESTED ? ORDER_EVENT_START_ACCEPTED : ORDER_EVENT_PROGRESS;
    case ORDER_ENDED:
        return transaction_is_complete(transaction) ? ORDER_EVENT_COMPLETE : ORDER_EVENT_PROGRESS;
    default: /* it charges; or the order is over, and what runs all the same is stopped */
        return transaction_has_ended(transaction) ? ORDER_EVENT_ENDED : ORDER_EVENT_PROGRESS;
    }
}

static OrderReason reason_for(OrderEvent event, const Order *order, const Transaction *transaction,
                              const Tariff *tariff)
{
    switch (event) {
    case ORDER_EVENT_CONNECT_TIMEOUT:
        return ORDER_REASON_NOT_PLUGGED;
    case ORDER_EVENT_ENDED_UNPLUGGED:
        return reason_from_stopped(transaction->stopped_reason);
    case ORDER_EVENT_ENDED:
        return reason_of_end(order, transaction, tariff);
    default:
        return ORDER_REASON_NONE;
    }
}

/* Readings into the snapshot. */
static gboolean copy_readings(Order *order, const gchar *transaction_id, const Transaction *transaction,
                              const Tariff *tariff)
{
    Order before = *order;

    g_strlcpy(order->transaction_id, transaction_id, sizeof order->transaction_id);
    memset(order->charging_state, 0, sizeof order->charging_state);
    g_strlcpy(order->charging_state, ocpp_charging_state_names[transaction->charging_state],
              sizeof order->charging_state);
    order->started_ms = transaction->plugged_ms > 0 ? transaction->plugged_ms : 0;
    /* An end that was lost: nothing later than the newest event is known. */
    order->ended_ms = transaction->ended_ms == 0 && order->state >= ORDER_ENDED ? transaction->latest_ms
                                                                                : transaction->ended_ms;
    order->meter_start_wh = transaction->meter_start_wh;
    order->meter_wh = transaction->meter_wh;
    order->energy_wh = transaction_energy_wh(transaction);
    order->power_w = transaction->power_w;
    order->soc_percent = transaction->soc_percent;
    /* A session begins with the cable; before that there is nothing to pay for. */
    order->cost_minor = order->state == ORDER_ACCEPTED ? 0 : cost_minor(order, transaction, tariff);
    return memcmp(&before, order, sizeof before) != 0;
}

gboolean order_session_follow(Order *order, const gchar *transaction_id, const Transaction *transaction,
                              const Tariff *tariff, gint64 now_ms, OrderEffects *effects)
{
    gboolean changed = FALSE, moved = TRUE;

    *effects = ORDER_EFFECT_NONE;
    while (moved) {
        OrderState before = order->state;
        OrderEvent event = next_event(order, transaction);
        OrderEffects now = ORDER_EFFECT_NONE;

        changed |=
            order_session_apply(order, event, reason_for(event, order, transaction, tariff), now_ms, &now);
        *effects |= now;
        moved = order->state != before;
    }
    if (order->state == ORDER_CHARGING || order->state == ORDER_ACCEPTED || order->state == ORDER_ENDED ||
        order->state == ORDER_SETTLED)
        changed |= copy_readings(order, transaction_id, transaction, tariff);
    if (order->state == ORDER_CHARGING) {
        OrderReason limit = order_session_limit_reached(order, transaction, tariff);
        OrderEffects now = ORDER_EFFECT_NONE;

        if (limit != ORDER_REASON_NONE)
            changed |= order_session_apply(order, ORDER_EVENT_LIMIT_REACHED, limit, now_ms, &now);
        *effects |= now;
    }
    if (changed)
        order->updated_ms = MAX(now_ms, order->updated_ms);
    return changed;
}

gboolean order_session_close(Order *order, const gchar *transaction_id, const Transaction *transaction,
                             const Tariff *tariff, gint64 now_ms, OrderEffects *effects)
{
    gboolean changed = order_session_follow(order, transaction_id, transaction, tariff, now_ms, effects);
    OrderEffects now = ORDER_EFFECT_NONE;

    if (order->state == ORDER_CHARGING)
        changed |= order_session_apply(order, ORDER_EVENT_END_LOST, ORDER_REASON_OTHER, now_ms, &now);
    if (order->state == ORDER_ENDED)
        changed |= order_session_apply(order, ORDER_EVENT_NO_MORE, ORDER_REASON_NONE, now_ms, &now);
    *effects |= now;
    if (order->state == ORDER_SETTLED)
        changed |= copy_readings(order, transaction_id, transaction, tariff);
    return changed;
}

gboolean order_session_correct(Order *order, const gchar *transaction_id, const Transaction *transaction,
                               const Tariff *tariff, gint64 now_ms, OrderEffects *effects)
{
    *effects = ORDER_EFFECT_NONE;
    /* (nothing is missing from a receipt that is not made yet) */
    if (order->receipt.missing_events == 0 || order->receipt.corrected ||
        transaction_gap_missing(transaction) >= order->receipt.missing_events)
        return FALSE;
    order_table_next(&order->state, ORDER_EVENT_CORRECTED, effects);
    copy_readings(order, transaction_id, transaction, tariff);
    order->updated_ms = MAX(now_ms, order->updated_ms);
    return TRUE;
}

OrderReason order_session_limit_reached(const Order *order, const Transaction *transaction,
                                        const Tariff *tariff)
{
    gint64 energy_wh = transaction_energy_wh(transaction);
    gint64 duration_s = transaction_duration_s(transaction);
    const OrderLimits *limits = &order->limits;

    if (tariff_cost(tariff, energy_wh, duration_s, -1).sum_minor >= limits->max_cost_minor)
        return ORDER_REASON_MAX_COST;
    if (limits->max_energy_wh > 0 && energy_wh >= limits->max_energy_wh)
        return ORDER_REASON_MAX_ENERGY;
    if (limits->max_duration_s > 0 && duration_s >= limits->max_duration_s)
        return ORDER_REASON_MAX_DURATION;
    return ORDER_REASON_NONE;
}

gint64 order_session_due_ms(const Order *order)
{
    if (order->state == ORDER_REQUESTED && order->presence == ORDER_PRESENCE_PENDING)
        return MIN(order->created_ms + PRESENCE_WAIT_MS, order->expires_ms);
    if (order->state == ORDER_REQUESTED || order->state == ORDER_ACCEPTED ||
        order->state == ORDER_CODE_ISSUED)
        return order->expires_ms;
    /* A pile that sends no readings is stopped by our clock; one that does, by the times in its events. */
    if (order->state == ORDER_CHARGING && order->reason == ORDER_REASON_NONE &&
        order->limits.max_duration_s > 0)
        return order->started_ms + order->limits.max_duration_s * 1000;
    return 0;
}

gboolean order_session_wants_stop(const Order *order, const Transaction *transaction)
{
    if (transaction_has_ended(transaction))
        return FALSE;
    if (order->state == ORDER_CHARGING)
        return order->reason != ORDER_REASON_NONE;
    return order->state == ORDER_REJECTED || order->state == ORDER_EXPIRED || order->state == ORDER_CANCELLED;
}

void order_session_settle(const Order *order, const Transaction *transaction, const Tariff *tariff,
                          const gchar *receipt_id, const gchar *operator_name, Receipt *receipt)
{
    gint64 start_wh = MAX(transaction->meter_start_wh, 0);
    gint64 until_ms = transaction_has_ended(transaction) ? transaction->ended_ms : transaction->latest_ms;

    *receipt = (Receipt){.started_ms = transaction->plugged_ms,
                         .ended_ms = MAX(until_ms, transaction->plugged_ms),
                         .duration_s = transaction_duration_s(transaction),
                         .meter_start_wh = start_wh,
                         .meter_stop_wh = start_wh + transaction_energy_wh(transaction),
                         .energy_wh = transaction_energy_wh(transaction),
                         .soc_start_percent = transaction->soc_start_percent,
                         .soc_stop_percent = transaction->soc_percent,
                         .tariff = *tariff,
                         .missing_events = transaction_gap_missing(transaction),
                         .corrected = order->has_receipt};
    g_strlcpy(receipt->receipt_id, receipt_id, sizeof receipt->receipt_id);
    g_strlcpy(receipt->order_id, order->order_id, sizeof receipt->order_id);
    g_strlcpy(receipt->evse_id, order->evse_id, sizeof receipt->evse_id);
    g_strlcpy(receipt->operator_name, operator_name, sizeof receipt->operator_name);
    receipt->cost =
        tariff_cost(tariff, receipt->energy_wh, receipt->duration_s, order->limits.max_cost_minor);
}
