/* Gear match: which D-Bus message of this vehicle says which gear and speed. There is no standard D-Bus gear
 * interface (vehicle.md 1.5), so sender, path, interface, member, argument, type and the meaning of each
 * value are configuration. Pure: parses the configuration and judges values; no bus, no clock.
 *
 * Keys (section [gear] of rearcharge.conf); names are case-sensitive, the order does not matter, except that
 * "preset" is applied first:
 *   preset     rearcharge (default) | amb | generic (nothing preset: say everything)
 *   bus        system (default) | session | a D-Bus address
 *   sender     well-known name whose owner alone is believed
 *   kind       property | signal          how the gear is told: a property (PropertiesChanged, Get), or a
 * signal's argument path       object path; or find:NAME  ask org.automotive.Manager.FindObject(NAME) at /
 * for it (preset amb) interface, member                     member: name of the property or signal argument
 * 0..63                      which argument of the signal type       any | one D-Bus type code of b y n q i u
 * x t d s; another type is ignored and counted reverse, park, neutral, drive         the values that mean it:
 * comma separated text, numbers, ranges (1..10), true, false speed-path, speed-interface, speed-member,
 * speed-kind, speed-argument, speed-type   as above; speed-member empty: no speed speed-unit km/h (default) |
 * m/s | mph stale-ms   0 (never by age: the default, right for properties, which are sent on change only)
 * or 10..600000 enter-ms, leave-ms                    how long a change into or out of R must last before it
 * counts; 0..10000
 */
#pragma once

#include "protocol/gear.h"

#define GEAR_MATCH_MAX_VALUES 32

/**
 * GearMatchError:
 * @GEAR_MATCH_ERROR_UNKNOWN_KEY: no such key; the message lists near ones
 * @GEAR_MATCH_ERROR_VALUE: the message says key and what is expected
 * @GEAR_MATCH_ERROR_MISSING: a key that this kind needs has no value
 * The daemon refuses to start with any of them; one line each: "file: [gear] key: expected ..."
 */
typedef enum {
    GEAR_MATCH_ERROR_UNKNOWN_KEY,
    GEAR_MATCH_ERROR_VALUE,
    GEAR_MATCH_ERROR_MISSING,
} GearMatchError;
#define GEAR_MATCH_ERROR (gear_match_error_quark())
GQuark gear_match_error_quark(void);

typedef enum { GEAR_MATCH_PROPERTY, GEAR_MATCH_SIGNAL } GearMatchKind;

/* One place on the bus where one value comes from. Strings owned. */
typedef struct {
    gchar *path; /* "" while only @find is known */
    gchar *find; /* (nullable): object name for org.automotive.Manager.FindObject */
    gchar *interface;
    gchar *member; /* NULL: this source is not used */
    GearMatchKind kind;
    guint argument;
    gchar type; /* D-Bus type code; 0 for any basic type */
} GearMatchSource;

/* One configured value. Text compares exactly; numbers (and true = 1, false = 0) by range. */
typedef struct {
    Gear gear;
    gchar *text;        /* (nullable): NULL when only a number can match */
    gboolean is_number; /* @low..@high may match numbers */
    gdouble low, high;  /* inclusive */
} GearMatchValue;

typedef struct {
    gchar *bus;
    gchar *sender;
    GearMatchSource gear;
    GearMatchSource speed;
    gdouble kmh_per_unit;
    GearMatchValue values[GEAR_MATCH_MAX_VALUES];
    guint n_values;
    guint stale_ms, enter_ms, leave_ms;
} GearMatch;

/**
 * gear_match_new:
 * @file: name of the configuration file, for error messages
 * @pairs: (array zero-terminated=1) (nullable): key, value, key, value ..., NULL; NULL or empty: the default,
 *   org.rearcharge.Vehicle1 on the system bus
 *
 * Returns: (transfer full) (nullable): NULL with a #GearMatchError
 */
GearMatch *gear_match_new(const gchar *file, const gchar *const *pairs, GError **error);
void gear_match_free(GearMatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GearMatch, gear_match_free)

/**
 * gear_match_gear:
 * @value: (nullable): as it came from the bus; variants inside are unwrapped
 * @gear: (out): GEAR_UNKNOWN for a value that no key names
 *
 * Returns: FALSE when the type is wrong: the message must be ignored and counted; @gear untouched
 */
gboolean gear_match_gear(const GearMatch *self, GVariant *value, Gear *gear);

/* As gear_match_gear(); @speed_kmh without direction; a negative, infinite or NaN value is SPEED_KMH_UNKNOWN,
 * except that a finite negative speed from another interface than Vehicle1 is driving backwards. */
gboolean gear_match_speed(const GearMatch *self, GVariant *value, gdouble *speed_kmh);
