/* Event feed: the open event streams of all cars, each with the number of the event it has got last.
 * A change makes every stream of its car read on from there: what was missed and what is new take the same
 * path, in order, and a car that was away for a year does not fill the queue at once.
 */
#pragma once

#include "weblink/sse_hub.h"

typedef struct {
    gint64 event_seq;
    const gchar *name; /* static: "order", "offer", ... */
    gchar *text;       /* owned; JSON */
} FeedEvent;
void feed_event_free(FeedEvent *event);

typedef struct {
    /* (transfer full) (nullable) (element-type FeedEvent): what happened after @event_seq, in order */
    GPtrArray *(*read)(const gchar *vehicle_id, gint64 event_seq, guint limit, gpointer data);
    /* The newest number that was ever given to this vehicle; -1: cannot be read now */
    gint64 (*newest)(const gchar *vehicle_id, gpointer data);
} EventFeedPorts;

typedef struct _EventFeeds EventFeeds;

EventFeeds *event_feeds_new(const EventFeedPorts *ports, gpointer data);
void event_feeds_free(EventFeeds *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EventFeeds, event_feeds_free)

/* Answers @request with an event stream that starts after its Last-Event-ID. */
void event_feeds_open(EventFeeds *self, WebRequest *request, const gchar *vehicle_id);
void event_feeds_changed(EventFeeds *self, const gchar *vehicle_id);
/* Something of this moment only, without a number. Returns: to how many open streams of the vehicle it went
 */
guint event_feeds_send(EventFeeds *self, const gchar *vehicle_id, const gchar *name, const gchar *text);
guint event_feeds_n_streams(EventFeeds *self, const gchar *vehicle_id);
