#include "protocol/api_offer.h"

#include <string.h>

#include "base/plain_text.h"
#include "protocol/json_write.h"

const gchar *const offer_state_names[] = {"open", "accepted", "used", "withdrawn", "expired", NULL};

#define TEXT(object, name, presence, field)                                                                  \
    json_read_text(object, name, presence, field, sizeof(field), error)

JsonNode *offer_to_json(const Offer *offer)
{
    JsonObject *object = json_object_new(), *place = json_object_new();

    json_object_set_string_member(object, "offer_id", offer->ref.offer_id);
    json_object_set_int_member(object, "event_seq", offer->event_seq);
    json_object_set_string_member(object, "state", offer_state_names[offer->state]);
    json_object_set_string_member(object, "text", offer->ref.text);
    json_write_time(object, "from", offer->from_ms);
    json_write_time(object, "until", offer->until_ms);
    json_object_set_boolean_member(object, "single_use", offer->single_use);
    json_write_text(place, "name", offer->place_name);
    json_object_set_double_member(place, "latitude", offer->place.latitude_deg);
    json_object_set_double_member(place, "longitude", offer->place.longitude_deg);
    json_object_set_int_member(place, "radius_m", offer->radius_m);
    json_object_set_object_member(object, "place", place);
    if (offer->n_evses > 0) {
        JsonArray *evses = json_array_sized_new(offer->n_evses);

        for (guint i = 0; i < offer->n_evses; i++)
            json_array_add_string_element(evses, offer->evse_ids[i]);
        json_object_set_array_member(object, "evse_ids", evses);
    }
    if (offer->distance_m >= 0)
        json_object_set_int_member(object, "distance_m", offer->distance_m);
    if (offer->discount_percent > 0)
        json_object_set_int_member(object, "discount_percent", offer->discount_percent);
    else
        json_object_set_member(object, "tariff", tariff_to_json(&offer->tariff));
    return json_write_node(object);
}

static gboolean read_evses(JsonObject *object, Offer *offer, GError **error)
{
    JsonArray *evses = NULL;

    if (!json_read_array(object, "evse_ids", JSON_OPTIONAL, API_OFFER_MAX_EVSES, FALSE, &evses, error))
        return FALSE;
    for (guint i = 0; evses != NULL && i < json_array_get_length(evses); i++) {
        JsonNode *node = json_array_get_element(evses, i);
        const gchar *id = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;

        if (id == NULL || g_strlcpy(offer->evse_ids[i], id, API_EVSE_ID_BYTES) >= API_EVSE_ID_BYTES) {
            g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "evse_ids: not an EVSE id");
            return FALSE;
        }
        offer->n_evses++;
    }
    return TRUE;
}

static gboolean read_place(JsonObject *object, Offer *offer, GError **error)
{
    JsonObject *place = NULL;
    const gchar *name = "";
    g_autofree gchar *neutral = NULL;

    if (!json_read_object(object, "place", JSON_REQUIRED, &place, error) ||
        !json_read_string(place, "name", JSON_OPTIONAL, 4 * API_NAME_BYTES, &name, error) ||
        !api_position_read(object, "place", JSON_REQUIRED, &offer->place, error) ||
        !json_read_int(place, "radius_m", JSON_REQUIRED, 0, 1000000, &offer->radius_m, error))
        return FALSE;
    neutral = plain_text_neutral(name, API_NAME_BYTES, API_NAME_BYTES - 1);
    g_strlcpy(offer->place_name, neutral, sizeof offer->place_name);
    return TRUE;
}

gboolean offer_from_json(JsonObject *object, Offer *offer, GError **error)
{
    JsonObject *tariff = NULL;
    guint state = 0;

    memset(offer, 0, sizeof *offer);
    offer->distance_m = -1;
    if (!TEXT(object, "offer_id", JSON_REQUIRED, offer->ref.offer_id) ||
        !json_read_int(object, "event_seq", JSON_REQUIRED, 0, G_MAXINT64, &offer->event_seq, error) ||
        !json_read_enum(object, "state", JSON_REQUIRED, offer_state_names, &state, error) ||
        !offer_text_read(object, offer->ref.text, error) ||
        !json_read_time(object, "from", JSON_REQUIRED, &offer->from_ms, error) ||
        !json_read_time(object, "until", JSON_REQUIRED, &offer->until_ms, error) ||
        !json_read_boolean(object, "single_use", JSON_REQUIRED, &offer->single_use, error) ||
        !read_place(object, offer, error) || !read_evses(object, offer, error) ||
        !json_read_int(object, "distance_m", JSON_OPTIONAL, 0, 100000000, &offer->distance_m, error) ||
        !json_read_int(object, "discount_percent", JSON_OPTIONAL, 1, 100, &offer->discount_percent, error) ||
        !json_read_object(object, "tariff", JSON_OPTIONAL, &tariff, error) ||
        (tariff != NULL && !tariff_from_json(tariff, &offer->tariff, error)))
        return FALSE;
    if ((offer->discount_percent > 0) == (tariff != NULL)) {
        g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE,
                            "discount_percent, tariff: exactly one of them");
        return FALSE;
    }
    offer->state = (OfferState)state;
    return TRUE;
}
