#include "weblink/web_stream.h"

#include "weblink/ws_poller.h"
#include <sys/epoll.h>
#include <sys/socket.h>

#define LINGER_US (2 * G_USEC_PER_SEC)
#define LINGER_MAX_BYTES (64 * 1024 * 1024) /* costs time, no memory */
#define LIBSOUP_BUFFER_BYTES (16 * 1024)    /* more than its input filter ever reads ahead */

struct _WebStream {
    GIOStream *stream; /* owned */
    GSocket *socket;   /* owned */
    gboolean tls;
    gboolean failed;   /* a write failed: reading reports the end */
    GByteArray *ahead; /* what libsoup had read beyond the request; NULL: consumed */
    GByteArray *out;   /* NULL while nothing is queued: an idle connection holds no buffers */
    gsize out_sent;    /* bytes of @out that are gone */
    WsPollerWatch *watch;
    GSource *kick, *tls_in, *tls_out;
    WebStreamReady ready;
    gpointer user_data;
    gboolean finishing;
    gboolean shut;         /* our side is closed: all was sent */
    gsize discarded_bytes; /* while finishing */
};

static void drop_source(GSource **source)
{
    if (*source == NULL)
        return;
    g_source_destroy(*source);
    g_source_unref(*source);
    *source = NULL;
}

WebStream *web_stream_new(GIOStream *stream, GSocket *socket, gboolean tls)
{
    WebStream *self = g_new0(WebStream, 1);

    self->stream = stream;
    self->socket = g_object_ref(socket);
    self->tls = tls;
    g_socket_set_blocking(socket, FALSE);
    return self;
}

void web_stream_free(WebStream *self)
{
    if (self == NULL)
        return;
    g_clear_pointer(&self->watch, ws_poller_remove);
    drop_source(&self->kick);
    drop_source(&self->tls_in);
    drop_source(&self->tls_out);
    g_clear_pointer(&self->ahead, g_byte_array_unref);
    g_clear_pointer(&self->out, g_byte_array_unref);
    g_socket_close(self->socket, NULL); /* not through the stream: closing TLS may block */
    g_clear_object(&self->stream);
    g_clear_object(&self->socket);
    g_free(self);
}

static gssize raw_send(WebStream *self, const guint8 *data, gsize len)
{
    gssize n = 0;

    if (self->tls) {
        g_autoptr(GError) error = NULL;
        n = g_pollable_output_stream_write_nonblocking(
            G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(self->stream)), data, len, NULL, &error);
        if (n < 0)
            return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? 0 : -1;
        return n;
    }
    do
        n = send(g_socket_get_fd(self->socket), data, len, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno == EAGAIN ? 0 : -1;
    return n;
}

static gboolean on_tls_writable(GObject *stream, gpointer data);

static gboolean on_kicked(gpointer data)
{
    WebStream *self = data;

    drop_source(&self->kick);
    self->ready(self, WEB_STREAM_READABLE, self->user_data);
    return G_SOURCE_REMOVE;
}

/* Tells the owner from the main loop what the kernel will not tell. */
static void kick(WebStream *self)
{
    if (self->kick != NULL || self->ready == NULL)
        return; /* not started: web_stream_start() comes here again */
    self->kick = g_idle_source_new();
    g_source_set_priority(self->kick, G_PRIORITY_DEFAULT);
    g_source_set_callback(self->kick, on_kicked, self, NULL);
    g_source_attach(self->kick, g_main_context_get_thread_default());
}

/* Asks to be woken for writing exactly while something is queued. */
static void watch_writing(WebStream *self)
{
    gboolean wanted = self->out != NULL && !self->failed;

    if (self->watch == NULL)
        return; /* not started: web_stream_start() comes here again */
    if (!self->tls) {
        ws_poller_set_events(self->watch, EPOLLIN | (wanted ? EPOLLOUT : 0));
        return;
    }
    if (!wanted) {
        drop_source(&self->tls_out);
    } else if (self->tls_out == NULL) {
        self->tls_out = g_pollable_output_stream_create_source(
            G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(self->stream)), NULL);
        g_source_set_callback(self->tls_out, G_SOURCE_FUNC(on_tls_writable), self, NULL);
        g_source_attach(self->tls_out, g_main_context_get_thread_default());
    }
}

static void flush(WebStream *self)
{
    while (self->out != NULL && !self->failed) {
        gssize n = raw_send(self, self->out->data + self->out_sent, self->out->len - self->out_sent);

        if (n == 0)
            break;
        if (n < 0) {
            self->failed = TRUE;
            kick(self); /* a connection that can only not be written to any more is never readable */
            break;
        }
        self->out_sent += (gsize)n;
        if (self->out_sent == self->out->len) {
            g_clear_pointer(&self->out, g_byte_array_unref);
            self->out_sent = 0;
        }
    }
    /* Move the rest to the front now and then, or a peer that always leaves a byte makes us grow. */
    if (self->out != NULL && self->out_sent >= 64 * 1024) {
        g_byte_array_remove_range(self->out, 0, (guint)self->out_sent);
        self->out_sent = 0;
    }
    if (self->finishing && self->out == NULL && !self->shut) {
        self->shut = TRUE;
        g_socket_shutdown(self->socket, FALSE, TRUE, NULL); /* over TLS too: the lengths say what is whole */
    }
    watch_writing(self);
}

