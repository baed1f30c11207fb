/* Station: monitoring (OCPP 2.0.1 part 2, N02-N08). Watched are facts of the present; without a connection
 * nothing is looked at, so what is still so afterwards is told then.
 */
#include "pile-sim/model/facts.h"

#include <string.h>

#define MONITORS_PER_NOTIFY 16
#define MAX_WAIT_MS (60 * 1000) /* the CSMS may set the clock in the meantime */

static void set_one(Station *self, OcppMonitor *item)
{
    FactId fact = {0};
    VariableId id = 0;
    MonitorTarget target = {0};
    OcppVariableStatus fact_status = facts_find(self, &item->name, &fact);
    OcppVariableStatus status = variables_find(&item->name, &id);

    if (fact_status == OCPP_VARIABLE_ACCEPTED)
        target.supports_monitoring = facts_is_monitored(&fact, &target.is_number);
    else if (status != OCPP_VARIABLE_ACCEPTED) {
        item->status =
            status == OCPP_VARIABLE_UNKNOWN_VARIABLE || fact_status == OCPP_VARIABLE_UNKNOWN_VARIABLE
                ? OCPP_SET_MONITOR_UNKNOWN_VARIABLE
                : OCPP_SET_MONITOR_UNKNOWN_COMPONENT;
        return;
    }
    monitors_set(&self->monitors, item, &target);
    self->monitors_changed |= item->status == OCPP_SET_MONITOR_ACCEPTED;
}

void station_set_variable_monitoring(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) items = ocpp_set_monitoring_request_from_json(payload, &error);

    if (items == NULL) {
        station_refuse(effects, error);
        return;
    }
    if (station_too_many(self, items->len, VARIABLE_MONITORING_ITEMS_PER_MESSAGE_SET, effects))
        return;
    for (guint i = 0; i < items->len; i++)
        set_one(self, &g_array_index(items, OcppMonitor, i));
    effects_answer(effects, ocpp_set_monitoring_response_to_json(items));
}

void station_clear_variable_monitoring(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppClearMonitoring request;

    if (!ocpp_clear_monitoring_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    if (station_too_many(self, request.n, VARIABLE_MONITORING_ITEMS_PER_MESSAGE_CLEAR, effects))
        return;
    for (guint i = 0; i < request.n; i++) {
        request.status[i] = monitors_remove(&self->monitors, request.ids[i]);
        self->monitors_changed |= request.status[i] == OCPP_CLEAR_MONITOR_ACCEPTED;
    }
    effects_answer(effects, ocpp_clear_monitoring_response_to_json(&request));
}

void station_set_monitoring_base(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppSetMonitoringBaseRequest request;

    if (!ocpp_set_monitoring_base_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    monitors_set_base(&self->monitors, request.base);
    self->monitors_changed = TRUE;
    effects_answer(effects, ocpp_status_to_json(ocpp_report_status_names, OCPP_REPORT_ACCEPTED, NULL));
}

void station_set_monitoring_level(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppSetMonitoringLevelRequest request;
    gboolean good = FALSE;

    if (!ocpp_set_monitoring_level_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    good = request.severity >= 0 && request.severity <= 9; /* N05 */
    if (good) {
        self->monitors.level = request.severity;
        self->monitors_changed = TRUE;
    }
    effects_answer(effects, ocpp_status_to_json(ocpp_generic_status_names,
                                                good ? OCPP_GENERIC_ACCEPTED : OCPP_GENERIC_REJECTED, NULL));
}

static void push_monitors(Station *self, gint32 request_id, GArray *chosen, StationTime now)
{
    for (guint from = 0, seq_no = 0; from < chosen->len; from += MONITORS_PER_NOTIFY, seq_no++) {
        g_auto(OcppNotifyMonitoringReportRequest) part = {0};

        ocpp_notify_monitoring_report_request_init(&part);
        part.request_id = request_id;
        part.generated_at_ms = now.unix_ms;
        part.tbc = from + MONITORS_PER_NOTIFY < chosen->len;
        part.seq_no = (gint32)seq_no;
        for (guint i = from; i < MIN(from + MONITORS_PER_NOTIFY, chosen->len); i++)
            g_array_append_val(part.monitors, g_array_index(chosen, OcppMonitor, i));
        station_push(self, OCPP_ACTION_NOTIFY_MONITORING_REPORT,
                     ocpp_notify_monitoring_report_request_to_json(&part))
            ->while_pending = TRUE;
    }
}

void station_get_monitoring_report(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) chosen = g_array_new(FALSE, TRUE, sizeof(OcppMonitor));
    g_auto(OcppGetMonitoringReportRequest) request = {0};

    if (!ocpp_get_monitoring_report_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    for (guint i = 0; i < self->monitors.list->len; i++) {
        const OcppMonitor *monitor = &g_array_index(self->monitors.list, Monitor, i).wire;

        if ((request.criteria == 0 || (request.criteria & monitor_criterion(monitor->type))) &&
            station_passes_filters(request.filters, &monitor->name))
            g_array_append_vals(chosen, monitor, 1);
    }
    effects_answer(effects, ocpp_status_to_json(
                                ocpp_report_status_names,
                                chosen->len > 0 ? OCPP_REPORT_ACCEPTED : OCPP_REPORT_EMPTY_RESULT_SET, NULL));
    push_monitors(self, request.request_id, chosen, now);
}

static void look_at(Station *self, Monitor *monitor, StationTime now, OcppNotifyEventRequest *news)
{
    g_autofree gchar *text = NULL;
    FactId fact = {0};
    OcppEventData event;
    gboolean is_number = FALSE, runs = FALSE;

    if (facts_find(self, &monitor->wire.name, &fact) != OCPP_VARIABLE_ACCEPTED)
        return; /* of an EVSE that is no more: the station was given fewer */
    facts_is_monitored(&fact, &is_number);
    text = facts_value(self, &fact, now);
    if (text == NULL)
        return;
    runs = fact.evse != NULL && transaction_is_running(&fact.evse->transaction);
    if (!monitor_look(monitor, text, is_number, g_ascii_strtod(text, NULL),
                      runs || !monitor->wire.transaction, now.unix_ms, &event) ||
        monitor->wire.severity > self->monitors.level) /* N05: seen, but not told */
        return;
    event.event_id = station_next_event_id(self);
    if (runs)
        g_strlcpy(event.transaction_id, fact.evse->transaction.id, sizeof event.transaction_id);
    g_array_append_val(news->events, event);
}

gint64 station_follow_monitors(Station *self, StationTime now)
{
    g_auto(OcppNotifyEventRequest) news = {0};
    gint64 next_ms = 0;

    if (self->boot.state != BOOT_ACCEPTED ||
        !variables_get_boolean(&self->variables, VARIABLE_MONITORING_ENABLED))
        return STATION_TIME_NEVER;
    ocpp_notify_event_request_init(&news);
    news.generated_at_ms = now.unix_ms;
    for (guint i = 0; i < self->monitors.list->len; i++)
        look_at(self, &g_array_index(self->monitors.list, Monitor, i), now, &news);
    if (news.events->len > 0)
        station_push(self, OCPP_ACTION_NOTIFY_EVENT, ocpp_notify_event_request_to_json(&news));
    next_ms = monitors_next_ms(&self->monitors);
    return next_ms == G_MAXINT64 ? STATION_TIME_NEVER
                                 : now.mono_ms + CLAMP(next_ms - now.unix_ms, 1, MAX_WAIT_MS);
}
