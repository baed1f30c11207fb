/* Station: what it is asked to report of its device model: GetBaseReport and GetReport, answered in pages of
 * NotifyReport (OCPP 2.0.1 part 2, B07, B08).
 */
#include "pile-sim/model/facts.h"

typedef struct {
    Station *station;
    StationTime now;
    OcppReportBase base;
    GArray *items; /* of OcppReportItem */
} Inventory;

static void add_fact(const FactId *id, gpointer data)
{
    Inventory *self = data;
    OcppReportItem item = {0};

    if (self->base == OCPP_REPORT_SUMMARY_INVENTORY && !facts_in_summary(id))
        return;
    facts_describe(self->station, id, self->now, &item);
    g_array_append_val(self->items, item);
}

static void add_variable(Inventory *self, VariableId id)
{
    const VariableSpec *spec = variable_spec(id);
    gboolean is_set = spec->mutability != OCPP_MUTABILITY_READ_ONLY;
    OcppReportItem item = {.mutability = spec->mutability, .data_type = spec->type, .persistent = is_set};

    variables_name(id, &item.name);
    g_strlcpy(item.unit, spec->unit != NULL ? spec->unit : "", sizeof item.unit);
    item.values_list = g_strdup(spec->values);
    if (is_set && spec->max > 0) {
        item.has_min_limit = item.has_max_limit = TRUE;
        item.min_limit = (gdouble)spec->min;
        item.max_limit = (gdouble)spec->max;
    }
    if (spec->mutability != OCPP_MUTABILITY_WRITE_ONLY) /* B07.FR.12 */
        item.value = g_strdup(variables_told(&self->station->variables, id));
    g_array_append_val(self->items, item);
}

/* B07: Configuration: what can be set; Full: everything; Summary: availability and faults. */
static void collect(Inventory *self)
{
    for (guint id = 0; id < VARIABLES_N && self->base != OCPP_REPORT_SUMMARY_INVENTORY; id++) {
        if (self->base == OCPP_REPORT_FULL_INVENTORY ||
            variable_spec(id)->mutability != OCPP_MUTABILITY_READ_ONLY)
            add_variable(self, id);
    }
    if (self->base != OCPP_REPORT_CONFIGURATION_INVENTORY)
        facts_each(self->station, add_fact, self);
}

/* B07.FR.08, B08: the answer promised it, so it comes even to a station that is pending. */
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
            item->value = item->values_list = NULL; /* moved */
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
    collect(&(Inventory){self, now, request.report_base, whole.items});
    effects_answer(effects, ocpp_get_base_report_response_to_json(&answer));
    push_report(self, request.request_id, whole.items, now);
}

static gboolean same(const gchar *a, const gchar *b)
{
    return g_ascii_strcasecmp(a, b) == 0;
}

/* B08: what a filter leaves out is everything: all EVSEs, all instances, all variables. */
static gboolean passes(const OcppVariableName *filter, const OcppVariableName *name)
{
    return same(filter->component, name->component) &&
           (filter->component_instance[0] == '\0' ||
            same(filter->component_instance, name->component_instance)) &&
           (!filter->evse.present ||
            (name->evse.present && filter->evse.id == name->evse.id &&
             (filter->evse.connector_id == 0 || filter->evse.connector_id == name->evse.connector_id))) &&
           (filter->variable[0] == '\0' || same(filter->variable, name->variable)) &&
           (filter->variable_instance[0] == '\0' || same(filter->variable_instance, name->variable_instance));
}

gboolean station_passes_filters(const GArray *filters, const OcppVariableName *name)
{
    for (guint i = 0; i < filters->len; i++)
        if (passes(&g_array_index(filters, OcppVariableName, i), name))
            return TRUE;
    return filters->len == 0;
}

/* Value of @variable of the component that @name belongs to. Returns: NULL when it has none */
static const gchar *sibling(const GArray *items, const OcppVariableName *name, const gchar *variable)
{
    for (guint i = 0; i < items->len; i++) {
        const OcppReportItem *item = &g_array_index(items, OcppReportItem, i);

        if (same(item->name.variable, variable) && item->name.variable_instance[0] == '\0' &&
            same(item->name.component, name->component) && item->name.evse.present == name->evse.present &&
            item->name.evse.id == name->evse.id && item->name.evse.connector_id == name->evse.connector_id)
            return item->value;
    }
    return NULL;
}

/* B08: Active, Available, Enabled also let a component pass that does not know the word; a Problem
 * must be there. One criterion is enough. */
static gboolean meets(const GArray *items, const OcppVariableName *name, guint criteria)
{
    for (guint i = 0; ocpp_component_criterion_names[i] != NULL; i++) {
        const gchar *value = sibling(items, name, ocpp_component_criterion_names[i]);

        if ((criteria & (1U << i)) &&
            (value != NULL ? same(value, "true") : i != (guint)OCPP_CRITERION_PROBLEM))
            return TRUE;
    }
    return criteria == 0;
}

void station_get_report(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    g_auto(OcppGetReportRequest) request = {0};
    g_auto(OcppNotifyReportRequest) whole = {0}, chosen = {0};

    ocpp_notify_report_request_init(&whole);
    ocpp_notify_report_request_init(&chosen);
    if (!ocpp_get_report_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    if (station_too_many(self, request.filters->len, VARIABLE_DEVICE_ITEMS_PER_MESSAGE_REPORT, effects))
        return;
    collect(&(Inventory){self, now, OCPP_REPORT_FULL_INVENTORY, whole.items});
    for (guint i = 0; i < whole.items->len; i++) {
        const OcppReportItem *item = &g_array_index(whole.items, OcppReportItem, i);
        OcppReportItem copy = *item;

        if (!station_passes_filters(request.filters, &item->name) ||
            !meets(whole.items, &item->name, request.criteria))
            continue;
        copy.value = g_strdup(item->value);
        copy.values_list = g_strdup(item->values_list);
        g_array_append_val(chosen.items, copy);
    }
    /* B08: nothing to tell is told by the answer. */
    effects_answer(effects, ocpp_status_to_json(ocpp_report_status_names,
                                                chosen.items->len > 0 ? OCPP_REPORT_ACCEPTED
                                                                      : OCPP_REPORT_EMPTY_RESULT_SET,
                                                NULL));
    push_report(self, request.request_id, chosen.items, now);
}
