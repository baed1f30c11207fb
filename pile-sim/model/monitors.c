#include "pile-sim/model/monitors.h"

#include "protocol/json_read.h"

#include <math.h>

#define MAX_SEVERITY 9
#define MAX_PERIOD_S (24 * 3600)

void monitors_init(Monitors *self)
{
    *self = (Monitors){.list = g_array_new(FALSE, TRUE, sizeof(Monitor)), .level = MAX_SEVERITY};
}

void monitors_clear(Monitors *self)
{
    g_clear_pointer(&self->list, g_array_unref);
}

static Monitor *at(const Monitors *self, guint i)
{
    return &g_array_index(self->list, Monitor, i);
}

static Monitor *find(const Monitors *self, gint32 id)
{
    for (guint i = 0; i < self->list->len; i++)
        if (at(self, i)->wire.id == id)
            return at(self, i);
    return NULL;
}

static gboolean is_periodic(OcppMonitorType type)
{
    return type == OCPP_MONITOR_PERIODIC || type == OCPP_MONITOR_PERIODIC_CLOCK_ALIGNED;
}

static gboolean same_variable(const OcppVariableName *a, const OcppVariableName *b)
{
    return g_ascii_strcasecmp(a->component, b->component) == 0 &&
           g_ascii_strcasecmp(a->component_instance, b->component_instance) == 0 &&
           g_ascii_strcasecmp(a->variable, b->variable) == 0 &&
           g_ascii_strcasecmp(a->variable_instance, b->variable_instance) == 0 &&
           a->evse.present == b->evse.present && a->evse.id == b->evse.id &&
           a->evse.connector_id == b->evse.connector_id;
}

/* One of the same kind and severity on the same variable, under another id. */
static gboolean has_twin(const Monitors *self, const OcppMonitor *item)
{
    for (guint i = 0; i < self->list->len; i++) {
        const OcppMonitor *other = &at(self, i)->wire;

        if ((!item->has_id || other->id != item->id) && other->type == item->type &&
            other->severity == item->severity && same_variable(&other->name, &item->name))
            return TRUE;
    }
    return FALSE;
}

static gint32 unused_id(const Monitors *self)
{
    gint32 id = 1;

    while (find(self, id) != NULL)
        id++;
    return id;
}

static OcppSetMonitorStatus judge(const Monitors *self, const OcppMonitor *item, const MonitorTarget *target)
{
    const Monitor *old = item->has_id ? find(self, item->id) : NULL;
    gboolean threshold =
        item->type == OCPP_MONITOR_UPPER_THRESHOLD || item->type == OCPP_MONITOR_LOWER_THRESHOLD;

    if (!target->supports_monitoring || (threshold && !target->is_number))
        return OCPP_SET_MONITOR_UNSUPPORTED_TYPE;
    if (item->severity < 0 || item->severity > MAX_SEVERITY || !isfinite(item->value))
        return OCPP_SET_MONITOR_REJECTED;
    /* An id is the station's to give: only what it gave can be replaced, and only on the same variable. */
    if (item->has_id && (old == NULL || !same_variable(&old->wire.name, &item->name)))
        return OCPP_SET_MONITOR_REJECTED;
    if (item->type == OCPP_MONITOR_DELTA && item->value < 0)
        return OCPP_SET_MONITOR_REJECTED;
    if (is_periodic(item->type) && !(item->value >= 1 && item->value <= MAX_PERIOD_S))
        return OCPP_SET_MONITOR_REJECTED;
    if (has_twin(self, item))
        return OCPP_SET_MONITOR_DUPLICATE;
    return old == NULL && self->list->len >= MONITORS_MAX ? OCPP_SET_MONITOR_REJECTED
                                                          : OCPP_SET_MONITOR_ACCEPTED;
}

void monitors_set(Monitors *self, OcppMonitor *item, const MonitorTarget *target)
{
    Monitor monitor = {0};
    Monitor *old = item->has_id ? find(self, item->id) : NULL;

    item->status = judge(self, item, target);
    if (item->status != OCPP_SET_MONITOR_ACCEPTED)
        return;
    if (!item->has_id)
        item->id = unused_id(self);
    item->has_id = TRUE;
    monitor.wire = *item;
    if (old != NULL)
        *old = monitor;
    else
        g_array_append_val(self->list, monitor);
}

OcppClearMonitorStatus monitors_remove(Monitors *self, gint32 id)
{
    for (guint i = 0; i < self->list->len; i++) {
        if (at(self, i)->wire.id != id)
            continue;
        g_array_remove_index(self->list, i);
        return OCPP_CLEAR_MONITOR_ACCEPTED;
    }
    return OCPP_CLEAR_MONITOR_NOT_FOUND;
}

void monitors_set_base(Monitors *self, OcppMonitoringBase base)
{
    self->base = base;
    if (base != OCPP_MONITORING_ALL)
        g_array_set_size(self->list, 0);
}

static gint64 next_period_ms(const OcppMonitor *wire, gint64 unix_ms)
{
    gint64 every_ms = (gint64)(CLAMP(wire->value, 1, MAX_PERIOD_S) * 1000);

    /* Aligned: counted from midnight, so that all stations tell at the same moment. */
    return wire->type == OCPP_MONITOR_PERIODIC_CLOCK_ALIGNED ? unix_ms - unix_ms % every_ms + every_ms
                                                             : unix_ms + every_ms;
}

