/* A client that sends exactly the bytes it is told, in the same process as the server under test: while it
 * waits, it turns the main loop. Everything ends after 5 s. */
#pragma once

#include "weblink/bounded_server.h"

typedef struct {
    gint fd;
    GString *in; /* all that came back */
    gboolean eof;
} RawClient;

RawClient *raw_connect(BoundedServer *server);
RawClient *raw_connect_url(const gchar *url); /* "http://127.0.0.1:PORT..." */
void raw_free(RawClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RawClient, raw_free)

/* Sends as long as the peer takes it. Returns: bytes that went out */
gsize raw_send(RawClient *self, gconstpointer data, gsize len);
void raw_say(RawClient *self, const gchar *text);

/* Returns: whether @text came */
gboolean raw_hear(RawClient *self, const gchar *text);

/* Returns: whether at least @n bytes came */
gboolean raw_hear_bytes(RawClient *self, gsize n);

/* Returns: whether the server closed */
gboolean raw_hear_end(RawClient *self);

/* Sends @request on a new connection, reads one answer (to its end when the server closes). {H} in @request
 * stands for the right Host. Returns: (transfer full): all of the answer */
gchar *raw_ask(BoundedServer *server, const gchar *request);
gchar *raw_ask_url(const gchar *url, const gchar *request);

/* Turns the main loop until *@flag; FALSE after 5 s. */
gboolean turn_until(const gboolean *flag);
void turn_for_ms(guint ms);
