/* Station messages: one answer for each action that a station may call. Decodes, asks the desk or the store,
 * encodes; no connection is known here.
 */
#pragma once

#include "server-stub/desk.h"

#include "protocol/ocpp_action.h"

typedef struct {
    Store *store;
    Desk *desk;
    const gchar *station_id;
    gint64 now_ms;
    gboolean ask_bays; /* (out): an event was too old to say how the bays are now */
} StationContext;

/* Returns: (transfer full) (nullable): the CALLRESULT's payload; NULL with an #OcppErrorCode (CALLERROR), or
 * a #StoreError (InternalError: the station keeps the message and sends it again). */
JsonObject *station_messages_answer(StationContext *context, OcppAction action, JsonObject *payload,
                                    GError **error);
