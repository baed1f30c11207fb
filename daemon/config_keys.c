#include "daemon/config_keys.h"

#include <string.h>

typedef enum {
    KEY_TEXT,
    KEY_PATH,
    KEY_BOOLEAN,
    KEY_NUMBER,
    KEY_TRUST,
    KEY_CONFIRM,
    KEY_CURRENCY,
    KEY_MODE,
    KEY_BUS,
    KEY_LINK
} KeyKind;

#define AT(field) G_STRUCT_OFFSET(Config, field)

static const struct {
    const gchar *group, *key;
    KeyKind kind;
    gsize offset;
    gint64 min, max;
    const gchar *expected;
} keys[] = {
    {"bus", "type", KEY_BUS, AT(bus), 0, 0, "system, session or a D-Bus address"},
    {"camera", "program", KEY_PATH, AT(camera_program), 0, 0, "an absolute path"},
    {"camera", "decoder", KEY_PATH, AT(camera_decoder), 0, 0, "an absolute path"},
    {"camera", "source", KEY_TEXT, AT(camera_source), 0, 0,
     "a GStreamer description, as v4l2src device=/dev/video0"},
    {"camera", "mode", KEY_MODE, AT(camera_owner), 0, 0, "shared or owner"},
    {"camera", "window", KEY_BOOLEAN, AT(camera_window), 0, 0, "true or false"},
    {"camera", "display", KEY_TEXT, AT(camera_display), 0, 0, "a GStreamer sink"},
    {"camera", "lens", KEY_PATH, AT(camera_lens), 0, 0, "an absolute path"},
    {"camera", "decoder-deadline-ms", KEY_NUMBER, AT(camera_deadline_ms), 5, 1000, "milliseconds, 5..1000"},
    {"camera", "decoder-budget-ms", KEY_NUMBER, AT(camera_budget_ms), 1, 1000, "milliseconds, 1..1000"},
    {"camera", "first-frame-ms", KEY_NUMBER, AT(camera_first_frame_ms), 100, 60000,
     "milliseconds, 100..60000"},
    {"camera", "stall-ms", KEY_NUMBER, AT(camera_stall_ms), 100, 60000, "milliseconds, 100..60000"},
    {"server", "url", KEY_TEXT, AT(server_url), 0, 0, "https://host[:port]"},
    {"server", "ca_file", KEY_PATH, AT(server_ca_file), 0, 0, "an absolute path to PEM certificates"},
    {"server", "token_file", KEY_PATH, AT(server_token_file), 0, 0, "an absolute path"},
    {"order", "confirm", KEY_CONFIRM, AT(consent.confirm), 0, 0, "tap, park or auto"},
    {"order", "min_trust", KEY_TRUST, AT(consent.min_trust), 0, 0, "registered, signed or dynamic"},
    {"order", "consent", KEY_BOOLEAN, AT(consent.given), 0, 0, "true or false"},
    {"order", "max_cost_minor", KEY_NUMBER, AT(consent.limits.max_cost_minor), 1, MONEY_MAX_MINOR,
     "minor units, 1..1000000000"},
    {"order", "currency", KEY_CURRENCY, AT(consent.limits.currency), 0, 0,
     "an ISO 4217 code of a currency with two decimals, as EUR"},
    {"order", "max_energy_wh", KEY_NUMBER, AT(consent.limits.max_energy_wh), 0, TARIFF_MAX_ENERGY_WH,
     "Wh, 0..10000000 (0: no limit)"},
    {"order", "max_duration_s", KEY_NUMBER, AT(consent.limits.max_duration_s), 0, TARIFF_MAX_DURATION_S,
     "seconds, 0..31536000 (0: no limit)"},
    {"order", "auto_code", KEY_BOOLEAN, AT(consent.auto_code), 0, 0, "true or false"},
    {"order", "voucher", KEY_BOOLEAN, AT(consent.voucher), 0, 0, "true or false"},
    {"link", "url", KEY_LINK, AT(link_url), 0, 0, "http://host[:port] of a pile's own network"},
    {"state", "dir", KEY_PATH, AT(state_dir), 0, 0, "an absolute path"},
};

/* Plain text goes into argument lists and URLs: no control characters, and not empty. */
static gboolean is_plain(const gchar *value)
{
    gsize len = strlen(value);

    if (len == 0 || len > 1000)
        return FALSE;
    for (gsize i = 0; i < len; i++) {
        if (g_ascii_iscntrl(value[i]))
            return FALSE;
    }
    return TRUE;
}

static gboolean set_text(gpointer field, const gchar *value)
{
    if (!is_plain(value))
        return FALSE;
    g_free(*(gchar **)field);
    *(gchar **)field = g_strdup(value);
    return TRUE;
}

static gboolean set_boolean(gpointer field, const gchar *value, const gchar *yes, const gchar *no)
{
    *(gboolean *)field = g_str_equal(value, yes);
    return g_str_equal(value, yes) || g_str_equal(value, no);
}

static gboolean set_currency(gpointer field, const gchar *value)
{
    return money_currency_is_supported(value) &&
           g_strlcpy(field, value, MONEY_CURRENCY_BYTES) < MONEY_CURRENCY_BYTES;
}

static gboolean set_trust(gpointer field, const gchar *value)
{
    for (guint i = TRUST_REGISTERED; trust_names[i] != NULL; i++) {
        if (g_str_equal(trust_names[i], value)) {
            *(Trust *)field = i;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean set_bus(gpointer field, const gchar *value)
{
    return (g_str_equal(value, "system") || g_str_equal(value, "session") || strstr(value, ":") != NULL) &&
           set_text(field, value);
}

static gboolean set_value(Config *self, gsize row, const gchar *value)
{
    gpointer field = G_STRUCT_MEMBER_P(self, keys[row].offset);

    switch (keys[row].kind) {
    case KEY_TEXT:
        return set_text(field, value);
    case KEY_PATH:
        return g_path_is_absolute(value) && set_text(field, value);
    case KEY_BOOLEAN:
        return set_boolean(field, value, "true", "false");
    case KEY_NUMBER:
        return g_ascii_string_to_signed(value, 10, keys[row].min, keys[row].max, field, NULL);
    case KEY_TRUST:
        return set_trust(field, value);
    case KEY_CONFIRM:
        return confirm_mode_from_name(value, field);
    case KEY_CURRENCY:
        return set_currency(field, value);
    case KEY_MODE:
        return set_boolean(field, value, "owner", "shared");
    case KEY_BUS:
        return set_bus(field, value);
    case KEY_LINK:
        return api_link_url_is_valid(value) && set_text(field, value);
    }
    return FALSE;
}

ConfigKeyResult config_keys_set(Config *self, const gchar *group, const gchar *key, const gchar *value,
                                const gchar **expected)
{
    gboolean known_group = FALSE;

    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (!g_str_equal(keys[i].group, group))
            continue;
        known_group = TRUE;
        if (!g_str_equal(keys[i].key, key))
            continue;
        *expected = keys[i].expected;
        return set_value(self, i, value) ? CONFIG_KEY_SET : CONFIG_KEY_BAD_VALUE;
    }
    return known_group ? CONFIG_KEY_UNKNOWN : CONFIG_KEY_UNKNOWN_GROUP;
}

gchar *config_keys_list(const gchar *group)
{
    GString *list = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (g_str_equal(keys[i].group, group))
            g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", keys[i].key);
    }
    return g_string_free(list, FALSE);
}
