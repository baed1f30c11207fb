/* The opening handshake of a WebSocket server: RFC 6455, 4.2; extensions: ws_deflate.h. */
#pragma once

#include "weblink/web_request.h"
#include "weblink/ws_deflate.h"

typedef struct {
    gchar *head;     /* owned; the 101 answer; NULL: no handshake, and @request was answered with a problem */
    gchar *protocol; /* owned; NULL: none fits, and the answer names none */
    WsDeflate deflate;
} WsHandshake;

/* @ours: (nullable): subprotocols, ends with NULL. The first that the client offers and we have is chosen. */
WsHandshake ws_handshake_answer(WebRequest *request, const gchar *const *ours);
void ws_handshake_clear(WsHandshake *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(WsHandshake, ws_handshake_clear)
