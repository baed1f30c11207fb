/* Area feed: the live view of a part of the map, for those whose screen shows it. A change goes to every
 * stream whose circle it lies in; nothing is remembered for those who come later (they read the list).
 */
#pragma once

#include "protocol/api_place.h"
#include "weblink/sse_hub.h"

#define AREA_FEED_PER_VEHICLE 4

typedef struct _AreaFeed AreaFeed;

AreaFeed *area_feed_new(void);
void area_feed_free(AreaFeed *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AreaFeed, area_feed_free)

/* Answers @request with a stream. Returns: FALSE when the vehicle has too many open: not answered */
gboolean area_feed_open(AreaFeed *self, WebRequest *request, const gchar *vehicle_id, const PlaceQuery *area);

void area_feed_changed(AreaFeed *self, const Place *place);
