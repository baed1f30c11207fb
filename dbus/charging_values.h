/* Charging values: the dictionaries that org.rearcharge.RearCharge1 takes (the XML is the contract), key by
 * key. Pure. */
#pragma once

#include <glib.h>

typedef enum {
    CHARGING_VALUES_CONSENT,      /* SetConsent */
    CHARGING_VALUES_SUBSCRIPTION, /* SetSubscription */
    CHARGING_VALUES_SHARING,      /* SetSharing */
    CHARGING_VALUES_QUERY,        /* FindPiles */
} ChargingValues;

/* FALSE: a key that the table does not have, of another type, or not an allowed value: #CHARGING_ERROR
 * InvalidValue, its text names the key and what was expected */
gboolean charging_values_check(ChargingValues table, GVariant *dict, GError **error);
/* What every method with a value out of its range is answered with. */
void charging_values_refuse(GError **error, const gchar *name, const gchar *expected);
