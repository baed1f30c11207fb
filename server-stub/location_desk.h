/* Location desk: what a driver sees of the map. Keeps the register and the live state of every charging point
 * in a place index; a change only marks its station, and what is marked is read again before anybody looks,
 * at latest after 250 ms. So a station that talks a lot costs no more than one that talks sometimes.
 */
#pragma once

#include "protocol/api_place.h"
#include "server-stub/desk.h"

#define LOCATION_DESK_PAUSE_MS 250

typedef struct _LocationDesk LocationDesk;

/* @store, @desk: borrowed. @changed: a charging point looks different now. Returns: (nullable): with @error
 */
LocationDesk *location_desk_new(Store *store, Desk *desk, void (*changed)(const Place *place, gpointer data),
                                gpointer data, GError **error);
void location_desk_free(LocationDesk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LocationDesk, location_desk_free)

/* Status, bay or freedom of a charging point of this station may have changed. */
void location_desk_mark(LocationDesk *self, const gchar *station_id);

/* (transfer full) (element-type Place): nearest first. @more: (out) */
GArray *location_desk_search(LocationDesk *self, const PlaceQuery *query, gboolean *more);

/* The nearest free charging point that can stand in for this one, within 5 km. */
gboolean location_desk_instead_of(LocationDesk *self, const gchar *evse_key, Place *other);
