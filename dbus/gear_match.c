#include "dbus/gear_match.h"

#include <math.h>

#include "base/redact.h"
#include "dbus/gear_match_keys.h"

G_DEFINE_QUARK(gear - match - error - quark, gear_match_error)

/* Our own contract, dbus/org.rearcharge.Vehicle1.xml. */
static const gchar *const preset_rearcharge[] = {"sender",
                                                 "org.rearcharge.Vehicle",
                                                 "path",
                                                 "/org/rearcharge/Vehicle",
                                                 "interface",
                                                 "org.rearcharge.Vehicle1",
                                                 "member",
                                                 "Gear",
                                                 "type",
                                                 "s",
                                                 "reverse",
                                                 "R",
                                                 "park",
                                                 "P",
                                                 "neutral",
                                                 "N",
                                                 "drive",
                                                 "D",
                                                 "speed-member",
                                                 "Speed",
                                                 "speed-type",
                                                 "d",
                                                 NULL};

/* automotive-message-broker (Tizen, GENIVI): Transmission.ShiftPosition, an enumeration as "i": Neutral
 * 0, 1..10, CVT 64, Drive 96, Reverse 128, Park 255. Its object paths are dynamic and must be asked for
 * (vehicle.md 1.5). VehicleSpeed.Speed counts km/h. */
static const gchar *const preset_amb[] = {"sender",
                                          "org.automotive.message.broker",
                                          "path",
                                          "find:Transmission",
                                          "interface",
                                          "org.automotive.Transmission",
                                          "member",
                                          "ShiftPosition",
                                          "reverse",
                                          "128",
                                          "park",
                                          "255",
                                          "neutral",
                                          "0",
                                          "drive",
                                          "1..10,64,96",
                                          "speed-path",
                                          "find:VehicleSpeed",
                                          "speed-interface",
                                          "org.automotive.VehicleSpeed",
                                          "speed-member",
                                          "Speed",
                                          NULL};

static const gchar *const preset_generic[] = {NULL};

static const struct {
    const gchar *name;
    const gchar *const *pairs;
} presets[] = {{"rearcharge", preset_rearcharge}, {"amb", preset_amb}, {"generic", preset_generic}};

static gboolean set_all(GearMatch *self, const gchar *file, const gchar *const *pairs, GError **error)
{
    for (guint i = 0; pairs[i] != NULL; i += 2) {
        const gchar *expected = NULL;
        if (g_str_equal(pairs[i], "preset") || gear_match_set(self, pairs[i], pairs[i + 1], &expected))
            continue;
        if (expected != NULL) {
            g_autofree gchar *got = redact_for_log(pairs[i + 1], strlen(pairs[i + 1]));
            g_set_error(error, GEAR_MATCH_ERROR, GEAR_MATCH_ERROR_VALUE,
                        "%s: [gear] %s: expected %s, not \"%s\"", file, pairs[i], expected, got);
        } else {
            g_autofree gchar *got = redact_for_log(pairs[i], strlen(pairs[i]));
            g_autofree gchar *known = gear_match_key_list();
            g_set_error(error, GEAR_MATCH_ERROR, GEAR_MATCH_ERROR_UNKNOWN_KEY,
                        "%s: [gear] %s: no such key; expected one of %s", file, got, known);
        }
        return FALSE;
    }
    return TRUE;
}

static const gchar *const *find_preset(const gchar *file, const gchar *const *pairs, GError **error)
{
    const gchar *name = "rearcharge";

    for (guint i = 0; pairs[i] != NULL; i += 2)
        if (g_str_equal(pairs[i], "preset"))
            name = pairs[i + 1];
    for (guint i = 0; i < G_N_ELEMENTS(presets); i++)
        if (g_str_equal(presets[i].name, name))
            return presets[i].pairs;
    g_set_error(error, GEAR_MATCH_ERROR, GEAR_MATCH_ERROR_VALUE,
                "%s: [gear] preset: expected rearcharge, amb or generic", file);
    return NULL;
}

static gboolean has_reverse(const GearMatch *self)
{
    for (guint i = 0; i < self->n_values; i++)
        if (self->values[i].gear == GEAR_R)
            return TRUE;
    return FALSE;
}

/* Where the speed comes from, as far as it was not said: the same object. */
static void complete_speed(GearMatch *self)
{
    if (self->speed.path == NULL) {
        self->speed.path = g_strdup(self->gear.path);
        self->speed.find = g_strdup(self->gear.find);
    }
    if (self->speed.interface == NULL)
        self->speed.interface = g_strdup(self->gear.interface);
}

static gboolean check_complete(const GearMatch *self, const gchar *file, GError **error)
{
    const struct {
        const gchar *key;
        gboolean is_there;
    } needs[] = {{"sender", self->sender != NULL},
                 {"path", self->gear.path != NULL},
                 {"interface", self->gear.interface != NULL},
                 {"member", self->gear.member != NULL},
                 {"reverse", has_reverse(self)}};

    for (guint i = 0; i < G_N_ELEMENTS(needs); i++) {
        if (needs[i].is_there)
            continue;
        g_set_error(error, GEAR_MATCH_ERROR, GEAR_MATCH_ERROR_MISSING,
                    "%s: [gear] %s: missing, expected a value", file, needs[i].key);
        return FALSE;
    }
    return TRUE;
}