void web_stream_write(WebStream *self, gconstpointer data, gsize len)
{
    g_return_if_fail(len <= G_MAXINT32);
    if (self->failed || len == 0)
        return;
    if (self->out == NULL)
        self->out = g_byte_array_new();
    g_byte_array_append(self->out, data, (guint)len);
    flush(self);
}

gsize web_stream_queued_bytes(WebStream *self)
{
    return self->out == NULL ? 0 : self->out->len - self->out_sent;
}

static gssize pollable_read(WebStream *self, void *buffer, gsize size)
{
    g_autoptr(GError) error = NULL;
    gssize n = g_pollable_input_stream_read_nonblocking(
        G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(self->stream)), buffer, size, NULL, &error);

    if (n >= 0)
        return n;
    return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? -1 : 0;
}

gssize web_stream_read(WebStream *self, void *buffer, gsize size)
{
    gssize n = 0;

    if (self->ahead != NULL) {
        gsize part = MIN(size, self->ahead->len);
        memcpy(buffer, self->ahead->data, part);
        g_byte_array_remove_range(self->ahead, 0, (guint)part);
        if (self->ahead->len == 0)
            g_clear_pointer(&self->ahead, g_byte_array_unref);
        return (gssize)part;
    }
    if (self->failed)
        return 0;
    if (self->tls)
        return pollable_read(self, buffer, size);
    do
        n = recv(g_socket_get_fd(self->socket), buffer, size, MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno == EAGAIN ? -1 : 0;
    return n;
}

static void on_ready(guint32 events, gpointer data)
{
    WebStream *self = data;

    if (events == 0) {
        self->ready(self, WEB_STREAM_DEADLINE, self->user_data);
        return;
    }
    if (events & EPOLLOUT)
        flush(self);
    if (self->failed || (events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
        self->ready(self, WEB_STREAM_READABLE, self->user_data);
}

static gboolean on_tls_readable(GObject *stream, gpointer data)
{
    WebStream *self = data;

    self->ready(self, WEB_STREAM_READABLE, self->user_data);
    return G_SOURCE_CONTINUE;
}

static gboolean on_tls_writable(GObject *stream, gpointer data)
{
    WebStream *self = data;

    flush(self);
    if (self->failed)
        self->ready(self, WEB_STREAM_READABLE, self->user_data);
    return G_SOURCE_CONTINUE;
}

/* The kernel does not know of bytes that libsoup has already read; take them all out once. */
static void take_read_ahead(WebStream *self)
{
    guint8 buffer[LIBSOUP_BUFFER_BYTES];
    gssize n = 0;

    self->ahead = g_byte_array_new();
    while (self->ahead->len < LIBSOUP_BUFFER_BYTES && (n = pollable_read(self, buffer, sizeof buffer)) > 0)
        g_byte_array_append(self->ahead, buffer, (guint)n);
    if (self->ahead->len == 0)
        g_clear_pointer(&self->ahead, g_byte_array_unref);
}

void web_stream_start(WebStream *self, WebStreamReady ready, gpointer user_data)
{
    gboolean restarted = self->ready != NULL;

    self->ready = ready;
    self->user_data = user_data;
    if (restarted)
        return;
    self->watch = ws_poller_add(self->tls ? -1 : g_socket_get_fd(self->socket), EPOLLIN, on_ready, self);
    if (self->tls) {
        self->tls_in = g_pollable_input_stream_create_source(
            G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(self->stream)), NULL);
        g_source_set_callback(self->tls_in, G_SOURCE_FUNC(on_tls_readable), self, NULL);
        g_source_attach(self->tls_in, g_main_context_get_thread_default());
    } else {
        take_read_ahead(self);
    }
    if (self->ahead != NULL || self->failed)
        kick(self);
    watch_writing(self);
}

void web_stream_set_deadline(WebStream *self, gint64 monotonic_us)
{
    g_return_if_fail(self->watch != NULL);
    ws_poller_set_deadline(self->watch, monotonic_us);
}

static void on_lingering(WebStream *self, WebStreamEvent event, gpointer data)
{
    guint8 buffer[4096];
    gssize n = 1;

    for (guint i = 0; i < 16 && event == WEB_STREAM_READABLE && n > 0; i++) {
        n = web_stream_read(self, buffer, sizeof buffer);
        self->discarded_bytes += n > 0 ? (gsize)n : 0;
    }
    if (event == WEB_STREAM_DEADLINE || n == 0 || self->discarded_bytes > LINGER_MAX_BYTES)
        web_stream_free(self);
}

void web_stream_finish(WebStream *self)
{
    web_stream_start(self, on_lingering, NULL);
    web_stream_set_deadline(self, g_get_monotonic_time() + LINGER_US);
    self->finishing = TRUE;
    flush(self);
}
