/* Vehicle facts: what org.rearcharge.Vehicle1 says besides gear and speed. Pure values; each may be unknown.
 */
#pragma once

#include <glib.h>

typedef struct {
    gboolean has_position;
    gdouble latitude, longitude;   /* degrees WGS84 */
    gdouble soc_percent;           /* 0..100; -1 unknown */
    gchar plug_state[16];          /* "connected", "disconnected" or "" */
    gchar identification_code[36]; /* VIN or similar; "" unknown. Identifies a person: never log it */
} VehicleFacts;
#define VEHICLE_FACTS_INIT                                                                                   \
    {                                                                                                        \
        .soc_percent = -1                                                                                    \
    }

/* A property that is not one of ours is ignored (TRUE). Returns: FALSE when the type is wrong; nothing
 * changed then. A value outside its range means unknown. */
gboolean vehicle_facts_set(VehicleFacts *self, const gchar *property, GVariant *value);
