/* Vehicle query and state: what the operator's server asks a vehicle, and what the vehicle is allowed and
 * able to say. Wire form: protocol/README.md, section 2.
 */
#pragma once

#include "protocol/api_scan.h"

typedef enum {
    VEHICLE_POSITION = 1 << 0,
    VEHICLE_SOC = 1 << 1,
    VEHICLE_PLUG = 1 << 2,
    VEHICLE_GEAR = 1 << 3,
    VEHICLE_ALL = (1 << 4) - 1,
} VehicleItems;
extern const gchar *const vehicle_item_names[]; /* NULL-terminated; the bit is 1 << index */

typedef enum { VEHICLE_PLUG_UNKNOWN, VEHICLE_PLUG_CONNECTED, VEHICLE_PLUG_DISCONNECTED } VehiclePlug;
typedef enum {
    VEHICLE_GEAR_UNKNOWN,
    VEHICLE_GEAR_PARKED,
    VEHICLE_GEAR_REVERSE,
    VEHICLE_GEAR_NEUTRAL,
    VEHICLE_GEAR_DRIVE
} VehicleGear;

typedef struct {
    gchar query_id[API_UUID_BYTES];
    guint want;        /* VehicleItems */
    gint64 expires_ms; /* UTC; nobody waits for an answer after it */
} VehicleQuery;

typedef struct {
    gchar query_id[API_UUID_BYTES];
    ApiPosition position;
    gint64 soc_percent; /* -1: not told */
    VehiclePlug plug;
    VehicleGear gear;
    guint denied;  /* VehicleItems that the driver's consent does not cover */
    guint unknown; /* VehicleItems that the vehicle cannot tell now */
} VehicleState;

/* An array of at most 16 words, not empty, into bits; an unknown word is an error. */
gboolean vehicle_items_read(JsonObject *object, const gchar *name, JsonPresence presence, guint *items,
                            GError **error);

JsonNode *vehicle_query_to_json(const VehicleQuery *query); /* (transfer full) */
gboolean vehicle_query_from_json(JsonObject *object, VehicleQuery *query, GError **error);
JsonNode *vehicle_state_to_json(const VehicleState *state); /* (transfer full) */
gboolean vehicle_state_from_json(JsonObject *object, VehicleState *state, GError **error);
