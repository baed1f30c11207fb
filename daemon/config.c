#include "daemon/config.h"

#include <string.h>

#include "base/redact.h"
#include "daemon/config_doubles.h"
#include "daemon/config_keys.h"

#define MAX_FILE_BYTES (256 * 1024)

G_DEFINE_QUARK(rearcharge - config - error - quark, config_error)

/* What is collected over all files and judged at the end. */
typedef struct {
    Config *config;
    GPtrArray *gear_pairs; /* key, value, ... owned; a later file replaces a value */
    gchar *gear_file;      /* the last one with [gear], for messages */
    GHashTable *operators; /* host -> file; a later file replaces the templates */
    GHashTable *templates; /* host -> value */
} Reading;

Config *config_new(void)
{
    Config *self = g_new0(Config, 1);

    self->bus = g_strdup("system");
    self->operators = qr_operators_new();
    self->consent = (Consent){.confirm = CONFIRM_TAP, .min_trust = TRUST_REGISTERED};
    g_strlcpy(self->consent.limits.currency, "EUR", sizeof self->consent.limits.currency);
    self->state_dir = g_strdup("/var/lib/rearcharge");
    return self;
}

void config_free(Config *self)
{
    if (self == NULL)
        return;
    g_clear_pointer(&self->gear, gear_match_free);
    g_clear_pointer(&self->operators, qr_operators_free);
    g_free(self->bus);
    g_free(self->camera_program);
    g_free(self->camera_decoder);
    g_free(self->camera_source);
    g_free(self->camera_display);
    g_free(self->camera_lens);
    g_free(self->server_url);
    g_free(self->server_ca_file);
    g_free(self->server_token_file);
    g_free(self->state_dir);
    g_free(self->link_url);
    g_free(self);
}

static void set_pair(GPtrArray *pairs, const gchar *key, const gchar *value)
{
    for (guint i = 0; i + 1 < pairs->len; i += 2) {
        if (g_str_equal(pairs->pdata[i], key)) {
            g_free(pairs->pdata[i + 1]);
            pairs->pdata[i + 1] = g_strdup(value);
            return;
        }
    }
    g_ptr_array_add(pairs, g_strdup(key));
    g_ptr_array_add(pairs, g_strdup(value));
}

static gboolean refuse(GError **error, ConfigError code, const gchar *file, const gchar *group,
                       const gchar *key, const gchar *expected)
{
    g_autofree gchar *shown = redact_for_log(key, strlen(key));

    g_set_error(error, CONFIG_ERROR, code, "%s: [%s] %s: expected %s", file, group, shown, expected);
    return FALSE;
}

static gboolean read_key(Reading *reading, const gchar *file, const gchar *group, const gchar *key,
                         const gchar *value, GError **error)
{
    const gchar *expected = "";
    g_autofree gchar *known = NULL;

    if (g_str_equal(group, "gear")) { /* judged by dbus/gear_match, which knows its keys */
        set_pair(reading->gear_pairs, key, value);
        g_free(reading->gear_file);
        reading->gear_file = g_strdup(file);
        return TRUE;
    }
    if (g_str_equal(group, "operators")) {
        g_hash_table_replace(reading->operators, g_strdup(key), g_strdup(file));
        g_hash_table_replace(reading->templates, g_strdup(key), g_strdup(value));
        return TRUE;
    }
    switch (config_keys_set(reading->config, group, key, value, &expected)) {
    case CONFIG_KEY_SET:
        return TRUE;
    case CONFIG_KEY_BAD_VALUE:
        return refuse(error, CONFIG_ERROR_VALUE, file, group, key, expected);
    case CONFIG_KEY_UNKNOWN:
        known = config_keys_list(group);
        return refuse(error, CONFIG_ERROR_UNKNOWN, file, group, key, known);
    default:
        return refuse(error, CONFIG_ERROR_UNKNOWN, file, "?", group,
                      "one of the groups bus, gear, camera, server, operators, order, state");
    }
}

static gboolean read_text(Reading *reading, const gchar *file, const gchar *text, gsize len, GError **error)
{
    g_autoptr(GKeyFile) keys = g_key_file_new();
    g_auto(ConfigDouble) doubled = {0};
    g_auto(GStrv) groups = NULL;
    g_autoptr(GError) wrong = NULL;

    if (len == 0)
        return TRUE; /* an empty file changes nothing; GKeyFile would complain */
    if (memchr(text, '\0', len) != NULL || !g_utf8_validate(text, (gssize)len, NULL) ||
        !g_key_file_load_from_data(keys, text, len, G_KEY_FILE_NONE, &wrong)) {
        g_autofree gchar *why = wrong != NULL ? redact_for_log(wrong->message, strlen(wrong->message))
                                              : g_strdup("not UTF-8 text");

        g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_SYNTAX,
                    "%s: expected groups and lines of key=value (%s)", file, why);
        return FALSE;
    }
    doubled = config_doubles_find(text, len);
    if (doubled.key != NULL) {
        g_autofree gchar *expected =
            g_strdup_printf("once, but lines %u and %u have it", doubled.first_line, doubled.line);

        return refuse(error, CONFIG_ERROR_VALUE, file, doubled.group, doubled.key, expected);
    }
    groups = g_key_file_get_groups(keys, NULL);
    for (guint g = 0; groups[g] != NULL; g++) {
        g_auto(GStrv) names = g_key_file_get_keys(keys, groups[g], NULL, NULL);

        for (guint k = 0; names != NULL && names[k] != NULL; k++) {
            g_autofree gchar *value = g_key_file_get_value(keys, groups[g], names[k], NULL);

            if (value != NULL && !read_key(reading, file, groups[g], names[k], g_strstrip(value), error))
                return FALSE;
        }
    }
    return TRUE;
}

