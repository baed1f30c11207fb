/* Pipeline: builds the elements of source.h and moves them between states. Knows nothing of supervision. */
#pragma once

#include <gst/app/gstappsink.h>
#include <gst/gst.h>

typedef struct {
    GstElement *pipeline; /* all owned */
    GstElement *pace;     /* identity: holds files to real time */
    GstElement *gate;     /* valve before the tap */
    GstElement *preview_gate;
    GstElement *preview_size; /* capsfilter */
    GstAppSink *scan;
    GstAppSink *jpeg;
    gboolean liveness_is_known; /* since the first pipeline_play() that could open the source */
    gboolean is_live;
    gboolean was_played; /* since it was built */
} Pipeline;

/* @display: (nullable). Returns: FALSE when GStreamer does not understand @description, or lacks an element
 */
gboolean pipeline_build(Pipeline *self, const gchar *description, const gchar *display, GError **error);
/* To NULL, and drops all. */
void pipeline_clear(Pipeline *self);

/**
 * pipeline_play:
 * @is_live: (out): a camera, that cannot be asked to wait
 *
 * Returns: FALSE when the source cannot be opened; the bus has the reason
 */
gboolean pipeline_play(Pipeline *self, gboolean *is_live);

/* Whether it has to be built anew to be played again: a demuxer or decodebin drops its pads when it is
 * stopped, and gst_parse_launch() links pads that come late only once. */
gboolean pipeline_is_used_up(const Pipeline *self);

void pipeline_open_gate(Pipeline *self, gboolean open);

/* Returns: FALSE while the source has not said how large its picture is: try again with the next frame */
gboolean pipeline_open_preview(Pipeline *self);
void pipeline_close_preview(Pipeline *self);
