/* Plain text: words of strangers that are shown to a driver, without anything that could look like something
 * else. Shown in a car, a line must not reorder its neighbours (bidirectional controls), hide letters (format
 * characters), break lines, pile up marks over the next line, or look like markup or a link to follow.
 */
#pragma once

#include <glib.h>

/**
 * plain_text_is_fit:
 * @text: (nullable): not fit; nor is empty text or only blanks
 * @max_chars: in Unicode characters
 * @why: (out) (optional) (transfer none): for people, when it is not fit
 *
 * Fit: valid UTF-8 of assigned characters; no control, format, bidirectional, private or line separating
 * ones; no '<', '>', "://" and no entity ("&lt;"); no more than two combining marks in a row.
 */
gboolean plain_text_is_fit(const gchar *text, gsize max_chars, const gchar **why);

/**
 * plain_text_neutral:
 * @max_bytes: of the result, without NUL; cut between characters
 *
 * For text that somebody else should have checked: what is not fit becomes U+FFFD, too much is cut.
 * Returns: (transfer full): fit, or empty
 */
gchar *plain_text_neutral(const gchar *text, gsize max_chars, gsize max_bytes);
