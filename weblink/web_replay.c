#include "weblink/web_replay.h"

#include <string.h>

/* The reading half. */
#define REPLAY_INPUT_TYPE (replay_input_get_type())
G_DECLARE_FINAL_TYPE(ReplayInput, replay_input, REPLAY, INPUT, GInputStream)

struct _ReplayInput {
    GInputStream parent_instance;
    GPollableInputStream *base; /* owned */
    GByteArray *seen;           /* NULL: all was read again */
    gboolean chunked, silent;   /* its body is watched; it broke the rules */
    gsize head_left;            /* bytes before the body */
    guint64 max_bytes;
    WebChunks chunks;
    WebVerdict verdict;
    WebReplayBroken broken;
    gpointer data;
    GDestroyNotify destroy;
};

static void replay_input_pollable_init(GPollableInputStreamInterface *iface);

G_DEFINE_TYPE_WITH_CODE(ReplayInput, replay_input, G_TYPE_INPUT_STREAM,
                        G_IMPLEMENT_INTERFACE(G_TYPE_POLLABLE_INPUT_STREAM, replay_input_pollable_init))

static gssize replay(ReplayInput *self, void *buffer, gsize size)
{
    gsize part = MIN(size, self->seen->len);

    memcpy(buffer, self->seen->data, part);
    g_byte_array_remove_range(self->seen, 0, (guint)part);
    if (self->seen->len == 0)
        g_clear_pointer(&self->seen, g_byte_array_unref);
    return (gssize)part;
}

static gboolean on_broken(gpointer data)
{
    ReplayInput *self = data;

    self->broken(&self->verdict, self->data);
    return G_SOURCE_REMOVE;
}

/* Of @n bytes just read, those that may be passed on. */
static gssize watch(ReplayInput *self, const gchar *buffer, gssize n, GError **error)
{
    gsize head = 0, fine = 0;

    if (n <= 0 || !self->chunked)
        return n;
    head = MIN(self->head_left, (gsize)n);
    self->head_left -= head;
    fine = head +
           web_chunks_follow(&self->chunks, buffer + head, (gsize)n - head, self->max_bytes, &self->verdict);
    if (self->verdict.status == 0)
        return n;
    self->silent = TRUE;
    /* Idle: what stands before the mistake goes through libsoup first, so that there is a request to refuse.
     */
    g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, on_broken, g_object_ref(self), g_object_unref);
    if (fine > 0)
        return (gssize)fine;
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "nothing more may be read");
    return -1;
}

static gssize replay_input_read(GInputStream *stream, void *buffer, gsize size, GCancellable *cancellable,
                                GError **error)
{
    ReplayInput *self = REPLAY_INPUT(stream);

    if (self->silent) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the body is malformed");
        return -1;
    }
    if (self->seen != NULL)
        return watch(self, buffer, replay(self, buffer, size), error);
    return watch(self, buffer,
                 g_input_stream_read(G_INPUT_STREAM(self->base), buffer, size, cancellable, error), error);
}

static gssize replay_input_read_nonblocking(GPollableInputStream *stream, void *buffer, gsize size,
                                            GError **error)
{
    ReplayInput *self = REPLAY_INPUT(stream);

    if (self->silent) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "nothing more may be read");
        return -1;
    }
    if (self->seen != NULL)
        return watch(self, buffer, replay(self, buffer, size), error);
    return watch(self, buffer,
                 g_pollable_input_stream_read_nonblocking(self->base, buffer, size, NULL, error), error);
}

static gboolean replay_input_is_readable(GPollableInputStream *stream)
{
    ReplayInput *self = REPLAY_INPUT(stream);

    return !self->silent && (self->seen != NULL || g_pollable_input_stream_is_readable(self->base));
}

static GSource *replay_input_create_source(GPollableInputStream *stream, GCancellable *cancellable)
{
    ReplayInput *self = REPLAY_INPUT(stream);
    g_autoptr(GSource) ready = NULL;

    if (self->silent)
        return g_pollable_source_new_full(self, NULL, cancellable);
    ready = self->seen != NULL ? g_timeout_source_new(0)
                               : g_pollable_input_stream_create_source(self->base, NULL);
    return g_pollable_source_new_full(self, ready, cancellable);
}

static void replay_input_pollable_init(GPollableInputStreamInterface *iface)
{
    iface->is_readable = replay_input_is_readable;
    iface->create_source = replay_input_create_source;
    iface->read_nonblocking = replay_input_read_nonblocking;
}

