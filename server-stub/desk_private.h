/* Shared by the desk_*.c files only. */
#pragma once

#include "server-stub/desk.h"
#include "server-stub/store/transaction_rows.h"

struct _Desk {
    Store *store;
    DeskPorts ports;
    gpointer data;
    gint64 plug_timeout_ms;
    gint64 forget_ms; /* when old scans are swept next */
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
