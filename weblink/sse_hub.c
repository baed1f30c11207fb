#include "weblink/sse_hub.h"

#include "protocol/sse.h"
#include "weblink/web_stream.h"
#include <string.h>

/* Ends with the connection: a length is unknown, and chunks would only add bytes. The first comment makes
 * proxies and browsers report the stream as open at once. */
#define HEAD                                                                                                 \
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"                      \
    "X-Content-Type-Options: nosniff\r\nX-Accel-Buffering: no\r\nConnection: close\r\n\r\n: open\n\n"

struct _SseHub {
    GObject parent_instance;
    GQueue streams; /* of SseStream */
    guint n_brisk;  /* of them, those that want to hear from us more often than the others */
    guint keep_alive, keep_alive_s;
};

struct _SseStream {
    GList link;
    SseHub *hub;
    WebStream *stream; /* NULL once closed */
    gchar *key;
    guint beat_s, silent_s; /* wanted at least every; since the last */
    SseClosed closed;
    gpointer user_data;
};

G_DEFINE_TYPE(SseHub, sse_hub, G_TYPE_OBJECT)

static void sse_hub_finalize(GObject *object)
{
    SseHub *self = SSE_HUB(object);

    sse_hub_close_all(self);
    G_OBJECT_CLASS(sse_hub_parent_class)->finalize(object);
}

static void sse_hub_class_init(SseHubClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = sse_hub_finalize;
}

static void sse_hub_init(SseHub *self)
{
    g_queue_init(&self->streams);
}

SseHub *sse_hub_new(void)
{
    return g_object_new(sse_hub_get_type(), NULL);
}

static gboolean on_keep_alive(gpointer data);

/* Wakes up each second only while somebody wants it. */
static void arm(SseHub *self)
{
    guint wanted_s = self->streams.length == 0 ? 0 : self->n_brisk > 0 ? 1 : SSE_HUB_KEEP_ALIVE_S;

    if (self->keep_alive_s == wanted_s)
        return;
    g_clear_handle_id(&self->keep_alive, g_source_remove);
    self->keep_alive_s = wanted_s;
    if (wanted_s > 0)
        self->keep_alive = g_timeout_add(wanted_s * 1000, on_keep_alive, self);
}

static void stream_end(SseStream *stream, gboolean gently)
{
    SseHub *self = stream->hub;

    g_queue_unlink(&self->streams, &stream->link);
    self->n_brisk -= stream->beat_s < SSE_HUB_KEEP_ALIVE_S;
    arm(self);
    if (gently)
        web_stream_finish(g_steal_pointer(&stream->stream));
    else
        g_clear_pointer(&stream->stream, web_stream_free);
    if (stream->closed != NULL)
        stream->closed(stream, stream->user_data);
    g_free(stream->key);
    g_free(stream);
}

/* A client of an event stream has nothing to say; bytes are dropped, the end is the end. */
static void on_ready(WebStream *web, WebStreamEvent event, gpointer data)
{
    SseStream *stream = data;
    guint8 buffer[1024];
    gssize n = web_stream_read(web, buffer, sizeof buffer);

    if (n == 0)
        stream_end(stream, FALSE);
}

static gboolean stream_write(SseStream *stream, const gchar *text)
{
    web_stream_write(stream->stream, text, strlen(text));
    if (web_stream_queued_bytes(stream->stream) <= SSE_HUB_QUEUE_MAX_BYTES)
        return TRUE;
    g_info("an event stream does not read: closed");
    stream_end(stream, FALSE);
    return FALSE;
}

static gboolean on_keep_alive(gpointer data)
{
    g_autoptr(SseHub) self = g_object_ref(data);
    g_autofree gchar *comment = sse_print_comment("");
    guint interval_s = self->keep_alive_s;

    for (GList *l = self->streams.head, *next = NULL; l != NULL; l = next) {
        SseStream *stream = l->data;

        next = l->next;
        stream->silent_s += interval_s;
        if (stream->silent_s < stream->beat_s)
            continue;
        stream->silent_s = 0;
        stream_write(stream, comment);
    }
    return G_SOURCE_CONTINUE; /* when the last stream ended, the source is gone already */
}

/* Returns: 0: answered */
static guint wanted_beat_s(WebRequest *request)
{
    const gchar *text = web_request_query(request, "beat_s");
    guint64 beat_s = SSE_HUB_KEEP_ALIVE_S;

    if (text == NULL || g_ascii_string_to_unsigned(text, 10, 1, SSE_HUB_KEEP_ALIVE_S, &beat_s, NULL))
        return (guint)beat_s;
    web_reply_problem(request, 400, "bad_field", "beat_s: want 1 to 15");
    return 0;
}

SseStream *sse_hub_open(SseHub *self, WebRequest *request, const gchar *key, SseClosed closed,
                        gpointer user_data)
{
    guint beat_s = wanted_beat_s(request);
    WebStream *web = beat_s > 0 ? web_request_steal(request, HEAD) : NULL;
    SseStream *stream = NULL;

    if (web == NULL)
        return NULL;
    stream = g_new0(SseStream, 1);
    stream->hub = self;
    stream->link.data = stream;
    stream->stream = web;
    stream->key = g_strdup(key);
    stream->beat_s = beat_s;
    stream->closed = closed;
    stream->user_data = user_data;
    g_queue_push_tail_link(&self->streams, &stream->link);
    self->n_brisk += beat_s < SSE_HUB_KEEP_ALIVE_S;
    arm(self);
    web_stream_start(web, on_ready, stream);
    return stream;
}

gint64 sse_last_event_id(WebRequest *request)
{
    const gchar *text = web_request_header(request, "Last-Event-ID");
    gint64 id = 0;

    if (text == NULL || !g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &id, NULL))
        return 0;
    return id;
}

const gchar *sse_stream_key(SseStream *stream)
{
    return stream->key;
}

gboolean sse_stream_send(SseStream *stream, const gchar *id, const gchar *event, const gchar *data)
{
    g_autofree gchar *text = sse_print(id, event, data, strlen(data));

    return stream_write(stream, text);
}

void sse_stream_close(SseStream *stream)
{
    stream_end(stream, TRUE);
}

guint sse_hub_send(SseHub *self, const gchar *key, const gchar *id, const gchar *event, const gchar *data)
{
    g_autofree gchar *text = sse_print(id, event, data, strlen(data));
    guint n = 0;

    for (GList *l = self->streams.head, *next = NULL; l != NULL; l = next) {
        SseStream *stream = l->data;

        next = l->next;
        if (g_str_equal(stream->key, key) && stream_write(stream, text))
            n++;
    }
    return n;
}

guint sse_hub_n_streams(SseHub *self)
{
    return self->streams.length;
}

void sse_hub_close_all(SseHub *self)
{
    while (self->streams.head != NULL)
        sse_stream_close(self->streams.head->data);
}
