/* Place index: all charging points, found by distance. A grid of cells of 0.02 degrees in memory, searched in
 * rings around the centre until no nearer cell is left: what it costs depends on what is near, not on how
 * many there are. Pure. The register and the live state come from outside; a Place goes in and out whole, but
 * what many share (location, connector, tariff) is kept once.
 */
#pragma once

#include "protocol/api_place.h"

typedef struct _PlaceIndex PlaceIndex;

PlaceIndex *place_index_new(void);
void place_index_free(PlaceIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlaceIndex, place_index_free)

/* Adds or replaces; status, bay and freedom are those of @place. A place without a known position is found by
 * its key only. */
void place_index_put(PlaceIndex *self, const Place *place);
guint place_index_size(const PlaceIndex *self);

/* Returns: TRUE when something changed; FALSE also for an unknown key */
gboolean place_index_set_live(PlaceIndex *self, const gchar *evse_key, const gchar *status, Bay bay,
                              gboolean is_free);

/* Returns: FALSE when there is no such place. distance_m is 0. */
gboolean place_index_get(const PlaceIndex *self, const gchar *evse_key, Place *place);

/* @more: (out): the limit cut the list. Returns: (transfer full) (element-type Place): nearest first, those
 * of one location in the order of their keys */
GArray *place_index_search(const PlaceIndex *self, const PlaceQuery *query, gboolean *more);

/* The nearest free place that can stand in for @place: same connector and kind of current, no less power, no
 * dearer. Returns: FALSE when there is none within @radius_m */
gboolean place_index_instead_of(const PlaceIndex *self, const Place *place, gint64 radius_m, Place *other);
