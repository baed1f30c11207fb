#include "server-stub/model/call_rules.h"

#include "protocol/json_read.h"
#include "protocol/ocpp_availability.h"
#include "protocol/ocpp_charging_profile.h"
#include "protocol/ocpp_display.h"
#include "protocol/ocpp_error.h"
#include "protocol/ocpp_monitoring.h"
#include "protocol/ocpp_monitoring_report.h"
#include "protocol/ocpp_provisioning.h"
#include "protocol/ocpp_remote_control.h"
#include "protocol/ocpp_report.h"
#include "protocol/ocpp_transactions.h"
#include "protocol/ocpp_variables.h"

typedef gboolean (*Check)(JsonObject *payload, GError **error);

/* The decoder that the pile's side of the same message uses is the judge of what may be sent. */
#define CHECK_VALUE(name, Type)                                                                              \
    static gboolean check_##name(JsonObject *payload, GError **error)                                        \
    {                                                                                                        \
        g_autofree Type *value = g_new0(Type, 1); /* a charging profile is too large for a stack */          \
        return ocpp_##name##_request_from_json(payload, value, error);                                       \
    }
#define CHECK_LIST(name)                                                                                     \
    static gboolean check_##name(JsonObject *payload, GError **error)                                        \
    {                                                                                                        \
        g_autoptr(GArray) list = ocpp_##name##_request_from_json(payload, error);                            \
        return list != NULL;                                                                                 \
    }
#define CHECK_OWNER(name, Type)                                                                              \
    static gboolean check_##name(JsonObject *payload, GError **error)                                        \
    {                                                                                                        \
        g_auto(Type) value = {0};                                                                            \
        ocpp_##name##_request_init(&value);                                                                  \
        return ocpp_##name##_request_from_json(payload, &value, error);                                      \
    }
CHECK_LIST(get_variables)
CHECK_LIST(set_variables)
CHECK_LIST(set_monitoring)
CHECK_VALUE(get_base_report, OcppGetBaseReportRequest)
CHECK_VALUE(set_monitoring_base, OcppSetMonitoringBaseRequest)
CHECK_VALUE(set_monitoring_level, OcppSetMonitoringLevelRequest)
CHECK_VALUE(trigger_message, OcppTriggerMessageRequest)
CHECK_VALUE(get_transaction_status, OcppGetTransactionStatusRequest)
CHECK_VALUE(clear_charging_profile, OcppClearChargingProfileRequest)
CHECK_VALUE(get_composite_schedule, OcppGetCompositeScheduleRequest)
CHECK_VALUE(cost_updated, OcppCostUpdatedRequest)
CHECK_VALUE(change_availability, OcppChangeAvailabilityRequest)
CHECK_VALUE(request_start, OcppRequestStartRequest)
CHECK_VALUE(request_stop, OcppRequestStopRequest)
CHECK_VALUE(unlock_connector, OcppUnlockConnectorRequest)
CHECK_VALUE(reset, OcppResetRequest)
CHECK_VALUE(set_charging_profile, OcppSetChargingProfileRequest)
CHECK_VALUE(set_display_message, OcppDisplayMessage)
CHECK_VALUE(get_display_messages, OcppGetDisplayMessagesRequest)
CHECK_VALUE(clear_display_message, OcppClearDisplayMessageRequest)
CHECK_VALUE(clear_monitoring, OcppClearMonitoring)
CHECK_OWNER(get_report, OcppGetReportRequest)
CHECK_OWNER(get_monitoring_report, OcppGetMonitoringReportRequest)

#define REPORT(action, member) TRUE, OCPP_ACTION_##action, member

