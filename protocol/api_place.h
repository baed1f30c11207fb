/* Place: one charging point on a map: where it is, what it offers, whether a car may come now. Travels as an
 * OCPI Location with one EVSE (or several of the same Location in a row). Plain values of fixed size.
 * Wire form: protocol/README.md, section 2, GET /v1/locations.
 */
#pragma once

#include "protocol/api_scan.h"

#define PLACE_MAX_RADIUS_M 100000
#define PLACE_DEFAULT_RADIUS_M 5000
#define PLACE_MAX_LIMIT 200
#define PLACE_DEFAULT_LIMIT 50

typedef struct {
    gchar evse_key[API_EVSE_KEY_BYTES];
    gchar evse_id[API_EVSE_ID_BYTES];
    gchar evse_uid[37];
    gchar location_id[37];
    gchar location_name[API_NAME_BYTES];
    gchar operator_name[API_NAME_BYTES];
    ApiPosition position;
    ApiConnector connector;
    Tariff tariff;
    gint64 no_show_minor;  /* what a reservation costs whose driver never comes; 0: nothing */
    gchar evse_status[17]; /* OCPI 2.2.1 Status */
    Bay bay;
    gboolean free; /* a car may come: nobody charges, waits, has ordered or reserved, or stands there */
    gint64 distance_m;
} Place;

/* What is searched for; the fields that are 0 or "" ask for nothing. */
typedef struct {
    gdouble latitude_deg, longitude_deg;
    gint64 radius_m;
    gchar connector[41]; /* OCPI ConnectorType */
    gint64 min_power_w;
    gint64 max_price_micro; /* per kWh; -1: any */
    gboolean free_now;
    guint limit;
} PlaceQuery;
#define PLACE_QUERY_INIT                                                                                     \
    {                                                                                                        \
        .radius_m = PLACE_DEFAULT_RADIUS_M, .max_price_micro = -1, .limit = PLACE_DEFAULT_LIMIT              \
    }

/* Metres between two points of the WGS84 sphere (haversine; 0.5 % is enough for a list). */
gdouble place_distance_m(gdouble latitude_a, gdouble longitude_a, gdouble latitude_b, gdouble longitude_b);

/* (transfer full): a Location with this one EVSE */
JsonObject *place_to_json(const Place *place);
/* The first EVSE of a Location. Errors: #JsonReadError */
gboolean place_from_json(JsonObject *object, Place *place, GError **error);

/* Neighbours of one Location are put together. @places: (element-type Place): sorted by distance */
JsonNode *places_to_json(GArray *places, gboolean more);
/* (transfer full) (nullable) (element-type Place) */
GArray *places_from_json(JsonObject *object, GError **error);
