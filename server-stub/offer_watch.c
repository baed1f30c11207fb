#include "server-stub/offer_desk_private.h"

#include "base/identifier.h"
#include "protocol/json_gate.h"
#include "protocol/json_write.h"

#include <string.h>

typedef struct {
    gchar rule_id[API_UUID_BYTES];
    OfferRule terms;
} LiveRule;

/* (transfer full) (nullable) (element-type LiveRule): the enabled ones */
static GArray *load_rules(OfferDesk *self, GError **error)
{
    g_autoptr(GPtrArray) rows = store_offer_rules(self->store, error);
    GArray *rules;

    if (rows == NULL)
        return NULL;
    rules = g_array_new(FALSE, FALSE, sizeof(LiveRule));
    for (guint i = 0; i < rows->len; i++) {
        const OfferRuleRow *row = g_ptr_array_index(rows, i);
        g_autoptr(JsonObject) object = json_gate_parse_object(row->terms, strlen(row->terms), NULL);
        LiveRule rule;

        if (object == NULL || !offer_rule_read(object, &rule.terms, NULL))
            g_warning("offer rule %s: its terms are damaged", row->rule_id);
        else if (rule.terms.enabled) {
            g_strlcpy(rule.rule_id, row->rule_id, sizeof rule.rule_id);
            g_array_append_val(rules, rule);
        }
    }
    return rules;
}

void offer_watch_rules_changed(OfferDesk *self, gint64 now_ms)
{
    g_autoptr(GArray) rules = load_rules(self, NULL);
    g_autoptr(GArray) stations = NULL;

    self->has_rules = rules != NULL && rules->len > 0;
    if (!self->has_rules)
        return;
    stations = store_stations(self->store, NULL);
    for (guint i = 0; stations != NULL && i < stations->len; i++)
        g_hash_table_add(self->dirty, g_strdup(g_array_index(stations, StationRow, i).station_id));
    self->look_ms = now_ms;
}

gboolean offer_desk_make(OfferDesk *self, const OfferTerms *terms, const gchar *rule_id, gint64 now_ms,
                         gchar *offer_id, GError **error)
{
    JsonObject *object = json_object_new();
    g_autoptr(JsonNode) node = json_write_node(object);
    OfferRow *row = g_new0(OfferRow, 1);
    g_autofree gchar *uuid = identifier_new_uuid();
    g_autoptr(LiveOffer) live = NULL;

    offer_terms_write(terms, object);
    row->created_ms = now_ms;
    row->from_ms = terms->from_ms;
    row->until_ms = terms->until_ms;
    row->terms = json_gate_print(node, NULL);
    g_strlcpy(row->offer_id, uuid, sizeof row->offer_id);
    g_strlcpy(row->rule_id, rule_id, sizeof row->rule_id);
    g_strlcpy(row->evse_key, terms->evse_key, sizeof row->evse_key);
    g_strlcpy(offer_id, uuid, API_UUID_BYTES);
    live = live_offer_new(row);
    if (live == NULL || !store_offer_save(self->store, row, error))
        return FALSE;
    g_message("offer %s%s%s: \"%s\"", uuid, rule_id[0] != '\0' ? " by rule " : "", rule_id, terms->text);
    return terms->from_ms > now_ms || offer_news_open(self, live, now_ms, error);
}

gboolean offer_desk_withdraw(OfferDesk *self, const gchar *offer_id, gint64 now_ms, GError **error)
{
    OfferRow *row = store_offer(self->store, offer_id, error);
    g_autoptr(LiveOffer) live = row != NULL ? live_offer_new(row) : NULL;

    if (row == NULL) {
        if (error != NULL && *error == NULL)
            g_set_error_literal(error, DESK_ERROR, DESK_ERROR_NOT_FOUND, "no such offer");
        return FALSE;
    }
    if (live == NULL || live->row->withdrawn_ms > 0 || live->row->until_ms <= now_ms)
        return TRUE;
    live->row->withdrawn_ms = now_ms;
    g_message("offer %s is withdrawn", offer_id);
    return store_offer_save(self->store, live->row, error) && offer_news_withdrawn(self, live, now_ms, error);
}

