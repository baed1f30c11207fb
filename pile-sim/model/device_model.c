/* Station: the device model's messages (OCPP 2.0.1 part 2, B05-B08). Every item gets its own honest answer.
 * Two sources: the table of variables.h, and what is computed from the present, per EVSE.
 */
#include "pile-sim/model/station_internal.h"
#include "pile-sim/model/variables.h"
#include "protocol/ocpp_report.h"
#include "protocol/ocpp_variables.h"

#include <string.h>

/* Per-EVSE facts. Read-only, except that nothing here can be set. */
typedef enum {
    LIVE_EVSE_AVAILABILITY,
    LIVE_EVSE_AVAILABLE,
    LIVE_EVSE_POWER,
    LIVE_EVSE_ALLOW_RESET,
    LIVE_CONNECTOR_AVAILABILITY,
    LIVE_CONNECTOR_AVAILABLE,
    LIVE_CONNECTOR_TYPE,
    LIVE_BAY_ACTIVE,
    LIVE_N,
} LiveId;

static const struct {
    const gchar *component, *variable;
    OcppDataType type;
    const gchar *unit;
    gboolean of_connector; /* component's evse carries connectorId 1 */
    gboolean in_summary;
} live[LIVE_N] = {
    [LIVE_EVSE_AVAILABILITY] = {"EVSE", "AvailabilityState", OCPP_DATA_OPTION_LIST, "", FALSE, TRUE},
    [LIVE_EVSE_AVAILABLE] = {"EVSE", "Available", OCPP_DATA_BOOLEAN, "", FALSE, FALSE},
    [LIVE_EVSE_POWER] = {"EVSE", "Power", OCPP_DATA_DECIMAL, "W", FALSE, FALSE},
    [LIVE_EVSE_ALLOW_RESET] = {"EVSE", "AllowReset", OCPP_DATA_BOOLEAN, "", FALSE, FALSE},
    [LIVE_CONNECTOR_AVAILABILITY] = {"Connector", "AvailabilityState", OCPP_DATA_OPTION_LIST, "", TRUE, TRUE},
    [LIVE_CONNECTOR_AVAILABLE] = {"Connector", "Available", OCPP_DATA_BOOLEAN, "", TRUE, FALSE},
    [LIVE_CONNECTOR_TYPE] = {"Connector", "ConnectorType", OCPP_DATA_STRING, "", TRUE, FALSE},
    [LIVE_BAY_ACTIVE] = {"BayOccupancySensor", "Active", OCPP_DATA_BOOLEAN, "", FALSE, FALSE},
};

static OcppVariableStatus find_live(Station *self, const OcppVariableName *name, LiveId *id)
{
    OcppVariableStatus status = OCPP_VARIABLE_UNKNOWN_COMPONENT;

    if (!name->evse.present || station_evse(self, name->evse.id) == NULL ||
        name->component_instance[0] != '\0')
        return status;
    for (guint i = 0; i < LIVE_N; i++) {
        if (g_ascii_strcasecmp(live[i].component, name->component) != 0 ||
            name->evse.connector_id != (live[i].of_connector ? 1 : 0))
            continue;
        status = OCPP_VARIABLE_UNKNOWN_VARIABLE;
        if (g_ascii_strcasecmp(live[i].variable, name->variable) == 0 && name->variable_instance[0] == '\0') {
            *id = i;
            return OCPP_VARIABLE_ACCEPTED;
        }
    }
    return status;
}

/* (transfer full) */
static gchar *live_value(const Evse *evse, LiveId id)
{
    switch (id) {
    case LIVE_EVSE_AVAILABILITY:
    case LIVE_CONNECTOR_AVAILABILITY:
        return g_strdup(ocpp_connector_status_names[evse_connector_status(evse)]);
    case LIVE_EVSE_POWER:
        return g_strdup_printf("%" G_GINT64_FORMAT, evse_power_w(evse));
    case LIVE_EVSE_ALLOW_RESET:
        return g_strdup("false");
    case LIVE_CONNECTOR_TYPE:
        return g_strdup("cCCS2");
    case LIVE_BAY_ACTIVE:
        return g_strdup(evse->bay_occupied ? "true" : "false");
    default:
        return g_strdup("true"); /* Available: the component exists and works */
    }
}

