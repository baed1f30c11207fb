#include "weblink/web_io.h"

G_DECLARE_FINAL_TYPE(WebIo, web_io, WEB, IO, GIOStream)

struct _WebIo {
    GIOStream parent_instance;
    GIOStream *base;
    void (*closing)(gpointer user_data);
    gpointer user_data;
};

G_DEFINE_TYPE(WebIo, web_io, G_TYPE_IO_STREAM)

static GInputStream *web_io_get_input_stream(GIOStream *stream)
{
    return g_io_stream_get_input_stream(WEB_IO(stream)->base);
}

static GOutputStream *web_io_get_output_stream(GIOStream *stream)
{
    return g_io_stream_get_output_stream(WEB_IO(stream)->base);
}

static gboolean web_io_close(GIOStream *stream, GCancellable *cancellable, GError **error)
{
    WebIo *self = WEB_IO(stream);

    self->closing(self->user_data);
    return g_io_stream_close(self->base, cancellable, error);
}

static void web_io_finalize(GObject *object)
{
    g_object_unref(WEB_IO(object)->base);
    G_OBJECT_CLASS(web_io_parent_class)->finalize(object);
}

static void web_io_class_init(WebIoClass *klass)
{
    GIOStreamClass *stream = G_IO_STREAM_CLASS(klass);

    G_OBJECT_CLASS(klass)->finalize = web_io_finalize;
    stream->get_input_stream = web_io_get_input_stream;
    stream->get_output_stream = web_io_get_output_stream;
    stream->close_fn = web_io_close;
}

static void web_io_init(WebIo *self)
{
}

GIOStream *web_io_new(GIOStream *base, void (*closing)(gpointer user_data), gpointer user_data)
{
    WebIo *self = g_object_new(web_io_get_type(), NULL);

    self->base = g_object_ref(base);
    self->closing = closing;
    self->user_data = user_data;
    return G_IO_STREAM(self);
}
