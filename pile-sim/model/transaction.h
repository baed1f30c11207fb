/* Transaction: one charging session at one EVSE, and the numbering of its events.
 * seqNo counts 0, 1, 2 ... without a gap, also over restarts; timestamps never go back; the id token and
 * the remoteStartId go into the first event after they became known (OCPP 2.0.1 part 2: E01-E03, F01.FR.25,
 * F02.FR.21). Pure value.
 */
#pragma once

#include "protocol/ocpp_remote_control.h"
#include "protocol/ocpp_transactions.h"

/* Where a driver's right to charge comes from: what RequestStartTransaction brought, or what was shown at the
 * pile. */
typedef struct {
    OcppIdToken token; /* present: FALSE until somebody is authorised */
    gboolean has_remote_start_id;
    gint32 remote_start_id;
    OcppIdToken group; /* optional: of the token */
    gboolean has_reservation_id;
    gint32 reservation_id; /* that this right used up (H01.FR.15) */
    OcppOrderTerms order;  /* present: FALSE with any other CSMS */
    gboolean by_id;        /* an id that was shown at the pile: may be remembered */
    gint64 energy_cap_wh;  /* of a start that the pile decided itself; 0: none */
    OcppOfflineProof proof;
} Grant;

typedef struct {
    gchar id[OCPP_TRANSACTION_ID_BYTES];       /* "": no transaction */
    gchar ended_id[OCPP_TRANSACTION_ID_BYTES]; /* what @id was, once it has ended; not kept over a restart */
    gint32 next_seq_no;
    Grant grant;
    gboolean grant_told;
    gint64 begin_ms;      /* Unix ms of the station's transaction clock, as all times here */
    gint64 last_event_ms; /* no later event may be earlier */
    gint64 charged_ms;    /* time with energy flowing */
    gint64 meter_start_wh;
    gint64 soc_start_percent;         /* -1: unknown */
    OcppStoppedReason stopped_reason; /* the first cause, kept until the Ended event */
    gint64 refused_cap_wh;            /* the CSMS refused the token: pause at that energy; -1: it has not */
    gint64 cost_minor;                /* as the CSMS last told; -1: it has not */
} Transaction;

gboolean transaction_is_running(const Transaction *self);

/* Starts: a new id, seqNo 0. */
void transaction_begin(Transaction *self, gint64 now_ms, gint64 meter_wh, gint64 soc_percent);

/* Someone may charge from now on (in a transaction that began without). */
void transaction_grant(Transaction *self, const Grant *grant);

/**
 * transaction_report:
 * @event: (out caller-allocates): initialised here; clear with ocpp_transaction_event_request_clear().
 *   Samples, evse and offline are the caller's to fill in
 *
 * Makes the next event: takes a seqNo, so every event made must be sent. An Ended event closes the
 * transaction.
 */
void transaction_report(Transaction *self, OcppTransactionEventType type, OcppTriggerReason trigger,
                        OcppChargingState state, gint64 now_ms, OcppTransactionEventRequest *event);

/* Returns: (transfer full) */
JsonObject *transaction_to_json(const Transaction *self);
gboolean transaction_from_json(JsonObject *json, Transaction *self, GError **error);
/* What may be drawn at most: the order's limit or the pile's own, whichever is less; 0: no limit. */
gint64 grant_energy_limit_wh(const Grant *self);
/* The order behind it, ordered or only named by the car; "" none. */
const gchar *grant_order_id(const Grant *self);
JsonObject *grant_to_json(const Grant *self);
gboolean grant_from_json(JsonObject *json, Grant *self, GError **error);
