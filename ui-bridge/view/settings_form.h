/* Settings form: what the page sends to set limits, news and sharing, into the arguments of the daemon. Pure.
 * Everything is optional, at least one field is given. Ranges are those of
 * dbus/org.rearcharge.RearCharge1.xml.
 */
#pragma once

#include <glib.h>

/* All: (transfer full) (nullable): not floating a{sv}; NULL with an error of protocol/json_gate.h or
 * protocol/json_read.h that names the field. */

/* {"confirm":"tap"|"park"|"auto","max_cost_minor":1..,"currency":"EUR","max_energy_wh":0..,"max_duration_s":0..,
 *  "auto_code":true,"voucher":false}
 * for SetConsent */
GVariant *settings_form_consent(const gchar *text, gsize len, GError **error);
/* {"kinds":["offer","reservation","bay"],"radius_m":100..100000,"position":"off"|"vehicle"} for
 * SetSubscription */
GVariant *settings_form_subscription(const gchar *text, gsize len, GError **error);
/* {"position":true,"soc":false,"plug":true,"gear":true} for SetSharing */
GVariant *settings_form_sharing(const gchar *text, gsize len, GError **error);
