/* A streaming thread of GStreamer and the main thread that count without a lock: the run under
 * ThreadSanitizer must fail on this one, or it watches the camera process in vain. */
#include <gst/app/gstappsink.h>

static guint count;

static GstFlowReturn on_sample(GstAppSink *sink, gpointer data)
{
    gst_sample_unref(gst_app_sink_pull_sample(sink));
    count++;
    return GST_FLOW_OK;
}

int main(int argc, char **argv)
{
    GstAppSinkCallbacks callbacks = {.new_sample = on_sample};
    GstElement *pipeline = NULL, *sink = NULL;

    gst_init(&argc, &argv);
    pipeline = gst_parse_launch("fakesrc num-buffers=1000 ! appsink name=sink sync=false", NULL);
    sink = gst_bin_get_by_name(GST_BIN(pipeline), "sink");
    gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, NULL, NULL);
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    while (!gst_app_sink_is_eos(GST_APP_SINK(sink)))
        count++;
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(sink);
    gst_object_unref(pipeline);
    g_print("%u\n", count);
    return 0;
}
