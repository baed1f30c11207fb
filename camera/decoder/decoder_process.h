/* Decoder process: the camera process's side of the decoder children. One works, one stands by warm; a child
 * that takes too long over a frame is killed, its stand-by takes the next frame. Frames are never queued:
 * hand one over when decoder_process_is_idle(). Lives on the main context of the thread that makes it.
 */
#pragma once

#include "base/gray_frame.h"
#include "protocol/camera_msg.h"
#include "protocol/decoder_msg.h"

#define DECODER_PROCESS_DEADLINE_MS 50

typedef struct DecoderProcess DecoderProcess;

typedef struct {
    /* A decoder waits for a frame (after the start, a result, a replacement). May submit at once. */
    void (*idle)(gpointer data);
    /* @reply is checked; @frame as it was submitted, without pixels. */
    void (*result)(const DecoderReply *reply, const GrayFrame *frame, gpointer data);
    /* @total: so far. The frame is lost. */
    void (*replaced)(CameraDecoderWhy why, guint64 total, gpointer data);
} DecoderEvents;

/**
 * decoder_process_new:
 * @path: the program rearcharge-decoder
 * @deadline_ms: of processor time per frame; of wall time five times as much, so that a busy machine kills
 * nobody
 * @budget_us: of processor time that the mean of many frames is held to; 0: none
 * @events: copied
 *
 * Returns: (transfer full) (nullable): NULL when there is no memory for frames. That @path cannot be started
 * is no error here: it is logged and tried again with back-off, and idle() does not come.
 */
DecoderProcess *decoder_process_new(const gchar *path, guint deadline_ms, guint budget_us,
                                    const DecoderEvents *events, gpointer data, GError **error);
/* Kills and reaps the children; no event after this. */
void decoder_process_free(DecoderProcess *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DecoderProcess, decoder_process_free)

gboolean decoder_process_is_idle(const DecoderProcess *self);

/* Copies @frame for the decoder. FALSE: not idle, or the frame is invalid or too large. */
gboolean decoder_process_submit(DecoderProcess *self, const GrayFrame *frame);
