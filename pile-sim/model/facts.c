#include "pile-sim/model/facts.h"

#include "base/utc_time.h"

#include <string.h>

#define STATES "Available,Occupied,Reserved,Unavailable,Faulted"

typedef enum { OF_STATION, OF_EVSE, OF_CONNECTOR } Scope;

typedef enum {
    FACT_STATION_AVAILABILITY,
    FACT_STATION_AVAILABLE,
    FACT_STATION_PROBLEM,
    FACT_STATION_PHASES,
    FACT_STATION_MODEL,
    FACT_STATION_VENDOR,
    FACT_STATION_SERIAL,
    FACT_STATION_FIRMWARE,
    FACT_CLOCK,
    FACT_DISPLAY_MESSAGES,
    FACT_LIST_ENTRIES,
    FACT_TIME_FLOOR,
    FACT_CODES_PROBLEM,
    FACT_CHARGING_PROFILES,
    FACT_MONITORING_BASE,
    FACT_MONITORING_LEVEL,
    FACT_EVSE_AVAILABILITY,
    FACT_EVSE_AVAILABLE,
    FACT_EVSE_PROBLEM,
    FACT_EVSE_PHASES,
    FACT_EVSE_POWER,
    FACT_EVSE_ALLOW_RESET,
    FACT_CONNECTOR_AVAILABILITY,
    FACT_CONNECTOR_AVAILABLE,
    FACT_CONNECTOR_PROBLEM,
    FACT_CONNECTOR_PHASES,
    FACT_CONNECTOR_TYPE,
    FACT_BAY_AVAILABLE,
    FACT_BAY_ENABLED,
    FACT_BAY_ACTIVE,
    FACT_BAY_PROBLEM,
    FACT_EV_AVAILABLE,
    FACT_EV_VEHICLE_ID,
    FACT_EV_SOC,
    FACT_METER_ENERGY,
    FACTS_N,
} Fact;

typedef enum { SUMMARY = 1 << 0, MONITORED = 1 << 1, CONSTANT = 1 << 2, NUMBER = 1 << 3 } Traits;

