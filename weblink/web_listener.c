#include "weblink/web_listener.h"

#include "weblink/ws_poller.h"
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#define ACCEPT_BATCH 64 /* connections a wake-up, so that a storm leaves time for those who are in */
#define OUT_OF_FDS_RETRY_MS 200

typedef struct {
    WebListener *owner;
    GSocket *socket;
    WsPollerWatch *watch;
} Door;

struct _WebListener {
    GPtrArray *doors;
    WebBooks *books;
};

static void door_free(gpointer data)
{
    Door *door = data;

    ws_poller_remove(door->watch);
    g_socket_close(door->socket, NULL);
    g_object_unref(door->socket);
    g_free(door);
}

WebListener *web_listener_new(const WebListenerCallbacks *callbacks, gpointer user_data)
{
    WebListener *self = g_new0(WebListener, 1);

    self->doors = g_ptr_array_new_with_free_func(door_free);
    self->books = web_books_new(callbacks, user_data);
    return self;
}

void web_listener_free(WebListener *self)
{
    g_ptr_array_unref(self->doors);
    web_books_free(self->books);
    g_free(self);
}

void web_listener_set_limits(WebListener *self, guint total, guint per_peer)
{
    self->books->max_total = total > 0 ? total : self->books->max_total;
    self->books->max_per_peer = per_peer > 0 ? per_peer : self->books->max_per_peer;
}

void web_listener_set_rate(WebListener *self, guint per_s, guint burst)
{
    g_clear_pointer(&self->books->rate, rate_limit_free);
    if (per_s > 0)
        self->books->rate = rate_limit_new(per_s, burst);
}

void web_listener_set_tls(WebListener *self, GTlsCertificate *certificate, GTlsDatabase *client_ca)
{
    g_set_object(&self->books->certificate, certificate);
    g_set_object(&self->books->client_ca, client_ca);
}

void web_listener_set_head_limits(WebListener *self, guint head_ms, gsize head_max_bytes)
{
    self->books->head_ms = head_ms;
    self->books->head_max_bytes = head_max_bytes;
}

guint web_listener_n_connections(WebListener *self)
{
    return g_hash_table_size(self->books->connections);
}

static void on_knock(guint32 events, gpointer data)
{
    Door *door = data;

    if (events == 0)
        ws_poller_set_events(door->watch, EPOLLIN);
    for (guint i = 0; i < ACCEPT_BATCH; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GSocket) socket = g_socket_accept(door->socket, NULL, &error);

        if (socket != NULL) {
            web_books_welcome(door->owner->books, socket);
            continue;
        }
        if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
            /* Out of descriptors: the socket stays readable, so look away for a moment. */
            g_warning("accept: %s", error->message);
            ws_poller_set_events(door->watch, 0);
            ws_poller_set_deadline(door->watch,
                                   g_get_monotonic_time() + OUT_OF_FDS_RETRY_MS * G_TIME_SPAN_MILLISECOND);
        }
        return;
    }
}

/* Thousands of stations need thousands of descriptors; the soft limit is usually 1,024. */
static void raise_fd_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < MIN(limit.rlim_max, 65536)) {
        limit.rlim_cur = MIN(limit.rlim_max, 65536);
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static GSocketAddress *address_parse(const gchar *text, GError **error)
{
    g_autofree gchar *full =
        strchr(text, ':') == NULL ? g_strdup_printf("127.0.0.1:%s", text) : g_strdup(text);
    gchar *colon = strrchr(full, ':');
    g_autoptr(GInetAddress) ip = NULL;
    gsize len = (gsize)(colon - full);
    guint64 port = 0;

    if (g_ascii_string_to_unsigned(colon + 1, 10, 0, 65535, &port, NULL)) {
        *colon = '\0';
        if (full[0] == '[' && len > 2 && full[len - 1] == ']') {
            full[len - 1] = '\0';
            ip = g_inet_address_new_from_string(full + 1);
        } else {
            ip = g_inet_address_new_from_string(full);
        }
    }
    if (ip == NULL) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "\"%s\" is not an address to listen on: want PORT, IP:PORT or [IPV6]:PORT", text);
        return NULL;
    }
    return g_inet_socket_address_new(ip, (guint16)port);
}

GInetSocketAddress *web_listener_listen(WebListener *self, const gchar *address, gint backlog, GError **error)
{
    g_autoptr(GSocketAddress) wanted = address_parse(address, error);
    g_autoptr(GSocket) socket = NULL;
    GSocketAddress *real = NULL;
    Door *door = NULL;

    if (wanted == NULL)
        return NULL;
    raise_fd_limit();
    socket =
        g_socket_new(g_socket_address_get_family(wanted), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
    if (socket == NULL)
        return NULL;
    g_socket_set_blocking(socket, FALSE);
    g_socket_set_listen_backlog(socket, backlog);
    if (!g_socket_bind(socket, wanted, TRUE, error) || !g_socket_listen(socket, error)) {
        g_prefix_error(error, "%s: ", address);
        return NULL;
    }
    real = g_socket_get_local_address(socket, error);
    if (real == NULL)
        return NULL;
    door = g_new0(Door, 1);
    door->owner = self;
    door->watch = ws_poller_add(g_socket_get_fd(socket), EPOLLIN, on_knock, door);
    door->socket = g_steal_pointer(&socket);
    g_ptr_array_add(self->doors, door);
    return G_INET_SOCKET_ADDRESS(real);
}
