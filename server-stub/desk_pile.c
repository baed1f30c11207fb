#include "server-stub/desk_private.h"

#include "base/identifier.h"

#define STORE_AGAIN_MS (30 * 1000)

void desk_started(Desk *self, const gchar *order_id, DeskStart outcome, gint64 now_ms)
{
    g_autoptr(GError) error = NULL;
    OrderRow row;
    gboolean ok = TRUE;

    if (!store_order(self->store, order_id, &row, &error)) {
        g_warning("answer for an order that is not stored: %s", error != NULL ? error->message : order_id);
        return;
    }
    if (outcome == DESK_START_ACCEPTED)
        ok = desk_apply(self, &row, ORDER_EVENT_START_ACCEPTED, ORDER_REASON_NONE, now_ms, &error);
    /* A repeated start may be rejected because the first one, whose answer was lost, is being served
     * (F02.FR.23 ff.): that says nothing. The pile's events or the deadline will. */
    else if (outcome == DESK_START_REJECTED && row.start_attempts <= 1)
        ok = desk_apply(self, &row, ORDER_EVENT_START_REJECTED, ORDER_REASON_PILE_REJECTED, now_ms, &error);
    else if (outcome == DESK_START_UNKNOWN)
        desk_offer_code(self, &row, now_ms);
    if (!ok)
        g_warning("order %s: %s", order_id, error->message);
}

/* One open order after the pile is back. FALSE: the store failed */
static gboolean resume(Desk *self, OrderRow *row, gint64 now_ms)
{
    g_autoptr(GError) error = NULL;
    gboolean waits = row->order.state == ORDER_REQUESTED || row->order.state == ORDER_ACCEPTED;
    gboolean late = waits && now_ms >= row->order.expires_ms;
    gboolean repeat = row->order.state == ORDER_REQUESTED && !late &&
                      row->order.presence != ORDER_PRESENCE_PENDING; /* that one waits for its bay */

    if (late)
        row->due_ms = now_ms + DESK_GRACE_MS;
    if (repeat)
        row->start_attempts++;
    if ((late || repeat) && !store_order_save_plan(self->store, row, &error)) {
        g_warning("order %s: %s", row->order.order_id, error->message);
        return FALSE;
    }
    if (repeat)
        self->ports.start(row, self->data);
    if (row->order.state == ORDER_CHARGING && row->order.reason != ORDER_REASON_NONE)
        desk_stop_pile(self, row);
    return TRUE;
}

void desk_station_ready(Desk *self, const gchar *station_id, gint64 now_ms)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) rows = store_orders_open_at(self->store, station_id, &error);

    gboolean ok = rows != NULL;

    if (rows == NULL)
        g_warning("station %s: %s", station_id, error->message);
    for (guint i = 0; ok && i < rows->len; i++)
        ok = resume(self, &g_array_index(rows, OrderRow, i), now_ms);
    ok = desk_reservations_resume(self, station_id, now_ms) && ok;
    self->ports.evse_changed(station_id, self->data);
    desk_ask_lost_secret(self, station_id);
    desk_tell_secrets(self, station_id, now_ms);
    desk_list_refresh(self, station_id, now_ms);
    ok = desk_gap_station_ready(self, station_id, now_ms) && ok;
    desk_talk(self, station_id)->ready_ms = ok ? 0 : now_ms + STORE_AGAIN_MS;
    desk_rearm(self);
}

/* A transaction event on its way through the desk. */
typedef struct {
    TransactionRow row;
    Transaction transaction;
    TransactionEvent event;
    gboolean has_order; /* order is the one that this transaction serves */
    gboolean second;    /* the order is served by another transaction already: a pile runs one per order */
    OrderRow order;
    DeskPayer payer; /* of a token that no order has sent */
} Delivery;

static gboolean load_transaction(Desk *self, const gchar *station_id,
                                 const OcppTransactionEventRequest *request, Delivery *d, GError **error)
{
    GError *store_error = NULL;

    if (store_transaction(self->store, request->transaction_id, &d->row, &store_error)) {
        if (!g_str_equal(d->row.station_id, station_id)) {
            g_set_error_literal(error, OCPP_ERROR, OCPP_ERROR_SECURITY,
                                "this transaction is of another station");
            return FALSE;
        }
        if (!transaction_from_text(&d->transaction, d->row.folded)) {
            g_set_error_literal(error, OCPP_ERROR, OCPP_ERROR_INTERNAL, "stored transaction is damaged");
            return FALSE;
        }
    } else if (store_error != NULL) {
        g_propagate_error(error, store_error);
        return FALSE;
    } else {
        transaction_init(&d->transaction);
        d->row = (TransactionRow){.id_type = OCPP_ID_TOKEN_NO_AUTHORIZATION};
        g_strlcpy(d->row.transaction_id, request->transaction_id, sizeof d->row.transaction_id);
        g_strlcpy(d->row.station_id, station_id, sizeof d->row.station_id);
    }
    if (request->evse.present && d->row.evse_no == 0)
        d->row.evse_no = request->evse.id;
    return TRUE;
}

