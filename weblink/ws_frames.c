#include "weblink/ws_frames.h"

#include <string.h>
#include <sys/random.h>
#include <wslay/wslay.h>

#define CONTROL_MAX_BYTES 125
#define DEFAULT_MAX_MESSAGE_BYTES (64 * 1024)

struct _WsFrames {
    WsRole role;
    WsDeflate deflate;
    const WsFramesSink *sink;
    gpointer user_data;
    wslay_frame_context_ptr wslay;
    const guint8 *input; /* what ws_frames_feed() was given and libwslay has not taken yet */
    gsize input_len;
    GByteArray *output; /* where the frame being written goes; NULL between calls */

    gsize max_message, limit; /* for the next message, and for the one in progress */
    gboolean in_message, packed;
    GByteArray *message; /* NULL while there is none */
    gboolean in_frame;   /* the header has been judged, payload is coming */
    guint64 frame_left;
    guint8 opcode; /* of the frame in progress */
    guint8 control[CONTROL_MAX_BYTES];
    gsize control_len;
};

static ssize_t take_input(uint8_t *buf, size_t len, int flags, void *data)
{
    WsFrames *self = data;
    gsize part = MIN(len, self->input_len);

    if (part == 0)
        return -1; /* libwslay: come back later */
    memcpy(buf, self->input, part);
    self->input += part;
    self->input_len -= part;
    return (ssize_t)part;
}

static ssize_t put_output(const uint8_t *data, size_t len, int flags, void *user_data)
{
    WsFrames *self = user_data;

    g_byte_array_append(self->output, data, (guint)len);
    return (ssize_t)len;
}

static int make_mask(uint8_t *buf, size_t len, void *data)
{
    return getrandom(buf, len, 0) == (ssize_t)len ? 0 : -1;
}

WsFrames *ws_frames_new(WsRole role, WsDeflate deflate, const WsFramesSink *sink, gpointer user_data)
{
    static const struct wslay_frame_callbacks callbacks = {put_output, take_input, make_mask};
    WsFrames *self = g_new0(WsFrames, 1);

    self->role = role;
    self->deflate = deflate;
    self->sink = sink;
    self->user_data = user_data;
    self->max_message = DEFAULT_MAX_MESSAGE_BYTES;
    if (wslay_frame_context_init(&self->wslay, &callbacks, self) != 0)
        g_error("out of memory");
    return self;
}

void ws_frames_free(WsFrames *self)
{
    wslay_frame_context_free(self->wslay);
    g_clear_pointer(&self->message, g_byte_array_unref);
    g_free(self);
}

void ws_frames_set_max_message(WsFrames *self, gsize bytes)
{
    g_return_if_fail(bytes <= G_MAXINT32);
    self->max_message = bytes;
}

/* RFC 3629. GLib's check refuses U+0000, which is valid in a text message. */
static gboolean is_utf8(const guint8 *data, gsize len)
{
    while (len > 0) {
        const guint8 *nul = memchr(data, '\0', len);
        gsize part = nul != NULL ? (gsize)(nul - data) : len;

        if (!g_utf8_validate_len((const gchar *)data, part, NULL))
            return FALSE;
        part += nul != NULL ? 1 : 0;
        data += part;
        len -= part;
    }
    return TRUE;
}

