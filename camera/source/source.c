#define G_LOG_DOMAIN "rearcharge-camera"
#include "camera/source/source.h"

#include <gst/video/video.h>

#include "camera/source/pipeline.h"

#define TICK_MS 250
#define REOPEN_MIN_MS 500
#define REOPEN_MAX_MS 8000

struct Source {
    Pipeline pipeline;
    SourceEvents events;
    gpointer data;
    gchar *description, *display;
    gboolean is_owner;
    gboolean is_wanted;  /* between start and stop */
    gboolean is_playing; /* the pipeline was set to PLAYING and has neither ended nor failed */
    gboolean is_live;
    gboolean preview_is_wanted, preview_is_open;
    gint64 started_us; /* 0 once the first frame was taken */
    FrameWatch watch;
    CameraState told; /* the last state that was told */
    guint bus_watch;
    guint tick_timer;
    guint reopen_timer;
    guint n_reopened;                     /* since the last frame */
    gint frame_is_posted, jpeg_is_posted; /* atomic: an idle source is on its way */
    GstSample *sample;                    /* taken */
    GstVideoFrame mapped;
};

static void play(Source *self);
static gboolean build(Source *self, GError **error);

static void tell(Source *self, const gchar *detail)
{
    if (self->watch.state == self->told)
        return;
    self->told = self->watch.state;
    self->events.state(self->told, detail != NULL ? detail : "", self->data);
}

static void drop_timer(guint *id)
{
    if (*id != 0)
        g_source_remove(*id);
    *id = 0;
}

static gboolean on_reopen(gpointer data)
{
    Source *self = data;

    self->reopen_timer = 0;
    play(self);
    return G_SOURCE_REMOVE;
}

/* Whatever state it is in: close the device, try again later, less and less often. */
static void reopen_later(Source *self)
{
    guint delay_ms = MIN(REOPEN_MIN_MS << MIN(self->n_reopened, 5), REOPEN_MAX_MS);

    self->is_playing = FALSE;
    drop_timer(&self->tick_timer);
    gst_element_set_state(self->pipeline.pipeline, GST_STATE_NULL);
    if (self->reopen_timer == 0 && (self->is_wanted || self->is_owner)) {
        self->reopen_timer = g_timeout_add(delay_ms, on_reopen, self);
        self->n_reopened++;
    }
}

static void fail(Source *self, const gchar *why)
{
    if (self->told != CAMERA_STATE_FAULT) /* once, not with every try */
        g_warning("source: %s", why);
    if (self->is_wanted) {
        self->watch.state = CAMERA_STATE_FAULT;
        tell(self, why);
    }
    reopen_later(self);
}

static gboolean on_tick(gpointer data)
{
    Source *self = data;

    if (!frame_watch_tick(&self->watch, g_get_monotonic_time()))
        return G_SOURCE_CONTINUE;
    tell(self, self->watch.has_frame ? "no more frames" : "no first frame");
    self->tick_timer = 0;
    reopen_later(self);
    return G_SOURCE_REMOVE;
}

static void watch_frames(Source *self)
{
    frame_watch_start(&self->watch, g_get_monotonic_time(), self->is_live);
    if (self->told != CAMERA_STATE_STALLED &&
        self->told != CAMERA_STATE_FAULT) /* until a frame proves better */
        tell(self, NULL);
    if (self->tick_timer == 0)
        self->tick_timer = g_timeout_add(TICK_MS, on_tick, self);
}

static void close_preview(Source *self)
{
    pipeline_close_preview(&self->pipeline);
    self->preview_is_open = FALSE;
}

static void play(Source *self)
{
    g_autoptr(GError) error = NULL;

    if (pipeline_is_used_up(&self->pipeline) && !build(self, &error)) {
        fail(self, error->message);
        return;
    }
    close_preview(self); /* the picture may come back in another size */
    if (!pipeline_play(&self->pipeline, &self->is_live)) {
        g_autoptr(GstBus) bus = gst_element_get_bus(self->pipeline.pipeline);
        g_autoptr(GstMessage) message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR);
        if (message != NULL)
            gst_message_parse_error(message, &error, NULL);
        fail(self, error != NULL ? error->message : "cannot be opened");
        return;
    }
    self->is_playing = TRUE;
    if (self->is_wanted)
        watch_frames(self);
}