static void get_item(Station *self, OcppVariableItem *item)
{
    VariableId id = 0;
    LiveId live_id = 0;
    OcppVariableStatus status = variables_find(&item->name, &id);
    OcppVariableStatus live_status = find_live(self, &item->name, &live_id);

    g_clear_pointer(&item->value, g_free);
    if (live_status == OCPP_VARIABLE_ACCEPTED || status == OCPP_VARIABLE_ACCEPTED) {
        item->status = OCPP_VARIABLE_ACCEPTED;
        if (item->attribute != OCPP_ATTRIBUTE_ACTUAL)
            item->status = OCPP_VARIABLE_NOT_SUPPORTED_ATTRIBUTE_TYPE;
        else if (live_status == OCPP_VARIABLE_ACCEPTED)
            item->value = live_value(station_evse(self, item->name.evse.id), live_id);
        else if (variable_spec(id)->mutability == OCPP_MUTABILITY_WRITE_ONLY)
            item->status = OCPP_VARIABLE_REJECTED;
        else
            item->value = g_strdup(variables_get(&self->variables, id));
        return;
    }
    item->status = status == OCPP_VARIABLE_UNKNOWN_VARIABLE ? status : live_status;
}

/* B05.FR.11 and B06.FR.16: more items than ItemsPerMessage are refused as a whole. */
static gboolean too_many(Station *self, const GArray *items, VariableId limit, GArray *effects)
{
    if ((gint64)items->len <= variables_get_int(&self->variables, limit))
        return FALSE;
    effects_refuse(effects, OCPP_ERROR_OCCURRENCE_CONSTRAINT, "more items than ItemsPerMessage");
    return TRUE;
}

void station_get_variables(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) items = ocpp_get_variables_request_from_json(payload, &error);

    if (items == NULL) {
        station_refuse(effects, error);
        return;
    }
    if (too_many(self, items, VARIABLE_DEVICE_ITEMS_PER_MESSAGE_GET, effects))
        return;
    for (guint i = 0; i < items->len; i++)
        get_item(self, &g_array_index(items, OcppVariableItem, i));
    effects_answer(effects, ocpp_get_variables_response_to_json(items));
}

static void set_item(Station *self, OcppVariableItem *item, StationTime now)
{
    VariableId id = 0;
    LiveId live_id = 0;
    OcppVariableStatus status = variables_find(&item->name, &id);
    OcppVariableStatus live_status = find_live(self, &item->name, &live_id);

    if (status == OCPP_VARIABLE_ACCEPTED && item->attribute != OCPP_ATTRIBUTE_ACTUAL)
        item->status = OCPP_VARIABLE_NOT_SUPPORTED_ATTRIBUTE_TYPE;
    else if (status == OCPP_VARIABLE_ACCEPTED)
        item->status = variables_set(&self->variables, id, item->value != NULL ? item->value : "");
    else if (live_status == OCPP_VARIABLE_ACCEPTED)
        item->status = OCPP_VARIABLE_REJECTED; /* read-only */
    else
        item->status = status == OCPP_VARIABLE_UNKNOWN_VARIABLE ? status : live_status;
    if (status != OCPP_VARIABLE_ACCEPTED || item->status != OCPP_VARIABLE_ACCEPTED)
        return;
    self->variables_changed = TRUE;
    if (id == VARIABLE_HEARTBEAT_INTERVAL)
        self->boot.heartbeat_at_ms = now.mono_ms + variables_get_int(&self->variables, id) * 1000;
}

