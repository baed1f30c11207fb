/* Any bytes as what a WebSocket peer sends, cut anywhere: no crash, no message above the limit, text is
 * UTF-8, and nothing is delivered after an error. First byte: 1 = deflate agreed, 2 = a small limit, rest:
 * where to cut. */
#include "weblink/ws_frames.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef struct {
    gsize limit;
    gboolean over;
    GByteArray *echo;
    WsFrames *frames;
} Peer;

static gboolean on_text(const gchar *text, gsize len, gpointer user_data)
{
    Peer *peer = user_data;

    g_assert_false(peer->over);
    g_assert_cmpuint(len, <=, peer->limit);
    for (const gchar *c = text, *end = text + len; c < end; c++) {
        const gchar *bad = NULL;

        if (g_utf8_validate_len(c, (gsize)(end - c), &bad))
            break;
        g_assert_true(*bad == '\0'); /* the only thing that GLib refuses and RFC 3629 does not */
        c = bad;
    }
    ws_frames_put_text(peer->frames, text, len, peer->echo);
    g_byte_array_set_size(peer->echo, 0);
    return TRUE;
}

static gboolean on_ping(const guint8 *payload, gsize len, gpointer user_data)
{
    Peer *peer = user_data;

    g_assert_cmpuint(len, <=, 125);
    ws_frames_put_pong(peer->frames, payload, len, peer->echo);
    g_byte_array_set_size(peer->echo, 0);
    return TRUE;
}

static gboolean on_pong(gpointer user_data)
{
    return TRUE;
}

static gboolean on_close(guint code, const gchar *reason, gpointer user_data)
{
    Peer *peer = user_data;

    g_assert_true(code >= 1000 && code <= 4999);
    ws_frames_put_close(peer->frames, code, reason, peer->echo);
    peer->over = TRUE;
    return FALSE;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const WsFramesSink sink = {.text = on_text, .ping = on_ping, .pong = on_pong, .close = on_close};
    g_autoptr(GByteArray) echo = g_byte_array_new();
    g_autoptr(WsFrames) frames = NULL;
    Peer peer = {.echo = echo};
    gsize step = 0;

    if (size < 1)
        return 0;
    peer.limit = (data[0] & 2) != 0 ? 16 : 4096;
    step = (data[0] >> 2) + 1u;
    frames =
        ws_frames_new(WS_ROLE_SERVER, (WsDeflate){.on = (data[0] & 1) != 0, .server_bits = 15}, &sink, &peer);
    peer.frames = frames;
    ws_frames_set_max_message(frames, peer.limit);
    for (gsize at = 1; at < size && !peer.over; at += step) {
        guint code = ws_frames_feed(frames, data + at, MIN(step, size - at));

        g_assert_true(code == 0 || code == 1002 || code == 1003 || code == 1007 || code == 1009);
        peer.over = peer.over || code != 0;
    }
    return 0;
}