static gboolean on_bus(GstBus *bus, GstMessage *message, gpointer data)
{
    Source *self = data;

    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR && self->is_playing) {
        g_autoptr(GError) error = NULL;
        gst_message_parse_error(message, &error, NULL);
        fail(self, error->message);
    } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS && self->is_playing) {
        self->is_playing = FALSE; /* the pipeline stays as it is: its window keeps the last picture */
        drop_timer(&self->tick_timer);
        if (self->is_wanted) {
            self->watch.state = CAMERA_STATE_ENDED;
            tell(self, NULL);
        }
    }
    return G_SOURCE_CONTINUE;
}

static gboolean on_frame(gpointer data)
{
    Source *self = data;

    g_atomic_int_set(&self->frame_is_posted, 0);
    if (!self->is_wanted || !self->is_playing)
        return G_SOURCE_REMOVE; /* on its way when the camera was stopped */
    frame_watch_arrived(&self->watch, g_get_monotonic_time());
    self->n_reopened = 0;
    tell(self, NULL);
    if (self->preview_is_wanted && !self->preview_is_open)
        self->preview_is_open = pipeline_open_preview(&self->pipeline);
    self->events.frame(self->data);
    return G_SOURCE_REMOVE;
}

/* Streaming thread: post, touch nothing. */
static GstFlowReturn on_sample(GstAppSink *sink, gpointer data)
{
    Source *self = data;

    if (g_atomic_int_compare_and_exchange(&self->frame_is_posted, 0, 1))
        g_idle_add_full(G_PRIORITY_DEFAULT, on_frame, self, NULL);
    return GST_FLOW_OK;
}

static gboolean on_jpeg(gpointer data)
{
    Source *self = data;
    g_autoptr(GstSample) sample = NULL;
    GstMapInfo map;

    g_atomic_int_set(&self->jpeg_is_posted, 0);
    sample = gst_app_sink_try_pull_sample(self->pipeline.jpeg, 0);
    if (sample != NULL && gst_buffer_map(gst_sample_get_buffer(sample), &map, GST_MAP_READ)) {
        self->events.jpeg(map.data, map.size, self->data);
        gst_buffer_unmap(gst_sample_get_buffer(sample), &map);
    }
    return G_SOURCE_REMOVE;
}

static GstFlowReturn on_jpeg_sample(GstAppSink *sink, gpointer data)
{
    Source *self = data;

    if (g_atomic_int_compare_and_exchange(&self->jpeg_is_posted, 0, 1))
        g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, on_jpeg, self, NULL); /* after scanning */
    return GST_FLOW_OK;
}

/* Builds the pipeline, instead of the one there may be; that one stays when the new one cannot be built. */
static gboolean build(Source *self, GError **error)
{
    GstAppSinkCallbacks scan = {.new_sample = on_sample}, jpeg = {.new_sample = on_jpeg_sample};
    Pipeline fresh = {.liveness_is_known = self->pipeline.liveness_is_known,
                      .is_live = self->pipeline.is_live};
    g_autoptr(GstBus) bus = NULL;

    if (!pipeline_build(&fresh, self->description, self->display, error))
        return FALSE;
    drop_timer(&self->bus_watch);
    pipeline_clear(&self->pipeline);
    self->pipeline = fresh;
    gst_app_sink_set_callbacks(self->pipeline.scan, &scan, self, NULL);
    gst_app_sink_set_callbacks(self->pipeline.jpeg, &jpeg, self, NULL);
    pipeline_open_gate(&self->pipeline, self->is_wanted);
    bus = gst_element_get_bus(self->pipeline.pipeline);
    self->bus_watch = gst_bus_add_watch(bus, on_bus, self);
    return TRUE;
}

Source *source_new(const SourceOptions *options, const SourceEvents *events, gpointer data, GError **error)
{
    Source *self = g_new0(Source, 1);

    self->events = *events;
    self->data = data;
    self->is_owner = options->is_owner;
    self->watch = (FrameWatch)FRAME_WATCH_INIT(options->limits);
    self->description = g_strdup(options->description);
    self->display = g_strdup(options->display);
    if (!build(self, error)) {
        source_free(self);
        return NULL;
    }
    if (self->is_owner) {
        play(self);
        if (self->is_playing && !self->is_live) { /* a file begins when it is asked for */
            gst_element_set_state(self->pipeline.pipeline, GST_STATE_READY);
            self->is_playing = FALSE;
        }
    } else {
        gst_element_set_state(self->pipeline.pipeline,
                              GST_STATE_READY); /* failing is no news before the start */
    }
    return self;
}

