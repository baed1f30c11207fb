/* Consent text: the driver's stored consent as JSON, the row "consent" of the store. Pure. */
#pragma once

#include "daemon/journey/consent.h"

gchar *consent_text_print(const Consent *consent); /* (transfer full) */
/* @consent: (inout): min_trust stays as it is; untouched on failure */
gboolean consent_text_read(const gchar *text, Consent *consent, GError **error);