/* The header of a frame has been read. Returns: 0 or a close code */
static guint begin_frame(WsFrames *self, const struct wslay_frame_iocb *frame)
{
    gboolean rsv1 = wslay_get_rsv1(frame->rsv);

    if (frame->mask != (self->role == WS_ROLE_SERVER))
        return WS_CLOSE_PROTOCOL_ERROR;
    if ((frame->rsv & ~WSLAY_RSV1_BIT) != 0)
        return WS_CLOSE_PROTOCOL_ERROR;
    self->opcode = frame->opcode;
    self->frame_left = frame->payload_length;
    self->control_len = 0;
    switch (frame->opcode) {
    case WSLAY_TEXT_FRAME:
    case WSLAY_BINARY_FRAME:
        if (self->in_message || (rsv1 && !self->deflate.on))
            return WS_CLOSE_PROTOCOL_ERROR;
        if (frame->opcode == WSLAY_BINARY_FRAME)
            return WS_CLOSE_UNSUPPORTED;
        self->in_message = TRUE;
        self->packed = rsv1;
        self->limit = self->max_message;
        break;
    case WSLAY_CONTINUATION_FRAME:
        if (!self->in_message || rsv1)
            return WS_CLOSE_PROTOCOL_ERROR;
        break;
    case WSLAY_CONNECTION_CLOSE:
    case WSLAY_PING:
    case WSLAY_PONG:
        return rsv1 || !frame->fin || frame->payload_length > CONTROL_MAX_BYTES ? WS_CLOSE_PROTOCOL_ERROR : 0;
    default:
        return WS_CLOSE_PROTOCOL_ERROR;
    }
    /* Packed bytes count too: nobody packs a small message into more than the limit. */
    if (frame->payload_length > self->limit - (self->message != NULL ? self->message->len : 0))
        return WS_CLOSE_TOO_BIG;
    return 0;
}

static guint end_message(WsFrames *self, gboolean *go_on)
{
    g_autoptr(GByteArray) message = g_steal_pointer(&self->message);

    self->in_message = FALSE;
    if (message == NULL)
        message = g_byte_array_new();
    if (self->packed) {
        g_autoptr(GByteArray) packed = g_steal_pointer(&message);

        message = g_byte_array_new();
        switch (ws_deflate_unpack(packed->data, packed->len, self->limit, message)) {
        case WS_INFLATE_OK:
            break;
        case WS_INFLATE_TOO_LARGE:
            return WS_CLOSE_TOO_BIG;
        default:
            return WS_CLOSE_PROTOCOL_ERROR;
        }
    }
    if (!is_utf8(message->data, message->len))
        return WS_CLOSE_BAD_DATA;
    *go_on =
        self->sink->text(message->len > 0 ? (const gchar *)message->data : "", message->len, self->user_data);
    return 0;
}

/* RFC 6455, 7.4: codes that may stand in a close frame */
static gboolean code_is_sendable(guint code)
{
    return (code >= 1000 && code <= 1014 && code != 1004 && code != WS_CLOSE_NO_STATUS &&
            code != WS_CLOSE_ABNORMAL) ||
           (code >= 3000 && code <= 4999);
}

static guint end_close(WsFrames *self, gboolean *go_on)
{
    guint code = WS_CLOSE_NO_STATUS;
    g_autofree gchar *reason = NULL;

    if (self->control_len == 1)
        return WS_CLOSE_PROTOCOL_ERROR;
    if (self->control_len >= 2) {
        code = (guint)self->control[0] << 8 | self->control[1];
        if (!code_is_sendable(code))
            return WS_CLOSE_PROTOCOL_ERROR;
        if (!is_utf8(self->control + 2, self->control_len - 2))
            return WS_CLOSE_BAD_DATA;
        reason = g_strndup((const gchar *)self->control + 2, self->control_len - 2);
    }
    *go_on = self->sink->close(code, reason != NULL ? reason : "", self->user_data);
    return 0;
}

static guint end_frame(WsFrames *self, gboolean fin, gboolean *go_on)
{
    switch (self->opcode) {
    case WSLAY_CONNECTION_CLOSE:
        return end_close(self, go_on);
    case WSLAY_PING:
        *go_on = self->sink->ping(self->control, self->control_len, self->user_data);
        return 0;
    case WSLAY_PONG:
        *go_on = self->sink->pong(self->user_data);
        return 0;
    default:
        return fin ? end_message(self, go_on) : 0;
    }
}

