#include "protocol/api_subscription.h"

#include <math.h>
#include <string.h>

#include "protocol/json_write.h"

#define EARTH_RADIUS_M 6371008.8 /* mean, IUGG */

const gchar *const news_kind_names[] = {"offer", "reservation", "bay", NULL};

JsonArray *news_kinds_to_json(guint kinds)
{
    JsonArray *words = json_array_new();

    for (guint i = 0; news_kind_names[i] != NULL; i++)
        if (kinds & (1u << i))
            json_array_add_string_element(words, news_kind_names[i]);
    return words;
}

gboolean news_kinds_read(JsonObject *object, const gchar *name, guint *kinds, GError **error)
{
    JsonArray *words = NULL;

    if (!json_read_array(object, name, JSON_REQUIRED, 16, FALSE, &words, error))
        return FALSE;
    *kinds = 0;
    for (guint i = 0; i < json_array_get_length(words); i++) {
        JsonNode *node = json_array_get_element(words, i);
        const gchar *word = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
        guint bit = 0;

        while (news_kind_names[bit] != NULL && g_strcmp0(word, news_kind_names[bit]) != 0)
            bit++;
        if (news_kind_names[bit] == NULL) {
            g_set_error(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "%s: offer, reservation or bay", name);
            return FALSE;
        }
        *kinds |= 1u << bit;
    }
    return TRUE;
}

JsonNode *subscription_to_json(const Subscription *subscription)
{
    JsonObject *object = json_object_new();

    json_object_set_array_member(object, "kinds", news_kinds_to_json(subscription->kinds));
    json_object_set_int_member(object, "radius_m", subscription->radius_m);
    api_position_write(object, "position", &subscription->position);
    return json_write_node(object);
}

gboolean subscription_from_json(JsonObject *object, Subscription *subscription, GError **error)
{
    memset(subscription, 0, sizeof *subscription);
    return news_kinds_read(object, "kinds", &subscription->kinds, error) &&
           json_read_int(object, "radius_m", JSON_REQUIRED, SUBSCRIPTION_MIN_RADIUS_M,
                         SUBSCRIPTION_MAX_RADIUS_M, &subscription->radius_m, error) &&
           api_position_read(object, "position", JSON_OPTIONAL, &subscription->position, error);
}

static gdouble radians(gdouble degrees)
{
    return degrees * G_PI / 180;
}

/* Haversine: good for small distances, where the law of cosines loses all digits. */
gint64 api_position_distance_m(const ApiPosition *a, const ApiPosition *b)
{
    gdouble north = sin(radians(b->latitude_deg - a->latitude_deg) / 2);
    gdouble east = sin(radians(b->longitude_deg - a->longitude_deg) / 2);
    gdouble h = north * north + cos(radians(a->latitude_deg)) * cos(radians(b->latitude_deg)) * east * east;

    return (gint64)(2 * EARTH_RADIUS_M * asin(sqrt(MIN(h, 1))) + 0.5);
}
