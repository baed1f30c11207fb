/* Transaction: what a pile did, put together from its TransactionEvents in whatever order they come.
 * Pure value; folding an event costs the same for the first and the ten-thousandth.
 * OCPP 2.0.1 part 2, E01-E13 and 1.3.2. Times are the pile's (unix ms UTC): a pile that was offline tells
 * what happened then, not now.
 */
#pragma once

#include "protocol/ocpp_transactions.h"
#include "server-stub/model/seq_set.h"

/* What one TransactionEvent tells, cut down to what a settlement needs. */
typedef struct {
    OcppTransactionEventType kind;
    gint64 seq_no;
    gint64 at_ms;
    gboolean offline;
    OcppChargingState charging_state;
    OcppTriggerReason trigger_reason;
    OcppStoppedReason stopped_reason;
    gint64 meter_first_wh; /* first and last Energy.Active.Import.Register of the event; -1 none */
    gint64 meter_last_wh;
    gint64 power_w, soc_percent; /* last reading of the event; -1 none */
} TransactionEvent;

void transaction_event_from_ocpp(TransactionEvent *self, const OcppTransactionEventRequest *request);

typedef struct {
    SeqSet seqs;
    gint64 started_seq, ended_seq;     /* -1 until in */
    gint64 started_ms, ended_ms;       /* of those two events; 0 until in */
    gint64 plugged_ms;                 /* earliest event with the cable in; 0: none so far */
    gint64 meter_start_wh, meter_wh;   /* lowest- and highest-numbered reading; -1 none */
    gint64 meter_start_seq, meter_seq; /* the events that carried them */
    gint64 power_w;                    /* newest reading; 0 once charging is suspended or over */
    gint64 soc_start_percent, soc_percent, soc_start_seq, soc_seq;
    gint64 latest_seq, latest_ms;     /* highest number seen; -1 */
    OcppChargingState charging_state; /* of the newest event that says one */
    gint64 charging_state_seq;
    gboolean connect_timeout; /* the pile gave up waiting for the cable */
    OcppStoppedReason stopped_reason;
} Transaction;

void transaction_init(Transaction *self);

/* Folds @event in; a duplicate changes nothing. */
SeqSetResult transaction_add(Transaction *self, const TransactionEvent *event);

gboolean transaction_has_ended(const Transaction *self);
gboolean transaction_is_complete(const Transaction *self);

/* Stop minus start reading, 0 while unknown; a meter that runs backwards delivers nothing. */
gint64 transaction_energy_wh(const Transaction *self);

/* Time that is charged for: from the first event with the cable in to Ended (or the newest event), in whole
 * seconds, cut. Waiting for the plug costs nothing. */
gint64 transaction_duration_s(const Transaction *self);

/* The fold as text, for the store; (transfer full). from_text returns FALSE for what to_text() never wrote.
 */
gchar *transaction_to_text(const Transaction *self);
gboolean transaction_from_text(Transaction *self, const gchar *text);
