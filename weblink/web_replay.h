/* A stream whose first bytes were looked at before: reading begins with them again, everything else goes
 * to the stream underneath. This is how the head of a request over TLS is judged before libsoup sees it.
 * And a stream that watches the framing of a chunked body on its way to libsoup.
 */
#pragma once

#include "weblink/web_chunks.h"
#include <gio/gio.h>

G_DECLARE_FINAL_TYPE(WebReplay, web_replay, WEB, REPLAY, GIOStream)

/* @base: (transfer none): with pollable streams */
WebReplay *web_replay_new(GIOStream *base);

/* Looks at more of what comes, at most @size bytes, without blocking. Only before anyone reads.
 * Returns: as g_pollable_input_stream_read_nonblocking() */
gssize web_replay_look(WebReplay *self, gsize size, GError **error);

/* What was looked at and not read again yet. */
const gchar *web_replay_seen(WebReplay *self, gsize *len);

typedef void (*WebReplayBroken)(const WebVerdict *verdict, gpointer user_data);

/* What follows @head_len bytes is a chunked body of at most @max_bytes. When it breaks the rules the stream
 * falls silent right before that, and @broken is called once, from the main loop. Only before anyone reads.
 * @destroy: (nullable): for @user_data, whether it was called or not */
void web_replay_watch_chunks(WebReplay *self, gsize head_len, guint64 max_bytes, WebReplayBroken broken,
                             gpointer user_data, GDestroyNotify destroy);
