/* Rows of offers, the rules that make them, who was told, and who subscribed. Terms are kept as the JSON of
 * protocol/README.md section 3; the desk reads them (server-stub/model/offer_terms.h).
 */
#pragma once

#include "protocol/api_subscription.h"
#include "server-stub/store/order_rows.h"

typedef struct {
    gchar offer_id[API_UUID_BYTES];
    gchar rule_id[API_UUID_BYTES]; /* "": made by hand */
    gchar evse_key[API_EVSE_KEY_BYTES];
    gint64 created_ms, from_ms, until_ms;
    gint64 withdrawn_ms; /* 0: not */
    gboolean opened;
    gchar *terms; /* owned */
} OfferRow;
void offer_row_free(OfferRow *row);

typedef struct {
    gchar rule_id[API_UUID_BYTES];
    gint64 created_ms;
    gchar *terms; /* owned */
} OfferRuleRow;
void offer_rule_row_free(OfferRuleRow *row);

typedef struct {
    gint64 told_ms, accepted_ms; /* accepted 0: not */
    gchar order_id[API_UUID_BYTES];
    gboolean order_failed; /* that order ended without a transaction: rejected, expired, cancelled */
    gchar *terms;          /* owned; as accepted, "" before */
} OfferToldRow;
void offer_told_row_clear(OfferToldRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OfferToldRow, offer_told_row_clear)

/* New, or in place of the one with this id. */
gboolean store_offer_save(Store *store, const OfferRow *row, GError **error);
/* (transfer full) (nullable): NULL: no such offer, or with @error */
OfferRow *store_offer(Store *store, const gchar *offer_id, GError **error);
/* (transfer full) (nullable) (element-type OfferRow): that have not ended at @now_ms (0: all), newest first
 */
GPtrArray *store_offers(Store *store, gint64 now_ms, gint64 limit, GError **error);
/* The open offer of a rule for a point. @offer_id: API_UUID_BYTES. FALSE: none, or with @error */
gboolean store_offer_open_of_rule(Store *store, const gchar *rule_id, const gchar *evse_key, gint64 now_ms,
                                  gchar *offer_id, GError **error);
/* (transfer full) (nullable) (element-type gint64): when the rule made offers after @after_ms, oldest first.
 * @evse_key NULL: at every point */
GArray *store_offers_made(Store *store, const gchar *rule_id, const gchar *evse_key, gint64 after_ms,
                          GError **error);
/* Offers that ended before @before_ms and nobody accepted, with what was told of them. */
gboolean store_offers_forget(Store *store, gint64 before_ms, GError **error);
/* When the next offer opens that is not open yet; G_MAXINT64: none */
gint64 store_offers_next_opening(Store *store, GError **error);

gboolean store_offer_rule_save(Store *store, const OfferRuleRow *row, GError **error);
gboolean store_offer_rule_remove(Store *store, const gchar *rule_id, GError **error);
/* (transfer full) (nullable) (element-type OfferRuleRow): oldest first */
GPtrArray *store_offer_rules(Store *store, GError **error);

gboolean store_offer_told_add(Store *store, const gchar *offer_id, const gchar *vehicle_id, gint64 now_ms,
                              GError **error);
gboolean store_offer_told(Store *store, const gchar *offer_id, const gchar *vehicle_id, OfferToldRow *row,
                          GError **error);
/* (transfer full) (nullable) (element-type gint64): of the last 24 hours, newest first */
GArray *store_offers_told_times(Store *store, const gchar *vehicle_id, gint64 now_ms, GError **error);
/* (transfer full) (nullable): vehicle ids that were told of @offer_id */
GPtrArray *store_offer_told_vehicles(Store *store, const gchar *offer_id, GError **error);
gboolean store_offer_counts(Store *store, const gchar *offer_id, gint64 *told, gint64 *accepted, gint64 *used,
                            GError **error);

/**
 * store_offer_accept:
 * @max_accepts: 0: any number
 * @terms: what is promised
 *
 * Returns: FALSE without @error when as many others have accepted it, or it was never told. Accepting again
 * changes nothing.
 */
gboolean store_offer_accept(Store *store, const gchar *offer_id, const gchar *vehicle_id, gint64 max_accepts,
                            const gchar *terms, gint64 now_ms, GError **error);
/* (transfer full) (nullable) (element-type utf8): pairs of offer id and terms that @vehicle_id has accepted
 * and that end after @now_ms */
GPtrArray *store_offers_accepted(Store *store, const gchar *vehicle_id, gint64 now_ms, GError **error);
/* Inside a change: @order_id takes the accepted offer. EXISTS: @single_use, and another order has. */
gboolean store_offer_use(Store *store, const gchar *offer_id, const gchar *vehicle_id, gboolean single_use,
                         const gchar *order_id, GError **error);

gboolean store_subscription_set(Store *store, const gchar *vehicle_id, const Subscription *subscription,
                                gint64 now_ms, GError **error);
/* None: FALSE, and an empty one */
gboolean store_subscription(Store *store, const gchar *vehicle_id, Subscription *subscription,
                            GError **error);
/* (transfer full) (nullable): vehicles that want offers and said where, between the latitudes */
GPtrArray *store_subscribers(Store *store, gdouble south_deg, gdouble north_deg, GError **error);

/* since_ms; 0: not idle, or with @error */
gint64 store_evse_idle_since(Store *store, const gchar *evse_key, GError **error);
/* @since_ms: 0: not idle any more; else kept when it was idle already. @changed: (out) (optional) */
gboolean store_evse_idle_set(Store *store, const gchar *evse_key, gint64 since_ms, gboolean *changed,
                             GError **error);
