/* Inside weblink/web_connection.c and web_books.c only. */
#pragma once

#include "weblink/web_connection.h"
#include "weblink/ws_poller.h"

typedef struct {
    guint n;         /* connections not released */
    guint n_busy;    /* of them with libsoup */
    guint n_shaking; /* of these in a TLS handshake */
} Peer;

/* HEAD -> READY -> BUSY -> RELEASED. With TLS the turn comes before the handshake, for that is what costs;
 * HEAD then waits for the client's hello. */
typedef enum { PHASE_HEAD, PHASE_READY, PHASE_BUSY, PHASE_RELEASED } Phase;

struct _WebConnection {
    WebBooks *owner; /* NULL: the listener has gone */
    Phase phase;
    GIOStream *waiting; /* ours in HEAD and READY; dropping it ends the connection and this record */
    GList ready_link;
    GSocket *socket;
    gchar *peer;
    GInetSocketAddress *remote;
    GSocketAddress *local;
    gboolean tls, shaking;
    gsize chunks_at;              /* length of the head before a chunked body; 0: no such body */
    GTlsCertificate *certificate; /* nullable: the client's, verified */
    WsPollerWatch *watch;         /* for the header and for deadlines; NULL: none */
    gpointer data;
};

/* A connection that web_books_welcome() has counted among those of @peer. */
void web_connection_begin(WebBooks *books, GSocket *socket, GInetSocketAddress *remote, GSocketAddress *local,
                          const gchar *peer);
