/* CSMS endpoint: where and as whom a station connects: address, credential, trusted CA; and one try to do so.
 * No redirects, no proxy, no compression (docs/decisions/0604), messages of at most 256 KiB.
 */
#pragma once

#include <libsoup/soup.h>

#define CSMS_ENDPOINT_MAX_MESSAGE_BYTES (256 * 1024)

typedef struct _CsmsEndpoint CsmsEndpoint;

/**
 * csms_endpoint_new:
 * @csms: "ws://host:port/path" or "wss://..."; the identity is appended to the path
 * @ca_file: (nullable): PEM; only what it signed is trusted then
 *
 * Returns: (transfer full) (nullable): NULL and a #GError when address or CA file is no good
 */
CsmsEndpoint *csms_endpoint_new(const gchar *csms, const gchar *identity, const gchar *password,
                                const gchar *ca_file, GError **error);
void csms_endpoint_free(CsmsEndpoint *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CsmsEndpoint, csms_endpoint_free)

/* One handshake with subprotocol ocpp2.0.1 and HTTP Basic authentication. Cancelling makes it fail. */
void csms_endpoint_connect_async(CsmsEndpoint *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
/* Returns: (transfer full) (nullable): NULL also when the CSMS did not choose ocpp2.0.1 */
SoupWebsocketConnection *csms_endpoint_connect_finish(GObject *source, GAsyncResult *result, GError **error);
