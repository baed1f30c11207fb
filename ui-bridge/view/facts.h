/* Facts: values of the daemon's a{sv}, and how a driver reads them. A key of a wrong type counts as absent.
 * Pure. */
#pragma once

#include <glib.h>

const gchar *facts_text(GVariant *dict, const gchar *key); /* (transfer none): "" when absent */
gint64 facts_number(GVariant *dict, const gchar *key);     /* 0 when absent */
gdouble facts_real(GVariant *dict, const gchar *key, gdouble otherwise);
gboolean facts_flag(GVariant *dict, const gchar *key);  /* FALSE when absent */
gint64 facts_time_ms(GVariant *dict, const gchar *key); /* Unix; -1 when absent or no time */
/* Returns: (transfer full) (nullable): NULL for absent or empty */
GVariant *facts_dict(GVariant *dict, const gchar *key);

/* Returns: (transfer full): 12345 -> "12.3" */
gchar *facts_kilo(gint64 value);
/* Returns: (transfer full): 0.49 -> "0.49", 0.4975 -> "0.4975" (protocol/README.md 2, Tariff) */
gchar *facts_price(gdouble amount);
/* Returns: (transfer full): 3725 -> "1:02:05" */
gchar *facts_duration(gint64 seconds);
/* Returns: (transfer full): "0.49 EUR/kWh", for a glance; "" without a currency */
gchar *facts_energy_price(GVariant *pile);
