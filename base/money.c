#include "base/money.h"

#include <string.h>

gboolean money_currency_is_supported(const gchar *currency)
{
    static const gchar *const not_two_decimals[] = {
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV",
        "XAF", "XOF", "XPF", "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND", "CLF", "UYW", NULL};

    if (currency == NULL || strlen(currency) != 3)
        return FALSE;
    for (const gchar *c = currency; *c != '\0'; c++)
        if (!g_ascii_isupper(*c))
            return FALSE;
    return !g_strv_contains(not_two_decimals, currency);
}

gint64 money_minor_from_micro(gint64 micro)
{
    g_return_val_if_fail(micro >= 0, 0);
    return micro / 10000 + (micro % 10000 >= 5000 ? 1 : 0);
}

gchar *money_format(gint64 minor, const gchar *currency)
{
    guint64 amount = minor < 0 ? 0 - (guint64)minor : (guint64)minor;

    return g_strdup_printf("%s%" G_GUINT64_FORMAT ".%02u %s", minor < 0 ? "-" : "", amount / 100,
                           (guint)(amount % 100), currency);
}
