/* Terminal text: a text from outside (names, problems) as it may be shown on a terminal: without control
 * characters, so that no pile and no server can write to the terminal. Pure.
 */
#pragma once

#include <glib.h>

/* @text: any bytes. Returns: (transfer full): '?' for each character that is not to be printed */
gchar *terminal_text(const gchar *text);

/* The text under @key of an a{sv}; (transfer full): "" when absent */
gchar *terminal_text_of(GVariant *dict, const gchar *key);
