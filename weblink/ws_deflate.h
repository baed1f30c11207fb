/* permessage-deflate (RFC 7692) without context takeover on either side: an idle connection keeps no zlib
 * state (libsoup's costs 96 kB each). Negotiation, packing and unpacking with a cap. Pure.
 */
#pragma once

#include <glib.h>

/* Below this a message is sent as it is: deflate would cost more than it saves. */
#define WS_DEFLATE_MIN_BYTES 256

typedef struct {
    gboolean on;
    guint server_bits; /* our window, 9..15: what the client asked us not to pass */
} WsDeflate;

/**
 * ws_deflate_negotiate:
 * @offers: (nullable): value of Sec-WebSocket-Extensions, hostile
 * @answer: (out) (transfer full) (nullable): value for our Sec-WebSocket-Extensions; %NULL: no extension
 *
 * Takes the first permessage-deflate offer that is well-formed and that zlib can serve (a window of 8 bits
 * it cannot); anything else is declined, never an error (RFC 7692, 5.1 and 7.1).
 */
WsDeflate ws_deflate_negotiate(const gchar *offers, gchar **answer);

/* Returns: (transfer full) (nullable): %NULL when packing would not make it smaller */
GByteArray *ws_deflate_pack(const WsDeflate *self, const guint8 *data, gsize len);

typedef enum {
    WS_INFLATE_OK,
    WS_INFLATE_BAD,       /* not a deflate stream */
    WS_INFLATE_TOO_LARGE, /* more than @max_bytes would come out */
} WsInflate;

/* Appends at most @max_bytes to @out; memory for the output grows with what comes out, never ahead of it. */
WsInflate ws_deflate_unpack(const guint8 *data, gsize len, gsize max_bytes, GByteArray *out);
