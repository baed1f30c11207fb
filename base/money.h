/* Money: an amount in minor units of one currency, and the one rounding rule of the project.
 * Pure: integers only. Prices are finer than amounts (0.4975 EUR/kWh), so they are kept in
 * millionths of the major unit ("micro"); a cost is rounded once, when it becomes an amount.
 */
#pragma once

#include <glib.h>

#define MONEY_CURRENCY_BYTES 4 /* ISO 4217 alpha-3 and NUL */

/* Largest amount we accept anywhere: 10 million major units. Keeps every product inside int64. */
#define MONEY_MAX_MINOR G_GINT64_CONSTANT(1000000000)

typedef struct {
    gint64 minor; /* hundredths of the major unit (we support 2-digit currencies only) */
    gchar currency[MONEY_CURRENCY_BYTES]; /* "EUR" */
} Money;

/* Three upper-case ASCII letters, and a currency with two decimals (not JPY, KRW, KWD ...). */
gboolean money_currency_is_supported(const gchar *currency);

/**
 * money_minor_from_micro:
 * @micro: an exact cost in millionths of the major unit, 0 or more
 *
 * Rounds half up to the minor unit: 0.005 EUR becomes 1 cent. Each cost component is rounded on its
 * own, so the lines of a receipt add up to its total.
 */
gint64 money_minor_from_micro(gint64 micro);

/**
 * money_format:
 * Returns: (transfer full): "24.50 EUR"
 */
gchar *money_format(gint64 minor, const gchar *currency);
