#include "dbus/vehicle_command.h"

#include <math.h>

#include "base/redact.h"
#include "protocol/gear.h"

#define MAX_WORDS 3

/* Each reads the words after the command's name. Returns: (transfer floating) (nullable): NULL: not as
 * expected */
typedef GVariant *(*ReadWords)(gchar **words, guint n_words);

static gboolean number_from_word(const gchar *word, gdouble min, gdouble max, gdouble *number)
{
    gchar *end = NULL;

    *number = g_ascii_strtod(word, &end);
    return end != word && *end == '\0' && *number >= min && *number <= max; /* NaN fails */
}

static GVariant *read_gear(gchar **words, guint n_words)
{
    return n_words == 1 && gear_from_name(words[0]) != GEAR_UNKNOWN ? g_variant_new_string(words[0]) : NULL;
}

static GVariant *read_speed(gchar **words, guint n_words)
{
    gdouble kmh = 0;

    return n_words == 1 && number_from_word(words[0], 0, 500, &kmh) ? g_variant_new_double(kmh) : NULL;
}

static GVariant *read_position(gchar **words, guint n_words)
{
    gdouble latitude = 0, longitude = 0;

    if (n_words != 2 || !number_from_word(words[0], -90, 90, &latitude) ||
        !number_from_word(words[1], -180, 180, &longitude))
        return NULL;
    return g_variant_new("(dd)", latitude, longitude);
}

static GVariant *read_soc(gchar **words, guint n_words)
{
    gdouble percent = 0;

    return n_words == 1 && number_from_word(words[0], 0, 100, &percent) ? g_variant_new_double(percent)
                                                                        : NULL;
}

static GVariant *read_plug(gchar **words, guint n_words)
{
    static const gchar *const states[] = {"connected", "disconnected", NULL};

    return n_words == 1 && g_strv_contains(states, words[0]) ? g_variant_new_string(words[0]) : NULL;
}

static GVariant *read_id(gchar **words, guint n_words)
{
    gsize length = n_words == 1 ? strlen(words[0]) : 0;

    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isgraph(words[0][i]))
            return NULL;
    return length >= 1 && length <= 35 ? g_variant_new_string(words[0]) : NULL;
}

static const struct {
    const gchar *name, *property;
    ReadWords read;
    const gchar *expected;
} commands[] = {
    {"gear", "Gear", read_gear, "gear P, R, N, D or -"},
    {"speed", "Speed", read_speed, "speed KMH (0..500) or -"},
    {"position", "Position", read_position, "position LATITUDE LONGITUDE (degrees) or -"},
    {"soc", "StateOfCharge", read_soc, "soc PERCENT (0..100) or -"},
    {"plug", "PlugState", read_plug, "plug connected, disconnected or -"},
    {"id", "IdentificationCode", read_id, "id TEXT (at most 35 characters) or -"},
};

GVariant *vehicle_command_unknown(const gchar *property)
{
    if (g_str_equal(property, "Position"))
        return g_variant_new("(dd)", (gdouble)NAN, (gdouble)NAN);
    if (g_str_equal(property, "Speed") || g_str_equal(property, "StateOfCharge"))
        return g_variant_new_double(-1);
    return g_variant_new_string("");
}

/* Blanks in any number; more words than any command has are kept as one too many. */
static guint split(const gchar *line, gchar *words[MAX_WORDS + 1])
{
    g_auto(GStrv) parts = g_strsplit_set(line, " \t\r\n", 64);
    guint n = 0;

    for (guint i = 0; parts[i] != NULL && n <= MAX_WORDS; i++)
        if (*parts[i] != '\0')
            words[n++] = g_strdup(parts[i]);
    return n;
}

gboolean vehicle_command_parse(const gchar *line, VehicleCommand *command, GError **error)
{
    gchar *words[MAX_WORDS + 1] = {NULL};
    guint n = split(line, words), i = 0;
    gboolean is_gear = n == 1 && gear_from_name(words[0]) != GEAR_UNKNOWN; /* "R" alone */
    const gchar *expected = "P, R, N, D, or one of gear, speed, position, soc, plug, id";
    GVariant *value = NULL;

    while (n > 0 && !is_gear && i < G_N_ELEMENTS(commands) && !g_str_equal(commands[i].name, words[0]))
        i++;
    if (n > 0 && i < G_N_ELEMENTS(commands)) {
        expected = commands[i].expected;
        value = n == 2 && g_str_equal(words[1], "-")
                    ? vehicle_command_unknown(commands[i].property)
                    : commands[i].read(is_gear ? words : words + 1, is_gear ? 1 : n - 1);
    }
    for (guint w = 0; w < n; w++)
        g_free(words[w]);
    if (value == NULL) {
        g_autofree gchar *got = redact_for_log(line, strlen(line));
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "\"%s\": expected %s", got, expected);
        return FALSE;
    }
    command->property = commands[i].property;
    command->value = g_variant_ref_sink(value);
    return TRUE;
}
