/* One accepted connection, from its first byte to the moment it is handed out: header deadline, turns, TLS.
 * libsoup could accept by itself, but each connection would cost 30 to 100 kB from its first byte, and nobody
 * could see it before a whole header is there. So we wait until the header is complete without taking it out
 * of the kernel (MSG_PEEK: slow headers cost us about 2 kB each), and only then hand the stream over; a peer
 * has at most WEB_BUSY_PER_PEER connections with libsoup at a time, the others wait for their turn. TLS
 * connections have their turn when the client's hello is whole, before the handshake (a session costs as much
 * as a request), and are handed over after it and after their head (tls_door.h). Only heads that web_head.h
 * accepts go on.
 */
#pragma once

#include "weblink/rate_limit.h"
#include "weblink/web_gate.h"
#include "weblink/web_stream.h"

#define WEB_BUSY_PER_PEER 48   /* with a body of 64 KiB each, over TLS: 6 MiB */
#define WEB_SHAKING_PER_PEER 4 /* a handshake that stalls holds one of GIO's 10 threads */

typedef struct _WebConnection WebConnection;

typedef struct {
    /* A connection is ready for HTTP. */
    void (*accepted)(WebConnection *connection, GIOStream *stream, gpointer user_data);
    /* Its deadline has passed. The owner should refuse and web_connection_cut() it. */
    void (*late)(WebConnection *connection, gpointer user_data);
    /* Its chunked body is malformed or too large (web_chunks.h); nothing more comes out of its stream. */
    void (*bad_body)(WebConnection *connection, const WebVerdict *verdict, gpointer user_data);
    /* No whole header or no turn in time, too many requests, or the head is not one (web_head.h).
     * @stream: (transfer full): to say so and finish */
    void (*bad_head)(WebStream *stream, const WebVerdict *verdict, gpointer user_data);
} WebListenerCallbacks;

/* Who is connected, and what the listener allows. Belongs to one WebListener. */
typedef struct {
    const WebListenerCallbacks *callbacks;
    gpointer user_data;
    GHashTable *connections; /* set of WebConnection, borrowed: they free themselves */
    GHashTable *peers;       /* address text -> what that peer has */
    GQueue ready;            /* WebConnection: header complete, waiting for a turn */
    guint turn;              /* source id: turns are given from the main loop, never inside somebody's call */
    guint max_total, max_per_peer, head_ms;
    gsize head_max_bytes, body_max_bytes;
    RateLimit *rate;              /* nullable: requests are not counted */
    GTlsCertificate *certificate; /* nullable: no TLS */
    GTlsDatabase *client_ca;      /* nullable: no client certificate is asked for */
    GCancellable *stopping;       /* ends TLS handshakes */
} WebBooks;

WebBooks *web_books_new(const WebListenerCallbacks *callbacks, gpointer user_data);

/* Connections that still wait are closed; the others live on, without callbacks. */
void web_books_free(WebBooks *self);

/* A new socket from accept(): one of ours now, or refused when the limits say so. */
void web_books_welcome(WebBooks *self, GSocket *socket);

/* A connection lives exactly as long as the socket connection underneath its stream. */
GSocket *web_connection_socket(WebConnection *self);
gboolean web_connection_is_tls(WebConnection *self);
GTlsCertificate *web_connection_certificate(WebConnection *self); /* nullable: the client's, verified */
/* Address without port; of IPv6 the first 64 bits */
const gchar *web_connection_peer(WebConnection *self);
GInetSocketAddress *web_connection_remote(WebConnection *self);
GSocketAddress *web_connection_local(WebConnection *self);

/* The connection whose remote address object this is (libsoup hands the same object back). */
WebConnection *web_connection_of_remote(GSocketAddress *remote);
gpointer web_connection_data(WebConnection *self);
void web_connection_set_data(WebConnection *self, gpointer data);

/* libsoup has nothing to do with it any more: it was stolen. It counts only in the total from now on. */
void web_connection_release(WebConnection *self);

/* Its request does not count for the peer's rate after all. */
void web_connection_refund(WebConnection *self);

/* @ms from now; 0: none. */
void web_connection_set_deadline(WebConnection *self, guint ms);

/* Both directions end; whoever polls the stream sees its end. */
void web_connection_cut(WebConnection *self);
