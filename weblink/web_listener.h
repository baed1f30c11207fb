/* Listening sockets and the connections that came through them: caps, deadlines, TLS handshake.
 * libsoup could listen by itself, but each connection would cost 30 to 100 kB from its first byte, and nobody
 * could see it before a whole header is there. So we accept, wait until the header is complete without taking
 * it out of the kernel (MSG_PEEK: slow headers cost us about 2 kB each), and only then hand the stream over;
 * a peer has at most WEB_LISTENER_BUSY_PER_PEER connections with libsoup at a time, the others wait for their
 * turn. TLS connections are handed over after the handshake.
 */
#pragma once

#include "weblink/web_stream.h"

#define WEB_LISTENER_BUSY_PER_PEER 64

typedef struct _WebListener WebListener;
typedef struct _WebConnection WebConnection;

typedef struct {
    /* A connection is ready for HTTP. */
    void (*accepted)(WebConnection *connection, GIOStream *stream, gpointer user_data);
    /* Its deadline has passed. The owner should refuse and web_connection_cut() it. */
    void (*late)(WebConnection *connection, gpointer user_data);
    /* No whole header in time (408), no turn in time (429), or the header is too large (431). @stream:
     * (transfer full): to say so and finish
     */
    void (*bad_head)(WebStream *stream, guint status, gpointer user_data);
} WebListenerCallbacks;

WebListener *web_listener_new(const WebListenerCallbacks *callbacks, gpointer user_data);

/* Stops listening. Connections live on until their streams end; no callback comes any more. */
void web_listener_free(WebListener *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WebListener, web_listener_free)

/* @per_peer counts what was not handed out with web_connection_release(). */
void web_listener_set_limits(WebListener *self, guint total, guint per_peer);
void web_listener_set_tls(WebListener *self, GTlsCertificate *certificate, GTlsDatabase *client_ca);

/* For a TLS handshake, and again for a header. */
void web_listener_set_head_limits(WebListener *self, guint head_ms, gsize head_max_bytes);

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

/* libsoup has nothing to do with it any more: it was stolen. It counts only in the total from now on. */
void web_connection_release(WebConnection *self);

/* @ms from now; 0: none. */
void web_connection_set_deadline(WebConnection *self, guint ms);

/* Both directions end; whoever polls the stream sees its end. */
void web_connection_cut(WebConnection *self);
