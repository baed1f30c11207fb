#include "weblink/web_connection.h"

#include "weblink/tls_floor.h"
#include "weblink/web_gate.h"
#include "weblink/ws_poller.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define DEFAULT_MAX_CONNECTIONS 6000 /* 5,000 stations, and cars */
#define DEFAULT_MAX_PER_PEER 1024
#define REMOTE_KEY "weblink-connection"

typedef struct {
    guint n;      /* connections not released */
    guint n_busy; /* of them with libsoup */
} Peer;

/* HEAD -> READY -> BUSY -> RELEASED. With TLS the turn comes before the handshake, for that is what costs. */
typedef enum { PHASE_HEAD, PHASE_READY, PHASE_BUSY, PHASE_RELEASED } Phase;

struct _WebConnection {
    WebBooks *owner; /* NULL: the listener has gone */
    Phase phase;
    GIOStream *waiting; /* ours in HEAD and READY; dropping it ends the connection and this record */
    GList ready_link;
    GSocket *socket;
    gchar *peer;
    GInetSocketAddress *remote;
    GSocketAddress *local;
    gboolean tls;
    GTlsCertificate *certificate; /* nullable: the client's, verified */
    WsPollerWatch *watch;         /* for the header and for deadlines; NULL: none */
    gpointer data;
};

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
    g_object_unref(self->stopping);
    g_free(self);
}

static Peer *peer_of(WebConnection *self)
{
    return g_hash_table_lookup(self->owner->peers, self->peer);
}

static void start_tls(WebConnection *self, GIOStream *plain);

static void hand_over(WebConnection *self)
{
    g_autoptr(GIOStream) stream = g_steal_pointer(&self->waiting);

    self->phase = PHASE_BUSY;
    peer_of(self)->n_busy++;
    g_clear_pointer(&self->watch, ws_poller_remove);
    if (self->tls)
        start_tls(self, stream);
    else
        self->owner->callbacks->accepted(self, stream, self->owner->user_data);
}

static gboolean on_turn(gpointer data)
{
    WebBooks *self = data;

    self->turn = 0;
    for (GList *l = self->ready.head, *next = NULL; l != NULL; l = next) {
        WebConnection *connection = l->data;

        next = l->next;
        if (peer_of(connection)->n_busy >= WEB_BUSY_PER_PEER)
            continue;
        g_queue_unlink(&self->ready, l);
        hand_over(connection);
        /* That may have ended other connections, the next one too. */
        if (self->ready.length > 0 && self->turn == 0)
            self->turn = g_idle_add_full(G_PRIORITY_DEFAULT, on_turn, self, NULL);
        break;
    }
    return G_SOURCE_REMOVE;
}

/* The connection leaves the books of its peer; another one may have its turn. */
static void leave_peer(WebConnection *self)
{
    WebBooks *books = self->owner;
    Peer *peer = peer_of(self);
    Phase was = self->phase;

    self->phase = PHASE_RELEASED;
    if (was == PHASE_RELEASED)
        return;
    if (was == PHASE_READY)
        g_queue_unlink(&books->ready, &self->ready_link);
    if (was == PHASE_BUSY)
        peer->n_busy--;
    if (--peer->n == 0)
        g_hash_table_remove(books->peers, self->peer);
    if (books->ready.length > 0 && books->turn == 0)
        books->turn = g_idle_add_full(G_PRIORITY_DEFAULT, on_turn, books, NULL);
}

/* The socket connection is being destroyed: nobody can use the stream any more. */
static void on_stream_gone(gpointer data, GObject *where_it_was)
{
    WebConnection *self = data;

    g_clear_pointer(&self->watch, ws_poller_remove);
    g_object_set_data(G_OBJECT(self->remote), REMOTE_KEY, NULL);
    if (self->owner != NULL) {
        g_hash_table_remove(self->owner->connections, self);
        leave_peer(self);
    }
    g_clear_object(&self->certificate);
    g_object_unref(self->remote);
    g_object_unref(self->local);
    g_object_unref(self->socket);
    g_free(self->peer);
    g_free(self);
}

void web_connection_release(WebConnection *self)
{
    if (self->owner != NULL)
        leave_peer(self);
}

