#include "base/redact.h"

#include <string.h>

#define LOG_MAX_CHARS 80

gchar *redact_secret(const gchar *text)
{
    gsize len = text == NULL ? 0 : strlen(text);

    if (len < 8)
        return g_strdup_printf("...(%" G_GSIZE_FORMAT ")", len);
    return g_strdup_printf("%.4s...(%" G_GSIZE_FORMAT ")", text, len);
}

gchar *redact_for_log(const gchar *text, gsize len)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (gsize i = 0; i < len; i++) {
        gboolean plain = g_ascii_isprint(text[i]) && text[i] != '\\';
        if (out->len + (plain ? 1 : 4) > LOG_MAX_CHARS) {
            g_string_append(out, "...");
            break;
        }
        if (plain)
            g_string_append_c(out, text[i]);
        else
            g_string_append_printf(out, "\\x%02x", (guint8)text[i]);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}
