/* Monitors: what the CSMS wants to hear about by NotifyEvent (OCPP 2.0.1 part 2, N02-N08). Decides when a
 * watched value is worth an event. A value with an owned list; what the variables are is the station's to
 * know.
 */
#pragma once

#include "protocol/ocpp_availability.h"
#include "protocol/ocpp_monitoring_report.h"

#define MONITORS_MAX 64

typedef struct {
    OcppMonitor wire; /* @has_id is always TRUE */
    /* What was seen; not kept over a restart, after which a threshold that is still exceeded is told again.
     */
    gboolean seen;
    gboolean alerting;
    gdouble last; /* value of the last Delta event, or at the beginning */
    gchar last_text[OCPP_TEXT_BYTES(100)];
    gint64 due_ms; /* Unix ms, of the periodic ones */
} Monitor;

typedef struct {
    GArray *list; /* (element-type Monitor), oldest first */
    OcppMonitoringBase base;
    gint32 level; /* events of a higher number are not told */
} Monitors;

void monitors_init(Monitors *self);
void monitors_clear(Monitors *self);

/* What the station knows of the variable that a monitor is to watch. */
typedef struct {
    gboolean supports_monitoring;
    gboolean is_number; /* else a word: only Delta and the periodic ones make sense */
} MonitorTarget;

/* SetVariableMonitoring of one item whose variable exists: fills in @item's status and id (N04). */
void monitors_set(Monitors *self, OcppMonitor *item, const MonitorTarget *target);
OcppClearMonitorStatus monitors_remove(Monitors *self, gint32 id);
/* SetMonitoringBase: FactoryDefault and HardWiredOnly take away all custom monitors (N03). */
void monitors_set_base(Monitors *self, OcppMonitoringBase base);

/**
 * monitor_look:
 * @text, @number: the value of now; @number only counts for numbers
 * @active: FALSE when the monitor is for transactions and none runs
 * @event: (out caller-allocates): trigger, cleared, actual value and monitor's id are set
 *
 * Returns: TRUE when that is worth an event; it then counts as told
 */
gboolean monitor_look(Monitor *self, const gchar *text, gboolean is_number, gdouble number, gboolean active,
                      gint64 unix_ms, OcppEventData *event);
/* When a periodic monitor is due; G_MAXINT64: none is. Unix ms */
gint64 monitors_next_ms(const Monitors *self);

/* Bit of @criteria (OcppMonitoringCriterion) that @type belongs to. */
guint monitor_criterion(OcppMonitorType type);

/* (transfer full) */
JsonObject *monitors_to_json(const Monitors *self);
gboolean monitors_from_json(Monitors *self, JsonObject *json, GError **error);
