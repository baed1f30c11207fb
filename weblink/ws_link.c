#include "weblink/ws_link.h"

#include "weblink/web_exchange.h"
#include "weblink/web_stream.h"
#include "weblink/ws_frames.h"
#include "weblink/ws_handshake.h"
#include <string.h>

#define READ_BYTES 4096
#define READS_PER_WAKE_UP 16 /* one loud peer must not keep 4,999 others waiting */

struct _WsLink {
    GObject parent_instance;
    WebStream *stream; /* NULL: closed */
    WsFrames *frames;
    gchar *protocol, *peer;
    const WsLinkCallbacks *callbacks;
    gpointer user_data;
    GByteArray *out; /* scratch for the frame being written */

    gint64 ping_us;       /* 0: no pings */
    gint64 quiet_at_us;   /* when to ping, unless something arrives before */
    gint64 dead_at_us;    /* when the silence is final; -1: nobody was asked */
    gint64 close_at_us;   /* when to stop waiting for the peer's close frame; -1: no close frame sent */
    guint sent_code;      /* 0: no close frame sent */
    guint received_code;  /* 0: none received */
    gboolean dropping;    /* the end is decided and only waits for the main loop */
    gboolean tell_closed; /* the owner is still to be told */
};

G_DEFINE_TYPE(WsLink, ws_link, G_TYPE_OBJECT)

static void set_deadline(WsLink *self)
{
    gint64 at_us = G_MAXINT64;

    if (self->stream == NULL)
        return;
    if (self->dropping)
        at_us = 0;
    if (self->close_at_us >= 0)
        at_us = MIN(at_us, self->close_at_us);
    if (self->dead_at_us >= 0)
        at_us = MIN(at_us, self->dead_at_us);
    else if (self->ping_us > 0 && self->sent_code == 0)
        at_us = MIN(at_us, self->quiet_at_us);
    web_stream_set_deadline(self->stream, at_us == G_MAXINT64 ? -1 : at_us);
}

/* The end. @gently: what is queued may still leave. The caller holds a reference. */
static void finish(WsLink *self, guint code, gboolean clean, gboolean gently)
{
    WebStream *stream = g_steal_pointer(&self->stream);

    if (stream == NULL)
        return;
    if (gently)
        web_stream_finish(stream);
    else
        web_stream_free(stream);
    if (self->tell_closed) {
        self->tell_closed = FALSE;
        self->callbacks->closed(self, code, clean, self->user_data);
    }
}

static void send_out(WsLink *self)
{
    web_stream_write(self->stream, self->out->data, self->out->len);
    g_byte_array_set_size(self->out, 0);
    if (web_stream_queued_bytes(self->stream) > WS_LINK_QUEUE_MAX_BYTES)
        ws_link_drop(self);
}

/* While on_ready() holds its own reference: nobody else is left to talk to. */
static gboolean owner_is_gone(WsLink *self)
{
    return G_OBJECT(self)->ref_count == 1;
}

static gboolean on_text(const gchar *text, gsize len, gpointer data)
{
    WsLink *self = data;

    if (self->sent_code == 0)
        self->callbacks->message(self, text, len, self->user_data);
    return self->stream != NULL && !self->dropping && !owner_is_gone(self);
}

static gboolean on_ping(const guint8 *payload, gsize len, gpointer data)
{
    WsLink *self = data;

    if (self->sent_code == 0) {
        ws_frames_put_pong(self->frames, payload, len, self->out);
        send_out(self);
    }
    return !self->dropping;
}

static gboolean on_pong(gpointer data)
{
    return TRUE; /* any byte proves life, see on_ready() */
}

static gboolean on_close(guint code, const gchar *reason, gpointer data)
{
    WsLink *self = data;

    self->received_code = code;
    return FALSE;
}

static const WsFramesSink sink = {.text = on_text, .ping = on_ping, .pong = on_pong, .close = on_close};

void ws_link_close(WsLink *self, guint code, const gchar *reason)
{
    if (self->stream == NULL || self->sent_code != 0)
        return;
    self->sent_code = code;
    self->close_at_us = g_get_monotonic_time() + WS_LINK_CLOSE_MS * G_TIME_SPAN_MILLISECOND;
    ws_frames_put_close(self->frames, code, reason, self->out);
    send_out(self);
    set_deadline(self);
}

void ws_link_drop(WsLink *self)
{
    if (self->stream == NULL)
        return;
    self->dropping = TRUE;
    set_deadline(self); /* due at once: the callback comes from the main loop, never from inside a call */
}

static void on_deadline(WsLink *self)
{
    gint64 now_us = g_get_monotonic_time();

    if (self->dropping || (self->dead_at_us >= 0 && now_us >= self->dead_at_us)) {
        finish(self, WS_CLOSE_ABNORMAL, FALSE, FALSE);
    } else if (self->close_at_us >= 0 && now_us >= self->close_at_us) {
        finish(self, self->sent_code, FALSE, FALSE);
    } else if (self->ping_us > 0 && self->dead_at_us < 0 && now_us >= self->quiet_at_us) {
        self->dead_at_us = now_us + self->ping_us;
        ws_frames_put_ping(self->frames, self->out);
        send_out(self);
    }
    set_deadline(self);
}

static void note_life(WsLink *self)
{
    self->quiet_at_us = g_get_monotonic_time() + self->ping_us;
    if (self->dead_at_us >= 0) {
        self->dead_at_us = -1;
        set_deadline(self);
    }
}

/* The peer broke the rules: say why, listen no more. */
static void fail(WsLink *self, guint code)
{
    if (self->sent_code == 0) {
        self->sent_code = code;
        ws_frames_put_close(self->frames, code, NULL, self->out);
        web_stream_write(self->stream, self->out->data, self->out->len);
    }
    finish(self, code, FALSE, TRUE);
}

