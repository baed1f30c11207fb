/* Redaction: what a log line may show of secrets and of what identifies a person (threats.md 11). */
#pragma once

#include <glib.h>

/* Returns: (transfer full): the first four characters and the length, "ab12...(32)"; shorter than 8:
 * "...(n)". */
gchar *redact_secret(const gchar *text);

/**
 * redact_for_log:
 * @text: (array length=len): hostile bytes, any length
 *
 * Returns: (transfer full): at most 80 printable ASCII characters; everything else as \xNN, the rest as
 * "...". One input never makes more than one log line.
 */
gchar *redact_for_log(const gchar *text, gsize len);