static const struct {
    Scope scope;
    const gchar *component, *variable;
    OcppDataType type;
    const gchar *unit;
    guint traits;
    const gchar *values;   /* (nullable) */
    const gchar *instance; /* (nullable): of the variable */
    gint64 max;            /* 0: none */
} facts[FACTS_N] = {
    [FACT_STATION_AVAILABILITY] = {OF_STATION, "ChargingStation", "AvailabilityState", OCPP_DATA_OPTION_LIST,
                                   "", SUMMARY | MONITORED, STATES},
    [FACT_STATION_AVAILABLE] = {OF_STATION, "ChargingStation", "Available", OCPP_DATA_BOOLEAN, "", CONSTANT},
    [FACT_STATION_PROBLEM] = {OF_STATION, "ChargingStation", "Problem", OCPP_DATA_BOOLEAN, "",
                              SUMMARY | MONITORED},
    [FACT_STATION_PHASES] = {OF_STATION, "ChargingStation", "SupplyPhases", OCPP_DATA_INTEGER, "", CONSTANT},
    [FACT_STATION_MODEL] = {OF_STATION, "ChargingStation", "Model", OCPP_DATA_STRING, "", CONSTANT},
    [FACT_STATION_VENDOR] = {OF_STATION, "ChargingStation", "VendorName", OCPP_DATA_STRING, "", CONSTANT},
    [FACT_STATION_SERIAL] = {OF_STATION, "ChargingStation", "SerialNumber", OCPP_DATA_STRING, "", CONSTANT},
    [FACT_STATION_FIRMWARE] = {OF_STATION, "ChargingStation", "FirmwareVersion", OCPP_DATA_STRING, "", 0},
    [FACT_CLOCK] = {OF_STATION, "ClockCtrlr", "DateTime", OCPP_DATA_DATE_TIME, "", 0},
    [FACT_DISPLAY_MESSAGES] = {OF_STATION, "DisplayMessageCtrlr", "DisplayMessages", OCPP_DATA_INTEGER, "", 0,
                               NULL, NULL, DISPLAYS_MAX},
    [FACT_LIST_ENTRIES] = {OF_STATION, "LocalAuthListCtrlr", "Entries", OCPP_DATA_INTEGER, "", 0},
    [FACT_TIME_FLOOR] = {OF_STATION, "OfflineChargingCtrlr", "TimeFloor", OCPP_DATA_DATE_TIME, "", 0},
    [FACT_CHARGING_PROFILES] = {OF_STATION, "SmartChargingCtrlr", "Entries", OCPP_DATA_INTEGER, "", 0, NULL,
                                "ChargingProfiles", POWER_LIMITS_MAX},
    [FACT_MONITORING_BASE] = {OF_STATION, "MonitoringCtrlr", "ActiveMonitoringBase", OCPP_DATA_OPTION_LIST,
                              "", 0, "All,FactoryDefault,HardWiredOnly"},
    [FACT_MONITORING_LEVEL] = {OF_STATION, "MonitoringCtrlr", "ActiveMonitoringLevel", OCPP_DATA_INTEGER, "",
                               0},
    [FACT_CODES_PROBLEM] = {OF_STATION, "OfflineChargingCtrlr", "Problem", OCPP_DATA_BOOLEAN, "", MONITORED},
    [FACT_EVSE_AVAILABILITY] = {OF_EVSE, "EVSE", "AvailabilityState", OCPP_DATA_OPTION_LIST, "",
                                SUMMARY | MONITORED, STATES},
    [FACT_EVSE_AVAILABLE] = {OF_EVSE, "EVSE", "Available", OCPP_DATA_BOOLEAN, "", CONSTANT},
    [FACT_EVSE_PROBLEM] = {OF_EVSE, "EVSE", "Problem", OCPP_DATA_BOOLEAN, "", SUMMARY | MONITORED},
    [FACT_EVSE_PHASES] = {OF_EVSE, "EVSE", "SupplyPhases", OCPP_DATA_INTEGER, "", CONSTANT},
    [FACT_EVSE_POWER] = {OF_EVSE, "EVSE", "Power", OCPP_DATA_DECIMAL, "W", MONITORED | NUMBER},
    [FACT_EVSE_ALLOW_RESET] = {OF_EVSE, "EVSE", "AllowReset", OCPP_DATA_BOOLEAN, "", CONSTANT},
    [FACT_CONNECTOR_AVAILABILITY] = {OF_CONNECTOR, "Connector", "AvailabilityState", OCPP_DATA_OPTION_LIST,
                                     "", SUMMARY | MONITORED, STATES},
    [FACT_CONNECTOR_AVAILABLE] = {OF_CONNECTOR, "Connector", "Available", OCPP_DATA_BOOLEAN, "", CONSTANT},
    [FACT_CONNECTOR_PROBLEM] = {OF_CONNECTOR, "Connector", "Problem", OCPP_DATA_BOOLEAN, "",
                                SUMMARY | MONITORED},
    [FACT_CONNECTOR_PHASES] = {OF_CONNECTOR, "Connector", "SupplyPhases", OCPP_DATA_INTEGER, "", CONSTANT},
    [FACT_CONNECTOR_TYPE] = {OF_CONNECTOR, "Connector", "ConnectorType", OCPP_DATA_STRING, "", CONSTANT},
    [FACT_BAY_AVAILABLE] = {OF_EVSE, "BayOccupancySensor", "Available", OCPP_DATA_BOOLEAN, "", CONSTANT},
    [FACT_BAY_ENABLED] = {OF_EVSE, "BayOccupancySensor", "Enabled", OCPP_DATA_BOOLEAN, "", CONSTANT},
    [FACT_BAY_ACTIVE] = {OF_EVSE, "BayOccupancySensor", "Active", OCPP_DATA_BOOLEAN, "", MONITORED},
    [FACT_BAY_PROBLEM] = {OF_EVSE, "BayOccupancySensor", "Problem", OCPP_DATA_BOOLEAN, "",
                          SUMMARY | MONITORED},
    [FACT_EV_AVAILABLE] = {OF_EVSE, "ConnectedEV", "Available", OCPP_DATA_BOOLEAN, "", MONITORED},
    [FACT_EV_VEHICLE_ID] = {OF_EVSE, "ConnectedEV", "VehicleID", OCPP_DATA_STRING, "", 0},
    [FACT_EV_SOC] = {OF_EVSE, "ConnectedEV", "StateOfCharge", OCPP_DATA_INTEGER, "%", MONITORED | NUMBER},
    [FACT_METER_ENERGY] = {OF_EVSE, "FiscalMetering", "EnergyImportRegister", OCPP_DATA_DECIMAL, "Wh",
                           MONITORED | NUMBER},
};

