#include "server-stub/model/csms.h"

const OcppAction csms_served[] = {
    OCPP_ACTION_AUTHORIZE,
    OCPP_ACTION_BOOT_NOTIFICATION,
    OCPP_ACTION_DATA_TRANSFER,
    OCPP_ACTION_FIRMWARE_STATUS_NOTIFICATION,
    OCPP_ACTION_HEARTBEAT,
    OCPP_ACTION_LOG_STATUS_NOTIFICATION,
    OCPP_ACTION_METER_VALUES,
    OCPP_ACTION_NOTIFY_EVENT,
    OCPP_ACTION_CLEARED_CHARGING_LIMIT,
    OCPP_ACTION_NOTIFY_CHARGING_LIMIT,
    OCPP_ACTION_NOTIFY_DISPLAY_MESSAGES,
    OCPP_ACTION_NOTIFY_MONITORING_REPORT,
    OCPP_ACTION_REPORT_CHARGING_PROFILES,
    OCPP_ACTION_NOTIFY_REPORT,
    OCPP_ACTION_SECURITY_EVENT_NOTIFICATION,
    OCPP_ACTION_RESERVATION_STATUS_UPDATE,
    OCPP_ACTION_STATUS_NOTIFICATION,
    OCPP_ACTION_TRANSACTION_EVENT,
};
const gsize csms_n_served = G_N_ELEMENTS(csms_served);

gboolean csms_admits(OcppAction action, gboolean boot_accepted, GError **error)
{
    if (boot_accepted || action == OCPP_ACTION_BOOT_NOTIFICATION)
        return TRUE;
    g_set_error(error, OCPP_ERROR, OCPP_ERROR_SECURITY, "%s before an accepted BootNotification",
                ocpp_action_name(action));
    return FALSE;
}

void csms_boot(gboolean registered, gint64 now_ms, OcppBootNotificationResponse *response)
{
    *response = (OcppBootNotificationResponse){.current_time_ms = now_ms,
                                               .interval_s = CSMS_HEARTBEAT_S,
                                               .status = registered ? OCPP_REGISTRATION_ACCEPTED
                                                                    : OCPP_REGISTRATION_REJECTED};
}

void csms_boot_postpone(OcppBootNotificationResponse *response)
{
    response->status = OCPP_REGISTRATION_PENDING;
    response->interval_s = CSMS_BOOT_RETRY_S;
}
