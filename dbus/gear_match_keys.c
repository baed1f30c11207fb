#include "dbus/gear_match_keys.h"

#include <dbus/dbus.h>
#include <math.h>

typedef struct Key Key;
struct Key {
    const gchar *name;
    gboolean (*set)(GearMatch *self, const Key *key, const gchar *value);
    gsize offset; /* of the field, or of the GearMatchSource, in GearMatch */
    gint64 min, max;
    const gchar *expected;
};

static gpointer field_of(GearMatch *self, const Key *key)
{
    return (guint8 *)self + key->offset;
}

static void replace_text(gchar **field, const gchar *text)
{
    g_free(*field);
    *field = g_strdup(text);
}

static gboolean set_bus(GearMatch *self, const Key *key, const gchar *value)
{
    if (!g_str_equal(value, "system") && !g_str_equal(value, "session") && strchr(value, ':') == NULL)
        return FALSE;
    replace_text(&self->bus, value);
    return TRUE;
}

/* Names and paths end up inside match rules, so nothing that libdbus would not send may pass. */
static gboolean set_sender(GearMatch *self, const Key *key, const gchar *value)
{
    if (!dbus_validate_bus_name(value, NULL))
        return FALSE;
    replace_text(&self->sender, value);
    return TRUE;
}

static gboolean set_path(GearMatch *self, const Key *key, const gchar *value)
{
    GearMatchSource *source = field_of(self, key);
    const gchar *find = g_str_has_prefix(value, "find:") ? value + strlen("find:") : NULL;

    if (find != NULL ? !dbus_validate_member(find, NULL) : !dbus_validate_path(value, NULL))
        return FALSE;
    replace_text(&source->find, find);
    replace_text(&source->path, find != NULL ? "" : value);
    return TRUE;
}

static gboolean set_interface(GearMatch *self, const Key *key, const gchar *value)
{
    if (!dbus_validate_interface(value, NULL))
        return FALSE;
    replace_text(&((GearMatchSource *)field_of(self, key))->interface, value);
    return TRUE;
}

static gboolean set_member(GearMatch *self, const Key *key, const gchar *value)
{
    GearMatchSource *source = field_of(self, key);

    if (*value == '\0' && source == &self->speed) {
        g_clear_pointer(&source->member, g_free);
        return TRUE;
    }
    if (!dbus_validate_member(value, NULL))
        return FALSE;
    replace_text(&source->member, value);
    return TRUE;
}

static gboolean set_kind(GearMatch *self, const Key *key, const gchar *value)
{
    GearMatchSource *source = field_of(self, key);

    if (!g_str_equal(value, "property") && !g_str_equal(value, "signal"))
        return FALSE;
    source->kind = *value == 'p' ? GEAR_MATCH_PROPERTY : GEAR_MATCH_SIGNAL;
    return TRUE;
}

static gboolean set_argument(GearMatch *self, const Key *key, const gchar *value)
{
    guint64 number = 0;

    if (!g_ascii_string_to_unsigned(value, 10, (guint64)key->min, (guint64)key->max, &number, NULL))
        return FALSE;
    ((GearMatchSource *)field_of(self, key))->argument = (guint)number;
    return TRUE;
}

static gboolean set_type(GearMatch *self, const Key *key, const gchar *value)
{
    GearMatchSource *source = field_of(self, key);

    if (g_str_equal(value, "any")) {
        source->type = '\0';
        return TRUE;
    }
    if (strlen(value) != 1 || strchr("bynqiuxtds", *value) == NULL)
        return FALSE;
    source->type = *value;
    return TRUE;
}