static void replay_input_finalize(GObject *object)
{
    ReplayInput *self = REPLAY_INPUT(object);

    g_clear_pointer(&self->seen, g_byte_array_unref);
    if (self->destroy != NULL)
        self->destroy(self->data);
    g_object_unref(self->base);
    G_OBJECT_CLASS(replay_input_parent_class)->finalize(object);
}

static void replay_input_class_init(ReplayInputClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = replay_input_finalize;
    G_INPUT_STREAM_CLASS(klass)->read_fn = replay_input_read;
}

static void replay_input_init(ReplayInput *self)
{
}

/* The whole stream. */
struct _WebReplay {
    GIOStream parent_instance;
    GIOStream *base; /* owned */
    ReplayInput *input;
};

G_DEFINE_TYPE(WebReplay, web_replay, G_TYPE_IO_STREAM)

static GInputStream *web_replay_input(GIOStream *stream)
{
    return G_INPUT_STREAM(WEB_REPLAY(stream)->input);
}

static GOutputStream *web_replay_output(GIOStream *stream)
{
    return g_io_stream_get_output_stream(WEB_REPLAY(stream)->base);
}

static gboolean web_replay_close(GIOStream *stream, GCancellable *cancellable, GError **error)
{
    return g_io_stream_close(WEB_REPLAY(stream)->base, cancellable, error);
}

static void on_base_closed(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    g_autoptr(GError) error = NULL;

    if (g_io_stream_close_finish(G_IO_STREAM(source), result, &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, g_steal_pointer(&error));
}

/* GIO's own would close in a thread. */
static void web_replay_close_async(GIOStream *stream, int priority, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
    GTask *task = g_task_new(stream, cancellable, callback, user_data);

    g_task_set_source_tag(task, web_replay_close_async);
    g_io_stream_close_async(WEB_REPLAY(stream)->base, priority, cancellable, on_base_closed, task);
}

static gboolean web_replay_close_finish(GIOStream *stream, GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean(G_TASK(result), error);
}

static void web_replay_finalize(GObject *object)
{
    WebReplay *self = WEB_REPLAY(object);

    g_object_unref(self->input);
    G_OBJECT_CLASS(web_replay_parent_class)->finalize(object);
}

static void web_replay_dispose(GObject *object)
{
    WebReplay *self = WEB_REPLAY(object);

    G_OBJECT_CLASS(web_replay_parent_class)->dispose(object); /* closes, if nobody has */
    g_clear_object(&self->base);
}

static void web_replay_class_init(WebReplayClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = web_replay_finalize;
    G_OBJECT_CLASS(klass)->dispose = web_replay_dispose;
    G_IO_STREAM_CLASS(klass)->get_input_stream = web_replay_input;
    G_IO_STREAM_CLASS(klass)->get_output_stream = web_replay_output;
    G_IO_STREAM_CLASS(klass)->close_fn = web_replay_close;
    G_IO_STREAM_CLASS(klass)->close_async = web_replay_close_async;
    G_IO_STREAM_CLASS(klass)->close_finish = web_replay_close_finish;
}

static void web_replay_init(WebReplay *self)
{
    self->input = g_object_new(REPLAY_INPUT_TYPE, NULL);
}

WebReplay *web_replay_new(GIOStream *base)
{
    WebReplay *self = g_object_new(web_replay_get_type(), NULL);

    self->base = g_object_ref(base);
    self->input->base = g_object_ref(G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(base)));
    return self;
}

gssize web_replay_look(WebReplay *self, gsize size, GError **error)
{
    g_autofree guint8 *buffer = g_malloc(size);
    gssize n = g_pollable_input_stream_read_nonblocking(self->input->base, buffer, size, NULL, error);

    if (n <= 0)
        return n;
    if (self->input->seen == NULL)
        self->input->seen = g_byte_array_new();
    g_byte_array_append(self->input->seen, buffer, (guint)n);
    return n;
}

const gchar *web_replay_seen(WebReplay *self, gsize *len)
{
    *len = self->input->seen != NULL ? self->input->seen->len : 0;
    return self->input->seen != NULL ? (const gchar *)self->input->seen->data : "";
}

void web_replay_watch_chunks(WebReplay *self, gsize head_len, guint64 max_bytes, WebReplayBroken broken,
                             gpointer user_data, GDestroyNotify destroy)
{
    g_return_if_fail(!self->input->chunked);
    self->input->chunked = TRUE;
    self->input->head_left = head_len;
    self->input->max_bytes = max_bytes;
    self->input->broken = broken;
    self->input->data = user_data;
    self->input->destroy = destroy;
}