/* Which order does it serve? Only one of this very station can be meant: ids of others' orders find nothing.
 */
static gboolean find_order(Desk *self, const OcppTransactionEventRequest *request, Delivery *d,
                           GError **error)
{
    GError *store_error = NULL;
    TransactionRow other;
    gboolean found;

    if (d->row.order_id[0] != '\0')
        found = store_order(self->store, d->row.order_id, &d->order, &store_error);
    else
        found = (request->has_remote_start_id &&
                 store_order_by_start(self->store, d->row.station_id, request->remote_start_id, &d->order,
                                      &store_error)) ||
                (store_error == NULL && request->id_token.present &&
                 store_order_by_id_token(self->store, d->row.station_id, request->id_token.id_token,
                                         &d->order, &store_error));
    if (store_error != NULL) {
        g_propagate_error(error, store_error);
        return FALSE;
    }
    d->has_order = found;
    if (!found || d->row.order_id[0] != '\0')
        return TRUE;
    if (store_transaction_of_order(self->store, d->order.order.order_id, &other, NULL)) {
        g_warning("station %s: a second transaction for order %s", d->row.station_id,
                  d->order.order.order_id);
        d->second = TRUE;
        d->has_order = FALSE;
        d->row.flag = LEDGER_FLAG_SECOND_TRANSACTION;
        return TRUE;
    }
    g_strlcpy(d->row.order_id, d->order.order.order_id, sizeof d->row.order_id);
    return TRUE;
}

/* A code, a voucher, a vehicle that the pile knew. */
static gboolean find_payer(Desk *self, const OcppTransactionEventRequest *request, gint64 now_ms, Delivery *d,
                           GError **error)
{
    gboolean over = request->event_type == OCPP_TRANSACTION_ENDED || transaction_has_ended(&d->transaction);
    gint64 started_ms = d->transaction.started_ms > 0 ? d->transaction.started_ms : request->timestamp_ms;

    if (request->id_token.present && request->id_token.type != OCPP_ID_TOKEN_NO_AUTHORIZATION &&
        d->row.id_token[0] == '\0') {
        d->row.id_type = (gint)request->id_token.type;
        g_strlcpy(d->row.id_token, request->id_token.id_token, sizeof d->row.id_token);
    }
    if (d->has_order || d->second || d->row.order_id[0] != '\0' || d->row.id_token[0] == '\0')
        return TRUE;
    if (!desk_find_payer(self, &d->row, request->proof.present ? &request->proof : NULL,
                         over || d->row.live || !request->offline, started_ms, now_ms, &d->payer, error))
        return FALSE;
    if (d->payer.found) {
        d->has_order = TRUE;
        d->order = d->payer.order;
        g_strlcpy(d->row.order_id, d->order.order.order_id, sizeof d->row.order_id);
    }
    return TRUE;
}

void desk_settle(OrderRow *row, const Transaction *transaction)
{
    g_autofree gchar *receipt_id = identifier_new_uuid();
    Order *order = &row->order;
    Receipt receipt;

    order_session_settle(order, transaction, &row->tariff, receipt_id, row->operator_name, &receipt);
    receipt.offer = row->offer;
    order->receipt = receipt;
    order->has_receipt = TRUE;
    order->cost_minor = order->receipt.cost.total_minor;
}

static gboolean store_delivery(Desk *self, Delivery *d, gboolean order_changed, GError **error)
{
    g_auto(StoreChange) change = {0};
    g_autofree gchar *folded = transaction_to_text(&d->transaction);
    const TransactionEvent *e = &d->event;
    TransactionEventRow event = {e->seq_no,
                                 (gint)e->kind,
                                 (gint)e->trigger_reason,
                                 (gint)e->stopped_reason,
                                 (gint)e->charging_state,
                                 e->offline,
                                 e->at_ms,
                                 e->meter_first_wh,
                                 e->meter_last_wh,
                                 e->power_w,
                                 e->soc_percent};

    g_strlcpy(d->row.folded, folded, sizeof d->row.folded);
    d->row.ended = transaction_has_ended(&d->transaction);
    d->row.live |= !e->offline;
    d->row.closed |= transaction_is_complete(&d->transaction);
    if (!store_begin(self->store, &change, error) ||
        !store_transaction_save(self->store, &d->row, &event, error) ||
        (d->payer.found && !desk_payer_store(self, &d->row, &d->payer, error)))
        return FALSE;
    if (order_changed) {
        d->order.due_ms = order_session_due_ms(&d->order.order);
        if (!store_order_save(self->store, &d->order, error))
            return FALSE;
    }
    return store_commit(&change, error);
}

