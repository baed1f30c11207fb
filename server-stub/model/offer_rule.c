#include "server-stub/model/offer_rule.h"

#include <string.h>

#define MINUTE_MS (60 * G_GINT64_CONSTANT(1000))

gboolean offer_rule_read(JsonObject *object, OfferRule *rule, GError **error)
{
    gint64 idle_minutes = 0, valid_minutes = 0;

    memset(rule, 0, sizeof *rule);
    rule->single_use = rule->enabled = TRUE;
    rule->max_accepts = 1;
    if (!offer_terms_read_text(object, rule->text, error) ||
        !json_read_int(object, "idle_minutes", JSON_REQUIRED, 1, 10080, &idle_minutes, error) ||
        !json_read_int(object, "max_per_day", JSON_REQUIRED, 1, OFFER_RULE_MAX_PER_DAY, &rule->max_per_day,
                       error) ||
        !json_read_int(object, "valid_minutes", JSON_REQUIRED, 1, 1440, &valid_minutes, error) ||
        !json_read_int(object, "radius_m", JSON_REQUIRED, OFFER_MIN_RADIUS_M, SUBSCRIPTION_MAX_RADIUS_M,
                       &rule->radius_m, error) ||
        !offer_terms_read_names(object, "station_ids", OFFER_MAX_STATIONS, sizeof rule->station_ids[0],
                                rule->station_ids[0], &rule->n_stations, error) ||
        !offer_terms_read_price(object, &rule->discount_percent, rule->tariff_id, error) ||
        !json_read_boolean(object, "single_use", JSON_OPTIONAL, &rule->single_use, error) ||
        !json_read_int(object, "max_accepts", JSON_OPTIONAL, 0, 1000000, &rule->max_accepts, error) ||
        !json_read_boolean(object, "enabled", JSON_OPTIONAL, &rule->enabled, error))
        return FALSE;
    rule->idle_ms = idle_minutes * MINUTE_MS;
    rule->valid_ms = valid_minutes * MINUTE_MS;
    return TRUE;
}

void offer_rule_write(const OfferRule *rule, JsonObject *object)
{
    json_object_set_string_member(object, "text", rule->text);
    json_object_set_int_member(object, "idle_minutes", rule->idle_ms / MINUTE_MS);
    json_object_set_int_member(object, "max_per_day", rule->max_per_day);
    json_object_set_int_member(object, "valid_minutes", rule->valid_ms / MINUTE_MS);
    json_object_set_int_member(object, "radius_m", rule->radius_m);
    offer_terms_write_names(object, "station_ids", rule->station_ids[0], sizeof rule->station_ids[0],
                            rule->n_stations);
    if (rule->discount_percent > 0)
        json_object_set_int_member(object, "discount_percent", rule->discount_percent);
    else
        json_object_set_string_member(object, "tariff_id", rule->tariff_id);
    json_object_set_boolean_member(object, "single_use", rule->single_use);
    json_object_set_int_member(object, "max_accepts", rule->max_accepts);
    json_object_set_boolean_member(object, "enabled", rule->enabled);
}

EvseIdleness offer_rule_idleness(const EvseFacts *facts)
{
    if (facts->open_order || facts->open_transaction)
        return EVSE_BUSY;
    if (!facts->reachable || facts->connector == CONNECTOR_UNKNOWN)
        return EVSE_UNSEEN;
    return g_str_equal(evse_status_ocpi(facts), "AVAILABLE") && facts->bay_sensor != BAY_SENSOR_OCCUPIED
               ? EVSE_IDLE
               : EVSE_BUSY;
}

gint64 offer_rule_due_ms(const OfferRule *rule, const gchar *station_id, gint64 idle_since_ms,
                         const gint64 *made_ms, guint n_made, gboolean has_open_offer)
{
    gboolean here = rule->n_stations == 0;
    gint64 due_ms = idle_since_ms + rule->idle_ms;

    for (guint i = 0; i < rule->n_stations; i++)
        here = here || g_str_equal(rule->station_ids[i], station_id);
    if (!rule->enabled || !here || idle_since_ms == 0 || has_open_offer)
        return G_MAXINT64;
    /* The offer that must be a day old before there is room for the next. */
    if (n_made >= rule->max_per_day)
        due_ms = MAX(due_ms, made_ms[n_made - rule->max_per_day] + OFFER_RULE_DAY_MS);
    return due_ms;
}

OfferTerms offer_rule_make(const OfferRule *rule, const gchar *evse_key, const gchar *place_name,
                           const ApiPosition *place, gint64 now_ms)
{
    OfferTerms terms = {.from_ms = now_ms,
                        .until_ms = now_ms + rule->valid_ms,
                        .place = *place,
                        .radius_m = rule->radius_m,
                        .discount_percent = rule->discount_percent,
                        .single_use = rule->single_use,
                        .max_accepts = rule->max_accepts};

    g_strlcpy(terms.text, rule->text, sizeof terms.text);
    g_strlcpy(terms.place_name, place_name, sizeof terms.place_name);
    g_strlcpy(terms.evse_key, evse_key, sizeof terms.evse_key);
    g_strlcpy(terms.tariff_id, rule->tariff_id, sizeof terms.tariff_id);
    return terms;
}
