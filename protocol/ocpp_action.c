#include "protocol/ocpp_action.h"

static const struct {
    const gchar *name;
    OcppSender sender;
} actions[] = {
    [OCPP_ACTION_AUTHORIZE] = {"Authorize", OCPP_SENDER_STATION},
    [OCPP_ACTION_BOOT_NOTIFICATION] = {"BootNotification", OCPP_SENDER_STATION},
    [OCPP_ACTION_CANCEL_RESERVATION] = {"CancelReservation", OCPP_SENDER_CSMS},
    [OCPP_ACTION_CERTIFICATE_SIGNED] = {"CertificateSigned", OCPP_SENDER_CSMS},
    [OCPP_ACTION_CHANGE_AVAILABILITY] = {"ChangeAvailability", OCPP_SENDER_CSMS},
    [OCPP_ACTION_CLEAR_CACHE] = {"ClearCache", OCPP_SENDER_CSMS},
    [OCPP_ACTION_CLEAR_CHARGING_PROFILE] = {"ClearChargingProfile", OCPP_SENDER_CSMS},
    [OCPP_ACTION_CLEAR_DISPLAY_MESSAGE] = {"ClearDisplayMessage", OCPP_SENDER_CSMS},
    [OCPP_ACTION_CLEARED_CHARGING_LIMIT] = {"ClearedChargingLimit", OCPP_SENDER_STATION},
    [OCPP_ACTION_CLEAR_VARIABLE_MONITORING] = {"ClearVariableMonitoring", OCPP_SENDER_CSMS},
    [OCPP_ACTION_COST_UPDATED] = {"CostUpdated", OCPP_SENDER_CSMS},
    [OCPP_ACTION_CUSTOMER_INFORMATION] = {"CustomerInformation", OCPP_SENDER_CSMS},
    [OCPP_ACTION_DATA_TRANSFER] = {"DataTransfer", OCPP_SENDER_BOTH},
    [OCPP_ACTION_DELETE_CERTIFICATE] = {"DeleteCertificate", OCPP_SENDER_CSMS},
    [OCPP_ACTION_FIRMWARE_STATUS_NOTIFICATION] = {"FirmwareStatusNotification", OCPP_SENDER_STATION},
    [OCPP_ACTION_GET_15118_EV_CERTIFICATE] = {"Get15118EVCertificate", OCPP_SENDER_STATION},
    [OCPP_ACTION_GET_BASE_REPORT] = {"GetBaseReport", OCPP_SENDER_CSMS},
    [OCPP_ACTION_GET_CERTIFICATE_STATUS] = {"GetCertificateStatus", OCPP_SENDER_STATION},
    [OCPP_ACTION_GET_CHARGING_PROFILES] = {"GetChargingProfiles", OCPP_SENDER_CSMS},
    [OCPP_ACTION_GET_COMPOSITE_SCHEDULE] = {"GetCompositeSchedule", OCPP_SENDER_CSMS},
    [OCPP_ACTION_GET_DISPLAY_MESSAGES] = {"GetDisplayMessages", OCPP_SENDER_CSMS},
    [OCPP_ACTION_GET_INSTALLED_CERTIFICATE_IDS] = {"GetInstalledCertificateIds", OCPP_SENDER_CSMS},
    [OCPP_ACTION_GET_LOCAL_LIST_VERSION] = {"GetLocalListVersion", OCPP_SENDER_CSMS},
    [OCPP_ACTION_GET_LOG] = {"GetLog", OCPP_SENDER_CSMS},
    [OCPP_ACTION_GET_MONITORING_REPORT] = {"GetMonitoringReport", OCPP_SENDER_CSMS},
    [OCPP_ACTION_GET_REPORT] = {"GetReport", OCPP_SENDER_CSMS},
    [OCPP_ACTION_GET_TRANSACTION_STATUS] = {"GetTransactionStatus", OCPP_SENDER_CSMS},
    [OCPP_ACTION_GET_VARIABLES] = {"GetVariables", OCPP_SENDER_CSMS},
    [OCPP_ACTION_HEARTBEAT] = {"Heartbeat", OCPP_SENDER_STATION},
    [OCPP_ACTION_INSTALL_CERTIFICATE] = {"InstallCertificate", OCPP_SENDER_CSMS},
    [OCPP_ACTION_LOG_STATUS_NOTIFICATION] = {"LogStatusNotification", OCPP_SENDER_STATION},
    [OCPP_ACTION_METER_VALUES] = {"MeterValues", OCPP_SENDER_STATION},
    [OCPP_ACTION_NOTIFY_CHARGING_LIMIT] = {"NotifyChargingLimit", OCPP_SENDER_STATION},
    [OCPP_ACTION_NOTIFY_CUSTOMER_INFORMATION] = {"NotifyCustomerInformation", OCPP_SENDER_STATION},
    [OCPP_ACTION_NOTIFY_DISPLAY_MESSAGES] = {"NotifyDisplayMessages", OCPP_SENDER_STATION},
    [OCPP_ACTION_NOTIFY_EV_CHARGING_NEEDS] = {"NotifyEVChargingNeeds", OCPP_SENDER_STATION},
    [OCPP_ACTION_NOTIFY_EV_CHARGING_SCHEDULE] = {"NotifyEVChargingSchedule", OCPP_SENDER_STATION},
    [OCPP_ACTION_NOTIFY_EVENT] = {"NotifyEvent", OCPP_SENDER_STATION},
    [OCPP_ACTION_NOTIFY_MONITORING_REPORT] = {"NotifyMonitoringReport", OCPP_SENDER_STATION},
    [OCPP_ACTION_NOTIFY_REPORT] = {"NotifyReport", OCPP_SENDER_STATION},
    [OCPP_ACTION_PUBLISH_FIRMWARE] = {"PublishFirmware", OCPP_SENDER_CSMS},
    [OCPP_ACTION_PUBLISH_FIRMWARE_STATUS_NOTIFICATION] = {"PublishFirmwareStatusNotification",
                                                          OCPP_SENDER_STATION},
    [OCPP_ACTION_REPORT_CHARGING_PROFILES] = {"ReportChargingProfiles", OCPP_SENDER_STATION},
    [OCPP_ACTION_REQUEST_START_TRANSACTION] = {"RequestStartTransaction", OCPP_SENDER_CSMS},
    [OCPP_ACTION_REQUEST_STOP_TRANSACTION] = {"RequestStopTransaction", OCPP_SENDER_CSMS},
    [OCPP_ACTION_RESERVATION_STATUS_UPDATE] = {"ReservationStatusUpdate", OCPP_SENDER_STATION},
    [OCPP_ACTION_RESERVE_NOW] = {"ReserveNow", OCPP_SENDER_CSMS},
    [OCPP_ACTION_RESET] = {"Reset", OCPP_SENDER_CSMS},
    [OCPP_ACTION_SECURITY_EVENT_NOTIFICATION] = {"SecurityEventNotification", OCPP_SENDER_STATION},
    [OCPP_ACTION_SEND_LOCAL_LIST] = {"SendLocalList", OCPP_SENDER_CSMS},
    [OCPP_ACTION_SET_CHARGING_PROFILE] = {"SetChargingProfile", OCPP_SENDER_CSMS},
    [OCPP_ACTION_SET_DISPLAY_MESSAGE] = {"SetDisplayMessage", OCPP_SENDER_CSMS},
    [OCPP_ACTION_SET_MONITORING_BASE] = {"SetMonitoringBase", OCPP_SENDER_CSMS},
    [OCPP_ACTION_SET_MONITORING_LEVEL] = {"SetMonitoringLevel", OCPP_SENDER_CSMS},
    [OCPP_ACTION_SET_NETWORK_PROFILE] = {"SetNetworkProfile", OCPP_SENDER_CSMS},
    [OCPP_ACTION_SET_VARIABLE_MONITORING] = {"SetVariableMonitoring", OCPP_SENDER_CSMS},
    [OCPP_ACTION_SET_VARIABLES] = {"SetVariables", OCPP_SENDER_CSMS},
    [OCPP_ACTION_SIGN_CERTIFICATE] = {"SignCertificate", OCPP_SENDER_STATION},
    [OCPP_ACTION_STATUS_NOTIFICATION] = {"StatusNotification", OCPP_SENDER_STATION},
    [OCPP_ACTION_TRANSACTION_EVENT] = {"TransactionEvent", OCPP_SENDER_STATION},
    [OCPP_ACTION_TRIGGER_MESSAGE] = {"TriggerMessage", OCPP_SENDER_CSMS},
    [OCPP_ACTION_UNLOCK_CONNECTOR] = {"UnlockConnector", OCPP_SENDER_CSMS},
    [OCPP_ACTION_UNPUBLISH_FIRMWARE] = {"UnpublishFirmware", OCPP_SENDER_CSMS},
    [OCPP_ACTION_UPDATE_FIRMWARE] = {"UpdateFirmware", OCPP_SENDER_CSMS},
};
G_STATIC_ASSERT(G_N_ELEMENTS(actions) == OCPP_N_ACTIONS);

const gchar *ocpp_action_name(OcppAction action)
{
    g_return_val_if_fail((guint)action < OCPP_N_ACTIONS, "");
    return actions[action].name;
}

OcppSender ocpp_action_sender(OcppAction action)
{
    g_return_val_if_fail((guint)action < OCPP_N_ACTIONS, OCPP_SENDER_BOTH);
    return actions[action].sender;
}

gboolean ocpp_action_from_name(const gchar *name, OcppAction *action)
{
    for (guint i = 0; i < OCPP_N_ACTIONS; i++) {
        if (g_str_equal(actions[i].name, name)) {
            *action = (OcppAction)i;
            return TRUE;
        }
    }
    return FALSE;
}
