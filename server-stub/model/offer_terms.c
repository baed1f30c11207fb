#include "server-stub/model/offer_terms.h"

#include "base/identifier.h"
#include "base/plain_text.h"
#include "protocol/json_write.h"

#include <string.h>

static gboolean wrong(GError **error, const gchar *text)
{
    g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, text);
    return FALSE;
}

gboolean offer_terms_read_text(JsonObject *object, gchar *text, GError **error)
{
    const gchar *why = NULL;

    if (!json_read_text(object, "text", JSON_REQUIRED, text, API_OFFER_TEXT_BYTES, error))
        return FALSE;
    if (plain_text_is_fit(text, API_OFFER_TEXT_CHARS, &why))
        return TRUE;
    g_set_error(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE,
                "text: %s; want plain text of 1 to %d characters", why, API_OFFER_TEXT_CHARS);
    return FALSE;
}

gboolean offer_terms_read_names(JsonObject *object, const gchar *name, guint max, gsize size, gchar *names,
                                guint *n_names, GError **error)
{
    JsonArray *array = NULL;

    if (!json_read_array(object, name, JSON_OPTIONAL, max, FALSE, &array, error))
        return FALSE;
    *n_names = 0;
    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
        JsonNode *node = json_array_get_element(array, i);
        const gchar *text = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;

        if (text == NULL || !identifier_is_valid(text, size - 1)) {
            g_set_error(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "%s: not an identifier in it", name);
            return FALSE;
        }
        g_strlcpy(names + (*n_names)++ * size, text, size);
    }
    return TRUE;
}

gboolean offer_terms_read_price(JsonObject *object, gint64 *discount_percent, gchar *tariff_id,
                                GError **error)
{
    *discount_percent = 0;
    tariff_id[0] = '\0';
    if (!json_read_int(object, "discount_percent", JSON_OPTIONAL, 1, 100, discount_percent, error) ||
        !json_read_text(object, "tariff_id", JSON_OPTIONAL, tariff_id, TARIFF_ID_BYTES, error))
        return FALSE;
    return (*discount_percent > 0) != (tariff_id[0] != '\0') ||
           wrong(error, "discount_percent, tariff_id: exactly one of them");
}

static gboolean read_place(JsonObject *object, OfferTerms *terms, GError **error)
{
    JsonObject *place = NULL;
    const gchar *why = NULL;

    if (!json_read_object(object, "place", JSON_OPTIONAL, &place, error) ||
        !offer_terms_read_names(object, "station_ids", OFFER_MAX_STATIONS, sizeof terms->station_ids[0],
                                terms->station_ids[0], &terms->n_stations, error))
        return FALSE;
    if ((place != NULL) == (terms->n_stations > 0))
        return wrong(error, "place, station_ids: exactly one of them");
    if (place == NULL)
        return TRUE;
    if (!api_position_read(object, "place", JSON_REQUIRED, &terms->place, error) ||
        !json_read_int(place, "radius_m", JSON_REQUIRED, OFFER_MIN_RADIUS_M, SUBSCRIPTION_MAX_RADIUS_M,
                       &terms->radius_m, error) ||
        !json_read_text(place, "name", JSON_OPTIONAL, terms->place_name, sizeof terms->place_name, error))
        return FALSE;
    if (terms->place_name[0] != '\0' && !plain_text_is_fit(terms->place_name, API_NAME_BYTES, &why)) {
        g_set_error(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "place.name: %s", why);
        return FALSE;
    }
    return TRUE;
}

gboolean offer_terms_read(JsonObject *object, gint64 now_ms, OfferTerms *terms, GError **error)
{
    memset(terms, 0, sizeof *terms);
    terms->from_ms = now_ms;
    if (!offer_terms_read_text(object, terms->text, error) ||
        !json_read_time(object, "from", JSON_OPTIONAL, &terms->from_ms, error) ||
        !json_read_time(object, "until", JSON_REQUIRED, &terms->until_ms, error) ||
        !read_place(object, terms, error) ||
        !offer_terms_read_price(object, &terms->discount_percent, terms->tariff_id, error) ||
        !offer_terms_read_names(object, "audience", OFFER_MAX_AUDIENCE, sizeof terms->audience[0],
                                terms->audience[0], &terms->n_audience, error) ||
        !json_read_text(object, "evse_key", JSON_OPTIONAL, terms->evse_key, sizeof terms->evse_key, error) ||
        !json_read_boolean(object, "single_use", JSON_OPTIONAL, &terms->single_use, error) ||
        !json_read_int(object, "max_accepts", JSON_OPTIONAL, 0, 1000000, &terms->max_accepts, error))
        return FALSE;
    return terms->until_ms > terms->from_ms || wrong(error, "until: after from");
}

