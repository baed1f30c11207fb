/* A loopback socket in the fuzz target's own process, for parsers that sit behind a library's I/O: a server
 * that answers whatever it is asked with the input, or a client that says it. */
#pragma once

#include <gio/gio.h>

typedef struct {
    gint fd; /* listens */
    gchar *url;
} Loopback;

/* (transfer none): one for the whole process */
Loopback *loopback_get(void);

/**
 * loopback_answer:
 * @n_ended: (inout): of the caller; turns the main loop until it is not 0, at most 3 s
 *
 * Answers each connection, once its head is complete, with the same bytes, and ends it.
 */
void loopback_answer(Loopback *self, const guint8 *bytes, gsize size, const guint *n_ended);

/* Says @bytes to the server at @port of this process and hears what it says until it is quiet.
 * Returns: (transfer full) */
GString *loopback_say(guint16 port, const guint8 *bytes, gsize size);

/* Turns the main loop until there is nothing left to do. */
void loopback_settle(void);

/* As a GLogFunc: a target's refusals are no news. */
void loopback_drop_log(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data);
