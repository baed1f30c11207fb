/* Shared by the snapshot*.c files: members of an a{sv}. */
#pragma once

#include "protocol/tariff.h"

void snapshot_put(GVariantBuilder *builder, const gchar *key, GVariant *value);
void snapshot_put_text(GVariantBuilder *builder, const gchar *key, const gchar *text); /* NULL: "" */
void snapshot_put_price(GVariantBuilder *builder, const gchar *key, gint64 micro);     /* in major units */
/* (transfer full): "0.49 EUR/kWh + 0.50 EUR per charge" */
gchar *snapshot_tariff_text(const Tariff *tariff);
