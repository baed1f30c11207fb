/* A stream whose first bytes were looked at before: reading begins with them again, everything else goes
 * to the stream underneath. This is how the head of a request over TLS is judged before libsoup sees it.
 */
#pragma once

#include <gio/gio.h>

G_DECLARE_FINAL_TYPE(WebReplay, web_replay, WEB, REPLAY, GIOStream)

/* @base: (transfer none): with pollable streams */
WebReplay *web_replay_new(GIOStream *base);

/* Looks at more of what comes, at most @size bytes, without blocking. Only before anyone reads.
 * Returns: as g_pollable_input_stream_read_nonblocking() */
gssize web_replay_look(WebReplay *self, gsize size, GError **error);

/* What was looked at and not read again yet. */
const gchar *web_replay_seen(WebReplay *self, gsize *len);
