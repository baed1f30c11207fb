#include "weblink/web_connection_private.h"

#include "weblink/tls_door.h"
#include "weblink/web_head.h"
#include "weblink/ws_poller.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define REMOTE_KEY "weblink-connection"
#define TLS_RECORD_HEAD 5
#define TLS_RECORD_MAX (16 * 1024)
#define TLS_HANDSHAKE 22

static Peer *peer_of(WebConnection *self)
{
    return g_hash_table_lookup(self->owner->peers, self->peer);
}

static void start_tls(WebConnection *self, GIOStream *plain);

static void on_bad_body(const WebVerdict *verdict, gpointer remote)
{
    WebConnection *self = web_connection_of_remote(remote);

    if (self != NULL && self->owner != NULL)
        self->owner->callbacks->bad_body(self, verdict, self->owner->user_data);
}

/* Its turn has come, and its head is good. */
static void accept_stream(WebConnection *self, GIOStream *stream)
{
    g_autoptr(WebReplay) watched = NULL;

    if (self->chunks_at > 0) {
        watched = WEB_IS_REPLAY(stream) ? g_object_ref(WEB_REPLAY(stream)) : web_replay_new(stream);
        web_replay_watch_chunks(watched, self->chunks_at, self->owner->body_max_bytes, on_bad_body,
                                g_object_ref(self->remote), g_object_unref);
        stream = G_IO_STREAM(watched);
    }
    self->owner->callbacks->accepted(self, stream, self->owner->user_data);
}

static gboolean has_room(WebConnection *self)
{
    Peer *peer = peer_of(self);

    return peer->n_busy < WEB_BUSY_PER_PEER && (!self->tls || peer->n_shaking < WEB_SHAKING_PER_PEER);
}

static void hand_over(WebConnection *self)
{
    g_autoptr(GIOStream) stream = g_steal_pointer(&self->waiting);

    self->phase = PHASE_BUSY;
    peer_of(self)->n_busy++;
    peer_of(self)->n_shaking += self->tls;
    self->shaking = self->tls;
    g_clear_pointer(&self->watch, ws_poller_remove);
    if (self->tls)
        start_tls(self, stream);
    else
        accept_stream(self, stream);
}

static void give_turns(WebBooks *books);

static gboolean on_turn(gpointer data)
{
    WebBooks *self = data;

    self->turn = 0;
    for (GList *l = self->ready.head, *next = NULL; l != NULL; l = next) {
        WebConnection *connection = l->data;

        next = l->next;
        if (!has_room(connection))
            continue;
        g_queue_unlink(&self->ready, l);
        hand_over(connection);
        give_turns(self); /* later: that may have ended other connections, the next one too */
        break;
    }
    return G_SOURCE_REMOVE;
}

static void give_turns(WebBooks *books)
{
    if (books->ready.length > 0 && books->turn == 0)
        books->turn = g_idle_add_full(G_PRIORITY_DEFAULT, on_turn, books, NULL);
}

