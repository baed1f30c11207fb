/* The register as the search sees it: charging points with their location, connector and tariff. */
#pragma once

#include "protocol/api_place.h"
#include "server-stub/store/station_rows.h"

typedef struct {
    Place place; /* nothing live: status UNKNOWN */
    gchar station_id[STATION_ID_BYTES];
    gint evse_no;
} PlaceRow;

/* Calls @each for every registered charging point; it must not use the store. */
gboolean store_places_each(Store *store, void (*each)(const PlaceRow *row, gpointer data), gpointer data,
                           GError **error);

/* Rises with every change of the register, by whatever program. -1 with @error */
gint64 store_register_version(Store *store, GError **error);
