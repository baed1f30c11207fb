#include "server-stub/model/evse_status.h"

const gchar *const connector_status_names[] = {"Unknown",     "Available", "Occupied", "Reserved",
                                               "Unavailable", "Faulted",   NULL};

ConnectorStatus evse_status_merge(ConnectorStatus a, ConnectorStatus b)
{
    static const guint rank[] = {
        [CONNECTOR_UNKNOWN] = 0, [CONNECTOR_AVAILABLE] = 1, [CONNECTOR_UNAVAILABLE] = 2,
        [CONNECTOR_FAULTED] = 3, [CONNECTOR_RESERVED] = 4,  [CONNECTOR_OCCUPIED] = 5};

    return rank[a] >= rank[b] ? a : b;
}

const gchar *evse_status_ocpi(const EvseFacts *facts)
{
    if (!facts->reachable)
        return "UNKNOWN";
    switch (facts->connector) {
    case CONNECTOR_FAULTED:
        return "OUTOFORDER";
    case CONNECTOR_UNAVAILABLE:
        return "INOPERATIVE";
    case CONNECTOR_RESERVED:
        return !facts->open_order && facts->bay_sensor == BAY_SENSOR_OCCUPIED ? "BLOCKED" : "RESERVED";
    case CONNECTOR_OCCUPIED:
        return "CHARGING"; /* OCPI: "the EVSE/Connector is in use" */
    case CONNECTOR_AVAILABLE:
        if (facts->open_order)
            return "RESERVED"; /* OCPI: "reserved for a particular EV driver"; the cable is not in yet */
        if (facts->bay_sensor == BAY_SENSOR_OCCUPIED)
            return "BLOCKED";
        return facts->reserved ? "RESERVED" : "AVAILABLE";
    default:
        return "UNKNOWN";
    }
}

Bay evse_status_bay(const EvseFacts *facts)
{
    if (!facts->reachable || facts->bay_sensor == BAY_SENSOR_SILENT)
        return BAY_UNKNOWN;
    if (facts->connector == CONNECTOR_OCCUPIED)
        return BAY_OCCUPIED; /* a cable in outweighs a sensor that misses the car */
    return facts->bay_sensor == BAY_SENSOR_OCCUPIED ? BAY_OCCUPIED_NOT_PLUGGED : BAY_FREE;
}

const gchar *evse_status_refusal(const EvseFacts *facts)
{
    if (facts->open_order)
        return "evse_occupied";
    if (!facts->reachable)
        return "pile_offline";
    if (facts->connector == CONNECTOR_FAULTED || facts->connector == CONNECTOR_UNAVAILABLE)
        return "evse_unavailable";
    if (facts->connector == CONNECTOR_RESERVED || facts->reserved)
        return "evse_reserved";
    /* A transaction whose Ended was lost must not block the EVSE once the cable is out. */
    if (facts->open_transaction && facts->connector != CONNECTOR_AVAILABLE)
        return "evse_occupied";
    return NULL;
}

const gchar *evse_status_reserve_refusal(const EvseFacts *facts)
{
    const gchar *refusal = evse_status_refusal(facts);

    if (refusal != NULL)
        return refusal;
    if (facts->connector == CONNECTOR_OCCUPIED || facts->bay_sensor == BAY_SENSOR_OCCUPIED)
        return "evse_occupied";
    return NULL;
}

gboolean evse_status_free(const EvseFacts *facts)
{
    return evse_status_reserve_refusal(facts) == NULL && g_str_equal(evse_status_ocpi(facts), "AVAILABLE");
}
