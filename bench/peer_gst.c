/* GStreamer's bar code elements as peers. A harness runs the element's chain function in this thread, so the
 * time of a push is the time of the element. Frames are I420, which both take without conversion.
 */
#include <gst/check/gstharness.h>
#include <gst/gst.h>
#include <string.h>

#include "bench/peer.h"

typedef struct {
    const gchar *element, *launch;
    GstHarness *harness;
    GstBus *bus;
    GstBuffer *buffer; /* (nullable): the next to push */
    guint width_px, height_px;
} GstPeer;

static gpointer gst_peer_open(const gchar *name)
{
    const gchar *element = g_str_equal(name, "gst-zxing") ? "zxing" : "zbar";
    g_autoptr(GstElementFactory) factory = gst_element_factory_find(element);
    GstPeer *self;

    if (factory == NULL)
        return NULL;
    self = g_new0(GstPeer, 1);
    self->element = element;
    self->launch = g_str_equal(element, "zxing") ? "zxing format=qr_code" : "zbar";
    self->bus = gst_bus_new();
    return self;
}

static void drop_harness(GstPeer *self)
{
    if (self->harness != NULL)
        gst_harness_teardown(self->harness);
    self->harness = NULL;
}

/* A new size is a new stream: a fresh element, because caps of a harness are set once. */
static void start_harness(GstPeer *self, const GrayFrame *frame)
{
    g_autofree gchar *caps =
        g_strdup_printf("video/x-raw,format=I420,width=%u,height=%u,framerate=10/1,colorimetry=1:4:0:0",
                        frame->width_px & ~1U, frame->height_px & ~1U);

    drop_harness(self);
    self->harness = gst_harness_new_parse(self->launch);
    g_autoptr(GstElement) element = gst_harness_find_element(self->harness, self->element);
    gst_element_set_bus(self->harness->element, self->bus);
    gst_element_set_bus(element, self->bus);
    gst_harness_set_src_caps_str(self->harness, caps);
    self->width_px = frame->width_px;
    self->height_px = frame->height_px;
}

static void gst_peer_show(gpointer data, const GrayFrame *frame)
{
    GstPeer *self = data;
    guint width = frame->width_px & ~1U, height = frame->height_px & ~1U; /* I420 halves both sides */
    guint luma_stride = GST_ROUND_UP_4(width), chroma_stride = GST_ROUND_UP_4(width / 2);
    gsize luma_bytes = (gsize)luma_stride * height, chroma_bytes = (gsize)chroma_stride * (height / 2);
    GstMapInfo map;

    if (self->harness == NULL || self->width_px != frame->width_px || self->height_px != frame->height_px)
        start_harness(self, frame);
    self->buffer = gst_buffer_new_allocate(NULL, luma_bytes + 2 * chroma_bytes, NULL);
    gst_buffer_map(self->buffer, &map, GST_MAP_WRITE);
    for (guint y = 0; y < height; y++)
        memcpy(map.data + (gsize)y * luma_stride, frame->pixels + (gsize)y * frame->stride_bytes, width);
    memset(map.data + luma_bytes, 128, 2 * chroma_bytes);
    gst_buffer_unmap(self->buffer, &map);
    GST_BUFFER_PTS(self->buffer) = 0;
}

static void gst_peer_look(gpointer data)
{
    GstPeer *self = data;

    gst_harness_push(self->harness, g_steal_pointer(&self->buffer));
}

static void gst_peer_collect(gpointer data, GPtrArray *payloads)
{
    GstPeer *self = data;
    GstMessage *message;
    GstBuffer *passed;

    while ((passed = gst_harness_try_pull(self->harness)) != NULL)
        gst_buffer_unref(passed);
    while ((message = gst_bus_pop(self->bus)) != NULL) {
        const GstStructure *s = gst_message_get_structure(message);
        if (s != NULL && gst_structure_has_name(s, "barcode")) {
            const gchar *type = gst_structure_get_string(s, "type");
            const gchar *symbol = gst_structure_get_string(s, "symbol");
            if (type != NULL && symbol != NULL && strstr(type, "QR") != NULL)
                g_ptr_array_add(payloads, g_bytes_new(symbol, strlen(symbol)));
        }
        gst_message_unref(message);
    }
}

static void gst_peer_close(gpointer data)
{
    GstPeer *self = data;

    drop_harness(self);
    gst_object_unref(self->bus);
    g_free(self);
}

const Peer peer_gst_zbar = {"gst-zbar",    gst_peer_open,    gst_peer_show,
                            gst_peer_look, gst_peer_collect, gst_peer_close};
const Peer peer_gst_zxing = {"gst-zxing",   gst_peer_open,    gst_peer_show,
                             gst_peer_look, gst_peer_collect, gst_peer_close};
