/* Panel feed: the open event streams of a panel. Each gets the whole state at once, and again whenever it has
 * changed; many changes within PANEL_FEED_PAUSE_MS are one. Without a stream no timer runs.
 */
#pragma once

#include "weblink/sse_hub.h"

#define PANEL_FEED_PAUSE_MS 100
#define PANEL_FEED_LIVE_MS 1000 /* while a meter or a clock runs */

typedef struct _PanelFeed PanelFeed;

/* (transfer full): the state now. @live: (out): it changes by itself, look again in PANEL_FEED_LIVE_MS */
typedef JsonObject *(*PanelFeedRead)(gboolean *live, gpointer data);

PanelFeed *panel_feed_new(PanelFeedRead read, gpointer data);
void panel_feed_free(PanelFeed *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PanelFeed, panel_feed_free)

/* Answers @request with text/event-stream: "event: state". */
void panel_feed_open(PanelFeed *self, WebRequest *request);
void panel_feed_changed(PanelFeed *self);
