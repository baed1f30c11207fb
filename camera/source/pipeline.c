#include "camera/source/pipeline.h"

#include <gst/video/video.h>

/* async=false: with the default a closed valve keeps the whole pipeline, display included, in PAUSED. */
#define APPSINK "appsink sync=false async=false max-buffers=1 drop=true enable-last-sample=false"
#define LEAKY "queue leaky=downstream max-size-bytes=0 max-size-time=0"
/* Caps and EOS still pass a closed valve: it opens without negotiating, and a file ends for every sink. */
#define SHUT_VALVE "valve drop=true drop-mode=forward-sticky-events"
#define PREVIEW_WIDTH_PX 640
#define PREVIEW_FPS "10"

static gchar *describe(const gchar *description, const gchar *display)
{
    g_autofree gchar *show =
        display != NULL ? g_strdup_printf(" tee. ! " LEAKY " max-size-buffers=3 ! videoconvert ! %s", display)
                        : NULL;

    return g_strconcat(
        description,
        " ! capsfilter caps=video/x-raw ! identity name=pace ! tee name=tee"
        " tee. ! " SHUT_VALVE " name=gate ! " LEAKY " max-size-buffers=2 ! videoconvert"
        " ! video/x-raw,format=GRAY8 ! " APPSINK " name=scan"
        " tee. ! " SHUT_VALVE " name=preview_gate ! " LEAKY " max-size-buffers=1"
        " ! videorate drop-only=true max-rate=" PREVIEW_FPS " ! videoscale"
        " ! capsfilter name=preview_size caps=video/x-raw ! videoconvert ! jpegenc quality=75 ! " APPSINK
        " name=jpeg",
        show, NULL);
}

gboolean pipeline_build(Pipeline *self, const gchar *description, const gchar *display, GError **error)
{
    g_autofree gchar *text = describe(description, display);
    GError *why = NULL;

    self->pipeline = gst_parse_launch(text, &why); /* may return half a pipeline beside the error */
    if (why != NULL) {
        pipeline_clear(self);
        g_propagate_prefixed_error(error, why, "source \"%s\": ", description);
        return FALSE;
    }
    self->pace = gst_bin_get_by_name(GST_BIN(self->pipeline), "pace");
    self->gate = gst_bin_get_by_name(GST_BIN(self->pipeline), "gate");
    self->preview_gate = gst_bin_get_by_name(GST_BIN(self->pipeline), "preview_gate");
    self->preview_size = gst_bin_get_by_name(GST_BIN(self->pipeline), "preview_size");
    self->scan = GST_APP_SINK(gst_bin_get_by_name(GST_BIN(self->pipeline), "scan"));
    self->jpeg = GST_APP_SINK(gst_bin_get_by_name(GST_BIN(self->pipeline), "jpeg"));
    return TRUE;
}

void pipeline_clear(Pipeline *self)
{
    if (self->pipeline != NULL)
        gst_element_set_state(self->pipeline, GST_STATE_NULL);
    g_clear_object(&self->pace);
    g_clear_object(&self->gate);
    g_clear_object(&self->preview_gate);
    g_clear_object(&self->preview_size);
    g_clear_object(&self->scan);
    g_clear_object(&self->jpeg);
    g_clear_object(&self->pipeline);
    self->was_played = FALSE;
}

static gboolean has_late_pads(GstElement *element)
{
    const GList *templates = gst_element_class_get_pad_template_list(GST_ELEMENT_GET_CLASS(element));

    for (const GList *i = templates; i != NULL; i = i->next)
        if (GST_PAD_TEMPLATE_DIRECTION(i->data) == GST_PAD_SRC &&
            GST_PAD_TEMPLATE_PRESENCE(i->data) == GST_PAD_SOMETIMES)
            return TRUE;
    return FALSE;
}

gboolean pipeline_is_used_up(const Pipeline *self)
{
    gboolean late = FALSE;

    if (!self->was_played)
        return FALSE;
    /* What is inside of a decodebin links itself. */
    for (const GList *i = GST_BIN_CHILDREN(self->pipeline); i != NULL && !late; i = i->next)
        late = has_late_pads(i->data);
    return late;
}

gboolean pipeline_play(Pipeline *self, gboolean *is_live)
{
    GstStateChangeReturn paused = gst_element_set_state(self->pipeline, GST_STATE_PAUSED);

    self->was_played = TRUE;
    /* Asked once, with "pace" off: a pace that is on says itself that it cannot preroll, as a camera does. */
    if (!self->liveness_is_known && paused != GST_STATE_CHANGE_FAILURE) {
        self->liveness_is_known = TRUE;
        self->is_live = paused == GST_STATE_CHANGE_NO_PREROLL;
    }
    *is_live = self->is_live;
    /* Held back before the leaky queues: behind them a file would run ahead and lose its frames. */
    g_object_set(self->pace, "sync", self->liveness_is_known && !self->is_live, NULL);
    return paused != GST_STATE_CHANGE_FAILURE &&
           gst_element_set_state(self->pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE;
}

void pipeline_open_gate(Pipeline *self, gboolean open)
{
    g_object_set(self->gate, "drop", !open, NULL);
}

gboolean pipeline_open_preview(Pipeline *self)
{
    /* Known as soon as the source has said it: caps pass a closed valve. Asking for a size of any source at
     * build time instead would leave sources without caps of their own (shmsrc) with too free a choice. */
    g_autoptr(GstPad) pad = gst_element_get_static_pad(GST_ELEMENT(self->scan), "sink");
    g_autoptr(GstCaps) caps = gst_pad_get_current_caps(pad), wanted = NULL;
    GstVideoInfo info;
    gint width, height;

    if (caps == NULL || !gst_video_info_from_caps(&info, caps))
        return FALSE;
    width = MIN(GST_VIDEO_INFO_WIDTH(&info), PREVIEW_WIDTH_PX);
    height = (gint)gst_util_uint64_scale_int((guint64)width * (guint)GST_VIDEO_INFO_HEIGHT(&info) *
                                                 (guint)GST_VIDEO_INFO_PAR_D(&info),
                                             1, GST_VIDEO_INFO_WIDTH(&info) * GST_VIDEO_INFO_PAR_N(&info));
    wanted = gst_caps_new_simple("video/x-raw", "width", G_TYPE_INT, width, "height", G_TYPE_INT,
                                 MAX(height, 1), "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);
    g_object_set(self->preview_size, "caps", wanted, NULL);
    g_object_set(self->preview_gate, "drop", FALSE, NULL);
    return TRUE;
}

void pipeline_close_preview(Pipeline *self)
{
    g_autoptr(GstCaps) any = gst_caps_new_empty_simple("video/x-raw");

    g_object_set(self->preview_gate, "drop", TRUE, NULL);
    g_object_set(self->preview_size, "caps", any, NULL);
}
