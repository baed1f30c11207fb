#define G_LOG_DOMAIN "rearcharge-camera"
#include "camera/camera.h"

#include <string.h>

#include "camera/decoder/decoder_process.h"
#include "camera/preview.h"
#include "camera/vision/code_tracker.h"

#define BEAT_MS 500

struct Camera {
    Source *source;
    DecoderProcess *decoder;
    Preview *preview;
    CodeTracker tracker;
    gboolean has_lens;
    Lens lens;
    gboolean is_ready; /* told */
    gboolean is_started;
    gboolean told_too_large;
    guint beat_source;
    void (*say)(const CameraMsg *msg, gpointer data);
    gpointer data;
};

/* The newest frame, if there is one and somebody is free to look at it. */
static void feed(Camera *self)
{
    GrayFrame frame;
    gboolean taken;

    if (!decoder_process_is_idle(self->decoder) || !source_take(self->source, &frame))
        return;
    taken = decoder_process_submit(self->decoder, &frame);
    source_release(self->source);
    if (!taken && !self->told_too_large) {
        self->told_too_large = TRUE;
        g_warning("frames of %ux%u are too large to be looked at", frame.width_px, frame.height_px);
    }
}

static void on_state(CameraState state, const gchar *detail, gpointer data)
{
    Camera *self = data;
    CameraMsg msg = {.type = CAMERA_MSG_STATE, .state = state};

    camera_msg_set_detail(&msg, detail);
    self->say(&msg, self->data);
}

static void on_first_frame(gint64 pts_ns, gint64 after_ms, gpointer data)
{
    Camera *self = data;
    const CameraMsg msg = {.type = CAMERA_MSG_FIRST_FRAME, .pts_ns = pts_ns, .after_ms = after_ms};

    self->say(&msg, self->data);
}

static void on_frame(gpointer data)
{
    feed(data);
}

static void on_jpeg(const guint8 *jpeg, gsize n_bytes, gpointer data)
{
    Camera *self = data;

    preview_push(self->preview, jpeg, n_bytes);
}

static void on_idle(gpointer data)
{
    Camera *self = data;
    const CameraMsg msg = {.type = CAMERA_MSG_READY};

    if (!self->is_ready)
        self->say(&msg, self->data);
    self->is_ready = TRUE;
    if (self->source != NULL)
        feed(self);
}

static void say_place(const Camera *self, const DecoderCode *code, CameraMsg *msg)
{
    LensPlace place;

    lens_place(&self->lens, msg->frame_px[0], code->quad_px, &place);
    msg->has_bearing = TRUE;
    msg->bearing_deg = place.bearing_deg;
    msg->has_distance = place.has_distance;
    msg->distance_m = place.distance_m;
}

static void on_result(const DecoderReply *reply, const GrayFrame *frame, gpointer data)
{
    Camera *self = data;
    gint64 now_us = g_get_monotonic_time();

    for (guint i = 0; i < reply->n_codes && self->is_started; i++) {
        const DecoderCode *code = &reply->code[i];
        CameraMsg msg = {.type = CAMERA_MSG_CODE,
                         .pts_ns = frame->pts_ns,
                         .n_bytes = code->n_bytes,
                         .frame_px = {frame->width_px, frame->height_px},
                         .px_per_module = code->px_per_module};
        if (!code_tracker_see(&self->tracker, code->bytes, code->n_bytes, now_us, &msg.frames_agreeing))
            continue;
        memcpy(msg.bytes, code->bytes, code->n_bytes);
        /* The child was only asked for finite numbers; a corner far outside is of no use to anybody. */
        for (guint p = 0; p < 8; p++)
            msg.quad_px[p] = CLAMP(code->quad_px[p], -CAMERA_MSG_MAX_SIDE_PX, 2 * CAMERA_MSG_MAX_SIDE_PX);
        msg.px_per_module = MIN(msg.px_per_module, CAMERA_MSG_MAX_SIDE_PX);
        if (self->has_lens)
            say_place(self, code, &msg);
        self->say(&msg, self->data);
    }
}

static void on_replaced(CameraDecoderWhy why, guint64 total, gpointer data)
{
    Camera *self = data;
    const CameraMsg msg = {.type = CAMERA_MSG_DECODER, .why = why, .total = total};

    self->say(&msg, self->data);
}

static void on_preview_wanted(gboolean wanted, gpointer data)
{
    Camera *self = data;

    source_want_preview(self->source, wanted);
}

Camera *camera_new(const CameraOptions *options, void (*say)(const CameraMsg *msg, gpointer data),
                   gpointer data, GError **error)
{
    static const SourceEvents source_events = {
        .state = on_state, .first_frame = on_first_frame, .frame = on_frame, .jpeg = on_jpeg};
    static const DecoderEvents decoder_events = {
        .idle = on_idle, .result = on_result, .replaced = on_replaced};
    g_autoptr(Camera) self = g_new0(Camera, 1);

    self->say = say;
    self->data = data;
    self->has_lens = options->lens != NULL;
    if (self->has_lens)
        self->lens = *options->lens;
    self->preview = preview_new(on_preview_wanted, self);
    self->decoder = decoder_process_new(options->decoder_path, options->decoder_deadline_ms,
                                        options->decoder_budget_us, &decoder_events, self, error);
    if (self->decoder == NULL)
        return NULL;
    self->source = source_new(&options->source, &source_events, self, error);
    return self->source != NULL ? g_steal_pointer(&self) : NULL;
}

void camera_free(Camera *self)
{
    g_clear_handle_id(&self->beat_source, g_source_remove);
    g_clear_pointer(&self->preview, preview_free);
    g_clear_pointer(&self->source, source_free);
    g_clear_pointer(&self->decoder, decoder_process_free);
    g_free(self);
}

static gboolean on_beat(gpointer data)
{
    Camera *self = data;
    const CameraMsg msg = {.type = CAMERA_MSG_BEAT};

    self->say(&msg, self->data);
    return G_SOURCE_CONTINUE;
}

void camera_start(Camera *self)
{
    self->is_started = TRUE;
    if (self->beat_source == 0)
        self->beat_source = g_timeout_add(BEAT_MS, on_beat, self);
    source_start(self->source);
}

void camera_stop(Camera *self)
{
    self->is_started = FALSE;
    g_clear_handle_id(&self->beat_source, g_source_remove);
    source_stop(self->source);
    code_tracker_reset(&self->tracker);
}

void camera_open_preview(Camera *self, int fd)
{
    preview_add(self->preview, fd);
}