static void on_deadline(guint32 events, gpointer data)
{
    WebConnection *self = data;

    if (self->owner != NULL)
        self->owner->callbacks->late(self, self->owner->user_data);
}

void web_connection_set_deadline(WebConnection *self, guint ms)
{
    if (ms == 0) {
        if (self->watch != NULL)
            ws_poller_set_deadline(self->watch, -1);
        return;
    }
    if (self->watch == NULL)
        self->watch = ws_poller_add(-1, 0, on_deadline, self);
    ws_poller_set_deadline(self->watch, g_get_monotonic_time() + (gint64)ms * G_TIME_SPAN_MILLISECOND);
}

static void refuse_head(WebConnection *self, guint status)
{
    WebBooks *owner = self->owner;
    WebStream *stream;

    g_clear_pointer(&self->watch, ws_poller_remove);
    stream = web_stream_new(g_steal_pointer(&self->waiting), self->socket, FALSE);
    web_connection_release(self);
    owner->callbacks->bad_head(stream, status, owner->user_data);
}

static void wait_for_turn(WebConnection *self)
{
    self->phase = PHASE_READY;
    self->ready_link.data = self;
    g_queue_push_tail_link(&self->owner->ready, &self->ready_link);
}

/* Something arrived (edge-triggered, for it stays in the kernel), or the time for a header is over. */
static void on_head(guint32 events, gpointer data)
{
    WebConnection *self = data;
    gsize max = self->owner->head_max_bytes, head_len = 0;
    g_autofree gchar *head = NULL;
    gssize n = 0;

    if (events == 0) {
        refuse_head(self, self->phase == PHASE_READY ? 429 : 408);
        return;
    }
    head = g_malloc(max + 1);
    do
        n = recv(g_socket_get_fd(self->socket), head, max + 1, MSG_PEEK | MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EAGAIN)
        return;
    head_len = n > 0 ? web_gate_head_length(head, (gsize)n) : 0;
    if (n <= 0 || (head_len == 0 && (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)))) {
        g_object_unref(g_steal_pointer(&self->waiting)); /* the peer has left */
    } else if (!web_gate_head_is_sound(head, head_len)) {
        refuse_head(self, 400);
    } else if (head_len > 0) { /* whoever closed only its sending side still wants an answer */
        if (self->phase == PHASE_READY)
            return;
        if (peer_of(self)->n_busy < WEB_BUSY_PER_PEER) {
            hand_over(self);
        } else {
            wait_for_turn(self);
        }
    } else if ((gsize)n > max) {
        refuse_head(self, 431);
    }
}

/* TLS, before its turn: nothing is read, and nothing can be said in plain text. */
static void on_waiting_tls(guint32 events, gpointer data)
{
    WebConnection *self = data;

    if (events != EPOLLIN)
        g_object_unref(g_steal_pointer(&self->waiting));
}

static void on_handshake_done(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTlsConnection) tls = G_TLS_CONNECTION(source);
    g_autoptr(GSocketAddress) remote = data;
    g_autoptr(GError) error = NULL;
    WebConnection *self = NULL;

    if (!g_tls_connection_handshake_finish(tls, result, &error)) {
        g_info("TLS handshake failed: %s", error->message);
        return; /* the last reference goes, and closes */
    }
    self = web_connection_of_remote(remote);
    if (self == NULL || self->owner == NULL)
        return;
    g_set_object(&self->certificate, g_tls_connection_get_peer_certificate(tls));
    self->owner->callbacks->accepted(self, G_IO_STREAM(tls), self->owner->user_data);
}

/* A server of GIO is asked about each client's certificate, a good one too, and to say nothing is to refuse.
 */
static gboolean on_certificate(GTlsConnection *tls, GTlsCertificate *certificate, GTlsCertificateFlags flaws,
                               gpointer data)
{
    g_autofree gchar *words = tls_floor_flaws(flaws);

    g_info("client certificate: %s", flaws == 0 ? "good" : words);
    return flaws == 0;
}