void station_set_variables(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) items = ocpp_set_variables_request_from_json(payload, &error);

    if (items == NULL) {
        station_refuse(effects, error);
        return;
    }
    if (too_many(self, items, VARIABLE_DEVICE_ITEMS_PER_MESSAGE_SET, effects))
        return;
    for (guint i = 0; i < items->len; i++)
        set_item(self, &g_array_index(items, OcppVariableItem, i), now);
    effects_answer(effects, ocpp_set_variables_response_to_json(items));
    for (guint i = 0; i < self->n_evses; i++) /* a changed interval counts from now */
        self->evses[i].next_sample_ms =
            self->evses[i].clock_ms +
            variables_get_int(&self->variables, VARIABLE_TX_UPDATED_INTERVAL) * 1000;
}

static void add_variable(Station *self, VariableId id, GArray *report)
{
    const VariableSpec *spec = variable_spec(id);
    OcppReportItem item = {.mutability = spec->mutability, .data_type = spec->type};

    variables_name(id, &item.name);
    g_strlcpy(item.unit, spec->unit != NULL ? spec->unit : "", sizeof item.unit);
    if (spec->mutability != OCPP_MUTABILITY_WRITE_ONLY) /* B07.FR.12 */
        item.value = g_strdup(variables_get(&self->variables, id));
    g_array_append_val(report, item);
}

static void add_live(const Evse *evse, LiveId id, GArray *report)
{
    OcppReportItem item = {.mutability = OCPP_MUTABILITY_READ_ONLY, .data_type = live[id].type};

    g_strlcpy(item.name.component, live[id].component, sizeof item.name.component);
    g_strlcpy(item.name.variable, live[id].variable, sizeof item.name.variable);
    item.name.evse =
        (OcppEvse){.present = TRUE, .id = evse->id, .connector_id = live[id].of_connector ? 1 : 0};
    g_strlcpy(item.unit, live[id].unit, sizeof item.unit);
    item.value = live_value(evse, id);
    g_array_append_val(report, item);
}

/* B07: Configuration: what can be set; Full: everything; Summary: availability and faults. */
static void collect(Station *self, OcppReportBase base, GArray *report)
{
    for (guint id = 0; id < VARIABLES_N && base != OCPP_REPORT_SUMMARY_INVENTORY; id++) {
        if (base == OCPP_REPORT_FULL_INVENTORY || variable_spec(id)->mutability != OCPP_MUTABILITY_READ_ONLY)
            add_variable(self, id, report);
    }
    for (guint i = 0; i < self->n_evses && base != OCPP_REPORT_CONFIGURATION_INVENTORY; i++) {
        for (guint id = 0; id < LIVE_N; id++) {
            if (base == OCPP_REPORT_FULL_INVENTORY || live[id].in_summary)
                add_live(&self->evses[i], id, report);
        }
    }
}

static void push_report(Station *self, gint32 request_id, GArray *report, StationTime now)
{
    guint page = (guint)variables_get_int(&self->variables, VARIABLE_DEVICE_ITEMS_PER_MESSAGE_REPORT);

    for (guint from = 0, seq_no = 0; from < report->len; from += page, seq_no++) {
        g_auto(OcppNotifyReportRequest) part = {0};

        ocpp_notify_report_request_init(&part);
        part.request_id = request_id;
        part.generated_at_ms = now.unix_ms;
        part.tbc = from + page < report->len;
        part.seq_no = (gint32)seq_no;
        for (guint i = from; i < MIN(from + page, report->len); i++) {
            OcppReportItem *item = &g_array_index(report, OcppReportItem, i);

            g_array_append_val(part.items, *item);
            item->value = NULL; /* moved */
        }
        station_push(self, OCPP_ACTION_NOTIFY_REPORT, ocpp_notify_report_request_to_json(&part))
            ->while_pending = TRUE;
    }
}

void station_get_base_report(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppGetBaseReportRequest request = {0};
    OcppGetBaseReportResponse answer = {.status = OCPP_REPORT_ACCEPTED};
    g_auto(OcppNotifyReportRequest) whole = {0};

    ocpp_notify_report_request_init(&whole);
    if (!ocpp_get_base_report_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    collect(self, request.report_base, whole.items);
    effects_answer(effects, ocpp_get_base_report_response_to_json(&answer));
    push_report(self, request.request_id, whole.items, now);
}
