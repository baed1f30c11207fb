/* Consent form: what the page sends to set limits, into the argument of SetConsent. Pure.
 *   {"confirm":"tap"|"park"|"auto","max_cost_minor":1..,"currency":"EUR","max_energy_wh":0..,"max_duration_s":0..}
 * All optional; at least one. Ranges are those of dbus/org.rearcharge.RearCharge1.xml.
 */
#pragma once

#include <glib.h>

/* Returns: (transfer full) (nullable): not floating a{sv}; NULL with an error of protocol/json_gate.h or
 * protocol/json_read.h that names the field */
GVariant *consent_form_read(const gchar *text, gsize len, GError **error);
