/* OCPP transactions: TransactionEvent and GetTransactionStatus (OCPP 2.0.1 part 2, block E; MeterValues J).
 * A station numbers the events of a transaction 0, 1, 2 ... without gap (seqNo); the CSMS has all of it when
 * Started, Ended and every number between are there (part 2, 1.3.2).
 */
#pragma once

#include "protocol/ocpp_common.h"
#include "protocol/ocpp_meter.h"
#include "protocol/voucher.h"

typedef enum {
    OCPP_TRANSACTION_ENDED,
    OCPP_TRANSACTION_STARTED,
    OCPP_TRANSACTION_UPDATED,
} OcppTransactionEventType;
extern const gchar *const ocpp_transaction_event_type_names[];

typedef enum {
    OCPP_TRIGGER_AUTHORIZED,
    OCPP_TRIGGER_CABLE_PLUGGED_IN,
    OCPP_TRIGGER_CHARGING_RATE_CHANGED,
    OCPP_TRIGGER_CHARGING_STATE_CHANGED,
    OCPP_TRIGGER_DEAUTHORIZED,
    OCPP_TRIGGER_ENERGY_LIMIT_REACHED,
    OCPP_TRIGGER_EV_COMMUNICATION_LOST,
    OCPP_TRIGGER_EV_CONNECT_TIMEOUT,
    OCPP_TRIGGER_METER_VALUE_CLOCK,
    OCPP_TRIGGER_METER_VALUE_PERIODIC,
    OCPP_TRIGGER_TIME_LIMIT_REACHED,
    OCPP_TRIGGER_TRIGGER,
    OCPP_TRIGGER_UNLOCK_COMMAND,
    OCPP_TRIGGER_STOP_AUTHORIZED,
    OCPP_TRIGGER_EV_DEPARTED,
    OCPP_TRIGGER_EV_DETECTED,
    OCPP_TRIGGER_REMOTE_STOP,
    OCPP_TRIGGER_REMOTE_START,
    OCPP_TRIGGER_ABNORMAL_CONDITION,
    OCPP_TRIGGER_SIGNED_DATA_RECEIVED,
    OCPP_TRIGGER_RESET_COMMAND,
} OcppTriggerReason;
extern const gchar *const ocpp_trigger_reason_names[];

typedef enum {
    OCPP_CHARGING_STATE_NONE, /* not in the message */
    OCPP_CHARGING_STATE_CHARGING,
    OCPP_CHARGING_STATE_EV_CONNECTED,
    OCPP_CHARGING_STATE_SUSPENDED_EV,
    OCPP_CHARGING_STATE_SUSPENDED_EVSE,
    OCPP_CHARGING_STATE_IDLE,
} OcppChargingState;
extern const gchar *const ocpp_charging_state_names[]; /* [NONE] is "" */

typedef enum {
    OCPP_STOPPED_NONE, /* not in the message; in an Ended event the CSMS reads it as Local */
    OCPP_STOPPED_DEAUTHORIZED,
    OCPP_STOPPED_EMERGENCY_STOP,
    OCPP_STOPPED_ENERGY_LIMIT_REACHED,
    OCPP_STOPPED_EV_DISCONNECTED,
    OCPP_STOPPED_GROUND_FAULT,
    OCPP_STOPPED_IMMEDIATE_RESET,
    OCPP_STOPPED_LOCAL,
    OCPP_STOPPED_LOCAL_OUT_OF_CREDIT,
    OCPP_STOPPED_MASTER_PASS,
    OCPP_STOPPED_OTHER,
    OCPP_STOPPED_OVERCURRENT_FAULT,
    OCPP_STOPPED_POWER_LOSS,
    OCPP_STOPPED_POWER_QUALITY,
    OCPP_STOPPED_REBOOT,
    OCPP_STOPPED_REMOTE,
    OCPP_STOPPED_SOC_LIMIT_REACHED,
    OCPP_STOPPED_BY_EV,
    OCPP_STOPPED_TIME_LIMIT_REACHED,
    OCPP_STOPPED_TIMEOUT,
} OcppStoppedReason;
extern const gchar *const ocpp_stopped_reason_names[]; /* [NONE] is "" */

