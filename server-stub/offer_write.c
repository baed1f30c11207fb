#include "server-stub/offer_desk_private.h"

#include "base/identifier.h"
#include "protocol/json_gate.h"
#include "protocol/json_write.h"

#include <string.h>

#define LIST_MAX 1000

gboolean offer_desk_refuse(GError **error, DeskError code, const gchar *text)
{
    g_set_error_literal(error, DESK_ERROR, (gint)code, text);
    return FALSE;
}

/* A field of the operator's JSON is wrong. */
static gboolean bad_field(GError *problem, GError **error)
{
    offer_desk_refuse(error, DESK_ERROR_BAD_FIELD, problem->message);
    g_error_free(problem);
    return FALSE;
}

/* What an offer or rule names must be there. */
static gboolean names_exist(OfferDesk *self, const gchar *tariff_id, const gchar *station_ids, gsize size,
                            guint n_stations, GError **error)
{
    g_autoptr(GArray) tariffs = store_tariffs(self->store, error);
    gboolean found = tariff_id[0] == '\0';

    if (tariffs == NULL)
        return FALSE;
    for (guint i = 0; i < tariffs->len; i++)
        found = found || g_str_equal(g_array_index(tariffs, Tariff, i).id, tariff_id);
    if (!found)
        return offer_desk_refuse(error, DESK_ERROR_BAD_FIELD, "tariff_id: no such tariff");
    for (guint i = 0; i < n_stations; i++) {
        StationRow station;
        GError *failure = NULL;

        if (store_station(self->store, station_ids + i * size, &station, &failure))
            continue;
        if (failure == NULL)
            return offer_desk_refuse(error, DESK_ERROR_BAD_FIELD, "station_ids: no such station");
        g_propagate_error(error, failure);
        return FALSE;
    }
    return TRUE;
}

static JsonNode *view_offer(OfferDesk *self, const OfferRow *row, gint64 now_ms, GError **error)
{
    g_autoptr(JsonObject) object = json_gate_parse_object(row->terms, strlen(row->terms), error);
    g_autofree OfferTerms *terms = g_new0(OfferTerms, 1);
    gint64 told = 0, accepted = 0, used = 0;

    if (object == NULL || !offer_terms_read(object, row->created_ms, terms, error) ||
        !store_offer_counts(self->store, row->offer_id, &told, &accepted, &used, error))
        return NULL;
    json_object_set_string_member(object, "offer_id", row->offer_id);
    json_write_text(object, "rule_id", row->rule_id);
    json_object_set_string_member(object, "state", offer_terms_state(terms, row->withdrawn_ms, now_ms));
    json_write_time(object, "created_at", row->created_ms);
    json_object_set_int_member(object, "told", told);
    json_object_set_int_member(object, "accepted", accepted);
    json_object_set_int_member(object, "used", used);
    return json_write_node(g_steal_pointer(&object));
}

static JsonNode *view_rule(OfferDesk *self, const OfferRuleRow *row, gint64 now_ms, GError **error)
{
    g_autoptr(JsonObject) object = json_gate_parse_object(row->terms, strlen(row->terms), error);
    g_autoptr(GArray) made =
        store_offers_made(self->store, row->rule_id, NULL, now_ms - OFFER_RULE_DAY_MS, error);

    if (object == NULL || made == NULL)
        return NULL;
    json_object_set_string_member(object, "rule_id", row->rule_id);
    json_object_set_int_member(object, "made_today", made->len);
    if (made->len > 0)
        json_write_time(object, "last_at", g_array_index(made, gint64, made->len - 1));
    return json_write_node(g_steal_pointer(&object));
}

static JsonNode *write_offer(OfferDesk *self, const gchar *id, JsonObject *input, gint64 now_ms,
                             GError **error)
{
    g_autofree OfferTerms *terms = g_new0(OfferTerms, 1);
    OfferRow *row = NULL;
    g_autoptr(LiveOffer) live = NULL;
    g_autofree gchar *text = NULL;
    JsonObject *object = json_object_new();
    g_autoptr(JsonNode) node = json_write_node(object);
    gchar offer_id[API_UUID_BYTES];
    GError *problem = NULL;

    if (!offer_terms_read(input, now_ms, terms, &problem) ||
        !offer_terms_check_new(terms, now_ms, &problem)) {
        bad_field(problem, error);
        return NULL;
    }
    if (!names_exist(self, terms->tariff_id, terms->station_ids[0], sizeof terms->station_ids[0],
                     terms->n_stations, error))
        return NULL;
    if (id == NULL) {
        if (!offer_desk_make(self, terms, "", now_ms, offer_id, error))
            return NULL;
        row = store_offer(self->store, offer_id, error);
        live = row != NULL ? live_offer_new(row) : NULL;
        return live != NULL ? view_offer(self, live->row, now_ms, error) : NULL;
    }
    row = store_offer(self->store, id, error);
    live = row != NULL ? live_offer_new(row) : NULL;
    if (live == NULL ||
        !offer_terms_is_open(&live->terms, live->row->withdrawn_ms, MAX(now_ms, live->terms.from_ms))) {
        if (error != NULL && *error == NULL)
            offer_desk_refuse(error, row == NULL ? DESK_ERROR_NOT_FOUND : DESK_ERROR_OFFER_OVER,
                              row == NULL ? "no such offer" : "this offer is over: make another");
        return NULL;
    }
    offer_terms_write(terms, object);
    text = json_gate_print(node, NULL);
    g_free(live->row->terms);
    live->row->terms = g_steal_pointer(&text);
    live->row->from_ms = terms->from_ms;
    live->row->until_ms = terms->until_ms;
    live->row->opened = FALSE;
    live->terms = *terms;
    if (!store_offer_save(self->store, live->row, error) ||
        (terms->from_ms <= now_ms && !offer_news_open(self, live, now_ms, error)))
        return NULL;
    return view_offer(self, live->row, now_ms, error);
}

