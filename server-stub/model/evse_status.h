/* EVSE status: connector state, bay sensor and link, seen as one OCPI 2.2.1 Status and one bay word.
 * Pure. A connector that is Occupied has a cable in; a car that parks without plugging shows only in the
 * bay sensor, and that is OCPI's BLOCKED (mod_locations, Status: "a physical barrier, i.e. a car").
 */
#pragma once

#include "protocol/api_scan.h"

/* OCPP ConnectorStatusEnumType, in this order. */
typedef enum {
    CONNECTOR_UNKNOWN,
    CONNECTOR_AVAILABLE,
    CONNECTOR_OCCUPIED,
    CONNECTOR_RESERVED,
    CONNECTOR_UNAVAILABLE,
    CONNECTOR_FAULTED,
} ConnectorStatus;
extern const gchar *const connector_status_names[]; /* "Unknown" first; NULL-terminated */

/* What BayOccupancySensor.Active said on this connection (bay_table.h). */
typedef enum { BAY_SENSOR_SILENT, BAY_SENSOR_FREE, BAY_SENSOR_OCCUPIED } BaySensor;

typedef struct {
    gboolean reachable; /* connected and boot accepted */
    ConnectorStatus connector;
    BaySensor bay_sensor;
    gboolean open_order;       /* requested, accepted or charging */
    gboolean open_transaction; /* started, not ended */
    gboolean reserved;         /* for whoever is asking about it: kept for somebody else */
} EvseFacts;

/* Worst first over the connectors of one EVSE: any cable in makes the EVSE Occupied. */
ConnectorStatus evse_status_merge(ConnectorStatus a, ConnectorStatus b);

const gchar *evse_status_ocpi(const EvseFacts *facts);
Bay evse_status_bay(const EvseFacts *facts);

/* Why @facts admit no new order now; NULL when they do. The words are problem codes of POST /v1/orders.
 * A bay that is occupied is no reason: it is the ordering car itself that stands there. Nor is a cable that
 * is in already: some drivers plug first. */
const gchar *evse_status_refusal(const EvseFacts *facts);

/* Why @facts admit no new reservation now; NULL when they do. The words are problem codes of POST
 * /v1/reservations. Here a bay that is occupied is a reason: OCPP's ReserveNow does not say so, but a bay in
 * which something stands cannot be promised. */
const gchar *evse_status_reserve_refusal(const EvseFacts *facts);

/* May a car come? Nobody charges, waits, has ordered or reserved, or stands there. */
gboolean evse_status_free(const EvseFacts *facts);
