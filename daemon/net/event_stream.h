/* Event stream: follows GET /v1/events while somebody wants it, reconnects with back-off, resumes with
 * Last-Event-ID. 45 s without a byte is a lost stream (the server sends a comment every 15 s).
 * While it is brisk the server is asked for a comment every second: a server that is frozen, or behind a link
 * that swallows everything, is told before 2 s are over, and given up after 10 s. */
#pragma once

#include "daemon/net/http_client.h"
#include "protocol/api_order.h"

#define EVENT_STREAM_SILENCE_MS 45000
#define EVENT_STREAM_BRISK_QUIET_MS 1900
#define EVENT_STREAM_BRISK_SILENCE_MS 10000

#define EVENT_TYPE_STREAM (event_stream_get_type())
G_DECLARE_FINAL_TYPE(EventStream, event_stream, EVENT, STREAM, GObject)

/**
 * event_stream_new:
 * Follows nothing until event_stream_start().
 *
 * Signals: "order" (const Order *order): store it with its event_seq;
 * "news" (const gchar *name, JsonObject *object): any other event; when it is understood and stored, tell
 * event_stream_seen();
 * "link" (gboolean up, const gchar *problem): the stream opened, or was lost; @problem NULL when up
 */
EventStream *event_stream_new(HttpClient *http);

/* As above, another stream of the server than the vehicle's own. */
EventStream *event_stream_new_at(HttpClient *http, const gchar *path);

void event_stream_start(EventStream *self, gint64 last_event_id); /* no-op while running */
/* From now on, also while running: it costs a packet and a wake-up each second. */
void event_stream_set_brisk(EventStream *self, gboolean brisk);
void event_stream_stop(EventStream *self);
/* The next connection resumes after @event_id. */
void event_stream_seen(EventStream *self, gint64 event_id);
/* From a "news" handler: the event could not be stored. It and all that follow are asked for again soon. */
void event_stream_again(EventStream *self);
gboolean event_stream_is_running(EventStream *self);
