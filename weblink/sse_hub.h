/* Server side of text/event-stream (WHATWG HTML 9.2): all open streams of one program.
 * Each stream has a key (a vehicle id); an event goes to one stream or to all of a key. One timer for
 * all keep-alives, and only while a stream is open; a client that wants to notice sooner that we are gone
 * asks for them more often with ?beat_s=1..15. A peer that does not read is closed at 256 KiB.
 */
#pragma once

#include "weblink/web_request.h"

#define SSE_HUB_KEEP_ALIVE_S 15
#define SSE_HUB_QUEUE_MAX_BYTES (256 * 1024)

G_DECLARE_FINAL_TYPE(SseHub, sse_hub, SSE, HUB, GObject)

typedef struct _SseStream SseStream; /* owned by the hub; valid until its closed callback has returned */

/* Called once per stream, whoever closed it; the stream must not be used afterwards, and no
 * other stream may be closed inside it. Not called
 * when sse_hub_open() returns NULL. */
typedef void (*SseClosed)(SseStream *stream, gpointer user_data);

SseHub *sse_hub_new(void);

/* Answers @request with 200 text/event-stream and keeps it, or with 400 when its beat_s is none. @closed:
 * (nullable). Returns: (transfer none) (nullable): NULL when the peer has gone, or was refused */
SseStream *sse_hub_open(SseHub *self, WebRequest *request, const gchar *key, SseClosed closed,
                        gpointer user_data);

/* Last-Event-ID of the request as a number; 0 when absent or not a number (protocol/README.md 2). */
gint64 sse_last_event_id(WebRequest *request);

const gchar *sse_stream_key(SseStream *stream);

/* @id, @event: (nullable); @data: any text without NUL, newlines are framed.
 * Returns: FALSE when the stream was closed because its queue is full (@closed has been called). */
gboolean sse_stream_send(SseStream *stream, const gchar *id, const gchar *event, const gchar *data);
void sse_stream_close(SseStream *stream);

/* Returns: to how many streams of @key the event went */
guint sse_hub_send(SseHub *self, const gchar *key, const gchar *id, const gchar *event, const gchar *data);
guint sse_hub_n_streams(SseHub *self);

/* Closes every stream; their closed callbacks run. */
void sse_hub_close_all(SseHub *self);
