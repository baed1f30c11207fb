/* Text for g_variant_parse(). */
#pragma once

#include <glib.h>
#include <string.h>

/* It wants UTF-8, and takes escapes of surrogates and of what lies beyond Unicode for strings, which it then
 * complains about itself (GLib 2.74). */
static inline gboolean variant_text_is_fit(const gchar *text)
{
    return g_utf8_validate(text, -1, NULL) && strstr(text, "\\U") == NULL && strstr(text, "\\ud") == NULL &&
           strstr(text, "\\uD") == NULL;
}
