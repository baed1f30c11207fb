/* The pile's side of reservations: a promise to a driver ends at once, what a pile keeps for it ends when the
 * pile has surely let go. Every call is counted in the store before it is sent. */
#include "server-stub/desk_private.h"

#include "base/identifier.h"

static gboolean can_tell(Desk *self, const ReservationRow *row)
{
    return self->ports.reachable(row->station_id, self->data) && row->attempts < RESERVATION_MAX_ATTEMPTS;
}

/* Decides what the pile is told now, and counts on it. */
static ReservationTell plan(Desk *self, ReservationRow *row, gboolean order_open, gint64 now_ms)
{
    ReservationTell tell = reservation_rules_tell(&row->reservation, (PileHold)row->hold, order_open);
    gint64 told_ms = 0;

    if (tell != RESERVATION_TELL_NOTHING && can_tell(self, row)) {
        row->attempts++;
        told_ms = now_ms;
        if (tell == RESERVATION_TELL_RESERVE)
            row->hold = PILE_HOLD_PERHAPS;
    } else {
        tell = RESERVATION_TELL_NOTHING;
    }
    row->due_ms = reservation_rules_due_ms(&row->reservation, (PileHold)row->hold, row->attempts, told_ms);
    return tell;
}

static void make_receipt(Reservation *r, gint64 now_ms)
{
    g_autofree gchar *receipt_id = identifier_new_uuid();

    g_strlcpy(r->receipt_id, receipt_id, sizeof r->receipt_id);
    r->charged_minor = r->no_show_minor;
    r->charged_at_ms = now_ms;
}

gboolean desk_reservation_decide(Desk *self, ReservationRow *row, ReservationEvent event, gint64 now_ms,
                                 ReservationTell *tell, gboolean *changed)
{
    Reservation *r = &row->reservation;
    gboolean was_open = reservation_state_is_open(r->state);
    PileHold hold = reservation_rules_hold((PileHold)row->hold, event, row->attempts);
    gboolean moved = hold != (PileHold)row->hold;
    ReservationEffects effects = RESERVATION_EFFECT_NONE;

    *tell = RESERVATION_TELL_NOTHING;
    *changed = reservation_rules_apply(r, event, (PileHold)row->hold,
                                       self->ports.reachable(row->station_id, self->data), now_ms, &effects);
    if (!*changed && !moved)
        return FALSE;
    row->hold = (gint)hold;
    if (was_open && !reservation_state_is_open(r->state))
        row->attempts = 0; /* counts the calls that let go, from now on */
    if (effects & RESERVATION_EFFECT_LOOK_AROUND)
        r->has_alternative = self->ports.instead_of(r->evse_key, &r->alternative, self->data);
    if (effects & RESERVATION_EFFECT_CHARGE)
        make_receipt(r, now_ms);
    /* An answer, or the order that stands in for it, asks for no further word to the pile. */
    if (was_open && reservation_state_is_open(r->state))
        row->due_ms = reservation_rules_due_ms(r, (PileHold)row->hold, row->attempts, now_ms);
    else
        *tell = plan(self, row, event == RESERVATION_EVENT_ORDERED, now_ms);
    return TRUE;
}

void desk_reservation_act(Desk *self, const ReservationRow *row, ReservationTell tell, gboolean changed)
{
    const Reservation *r = &row->reservation;

    if (changed) {
        g_message("reservation %s of %s at %s: %s %s", r->reservation_id, row->vehicle_id, r->evse_id,
                  reservation_state_names[r->state], reservation_reason_names[r->reason]);
        self->ports.reservation_changed(row, self->data);
        self->ports.evse_changed(row->station_id, self->data);
    }
    if (tell == RESERVATION_TELL_RESERVE)
        self->ports.reserve(row, self->data);
    else if (tell == RESERVATION_TELL_CANCEL)
        self->ports.release(row, self->data);
}

gboolean desk_reservation_apply(Desk *self, ReservationRow *row, ReservationEvent event, gint64 now_ms,
                                GError **error)
{
    g_auto(StoreChange) change = {0};
    ReservationTell tell = RESERVATION_TELL_NOTHING;
    gboolean changed = FALSE;

    if (!desk_reservation_decide(self, row, event, now_ms, &tell, &changed))
        return TRUE;
    if (!store_begin(self->store, &change, error) ||
        !(changed ? store_reservation_save(self->store, row, error)
                  : store_reservation_save_plan(self->store, row, error)) ||
        !store_commit(&change, error))
        return FALSE;
    desk_reservation_act(self, row, tell, changed);
    desk_rearm(self);
    return TRUE;
}

void desk_reservation_on(Desk *self, const gchar *evse_key, ReservationEvent event, gint64 now_ms)
{
    g_autoptr(GError) error = NULL;
    ReservationRow row;

    if (store_reservation_open_on_evse(self->store, evse_key, &row, &error))
        desk_reservation_apply(self, &row, event, now_ms, &error);
    if (error != NULL)
        g_warning("reservation at %s: %s", evse_key, error->message);
}

static void apply_to(Desk *self, const gchar *reservation_id, ReservationEvent event, gint64 now_ms)
{
    g_autoptr(GError) error = NULL;
    ReservationRow row;

    if (store_reservation(self->store, reservation_id, &row, &error))
        desk_reservation_apply(self, &row, event, now_ms, &error);
    if (error != NULL)
        g_warning("reservation %s: %s", reservation_id, error->message);
}

