/* A connection taken out of libsoup's hands: bytes in and out, never blocking, with a send queue that the
 * owner can see and bound. Plain sockets are on the shared epoll set, TLS on pollable streams.
 * Owned by exactly one module (sse_hub, ws_link, a refusal); main loop of the thread that made it.
 */
#pragma once

#include <gio/gio.h>

typedef struct _WebStream WebStream;

typedef enum {
    WEB_STREAM_READABLE, /* bytes, end or error: web_stream_read() tells which */
    WEB_STREAM_DEADLINE, /* the one that web_stream_set_deadline() asked for has passed */
} WebStreamEvent;

/* The callback may free the stream. */
typedef void (*WebStreamReady)(WebStream *stream, WebStreamEvent event, gpointer user_data);

/**
 * web_stream_new:
 * @stream: (transfer full): what libsoup gave back, or a plain socket connection
 * @socket: the socket underneath
 * @tls: bytes must go through @stream, not through the socket
 */
WebStream *web_stream_new(GIOStream *stream, GSocket *socket, gboolean tls);

/* Closes at once; what is queued is lost. */
void web_stream_free(WebStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WebStream, web_stream_free)

/* Frees @self when everything queued is sent and the peer has closed, at the latest after 2 s or 64 MiB of
 * further input. Without this wait the kernel would answer unread input with a reset, and the peer would
 * lose our last words. */
void web_stream_finish(WebStream *self);

/* From now on @ready is called, from the main loop only. */
void web_stream_start(WebStream *self, WebStreamReady ready, gpointer user_data);

/* Returns: bytes read, 0 at the end of the stream or after an error, -1: nothing now */
gssize web_stream_read(WebStream *self, void *buffer, gsize size);

/* Queues and sends what fits. An error shows as readable and end of stream. */
void web_stream_write(WebStream *self, gconstpointer data, gsize len);

/* Bytes accepted by web_stream_write() that the kernel has not taken yet. */
gsize web_stream_queued_bytes(WebStream *self);

/* g_get_monotonic_time() scale; -1: none; up to 100 ms late. */
void web_stream_set_deadline(WebStream *self, gint64 monotonic_us);
