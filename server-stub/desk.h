/* Desk: where cars and piles meet. Every wish of a car and every word of a pile comes here; the pure model
 * decides, the store remembers, then the ports act. Nothing acts before it is stored (persist, then act), and
 * after a crash desk_station_ready() repeats what was not finished; every repetition is harmless.
 * Time is an argument (unix ms UTC). Runs on one thread.
 *
 *   desk_scan.c    a car asks what it has read          desk_pile.c    answers and events of piles, deadlines
 *   desk_order.c   a car orders, cancels, stops         desk_apply.c   store a decision, then act on it
 *   desk_reservation.c   a car reserves, moves, gives back    desk_hold.c   what the pile keeps of it
 *   desk_bay.c     bay sensors and connectors; does the car that orders stand there?
 *   desk_code.c    codes for piles that are away        desk_payer.c   who pays for what a pile started by
 * itself desk_gap.c     events that piles have not told      desk_list.c    which vehicles a pile knows
 *   desk_voucher.c promises for cars without network
 */
#pragma once

#include "protocol/api_voucher.h"
#include "protocol/ocpp_authorization.h"
#include "protocol/ocpp_remote_control.h"
#include "protocol/ocpp_rpc.h"
#include "protocol/ocpp_transactions.h"
#include "server-stub/model/bay_table.h"
#include "server-stub/model/evse_status.h"
#include "server-stub/model/order_session.h"
#include "server-stub/model/presence.h"
#include "server-stub/store/order_rows.h"
#include "server-stub/store/reservation_rows.h"

#define DESK_PLUG_TIMEOUT_MS (5 * 60 * 1000)
/* An order whose pile is away may be charging there right now: it is not declared expired before the pile
 * has had its say, or a day has passed. */
#define DESK_HOLD_MS (24 * 60 * 60 * G_GINT64_CONSTANT(1000))
#define DESK_GRACE_MS (30 * 1000) /* for the events a pile has queued, after it is back */

/* Problem codes of protocol/README.md section 2; desk_error_status() and desk_error_code() say them. */
typedef enum {
    DESK_ERROR_BAD_FIELD,
    DESK_ERROR_NOT_FOUND,
    DESK_ERROR_UNKNOWN_EVSE,
    DESK_ERROR_CODE_EXPIRED,
    DESK_ERROR_CODE_INVALID,
    DESK_ERROR_UNKNOWN_SCAN,
    DESK_ERROR_SCAN_EXPIRED,
    DESK_ERROR_SCAN_USED,
    DESK_ERROR_PILE_OFFLINE,
    DESK_ERROR_EVSE_OCCUPIED,
    DESK_ERROR_EVSE_RESERVED,
    DESK_ERROR_EVSE_UNAVAILABLE,
    DESK_ERROR_CURRENCY_MISMATCH,
    DESK_ERROR_KEY_REUSED,
    DESK_ERROR_OFFER_EXPIRED,
    DESK_ERROR_OFFER_TAKEN,
    DESK_ERROR_OFFER_OVER,
    DESK_ERROR_HAS_RESERVATION,
    DESK_ERROR_RESERVATION_OVER,
    DESK_ERROR_NOT_PRESENT,
    DESK_ERROR_PILE_ONLINE,
    DESK_ERROR_NO_OFFLINE_CODES,
    DESK_ERROR_LIMITS_TOO_SMALL,
    DESK_ERROR_TOO_MANY_CODES,
    DESK_ERROR_WITHDRAWN,
    DESK_ERROR_NO_VOUCHERS,
    DESK_ERROR_VOUCHER_OUTSTANDING,
    DESK_ERROR_CODE_TAKEN,
} DeskError;
#define DESK_ERROR (desk_error_quark())
GQuark desk_error_quark(void);

/* HTTP status and problem code for any error that a desk function set (a #StoreError becomes 507 or 500). */
guint desk_error_status(const GError *error);
const gchar *desk_error_code(const GError *error);

typedef struct _Desk Desk;

/* What became of a call; @event: RESULT, ERROR, TIMEOUT, LOST or REFUSED. */
typedef void (*DeskAnswer)(Desk *desk, const gchar *station_id, const OcppRpcEvent *event, gint64 now_ms,
                           gpointer answer_data);

