/* Vehicle code input: a vehicle code as an operator writes it, by HTTP or sub-command. Checked here once. */
#pragma once

#include "server-stub/store/code_rows.h"

#include <json-glib/json-glib.h>

#define VEHICLE_CODE_DEFAULT_ENERGY_WH 40000
#define VEHICLE_CODE_DEFAULT_COST_MINOR 3000

/**
 * vehicle_code_make:
 * @type: the word of OCPP's IdTokenEnumType; (nullable): Central
 * @station_id: (nullable): every pile
 *
 * Returns: (nullable): what is wrong with it, for people; NULL: @row is filled, with a new code_id
 */
const gchar *vehicle_code_make(const gchar *vehicle_id, const gchar *type, const gchar *id_token,
                               const gchar *station_id, gint64 now_ms, VehicleCodeRow *row);
/* (nullable): what is wrong with the limits of @row */
const gchar *vehicle_code_complaint(const VehicleCodeRow *row);

JsonObject *vehicle_code_to_json(const VehicleCodeRow *row); /* (transfer full) */
