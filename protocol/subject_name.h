/* Subject name: what the subject of a certificate (RFC 4514 text) says about who it is. Pure.
 * OCPP 2.0.1 part 2, A00, security profile 3: the station's identity is the common name of its certificate.
 */
#pragma once

#include <glib.h>

/**
 * subject_name_is:
 * @subject: (nullable): "CN=PILE1,O=ABC Energy", as GTlsCertificate:subject-name has it
 * @common_name: compared exactly; no wildcards, and case matters
 *
 * Returns: FALSE also when @subject has several common names (who would it be?), or is malformed
 */
gboolean subject_name_is(const gchar *subject, const gchar *common_name);