guint facts_count(const Station *self)
{
    guint n = 0;

    for (guint row = 0; row < FACTS_N; row++)
        n += facts[row].scope == OF_STATION ? 1 : self->n_evses;
    return n;
}

static gboolean is_named(guint row, const OcppEvse *evse)
{
    switch (facts[row].scope) {
    case OF_STATION:
        return !evse->present;
    case OF_EVSE:
        return evse->present && evse->connector_id == 0;
    default:
        return evse->present && evse->connector_id == 1;
    }
}

OcppVariableStatus facts_find(Station *self, const OcppVariableName *name, FactId *id)
{
    OcppVariableStatus status = OCPP_VARIABLE_UNKNOWN_COMPONENT;

    if (name->component_instance[0] != '\0' ||
        (name->evse.present && station_evse(self, name->evse.id) == NULL))
        return status;
    for (guint row = 0; row < FACTS_N; row++) {
        if (g_ascii_strcasecmp(facts[row].component, name->component) != 0 || !is_named(row, &name->evse))
            continue;
        status = OCPP_VARIABLE_UNKNOWN_VARIABLE;
        if (g_ascii_strcasecmp(facts[row].variable, name->variable) == 0 &&
            g_ascii_strcasecmp(facts[row].instance != NULL ? facts[row].instance : "",
                               name->variable_instance) == 0) {
            *id = (FactId){.row = row, .evse = name->evse.present ? station_evse(self, name->evse.id) : NULL};
            return OCPP_VARIABLE_ACCEPTED;
        }
    }
    return status;
}

static gchar *truth(gboolean is)
{
    return g_strdup(is ? "true" : "false");
}

/* The station is as available as its best EVSE. */
static OcppConnectorStatus station_status(const Station *self)
{
    static const OcppConnectorStatus best_first[] = {OCPP_CONNECTOR_AVAILABLE, OCPP_CONNECTOR_OCCUPIED,
                                                     OCPP_CONNECTOR_RESERVED, OCPP_CONNECTOR_UNAVAILABLE};

    for (guint i = 0; i < G_N_ELEMENTS(best_first); i++)
        for (guint e = 0; e < self->n_evses; e++)
            if (evse_connector_status(&self->evses[e]) == best_first[i])
                return best_first[i];
    return OCPP_CONNECTOR_FAULTED;
}

static gchar *value_of_station(const Station *self, Fact fact, StationTime now)
{
    gchar time[UTC_TIME_TEXT_BYTES];

    switch (fact) {
    case FACT_STATION_AVAILABILITY:
        return g_strdup(ocpp_connector_status_names[station_status(self)]);
    case FACT_STATION_PROBLEM:
        for (guint i = 0; i < self->n_evses; i++)
            if (self->evses[i].faulted)
                return truth(TRUE);
        return truth(FALSE);
    case FACT_STATION_PHASES:
        return g_strdup("3");
    case FACT_STATION_MODEL:
        return g_strdup(STATION_MODEL);
    case FACT_STATION_VENDOR:
        return g_strdup(STATION_VENDOR);
    case FACT_STATION_SERIAL:
        return g_strndup(self->identity, 25);
    case FACT_STATION_FIRMWARE:
        return g_strdup(STATION_FIRMWARE);
    case FACT_DISPLAY_MESSAGES:
        return g_strdup_printf("%u", self->displays.list->len);
    case FACT_CHARGING_PROFILES:
        return g_strdup_printf("%u", self->limits.list->len);
    case FACT_MONITORING_BASE:
        return g_strdup(ocpp_monitoring_base_names[self->monitors.base]);
    case FACT_MONITORING_LEVEL:
        return g_strdup_printf("%d", self->monitors.level);
    case FACT_CLOCK:
        utc_time_format(now.unix_ms, time);
        return g_strdup(time);
    case FACT_LIST_ENTRIES:
        return g_strdup_printf("%u", id_book_size(&self->offline.list.book));
    case FACT_CODES_PROBLEM: /* the used rows were lost, and no new secret has come since */
        return truth(self->offline.void_secret[0] != '\0' &&
                     variables_get(&self->variables, VARIABLE_OFFLINE_CODE_SECRET)[0] == '\0');
    case FACT_TIME_FLOOR:
        utc_time_format(time_floor_ms(&self->offline.floor, now.boot_ms), time);
        return g_strdup(time);
    default:
        return truth(TRUE); /* Available: the component exists and works */
    }
}