static gboolean find_rule(OfferDesk *self, const gchar *id, gint64 *created_ms, GError **error)
{
    g_autoptr(GPtrArray) rows = store_offer_rules(self->store, error);

    for (guint i = 0; rows != NULL && i < rows->len; i++) {
        const OfferRuleRow *row = g_ptr_array_index(rows, i);

        if (g_str_equal(row->rule_id, id)) {
            *created_ms = row->created_ms;
            return TRUE;
        }
    }
    return rows != NULL && offer_desk_refuse(error, DESK_ERROR_NOT_FOUND, "no such rule");
}

static JsonNode *write_rule(OfferDesk *self, const gchar *id, JsonObject *input, gint64 now_ms,
                            GError **error)
{
    g_autofree OfferRule *rule = g_new0(OfferRule, 1);
    g_autofree gchar *uuid = identifier_new_uuid();
    g_autofree gchar *text = NULL;
    JsonObject *object = json_object_new();
    g_autoptr(JsonNode) node = json_write_node(object);
    OfferRuleRow row = {.created_ms = now_ms};
    GError *problem = NULL;

    if (!offer_rule_read(input, rule, &problem)) {
        bad_field(problem, error);
        return NULL;
    }
    if ((id != NULL && !find_rule(self, id, &row.created_ms, error)) ||
        !names_exist(self, rule->tariff_id, rule->station_ids[0], sizeof rule->station_ids[0],
                     rule->n_stations, error))
        return NULL;
    offer_rule_write(rule, object);
    row.terms = text = json_gate_print(node, NULL);
    g_strlcpy(row.rule_id, id != NULL ? id : uuid, sizeof row.rule_id);
    if (!store_offer_rule_save(self->store, &row, error))
        return NULL;
    offer_watch_rules_changed(self, now_ms);
    return view_rule(self, &row, now_ms, error);
}

JsonNode *offer_desk_write(OfferDesk *self, OfferDeskKind kind, const gchar *id, JsonObject *input,
                           gint64 now_ms, GError **error)
{
    JsonNode *node = kind == OFFER_DESK_OFFERS ? write_offer(self, id, input, now_ms, error)
                                               : write_rule(self, id, input, now_ms, error);

    offer_desk_rearm(self);
    return node;
}

gboolean offer_desk_remove(OfferDesk *self, OfferDeskKind kind, const gchar *id, gint64 now_ms,
                           GError **error)
{
    gint64 created_ms = 0;

    if (kind == OFFER_DESK_OFFERS)
        return offer_desk_withdraw(self, id, now_ms, error);
    if (!find_rule(self, id, &created_ms, error) || !store_offer_rule_remove(self->store, id, error))
        return FALSE;
    offer_watch_rules_changed(self, now_ms);
    offer_desk_rearm(self);
    return TRUE;
}

JsonNode *offer_desk_list(OfferDesk *self, OfferDeskKind kind, gint64 now_ms, GError **error)
{
    gboolean offers = kind == OFFER_DESK_OFFERS;
    g_autoptr(GPtrArray) rows =
        offers ? store_offers(self->store, 0, LIST_MAX, error) : store_offer_rules(self->store, error);
    g_autoptr(JsonArray) views = NULL;
    JsonObject *object;

    if (rows == NULL)
        return NULL;
    views = json_array_sized_new(rows->len);
    for (guint i = 0; i < rows->len; i++) {
        gpointer row = g_ptr_array_index(rows, i);
        JsonNode *view = offers ? view_offer(self, row, now_ms, error) : view_rule(self, row, now_ms, error);

        if (view == NULL)
            return NULL;
        json_array_add_element(views, view);
    }
    object = json_object_new();
    json_object_set_array_member(object, offers ? "offers" : "rules", g_steal_pointer(&views));
    return json_write_node(object);
}
