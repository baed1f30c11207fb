/* Source: the GStreamer pipeline of the rear camera, kept alive. Lives on the main context of its thread.
 *
 *   DESCRIPTION ! video/x-raw ! identity ! tee ! valve ! queue (leaky) ! GRAY8 ! appsink     the tap for
 * scanning tee ! valve ! queue (leaky) ! ... ! jpegenc ! appsink   preview, on demand tee ! queue ! DISPLAY
 * owner mode with a window
 *
 * The newest frame waits in the appsink until it is taken; nothing behind the tee can hold up the display.
 * Shared mode: another process owns the camera; we rest in READY and never set controls or formats.
 * Owner mode: a live camera stays PLAYING with the tap's valve closed, so that the display is never
 * interrupted.
 */
#pragma once

#include "base/gray_frame.h"
#include "camera/source/frame_watch.h"

typedef struct Source Source;

typedef struct {
    const gchar *description; /* of gst-launch(1), without the last "!": "v4l2src device=/dev/video0" */
    gboolean is_owner;
    const gchar *display; /* (nullable): sink for the display branch, "autovideosink" */
    FrameWatchLimits limits;
} SourceOptions;

typedef struct {
    /* @detail: for people, may be empty */
    void (*state)(CameraState state, const gchar *detail, gpointer data);
    void (*first_frame)(gint64 pts_ns, gint64 after_ms, gpointer data);
    /* A new frame can be taken. */
    void (*frame)(gpointer data);
    /* @jpeg: a picture of the preview, while it is wanted */
    void (*jpeg)(const guint8 *jpeg, gsize n_bytes, gpointer data);
} SourceEvents;

/* Returns: (transfer full) (nullable): NULL when the description is not a pipeline. A camera that is not
 * there is no error here: it is a state after source_start(). */
Source *source_new(const SourceOptions *options, const SourceEvents *events, gpointer data, GError **error);
void source_free(Source *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Source, source_free)

/* Repeating either changes nothing. */
void source_start(Source *self);
void source_stop(Source *self);

/* Frames for jpeg() are made only while somebody wants them. */
void source_want_preview(Source *self, gboolean wanted);

/**
 * source_take:
 * @frame: (out): the newest frame, mapped; give it back with source_release() before the next call
 *
 * Returns: FALSE when there is no new frame
 */
gboolean source_take(Source *self, GrayFrame *frame);
void source_release(Source *self);
