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

/* One of them, as in the list. (transfer full) (nullable): NULL when there is none */
JsonNode *operator_view_station(const OperatorContext *context, const gchar *station_id);
JsonNode *operator_view_order(const OperatorContext *context, const gchar *order_id);
JsonNode *operator_view_reservation(const OperatorContext *context, const gchar *reservation_id);
JsonNode *operator_view_transaction(const OperatorContext *context, const gchar *transaction_id);

/* @view: "stations", "orders", "reservations", "transactions" or "status"
 * Returns: (transfer full) (nullable): NULL with a #DeskError (not found) or #StoreError */
JsonNode *operator_view(const OperatorContext *context, const gchar *view, gint64 now_ms, GError **error);
