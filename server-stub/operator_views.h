/* Operator views: what the operator sees, as JSON. protocol/README.md, section 3. */
#pragma once

#include "server-stub/station_hub.h"

#include <json-glib/json-glib.h>

typedef struct {
    Store *store;
    Desk *desk;
    StationHub *hub;
    gint64 started_ms;
} OperatorContext;

/* @view: "stations", "orders", "transactions" or "status"
 * Returns: (transfer full) (nullable): NULL with a #DeskError (not found) or #StoreError */
JsonNode *operator_view(const OperatorContext *context, const gchar *view, gint64 now_ms, GError **error);
