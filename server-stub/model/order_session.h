/* Order session: an order and the transaction that serves it.
 * Pure. Turns what the transaction knows into events of the order table and into the fields of the order's
 * snapshot; decides when a limit is reached; makes the receipt.
 */
#pragma once

#include "server-stub/model/order_table.h"
#include "server-stub/model/transaction_gap.h"

/* A new order; ids are the caller's (random), expiry is @now_ms + @plug_timeout_ms. */
void order_session_open(Order *order, const OrderRequest *request, const gchar *evse_key,
                        const gchar *evse_id, const gchar *order_id, gint64 now_ms, gint64 plug_timeout_ms);

/**
 * order_session_apply:
 * One event of the order table with its reason. @transaction_id of the order, its readings and its cost are
 * left to order_session_follow().
 *
 * Returns: TRUE when the snapshot changed (the caller stores it and tells the car)
 */
gboolean order_session_apply(Order *order, OrderEvent event, OrderReason reason, gint64 now_ms,
                             OrderEffects *effects);

/**
 * order_session_follow:
 * @transaction_id: of @transaction
 * @tariff: as frozen when the code was scanned
 * @effects: (out): all that has to be done after storing
 *
 * Brings @order to where @transaction has got, through every state on the way.
 *
 * Returns: TRUE when the snapshot changed
 */
gboolean order_session_follow(Order *order, const gchar *transaction_id, const Transaction *transaction,
                              const Tariff *tariff, gint64 now_ms, OrderEffects *effects);

/**
 * order_session_close:
 * The pile has said that nothing more of @transaction will come: @order is brought to its end, and settled
 * from the readings in hand.
 */
gboolean order_session_close(Order *order, const gchar *transaction_id, const Transaction *transaction,
                             const Tariff *tariff, gint64 now_ms, OrderEffects *effects);

/* Settled with a gap, and some of what was missing has come after all: settled again, once. Returns: FALSE:
 * no reason to */
gboolean order_session_correct(Order *order, const gchar *transaction_id, const Transaction *transaction,
                               const Tariff *tariff, gint64 now_ms, OrderEffects *effects);

/* The limit that @transaction has reached, or %ORDER_REASON_NONE. */
OrderReason order_session_limit_reached(const Order *order, const Transaction *transaction,
                                        const Tariff *tariff);

/* When somebody must look at @order again though nothing came in: the cable's deadline, the end of the
 * ordered duration. 0: never. */
gint64 order_session_due_ms(const Order *order);

/* Is the pile to be asked (again) to stop? True from the wish until Ended is in. */
gboolean order_session_wants_stop(const Order *order, const Transaction *transaction);

/**
 * order_session_settle:
 * Money: each tariff line is rounded half up to the minor unit on its own, then added; what runs over the
 * order's maximum cost is waived, never charged (tariff.h). Time runs from the first event with the cable in.
 */
void order_session_settle(const Order *order, const Transaction *transaction, const Tariff *tariff,
                          const gchar *receipt_id, const gchar *operator_name, Receipt *receipt);
