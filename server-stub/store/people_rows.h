/* Rows of vehicles and tariffs. */
#pragma once

#include "protocol/tariff.h"
#include "server-stub/store/store.h"

#define VEHICLE_ID_BYTES 65

typedef struct {
    gchar vehicle_id[VEHICLE_ID_BYTES];
    gint64 last_event_seq;
    gint64 created_ms;
} VehicleRow;

gboolean store_vehicle_add(Store *store, const gchar *vehicle_id, const gchar *token_sha256, gint64 now_ms,
                           GError **error);
/* Returns: FALSE when nobody has this token, or with @error. */
gboolean store_vehicle_by_token(Store *store, const gchar *token_sha256, VehicleRow *row, GError **error);
/* Inside a change: moves the vehicle's event stream on. @seq: (out): the number of the event that this makes
 */
gboolean store_vehicle_next_seq(Store *store, const gchar *vehicle_id, gint64 *seq, GError **error);
/* Returns: (transfer full) (nullable) (element-type VehicleRow) */
GArray *store_vehicles(Store *store, GError **error);

/* New, or in place of the old one; scans and orders in progress keep the price they were shown. */
gboolean store_tariff_set(Store *store, const Tariff *tariff, GError **error);
/* What a reservation at this tariff costs whose driver never comes; 0: nothing. */
gboolean store_tariff_set_no_show(Store *store, const gchar *tariff_id, gint64 no_show_minor, GError **error);
/* Returns: (transfer full) (nullable) (element-type Tariff) */
GArray *store_tariffs(Store *store, GError **error);