/* How the desk acts on the world; called after the decision is stored. */
typedef struct {
    gboolean (*reachable)(const gchar *station_id, gpointer data); /* connected, boot accepted */
    void (*start)(const OrderRow *row, gpointer data); /* RequestStartTransaction; answer: desk_started() */
    void (*stop)(const gchar *station_id, const gchar *transaction_id,
                 gpointer data);                         /* RequestStopTransaction */
    void (*changed)(const OrderRow *row, gpointer data); /* tell the car */
    void (*rearm)(gint64 due_ms, gpointer data);         /* call desk_tick() then; G_MAXINT64: never */

    void (*reserve)(const ReservationRow *row, gpointer data); /* ReserveNow; answer: desk_reserved() */
    void (*release)(const ReservationRow *row,
                    gpointer data); /* CancelReservation; answer: desk_released() */
    void (*reservation_changed)(const ReservationRow *row, gpointer data); /* tell the car */
    /* Status, bay or freedom of an EVSE of this station may have changed */
    void (*evse_changed)(const gchar *station_id, gpointer data);
    /* The nearest free charging point that can stand in for this one; FALSE: none */
    gboolean (*instead_of)(const gchar *evse_key, Place *other, gpointer data);
    /* (nullable): Any other call to a station. @payload: (transfer full). @answer runs once, later, or never
     * when FALSE is returned: the station cannot be called; @answer_data: (transfer full): g_free()d in
     * either case */
    gboolean (*call)(const gchar *station_id, OcppAction action, JsonObject *payload, DeskAnswer answer,
                     gpointer answer_data, gpointer data);
    /* (nullable): TRUE: desk_next_due_ms() is asked for in this turn of the loop, which spares looking for it
     * after each of many changes */
    gboolean (*rearm_later)(gpointer data);
} DeskPorts;

/* @store is borrowed. @plug_timeout_ms: 0 for the default */
Desk *desk_new(Store *store, const DeskPorts *ports, gpointer data, gint64 plug_timeout_ms);
void desk_free(Desk *self);
/* %PRESENCE_OFF unless told otherwise. */
void desk_set_presence(Desk *self, PresenceMode mode);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Desk, desk_free)

/* Cars. FALSE and a #DeskError or #StoreError. */
gboolean desk_scan(Desk *self, const gchar *vehicle_id, const ScanRequest *request, gint64 now_ms,
                   ScanAnswer *answer, GError **error);
/* @answer: (out) (transfer full): the order as JSON, byte for byte the same for a repeated request.
 * @first: (out): FALSE when it is a repetition */
gboolean desk_place(Desk *self, const gchar *vehicle_id, const OrderRequest *request, gint64 now_ms,
                    gchar **answer, gboolean *first, GError **error);
/* Cancel and stop are one wish; which of the two it becomes is the race's business. */
gboolean desk_stop(Desk *self, const gchar *vehicle_id, const gchar *order_id, gint64 now_ms, Order *order,
                   GError **error);
/* As desk_stop(), by the car's own reference; without such an order none can come any more. */
gboolean desk_withdraw(Desk *self, const gchar *vehicle_id, const gchar *client_ref, gint64 now_ms,
                       Order *order, GError **error);
/* The pile is away or silent: an order as a code (desk_code.c). @first as in desk_place() */
gboolean desk_issue_code(Desk *self, const gchar *vehicle_id, const OrderRequest *request, gint64 now_ms,
                         Order *order, gboolean *first, GError **error);
/* For where neither has network (desk_voucher.c). */
gboolean desk_issue_voucher(Desk *self, const gchar *vehicle_id, const VoucherRequest *request, gint64 now_ms,
                            VoucherAnswer *answer, gboolean *first, GError **error);
gboolean desk_order(Desk *self, const gchar *vehicle_id, const gchar *order_id, Order *order, GError **error);

/* Reservations: as orders. @answer: (out) (transfer full): the Reservation as JSON */
gboolean desk_reserve(Desk *self, const gchar *vehicle_id, const ReservationRequest *request, gint64 now_ms,
                      gchar **answer, gboolean *first, GError **error);
