/* Vehicle: the car at the other end of the cable, as far as a pile can notice it. */
#pragma once

#include <json-glib/json-glib.h>

#include "pile-sim/model/battery.h"
#include "protocol/ocpp_common.h"

#define VEHICLE_ID_BYTES 37 /* fits an OCPP idToken, and NUL */

typedef struct {
    gchar id[VEHICLE_ID_BYTES]; /* EVCCID or the like; "" when the car says nothing */
    gboolean identifies;        /* tells @id as @id_type when it is plugged in (Autocharge, Plug & Charge) */
    OcppIdTokenType id_type;
    Battery battery;
    gint64 unplug_at_percent; /* its driver pulls the cable at this state of charge; 0: stays */
} Vehicle;

/* @name: "compact" (60 kWh, 20 %, 100 kW) or "van" (90 kWh, 35 %, 11 kW). */
gboolean vehicle_from_preset(const gchar *name, Vehicle *vehicle);

/**
 * vehicle_from_json:
 * @node: (nullable): a preset's name, an identification or an object, see protocol/README.md section 5;
 *   what it leaves out is that of "compact"
 * @error: #JsonReadError
 */
gboolean vehicle_from_json(JsonNode *node, Vehicle *vehicle, GError **error);

/* Returns: (transfer full): what vehicle_from_json() reads back, to the microwatthour */
JsonObject *vehicle_to_json(const Vehicle *self);
