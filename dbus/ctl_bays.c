#include "dbus/ctl_bays.h"

#include <string.h>

#include "base/money.h"
#include "dbus/terminal_text.h"
#include "dbus/tool.h"

static const struct {
    const gchar *key, *type;
} keys[] = {{"latitude", "d"},  {"longitude", "d"},   {"radius_m", "u"},
            {"connector", "s"}, {"min_power_w", "x"}, {"max_price", "d"},
            {"free_now", "b"},  {"limit", "u"},       {"watch", "b"}};

/* Returns: (transfer floating) (nullable) */
static GVariant *read_value(const gchar *type, const gchar *text)
{
    gchar *end = NULL;
    gdouble real;
    gint64 whole = 0;

    switch (type[0]) {
    case 's':
        return g_variant_new_string(text);
    case 'b':
        if (!g_str_equal(text, "true") && !g_str_equal(text, "false"))
            return NULL;
        return g_variant_new_boolean(text[0] == 't');
    case 'd':
        real = g_ascii_strtod(text, &end);
        return end != text && *end == '\0' ? g_variant_new_double(real) : NULL;
    default:
        if (!g_ascii_string_to_signed(text, 10, 0, G_MAXINT32, &whole, NULL))
            return NULL;
        return type[0] == 'u' ? g_variant_new_uint32((guint32)whole) : g_variant_new_int64(whole);
    }
}

GVariant *ctl_find_query(const gchar *const *words)
{
    GVariantBuilder builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);

    for (guint i = 0; words[i] != NULL; i++) {
        const gchar *equals = strchr(words[i], '=');
        gsize len = equals != NULL ? (gsize)(equals - words[i]) : 0;
        GVariant *value = NULL;
        guint k = 0;

        while (k < G_N_ELEMENTS(keys) &&
               !(strlen(keys[k].key) == len && strncmp(words[i], keys[k].key, len) == 0))
            k++;
        if (equals != NULL && k < G_N_ELEMENTS(keys))
            value = read_value(keys[k].type, equals + 1);
        if (value == NULL) {
            tool_complain(
                "%s: expected latitude=DEG, longitude=DEG, radius_m=N, connector=STANDARD, "
                "min_power_w=N, max_price=PER_KWH, free_now=true|false, limit=N or watch=true|false",
                words[i]);
            g_variant_builder_clear(&builder);
            return NULL;
        }
        g_variant_builder_add(&builder, "{sv}", keys[k].key, value);
    }
    return g_variant_new("(a{sv})", &builder);
}

static gint64 number_of(GVariant *dict, const gchar *key)
{
    gint64 number = 0;

    g_variant_lookup(dict, key, "x", &number);
    return number;
}

gchar *ctl_report_piles(GVariant *piles)
{
    GString *text = g_string_new(NULL);
    GVariantIter iter;
    GVariant *pile;

    g_variant_iter_init(&iter, piles);
    while ((pile = g_variant_iter_next_value(&iter)) != NULL) {
        g_autofree gchar *id = terminal_text_of(pile, "evse_id"), *bay = terminal_text_of(pile, "bay");
        g_autofree gchar *status = terminal_text_of(pile, "status"),
                         *where = terminal_text_of(pile, "location");
        g_autofree gchar *tariff = terminal_text_of(pile, "tariff_text");
        gboolean is_free = FALSE;

        g_variant_lookup(pile, "free", "b", &is_free);
        g_string_append_printf(text, "%6" G_GINT64_FORMAT " m  %-20s %-12s %-10s %6.1f kW  %s  %s\n",
                               number_of(pile, "distance_m"), id, is_free ? "free" : bay, status,
                               (gdouble)number_of(pile, "max_power_w") / 1000, tariff, where);
        g_variant_unref(pile);
    }
    if (text->len == 0)
        g_string_append(text, "no charging point found\n");
    return g_string_free(text, FALSE);
}

gchar *ctl_report_reservations(GVariant *reservations)
{
    GString *text = g_string_new(NULL);
    GVariantIter iter;
    GVariant *row;

    g_variant_iter_init(&iter, reservations);
    while ((row = g_variant_iter_next_value(&iter)) != NULL) {
        gint64 charged = number_of(row, "charged_minor");
        g_autofree gchar *at = terminal_text_of(row, "updated_at"), *until = terminal_text_of(row, "until");
        g_autofree gchar *id = terminal_text_of(row, "evse_id"), *state = terminal_text_of(row, "state");
        g_autofree gchar *reason = terminal_text_of(row, "reason"),
                         *currency = terminal_text_of(row, "currency");
        g_autofree gchar *cost = charged >= 0 ? money_format(charged, currency) : g_strdup("");

        g_string_append_printf(text, "%s  until %s  %-20s %s %s %s\n", at, until, id, state, reason, cost);
        g_variant_unref(row);
    }
    if (text->len == 0)
        g_string_append(text, "no reservations\n");
    return g_string_free(text, FALSE);
}
