#include "pile-sim/link/csms_endpoint.h"

#include "protocol/ocpp_frame.h"
#include "weblink/tls_floor.h"

#include <string.h>

struct _CsmsEndpoint {
    gchar *url; /* with the identity */
    gchar *identity;
    gchar *authorization;         /* (nullable): "Basic ..." */
    GTlsCertificate *certificate; /* (nullable): ours */
    GTlsCertificateFlags flaws;   /* of the CSMS's certificate, at the last try */
    SoupSession *session;
};

void csms_endpoint_free(CsmsEndpoint *self)
{
    if (self == NULL)
        return;
    g_clear_object(&self->session);
    g_free(self->url);
    g_free(self->identity);
    g_free(self->authorization);
    g_clear_object(&self->certificate);
    g_free(self);
}

/* (transfer full) (nullable) */
static SoupSession *new_session(const gchar *ca_file, GError **error)
{
    g_autoptr(SoupSession) session =
        soup_session_new_with_options("proxy-resolver", NULL, "timeout", 0, NULL);

    /* No permessage-deflate: a station need not offer it, and libsoup inflates without a bound. */
    soup_session_remove_feature_by_type(session, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
    if (ca_file != NULL) {
        GList *certificates = g_tls_certificate_list_new_from_file(ca_file, error);
        g_autoptr(GTlsDatabase) database = NULL;

        if (certificates == NULL) { /* GLib takes a file without any for an empty list of trust */
            if (error != NULL && *error == NULL)
                g_set_error(error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "%s: no certificate in it",
                            ca_file);
            return NULL;
        }
        g_list_free_full(certificates, g_object_unref);
        database = g_tls_file_database_new(ca_file, error);
        if (database == NULL)
            return NULL;
        soup_session_set_tls_database(session, database);
    }
    return g_steal_pointer(&session);
}

static gboolean is_this_machine(const gchar *host)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);

    return address != NULL ? g_inet_address_get_is_loopback(address)
                           : g_ascii_strcasecmp(host, "localhost") == 0;
}

/* A password on a line that anybody can read is a stolen identity. */
static gboolean check_line(const CsmsPlace *place, GUri *uri, GError **error)
{
    const gchar *scheme = g_uri_get_scheme(uri), *host = g_uri_get_host(uri);
    gboolean secure = g_str_equal(scheme, "wss");

    if ((!secure && !g_str_equal(scheme, "ws")) || host == NULL || host[0] == '\0' ||
        g_uri_get_query(uri) != NULL || g_uri_get_fragment(uri) != NULL || g_uri_get_userinfo(uri) != NULL) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "'%s': want ws://HOST[:PORT]/PATH or wss://HOST[:PORT]/PATH", place->csms);
        return FALSE;
    }
    if (!secure && (place->client_cert_file != NULL || !is_this_machine(host))) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "'%s': want wss:// (ws:// only to this machine, and without a client certificate)",
                    place->csms);
        return FALSE;
    }
    return TRUE;
}

void csms_endpoint_set_password(CsmsEndpoint *self, const gchar *password)
{
    g_autofree gchar *pair = g_strconcat(self->identity, ":", password, NULL);
    g_autofree gchar *encoded = g_base64_encode((const guchar *)pair, strlen(pair));

    g_free(self->authorization);
    self->authorization = g_strconcat("Basic ", encoded, NULL);
}

CsmsEndpoint *csms_endpoint_new(const CsmsPlace *place, GError **error)
{
    g_autoptr(CsmsEndpoint) self = g_new0(CsmsEndpoint, 1);
    g_autofree gchar *escaped = g_uri_escape_string(place->identity, NULL, FALSE);
    g_autofree gchar *base = g_strdup(place->csms);
    g_autoptr(GUri) uri = NULL;

    while (g_str_has_suffix(base, "/"))
        base[strlen(base) - 1] = '\0';
    self->url = g_strconcat(base, "/", escaped, NULL);
    self->identity = g_strdup(place->identity);
    if (place->password != NULL)
        csms_endpoint_set_password(self, place->password);
    uri = g_uri_parse(self->url, SOUP_HTTP_URI_FLAGS, error);
    if (uri == NULL || !check_line(place, uri, error))
        return NULL;
    if (place->client_cert_file != NULL) {
        self->certificate =
            g_tls_certificate_new_from_files(place->client_cert_file, place->client_key_file, error);
        if (self->certificate == NULL)
            return NULL;
    }
    self->session = new_session(place->ca_file, error);
    return self->session != NULL ? g_steal_pointer(&self) : NULL;
}

static gboolean on_bad_certificate(SoupMessage *message, GTlsCertificate *certificate,
                                   GTlsCertificateFlags flaws, gpointer data)
{
    CsmsEndpoint *self = data;

    self->flaws = flaws;
    return FALSE;
}

void csms_endpoint_connect_async(CsmsEndpoint *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    static const gchar *const protocols[] = {OCPP_SUBPROTOCOL, NULL};
    g_autoptr(SoupMessage) message = soup_message_new(SOUP_METHOD_GET, self->url);

    self->flaws = 0;
    g_signal_connect(message, "accept-certificate", G_CALLBACK(on_bad_certificate), self);
    soup_message_add_flags(message, SOUP_MESSAGE_NO_REDIRECT);
    if (self->authorization != NULL)
        soup_message_headers_replace(soup_message_get_request_headers(message), "Authorization",
                                     self->authorization);
    if (self->certificate != NULL)
        soup_message_set_tls_client_certificate(message, self->certificate);
    soup_session_websocket_connect_async(self->session, message, NULL, (char **)protocols, G_PRIORITY_DEFAULT,
                                         cancellable, callback, user_data);
}

SoupWebsocketConnection *csms_endpoint_connect_finish(CsmsEndpoint *self, GAsyncResult *result,
                                                      GError **error)
{
    g_autoptr(SoupWebsocketConnection) socket =
        soup_session_websocket_connect_finish(self->session, result, error);

    if (socket == NULL) {
        g_autofree gchar *flaws = tls_floor_flaws(self->flaws);

        if (self->flaws != 0)
            g_prefix_error(error, "the certificate of the CSMS is %s: ", flaws);
        return NULL;
    }
    if (g_strcmp0(soup_websocket_connection_get_protocol(socket), OCPP_SUBPROTOCOL) != 0) {
        soup_websocket_connection_close(socket, SOUP_WEBSOCKET_CLOSE_PROTOCOL_ERROR, NULL);
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "the CSMS does not speak ocpp2.0.1");
        return NULL;
    }
    soup_websocket_connection_set_max_incoming_payload_size(socket, CSMS_ENDPOINT_MAX_MESSAGE_BYTES);
    return g_steal_pointer(&socket);
}