gboolean desk_reservation_move(Desk *self, const gchar *vehicle_id, const gchar *reservation_id,
                               const ReservationRequest *request, gint64 now_ms, gchar **answer,
                               gboolean *first, GError **error);
gboolean desk_reservation_cancel(Desk *self, const gchar *vehicle_id, const gchar *reservation_id,
                                 gint64 now_ms, Reservation *reservation, GError **error);
gboolean desk_reservation(Desk *self, const gchar *vehicle_id, const gchar *reservation_id,
                          Reservation *reservation, GError **error);

/* Piles. */
typedef enum { DESK_START_ACCEPTED, DESK_START_REJECTED, DESK_START_UNKNOWN } DeskStart;
void desk_started(Desk *self, const gchar *order_id, DeskStart outcome, gint64 now_ms);
/* The pile is connected and accepted: repeats what waits for it. */
void desk_station_ready(Desk *self, const gchar *station_id, gint64 now_ms);
/* The line to a pile: its bays are unknown until they are told on it. */
void desk_station_connected(Desk *self, const gchar *station_id, gint64 now_ms);
void desk_station_gone(Desk *self, const gchar *station_id);
/* Bay sensors, as NotifyEvent tells them. @at_ms: the station's clock; 0: asked and answered now. */
typedef struct {
    gint evse_no;
    gboolean occupied;
    gint64 at_ms;
} DeskBay;
/* Returns: FALSE when one of them was older than the connection: the sensors are to be asked */
gboolean desk_bays(Desk *self, const gchar *station_id, const DeskBay *bays, guint n, gint64 now_ms);
/* BayOccupancySensor Problem: nobody knows now what stands in the bay. */
void desk_bay_broken(Desk *self, const gchar *station_id, gint evse_no);
/* (transfer full) (element-type gint): EVSEs whose sensor has spoken once, but not on this connection */
GArray *desk_bays_unknown(Desk *self, const gchar *station_id);
/* StatusNotification. FALSE: it could not be stored */
gboolean desk_connector(Desk *self, const gchar *station_id, gint evse_no, gint connector_no,
                        ConnectorStatus status, gint64 at_ms, gint64 now_ms, GError **error);
void desk_reserved(Desk *self, const gchar *reservation_id, DeskStart outcome, gint64 now_ms);
/* CancelReservation was answered, in whatever way: the pile keeps nothing. */
void desk_released(Desk *self, const gchar *reservation_id, gint64 now_ms);
/* ReservationStatusUpdate. A number that is not of this station changes nothing. */
void desk_reservation_update(Desk *self, const gchar *station_id, gint number, gboolean expired,
                             gint64 now_ms);
/* FALSE and an #OcppErrorCode: answered with CALLERROR, nothing has changed. */
gboolean desk_transaction_event(Desk *self, const gchar *station_id,
                                const OcppTransactionEventRequest *request, gint64 now_ms,
                                OcppTransactionEventResponse *response, GError **error);
/* FALSE and a #StoreError: nothing can be said about the token */
gboolean desk_authorize(Desk *self, const gchar *station_id, const OcppAuthorizeRequest *request,
                        OcppAuthorizeResponse *response, GError **error);

/* What is known of one EVSE now. */
gboolean desk_evse_facts(Desk *self, const EvseRow *evse, EvseFacts *facts, GError **error);
gboolean desk_evse_facts_of(Desk *self, const gchar *station_id, gint evse_no, const gchar *evse_key,
                            EvseFacts *facts, GError **error);

/* The operator has changed vehicle codes or secrets (perhaps by another process): piles that are connected
 * hear of it. */
void desk_codes_changed(Desk *self, gint64 now_ms);
/* Does the station hold the list that it should? As far as it has said. */
gboolean desk_list_is_current(Desk *self, const gchar *station_id, gint64 now_ms);

/* Does what is due, and arms the next time; also call it once at start. */
void desk_tick(Desk *self, gint64 now_ms);
/* When desk_tick() has something to do; G_MAXINT64: never */
gint64 desk_next_due_ms(Desk *self);