static OcppAuthorizationStatus status_of_order(OrderState state)
{
    switch (state) {
    case ORDER_REJECTED:
    case ORDER_CANCELLED:
        return OCPP_AUTHORIZATION_INVALID;
    case ORDER_EXPIRED:
        return OCPP_AUTHORIZATION_EXPIRED;
    default:
        return OCPP_AUTHORIZATION_ACCEPTED;
    }
}

static void respond(Desk *self, const OcppTransactionEventRequest *request, const Delivery *d,
                    OcppTransactionEventResponse *response)
{
    *response = (OcppTransactionEventResponse){0};
    /* idTokenInfo answers an idToken and nothing else (E01.FR.11). */
    if (request->id_token.present && request->id_token.type != OCPP_ID_TOKEN_NO_AUTHORIZATION) {
        response->id_token_info.present = TRUE;
        response->id_token_info.status = d->has_order ? status_of_order(d->order.order.state)
                                         : d->second  ? OCPP_AUTHORIZATION_CONCURRENT_TX
                                                      : d->payer.status;
    }
    /* totalCost: the final cost, only once charging has ended (TransactionEventResponse). */
    if (request->event_type == OCPP_TRANSACTION_ENDED && d->has_order && d->order.order.has_receipt) {
        response->has_total_cost = TRUE;
        response->total_cost_minor = d->order.order.receipt.cost.total_minor;
    }
}

/* What this event does to its order. A pile that tells only the past moves nothing before the transaction is
 * over: nobody is shown an hour ago as now. */
static gboolean follow(Desk *self, Delivery *d, gint64 now_ms, OrderEffects *effects)
{
    Order *order = &d->order.order;
    gboolean live = d->row.live || !d->event.offline;

    if (order->state == ORDER_SETTLED) {
        if (!transaction_is_complete(&d->transaction)) { /* late ones are coming in: ask for the rest again */
            d->row.closed = FALSE;
            d->row.gap_ms = now_ms;
            return FALSE;
        }
        return order_session_correct(order, d->row.transaction_id, &d->transaction, &d->order.tariff, now_ms,
                                     effects);
    }
    if (!live && !transaction_has_ended(&d->transaction))
        return d->payer.made;
    return order_session_follow(order, d->row.transaction_id, &d->transaction, &d->order.tariff, now_ms,
                                effects) ||
           d->payer.made;
}

gboolean desk_transaction_event(Desk *self, const gchar *station_id,
                                const OcppTransactionEventRequest *request, gint64 now_ms,
                                OcppTransactionEventResponse *response, GError **error)
{
    g_autofree Delivery *d = g_new0(Delivery, 1);
    OrderEffects effects = ORDER_EFFECT_NONE;
    OrderState before;
    OrderReason reason_before;
    gboolean changed = FALSE, has_gap;

    transaction_event_from_ocpp(&d->event, request);
    d->payer.status = OCPP_AUTHORIZATION_UNKNOWN;
    if (!load_transaction(self, station_id, request, d, error) || !find_order(self, request, d, error) ||
        !find_payer(self, request, now_ms, d, error))
        return FALSE;
    switch (transaction_add(&d->transaction, &d->event)) {
    case SEQ_SET_FULL:
        g_set_error_literal(error, OCPP_ERROR, OCPP_ERROR_PROPERTY_CONSTRAINT,
                            "seqNo: too many gaps before it");
        return FALSE;
    case SEQ_SET_DUPLICATE: /* sent again because our answer was lost: the same answer, nothing else */
        respond(self, request, d, response);
        return TRUE;
    default:
        break;
    }
    before = d->order.order.state;
    reason_before = d->order.order.reason;
    if (d->has_order)
        changed = follow(self, d, now_ms, &effects);
    if (effects & ORDER_EFFECT_SETTLE)
        desk_settle(&d->order, &d->transaction);
    if (!store_delivery(self, d, changed, error))
        return FALSE;
    respond(self, request, d, response);

    has_gap = !d->row.closed && (d->row.ended || d->row.gap_ms > 0);
    if (d->row.flag != LEDGER_FLAG_NONE && d->event.kind == OCPP_TRANSACTION_STARTED)
        g_warning("station %s: transaction %s: %s", station_id, d->row.transaction_id,
                  ledger_flag_names[d->row.flag]);
    if (changed)
        desk_tell(self, &d->order, before, reason_before);
    if (has_gap)
        desk_gap_arm(self, station_id, now_ms + TRANSACTION_GAP_ASK_MS, FALSE);
    if (changed || has_gap)
        desk_rearm(self);
    if (request->event_type != OCPP_TRANSACTION_UPDATED)
        self->ports.evse_changed(station_id, self->data); /* in use, or free again */
    if (d->has_order && request->event_type == OCPP_TRANSACTION_STARTED)
        desk_reservation_order_moved(self, &d->order, TRUE, now_ms);
    if (!d->row.ended &&
        (d->second || (d->has_order && order_session_wants_stop(&d->order.order, &d->transaction))))
        self->ports.stop(station_id, d->row.transaction_id, self->data);
    return TRUE;
}

