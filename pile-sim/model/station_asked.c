/* Station: who answers which request of the CSMS. */
#include "pile-sim/model/station_internal.h"

static const struct {
    OcppAction action;
    StationHandler handler;
} handlers[] = {
    {OCPP_ACTION_REQUEST_START_TRANSACTION, station_request_start},
    {OCPP_ACTION_REQUEST_STOP_TRANSACTION, station_request_stop},
    {OCPP_ACTION_GET_TRANSACTION_STATUS, station_get_transaction_status},
    {OCPP_ACTION_UNLOCK_CONNECTOR, station_unlock_connector},
    {OCPP_ACTION_CHANGE_AVAILABILITY, station_change_availability},
    {OCPP_ACTION_TRIGGER_MESSAGE, station_trigger_message},
    {OCPP_ACTION_RESET, station_reset},
    {OCPP_ACTION_GET_VARIABLES, station_get_variables},
    {OCPP_ACTION_SET_VARIABLES, station_set_variables},
    {OCPP_ACTION_GET_BASE_REPORT, station_get_base_report},
    {OCPP_ACTION_GET_REPORT, station_get_report},
    {OCPP_ACTION_SET_VARIABLE_MONITORING, station_set_variable_monitoring},
    {OCPP_ACTION_CLEAR_VARIABLE_MONITORING, station_clear_variable_monitoring},
    {OCPP_ACTION_SET_MONITORING_BASE, station_set_monitoring_base},
    {OCPP_ACTION_SET_MONITORING_LEVEL, station_set_monitoring_level},
    {OCPP_ACTION_GET_MONITORING_REPORT, station_get_monitoring_report},
    {OCPP_ACTION_SET_CHARGING_PROFILE, station_set_charging_profile},
    {OCPP_ACTION_CLEAR_CHARGING_PROFILE, station_clear_charging_profile},
    {OCPP_ACTION_GET_CHARGING_PROFILES, station_get_charging_profiles},
    {OCPP_ACTION_GET_COMPOSITE_SCHEDULE, station_get_composite_schedule},
    {OCPP_ACTION_SET_DISPLAY_MESSAGE, station_set_display_message},
    {OCPP_ACTION_GET_DISPLAY_MESSAGES, station_get_display_messages},
    {OCPP_ACTION_CLEAR_DISPLAY_MESSAGE, station_clear_display_message},
    {OCPP_ACTION_COST_UPDATED, station_cost_updated},
    {OCPP_ACTION_DATA_TRANSFER, station_data_transfer},
    {OCPP_ACTION_RESERVE_NOW, station_reserve_now},
    {OCPP_ACTION_CANCEL_RESERVATION, station_cancel_reservation},
    {OCPP_ACTION_SEND_LOCAL_LIST, station_send_local_list},
    {OCPP_ACTION_GET_LOCAL_LIST_VERSION, station_get_local_list_version},
    {OCPP_ACTION_CLEAR_CACHE, station_clear_cache},
};

const OcppAction *station_served_actions(gsize *n)
{
    static OcppAction actions[G_N_ELEMENTS(handlers)];

    for (guint i = 0; i < G_N_ELEMENTS(handlers); i++)
        actions[i] = handlers[i].action;
    *n = G_N_ELEMENTS(handlers);
    return actions;
}

void station_asked(Station *self, OcppAction action, JsonObject *payload, StationTime now, GArray *effects)
{
    if (self->boot.state == BOOT_REJECTED) { /* B03.FR.07 */
        effects_refuse(effects, OCPP_ERROR_SECURITY, "the station is not accepted");
        return;
    }
    station_follow_reservations(self, now); /* what has expired since must not decide this */
    for (guint i = 0; i < G_N_ELEMENTS(handlers); i++) {
        if (handlers[i].action != action)
            continue;
        handlers[i].handler(self, payload, now, effects);
        station_settle(self, now, effects);
        return;
    }
    effects_refuse(effects, OCPP_ERROR_NOT_SUPPORTED, ocpp_action_name(action));
}
