/* Offer terms: what an operator offers, to whom, where and until when; and for which car and charging point
 * they hold. Pure. Wire form: protocol/README.md section 3 (OfferInput).
 */
#pragma once

#include "protocol/api_offer.h"
#include "protocol/api_subscription.h"

#define OFFER_MAX_STATIONS 20
#define OFFER_MAX_AUDIENCE 100
#define OFFER_MIN_RADIUS_M 50
#define OFFER_MAX_AHEAD_MS                                                                                   \
    (400 * 24 * 60 * 60 * G_GINT64_CONSTANT(1000)) /* until: a typing error otherwise */

typedef struct {
    gchar text[API_OFFER_TEXT_BYTES];
    gint64 from_ms, until_ms;
    gchar place_name[API_NAME_BYTES];
    ApiPosition place; /* not known while station_ids name the places */
    gint64 radius_m;
    guint n_stations;
    gchar station_ids[OFFER_MAX_STATIONS][49];
    gchar evse_key[API_EVSE_KEY_BYTES]; /* only this point (a rule's offers); "": all at the place */
    gint64 discount_percent;            /* 1..100; 0: tariff_id instead */
    gchar tariff_id[TARIFF_ID_BYTES];
    guint n_audience; /* 0: everybody who subscribed */
    gchar audience[OFFER_MAX_AUDIENCE][65];
    gboolean single_use;
    gint64 max_accepts; /* 0: any number */
} OfferTerms;

/* FALSE and a #JsonReadError naming the field. @now_ms: the default of "from" */
gboolean offer_terms_read(JsonObject *object, gint64 now_ms, OfferTerms *terms, GError **error);
/* What only a new offer must fulfil: it ends in the future, and not in a hundred years. */
gboolean offer_terms_check_new(const OfferTerms *terms, gint64 now_ms, GError **error);
/* The members of OfferInput into @object. */
void offer_terms_write(const OfferTerms *terms, JsonObject *object);

/* Shared with OfferRule: the texts, names and price changes that both have. */
gboolean offer_terms_read_text(JsonObject *object, gchar *text, GError **error);
gboolean offer_terms_read_names(JsonObject *object, const gchar *name, guint max, gsize size, gchar *names,
                                guint *n_names, GError **error);
gboolean offer_terms_read_price(JsonObject *object, gint64 *discount_percent, gchar *tariff_id,
                                GError **error);
void offer_terms_write_names(JsonObject *object, const gchar *name, const gchar *names, gsize size,
                             guint n_names);

/* "planned", "open", "withdrawn" or "expired". @withdrawn_ms: 0 never */
const gchar *offer_terms_state(const OfferTerms *terms, gint64 withdrawn_ms, gint64 now_ms);
gboolean offer_terms_is_open(const OfferTerms *terms, gint64 withdrawn_ms, gint64 now_ms);

/**
 * offer_terms_concern:
 * @places: (array length=n_places): where the offer holds: the terms' place, or that of each named station
 * @distance_m: (out): to the nearest of them
 *
 * Is this news for the vehicle? It wants offers, it may have this one, and the place is within what it calls
 * near. A circle of charging points counts from its edge, one point from where it stands and only within the
 * operator's radius.
 */
gboolean offer_terms_concern(const OfferTerms *terms, const gchar *vehicle_id,
                             const Subscription *subscription, const ApiPosition *places, guint n_places,
                             gint64 *distance_m);

/* Does the offer hold at this charging point? */
gboolean offer_terms_cover(const OfferTerms *terms, const gchar *evse_key, const gchar *station_id,
                           const ApiPosition *station);
