/* Order: a wish to charge, from the request to the receipt. The same whole snapshot travels in REST
 * answers and in the event stream, so a lost event costs nothing. Wire form: protocol/README.md, section 2.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "protocol/api_receipt.h"

typedef enum {
    ORDER_REQUESTED, /* stored; RequestStartTransaction on its way */
    ORDER_ACCEPTED,  /* the pile waits for the plug */
    ORDER_CHARGING,
    ORDER_ENDED,   /* transaction over, settlement pending */
    ORDER_SETTLED, /* receipt attached */
    ORDER_REJECTED,
    ORDER_EXPIRED,
    ORDER_CANCELLED,
    ORDER_CODE_ISSUED, /* the pile is offline; the driver holds a code for it (last: numbers are stored) */
    ORDER_N_STATES
} OrderState;
extern const gchar *const order_state_names[]; /* wire words, NULL-terminated, in enum order */

/* Settled, rejected, expired and cancelled orders never change again, but for one correction of a receipt
 * with a gap. */
gboolean order_state_is_final(OrderState state);

typedef enum {
    ORDER_REASON_NONE,
    ORDER_REASON_PILE_REJECTED,
    ORDER_REASON_PILE_UNREACHABLE,
    ORDER_REASON_NOT_PLUGGED,
    ORDER_REASON_BY_DRIVER,
    ORDER_REASON_BY_SERVER,
    ORDER_REASON_MAX_COST,
    ORDER_REASON_MAX_ENERGY,
    ORDER_REASON_MAX_DURATION,
    ORDER_REASON_EV_DISCONNECTED,
    ORDER_REASON_EV_FULL,
    ORDER_REASON_POWER_LOSS,
    ORDER_REASON_FAULT,
    ORDER_REASON_OTHER,
    ORDER_REASON_NOT_PRESENT, /* the car was not shown to stand at this pile */
    ORDER_N_REASONS
} OrderReason;
extern const gchar *const order_reason_names[]; /* "" for none */

/* Does the car that ordered stand at this pile? docs/presence.md */
typedef enum {
    ORDER_PRESENCE_NOT_CHECKED,
    ORDER_PRESENCE_PENDING, /* ordered before the bay sensor's word; nothing is started yet */
    ORDER_PRESENCE_CONFIRMED,
    ORDER_PRESENCE_UNPROVEN, /* nothing speaks for it, nothing against it */
    ORDER_PRESENCE_MISMATCH, /* bay or position speak against it */
    ORDER_N_PRESENCES
} OrderPresence;
extern const gchar *const order_presence_names[]; /* "" for not checked */

typedef struct {
    gint64 max_cost_minor; /* 1..MONEY_MAX_MINOR */
    gchar currency[MONEY_CURRENCY_BYTES];
    gint64 max_energy_wh;  /* 0: none */
    gint64 max_duration_s; /* 0: none */
} OrderLimits;

typedef struct {
    gchar client_ref[API_UUID_BYTES]; /* made and stored by the car before the first attempt */
    gchar scan_ref[API_UUID_BYTES];
    OrderLimits limits;
} OrderRequest;

typedef enum {
    ORDER_ORIGIN_ORDER,
    ORDER_ORIGIN_OFFLINE_CODE,
    ORDER_ORIGIN_VEHICLE_CODE, /* the pile knew the vehicle */
    ORDER_ORIGIN_VOUCHER,
    ORDER_N_ORIGINS
} OrderOrigin;
extern const gchar *const order_origin_names[];

/* What the driver types, or the car hands over; protocol/offline_code.h. */
typedef struct {
    gchar digits[17]; /* "": none */
    gint64 valid_until_ms;
    gint64 max_energy_wh;
    gchar link_url[API_LINK_URL_BYTES]; /* "": none known */
} OrderCode;

typedef struct {
    gchar order_id[API_UUID_BYTES];
    gchar client_ref[API_UUID_BYTES];
    gchar evse_key[API_EVSE_KEY_BYTES];
    gchar evse_id[API_EVSE_ID_BYTES];
    gint64 event_seq; /* of this vehicle's stream; the id of the event that carried this snapshot */
    OrderState state;
    OrderReason reason;
    OrderLimits limits;
    gint64 created_ms, expires_ms, updated_ms; /* UTC */
    gchar charging_state[16];                  /* OCPP ChargingStateEnumType or "" */
    gchar transaction_id[37];                  /* "" until started */
    gint64 started_ms, ended_ms;               /* 0 until known */
    gint64 meter_start_wh, meter_wh;           /* -1 until known */
    gint64 energy_wh, power_w;
    gint64 soc_percent; /* -1: not known */
    gint64 cost_minor;  /* so far, capped by the limit */
    OrderPresence presence;
    gboolean has_receipt;
    Receipt receipt;
    OrderOrigin origin;
    gboolean code_offered; /* requested, but the pile says nothing: a code can be had */
    OrderCode code;        /* while %ORDER_CODE_ISSUED */
} Order;

JsonObject *order_limits_to_json(const OrderLimits *limits); /* (transfer full) */
gboolean order_limits_from_json(JsonObject *object, OrderLimits *limits, GError **error);
JsonNode *order_request_to_json(const OrderRequest *request); /* (transfer full) */
gboolean order_request_from_json(JsonObject *object, OrderRequest *request, GError **error);
JsonNode *order_to_json(const Order *order); /* (transfer full) */
gboolean order_from_json(JsonObject *object, Order *order, GError **error);
