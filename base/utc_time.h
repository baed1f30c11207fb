/* UTC time as it travels: RFC 3339 with milliseconds and "Z"; inside: ms since 1970-01-01T00:00:00Z. */
#pragma once

#include <glib.h>

#define UTC_TIME_TEXT_BYTES 25 /* "2026-11-21T03:38:36.125Z" and NUL */

/* Writes @unix_ms (0 .. year 9999) as "2026-11-21T03:38:36.125Z". */
void utc_time_format(gint64 unix_ms, gchar text[UTC_TIME_TEXT_BYTES]);

/**
 * utc_time_parse:
 * @text: RFC 3339 date-time; any offset, any number of fraction digits (cut to ms); a zone is required
 * @unix_ms: (out): untouched on failure
 *
 * Leap second 60 is read as 59.999. Returns: FALSE when @text is not such a time, before 1970 or after 9999.
 */
gboolean utc_time_parse(const gchar *text, gint64 *unix_ms);
