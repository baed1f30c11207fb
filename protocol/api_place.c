#include "protocol/api_place.h"

#include <math.h>
#include <string.h>

#include "protocol/json_read.h"
#include "protocol/json_write.h"

#define EARTH_RADIUS_M 6371008.8
#define MAX_EVSES_PER_LOCATION 1000

#define TEXT(object, name, presence, field)                                                                  \
    json_read_text(object, name, presence, field, sizeof(field), error)

gdouble place_distance_m(gdouble latitude_a, gdouble longitude_a, gdouble latitude_b, gdouble longitude_b)
{
    gdouble a = latitude_a * G_PI / 180, b = latitude_b * G_PI / 180;
    gdouble half_latitude = sin((b - a) / 2);
    gdouble half_longitude = sin((longitude_b - longitude_a) * G_PI / 360);
    gdouble h = half_latitude * half_latitude + cos(a) * cos(b) * half_longitude * half_longitude;

    return 2 * EARTH_RADIUS_M * asin(sqrt(CLAMP(h, 0, 1)));
}

static JsonObject *location_to_json(const Place *place)
{
    JsonObject *location = api_location_to_json(place->location_id, place->location_name,
                                                place->operator_name, &place->position);

    json_object_set_int_member(location, "distance_m", place->distance_m);
    json_object_set_array_member(location, "evses", json_array_new());
    return location;
}

static void add_evse(JsonObject *location, const Place *place)
{
    JsonObject *evse = json_object_new();

    json_object_set_string_member(evse, "uid", place->evse_uid);
    json_object_set_string_member(evse, "evse_id", place->evse_id);
    json_object_set_string_member(evse, "evse_key", place->evse_key);
    json_object_set_string_member(evse, "status", place->evse_status);
    json_object_set_string_member(evse, "bay", bay_names[place->bay]);
    json_object_set_boolean_member(evse, "free", place->free);
    json_object_set_array_member(evse, "connectors", api_connectors_to_json(&place->connector, 1));
    json_object_set_member(evse, "tariff", tariff_to_json(&place->tariff));
    if (place->no_show_minor > 0)
        json_object_set_int_member(evse, "no_show_minor", place->no_show_minor);
    json_array_add_object_element(json_object_get_array_member(location, "evses"), evse);
}

JsonObject *place_to_json(const Place *place)
{
    JsonObject *location = location_to_json(place);

    add_evse(location, place);
    return location;
}

static gboolean location_from_json(JsonObject *object, Place *place, JsonArray **evses, GError **error)
{
    memset(place, 0, sizeof *place);
    return api_location_from_json(object, place->location_id, place->location_name, place->operator_name,
                                  &place->position, error) &&
           json_read_int(object, "distance_m", JSON_OPTIONAL, 0, G_MAXINT32, &place->distance_m, error) &&
           json_read_array(object, "evses", JSON_REQUIRED, MAX_EVSES_PER_LOCATION, TRUE, evses, error);
}

static gboolean evse_from_json(JsonObject *evse, Place *place, GError **error)
{
    ApiConnector connectors[API_MAX_CONNECTORS] = {0};
    JsonObject *tariff = NULL;
    guint bay = BAY_UNKNOWN, n = 0;

    if (!TEXT(evse, "uid", JSON_REQUIRED, place->evse_uid) ||
        !TEXT(evse, "evse_id", JSON_REQUIRED, place->evse_id) ||
        !TEXT(evse, "evse_key", JSON_REQUIRED, place->evse_key) ||
        !TEXT(evse, "status", JSON_REQUIRED, place->evse_status) ||
        !json_read_enum(evse, "bay", JSON_REQUIRED, bay_names, &bay, error) ||
        !json_read_boolean(evse, "free", JSON_REQUIRED, &place->free, error) ||
        !api_connectors_from_json(evse, connectors, &n, error) ||
        !json_read_object(evse, "tariff", JSON_REQUIRED, &tariff, error) ||
        !tariff_from_json(tariff, &place->tariff, error) ||
        !json_read_int(evse, "no_show_minor", JSON_OPTIONAL, 0, MONEY_MAX_MINOR, &place->no_show_minor,
                       error))
        return FALSE;
    place->bay = (Bay)bay;
    place->connector = connectors[0]; /* all zero when there is none */
    return TRUE;
}

gboolean place_from_json(JsonObject *object, Place *place, GError **error)
{
    JsonArray *evses = NULL;

    if (!location_from_json(object, place, &evses, error))
        return FALSE;
    if (json_array_get_length(evses) == 0) {
        g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "evses: at least one is expected");
        return FALSE;
    }
    return evse_from_json(json_array_get_object_element(evses, 0), place, error);
}

JsonNode *places_to_json(GArray *places, gboolean more)
{
    JsonObject *object = json_object_new(), *location = NULL;
    JsonArray *locations = json_array_new();
    const Place *before = NULL;

    for (guint i = 0; i < places->len; i++) {
        const Place *place = &g_array_index(places, Place, i);

        if (before == NULL || strcmp(before->location_id, place->location_id) != 0) {
            location = location_to_json(place);
            json_array_add_object_element(locations, location);
        }
        add_evse(location, place);
        before = place;
    }
    json_object_set_array_member(object, "locations", locations);
    json_object_set_boolean_member(object, "more", more);
    return json_write_node(object);
}

GArray *places_from_json(JsonObject *object, GError **error)
{
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(Place));
    JsonArray *locations = NULL;

    if (!json_read_array(object, "locations", JSON_REQUIRED, PLACE_MAX_LIMIT, TRUE, &locations, error))
        return NULL;
    for (guint i = 0; i < json_array_get_length(locations); i++) {
        JsonArray *evses = NULL;
        Place place;

        if (!location_from_json(json_array_get_object_element(locations, i), &place, &evses, error))
            return NULL;
        for (guint k = 0; k < json_array_get_length(evses); k++) {
            if (!evse_from_json(json_array_get_object_element(evses, k), &place, error))
                return NULL;
            g_array_append_val(places, place);
        }
    }
    return g_steal_pointer(&places);
}
