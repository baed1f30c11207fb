#include "weblink/web_connection_private.h"

#include <string.h>

#define DEFAULT_MAX_CONNECTIONS 6000 /* 5,000 stations, and cars */
#define DEFAULT_MAX_PER_PEER 1024

WebBooks *web_books_new(const WebListenerCallbacks *callbacks, gpointer user_data)
{
    WebBooks *self = g_new0(WebBooks, 1);

    self->callbacks = callbacks;
    self->user_data = user_data;
    self->connections = g_hash_table_new(NULL, NULL);
    self->peers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->max_total = DEFAULT_MAX_CONNECTIONS;
    self->max_per_peer = DEFAULT_MAX_PER_PEER;
    self->head_ms = 10 * 1000;
    self->head_max_bytes = 8 * 1024;
    self->body_max_bytes = 64 * 1024;
    self->stopping = g_cancellable_new();
    return self;
}

void web_books_free(WebBooks *self)
{
    g_autoptr(GPtrArray) waiting = g_ptr_array_new_with_free_func(g_object_unref);
    gpointer item = NULL;
    GHashTableIter iter;

    g_cancellable_cancel(self->stopping);
    g_clear_handle_id(&self->turn, g_source_remove);
    g_hash_table_iter_init(&iter, self->connections);
    while (g_hash_table_iter_next(&iter, &item, NULL)) {
        WebConnection *connection = item;

        connection->owner = NULL;
        web_connection_set_deadline(connection, 0);
        if (connection->waiting != NULL)
            g_ptr_array_add(waiting, g_steal_pointer(&connection->waiting));
    }
    g_hash_table_unref(self->connections);
    g_hash_table_unref(self->peers);
    g_clear_object(&self->certificate);
    g_clear_object(&self->client_ca);
    g_clear_pointer(&self->rate, rate_limit_free);
    g_object_unref(self->stopping);
    g_free(self);
}

/* Address without port. One subscriber of IPv6 has a whole /64 of addresses (RFC 6177). */
static gchar *peer_name(GInetSocketAddress *remote)
{
    GInetAddress *address = g_inet_socket_address_get_address(remote);
    g_autoptr(GInetAddress) net = NULL;
    g_autofree gchar *text = NULL;
    guint8 bytes[16];

    if (g_inet_address_get_family(address) != G_SOCKET_FAMILY_IPV6 || g_inet_address_get_is_loopback(address))
        return g_inet_address_to_string(address);
    memcpy(bytes, g_inet_address_to_bytes(address), sizeof bytes);
    if (memcmp(bytes, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12) == 0) { /* IPv4, RFC 4291, 2.5.5.2 */
        net = g_inet_address_new_from_bytes(bytes + 12, G_SOCKET_FAMILY_IPV4);
        return g_inet_address_to_string(net);
    }
    memset(bytes + 8, 0, 8);
    net = g_inet_address_new_from_bytes(bytes, G_SOCKET_FAMILY_IPV6);
    text = g_inet_address_to_string(net);
    return g_strconcat(text, "/64", NULL);
}

/* Its handshake would cost more than the answer that it gets. */
static gboolean is_flood(WebBooks *self, const gchar *peer)
{
    return self->certificate != NULL && self->rate != NULL &&
           rate_limit_wait_us(self->rate, peer, g_get_monotonic_time()) > 0;
}

void web_books_welcome(WebBooks *self, GSocket *socket)
{
    g_autoptr(GSocketAddress) remote = g_socket_get_remote_address(socket, NULL);
    g_autoptr(GSocketAddress) local = g_socket_get_local_address(socket, NULL);
    g_autofree gchar *peer = NULL;
    Peer *books = NULL;

    if (!G_IS_INET_SOCKET_ADDRESS(remote) || local == NULL)
        return; /* reset before we came to it */
    peer = peer_name(G_INET_SOCKET_ADDRESS(remote));
    books = g_hash_table_lookup(self->peers, peer);
    if ((books != NULL && books->n >= self->max_per_peer) ||
        g_hash_table_size(self->connections) >= self->max_total || is_flood(self, peer)) {
        g_info("connection from %s refused: too many", peer);
        return;
    }
    if (books == NULL) {
        books = g_new0(Peer, 1);
        g_hash_table_insert(self->peers, g_strdup(peer), books);
    }
    books->n++;
    web_connection_begin(self, socket, G_INET_SOCKET_ADDRESS(remote), local, peer);
}
