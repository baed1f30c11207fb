/* Listening sockets: address, backlog, accepting in batches, and what to do without descriptors. What becomes
 * of a connection: web_connection.h. */
#pragma once

#include "weblink/web_connection.h"

typedef struct _WebListener WebListener;

WebListener *web_listener_new(const WebListenerCallbacks *callbacks, gpointer user_data);

/* Stops listening. Connections live on until their streams end; no callback comes any more. */
void web_listener_free(WebListener *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WebListener, web_listener_free)

/* @per_peer counts what was not handed out with web_connection_release(). */
void web_listener_set_limits(WebListener *self, guint total, guint per_peer);

/* Requests of one peer; 0 a second: no limit, as at first. */
void web_listener_set_rate(WebListener *self, guint per_s, guint burst);
void web_listener_set_tls(WebListener *self, GTlsCertificate *certificate, GTlsDatabase *client_ca);

/* For a TLS handshake, and again for a header. */
void web_listener_set_head_limits(WebListener *self, guint head_ms, gsize head_max_bytes);

/* Returns: (transfer full) (nullable): the real address of the new listening socket */
GInetSocketAddress *web_listener_listen(WebListener *self, const gchar *address, gint backlog,
                                        GError **error);
guint web_listener_n_connections(WebListener *self);
