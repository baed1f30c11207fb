/* Decoder messages: camera process and its decoder child, one fixed-layout packet each way over
 * SOCK_SEQPACKET. Both ends are the same build on the same machine, so numbers are in host order. The child
 * works on pixels that strangers choose: the camera process reads its replies as hostile bytes. Pure.
 */
#pragma once

#include <glib.h>

#define DECODER_MSG_CODES_MAX 8
#define DECODER_MSG_CODE_MAX_BYTES 512 /* as in camera_msg.h */
#define DECODER_MSG_BUDGET_MAX_US 1000000

typedef struct {
    guint64 frame_no; /* repeated in the reply */
    gint64 pts_ns;
    guint32 slot; /* of the shared frames */
    guint32 width_px;
    guint32 height_px;
    guint32 budget_us; /* of processor time, the mean of many frames; 0: no limit */
} DecoderRequest;

typedef enum {
    DECODER_REPLY_READY = 1,  /* sandbox is on, frames may come */
    DECODER_REPLY_RESULT = 2, /* of one frame */
} DecoderReplyType;

typedef struct {
    guint8 bytes[DECODER_MSG_CODE_MAX_BYTES];
    guint32 n_bytes;
    guint32 reserved;
    gdouble quad_px[8]; /* as in camera_msg.h */
    gdouble px_per_module;
} DecoderCode;

typedef struct {
    guint32 type; /* DecoderReplyType */
    guint32 n_codes;
    guint64 frame_no;
    DecoderCode code[DECODER_MSG_CODES_MAX];
} DecoderReply;

/* How many bytes of @reply are sent: the codes in use and no more. */
gsize decoder_reply_size(const DecoderReply *reply);

/**
 * decoder_reply_parse:
 * @data: (array length=len): one packet, hostile
 * @reply: (out caller-allocates): untouched on failure
 *
 * Returns: FALSE when the packet is not exactly what a sound child sends
 */
gboolean decoder_reply_parse(const guint8 *data, gsize len, DecoderReply *reply);

/* The child's side; the same strictness, so that a camera process of another build is noticed. */
gboolean decoder_request_parse(const guint8 *data, gsize len, guint32 n_slots, gsize slot_bytes,
                               DecoderRequest *request);
