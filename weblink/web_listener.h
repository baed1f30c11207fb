/* Listening sockets and the connections that came through them: caps, deadlines, TLS handshake.
 * libsoup could listen by itself, but tells nothing of connections before a whole header has arrived; so we
 * accept and hand it the stream (soup_server_accept_iostream).
 */
#pragma once

#include <gio/gio.h>

typedef struct _WebListener WebListener;
typedef struct _WebConnection WebConnection;

typedef struct {
    /* A connection is ready for HTTP. */
    void (*accepted)(WebConnection *connection, GIOStream *stream, gpointer user_data);
    /* Its deadline has passed. The owner should refuse and web_connection_cut() it. */
    void (*late)(WebConnection *connection, gpointer user_data);
    /* Its stream is about to be closed, the socket is still open. Not for TLS. */
    void (*closing)(WebConnection *connection, gpointer user_data);
} WebListenerCallbacks;

WebListener *web_listener_new(const WebListenerCallbacks *callbacks, gpointer user_data);

/* Stops listening. Connections live on until their streams end; no callback comes any more. */
void web_listener_free(WebListener *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WebListener, web_listener_free)

void web_listener_set_limits(WebListener *self, guint total, guint per_peer);
void web_listener_set_tls(WebListener *self, GTlsCertificate *certificate, GTlsDatabase *client_ca);
void web_listener_set_handshake_ms(WebListener *self, guint handshake_ms);

/* Returns: (transfer full) (nullable): the real address of the new listening socket */
GInetSocketAddress *web_listener_listen(WebListener *self, const gchar *address, gint backlog,
                                        GError **error);
guint web_listener_n_connections(WebListener *self);

/* A connection lives exactly as long as the socket connection underneath its stream. */
GSocket *web_connection_socket(WebConnection *self);
gboolean web_connection_is_tls(WebConnection *self);
const gchar *web_connection_peer(WebConnection *self); /* address without port */
GInetSocketAddress *web_connection_remote(WebConnection *self);
GSocketAddress *web_connection_local(WebConnection *self);

/* The connection whose remote address object this is (libsoup hands the same object back). */
WebConnection *web_connection_of_remote(GSocketAddress *remote);
gpointer web_connection_data(WebConnection *self);
void web_connection_set_data(WebConnection *self, gpointer data);

/* @ms from now; 0: none. */
void web_connection_set_deadline(WebConnection *self, guint ms);

/* Both directions end; whoever polls the stream sees its end. */
void web_connection_cut(WebConnection *self);
