/* Rows of stations, their EVSEs and what they reported last.
 * Status and bay are stored because a station that reconnects after our restart need not repeat them.
 */
#pragma once

#include "protocol/api_scan.h"
#include "server-stub/store/store.h"

#define STATION_ID_BYTES 49 /* OCPP-J 2.0.1 part 4, 3.1.1: at most 48 */
#define TOTP_SECRET_BYTES 256

typedef struct {
    gchar station_id[STATION_ID_BYTES];
    gchar password_sha256[65];
    gchar name[API_NAME_BYTES];
    gchar operator_name[API_NAME_BYTES];
    gdouble latitude_deg, longitude_deg;
    gchar location_id[37];
    gboolean boot_accepted;
    gchar vendor[201], model[81];
    gint64 booted_ms, created_ms;
} StationRow;

typedef struct {
    gchar evse_key[API_EVSE_KEY_BYTES];
    gchar evse_id[API_EVSE_ID_BYTES];
    gchar evse_uid[37];
    gchar station_id[STATION_ID_BYTES];
    gint evse_no;
    Tariff tariff;
    gint64 no_show_minor; /* of the tariff: what a reservation costs whose driver never comes */
    gchar totp_secret[TOTP_SECRET_BYTES]; /* "": static code */
    gint totp_validity_s, totp_length;
    ApiConnector connector;
    gint bay_sensor; /* BaySensor of server-stub/model/evse_status.h */
} EvseRow;

gboolean store_station_add(Store *store, const StationRow *row, GError **error);
/* Only keys and texts of @row count; the tariff is named by tariff.id. */
gboolean store_evse_add(Store *store, const EvseRow *row, GError **error);

/* Lookups return FALSE when there is no such row, or with @error. */
gboolean store_station(Store *store, const gchar *station_id, StationRow *row, GError **error);
gboolean store_evse(Store *store, const gchar *evse_key, EvseRow *row, GError **error);
gboolean store_evse_by_number(Store *store, const gchar *station_id, gint evse_no, EvseRow *row,
                              GError **error);
/* (transfer full) (nullable) (element-type StationRow / EvseRow); @station_id NULL: of all */
GArray *store_stations(Store *store, GError **error);
GArray *store_evses(Store *store, const gchar *station_id, GError **error);

gboolean store_station_booted(Store *store, const gchar *station_id, const gchar *vendor, const gchar *model,
                              gint64 now_ms, GError **error);
/* The latest message counts, not the latest timestamp: one message dated into the future would silence all
 * later ones. The times are kept for people. */
gboolean store_connector_set(Store *store, const gchar *station_id, gint evse_no, gint connector_no,
                             gint status, gint64 status_ms, GError **error);
gboolean store_bay_set(Store *store, const gchar *station_id, gint evse_no, gint bay_sensor, gint64 bay_ms,
                       GError **error);
/* Returns: (transfer full) (nullable) (element-type gint): statuses of the connectors of one EVSE */
GArray *store_connectors(Store *store, const gchar *station_id, gint evse_no, GError **error);
