/* Subscription: which news a vehicle wants, and from where. Wire form: protocol/README.md, section 2. */
#pragma once

#include "protocol/api_scan.h"

#define SUBSCRIPTION_MIN_RADIUS_M 100
#define SUBSCRIPTION_MAX_RADIUS_M 100000

typedef enum {
    NEWS_OFFER = 1 << 0,
    NEWS_RESERVATION = 1 << 1,
    NEWS_BAY = 1 << 2,
} NewsKinds;
extern const gchar *const news_kind_names[]; /* NULL-terminated; the bit is 1 << index */

typedef struct {
    guint kinds; /* NewsKinds; 0: nothing is told */
    gint64 radius_m;
    ApiPosition position; /* of the car, or of a place that the driver named */
} Subscription;

JsonNode *subscription_to_json(const Subscription *subscription); /* (transfer full) */
gboolean subscription_from_json(JsonObject *object, Subscription *subscription, GError **error);

/* An array of words into bits. Unknown words are an error: silence about what was asked for would look like
 * no news. */
gboolean news_kinds_read(JsonObject *object, const gchar *name, guint *kinds, GError **error);
JsonArray *news_kinds_to_json(guint kinds); /* (transfer full) */

/* Metres between two positions on the sphere; good to 0.5 %. */
gint64 api_position_distance_m(const ApiPosition *a, const ApiPosition *b);