gboolean offer_terms_check_new(const OfferTerms *terms, gint64 now_ms, GError **error)
{
    return (terms->until_ms > now_ms && terms->until_ms <= now_ms + OFFER_MAX_AHEAD_MS) ||
           wrong(error, "until: after now, at most 400 days ahead");
}

void offer_terms_write_names(JsonObject *object, const gchar *name, const gchar *names, gsize size,
                             guint n_names)
{
    JsonArray *array;

    if (n_names == 0)
        return;
    array = json_array_sized_new(n_names);
    for (guint i = 0; i < n_names; i++)
        json_array_add_string_element(array, names + i * size);
    json_object_set_array_member(object, name, array);
}

void offer_terms_write(const OfferTerms *terms, JsonObject *object)
{
    json_object_set_string_member(object, "text", terms->text);
    json_write_time(object, "from", terms->from_ms);
    json_write_time(object, "until", terms->until_ms);
    if (terms->place.known) {
        JsonObject *place;

        api_position_write(object, "place", &terms->place);
        place = json_object_get_object_member(object, "place");
        json_write_text(place, "name", terms->place_name);
        json_object_set_int_member(place, "radius_m", terms->radius_m);
    }
    offer_terms_write_names(object, "station_ids", terms->station_ids[0], sizeof terms->station_ids[0],
                            terms->n_stations);
    json_write_text(object, "evse_key", terms->evse_key);
    if (terms->discount_percent > 0)
        json_object_set_int_member(object, "discount_percent", terms->discount_percent);
    json_write_text(object, "tariff_id", terms->tariff_id);
    offer_terms_write_names(object, "audience", terms->audience[0], sizeof terms->audience[0],
                            terms->n_audience);
    json_object_set_boolean_member(object, "single_use", terms->single_use);
    json_object_set_int_member(object, "max_accepts", terms->max_accepts);
}

gboolean offer_terms_is_open(const OfferTerms *terms, gint64 withdrawn_ms, gint64 now_ms)
{
    return withdrawn_ms == 0 && terms->from_ms <= now_ms && now_ms < terms->until_ms;
}

const gchar *offer_terms_state(const OfferTerms *terms, gint64 withdrawn_ms, gint64 now_ms)
{
    if (withdrawn_ms != 0)
        return "withdrawn";
    if (now_ms >= terms->until_ms)
        return "expired";
    return terms->from_ms > now_ms ? "planned" : "open";
}

static gboolean is_in_audience(const OfferTerms *terms, const gchar *vehicle_id)
{
    for (guint i = 0; i < terms->n_audience; i++)
        if (g_str_equal(terms->audience[i], vehicle_id))
            return TRUE;
    return terms->n_audience == 0;
}

gboolean offer_terms_concern(const OfferTerms *terms, const gchar *vehicle_id,
                             const Subscription *subscription, const ApiPosition *places, guint n_places,
                             gint64 *distance_m)
{
    gboolean one_point = terms->evse_key[0] != '\0';
    gint64 near_m;

    if (!(subscription->kinds & NEWS_OFFER) || !subscription->position.known || n_places == 0 ||
        !is_in_audience(terms, vehicle_id))
        return FALSE;
    *distance_m = G_MAXINT64;
    for (guint i = 0; i < n_places; i++)
        *distance_m = MIN(*distance_m, api_position_distance_m(&places[i], &subscription->position));
    near_m =
        one_point ? MIN(subscription->radius_m, terms->radius_m) : subscription->radius_m + terms->radius_m;
    return *distance_m <= near_m;
}

gboolean offer_terms_cover(const OfferTerms *terms, const gchar *evse_key, const gchar *station_id,
                           const ApiPosition *station)
{
    if (terms->evse_key[0] != '\0')
        return g_str_equal(terms->evse_key, evse_key);
    for (guint i = 0; i < terms->n_stations; i++)
        if (g_str_equal(terms->station_ids[i], station_id))
            return TRUE;
    return terms->n_stations == 0 && api_position_distance_m(&terms->place, station) <= terms->radius_m;
}
