#include "ui-bridge/view/facts.h"

#include "base/utc_time.h"
#include <string.h>

const gchar *facts_text(GVariant *dict, const gchar *key)
{
    const gchar *text = "";

    g_variant_lookup(dict, key, "&s", &text);
    return text;
}

gint64 facts_number(GVariant *dict, const gchar *key)
{
    gint64 number = 0;

    g_variant_lookup(dict, key, "x", &number);
    return number;
}

gdouble facts_real(GVariant *dict, const gchar *key, gdouble otherwise)
{
    gdouble real = otherwise;

    g_variant_lookup(dict, key, "d", &real);
    return real;
}

gboolean facts_flag(GVariant *dict, const gchar *key)
{
    gboolean flag = FALSE;

    g_variant_lookup(dict, key, "b", &flag);
    return flag;
}

gint64 facts_time_ms(GVariant *dict, const gchar *key)
{
    gint64 unix_ms = -1;

    utc_time_parse(facts_text(dict, key), &unix_ms);
    return unix_ms;
}

GVariant *facts_dict(GVariant *dict, const gchar *key)
{
    g_autoptr(GVariant) inner = g_variant_lookup_value(dict, key, G_VARIANT_TYPE_VARDICT);

    return inner != NULL && g_variant_n_children(inner) > 0 ? g_steal_pointer(&inner) : NULL;
}

gchar *facts_kilo(gint64 value)
{
    gchar digits[G_ASCII_DTOSTR_BUF_SIZE];

    return g_strdup(g_ascii_formatd(digits, sizeof digits, "%.1f", (gdouble)value / 1000));
}

gchar *facts_price(gdouble amount)
{
    gchar digits[G_ASCII_DTOSTR_BUF_SIZE];
    gchar *text = g_strdup(g_ascii_formatd(digits, sizeof digits, "%.4f", amount));
    gsize len = strlen(text);

    for (guint i = 0; i < 2 && text[len - 1] == '0'; i++)
        text[--len] = '\0';
    return text;
}

gchar *facts_duration(gint64 seconds)
{
    return g_strdup_printf("%" G_GINT64_FORMAT ":%02d:%02d", seconds / 3600, (gint)(seconds / 60 % 60),
                           (gint)(seconds % 60));
}

gchar *facts_energy_price(GVariant *pile)
{
    const gchar *currency = facts_text(pile, "currency");
    g_autofree gchar *price = facts_price(facts_real(pile, "per_kwh", 0));

    return currency[0] == '\0' ? g_strdup("") : g_strdup_printf("%s %s/kWh", price, currency);
}
