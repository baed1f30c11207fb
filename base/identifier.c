#include "base/identifier.h"

#include <string.h>
#include <sys/random.h>

static void fill_random(guint8 *bytes, gsize n_bytes)
{
    /* Up to 256 bytes at once: getrandom() neither fails nor returns short once the pool is ready. */
    for (gsize done = 0; done < n_bytes;) {
        gssize got = getrandom(bytes + done, MIN(n_bytes - done, 256), 0);
        if (got > 0)
            done += (gsize)got;
    }
}

gchar *identifier_new_uuid(void)
{
    guint8 b[16];

    fill_random(b, sizeof b);
    b[6] = (guint8)((b[6] & 0x0f) | 0x40);
    b[8] = (guint8)((b[8] & 0x3f) | 0x80);
    return g_strdup_printf("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
                           b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
                           b[15]);
}

gchar *identifier_new_secret(gsize n_bytes)
{
    g_autofree guint8 *bytes = g_malloc(n_bytes);
    g_autoptr(GString) hex = g_string_sized_new(2 * n_bytes);

    fill_random(bytes, n_bytes);
    for (gsize i = 0; i < n_bytes; i++)
        g_string_append_printf(hex, "%02x", bytes[i]);
    return g_string_free(g_steal_pointer(&hex), FALSE);
}

gboolean identifier_is_valid(const gchar *text, gsize max_len)
{
    gsize len = text == NULL ? 0 : strlen(text);

    if (len == 0 || len > max_len)
        return FALSE;
    for (gsize i = 0; i < len; i++)
        if (!g_ascii_isalnum(text[i]) && strchr("*+=:|@.-_", text[i]) == NULL)
            return FALSE;
    return TRUE;
}