static void end_shaking(WebConnection *self)
{
    if (!self->shaking)
        return;
    self->shaking = FALSE;
    peer_of(self)->n_shaking--;
    give_turns(self->owner);
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
    end_shaking(self);
    if (was == PHASE_READY)
        g_queue_unlink(&books->ready, &self->ready_link);
    if (was == PHASE_BUSY)
        peer->n_busy--;
    if (--peer->n == 0)
        g_hash_table_remove(books->peers, self->peer);
    give_turns(books);
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

void web_connection_refund(WebConnection *self)
{
    if (self->owner != NULL && self->owner->rate != NULL)
        rate_limit_give_back(self->owner->rate, self->peer);
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

/* @stream: (transfer full) */
static void refuse_head(WebConnection *self, GIOStream *stream, gboolean tls, const WebVerdict *verdict)
{
    WebBooks *owner = self->owner;
    WebStream *last = NULL;

    g_clear_pointer(&self->watch, ws_poller_remove);
    last = web_stream_new(stream, self->socket, tls);
    web_connection_release(self);
    owner->callbacks->bad_head(last, verdict, owner->user_data);
}

/* A head is there, or @head_len is 0 and it was too long. FALSE: it was refused, and @self may be gone. */
static gboolean may_enter(WebConnection *self, GIOStream *stream, const gchar *head, gsize head_len)
{
    WebBooks *owner = self->owner;
    WebVerdict verdict = {431, "header_too_large", "the request header is larger than 8 KiB"};

    if (head_len > 0 && head_len <= owner->head_max_bytes)
        verdict = web_head_judge(head, head_len);
    if (verdict.status == 0 && owner->rate != NULL &&
        rate_limit_take(owner->rate, self->peer, g_get_monotonic_time()) > 0)
        verdict = (WebVerdict){429, "too_many", "too many requests from this address"};
    if (verdict.status != 0)
        refuse_head(self, g_object_ref(stream), self->tls, &verdict);
    else if (web_head_is_chunked(head, head_len))
        self->chunks_at = head_len;
    return verdict.status == 0;
}

static void wait_for_turn(WebConnection *self)
{
    self->phase = PHASE_READY;
    self->ready_link.data = self;
    g_queue_push_tail_link(&self->owner->ready, &self->ready_link);
}

static void enter(WebConnection *self)
{
    if (self->phase == PHASE_READY)
        return;
    if (has_room(self))
        hand_over(self);
    else
        wait_for_turn(self);
}

/* The time for a header, or for a turn, is over. */
static void on_no_head(WebConnection *self)
{
    static const WebVerdict no_turn = {429, "too_many", "too many requests at the same time"};
    static const WebVerdict no_head = {408, "timeout", "the request header did not arrive in time"};

    refuse_head(self, g_steal_pointer(&self->waiting), FALSE,
                self->phase == PHASE_READY ? &no_turn : &no_head);
}

/* Something arrived (edge-triggered, for it stays in the kernel). */
static void on_head(guint32 events, gpointer data)
{
    WebConnection *self = data;
    gsize max = self->owner->head_max_bytes, head_len = 0;
    g_autofree gchar *head = NULL;
    gssize n = 0;

    if (events == 0) {
        on_no_head(self);
        return;
    }
    head = g_malloc(max + 1);
    do
        n = recv(g_socket_get_fd(self->socket), head, max + 1, MSG_PEEK | MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EAGAIN)
        return;
    head_len = n > 0 ? web_head_length(head, (gsize)n) : 0;
    if (n <= 0 || (head_len == 0 && (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)))) {
        g_object_unref(g_steal_pointer(&self->waiting)); /* the peer has left */
    } else if (head_len > 0 || (gsize)n > max) { /* who closed only its sending side still wants an answer */
        g_autoptr(GIOStream) stream = g_steal_pointer(&self->waiting);

        if (self->phase == PHASE_READY || may_enter(self, stream, head, head_len)) {
            self->waiting = g_steal_pointer(&stream);
            enter(self);
        }
    }
}

/* The first record (RFC 8446, 5.1) is whole. FALSE with @broken: it will never be. */
static gboolean has_hello(WebConnection *self, gboolean *broken)
{
    guint8 record[TLS_RECORD_HEAD];
    gssize n = recv(g_socket_get_fd(self->socket), record, sizeof record, MSG_PEEK | MSG_DONTWAIT);
    gsize len = n == TLS_RECORD_HEAD ? (gsize)(record[3] << 8 | record[4]) : 0;

    *broken = n == 0 || (n > 0 && record[0] != TLS_HANDSHAKE) || len > TLS_RECORD_MAX;
    return len > 0 && !*broken &&
           g_socket_get_available_bytes(self->socket) >= (gssize)(TLS_RECORD_HEAD + len);
}

/* TLS, before its turn: nothing is read, and nothing can be said in plain text. Who says nothing, or half a
 * hello, never has a turn: it would be taken from those who speak. */
static void on_hello(guint32 events, gpointer data)
{
    WebConnection *self = data;
    gboolean broken = FALSE;

    if (events == 0 || (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)))
        g_object_unref(g_steal_pointer(&self->waiting));
    else if (has_hello(self, &broken))
        enter(self);
    else if (broken)
        g_object_unref(g_steal_pointer(&self->waiting));
}

static void on_shaken(gpointer remote)
{
    WebConnection *self = web_connection_of_remote(remote);

    if (self != NULL && self->owner != NULL)
        end_shaking(self);
}

static void on_door_open(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GSocketAddress) remote = data;
    g_autoptr(GTlsCertificate) client = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(WebReplay) stream = tls_door_open_finish(result, &client, &error);
    WebConnection *self = NULL;
    const gchar *head = NULL;
    gsize len = 0;

    if (stream == NULL) {
        g_info("%s", error->message); /* the last reference goes, and closes */
        return;
    }
    self = web_connection_of_remote(remote);
    if (self == NULL || self->owner == NULL)
        return;
    g_set_object(&self->certificate, client);
    head = web_replay_seen(stream, &len);
    if (may_enter(self, G_IO_STREAM(stream), head, web_head_length(head, len)))
        accept_stream(self, G_IO_STREAM(stream));
}

static void start_tls(WebConnection *self, GIOStream *plain)
{
    web_connection_set_deadline(self, self->owner->head_ms);
    tls_door_open_async(plain, self->owner->certificate, self->owner->client_ca, self->owner->head_max_bytes,
                        self->owner->stopping, on_shaken, on_door_open, g_object_ref(self->remote));
}

void web_connection_begin(WebBooks *books, GSocket *socket, GInetSocketAddress *remote, GSocketAddress *local,
                          const gchar *peer)
{
    g_autoptr(GSocketConnection) stream = NULL;
    WebConnection *self = g_new0(WebConnection, 1);

    g_socket_set_blocking(socket, FALSE);
    g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
    stream = g_socket_connection_factory_create_connection(socket);
    self->owner = books;
    self->socket = g_object_ref(socket);
    self->peer = g_strdup(peer);
    self->remote = g_object_ref(remote);
    self->local = g_object_ref(local);
    self->tls = books->certificate != NULL;
    g_object_set_data(G_OBJECT(self->remote), REMOTE_KEY, self);
    g_object_weak_ref(G_OBJECT(stream), on_stream_gone, self);
    g_hash_table_add(books->connections, self);
    self->waiting = G_IO_STREAM(g_steal_pointer(&stream));
    self->watch = ws_poller_add(g_socket_get_fd(socket), EPOLLIN | EPOLLRDHUP | EPOLLET,
                                self->tls ? on_hello : on_head, self);
    web_connection_set_deadline(self, books->head_ms);
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
