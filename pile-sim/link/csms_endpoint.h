/* CSMS endpoint: where and as whom a station connects: address, credential, trusted CA; and one try to do so.
 * No redirects, no proxy, no compression (docs/decisions/0604), messages of at most 256 KiB.
 */
#pragma once

#include <libsoup/soup.h>

#define CSMS_ENDPOINT_MAX_MESSAGE_BYTES (256 * 1024)

typedef struct _CsmsEndpoint CsmsEndpoint;

/* Where and as whom. OCPP security profiles: 1 ws:// and password (this machine only), 2 wss:// and password,
 * 3 wss:// and a client certificate that names the identity. */
typedef struct {
    const gchar *csms; /* "ws://host:port/path" or "wss://..."; the identity is appended */
    const gchar *identity;
    const gchar *password;         /* (nullable): with a client certificate */
    const gchar *ca_file;          /* (nullable): PEM; only what it signed is trusted then */
    const gchar *client_cert_file; /* (nullable): PEM, with @client_key_file */
    const gchar *client_key_file;
} CsmsPlace;

/* Returns: (transfer full) (nullable): NULL and a #GError when the address or a file is no good */
CsmsEndpoint *csms_endpoint_new(const CsmsPlace *place, GError **error);
void csms_endpoint_free(CsmsEndpoint *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CsmsEndpoint, csms_endpoint_free)

/* For the connections from now on. */
void csms_endpoint_set_password(CsmsEndpoint *self, const gchar *password);

/* One handshake with subprotocol ocpp2.0.1 and the credential. Cancelling makes it fail. */
void csms_endpoint_connect_async(CsmsEndpoint *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
/* Returns: (transfer full) (nullable): NULL also when the CSMS did not choose ocpp2.0.1 */
SoupWebsocketConnection *csms_endpoint_connect_finish(CsmsEndpoint *self, GAsyncResult *result,
                                                      GError **error);
