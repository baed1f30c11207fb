/* Offer: what an operator offers a car: a price, somewhere, for a while. As it travels to the car (event
 * stream, GET /v1/offers). Wire form: protocol/README.md, section 2.
 */
#pragma once

#include "protocol/api_scan.h"

#define API_OFFER_MAX_EVSES 20

typedef enum {
    OFFER_OPEN,
    OFFER_ACCEPTED, /* by this vehicle */
    OFFER_USED,     /* by an order of it, and it was for one order */
    OFFER_WITHDRAWN,
    OFFER_EXPIRED,
    OFFER_N_STATES
} OfferState;
extern const gchar *const offer_state_names[]; /* wire words, NULL-terminated, in enum order */

typedef struct {
    OfferRef ref;
    gint64 event_seq; /* of the vehicle's stream */
    OfferState state;
    gint64 from_ms, until_ms; /* UTC */
    gboolean single_use;
    gchar place_name[API_NAME_BYTES];
    ApiPosition place;
    gint64 radius_m;
    guint n_evses; /* 0: every charging point within the radius */
    gchar evse_ids[API_OFFER_MAX_EVSES][API_EVSE_ID_BYTES];
    gint64 distance_m;       /* -1: not known */
    gint64 discount_percent; /* 1..100; 0: @tariff instead */
    Tariff tariff;
} Offer;

JsonNode *offer_to_json(const Offer *offer); /* (transfer full) */
/* The text is neutralised, base/plain_text.h. FALSE and a #JsonReadError */
gboolean offer_from_json(JsonObject *object, Offer *offer, GError **error);
