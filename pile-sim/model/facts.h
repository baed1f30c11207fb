/* Facts: the part of the device model that is computed from the present (OCPP 2.0.1 appendices: components
 * ChargingStation, EVSE, Connector, BayOccupancySensor, ConnectedEV, FiscalMetering, and what the controllers
 * count). All are read-only. Pure.
 */
#pragma once

#include "pile-sim/model/station_internal.h"
#include "protocol/ocpp_report.h"
#include "protocol/ocpp_variables.h"

typedef struct {
    guint row;  /* of the table in facts.c */
    Evse *evse; /* (nullable): of a fact of the whole station */
} FactId;

/* How many facts the station has: rows of EVSEs count once for each. */
guint facts_count(const Station *self);

/* ACCEPTED, UNKNOWN_COMPONENT or UNKNOWN_VARIABLE. Names are compared without case (part 2, 2.2). */
OcppVariableStatus facts_find(Station *self, const OcppVariableName *name, FactId *id);

/* (transfer full) (nullable): NULL: nobody knows now */
gchar *facts_value(const Station *self, const FactId *id, StationTime now);
gboolean facts_in_summary(const FactId *id);
/* Everything a report says about it; @item is all zero. */
void facts_describe(const Station *self, const FactId *id, StationTime now, OcppReportItem *item);

/* What monitors may watch: FALSE for facts that cannot be monitored. @number: of booleans 0 or 1, of states
 * their place in the list */
gboolean facts_is_monitored(const FactId *id, gboolean *is_number);

typedef void (*FactVisit)(const FactId *id, gpointer data);
/* Every fact of the station, in the order of a report. */
void facts_each(Station *self, FactVisit visit, gpointer data);
