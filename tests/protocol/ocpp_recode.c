#include "tests/protocol/ocpp_recode.h"

#include <string.h>

#include "protocol/ocpp_authorization.h"
#include "protocol/ocpp_availability.h"
#include "protocol/ocpp_provisioning.h"
#include "protocol/ocpp_remote_control.h"
#include "protocol/ocpp_report.h"
#include "protocol/ocpp_transactions.h"
#include "protocol/ocpp_variables.h"

/* A message whose struct owns nothing. The struct starts full of rubbish: the decoder must set all of it. */
#define PLAIN(function, Type)                                                                                \
    static JsonObject *recode_##function(JsonObject *json, GError **error)                                   \
    {                                                                                                        \
        Type value;                                                                                          \
        memset(&value, 0x5a, sizeof value);                                                                  \
        return ocpp_##function##_from_json(json, &value, error) ? ocpp_##function##_to_json(&value) : NULL;  \
    }
#define OWNING(function, Type)                                                                               \
    static JsonObject *recode_##function(JsonObject *json, GError **error)                                   \
    {                                                                                                        \
        g_auto(Type) value;                                                                                  \
        memset(&value, 0x5a, sizeof value);                                                                  \
        return ocpp_##function##_from_json(json, &value, error) ? ocpp_##function##_to_json(&value) : NULL;  \
    }
#define ITEMS(function)                                                                                      \
    static JsonObject *recode_##function(JsonObject *json, GError **error)                                   \
    {                                                                                                        \
        g_autoptr(GArray) items = ocpp_##function##_from_json(json, error);                                  \
        return items != NULL ? ocpp_##function##_to_json(items) : NULL;                                      \
    }

PLAIN(boot_notification_request, OcppBootNotificationRequest)
PLAIN(boot_notification_response, OcppBootNotificationResponse)
PLAIN(heartbeat_response, OcppHeartbeatResponse)
PLAIN(reset_request, OcppResetRequest)
PLAIN(reset_response, OcppResetResponse)
PLAIN(status_notification_request, OcppStatusNotificationRequest)
OWNING(notify_event_request, OcppNotifyEventRequest)
PLAIN(change_availability_request, OcppChangeAvailabilityRequest)
PLAIN(change_availability_response, OcppChangeAvailabilityResponse)
PLAIN(authorize_request, OcppAuthorizeRequest)
PLAIN(authorize_response, OcppAuthorizeResponse)
OWNING(transaction_event_request, OcppTransactionEventRequest)
PLAIN(transaction_event_response, OcppTransactionEventResponse)
PLAIN(get_transaction_status_request, OcppGetTransactionStatusRequest)
PLAIN(get_transaction_status_response, OcppGetTransactionStatusResponse)
PLAIN(request_start_request, OcppRequestStartRequest)
PLAIN(request_start_response, OcppRequestStartResponse)
PLAIN(request_stop_request, OcppRequestStopRequest)
PLAIN(request_stop_response, OcppRequestStopResponse)
PLAIN(unlock_connector_request, OcppUnlockConnectorRequest)
PLAIN(unlock_connector_response, OcppUnlockConnectorResponse)
PLAIN(trigger_message_request, OcppTriggerMessageRequest)
PLAIN(trigger_message_response, OcppTriggerMessageResponse)
ITEMS(get_variables_request)
ITEMS(get_variables_response)
ITEMS(set_variables_request)
ITEMS(set_variables_response)
PLAIN(get_base_report_request, OcppGetBaseReportRequest)
PLAIN(get_base_report_response, OcppGetBaseReportResponse)
OWNING(notify_report_request, OcppNotifyReportRequest)

static JsonObject *recode_empty(JsonObject *json, GError **error)
{
    return ocpp_empty_to_json();
}

typedef JsonObject *(*Recode)(JsonObject *json, GError **error);

static const struct {
    Recode request, answer;
} messages[OCPP_N_ACTIONS] = {
    [OCPP_ACTION_AUTHORIZE] = {recode_authorize_request, recode_authorize_response},
    [OCPP_ACTION_BOOT_NOTIFICATION] = {recode_boot_notification_request, recode_boot_notification_response},
    [OCPP_ACTION_CHANGE_AVAILABILITY] = {recode_change_availability_request,
                                         recode_change_availability_response},
    [OCPP_ACTION_GET_BASE_REPORT] = {recode_get_base_report_request, recode_get_base_report_response},
    [OCPP_ACTION_GET_TRANSACTION_STATUS] = {recode_get_transaction_status_request,
                                            recode_get_transaction_status_response},
    [OCPP_ACTION_GET_VARIABLES] = {recode_get_variables_request, recode_get_variables_response},
    [OCPP_ACTION_HEARTBEAT] = {recode_empty, recode_heartbeat_response},
    [OCPP_ACTION_NOTIFY_EVENT] = {recode_notify_event_request, recode_empty},
    [OCPP_ACTION_NOTIFY_REPORT] = {recode_notify_report_request, recode_empty},
    [OCPP_ACTION_REQUEST_START_TRANSACTION] = {recode_request_start_request, recode_request_start_response},
    [OCPP_ACTION_REQUEST_STOP_TRANSACTION] = {recode_request_stop_request, recode_request_stop_response},
    [OCPP_ACTION_RESET] = {recode_reset_request, recode_reset_response},
    [OCPP_ACTION_SET_VARIABLES] = {recode_set_variables_request, recode_set_variables_response},
    [OCPP_ACTION_STATUS_NOTIFICATION] = {recode_status_notification_request, recode_empty},
    [OCPP_ACTION_TRANSACTION_EVENT] = {recode_transaction_event_request, recode_transaction_event_response},
    [OCPP_ACTION_TRIGGER_MESSAGE] = {recode_trigger_message_request, recode_trigger_message_response},
    [OCPP_ACTION_UNLOCK_CONNECTOR] = {recode_unlock_connector_request, recode_unlock_connector_response},
};

JsonObject *ocpp_recode(OcppAction action, gboolean is_answer, JsonObject *payload, GError **error)
{
    Recode recode = is_answer ? messages[action].answer : messages[action].request;

    if (recode == NULL) {
        g_set_error_literal(error, OCPP_ERROR, OCPP_ERROR_NOT_SUPPORTED, "no struct for this action");
        return NULL;
    }
    return recode(payload, error);
}