static gchar *value_of_evse(const Evse *evse, Fact fact)
{
    switch (fact) {
    case FACT_EVSE_AVAILABILITY:
    case FACT_CONNECTOR_AVAILABILITY:
        return g_strdup(ocpp_connector_status_names[evse_connector_status(evse)]);
    case FACT_EVSE_PROBLEM:
    case FACT_CONNECTOR_PROBLEM:
        return truth(evse->faulted);
    case FACT_EVSE_PHASES:
    case FACT_CONNECTOR_PHASES:
        return g_strdup("3");
    case FACT_EVSE_POWER:
        return g_strdup_printf("%" G_GINT64_FORMAT, evse_power_w(evse));
    case FACT_EVSE_ALLOW_RESET:
        return truth(TRUE);
    case FACT_CONNECTOR_TYPE:
        return g_strdup(STATION_CONNECTOR_TYPE);
    case FACT_BAY_ACTIVE:
        return evse->bay_broken ? NULL : truth(evse->bay_occupied);
    case FACT_BAY_PROBLEM:
        return truth(evse->bay_broken);
    case FACT_EV_AVAILABLE:
        return truth(evse->plugged);
    case FACT_EV_VEHICLE_ID:
        return g_strdup(evse->plugged ? evse->vehicle.id : "");
    case FACT_EV_SOC:
        return evse->plugged ? g_strdup_printf("%d", (gint)battery_soc_percent(&evse->vehicle.battery))
                             : g_strdup("0");
    case FACT_METER_ENERGY:
        return g_strdup_printf("%" G_GINT64_FORMAT, meter_wh(&evse->meter));
    default:
        return truth(TRUE);
    }
}

gchar *facts_value(const Station *self, const FactId *id, StationTime now)
{
    return id->evse != NULL ? value_of_evse(id->evse, id->row) : value_of_station(self, id->row, now);
}

gboolean facts_in_summary(const FactId *id)
{
    return (facts[id->row].traits & SUMMARY) != 0;
}

gboolean facts_is_monitored(const FactId *id, gboolean *is_number)
{
    *is_number = (facts[id->row].traits & NUMBER) != 0;
    return (facts[id->row].traits & MONITORED) != 0;
}

void facts_describe(const Station *self, const FactId *id, StationTime now, OcppReportItem *item)
{
    item->mutability = OCPP_MUTABILITY_READ_ONLY;
    item->constant = (facts[id->row].traits & CONSTANT) != 0;
    item->data_type = facts[id->row].type;
    item->supports_monitoring = (facts[id->row].traits & MONITORED) != 0;
    item->values_list = g_strdup(facts[id->row].values);
    item->value = facts_value(self, id, now);
    g_strlcpy(item->unit, facts[id->row].unit, sizeof item->unit);
    g_strlcpy(item->name.component, facts[id->row].component, sizeof item->name.component);
    g_strlcpy(item->name.variable, facts[id->row].variable, sizeof item->name.variable);
    if (id->evse != NULL)
        item->name.evse = (OcppEvse){.present = TRUE,
                                     .id = id->evse->id,
                                     .connector_id = facts[id->row].scope == OF_CONNECTOR ? 1 : 0};
    if (facts[id->row].instance != NULL)
        g_strlcpy(item->name.variable_instance, facts[id->row].instance, sizeof item->name.variable_instance);
    item->has_max_limit = facts[id->row].max > 0;
    item->max_limit = (gdouble)facts[id->row].max;
    if (id->row == FACT_EVSE_POWER) { /* required: the most that this EVSE can give */
        item->has_max_limit = TRUE;
        item->max_limit = (gdouble)id->evse->max_power_w;
    }
}

void facts_each(Station *self, FactVisit visit, gpointer data)
{
    for (guint row = 0; row < FACTS_N; row++) {
        if (facts[row].scope == OF_STATION)
            visit(&(FactId){.row = row}, data);
    }
    for (guint e = 0; e < self->n_evses; e++) {
        for (guint row = 0; row < FACTS_N; row++) {
            if (facts[row].scope != OF_STATION)
                visit(&(FactId){.row = row, .evse = &self->evses[e]}, data);
        }
    }
}