/* What the rules want of one point that has waited since @idle_since_ms. */
static gboolean apply_rule(OfferDesk *self, const LiveRule *rule, const StationRow *station,
                           const EvseRow *evse, gint64 idle_since_ms, gint64 now_ms, GError **error)
{
    g_autoptr(GArray) made =
        store_offers_made(self->store, rule->rule_id, evse->evse_key, now_ms - OFFER_RULE_DAY_MS, error);
    const ApiPosition place = {TRUE, station->latitude_deg, station->longitude_deg};
    gchar open_id[API_UUID_BYTES] = "", made_id[API_UUID_BYTES];
    g_autofree OfferTerms *terms = NULL;
    gboolean is_open;
    gint64 due_ms;

    if (made == NULL)
        return FALSE;
    is_open = store_offer_open_of_rule(self->store, rule->rule_id, evse->evse_key, now_ms, open_id, NULL);
    if (idle_since_ms == 0)
        return !is_open ||
               offer_desk_withdraw(self, open_id, now_ms, error); /* somebody has taken the point */
    due_ms = offer_rule_due_ms(&rule->terms, station->station_id, idle_since_ms,
                               (const gint64 *)(gpointer)made->data, made->len, is_open);
    if (due_ms > now_ms) {
        self->rules_due_ms = MIN(self->rules_due_ms, due_ms);
        return TRUE;
    }
    terms = g_new0(OfferTerms, 1);
    *terms = offer_rule_make(&rule->terms, evse->evse_key, station->name, &place, now_ms);
    /* When it has ended, the point may be due again. */
    self->rules_due_ms = MIN(self->rules_due_ms, terms->until_ms);
    return offer_desk_make(self, terms, rule->rule_id, now_ms, made_id, error);
}

static gboolean look_at_evse(OfferDesk *self, GArray *rules, const StationRow *station, const EvseRow *evse,
                             gint64 now_ms, GError **error)
{
    EvseFacts facts;
    EvseIdleness idleness;
    gint64 since_ms;

    if (!desk_evse_facts(self->desk, evse, &facts, error))
        return FALSE;
    idleness = offer_rule_idleness(&facts);
    if (idleness == EVSE_UNSEEN)
        return TRUE; /* its time goes on, but nothing is offered of a pile that is away */
    if (!store_evse_idle_set(self->store, evse->evse_key, idleness == EVSE_IDLE ? now_ms : 0, NULL, error))
        return FALSE;
    since_ms = store_evse_idle_since(self->store, evse->evse_key, error);
    for (guint i = 0; i < rules->len; i++)
        if (!apply_rule(self, &g_array_index(rules, LiveRule, i), station, evse, since_ms, now_ms, error))
            return FALSE;
    return TRUE;
}

/* Returns: FALSE when the store failed; a station that is gone is no failure */
static gboolean look_at(OfferDesk *self, GArray *rules, const gchar *station_id, gint64 now_ms,
                        GError **error)
{
    StationRow station;
    GError *failure = NULL;
    g_autoptr(GArray) evses = NULL;

    if (!store_station(self->store, station_id, &station, &failure)) {
        if (failure != NULL)
            g_propagate_error(error, failure);
        return failure == NULL;
    }
    evses = store_evses(self->store, station_id, error);
    for (guint i = 0; evses != NULL && i < evses->len; i++)
        if (!look_at_evse(self, rules, &station, &g_array_index(evses, EvseRow, i), now_ms, error))
            return FALSE;
    return evses != NULL;
}

gboolean offer_watch_look(OfferDesk *self, gint64 now_ms, GError **error)
{
    g_autoptr(GArray) rules = NULL;
    g_autoptr(GArray) stations = NULL;
    GHashTableIter iter;
    gpointer station_id;
    gboolean all = now_ms >= self->rules_due_ms;

    if (!self->has_rules || (!all && now_ms < self->look_ms))
        return TRUE;
    rules = load_rules(self, error);
    if (rules == NULL)
        return FALSE;
    if (all) {
        self->rules_due_ms = G_MAXINT64;
        stations = store_stations(self->store, error);
        for (guint i = 0; stations != NULL && i < stations->len; i++)
            g_hash_table_add(self->dirty, g_strdup(g_array_index(stations, StationRow, i).station_id));
    }
    g_hash_table_iter_init(&iter, self->dirty);
    while (g_hash_table_iter_next(&iter, &station_id, NULL)) {
        if (!look_at(self, rules, station_id, now_ms, error))
            return FALSE;
        g_hash_table_iter_remove(&iter);
    }
    self->look_ms = G_MAXINT64;
    return TRUE;
}
