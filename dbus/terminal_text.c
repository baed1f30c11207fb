#include "dbus/terminal_text.h"

gchar *terminal_text(const gchar *text)
{
    g_autofree gchar *valid = g_utf8_make_valid(text, -1);
    GString *clean = g_string_new(NULL);

    for (text = valid; *text != '\0'; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);

        if (g_unichar_isprint(c))
            g_string_append_unichar(clean, c);
        else
            g_string_append_c(clean, '?');
    }
    return g_string_free(clean, FALSE);
}

gchar *terminal_text_of(GVariant *dict, const gchar *key)
{
    const gchar *text = "";

    g_variant_lookup(dict, key, "&s", &text);
    return terminal_text(text);
}