static gboolean add_operators(Reading *reading, GError **error)
{
    GHashTableIter iter;
    gpointer host, file;

    g_hash_table_iter_init(&iter, reading->operators);
    while (g_hash_table_iter_next(&iter, &host, &file)) {
        const gchar *value = g_hash_table_lookup(reading->templates, host);
        g_auto(GStrv) templates = g_strsplit_set(value, ", ", -1);
        g_autoptr(GPtrArray) used = g_ptr_array_new();
        g_autoptr(GError) wrong = NULL;

        for (guint i = 0; templates[i] != NULL; i++) {
            if (templates[i][0] != '\0')
                g_ptr_array_add(used, templates[i]);
        }
        g_ptr_array_add(used, NULL);
        if (!qr_operators_add(reading->config->operators, host, (const gchar *const *)used->pdata, &wrong))
            return refuse(error, CONFIG_ERROR_VALUE, file, "operators", host, wrong->message);
    }
    return TRUE;
}

/* Without a P that the vehicle reports, standstill is judged by speed alone. */
static gboolean names_park(const GearMatch *match)
{
    for (guint i = 0; i < match->n_values; i++) {
        if (match->values[i].gear == GEAR_P)
            return TRUE;
    }
    return FALSE;
}

static gboolean judge(Reading *reading, const gchar *file, GError **error)
{
    Config *config = reading->config;
    gboolean has_bus = FALSE;

    for (guint i = 0; i + 1 < reading->gear_pairs->len; i += 2)
        has_bus = has_bus || g_str_equal(reading->gear_pairs->pdata[i], "bus");
    if (!has_bus)
        set_pair(reading->gear_pairs, "bus", config->bus);
    g_ptr_array_add(reading->gear_pairs, NULL);
    config->gear = gear_match_new(reading->gear_file != NULL ? reading->gear_file : file,
                                  (const gchar *const *)reading->gear_pairs->pdata, error);
    if (config->gear == NULL || !add_operators(reading, error))
        return FALSE;
    config->has_park = names_park(config->gear);
    if (config->consent.given && config->consent.limits.max_cost_minor == 0)
        return refuse(error, CONFIG_ERROR_VALUE, file, "order", "max_cost_minor",
                      "a maximum where consent=true");
    if (config->camera_window && !config->camera_owner)
        return refuse(error, CONFIG_ERROR_VALUE, file, "camera", "window",
                      "mode=owner (only an owner shows it)");
    return TRUE;
}

static Reading reading_begin(void)
{
    return (Reading){.config = config_new(),
                     .gear_pairs = g_ptr_array_new_with_free_func(g_free),
                     .operators = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
                     .templates = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
}

/* Returns the configuration, or NULL when not @good. */
static Config *reading_end(Reading *reading, gboolean good)
{
    g_autoptr(Config) config = reading->config;

    g_ptr_array_unref(reading->gear_pairs);
    g_hash_table_unref(reading->operators);
    g_hash_table_unref(reading->templates);
    g_free(reading->gear_file);
    return good ? g_steal_pointer(&config) : NULL;
}

Config *config_parse(const gchar *file, const gchar *text, gsize len, GError **error)
{
    Reading reading = reading_begin();

    return reading_end(&reading, read_text(&reading, file, text, len, error) && judge(&reading, file, error));
}

static gboolean read_file(Reading *reading, const gchar *file, GError **error)
{
    g_autoptr(GError) wrong = NULL;
    g_autofree gchar *text = NULL;
    gsize len = 0;

    if (!g_file_get_contents(file, &text, &len, &wrong)) {
        g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_FILE, "%s: expected a readable file", file);
        return FALSE;
    }
    if (len > MAX_FILE_BYTES) {
        g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_FILE, "%s: expected at most %d bytes", file,
                    MAX_FILE_BYTES);
        return FALSE;
    }
    return read_text(reading, file, text, len, error);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const gchar *const *)a, *(const gchar *const *)b);
}

static gboolean read_drop_ins(Reading *reading, const gchar *file, GError **error)
{
    g_autofree gchar *folder = g_path_get_dirname(file);
    g_autofree gchar *drop_ins = g_build_filename(folder, "conf.d", NULL);
    g_autoptr(GDir) dir = g_dir_open(drop_ins, 0, NULL);
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    const gchar *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        if (g_str_has_suffix(name, ".conf") && name[0] != '.')
            g_ptr_array_add(paths, g_build_filename(drop_ins, name, NULL));
    }
    g_ptr_array_sort(paths, by_name);
    for (guint i = 0; i < paths->len; i++) {
        if (!read_file(reading, paths->pdata[i], error))
            return FALSE;
    }
    return TRUE;
}

Config *config_load(const gchar *file, GError **error)
{
    Reading reading = reading_begin();

    return reading_end(&reading, read_file(&reading, file, error) && read_drop_ins(&reading, file, error) &&
                                     judge(&reading, file, error));
}
