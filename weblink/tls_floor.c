#include "weblink/tls_floor.h"

void tls_floor_set(void)
{
    /* Read once by glib-networking, when its first connection is made. Whoever starts us may not weaken it.
     */
    g_setenv("G_TLS_GNUTLS_PRIORITY", "NORMAL:%COMPAT:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2", TRUE);
}

gchar *tls_floor_flaws(GTlsCertificateFlags flaws)
{
    static const struct {
        GTlsCertificateFlags flaw;
        const gchar *words;
    } known[] = {
        {G_TLS_CERTIFICATE_UNKNOWN_CA, "signed by an unknown authority"},
        {G_TLS_CERTIFICATE_BAD_IDENTITY, "for another name"},
        {G_TLS_CERTIFICATE_NOT_ACTIVATED, "not valid yet"},
        {G_TLS_CERTIFICATE_EXPIRED, "expired"},
        {G_TLS_CERTIFICATE_REVOKED, "revoked"},
        {G_TLS_CERTIFICATE_INSECURE, "of an insecure kind"},
        {G_TLS_CERTIFICATE_GENERIC_ERROR, "malformed"},
    };
    GString *words = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        if (flaws & known[i].flaw)
            g_string_append_printf(words, "%s%s", words->len > 0 ? ", " : "", known[i].words);
    }
    return g_string_free(words, FALSE);
}
