/* Offer rule: "a point that was idle for N minutes gets this offer, at most Y a day". Pure.
 * Wire form: protocol/README.md section 3 (RuleInput).
 */
#pragma once

#include "server-stub/model/evse_status.h"
#include "server-stub/model/offer_terms.h"

#define OFFER_RULE_DAY_MS (24 * 60 * 60 * G_GINT64_CONSTANT(1000))
#define OFFER_RULE_MAX_PER_DAY 100

typedef struct {
    gchar text[API_OFFER_TEXT_BYTES];
    gint64 idle_ms, valid_ms;
    gint64 max_per_day; /* 1..%OFFER_RULE_MAX_PER_DAY, in any 24 hours, for each charging point */
    gint64 radius_m;
    guint n_stations; /* 0: all */
    gchar station_ids[OFFER_MAX_STATIONS][49];
    gint64 discount_percent;
    gchar tariff_id[TARIFF_ID_BYTES];
    gboolean single_use;
    gint64 max_accepts;
    gboolean enabled;
} OfferRule;

gboolean offer_rule_read(JsonObject *object, OfferRule *rule, GError **error);
void offer_rule_write(const OfferRule *rule, JsonObject *object);

/* A charging point that waits, one that does not, and one of which nothing is known: a pile that is away was
 * not therefore used. */
typedef enum { EVSE_IDLE, EVSE_BUSY, EVSE_UNSEEN } EvseIdleness;
EvseIdleness offer_rule_idleness(const EvseFacts *facts);

/**
 * offer_rule_due_ms:
 * @idle_since_ms: 0: the point is not idle
 * @made_ms: (array length=n_made): when the rule made offers for this point, oldest first; at least those of
 * the last 24 hours
 *
 * Returns: when the rule makes its next offer, if nothing changes until then; G_MAXINT64: never
 */
gint64 offer_rule_due_ms(const OfferRule *rule, const gchar *station_id, gint64 idle_since_ms,
                         const gint64 *made_ms, guint n_made, gboolean has_open_offer);

/* The offer that @rule makes for a point at @place. */
OfferTerms offer_rule_make(const OfferRule *rule, const gchar *evse_key, const gchar *place_name,
                           const ApiPosition *place, gint64 now_ms);