GearMatch *gear_match_new(const gchar *file, const gchar *const *pairs, GError **error)
{
    static const gchar *const nothing[] = {NULL};
    g_autoptr(GearMatch) self = g_new0(GearMatch, 1);
    const gchar *const *preset;

    if (pairs == NULL)
        pairs = nothing;
    self->bus = g_strdup("system");
    self->kmh_per_unit = 1;
    preset = find_preset(file, pairs, error);
    if (preset == NULL || !set_all(self, file, preset, error) || !set_all(self, file, pairs, error) ||
        !check_complete(self, file, error))
        return NULL;
    complete_speed(self);
    return g_steal_pointer(&self);
}

static void source_clear(GearMatchSource *source)
{
    g_free(source->path);
    g_free(source->find);
    g_free(source->interface);
    g_free(source->member);
}

void gear_match_free(GearMatch *self)
{
    source_clear(&self->gear);
    source_clear(&self->speed);
    for (guint i = 0; i < self->n_values; i++)
        g_free(self->values[i].text);
    g_free(self->bus);
    g_free(self->sender);
    g_free(self);
}

/* Returns: (transfer full) (nullable): the value inside all variants; NULL when it has not the configured
 * type */
static GVariant *unwrap(const GearMatchSource *source, GVariant *value)
{
    g_autoptr(GVariant) inner = value != NULL ? g_variant_ref(value) : NULL;

    for (guint depth = 0; inner != NULL && g_variant_is_of_type(inner, G_VARIANT_TYPE_VARIANT); depth++) {
        GVariant *next = depth < 4 ? g_variant_get_variant(inner) : NULL; /* one is normal, two occur */
        g_variant_unref(inner);
        inner = next;
    }
    if (inner == NULL)
        return NULL;
    const gchar *type = g_variant_get_type_string(inner);
    if (source->type != '\0' ? type[0] != source->type || type[1] != '\0'
                             : type[1] != '\0' || strchr("bynqiuxtds", type[0]) == NULL)
        return NULL;
    return g_steal_pointer(&inner);
}

/* Returns: FALSE for text. Integers beyond 2^53 lose their last digits; no gear is counted so far. */
static gboolean number_of(GVariant *value, gdouble *number)
{
    switch (g_variant_classify(value)) {
    case G_VARIANT_CLASS_BOOLEAN:
        *number = g_variant_get_boolean(value) ? 1 : 0;
        return TRUE;
    case G_VARIANT_CLASS_BYTE:
        *number = g_variant_get_byte(value);
        return TRUE;
    case G_VARIANT_CLASS_INT16:
        *number = g_variant_get_int16(value);
        return TRUE;
    case G_VARIANT_CLASS_UINT16:
        *number = g_variant_get_uint16(value);
        return TRUE;
    case G_VARIANT_CLASS_INT32:
        *number = g_variant_get_int32(value);
        return TRUE;
    case G_VARIANT_CLASS_UINT32:
        *number = g_variant_get_uint32(value);
        return TRUE;
    case G_VARIANT_CLASS_INT64:
        *number = (gdouble)g_variant_get_int64(value);
        return TRUE;
    case G_VARIANT_CLASS_UINT64:
        *number = (gdouble)g_variant_get_uint64(value);
        return TRUE;
    case G_VARIANT_CLASS_DOUBLE:
        *number = g_variant_get_double(value);
        return TRUE;
    default:
        return FALSE;
    }
}

gboolean gear_match_gear(const GearMatch *self, GVariant *value, Gear *gear)
{
    g_autoptr(GVariant) inner = unwrap(&self->gear, value);
    gboolean is_number;
    gdouble number = 0;

    if (inner == NULL)
        return FALSE;
    is_number = number_of(inner, &number);
    *gear = GEAR_UNKNOWN;
    for (guint i = 0; i < self->n_values; i++) {
        const GearMatchValue *known = &self->values[i];
        if (is_number ? known->is_number && known->low <= number && number <= known->high
                      : g_strcmp0(known->text, g_variant_get_string(inner, NULL)) == 0) {
            *gear = known->gear;
            break;
        }
    }
    return TRUE;
}

gboolean gear_match_speed(const GearMatch *self, GVariant *value, gdouble *speed_kmh)
{
    g_autoptr(GVariant) inner = unwrap(&self->speed, value);
    gdouble number = 0;

    if (inner == NULL || g_variant_is_of_type(inner, G_VARIANT_TYPE_BOOLEAN) || !number_of(inner, &number))
        return FALSE;
    /* Vehicle1 writes unknown as a number below 0; other vehicles drive backwards with one. */
    if (!isfinite(number) || (number < 0 && g_str_equal(self->speed.interface, "org.rearcharge.Vehicle1")))
        *speed_kmh = SPEED_KMH_UNKNOWN;
    else
        *speed_kmh = fabs(number) * self->kmh_per_unit;
    return TRUE;
}
