/* Shared by the desk_*.c files only. */
#pragma once

#include "server-stub/desk.h"
#include "server-stub/model/reservation_rules.h"
#include "server-stub/store/transaction_rows.h"

/* What the scan of an order said about where the car is; lost with a restart, then only the bay speaks. */
typedef struct {
    gint64 distance_m; /* -1: nothing */
    gboolean live_code;
} DeskWitness;

struct _Desk {
    Store *store;
    DeskPorts ports;
    gpointer data;
    gint64 plug_timeout_ms;
    gint64 forget_ms; /* when old scans are swept next */
    BayTable *bays;
    PresenceMode presence;
    GHashTable *witnesses; /* order id -> DeskWitness, while the order waits for its bay */
};

/**
 * desk_apply:
 * One event of the order table: stored in a change of its own, then acted upon. A pair that the table does
 * not have changes nothing.
 */
gboolean desk_apply(Desk *self, OrderRow *row, OrderEvent event, OrderReason reason, gint64 now_ms,
                    GError **error);

/* Logs a new state or reason (never a mere reading) and tells the car. */
void desk_tell(Desk *self, const OrderRow *row, OrderState before, OrderReason reason_before);

/* RequestStop for the transaction of @row, if the pile has one that runs. */
void desk_stop_pile(Desk *self, const OrderRow *row);

/* Calls the rearm port with the earliest due time in the store. */
void desk_rearm(Desk *self);

/* The price that the best accepted offer of @vehicle_id gives at @evse; unchanged without one. */
gboolean desk_offer_price(Desk *self, const gchar *vehicle_id, const EvseRow *evse, const StationRow *station,
                          gint64 now_ms, Tariff *tariff, OfferRef *offer, GError **error);
/* Inside a change, before the order is added: the offer of its scan is taken. FALSE with
 * DESK_ERROR_SCAN_EXPIRED when another order has it meanwhile. */
gboolean desk_offer_take(Desk *self, const OrderRow *row, GError **error);

void desk_set_error(GError **error, DeskError code, const gchar *detail);

/* @word: of evse_status_refusal() */
DeskError desk_error_from_refusal(const gchar *word);

/* The answer that an idempotent request got before. TRUE: @answer is set or @error is; FALSE: the key is new.
 */
gboolean desk_answered_before(Desk *self, const gchar *vehicle_id, const gchar *client_ref,
                              const gchar *sha256, gchar **answer, GError **error);

/**
 * desk_reservation_decide:
 * One event of a reservation, for a caller that stores it: store_reservation_save() when @changed, else
 * store_reservation_save_plan(). Then desk_reservation_act().
 * @tell: (out): what the pile is to be told, if it can be told now (the row counts on it)
 * Returns: FALSE when there is nothing to store
 */
gboolean desk_reservation_decide(Desk *self, ReservationRow *row, ReservationEvent event, gint64 now_ms,
                                 ReservationTell *tell, gboolean *changed);
void desk_reservation_act(Desk *self, const ReservationRow *row, ReservationTell tell, gboolean changed);
/* All three in a change of its own. */
gboolean desk_reservation_apply(Desk *self, ReservationRow *row, ReservationEvent event, gint64 now_ms,
                                GError **error);
/* The order that used a reservation has a transaction, or is over. */
void desk_reservation_order_moved(Desk *self, const OrderRow *order, gboolean has_transaction, gint64 now_ms);
void desk_reservations_resume(Desk *self, const gchar *station_id, gint64 now_ms);
/* FALSE: the store failed */
gboolean desk_reservations_due(Desk *self, gint64 now_ms, GError **error);
/* As @event for the open reservation of an EVSE, if there is one. */
void desk_reservation_on(Desk *self, const gchar *evse_key, ReservationEvent event, gint64 now_ms);

/* desk_bay.c: does this order stand at its pile? */
OrderPresence desk_presence(Desk *self, const OrderRow *order, const DeskWitness *witness, gint64 now_ms);
/* Decides an order that waits for the bay, if it can be decided now; starts or refuses it. */
gboolean desk_presence_settle(Desk *self, OrderRow *row, gint64 now_ms, GError **error);
