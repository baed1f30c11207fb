/* Shared by the desk_*.c files only. */
#pragma once

#include "protocol/ocpp_local_list.h"
#include "server-stub/desk.h"
#include "server-stub/model/code_ledger.h"
#include "server-stub/model/reservation_rules.h"
#include "server-stub/store/code_rows.h"
#include "server-stub/store/transaction_rows.h"

/* What the scan of an order said about where the car is; lost with a restart, then only the bay speaks. */
typedef struct {
    gint64 distance_m; /* -1: nothing */
    gboolean live_code;
} DeskWitness;

/* Only in memory: it begins anew whenever the station is back. */
typedef struct {
    gint64 ask_ms;    /* when the station is asked about gaps next; 0: not */
    gboolean ask_all; /* it was away: also about what seems to run */
    gint64 ready_ms;  /* 0: not; desk_station_ready() could not read or store all, and is repeated then */
    gboolean listing; /* a local list is on its way */
    gboolean list_again;
    gboolean secret_sent;
    gint64 secret_retry_ms; /* 0: not; when telling the secret is tried again */
    guint failures;         /* of the list, in a row */
    gboolean held_known, force_full;
    gint held_version;
    OcppSendLocalListRequest *sent; /* owned (nullable): not answered yet */
    guint items;                    /* LocalAuthListCtrlr, 0: not said */
    gsize bytes;
    gboolean knows_expiry, asked_rules;
    gint64 list_retry_ms, list_expiry_ms; /* 0: not; when an entry of the list expires */
} DeskTalk;

struct _Desk {
    Store *store;
    DeskPorts ports;
    gpointer data;
    gint64 plug_timeout_ms;
    gint64 forget_ms; /* when old scans are swept next */
    BayTable *bays;
    PresenceMode presence;
    GHashTable *witnesses; /* order id -> DeskWitness, while the order waits for its bay */
    GHashTable *talks;     /* station id -> DeskTalk: what is being said to a station beside its orders */
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

/* ---- desk_order.c, for desk_code.c ---- */
/* What was asked for, without spelling: the same wish in other words is the same request. (transfer full) */
gchar *desk_request_sha256(const OrderRequest *request);
gboolean desk_find_scan(Desk *self, const gchar *vehicle_id, const OrderRequest *request, gint64 now_ms,
                        ScanRow *scan, GError **error);
/* Random ids, station and place; the state is the caller's. */
gboolean desk_row_at(Desk *self, const gchar *vehicle_id, const OrderRequest *request, const EvseRow *evse,
                     const Tariff *tariff, gint64 now_ms, OrderRow *row, GError **error);
/* (transfer full) */
gchar *desk_order_text(const Order *order);
/* Two scans of one dynamic code, or a race for one EVSE: the schema let exactly one order in. */
void desk_explain_conflict(Desk *self, const ScanRow *scan, GError **error);

/* ---- desk_code.c ---- */
/* The most that a code for @evse may say now, in Wh; 0: none can be had. */
gint64 desk_code_offer_wh(Desk *self, const EvseRow *evse, gint64 now_ms);
/* The pile does not answer @row, which is requested: the car may have a code. */
void desk_offer_code(Desk *self, OrderRow *row, gint64 now_ms);
/* Secret and voucher keys, if the station has not got them yet. */
void desk_tell_secrets(Desk *self, const gchar *station_id, gint64 now_ms);
/* A pile that lost the rows of its used codes has thrown its secret away: it gets another. */
void desk_ask_lost_secret(Desk *self, const gchar *station_id);

/* ---- desk_voucher.c ---- */
/* (transfer full) (nullable): the public key that signs vouchers, made when there is none yet */
gchar *desk_voucher_key(Desk *self, GError **error);

/* ---- desk_payer.c ---- */
typedef struct {
    gboolean found;                 /* @order is the one that this transaction serves */
    gboolean made;                  /* it is new: add it in the same change */
    gchar voucher_id[37];           /* "": none; one use more, in the same change */
    OcppAuthorizationStatus status; /* what the pile is told of the token */
    OrderRow order;
} DeskPayer;

/**
 * desk_find_payer:
 * @row: (inout): has an id token and no order; gets a flag
 * @proof: (nullable): of the event that brought the token
 * @now_known: the transaction runs now, or is over: only then an order is made of it
 * @started_ms: by the pile's clock
 */
gboolean desk_find_payer(Desk *self, TransactionRow *row, const OcppOfflineProof *proof, gboolean now_known,
                         gint64 started_ms, gint64 now_ms, DeskPayer *payer, GError **error);
/* Inside a change. */
gboolean desk_payer_store(Desk *self, const TransactionRow *row, DeskPayer *payer, GError **error);

/* ---- desk_gap.c ---- */
void desk_talk_clear_sent(DeskTalk *talk);
void desk_talk_free(gpointer talk);
DeskTalk *desk_talk(Desk *self, const gchar *station_id);
gint64 desk_gap_due_ms(Desk *self);
void desk_gap_arm(Desk *self, const gchar *station_id, gint64 due_ms, gboolean all);
/* FALSE: the store failed */
gboolean desk_gap_station_ready(Desk *self, const gchar *station_id, gint64 now_ms);
void desk_gap_tick(Desk *self, gint64 now_ms);

/* ---- desk_list.c ---- */
void desk_list_refresh(Desk *self, const gchar *station_id, gint64 now_ms);
void desk_list_tick(Desk *self, gint64 now_ms);
gint64 desk_list_due_ms(Desk *self);

/* A receipt for @row from the readings of @transaction; the second one corrects the first. */
void desk_settle(OrderRow *row, const Transaction *transaction);

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
/* FALSE: the store failed */
gboolean desk_reservations_resume(Desk *self, const gchar *station_id, gint64 now_ms);
/* FALSE: the store failed */
gboolean desk_reservations_due(Desk *self, gint64 now_ms, GError **error);
/* As @event for the open reservation of an EVSE, if there is one. */
void desk_reservation_on(Desk *self, const gchar *evse_key, ReservationEvent event, gint64 now_ms);

/* desk_bay.c: does this order stand at its pile? */
OrderPresence desk_presence(Desk *self, const OrderRow *order, const DeskWitness *witness, gint64 now_ms);
/* Decides an order that waits for the bay, if it can be decided now; starts or refuses it. */
gboolean desk_presence_settle(Desk *self, OrderRow *row, gint64 now_ms, GError **error);
