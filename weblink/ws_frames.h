/* WebSocket frames as a sans-I/O engine: bytes in, messages out; messages in, bytes out. libwslay reads and
 * writes single frames; message assembly, its limits and the choice of close codes are here (RFC 6455, 5 to
 * 8). Never holds more than one message of at most the limit; an announced length allocates nothing.
 */
#pragma once

#include "weblink/ws_deflate.h"

typedef struct _WsFrames WsFrames;

typedef enum {
    WS_ROLE_SERVER, /* peers must mask, we do not */
    WS_ROLE_CLIENT,
} WsRole;

enum { /* RFC 6455, 7.4.1 */
       WS_CLOSE_NORMAL = 1000,
       WS_CLOSE_GOING_AWAY = 1001,
       WS_CLOSE_PROTOCOL_ERROR = 1002,
       WS_CLOSE_UNSUPPORTED = 1003,
       WS_CLOSE_NO_STATUS = 1005, /* never on the wire */
       WS_CLOSE_ABNORMAL = 1006,  /* never on the wire */
       WS_CLOSE_BAD_DATA = 1007,
       WS_CLOSE_POLICY = 1008,
       WS_CLOSE_TOO_BIG = 1009,
       WS_CLOSE_INTERNAL = 1011,
};

/* Each returns FALSE to stop feeding (the owner closes or goes away; it must not free the engine yet). */
typedef struct {
    gboolean (*text)(const gchar *text, gsize len, gpointer user_data);
    gboolean (*ping)(const guint8 *payload, gsize len, gpointer user_data);
    gboolean (*pong)(gpointer user_data);
    /* @code: WS_CLOSE_NO_STATUS when the peer gave none */
    gboolean (*close)(guint code, const gchar *reason, gpointer user_data);
} WsFramesSink;

WsFrames *ws_frames_new(WsRole role, WsDeflate deflate, const WsFramesSink *sink, gpointer user_data);
void ws_frames_free(WsFrames *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsFrames, ws_frames_free)

/* For messages that begin after this call. */
void ws_frames_set_max_message(WsFrames *self, gsize bytes);

/* Returns: 0, or the close code that what the peer sent deserves; then nothing more may be fed */
guint ws_frames_feed(WsFrames *self, const guint8 *data, gsize len);

/* Append the frame's bytes to @out. */
void ws_frames_put_text(WsFrames *self, const gchar *text, gsize len, GByteArray *out);
void ws_frames_put_ping(WsFrames *self, GByteArray *out);
void ws_frames_put_pong(WsFrames *self, const guint8 *payload, gsize len, GByteArray *out);

/* @code: WS_CLOSE_NO_STATUS: an empty close frame; @reason: (nullable): cut at 123 bytes */
void ws_frames_put_close(WsFrames *self, guint code, const gchar *reason, GByteArray *out);