void desk_reserved(Desk *self, const gchar *reservation_id, DeskStart outcome, gint64 now_ms)
{
    if (outcome != DESK_START_UNKNOWN)
        apply_to(self, reservation_id,
                 outcome == DESK_START_ACCEPTED ? RESERVATION_EVENT_ACCEPTED : RESERVATION_EVENT_REFUSED,
                 now_ms);
}

/* Stores what only we see of it, and tells the pile what follows. */
static gboolean replan(Desk *self, ReservationRow *row, gboolean order_open, gint64 now_ms, GError **error)
{
    ReservationTell tell = plan(self, row, order_open, now_ms);

    if (!store_reservation_save_plan(self->store, row, error))
        return FALSE;
    desk_reservation_act(self, row, tell, FALSE);
    return TRUE;
}

void desk_released(Desk *self, const gchar *reservation_id, gint64 now_ms)
{
    g_autoptr(GError) error = NULL;
    ReservationRow row;

    if (store_reservation(self->store, reservation_id, &row, &error) &&
        !reservation_state_is_open(row.reservation.state)) {
        row.hold = PILE_HOLD_NONE;
        replan(self, &row, FALSE, now_ms, &error);
    }
    if (error != NULL)
        g_warning("reservation %s: %s", reservation_id, error->message);
    desk_rearm(self);
}

void desk_reservation_update(Desk *self, const gchar *station_id, gint number, gboolean expired,
                             gint64 now_ms)
{
    g_autoptr(GError) error = NULL;
    ReservationRow row;

    if (store_reservation_by_number(self->store, station_id, number, &row, &error))
        desk_reservation_apply(
            self, &row, expired ? RESERVATION_EVENT_PILE_EXPIRED : RESERVATION_EVENT_REMOVED, now_ms, &error);
    else
        g_message("station %s: an unknown reservation %d has ended", station_id, number);
    if (error != NULL)
        g_warning("station %s: reservation %d: %s", station_id, number, error->message);
}

void desk_reservation_order_moved(Desk *self, const OrderRow *order, gboolean has_transaction, gint64 now_ms)
{
    g_autoptr(GError) error = NULL;
    ReservationRow row;
    TransactionRow transaction;

    if (!store_reservation_of_order(self->store, order->order.order_id, &row, &error)) {
        if (error != NULL)
            g_warning("order %s: %s", order->order.order_id, error->message);
        return;
    }
    /* The transaction used it up at the pile (H01.FR.15). */
    if (has_transaction || store_transaction_of_order(self->store, order->order.order_id, &transaction, NULL))
        row.hold = PILE_HOLD_NONE;
    if (!replan(self, &row, FALSE, now_ms, &error))
        g_warning("reservation %s: %s", row.reservation.reservation_id, error->message);
    desk_rearm(self);
}

/* Is the order that stands in for it still on its way to a transaction? */
static gboolean order_is_open(Desk *self, ReservationRow *row, gboolean *open, GError **error)
{
    OrderRow order;
    TransactionRow transaction;
    GError *failure = NULL;

    *open = FALSE;
    if (row->reservation.order_id[0] == '\0')
        return TRUE;
    if (store_order(self->store, row->reservation.order_id, &order, &failure)) {
        *open = !order_state_is_final(order.order.state);
        if (store_transaction_of_order(self->store, row->reservation.order_id, &transaction, &failure)) {
            row->hold = PILE_HOLD_NONE;
            *open = FALSE;
        }
    }
    if (failure != NULL)
        g_propagate_error(error, failure);
    return failure == NULL;
}

gboolean desk_reservations_resume(Desk *self, const gchar *station_id, gint64 now_ms)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) rows = store_reservations_at(self->store, station_id, &error);

    for (guint i = 0; rows != NULL && i < rows->len; i++) {
        ReservationRow *row = &g_array_index(rows, ReservationRow, i);
        gboolean open;

        row->attempts =
            MIN(row->attempts, 1); /* a new connection is a new chance; one call may be unanswered */
        if (!order_is_open(self, row, &open, &error) || !replan(self, row, open, now_ms, &error))
            break;
    }
    if (error != NULL)
        g_warning("station %s: %s", station_id, error->message);
    return error == NULL;
}

gboolean desk_reservations_due(Desk *self, gint64 now_ms, GError **error)
{
    ReservationRow row;
    GError *failure = NULL;

    while (store_reservation_next_due(self->store, &row, &failure) && row.due_ms <= now_ms) {
        const Reservation *r = &row.reservation;
        gint64 end_ms =
            r->state == RESERVATION_REQUESTED ? r->created_ms + RESERVATION_ANSWER_MS : r->until_ms;
        gboolean open;
        gboolean ok =
            reservation_state_is_open(r->state) && now_ms >= end_ms
                ? desk_reservation_apply(self, &row, RESERVATION_EVENT_DEADLINE, now_ms, &failure)
                : order_is_open(self, &row, &open, &failure) && replan(self, &row, open, now_ms, &failure);

        if (!ok)
            break;
    }
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, failure);
    return FALSE;
}
