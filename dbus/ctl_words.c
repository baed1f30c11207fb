#include "dbus/ctl_words.h"

#include "dbus/tool.h"

#include <string.h>

/* "key=value" split; FALSE without '='. @key: (transfer full) */
static gboolean split(const gchar *word, gchar **key, const gchar **value)
{
    const gchar *equals = strchr(word, '=');

    if (equals == NULL)
        return FALSE;
    *key = g_strndup(word, (gsize)(equals - word));
    *value = equals + 1;
    return TRUE;
}

static gboolean add_number(GVariantBuilder *dict, const gchar *key, const gchar *text)
{
    gchar *end = NULL;
    gdouble number = g_ascii_strtod(text, &end);

    if (end == text || *end != '\0')
        return FALSE;
    g_variant_builder_add(dict, "{sv}", key, g_variant_new_double(number));
    return TRUE;
}

/* kinds=offer,bay radius_m=N position=off|vehicle|fixed latitude=D longitude=D; what is allowed is the
 * daemon's word */
static gboolean add_subscription(GVariantBuilder *dict, const gchar *key, const gchar *value)
{
    guint64 radius_m = 0;

    if (g_str_equal(key, "kinds")) {
        g_auto(GStrv) kinds = g_strsplit(g_str_equal(value, "none") ? "" : value, ",", -1);

        g_variant_builder_add(dict, "{sv}", key, g_variant_new_strv((const gchar *const *)kinds, -1));
        return TRUE;
    }
    if (g_str_equal(key, "radius_m")) {
        if (!g_ascii_string_to_unsigned(value, 10, 0, G_MAXUINT32, &radius_m, NULL))
            return FALSE;
        g_variant_builder_add(dict, "{sv}", key, g_variant_new_uint32((guint32)radius_m));
        return TRUE;
    }
    if (g_str_equal(key, "position")) {
        g_variant_builder_add(dict, "{sv}", key, g_variant_new_string(value));
        return TRUE;
    }
    return (g_str_equal(key, "latitude") || g_str_equal(key, "longitude")) && add_number(dict, key, value);
}

/* position=on soc=off ... */
static gboolean add_sharing(GVariantBuilder *dict, const gchar *key, const gchar *value)
{
    if (!g_str_equal(value, "on") && !g_str_equal(value, "off"))
        return FALSE;
    g_variant_builder_add(dict, "{sv}", key, g_variant_new_boolean(g_str_equal(value, "on")));
    return TRUE;
}

static GVariant *dict_from(const gchar *const *words,
                           gboolean (*add)(GVariantBuilder *dict, const gchar *key, const gchar *value),
                           const gchar *expected)
{
    GVariantBuilder dict = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);

    for (guint i = 0; words[i] != NULL; i++) {
        g_autofree gchar *key = NULL;
        const gchar *value = NULL;

        if (split(words[i], &key, &value) && add(&dict, key, value))
            continue;
        tool_complain("%s: expected %s", words[i], expected);
        g_variant_builder_clear(&dict);
        return NULL;
    }
    return g_variant_new("(a{sv})", &dict);
}

/* "confirm=park" ... Returns: (transfer floating) (nullable): NULL: said what is wrong */
static GVariant *consent_from_words(const gchar *const *words)
{
    GVariantBuilder builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);

    for (guint i = 0; words[i] != NULL; i++) {
        const gchar *equals = strchr(words[i], '=');
        g_autofree gchar *key = equals != NULL ? g_strndup(words[i], (gsize)(equals - words[i])) : NULL;
        gboolean is_text = g_strcmp0(key, "confirm") == 0 || g_strcmp0(key, "currency") == 0;
        gboolean is_flag = g_strcmp0(key, "auto_code") == 0 || g_strcmp0(key, "voucher") == 0;
        gboolean yes = equals != NULL && g_str_equal(equals + 1, "true");
        gint64 number = 0;
        if (key == NULL || (is_flag && !yes && !g_str_equal(equals + 1, "false")) ||
            (!is_text && !is_flag &&
             !g_ascii_string_to_signed(equals + 1, 10, 0, G_MAXINT64, &number, NULL))) {
            tool_complain(
                "%s: expected confirm=tap|park|auto, currency=EUR, max_cost_minor=N, max_energy_wh=N, "
                "max_duration_s=N, auto_code=true|false or voucher=true|false",
                words[i]);
            g_variant_builder_clear(&builder);
            return NULL;
        }
        g_variant_builder_add(&builder, "{sv}", key,
                              is_text   ? g_variant_new_string(equals + 1)
                              : is_flag ? g_variant_new_boolean(yes)
                                        : g_variant_new_int64(number));
    }
    return g_variant_new("(a{sv})", &builder);
}

void ctl_words_method(const gchar *const *words, const gchar **method, GVariant **args)
{
    guint n = g_strv_length((gchar **)words);

    *method = NULL;
    *args = NULL;
    if (n >= 2 && g_str_equal(words[0], "consent")) {
        *method = "SetConsent";
        *args = consent_from_words(words + 1);
    } else if (n >= 2 && g_str_equal(words[0], "subscribe")) {
        *method = "SetSubscription";
        *args = dict_from(
            words + 1, add_subscription,
            "kinds=offer,reservation,bay or none, radius_m=N, position=off|vehicle|fixed, latitude=DEG "
            "or longitude=DEG");
    } else if (n >= 2 && g_str_equal(words[0], "share")) {
        *method = "SetSharing";
        *args = dict_from(words + 1, add_sharing, "position=on|off, soc=on|off, plug=on|off or gear=on|off");
    } else if (n == 2 && g_str_equal(words[0], "accept")) {
        *method = "AcceptOffer";
        *args = g_variant_new("(s)", words[1]);
    } else if (n == 2 && g_str_equal(words[0], "dismiss")) {
        *method = "DismissOffer";
        *args = g_variant_new("(s)", words[1]);
    }
}
