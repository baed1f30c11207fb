/* Event feed: the open event streams of all cars, each with the number of the event it has got last.
 * A change makes every stream of its car read on from there: what was missed and what is new take the same
 * path, in order, and a car that was away for a year does not fill the queue at once.
 */
#pragma once

#include "weblink/sse_hub.h"

/* (transfer full) (nullable) (element-type Order): orders changed after @event_seq, in order */
typedef GArray *(*EventFeedRead)(const gchar *vehicle_id, gint64 event_seq, guint limit, gpointer data);

typedef struct _EventFeeds EventFeeds;

EventFeeds *event_feeds_new(EventFeedRead read, gpointer data);
void event_feeds_free(EventFeeds *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EventFeeds, event_feeds_free)

/* Answers @request with an event stream that starts after its Last-Event-ID. */
void event_feeds_open(EventFeeds *self, WebRequest *request, const gchar *vehicle_id);
void event_feeds_changed(EventFeeds *self, const gchar *vehicle_id);