static void begin(Monitor *self, const gchar *text, gdouble number, gint64 unix_ms)
{
    self->seen = TRUE;
    self->alerting = FALSE;
    self->last = number;
    g_strlcpy(self->last_text, text, sizeof self->last_text);
    self->due_ms = next_period_ms(&self->wire, unix_ms);
}

static gboolean crosses(Monitor *self, gdouble number, OcppEventData *event)
{
    gboolean beyond = self->wire.type == OCPP_MONITOR_UPPER_THRESHOLD ? number > self->wire.value
                                                                      : number < self->wire.value;

    if (beyond == self->alerting)
        return FALSE;
    self->alerting = beyond;
    event->trigger = OCPP_EVENT_ALERTING;
    event->cleared = !beyond; /* N07: the end is told too */
    return TRUE;
}

static gboolean changes(Monitor *self, const gchar *text, gboolean is_number, gdouble number,
                        OcppEventData *event)
{
    if (is_number ? fabs(number - self->last) < self->wire.value || number == self->last
                  : g_str_equal(text, self->last_text))
        return FALSE;
    self->last = number;
    g_strlcpy(self->last_text, text, sizeof self->last_text);
    event->trigger = OCPP_EVENT_DELTA;
    return TRUE;
}

static gboolean is_due(Monitor *self, gint64 unix_ms, OcppEventData *event)
{
    if (unix_ms < self->due_ms)
        return FALSE;
    self->due_ms = next_period_ms(&self->wire, unix_ms);
    event->trigger = OCPP_EVENT_PERIODIC;
    return TRUE;
}

gboolean monitor_look(Monitor *self, const gchar *text, gboolean is_number, gdouble number, gboolean active,
                      gint64 unix_ms, OcppEventData *event)
{
    gboolean worth = FALSE;

    if (!active) {
        self->seen = FALSE; /* the next transaction is looked at with fresh eyes */
        return FALSE;
    }
    if (!self->seen)
        begin(self, text, number, unix_ms);
    *event = (OcppEventData){.notification = OCPP_NOTIFICATION_CUSTOM_MONITOR,
                             .timestamp_ms = unix_ms,
                             .name = self->wire.name,
                             .has_monitoring_id = TRUE,
                             .monitoring_id = self->wire.id};
    g_strlcpy(event->actual_value, text, sizeof event->actual_value);
    if (is_periodic(self->wire.type))
        worth = is_due(self, unix_ms, event);
    else if (self->wire.type == OCPP_MONITOR_DELTA)
        worth = changes(self, text, is_number, number, event);
    else
        worth = crosses(self, number, event);
    return worth;
}

gint64 monitors_next_ms(const Monitors *self)
{
    gint64 next_ms = G_MAXINT64;

    for (guint i = 0; i < self->list->len; i++)
        if (is_periodic(at(self, i)->wire.type) && at(self, i)->seen)
            next_ms = MIN(next_ms, at(self, i)->due_ms);
    return next_ms;
}

guint monitor_criterion(OcppMonitorType type)
{
    if (is_periodic(type))
        return 1U << OCPP_CRITERION_PERIODIC_MONITORING;
    return 1U << (type == OCPP_MONITOR_DELTA ? OCPP_CRITERION_DELTA_MONITORING
                                             : OCPP_CRITERION_THRESHOLD_MONITORING);
}

/* As a NotifyMonitoringReport: the wire's own form has everything that must be kept. */
JsonObject *monitors_to_json(const Monitors *self)
{
    g_auto(OcppNotifyMonitoringReportRequest) all = {0};
    JsonObject *json = json_object_new();

    ocpp_notify_monitoring_report_request_init(&all);
    for (guint i = 0; i < self->list->len; i++)
        g_array_append_val(all.monitors, at(self, i)->wire);
    json_object_set_int_member(json, "base", self->base);
    json_object_set_int_member(json, "level", self->level);
    json_object_set_object_member(json, "report", ocpp_notify_monitoring_report_request_to_json(&all));
    return json;
}

gboolean monitors_from_json(Monitors *self, JsonObject *json, GError **error)
{
    g_auto(OcppNotifyMonitoringReportRequest) all = {0};
    JsonObject *report = NULL;
    gint64 base = 0, level = 0;

    if (!json_read_int(json, "base", JSON_REQUIRED, 0, OCPP_MONITORING_HARD_WIRED_ONLY, &base, error) ||
        !json_read_int(json, "level", JSON_REQUIRED, 0, MAX_SEVERITY, &level, error) ||
        !json_read_object(json, "report", JSON_REQUIRED, &report, error) ||
        !ocpp_notify_monitoring_report_request_from_json(report, &all, error))
        return FALSE;
    g_array_set_size(self->list, 0);
    for (guint i = 0; i < MIN(all.monitors->len, MONITORS_MAX); i++) {
        Monitor monitor = {.wire = g_array_index(all.monitors, OcppMonitor, i)};

        g_array_append_val(self->list, monitor);
    }
    self->base = (OcppMonitoringBase)base;
    self->level = (gint32)level;
    return TRUE;
}