static void take_payload(WsFrames *self, const guint8 *data, gsize len)
{
    if (wslay_is_ctrl_frame(self->opcode)) {
        memcpy(self->control + self->control_len, data, len); /* begin_frame() has seen that it fits */
        self->control_len += len;
        return;
    }
    if (self->message == NULL)
        self->message = g_byte_array_new();
    g_byte_array_append(self->message, data, (guint)len);
}

guint ws_frames_feed(WsFrames *self, const guint8 *data, gsize len)
{
    gboolean go_on = TRUE;

    self->input = data;
    self->input_len = len;
    while (go_on) {
        struct wslay_frame_iocb frame = {0};
        ssize_t n = wslay_frame_recv(self->wslay, &frame);
        guint code = 0;

        if (n == WSLAY_ERR_WANT_READ)
            return 0;
        if (n < 0)
            return WS_CLOSE_PROTOCOL_ERROR;
        if (!self->in_frame) {
            code = begin_frame(self, &frame);
            if (code != 0)
                return code;
            self->in_frame = TRUE;
        }
        take_payload(self, frame.data, frame.data_length);
        self->frame_left -= frame.data_length;
        if (self->frame_left > 0)
            continue;
        self->in_frame = FALSE;
        code = end_frame(self, frame.fin, &go_on);
        if (code != 0)
            return code;
    }
    return 0;
}

static void put_frame(WsFrames *self, guint8 opcode, guint8 rsv, const guint8 *data, gsize len,
                      GByteArray *out)
{
    struct wslay_frame_iocb frame = {
        .fin = 1,
        .rsv = rsv,
        .opcode = opcode,
        .mask = self->role == WS_ROLE_CLIENT,
        .payload_length = len,
        .data = data,
        .data_length = len,
    };

    self->output = out;
    do {
        ssize_t n = wslay_frame_send(self->wslay, &frame);

        g_return_if_fail(n >= 0); /* our callback takes everything, so only a bad frame of ours could fail */
        frame.data += n;
        frame.data_length -= (size_t)n;
    } while (frame.data_length > 0);
    self->output = NULL;
}

void ws_frames_put_text(WsFrames *self, const gchar *text, gsize len, GByteArray *out)
{
    g_autoptr(GByteArray) packed = ws_deflate_pack(&self->deflate, (const guint8 *)text, len);

    if (packed != NULL)
        put_frame(self, WSLAY_TEXT_FRAME, WSLAY_RSV1_BIT, packed->data, packed->len, out);
    else
        put_frame(self, WSLAY_TEXT_FRAME, WSLAY_RSV_NONE, (const guint8 *)text, len, out);
}

void ws_frames_put_ping(WsFrames *self, GByteArray *out)
{
    put_frame(self, WSLAY_PING, WSLAY_RSV_NONE, (const guint8 *)"", 0, out);
}

void ws_frames_put_pong(WsFrames *self, const guint8 *payload, gsize len, GByteArray *out)
{
    put_frame(self, WSLAY_PONG, WSLAY_RSV_NONE, payload, len, out);
}

void ws_frames_put_close(WsFrames *self, guint code, const gchar *reason, GByteArray *out)
{
    guint8 payload[CONTROL_MAX_BYTES] = {(guint8)(code >> 8), (guint8)code};
    gsize len = 0;

    if (code == WS_CLOSE_NO_STATUS) {
        put_frame(self, WSLAY_CONNECTION_CLOSE, WSLAY_RSV_NONE, payload, 0, out);
        return;
    }
    if (reason != NULL) {
        const gchar *end = NULL;

        len = MIN(strlen(reason), sizeof payload - 2);
        g_utf8_validate(reason, (gssize)len, &end); /* never half a character */
        len = (gsize)(end - reason);
        memcpy(payload + 2, reason, len);
    }
    put_frame(self, WSLAY_CONNECTION_CLOSE, WSLAY_RSV_NONE, payload, len + 2, out);
}
