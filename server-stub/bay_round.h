/* Bay round: asks a station's bay sensors how they are now (GetVariables), when they have not said it on this
 * connection. OCPP lets a station that was away for a moment stay silent about what has not changed. */
#pragma once

#include "server-stub/station_hub.h"

void bay_round_ask(StationHub *hub, Desk *desk, const gchar *station_id);
