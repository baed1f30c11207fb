#include "camera/picture_file.h"

#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gst/video/video.h>

struct PictureFile {
    GstElement *pipeline;
    GstAppSink *sink;
    GstSample *sample;
    GstVideoFrame mapped;
    gboolean is_mapped;
    guint8 *packed; /* owned; GStreamer pads rows to 4 bytes */
};

PictureFile *picture_file_open(const gchar *path, GError **error)
{
    g_autoptr(PictureFile) self = g_new0(PictureFile, 1);
    g_autoptr(GstElement) file = NULL;

    self->pipeline =
        gst_parse_launch("filesrc name=file ! decodebin ! videoconvert ! video/x-raw,format=GRAY8 ! "
                         "appsink name=sink sync=false max-buffers=2 enable-last-sample=false",
                         error);
    if (self->pipeline == NULL)
        return NULL;
    file = gst_bin_get_by_name(GST_BIN(self->pipeline), "file");
    g_object_set(file, "location", path, NULL);
    self->sink = GST_APP_SINK(gst_bin_get_by_name(GST_BIN(self->pipeline), "sink"));
    gst_element_set_state(self->pipeline, GST_STATE_PLAYING);
    return g_steal_pointer(&self);
}

static void drop_frame(PictureFile *self)
{
    if (self->is_mapped)
        gst_video_frame_unmap(&self->mapped);
    self->is_mapped = FALSE;
    g_clear_pointer(&self->sample, gst_sample_unref);
    g_clear_pointer(&self->packed, g_free);
}

/* Returns: (transfer full) (nullable): NULL at the end, and with @error when the file cannot be read. An
 * element that fails posts a message and sends no end of stream: waiting for a sample alone would wait for
 * ever. */
static GstSample *pull(PictureFile *self, GError **error)
{
    g_autoptr(GstBus) bus = gst_element_get_bus(self->pipeline);

    for (;;) {
        GstSample *sample = gst_app_sink_try_pull_sample(self->sink, 20 * GST_MSECOND);
        g_autoptr(GstMessage) message = NULL;
        if (sample != NULL)
            return sample;
        message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR);
        if (message != NULL)
            gst_message_parse_error(message, error, NULL);
        if (message != NULL || gst_app_sink_is_eos(self->sink))
            return NULL;
    }
}

gboolean picture_file_next(PictureFile *self, GrayFrame *frame, GError **error)
{
    GstVideoInfo info;
    guint width, height, stride;
    const guint8 *pixels;

    drop_frame(self);
    self->sample = pull(self, error);
    if (self->sample == NULL)
        return FALSE;
    if (!gst_video_info_from_caps(&info, gst_sample_get_caps(self->sample)) ||
        !gst_video_frame_map(&self->mapped, &info, gst_sample_get_buffer(self->sample), GST_MAP_READ)) {
        g_set_error_literal(error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT, "not a picture");
        return FALSE;
    }
    self->is_mapped = TRUE;
    width = (guint)GST_VIDEO_FRAME_WIDTH(&self->mapped);
    height = (guint)GST_VIDEO_FRAME_HEIGHT(&self->mapped);
    stride = (guint)GST_VIDEO_FRAME_PLANE_STRIDE(&self->mapped, 0);
    pixels = GST_VIDEO_FRAME_PLANE_DATA(&self->mapped, 0);
    self->packed = g_malloc((gsize)width * height);
    for (guint y = 0; y < height; y++)
        memcpy(self->packed + (gsize)y * width, pixels + (gsize)y * stride, width);
    *frame = (GrayFrame){.pixels = self->packed,
                         .width_px = width,
                         .height_px = height,
                         .stride_bytes = width,
                         .pts_ns = (gint64)GST_BUFFER_PTS(gst_sample_get_buffer(self->sample))};
    return TRUE;
}

void picture_file_close(PictureFile *self)
{
    drop_frame(self);
    if (self->pipeline != NULL)
        gst_element_set_state(self->pipeline, GST_STATE_NULL);
    g_clear_object(&self->sink);
    g_clear_pointer(&self->pipeline, gst_object_unref);
    g_free(self);
}
