/* Station calls: what the server has asked of one connected station, until its answer or the end of the line.
 * Knows no connection: what is to be sent goes out through a port, what came of it comes in as an event.
 */
#pragma once

#include "server-stub/desk.h"

#define STATION_CALLS_MS 5000 /* then the outcome is unknown, and whoever asked comes back to it */

typedef struct _StationCalls StationCalls;

/* Sends one call. Too many wait already: station_calls_outcome() with REFUSED, even before this returns.
 * @payload: (transfer full) */
typedef void (*StationCallsSend)(OcppAction action, JsonObject *payload, gint64 timeout_ms, guint64 tag,
                                 gpointer data);

/* What became of a call: RESULT, ERROR, TIMEOUT, LOST or REFUSED; @event is borrowed. */
typedef void (*StationCallsAnswer)(const gchar *station_id, const OcppRpcEvent *event, gpointer data);

StationCalls *station_calls_new(const gchar *station_id, StationCallsSend send, gpointer data);
/* Calls that are still open end without an answer. */
void station_calls_free(StationCalls *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StationCalls, station_calls_free)

/**
 * station_calls_make:
 * @payload: (transfer full)
 * @answer: called at most once
 * @destroy: (nullable): of @data, after @answer or with @self
 */
void station_calls_make(StationCalls *self, OcppAction action, JsonObject *payload, gint64 timeout_ms,
                        StationCallsAnswer answer, gpointer data, GDestroyNotify destroy);

/* RequestStartTransaction for @order; its answer goes to desk_started(), no answer says that the outcome is
 * unknown. @desk: borrowed, must outlive the call */
void station_calls_start(StationCalls *self, Desk *desk, const OrderRow *order);
/* RequestStopTransaction, unless one for this transaction waits already. One that failed is asked for again
 * with the transaction's next event. */
void station_calls_stop(StationCalls *self, const gchar *transaction_id);

/* What became of a call. Unknown tags are ignored. */
void station_calls_outcome(StationCalls *self, const OcppRpcEvent *event);
