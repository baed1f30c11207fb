/* Vehicle events: everything that a vehicle is told, orders and news in their one numbering, as its event
 * stream carries it. */
#pragma once

#include "server-stub/http/event_feed.h"
#include "server-stub/store/news_rows.h"

/* (transfer full) (nullable) (element-type FeedEvent): at most @limit after @event_seq, in order */
GPtrArray *vehicle_events_since(Store *store, const gchar *vehicle_id, gint64 event_seq, gint64 now_ms,
                                guint limit, GError **error);