static void on_peer_closed(WsLink *self)
{
    guint code = self->received_code;

    if (self->sent_code == 0) {
        ws_frames_put_close(self->frames, code, NULL, self->out);
        web_stream_write(self->stream, self->out->data, self->out->len);
    }
    finish(self, code, TRUE, TRUE);
}

static void on_ready(WebStream *stream, WebStreamEvent event, gpointer data)
{
    g_autoptr(WsLink) self = g_object_ref(data); /* a callback may drop the owner's reference */
    guint8 buffer[READ_BYTES];

    if (event == WEB_STREAM_DEADLINE) {
        on_deadline(self);
        return;
    }
    for (guint i = 0; i < READS_PER_WAKE_UP; i++) {
        gssize n = web_stream_read(self->stream, buffer, sizeof buffer);
        guint code = 0;

        if (n < 0)
            return;
        if (n == 0) {
            finish(self, WS_CLOSE_ABNORMAL, FALSE, FALSE);
            return;
        }
        note_life(self);
        code = ws_frames_feed(self->frames, buffer, (gsize)n);
        if (self->stream == NULL || self->dropping || owner_is_gone(self))
            return;
        if (code != 0)
            fail(self, code);
        else if (self->received_code != 0)
            on_peer_closed(self);
        if (self->stream == NULL)
            return;
    }
}

/* OCPP-J 2.0.1 part 4, 3.2: finish the handshake, then close at once. */
static void close_at_once(WebStream *stream)
{
    static const WsFramesSink nothing;
    g_autoptr(WsFrames) frames = ws_frames_new(WS_ROLE_SERVER, (WsDeflate){.on = FALSE}, &nothing, NULL);
    g_autoptr(GByteArray) out = g_byte_array_new();

    ws_frames_put_close(frames, WS_CLOSE_PROTOCOL_ERROR, "no fitting subprotocol", out);
    web_stream_write(stream, out->data, out->len);
    web_stream_finish(stream);
}

WsLink *ws_link_accept(WebRequest *request, const gchar *const *protocols, const WsLinkCallbacks *callbacks,
                       gpointer user_data)
{
    g_auto(WsHandshake) handshake = ws_handshake_answer(request, protocols);
    WebStream *stream = NULL;
    WsLink *self = NULL;

    if (handshake.head == NULL)
        return NULL;
    if (protocols == NULL || handshake.protocol != NULL)
        web_request_refund(request);
    stream = web_request_steal(request, handshake.head);
    if (stream == NULL)
        return NULL;
    if (protocols != NULL && handshake.protocol == NULL) {
        close_at_once(stream);
        return NULL;
    }
    self = g_object_new(ws_link_get_type(), NULL);
    self->stream = stream;
    self->frames = ws_frames_new(WS_ROLE_SERVER, handshake.deflate, &sink, self);
    self->protocol = g_steal_pointer(&handshake.protocol);
    self->peer = g_strdup(web_request_peer(request));
    self->callbacks = callbacks;
    self->user_data = user_data;
    self->tell_closed = TRUE;
    ws_frames_set_max_message(self->frames, WS_LINK_MESSAGE_MAX_BYTES);
    web_stream_start(stream, on_ready, self);
    return self;
}

static void ws_link_init(WsLink *self)
{
    self->out = g_byte_array_new();
    self->dead_at_us = self->close_at_us = -1;
}

static void ws_link_finalize(GObject *object)
{
    WsLink *self = WS_LINK(object);

    g_clear_pointer(&self->stream, web_stream_free);
    g_clear_pointer(&self->frames, ws_frames_free);
    g_byte_array_unref(self->out);
    g_free(self->protocol);
    g_free(self->peer);
    G_OBJECT_CLASS(ws_link_parent_class)->finalize(object);
}

static void ws_link_class_init(WsLinkClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = ws_link_finalize;
}

const gchar *ws_link_protocol(WsLink *self)
{
    return self->protocol;
}

const gchar *ws_link_peer(WsLink *self)
{
    return self->peer;
}

gboolean ws_link_is_open(WsLink *self)
{
    return self->stream != NULL && !self->dropping && self->sent_code == 0 && self->received_code == 0;
}

void ws_link_set_max_message(WsLink *self, gsize bytes)
{
    ws_frames_set_max_message(self->frames, bytes);
}

void ws_link_set_ping(WsLink *self, guint interval_s)
{
    ws_link_set_ping_ms(self, interval_s * 1000);
}

void ws_link_set_ping_ms(WsLink *self, guint interval_ms)
{
    self->ping_us = (gint64)interval_ms * G_TIME_SPAN_MILLISECOND;
    self->quiet_at_us = g_get_monotonic_time() + self->ping_us;
    set_deadline(self);
}

void ws_link_probe(WsLink *self, guint timeout_ms)
{
    gint64 dead_at_us = g_get_monotonic_time() + (gint64)timeout_ms * G_TIME_SPAN_MILLISECOND;

    if (!ws_link_is_open(self))
        return;
    if (self->dead_at_us < 0 || dead_at_us < self->dead_at_us)
        self->dead_at_us = dead_at_us;
    ws_frames_put_ping(self->frames, self->out);
    send_out(self);
    set_deadline(self);
}

gboolean ws_link_send(WsLink *self, const gchar *text, gssize len)
{
    if (!ws_link_is_open(self))
        return FALSE;
    ws_frames_put_text(self->frames, text, len < 0 ? strlen(text) : (gsize)len, self->out);
    send_out(self);
    return !self->dropping;
}
