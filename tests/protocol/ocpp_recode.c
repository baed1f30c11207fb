#include "tests/protocol/ocpp_recode.h"

#include <string.h>

#include "protocol/ocpp_authorization.h"
#include "protocol/ocpp_availability.h"
#include "protocol/ocpp_data_transfer.h"
#include "protocol/ocpp_display.h"
#include "protocol/ocpp_local_list.h"
#include "protocol/ocpp_monitoring_report.h"
#include "protocol/ocpp_network.h"
#include "protocol/ocpp_provisioning.h"
#include "protocol/ocpp_remote_control.h"
#include "protocol/ocpp_report.h"
#include "protocol/ocpp_reservation.h"
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
/* An answer that is {"status", "statusInfo"?} with these words. */
#define STATUS(name, names)                                                                                  \
    static JsonObject *recode_##name##_status(JsonObject *json, GError **error)                              \
    {                                                                                                        \
        guint status = 0x5a;                                                                                 \
        OcppStatusInfo info;                                                                                 \
        memset(&info, 0x5a, sizeof info);                                                                    \
        return ocpp_status_from_json(json, names, &status, &info, error)                                     \
                   ? ocpp_status_to_json(names, status, &info)                                               \
                   : NULL;                                                                                   \
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

OWNING(get_report_request, OcppGetReportRequest)
PLAIN(reserve_now_request, OcppReserveNowRequest)
PLAIN(cancel_reservation_request, OcppCancelReservationRequest)
PLAIN(reservation_status_update_request, OcppReservationStatusUpdateRequest)
ITEMS(set_monitoring_request)
ITEMS(set_monitoring_response)
PLAIN(clear_monitoring_request, OcppClearMonitoring)
PLAIN(clear_monitoring_response, OcppClearMonitoring)
PLAIN(set_monitoring_base_request, OcppSetMonitoringBaseRequest)
PLAIN(set_monitoring_level_request, OcppSetMonitoringLevelRequest)
OWNING(get_monitoring_report_request, OcppGetMonitoringReportRequest)
OWNING(notify_monitoring_report_request, OcppNotifyMonitoringReportRequest)
PLAIN(set_charging_profile_request, OcppSetChargingProfileRequest)
PLAIN(clear_charging_profile_request, OcppClearChargingProfileRequest)
PLAIN(get_charging_profiles_request, OcppGetChargingProfilesRequest)
PLAIN(report_charging_profiles_request, OcppReportChargingProfilesRequest)
PLAIN(get_composite_schedule_request, OcppGetCompositeScheduleRequest)
PLAIN(get_composite_schedule_response, OcppGetCompositeScheduleResponse)
PLAIN(set_display_message_request, OcppDisplayMessage)
PLAIN(get_display_messages_request, OcppGetDisplayMessagesRequest)
PLAIN(clear_display_message_request, OcppClearDisplayMessageRequest)
OWNING(notify_display_messages_request, OcppNotifyDisplayMessagesRequest)
PLAIN(cost_updated_request, OcppCostUpdatedRequest)
OWNING(send_local_list_request, OcppSendLocalListRequest)
PLAIN(get_local_list_version_response, OcppGetLocalListVersionResponse)
OWNING(data_transfer_request, OcppDataTransferRequest)
OWNING(data_transfer_response, OcppDataTransferResponse)
PLAIN(set_network_profile_request, OcppSetNetworkProfileRequest)
STATUS(generic, ocpp_generic_status_names)
STATUS(report, ocpp_report_status_names)
STATUS(reserve_now, ocpp_reserve_now_status_names)
STATUS(get_profiles, ocpp_get_profiles_status_names)
STATUS(clear_profile, ocpp_clear_profile_status_names)
STATUS(display, ocpp_display_status_names)
STATUS(known, ocpp_known_status_names)
STATUS(send_local_list, ocpp_send_local_list_status_names)
STATUS(set_network_profile, ocpp_set_network_profile_status_names)

static JsonObject *recode_empty(JsonObject *json, GError **error)
{
    return ocpp_empty_to_json();
}

typedef JsonObject *(*Recode)(JsonObject *json, GError **error);

static const struct {
    Recode request, answer;
} messages[OCPP_N_ACTIONS] = {
    [OCPP_ACTION_CANCEL_RESERVATION] = {recode_cancel_reservation_request, recode_generic_status},
    [OCPP_ACTION_CLEAR_CACHE] = {recode_empty, recode_generic_status},
    [OCPP_ACTION_CLEAR_CHARGING_PROFILE] = {recode_clear_charging_profile_request,
                                            recode_clear_profile_status},
    [OCPP_ACTION_CLEAR_DISPLAY_MESSAGE] = {recode_clear_display_message_request, recode_known_status},
    [OCPP_ACTION_CLEAR_VARIABLE_MONITORING] = {recode_clear_monitoring_request,
                                               recode_clear_monitoring_response},
    [OCPP_ACTION_COST_UPDATED] = {recode_cost_updated_request, recode_empty},
    [OCPP_ACTION_DATA_TRANSFER] = {recode_data_transfer_request, recode_data_transfer_response},
    [OCPP_ACTION_GET_CHARGING_PROFILES] = {recode_get_charging_profiles_request, recode_get_profiles_status},
    [OCPP_ACTION_REPORT_CHARGING_PROFILES] = {recode_report_charging_profiles_request, recode_empty},
    [OCPP_ACTION_GET_COMPOSITE_SCHEDULE] = {recode_get_composite_schedule_request,
                                            recode_get_composite_schedule_response},
    [OCPP_ACTION_GET_DISPLAY_MESSAGES] = {recode_get_display_messages_request, recode_known_status},
    [OCPP_ACTION_GET_LOCAL_LIST_VERSION] = {recode_empty, recode_get_local_list_version_response},
    [OCPP_ACTION_GET_MONITORING_REPORT] = {recode_get_monitoring_report_request, recode_report_status},
    [OCPP_ACTION_GET_REPORT] = {recode_get_report_request, recode_report_status},
    [OCPP_ACTION_NOTIFY_DISPLAY_MESSAGES] = {recode_notify_display_messages_request, recode_empty},
    [OCPP_ACTION_NOTIFY_MONITORING_REPORT] = {recode_notify_monitoring_report_request, recode_empty},
    [OCPP_ACTION_RESERVATION_STATUS_UPDATE] = {recode_reservation_status_update_request, recode_empty},
    [OCPP_ACTION_RESERVE_NOW] = {recode_reserve_now_request, recode_reserve_now_status},
    [OCPP_ACTION_SEND_LOCAL_LIST] = {recode_send_local_list_request, recode_send_local_list_status},
    [OCPP_ACTION_SET_CHARGING_PROFILE] = {recode_set_charging_profile_request, recode_generic_status},
    [OCPP_ACTION_SET_DISPLAY_MESSAGE] = {recode_set_display_message_request, recode_display_status},
    [OCPP_ACTION_SET_MONITORING_BASE] = {recode_set_monitoring_base_request, recode_report_status},
    [OCPP_ACTION_SET_MONITORING_LEVEL] = {recode_set_monitoring_level_request, recode_generic_status},
    [OCPP_ACTION_SET_NETWORK_PROFILE] = {recode_set_network_profile_request,
                                         recode_set_network_profile_status},
    [OCPP_ACTION_SET_VARIABLE_MONITORING] = {recode_set_monitoring_request, recode_set_monitoring_response},
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
