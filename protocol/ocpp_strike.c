#include "protocol/ocpp_strike.h"

#include <string.h>

gchar *ocpp_strike(const gchar *text, gsize len)
{
    static const gchar *const secrets[] = {"\"CodeSecret\"", "\"SharedSecret\"", "\"BasicAuthPassword\""};
    static const gchar value[] = "\"attributeValue\":\"";
    const gchar *at = text, *end = text + len;
    gboolean secret = FALSE;
    GString *struck;

    for (gsize i = 0; i < G_N_ELEMENTS(secrets); i++)
        secret |= g_strstr_len(text, (gssize)len, secrets[i]) != NULL;
    if (!secret || g_strstr_len(text, (gssize)len, value) == NULL)
        return NULL;
    struck = g_string_sized_new(len);
    while (at < end) {
        const gchar *found = g_strstr_len(at, end - at, value);
        const gchar *from = found != NULL ? found + strlen(value) : end;

        g_string_append_len(struck, at, from - at);
        for (at = from; found != NULL && at < end && *at != '"'; at++)
            at += *at == '\\' && at + 1 < end; /* an escaped character */
        if (found != NULL)
            g_string_append(struck, "***");
    }
    return g_string_free(struck, FALSE);
}
