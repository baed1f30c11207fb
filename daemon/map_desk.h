/* Map desk: what is around the car. Asks the server once for every question of a screen, and while a screen
 * shows the answer keeps it live with the area's event stream.
 */
#pragma once

#include "daemon/net/http_client.h"
#include "protocol/api_place.h"

#define MAP_DESK_WATCH_MS (60 * 1000)
#define MAP_DESK_MAX_PLACES 50

typedef struct MapDesk MapDesk;

/* @http: borrowed (nullable). @changed: map_desk_nearby() is another one now */
MapDesk *map_desk_new(HttpClient *http, void (*changed)(gpointer data), gpointer data);
void map_desk_free(MapDesk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MapDesk, map_desk_free)

/**
 * map_desk_find_async:
 * @watch: follow the area for %MAP_DESK_WATCH_MS; the next question begins anew
 * Finish: (transfer full) (nullable) (element-type Place): NULL with the error of json_call.h, or of
 * %G_IO_ERROR_NOT_CONNECTED without a server
 */
void map_desk_find_async(MapDesk *self, const PlaceQuery *query, gboolean watch, GAsyncReadyCallback callback,
                         gpointer user_data);
GArray *map_desk_find_finish(GAsyncResult *result, GError **error);

/* (transfer none) (element-type Place): empty while nobody watches */
const GArray *map_desk_nearby(const MapDesk *self);
/* Where its distances count from. Returns: FALSE while nobody watches */
gboolean map_desk_centre(const MapDesk *self, gdouble *latitude_deg, gdouble *longitude_deg);