gboolean desk_authorize(Desk *self, const gchar *station_id, const OcppAuthorizeRequest *request,
                        OcppAuthorizeResponse *response, GError **error)
{
    TransactionRow asked = {.id_type = (gint)request->id_token.type};
    GError *failure = NULL;
    DeskPayer payer;
    OrderRow order;

    *response =
        (OcppAuthorizeResponse){.id_token_info = {.present = TRUE, .status = OCPP_AUTHORIZATION_UNKNOWN}};
    if (request->id_token.type == OCPP_ID_TOKEN_CENTRAL &&
        store_order_by_id_token(self->store, station_id, request->id_token.id_token, &order, &failure)) {
        response->id_token_info.status =
            order.order.state <= ORDER_CHARGING ? OCPP_AUTHORIZATION_ACCEPTED : OCPP_AUTHORIZATION_EXPIRED;
    } else if (failure == NULL) {
        /* Asked before anything starts: nothing is made of it, the answer only says what would be. */
        g_strlcpy(asked.station_id, station_id, sizeof asked.station_id);
        g_strlcpy(asked.id_token, request->id_token.id_token, sizeof asked.id_token);
        if (desk_find_payer(self, &asked, NULL, FALSE, 0, 0, &payer, &failure))
            response->id_token_info.status = payer.status;
    }
    if (failure != NULL)
        g_propagate_error(error, failure);
    return failure == NULL;
}

/* Returns: FALSE when the store failed: then the rest waits for the next tick */
static gboolean do_due(Desk *self, OrderRow *row, gint64 now_ms, GError **error)
{
    Order *order = &row->order;

    if (order->state == ORDER_CODE_ISSUED) { /* its pile has the last word: desk_gap.c */
        row->due_ms = 0;
        desk_gap_arm(self, row->station_id, now_ms, FALSE);
        return store_order_save_plan(self->store, row, error);
    }
    if (order->state == ORDER_CHARGING)
        return desk_apply(self, row, ORDER_EVENT_LIMIT_REACHED, ORDER_REASON_MAX_DURATION, now_ms, error);
    if (order->state == ORDER_REQUESTED && order->presence == ORDER_PRESENCE_PENDING &&
        now_ms < order->expires_ms)
        return desk_presence_settle(self, row, now_ms, error);
    if (!self->ports.reachable(row->station_id, self->data) && now_ms < order->expires_ms + DESK_HOLD_MS) {
        row->due_ms = order->expires_ms + DESK_HOLD_MS;
        return store_order_save_plan(self->store, row, error);
    }
    return desk_apply(self, row, ORDER_EVENT_DEADLINE,
                      order->state == ORDER_ACCEPTED ? ORDER_REASON_NOT_PLUGGED
                                                     : ORDER_REASON_PILE_UNREACHABLE,
                      now_ms, error);
}

void desk_tick(Desk *self, gint64 now_ms)
{
    g_autoptr(GError) error = NULL;
    OrderRow row;

    while (store_order_next_due(self->store, &row, &error) && row.due_ms <= now_ms)
        if (!do_due(self, &row, now_ms, &error))
            break;
    if (error == NULL)
        desk_reservations_due(self, now_ms, &error);
    desk_gap_tick(self, now_ms);
    desk_list_tick(self, now_ms);
    if (now_ms >= self->forget_ms && error == NULL) {
        /* A used token must be remembered for as long as it could be shown again; a day is plenty. */
        store_scans_forget(self->store, now_ms - 24 * 60 * 60 * G_GINT64_CONSTANT(1000), &error);
        self->forget_ms = now_ms + 60 * 60 * 1000;
    }
    if (error != NULL) {
        g_warning("deadlines: %s", error->message);
        self->ports.rearm(now_ms + 1000, self->data); /* disk full: keep trying */
        return;
    }
    desk_rearm(self);
}