static void start_tls(WebConnection *self, GIOStream *plain)
{
    g_autoptr(GError) error = NULL;
    /* Not g_tls_server_connection_new(): it gives each connection its own copy of the system's authorities, 1
     * to 4 MiB of them, before a database can be set. */
    GIOStream *tls = g_initable_new(g_tls_backend_get_server_connection_type(g_tls_backend_get_default()),
                                    NULL, &error, "base-io-stream", plain, "certificate",
                                    self->owner->certificate, "database", self->owner->client_ca, NULL);
    if (tls == NULL) {
        g_warning("TLS is not available: %s", error->message);
        return;
    }
    g_tls_connection_set_require_close_notify(G_TLS_CONNECTION(tls), FALSE);
    if (self->owner->client_ca != NULL) {
        g_signal_connect(tls, "accept-certificate", G_CALLBACK(on_certificate), NULL);
        g_object_set(tls, "authentication-mode", G_TLS_AUTHENTICATION_REQUESTED, NULL);
    }
    web_connection_set_deadline(self, self->owner->head_ms);
    g_tls_connection_handshake_async(G_TLS_CONNECTION(tls), G_PRIORITY_DEFAULT, self->owner->stopping,
                                     on_handshake_done, g_object_ref(self->remote));
}

void web_books_welcome(WebBooks *self, GSocket *socket)
{
    g_autoptr(GSocketAddress) remote = g_socket_get_remote_address(socket, NULL);
    g_autoptr(GSocketAddress) local = g_socket_get_local_address(socket, NULL);
    g_autoptr(GSocketConnection) stream = NULL;
    g_autofree gchar *peer = NULL;
    WebConnection *connection = NULL;
    Peer *books = NULL;

    if (!G_IS_INET_SOCKET_ADDRESS(remote) || local == NULL)
        return; /* reset before we came to it */
    peer = g_inet_address_to_string(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(remote)));
    books = g_hash_table_lookup(self->peers, peer);
    if ((books != NULL && books->n >= self->max_per_peer) ||
        g_hash_table_size(self->connections) >= self->max_total) {
        g_info("connection from %s refused: too many", peer);
        return;
    }
    g_socket_set_blocking(socket, FALSE);
    g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
    stream = g_socket_connection_factory_create_connection(socket);

    connection = g_new0(WebConnection, 1);
    connection->owner = self;
    connection->socket = g_object_ref(socket);
    connection->peer = g_strdup(peer);
    connection->remote = G_INET_SOCKET_ADDRESS(g_steal_pointer(&remote));
    connection->local = g_steal_pointer(&local);
    g_object_set_data(G_OBJECT(connection->remote), REMOTE_KEY, connection);
    g_object_weak_ref(G_OBJECT(stream), on_stream_gone, connection);
    g_hash_table_add(self->connections, connection);
    if (books == NULL) {
        books = g_new0(Peer, 1);
        g_hash_table_insert(self->peers, g_steal_pointer(&peer), books);
    }
    books->n++;
    connection->tls = self->certificate != NULL;
    connection->waiting = G_IO_STREAM(g_steal_pointer(&stream));
    if (connection->tls && books->n_busy < WEB_BUSY_PER_PEER) {
        hand_over(connection);
        return;
    }
    if (connection->tls)
        wait_for_turn(connection);
    connection->watch = ws_poller_add(g_socket_get_fd(socket), EPOLLIN | EPOLLRDHUP | EPOLLET,
                                      connection->tls ? on_waiting_tls : on_head, connection);
    web_connection_set_deadline(connection, self->head_ms);
}

GSocket *web_connection_socket(WebConnection *self)
{
    return self->socket;
}

gboolean web_connection_is_tls(WebConnection *self)
{
    return self->tls;
}

GTlsCertificate *web_connection_certificate(WebConnection *self)
{
    return self->certificate;
}

const gchar *web_connection_peer(WebConnection *self)
{
    return self->peer;
}

GInetSocketAddress *web_connection_remote(WebConnection *self)
{
    return self->remote;
}

GSocketAddress *web_connection_local(WebConnection *self)
{
    return self->local;
}

WebConnection *web_connection_of_remote(GSocketAddress *remote)
{
    return g_object_get_data(G_OBJECT(remote), REMOTE_KEY);
}

gpointer web_connection_data(WebConnection *self)
{
    return self->data;
}

void web_connection_set_data(WebConnection *self, gpointer data)
{
    self->data = data;
}

void web_connection_cut(WebConnection *self)
{
    g_socket_shutdown(self->socket, TRUE, TRUE, NULL);
}
