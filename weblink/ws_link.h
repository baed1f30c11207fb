/* WebSocket server endpoint (RFC 6455, permessage-deflate RFC 7692) on a connection stolen from HTTP.
 * libwslay frames; this file owns the limits: size of a message (inflated, over all fragments), send
 * queue, silence of the peer. What a peer does wrong closes the link:
 *
 *   unmasked, RSV bit, bad opcode or fragment order, bad compressed data    1002
 *   binary message                                                         1003
 *   text that is not UTF-8                                                  1007
 *   message above the limit                                                1009
 *   send queue above 256 KiB                                                dropped without ceremony (1006)
 *
 * All links of a program share one epoll set (ws_poller.h).
 */
#pragma once

#include "weblink/web_request.h"

#define WS_LINK_MESSAGE_MAX_BYTES (64 * 1024) /* until ws_link_set_max_message() */
#define WS_LINK_QUEUE_MAX_BYTES (256 * 1024)
#define WS_LINK_CLOSE_MS (5 * 1000) /* how long the peer may take to answer our close frame */

G_DECLARE_FINAL_TYPE(WsLink, ws_link, WS, LINK, GObject)

typedef struct {
    /* A whole text message, valid UTF-8, not NUL-terminated. */
    void (*message)(WsLink *link, const gchar *text, gsize len, gpointer user_data);
    /* Exactly once, never inside ws_link_accept(), and the last callback. @code: as received, or the one
     * that we sent, or 1006 for a connection that just ended. @clean: both close frames were seen. */
    void (*closed)(WsLink *link, guint code, gboolean clean, gpointer user_data);
} WsLinkCallbacks;

/**
 * ws_link_accept:
 * @request: a GET; answered in any case: 101, or a problem (400 not a WebSocket handshake, 426 wrong version)
 * @protocols: (nullable): our subprotocols, ends with NULL; the first one that the client offers and we
 *   have is chosen (the client's order is its preference). %NULL: none is needed.
 *
 * OCPP-J 2.0.1 part 4, 3.2: when no subprotocol fits, the handshake is completed without the header
 * and the link is closed at once with 1002; this returns NULL then.
 * Authenticate and authorise before calling this: a refused station must never see 101.
 *
 * Returns: (transfer full) (nullable): the caller's reference; unref'ing the last one drops the
 *   connection without a callback
 */
WsLink *ws_link_accept(WebRequest *request, const gchar *const *protocols, const WsLinkCallbacks *callbacks,
                       gpointer user_data);

/* Returns: (transfer none) (nullable): the chosen subprotocol */
const gchar *ws_link_protocol(WsLink *self);
const gchar *ws_link_peer(WsLink *self);
gboolean ws_link_is_open(WsLink *self); /* FALSE from the first close frame on, either way */

/* Limit for messages that begin after this call (64 KiB before BootNotification is accepted, 256 KiB after).
 */
void ws_link_set_max_message(WsLink *self, gsize bytes);

/* Every @interval_s (0: never) of silence a ping goes out; nothing at all from the peer for another
 * @interval_s: the link is dead and closes with 1006. */
void ws_link_set_ping(WsLink *self, guint interval_s);
void ws_link_set_ping_ms(WsLink *self, guint interval_ms);

/* A ping now. The answer (any byte) must come within @timeout_ms or the link closes with 1006: "is the old
 * connection of this station alive?" */
void ws_link_probe(WsLink *self, guint timeout_ms);

/* @text: valid UTF-8. Returns: FALSE when the link is closing or the queue was full (it is dropped then, and
 * the closed callback runs from the main loop). */
gboolean ws_link_send(WsLink *self, const gchar *text, gssize len);

/* Sends a close frame (@reason at most 123 bytes) and waits WS_LINK_CLOSE_MS for the peer's. Idempotent. */
void ws_link_close(WsLink *self, guint code, const gchar *reason);

/* Drops the connection now; closed(1006) runs from the main loop. */
void ws_link_drop(WsLink *self);
