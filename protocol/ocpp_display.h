/* OCPP display: Set-, Get-, Clear-, NotifyDisplayMessages, CostUpdated (OCPP 2.0.1 part 2, blocks O and I).
 */
#pragma once

#include "protocol/ocpp_common.h"

typedef enum {
    OCPP_PRIORITY_ALWAYS_FRONT, /* shown all the time; there can be only one */
    OCPP_PRIORITY_IN_FRONT,     /* shown before the rest */
    OCPP_PRIORITY_NORMAL_CYCLE,
} OcppMessagePriority;
extern const gchar *const ocpp_message_priority_names[];

/* MessageStateEnumType, with "" in front for "whatever the state" */
typedef enum {
    OCPP_SHOW_ALWAYS,
    OCPP_SHOW_CHARGING,
    OCPP_SHOW_FAULTED,
    OCPP_SHOW_IDLE,
    OCPP_SHOW_UNAVAILABLE,
} OcppMessageState;
extern const gchar *const ocpp_message_state_names[];

/* MessageInfoType */
typedef struct {
    gint32 id;
    OcppMessagePriority priority;
    OcppMessageState state;
    gint64 start_ms, end_ms;                         /* Unix ms; 0: at once, for ever */
    gchar transaction_id[OCPP_TRANSACTION_ID_BYTES]; /* "": not bound to one */
    OcppMessageContent message;
    OcppVariableName display; /* @component "": the station's main display */
} OcppDisplayMessage;

/* SetDisplayMessage: {"message": ...}; the answer is a status of ocpp_display_status_names. */
typedef enum {
    OCPP_DISPLAY_ACCEPTED,
    OCPP_DISPLAY_NOT_SUPPORTED_FORMAT,
    OCPP_DISPLAY_REJECTED,
    OCPP_DISPLAY_NOT_SUPPORTED_PRIORITY,
    OCPP_DISPLAY_NOT_SUPPORTED_STATE,
    OCPP_DISPLAY_UNKNOWN_TRANSACTION,
} OcppDisplayStatus;
extern const gchar *const ocpp_display_status_names[];

JsonObject *ocpp_set_display_message_request_to_json(const OcppDisplayMessage *message);
gboolean ocpp_set_display_message_request_from_json(JsonObject *json, OcppDisplayMessage *message,
                                                    GError **error);

#define OCPP_MAX_DISPLAY_IDS 128

typedef struct {
    gint32 request_id;
    gint32 ids[OCPP_MAX_DISPLAY_IDS];
    guint n_ids; /* 0: any */
    gboolean has_priority;
    OcppMessagePriority priority;
    OcppMessageState state; /* OCPP_SHOW_ALWAYS: any */
} OcppGetDisplayMessagesRequest;

/* Answers of Get- and ClearDisplayMessage: a status of ocpp_known_status_names. */
typedef enum { OCPP_KNOWN_ACCEPTED, OCPP_KNOWN_UNKNOWN } OcppKnownStatus;
extern const gchar *const ocpp_known_status_names[];

typedef struct {
    gint32 id;
} OcppClearDisplayMessageRequest;

typedef struct {
    gint32 request_id;
    gboolean tbc;
    GArray *messages; /* (element-type OcppDisplayMessage) owned; empty: none */
} OcppNotifyDisplayMessagesRequest;
/* The response is {}. */

void ocpp_notify_display_messages_request_init(OcppNotifyDisplayMessagesRequest *request);
void ocpp_notify_display_messages_request_clear(OcppNotifyDisplayMessagesRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OcppNotifyDisplayMessagesRequest, ocpp_notify_display_messages_request_clear)

/* What a transaction has cost so far, in the currency of the tariff (I03). */
typedef struct {
    gint64 total_cost_minor;
    gchar transaction_id[OCPP_TRANSACTION_ID_BYTES];
} OcppCostUpdatedRequest;
/* The response is {}. */

/* One MessageInfoType, as it also goes into a store. */
JsonObject *ocpp_display_message_to_json(const OcppDisplayMessage *message);
gboolean ocpp_display_message_from_json(JsonObject *json, OcppDisplayMessage *message, GError **error);

JsonObject *ocpp_get_display_messages_request_to_json(const OcppGetDisplayMessagesRequest *request);
gboolean ocpp_get_display_messages_request_from_json(JsonObject *json, OcppGetDisplayMessagesRequest *request,
                                                     GError **error);
JsonObject *ocpp_clear_display_message_request_to_json(const OcppClearDisplayMessageRequest *request);
gboolean ocpp_clear_display_message_request_from_json(JsonObject *json,
                                                      OcppClearDisplayMessageRequest *request,
                                                      GError **error);
JsonObject *ocpp_notify_display_messages_request_to_json(const OcppNotifyDisplayMessagesRequest *request);
/* @request: clear it in either case. */
gboolean ocpp_notify_display_messages_request_from_json(JsonObject *json,
                                                        OcppNotifyDisplayMessagesRequest *request,
                                                        GError **error);
JsonObject *ocpp_cost_updated_request_to_json(const OcppCostUpdatedRequest *request);
gboolean ocpp_cost_updated_request_from_json(JsonObject *json, OcppCostUpdatedRequest *request,
                                             GError **error);