/* check NULL: no decoder of ours, or no field to decode; the pile is the judge. */
static const struct {
    CallRule rule;
    const gchar *id_member; /* (nullable): made by us when the operator leaves it out */
    Check check;
} rules[] = {
    {{OCPP_ACTION_GET_VARIABLES}, NULL, check_get_variables},
    {{OCPP_ACTION_SET_VARIABLES}, NULL, check_set_variables},
    {{OCPP_ACTION_GET_BASE_REPORT, REPORT(NOTIFY_REPORT, "reportData")}, "requestId", check_get_base_report},
    {{OCPP_ACTION_GET_REPORT, REPORT(NOTIFY_REPORT, "reportData")}, "requestId", check_get_report},
    {{OCPP_ACTION_GET_MONITORING_REPORT, REPORT(NOTIFY_MONITORING_REPORT, "monitor")},
     "requestId",
     check_get_monitoring_report},
    {{OCPP_ACTION_SET_VARIABLE_MONITORING}, NULL, check_set_monitoring},
    {{OCPP_ACTION_CLEAR_VARIABLE_MONITORING}, NULL, check_clear_monitoring},
    {{OCPP_ACTION_SET_MONITORING_BASE}, NULL, check_set_monitoring_base},
    {{OCPP_ACTION_SET_MONITORING_LEVEL}, NULL, check_set_monitoring_level},
    {{OCPP_ACTION_TRIGGER_MESSAGE}, NULL, check_trigger_message},
    {{OCPP_ACTION_GET_TRANSACTION_STATUS}, NULL, check_get_transaction_status},
    {{OCPP_ACTION_SET_CHARGING_PROFILE}, NULL, check_set_charging_profile},
    {{OCPP_ACTION_CLEAR_CHARGING_PROFILE}, NULL, check_clear_charging_profile},
    {{OCPP_ACTION_GET_CHARGING_PROFILES, REPORT(REPORT_CHARGING_PROFILES, "chargingProfile")},
     "requestId",
     NULL},
    {{OCPP_ACTION_GET_COMPOSITE_SCHEDULE}, NULL, check_get_composite_schedule},
    {{OCPP_ACTION_SET_DISPLAY_MESSAGE}, NULL, check_set_display_message},
    {{OCPP_ACTION_GET_DISPLAY_MESSAGES, REPORT(NOTIFY_DISPLAY_MESSAGES, "messageInfo")},
     "requestId",
     check_get_display_messages},
    {{OCPP_ACTION_CLEAR_DISPLAY_MESSAGE}, NULL, check_clear_display_message},
    {{OCPP_ACTION_COST_UPDATED}, NULL, check_cost_updated},
    {{OCPP_ACTION_CHANGE_AVAILABILITY}, NULL, check_change_availability},
    {{OCPP_ACTION_REQUEST_START_TRANSACTION}, "remoteStartId", check_request_start},
    {{OCPP_ACTION_REQUEST_STOP_TRANSACTION}, NULL, check_request_stop},
    {{OCPP_ACTION_UNLOCK_CONNECTOR}, NULL, check_unlock_connector},
    {{OCPP_ACTION_RESET}, NULL, check_reset},
    {{OCPP_ACTION_CLEAR_CACHE}, NULL, NULL},
    {{OCPP_ACTION_GET_LOCAL_LIST_VERSION}, NULL, NULL},
};

const CallRule *call_rules_find(const gchar *action_name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
        if (g_str_equal(ocpp_action_name(rules[i].rule.action), action_name))
            return &rules[i].rule;
    return NULL;
}

const CallRule *call_rules_reported_by(OcppAction action)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
        if (rules[i].rule.has_report && rules[i].rule.report_action == action)
            return &rules[i].rule;
    return NULL;
}

gboolean call_rules_prepare(const CallRule *rule, JsonObject *payload, gint new_id, GError **error)
{
    gsize i = 0;

    while (&rules[i].rule != rule)
        i++;
    if (rules[i].id_member != NULL && !json_object_has_member(payload, rules[i].id_member))
        json_object_set_int_member(payload, rules[i].id_member, new_id);
    return rules[i].check == NULL || rules[i].check(payload, error);
}
