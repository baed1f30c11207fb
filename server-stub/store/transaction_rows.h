/* Rows of transactions and their events. */
#pragma once

#include "server-stub/store/station_rows.h"

typedef struct {
    gchar transaction_id[37]; /* made by the station */
    gchar station_id[STATION_ID_BYTES];
    gint evse_no;       /* 0: not told yet */
    gchar order_id[37]; /* "": nobody ordered it here */
    gboolean ended;
    gboolean live;   /* some event of it was told as it happened */
    gint flag;       /* LedgerFlag of server-stub/model/code_ledger.h */
    gboolean closed; /* nothing more can come, or will */
    gint64 gap_ms;   /* since when its pile is asked about the rest; 0: not */
    gint id_type;    /* OcppIdTokenType; NO_AUTHORIZATION: none told */
    gchar id_token[37];
    gchar folded[2048]; /* transaction_to_text() of server-stub/model/transaction.h */
} TransactionRow;

typedef struct {
    gint64 seq_no;
    gint kind, trigger_reason, stopped_reason, charging_state; /* enums of protocol/ocpp_transactions.h */
    gboolean offline;
    gint64 at_ms, meter_first_wh, meter_last_wh, power_w, soc_percent; /* -1: not told */
} TransactionEventRow;

/* Returns: FALSE when there is no such row, or with @error. */
gboolean store_transaction(Store *store, const gchar *transaction_id, TransactionRow *row, GError **error);
gboolean store_transaction_of_order(Store *store, const gchar *order_id, TransactionRow *row, GError **error);
gboolean store_transaction_open_on(Store *store, const gchar *station_id, gint evse_no, gboolean *open,
                                   GError **error);
/* Inside a change: the transaction as it is now, and the event that made it so. */
gboolean store_transaction_save(Store *store, const TransactionRow *row, const TransactionEventRow *event,
                                GError **error);
/* What a question to the pile has brought; no event. */
gboolean store_transaction_save_plan(Store *store, const TransactionRow *row, GError **error);
/* (transfer full) (nullable) (element-type TransactionRow): of which more may come */
GArray *store_transactions_unclosed(Store *store, const gchar *station_id, GError **error);
/* (transfer full) (nullable) (element-type TransactionRow) */
GArray *store_transactions(Store *store, gint64 limit, GError **error);

/* A token that an operator starts a transaction with at this station. */
gboolean store_operator_start_add(Store *store, const gchar *station_id, const gchar *id_token, gint64 now_ms,
                                  GError **error);
gboolean store_operator_start_known(Store *store, const gchar *station_id, const gchar *id_token);
