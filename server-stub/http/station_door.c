#include "server-stub/http/web_front_private.h"

#include <string.h>

#include "protocol/subject_name.h"

/* Whom the certificate names, by common name or as a DNS name; the TLS handshake has verified it already. */
static gboolean is_named_by_certificate(WebRequest *request, const gchar *identity)
{
    GTlsCertificate *certificate = web_request_peer_certificate(request);
    g_autofree gchar *subject = NULL;
    g_autoptr(GPtrArray) names = NULL;

    if (certificate == NULL)
        return FALSE;
    g_object_get(certificate, "subject-name", &subject, "dns-names", &names, NULL);
    g_return_val_if_fail(names != NULL, FALSE); /* glib-networking: empty when there are none */
    for (guint i = 0; i < names->len; i++) {
        gsize len = 0;
        const gchar *name = g_bytes_get_data(g_ptr_array_index(names, i), &len);

        if (len == strlen(identity) && memcmp(name, identity, len) == 0)
            return TRUE;
    }
    return subject_name_is(subject, identity);
}

/* OCPP-J 2.0.1 part 4, 3.1 and threats.md 6: the identity of a station is its credential; the name in the URL
 * must agree with it. A refused station never sees 101. */
void station_door_knock(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *identity = web_request_param(request, "identity");
    g_autofree gchar *user = NULL;
    g_autofree gchar *password = NULL;
    g_autofree gchar *name = g_strdup_printf("station %s %.48s", web_request_peer(request), identity);
    /* Where certificates are asked for a password proves nothing: it may have been read from a lesser line.
     */
    gboolean is_certified = self->asks_certificates && is_named_by_certificate(request, identity);
    gboolean has_password = !self->asks_certificates && web_request_basic(request, &user, &password) &&
                            g_str_equal(user, identity);

    switch (self->ports.station_knocks(identity, has_password ? password : NULL, is_certified, self->data)) {
    case WEB_DOOR_WELCOME:
        self->ports.station_enters(request, identity, self->data);
        return;
    case WEB_DOOR_UNKNOWN:
        if (self->ports.try_wait_ms(name, self->data) > 0) {
            web_front_refuse(self, request, name, "Basic realm=\"OCPP\"");
            return;
        }
        self->ports.try_failed(name, self->data);
        web_front_problem(request, 404, "not_found", "no such charging station");
        return;
    case WEB_DOOR_UNREADABLE:
        web_front_problem(request, 500, "internal", NULL);
        return;
    default:
        web_front_refuse(self, request, name, "Basic realm=\"OCPP\"");
        return;
    }
}