/* How a start without network was proven (protocol/README.md, 4, 8 and 9): customData of the event that
 * brings the idToken. Each "" when there is none. */
typedef struct {
    gboolean present;
    gchar order_id[OCPP_IDENTIFIER_BYTES(36)]; /* as the car said it: a hint */
    gchar voucher[VOUCHER_TEXT_CHARS + 1];
    gchar challenge[VOUCHER_KEY_CHARS + 1];
    gchar answer[VOUCHER_ANSWER_CHARS + 1];
} OcppOfflineProof;

typedef struct {
    OcppTransactionEventType event_type;
    gint64 timestamp_ms; /* Unix ms, when it happened at the station */
    OcppTriggerReason trigger_reason;
    gint32 seq_no; /* 0 or more */
    gboolean offline;
    gint32 number_of_phases_used; /* 0: not given */
    gboolean has_cable_max_current;
    gint32 cable_max_current_a;
    gboolean has_reservation_id;
    gint32 reservation_id;
    gchar transaction_id[OCPP_TRANSACTION_ID_BYTES]; /* made by the station */
    OcppChargingState charging_state;
    gboolean has_time_spent_charging;
    gint32 time_spent_charging_s;
    OcppStoppedReason stopped_reason;
    gboolean has_remote_start_id;
    gint32 remote_start_id;
    OcppIdToken id_token; /* optional, see present */
    OcppEvse evse;        /* optional, see present */
    OcppOfflineProof proof;
    GArray *samples; /* (element-type OcppSample) owned, never NULL after init or decoding; empty: no
                        meterValue */
} OcppTransactionEventRequest;

/* All zero, with an empty list of samples. */
void ocpp_transaction_event_request_init(OcppTransactionEventRequest *request);
void ocpp_transaction_event_request_clear(OcppTransactionEventRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OcppTransactionEventRequest, ocpp_transaction_event_request_clear)

JsonObject *ocpp_transaction_event_request_to_json(const OcppTransactionEventRequest *request);
/* @request: (out caller-allocates): clear it in either case. */
gboolean ocpp_transaction_event_request_from_json(JsonObject *json, OcppTransactionEventRequest *request,
                                                  GError **error);

typedef struct {
    gboolean has_total_cost;
    gint64 total_cost_minor; /* a decimal of the major unit on the wire; read with two decimals */
    gboolean has_charging_priority;
    gint32 charging_priority;
    OcppIdTokenInfo id_token_info;               /* optional */
    OcppMessageContent updated_personal_message; /* optional */
} OcppTransactionEventResponse;

JsonObject *ocpp_transaction_event_response_to_json(const OcppTransactionEventResponse *response);
gboolean ocpp_transaction_event_response_from_json(JsonObject *json, OcppTransactionEventResponse *response,
                                                   GError **error);

typedef struct {
    gchar transaction_id[OCPP_TRANSACTION_ID_BYTES]; /* "": asks only for messagesInQueue */
} OcppGetTransactionStatusRequest;

typedef struct {
    gboolean has_ongoing_indicator; /* only when a transaction id was given (E14.FR.06) */
    gboolean ongoing_indicator;
    gboolean messages_in_queue;
} OcppGetTransactionStatusResponse;

JsonObject *ocpp_get_transaction_status_request_to_json(const OcppGetTransactionStatusRequest *request);
gboolean ocpp_get_transaction_status_request_from_json(JsonObject *json,
                                                       OcppGetTransactionStatusRequest *request,
                                                       GError **error);
JsonObject *ocpp_get_transaction_status_response_to_json(const OcppGetTransactionStatusResponse *response);
gboolean ocpp_get_transaction_status_response_from_json(JsonObject *json,
                                                        OcppGetTransactionStatusResponse *response,
                                                        GError **error);