void source_free(Source *self)
{
    source_release(self);
    drop_timer(&self->tick_timer);
    drop_timer(&self->reopen_timer);
    drop_timer(&self->bus_watch);
    pipeline_clear(&self->pipeline); /* joins the streaming threads: nothing is posted after this */
    while (g_idle_remove_by_data(self))
        ;
    g_free(self->description);
    g_free(self->display);
    g_free(self);
}

/* What the appsink kept from the last time. */
static void drop_stale(Source *self)
{
    GstSample *stale = gst_app_sink_try_pull_sample(self->pipeline.scan, 0);

    if (stale != NULL)
        gst_sample_unref(stale);
}

void source_start(Source *self)
{
    if (self->is_wanted)
        return;
    self->is_wanted = TRUE;
    self->started_us = g_get_monotonic_time();
    self->n_reopened = 0;
    pipeline_open_gate(&self->pipeline, TRUE);
    if (self->is_playing) {
        drop_stale(self);
        watch_frames(self);
        return;
    }
    drop_timer(&self->reopen_timer);
    gst_element_set_state(self->pipeline.pipeline, GST_STATE_READY); /* a file that has ended starts anew */
    play(self);
}

void source_stop(Source *self)
{
    if (!self->is_wanted)
        return;
    self->is_wanted = FALSE;
    source_release(self);
    drop_timer(&self->tick_timer);
    pipeline_open_gate(&self->pipeline, FALSE);
    if (!self->is_owner || (self->is_playing && !self->is_live)) {
        drop_timer(&self->reopen_timer);
        gst_element_set_state(self->pipeline.pipeline, GST_STATE_READY);
        self->is_playing = FALSE;
    }
    frame_watch_stop(&self->watch);
    tell(self, NULL);
}

void source_want_preview(Source *self, gboolean wanted)
{
    self->preview_is_wanted = wanted;
    if (wanted)
        self->preview_is_open = pipeline_open_preview(&self->pipeline);
    else
        close_preview(self);
}

static gint64 time_of(GstSample *sample)
{
    GstClockTime pts = GST_BUFFER_PTS(gst_sample_get_buffer(sample));

    /* Some cameras (shmsrc by default) give no time: then the moment of arrival. */
    return GST_CLOCK_TIME_IS_VALID(pts) ? (gint64)pts : g_get_monotonic_time() * 1000;
}

gboolean source_take(Source *self, GrayFrame *frame)
{
    gint64 now_us = g_get_monotonic_time();
    GstVideoInfo info;

    g_return_val_if_fail(self->sample == NULL, FALSE);
    self->sample = self->is_wanted ? gst_app_sink_try_pull_sample(self->pipeline.scan, 0) : NULL;
    if (self->sample == NULL)
        return FALSE;
    if (!gst_video_info_from_caps(&info, gst_sample_get_caps(self->sample)) ||
        !gst_video_frame_map(&self->mapped, &info, gst_sample_get_buffer(self->sample), GST_MAP_READ)) {
        g_clear_pointer(&self->sample, gst_sample_unref);
        return FALSE;
    }
    *frame = (GrayFrame){.pixels = GST_VIDEO_FRAME_PLANE_DATA(&self->mapped, 0),
                         .width_px = (guint)GST_VIDEO_FRAME_WIDTH(&self->mapped),
                         .height_px = (guint)GST_VIDEO_FRAME_HEIGHT(&self->mapped),
                         .stride_bytes = (guint)GST_VIDEO_FRAME_PLANE_STRIDE(&self->mapped, 0),
                         .pts_ns = time_of(self->sample)};
    frame_watch_look(&self->watch, frame, now_us);
    tell(self, NULL);
    if (self->started_us > 0)
        self->events.first_frame(frame->pts_ns, (now_us - self->started_us) / 1000, self->data);
    self->started_us = 0;
    return TRUE;
}

void source_release(Source *self)
{
    if (self->sample == NULL)
        return;
    gst_video_frame_unmap(&self->mapped);
    g_clear_pointer(&self->sample, gst_sample_unref);
}
