#include "server-stub/desk_private.h"

G_DEFINE_QUARK(desk - error - quark, desk_error)

static const struct {
    DeskError error;
    guint status;
    const gchar *code;
} problems[] = {
    {DESK_ERROR_BAD_FIELD, 400, "bad_field"},
    {DESK_ERROR_NOT_FOUND, 404, "not_found"},
    {DESK_ERROR_UNKNOWN_EVSE, 404, "unknown_evse"},
    {DESK_ERROR_CODE_EXPIRED, 410, "code_expired"},
    {DESK_ERROR_CODE_INVALID, 403, "code_invalid"},
    {DESK_ERROR_UNKNOWN_SCAN, 404, "unknown_scan"},
    {DESK_ERROR_SCAN_EXPIRED, 410, "scan_expired"},
    {DESK_ERROR_SCAN_USED, 409, "scan_used"},
    {DESK_ERROR_PILE_OFFLINE, 409, "pile_offline"},
    {DESK_ERROR_EVSE_OCCUPIED, 409, "evse_occupied"},
    {DESK_ERROR_EVSE_RESERVED, 409, "evse_reserved"},
    {DESK_ERROR_EVSE_UNAVAILABLE, 409, "evse_unavailable"},
    {DESK_ERROR_CURRENCY_MISMATCH, 409, "currency_mismatch"},
    {DESK_ERROR_KEY_REUSED, 422, "key_reused"},
    {DESK_ERROR_OFFER_EXPIRED, 410, "offer_expired"},
    {DESK_ERROR_OFFER_TAKEN, 409, "offer_taken"},
    {DESK_ERROR_OFFER_OVER, 409, "offer_over"},
    {DESK_ERROR_HAS_RESERVATION, 409, "has_reservation"},
    {DESK_ERROR_RESERVATION_OVER, 409, "reservation_over"},
    {DESK_ERROR_NOT_PRESENT, 409, "not_present"},
    {DESK_ERROR_PILE_ONLINE, 409, "pile_online"},
    {DESK_ERROR_NO_OFFLINE_CODES, 409, "no_offline_codes"},
    {DESK_ERROR_LIMITS_TOO_SMALL, 409, "limits_too_small"},
    {DESK_ERROR_TOO_MANY_CODES, 429, "too_many_codes"},
    {DESK_ERROR_WITHDRAWN, 409, "withdrawn"},
    {DESK_ERROR_NO_VOUCHERS, 409, "no_vouchers"},
    {DESK_ERROR_VOUCHER_OUTSTANDING, 409, "voucher_outstanding"},
    {DESK_ERROR_CODE_TAKEN, 409, "code_taken"},
};

guint desk_error_status(const GError *error)
{
    if (error->domain == DESK_ERROR)
        return problems[error->code].status;
    return g_error_matches(error, STORE_ERROR, STORE_ERROR_FULL) ? 507 : 500;
}

const gchar *desk_error_code(const GError *error)
{
    if (error->domain == DESK_ERROR)
        return problems[error->code].code;
    return g_error_matches(error, STORE_ERROR, STORE_ERROR_FULL) ? "storage_full" : "internal";
}

void desk_set_error(GError **error, DeskError code, const gchar *detail)
{
    G_STATIC_ASSERT(G_N_ELEMENTS(problems) == DESK_ERROR_CODE_TAKEN + 1); /* indexed by the code */
    g_set_error_literal(error, DESK_ERROR, code, detail);
}

Desk *desk_new(Store *store, const DeskPorts *ports, gpointer data, gint64 plug_timeout_ms)
{
    Desk *self = g_new0(Desk, 1);

    self->store = store;
    self->ports = *ports;
    self->data = data;
    self->plug_timeout_ms = plug_timeout_ms > 0 ? plug_timeout_ms : DESK_PLUG_TIMEOUT_MS;
    self->bays = bay_table_new();
    self->witnesses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->talks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, desk_talk_free);
    return self;
}

void desk_free(Desk *self)
{
    if (self == NULL)
        return;
    bay_table_free(self->bays);
    g_hash_table_unref(self->witnesses);
    g_hash_table_unref(self->talks);
    g_free(self);
}

void desk_set_presence(Desk *self, PresenceMode mode)
{
    self->presence = mode;
}

void desk_stop_pile(Desk *self, const OrderRow *row)
{
    TransactionRow transaction;

    if (store_transaction_of_order(self->store, row->order.order_id, &transaction, NULL) &&
        !transaction.ended)
        self->ports.stop(transaction.station_id, transaction.transaction_id, self->data);
}

void desk_tell(Desk *self, const OrderRow *row, OrderState before, OrderReason reason_before)
{
    if (row->order.state != before || row->order.reason != reason_before)
        g_message("order %s of %s at %s: %s %s", row->order.order_id, row->vehicle_id, row->order.evse_id,
                  order_state_names[row->order.state], order_reason_names[row->order.reason]);
    self->ports.changed(row, self->data);
    if (row->order.state == before)
        return;
    self->ports.evse_changed(row->station_id, self->data);
    if (order_state_is_final(row->order.state))
        desk_reservation_order_moved(self, row, FALSE, row->order.updated_ms);
}

gint64 desk_next_due_ms(Desk *self)
{
    OrderRow row;
    ReservationRow reservation;
    gint64 due_ms = store_order_next_due(self->store, &row, NULL) ? row.due_ms : G_MAXINT64;

    if (store_reservation_next_due(self->store, &reservation, NULL))
        due_ms = MIN(due_ms, reservation.due_ms);
    due_ms = MIN(due_ms, desk_gap_due_ms(self));
    return MIN(due_ms, desk_list_due_ms(self));
}

void desk_rearm(Desk *self)
{
    if (self->ports.rearm_later == NULL || !self->ports.rearm_later(self->data))
        self->ports.rearm(desk_next_due_ms(self), self->data);
}

gboolean desk_apply(Desk *self, OrderRow *row, OrderEvent event, OrderReason reason, gint64 now_ms,
                    GError **error)
{
    OrderState before = row->order.state;
    OrderReason reason_before = row->order.reason;
    OrderEffects effects = ORDER_EFFECT_NONE;
    g_auto(StoreChange) change = {0};

    if (order_session_apply(&row->order, event, reason, now_ms, &effects)) {
        row->due_ms = order_session_due_ms(&row->order);
        if (!store_begin(self->store, &change, error) || !store_order_save(self->store, row, error) ||
            !store_commit(&change, error))
            return FALSE;
        desk_tell(self, row, before, reason_before);
        desk_rearm(self);
    }
    if (effects & ORDER_EFFECT_STOP)
        desk_stop_pile(self, row);
    return TRUE;
}