static gboolean set_unit(GearMatch *self, const Key *key, const gchar *value)
{
    static const struct {
        const gchar *name;
        gdouble kmh;
    } units[] = {{"km/h", 1}, {"m/s", 3.6}, {"mph", 1.609344}};

    for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
        if (g_str_equal(value, units[i].name)) {
            self->kmh_per_unit = units[i].kmh;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean set_ms(GearMatch *self, const Key *key, const gchar *value)
{
    guint64 number = 0;

    if (!g_ascii_string_to_unsigned(value, 10, 0, (guint64)key->max, &number, NULL) ||
        (number > 0 && number < (guint64)key->min))
        return FALSE;
    *(guint *)field_of(self, key) = (guint)number;
    return TRUE;
}

/* ---- the values of a gear ---- */

static gboolean number_from_text(const gchar *text, gdouble *number)
{
    gchar *end = NULL;

    if (g_ascii_isspace(*text) || *text == '\0')
        return FALSE;
    *number = g_ascii_strtod(text, &end);
    return *end == '\0' && isfinite(*number);
}

/* @token: "R", "128", "-128..-1" or "true"; stripped, not empty */
static gboolean value_from_token(gchar *token, GearMatchValue *value)
{
    gchar *dots = strstr(token, "..");

    if (dots != NULL) {
        *dots = '\0';
        value->is_number = TRUE;
        return number_from_text(token, &value->low) && number_from_text(dots + 2, &value->high) &&
               value->low <= value->high;
    }
    value->is_number = TRUE;
    if (g_str_equal(token, "true") || g_str_equal(token, "false"))
        value->low = *token == 't' ? 1 : 0;
    else
        value->is_number = number_from_text(token, &value->low);
    value->high = value->low;
    value->text = g_strdup(token);
    return TRUE;
}

/* One value must not mean two gears. */
static gboolean values_clash(const GearMatchValue *a, const GearMatchValue *b)
{
    if (a->gear == b->gear)
        return FALSE;
    return (a->is_number && b->is_number && a->low <= b->high && b->low <= a->high) ||
           (a->text != NULL && g_strcmp0(a->text, b->text) == 0);
}

static gboolean add_value(GearMatch *self, Gear gear, gchar *token)
{
    GearMatchValue value = {.gear = gear};

    if (self->n_values == GEAR_MATCH_MAX_VALUES || *token == '\0' || strlen(token) > 64 ||
        !value_from_token(token, &value))
        return FALSE;
    for (guint i = 0; i < self->n_values; i++) {
        if (values_clash(&self->values[i], &value)) {
            g_free(value.text);
            return FALSE;
        }
    }
    self->values[self->n_values++] = value;
    return TRUE;
}

static void drop_values(GearMatch *self, Gear gear)
{
    guint n_kept = 0;

    for (guint i = 0; i < self->n_values; i++) {
        if (self->values[i].gear == gear)
            g_free(self->values[i].text);
        else
            self->values[n_kept++] = self->values[i];
    }
    self->n_values = n_kept;
}

static gboolean set_values(GearMatch *self, const Key *key, const gchar *value)
{
    g_auto(GStrv) tokens = g_strsplit(value, ",", GEAR_MATCH_MAX_VALUES + 1);

    drop_values(self, (Gear)key->min);
    for (guint i = 0; tokens[i] != NULL; i++)
        if (!add_value(self, (Gear)key->min, g_strstrip(tokens[i])))
            return FALSE;
    return TRUE; /* an empty text: this gear has no value */
}

/* ---- the table ---- */

#define GEAR_SOURCE G_STRUCT_OFFSET(GearMatch, gear)
#define SPEED_SOURCE G_STRUCT_OFFSET(GearMatch, speed)
#define PATH_WORDS "an object path (/a/b), or find:NAME"
#define TYPE_WORDS "any, or one of b y n q i u x t d s"
#define VALUE_WORDS                                                                                          \
    "comma separated text, numbers, ranges (1..10), true or false, at most 32 in all, none for two gears"

static const Key keys[] = {
    {"bus", set_bus, 0, 0, 0, "system, session or a D-Bus address"},
    {"sender", set_sender, 0, 0, 0, "a bus name (org.example.Gear)"},
    {"path", set_path, GEAR_SOURCE, 0, 0, PATH_WORDS},
    {"interface", set_interface, GEAR_SOURCE, 0, 0, "an interface name (org.example.Gear1)"},
    {"member", set_member, GEAR_SOURCE, 0, 0, "a property or signal name"},
    {"kind", set_kind, GEAR_SOURCE, 0, 0, "property or signal"},
    {"argument", set_argument, GEAR_SOURCE, 0, 63, "0..63"},
    {"type", set_type, GEAR_SOURCE, 0, 0, TYPE_WORDS},
    {"reverse", set_values, 0, GEAR_R, 0, VALUE_WORDS},
    {"park", set_values, 0, GEAR_P, 0, VALUE_WORDS},
    {"neutral", set_values, 0, GEAR_N, 0, VALUE_WORDS},
    {"drive", set_values, 0, GEAR_D, 0, VALUE_WORDS},
    {"speed-path", set_path, SPEED_SOURCE, 0, 0, PATH_WORDS},
    {"speed-interface", set_interface, SPEED_SOURCE, 0, 0, "an interface name (org.example.Speed1)"},
    {"speed-member", set_member, SPEED_SOURCE, 0, 0, "a property or signal name; empty: no speed"},
    {"speed-kind", set_kind, SPEED_SOURCE, 0, 0, "property or signal"},
    {"speed-argument", set_argument, SPEED_SOURCE, 0, 63, "0..63"},
    {"speed-type", set_type, SPEED_SOURCE, 0, 0, TYPE_WORDS},
    {"speed-unit", set_unit, 0, 0, 0, "km/h, m/s or mph"},
    {"stale-ms", set_ms, G_STRUCT_OFFSET(GearMatch, stale_ms), 10, 600000, "0 (never) or 10..600000"},
    {"enter-ms", set_ms, G_STRUCT_OFFSET(GearMatch, enter_ms), 0, 10000, "0..10000"},
    {"leave-ms", set_ms, G_STRUCT_OFFSET(GearMatch, leave_ms), 0, 10000, "0..10000"},
};

gboolean gear_match_set(GearMatch *self, const gchar *key, const gchar *value, const gchar **expected)
{
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (!g_str_equal(keys[i].name, key))
            continue;
        *expected = keys[i].expected;
        return keys[i].set(self, &keys[i], value);
    }
    *expected = NULL;
    return FALSE;
}

gchar *gear_match_key_list(void)
{
    GString *list = g_string_new("preset");

    for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
        g_string_append_printf(list, ", %s", keys[i].name);
    return g_string_free(list, FALSE);
}
