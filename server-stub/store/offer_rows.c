#include "server-stub/store/offer_rows.h"

#include "server-stub/store/sql.h"

#define OFFER_COLUMNS                                                                                        \
    "offer_id, rule_id, evse_key, created_ms, from_ms, until_ms, withdrawn_ms, opened, terms"

void offer_row_free(OfferRow *row)
{
    g_free(row->terms);
    g_free(row);
}

void offer_rule_row_free(OfferRuleRow *row)
{
    g_free(row->terms);
    g_free(row);
}

void offer_told_row_clear(OfferToldRow *row)
{
    g_clear_pointer(&row->terms, g_free);
}

static OfferRow *read_offer(SqlQuery *query)
{
    OfferRow *row = g_new0(OfferRow, 1);

    sql_read_text(query, 0, row->offer_id, sizeof row->offer_id);
    sql_read_text(query, 1, row->rule_id, sizeof row->rule_id);
    sql_read_text(query, 2, row->evse_key, sizeof row->evse_key);
    row->created_ms = sql_int(query, 3);
    row->from_ms = sql_int(query, 4);
    row->until_ms = sql_int(query, 5);
    row->withdrawn_ms = sql_int(query, 6);
    row->opened = sql_int(query, 7) != 0;
    row->terms = g_strdup(sql_text(query, 8));
    return row;
}

gboolean store_offer_save(Store *store, const OfferRow *row, GError **error)
{
    return sql_run(store, NULL, error,
                   "INSERT INTO offers (" OFFER_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                   " ON CONFLICT DO UPDATE SET from_ms = excluded.from_ms, until_ms = excluded.until_ms,"
                   " withdrawn_ms = excluded.withdrawn_ms, opened = excluded.opened, terms = excluded.terms",
                   "sssiiiibs", row->offer_id, row->rule_id, row->evse_key, row->created_ms, row->from_ms,
                   row->until_ms, row->withdrawn_ms, row->opened, row->terms);
}

OfferRow *store_offer(Store *store, const gchar *offer_id, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error, "SELECT " OFFER_COLUMNS " FROM offers WHERE offer_id = ?", "s",
                   offer_id) ||
        sql_step(&query, error) != SQL_ROW)
        return NULL;
    return read_offer(&query);
}

GPtrArray *store_offers(Store *store, gint64 now_ms, gint64 limit, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)offer_row_free);
    g_auto(SqlQuery) query = {0};
    SqlStep step = SQL_FAILED;

    if (!sql_query(&query, store, error,
                   "SELECT " OFFER_COLUMNS
                   " FROM offers WHERE until_ms > ? ORDER BY created_ms DESC, offer_id LIMIT ?",
                   "ii", now_ms, limit))
        return NULL;
    while ((step = sql_step(&query, error)) == SQL_ROW)
        g_ptr_array_add(rows, read_offer(&query));
    return step == SQL_DONE ? g_steal_pointer(&rows) : NULL;
}

gboolean store_offer_open_of_rule(Store *store, const gchar *rule_id, const gchar *evse_key, gint64 now_ms,
                                  gchar *offer_id, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT offer_id FROM offers WHERE rule_id = ? AND rule_id <> '' AND evse_key = ?"
                   " AND until_ms > ? AND withdrawn_ms = 0",
                   "ssi", rule_id, evse_key, now_ms) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    sql_read_text(&query, 0, offer_id, API_UUID_BYTES);
    return TRUE;
}

static GArray *read_times(SqlQuery *query, GError **error)
{
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(gint64));
    SqlStep step;

    while ((step = sql_step(query, error)) == SQL_ROW) {
        gint64 time_ms = sql_int(query, 0);

        g_array_append_val(times, time_ms);
    }
    return step == SQL_DONE ? g_steal_pointer(&times) : NULL;
}

static GPtrArray *read_texts(SqlQuery *query, gint n_columns, GError **error)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    SqlStep step;

    while ((step = sql_step(query, error)) == SQL_ROW)
        for (gint i = 0; i < n_columns; i++)
            g_ptr_array_add(texts, g_strdup(sql_text(query, i)));
    return step == SQL_DONE ? g_steal_pointer(&texts) : NULL;
}

GArray *store_offers_made(Store *store, const gchar *rule_id, const gchar *evse_key, gint64 after_ms,
                          GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT created_ms FROM offers WHERE rule_id = ?1 AND rule_id <> ''"
                   " AND (?2 IS NULL OR evse_key = ?2) AND created_ms > ?3 ORDER BY created_ms",
                   "ssi", rule_id, evse_key, after_ms))
        return NULL;
    return read_times(&query, error);
}

gboolean store_offers_forget(Store *store, gint64 before_ms, GError **error)
{
    return sql_run(store, NULL, error,
                   "DELETE FROM offers WHERE until_ms < ? AND NOT EXISTS (SELECT 1 FROM offer_told"
                   " WHERE offer_told.offer_id = offers.offer_id AND accepted_ms > 0)",
                   "i", before_ms);
}

gint64 store_offers_next_opening(Store *store, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(
            &query, store, error,
            "SELECT min(from_ms) FROM offers WHERE opened = 0 AND withdrawn_ms = 0 HAVING count(*) > 0",
            "") ||
        sql_step(&query, error) != SQL_ROW)
        return G_MAXINT64;
    return sql_int(&query, 0);
}

gboolean store_offer_rule_save(Store *store, const OfferRuleRow *row, GError **error)
{
    return sql_run(store, NULL, error,
                   "INSERT INTO offer_rules (rule_id, created_ms, terms) VALUES (?, ?, ?)"
                   " ON CONFLICT DO UPDATE SET terms = excluded.terms",
                   "sis", row->rule_id, row->created_ms, row->terms);
}

gboolean store_offer_rule_remove(Store *store, const gchar *rule_id, GError **error)
{
    return sql_run(store, NULL, error, "DELETE FROM offer_rules WHERE rule_id = ?", "s", rule_id);
}

GPtrArray *store_offer_rules(Store *store, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)offer_rule_row_free);
    g_auto(SqlQuery) query = {0};
    SqlStep step = SQL_FAILED;

    if (!sql_query(&query, store, error,
                   "SELECT rule_id, created_ms, terms FROM offer_rules ORDER BY created_ms, rule_id", ""))
        return NULL;
    while ((step = sql_step(&query, error)) == SQL_ROW) {
        OfferRuleRow *row = g_new0(OfferRuleRow, 1);

        sql_read_text(&query, 0, row->rule_id, sizeof row->rule_id);
        row->created_ms = sql_int(&query, 1);
        row->terms = g_strdup(sql_text(&query, 2));
        g_ptr_array_add(rows, row);
    }
    return step == SQL_DONE ? g_steal_pointer(&rows) : NULL;
}

gboolean store_offer_told_add(Store *store, const gchar *offer_id, const gchar *vehicle_id, gint64 now_ms,
                              GError **error)
{
    return sql_run(store, NULL, error,
                   "INSERT INTO offer_told (offer_id, vehicle_id, told_ms) VALUES (?, ?, ?)", "ssi", offer_id,
                   vehicle_id, now_ms);
}

gboolean store_offer_told(Store *store, const gchar *offer_id, const gchar *vehicle_id, OfferToldRow *row,
                          GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT told_ms, accepted_ms, offer_told.order_id, orders.state IN (5, 6, 7), terms FROM "
                   "offer_told"
                   " LEFT JOIN orders USING (order_id)"
                   " WHERE offer_told.offer_id = ? AND offer_told.vehicle_id = ?",
                   "ss", offer_id, vehicle_id) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    *row = (OfferToldRow){.told_ms = sql_int(&query, 0),
                          .accepted_ms = sql_int(&query, 1),
                          .order_failed = sql_int(&query, 3) != 0,
                          .terms = g_strdup(sql_text(&query, 4))};
    sql_read_text(&query, 2, row->order_id, sizeof row->order_id);
    return TRUE;
}

GArray *store_offers_told_times(Store *store, const gchar *vehicle_id, gint64 now_ms, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT told_ms FROM offer_told WHERE vehicle_id = ? AND told_ms > ?"
                   " ORDER BY told_ms DESC LIMIT 100",
                   "si", vehicle_id, now_ms - 24 * 60 * 60 * G_GINT64_CONSTANT(1000)))
        return NULL;
    return read_times(&query, error);
}

GPtrArray *store_offer_told_vehicles(Store *store, const gchar *offer_id, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error, "SELECT vehicle_id FROM offer_told WHERE offer_id = ?", "s",
                   offer_id))
        return NULL;
    return read_texts(&query, 1, error);
}

gboolean store_offer_counts(Store *store, const gchar *offer_id, gint64 *told, gint64 *accepted, gint64 *used,
                            GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT count(*), coalesce(sum(accepted_ms > 0), 0),"
                   " coalesce(sum(order_id <> ''), 0) FROM offer_told WHERE offer_id = ?",
                   "s", offer_id) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    *told = sql_int(&query, 0);
    *accepted = sql_int(&query, 1);
    *used = sql_int(&query, 2);
    return TRUE;
}

gboolean store_offer_accept(Store *store, const gchar *offer_id, const gchar *vehicle_id, gint64 max_accepts,
                            const gchar *terms, gint64 now_ms, GError **error)
{
    gint changes = 0;

    /* One statement: of any number of cars that accept at once, no more than may. */
    return sql_run(store, &changes, error,
                   "UPDATE offer_told SET terms = CASE accepted_ms WHEN 0 THEN ?1 ELSE terms END,"
                   " accepted_ms = CASE accepted_ms WHEN 0 THEN ?2 ELSE accepted_ms END"
                   " WHERE offer_id = ?3 AND vehicle_id = ?4 AND (accepted_ms > 0 OR ?5 = 0 OR"
                   " (SELECT count(*) FROM offer_told t WHERE t.offer_id = ?3 AND t.accepted_ms > 0) < ?5)",
                   "sissi", terms, now_ms, offer_id, vehicle_id, max_accepts) &&
           changes == 1;
}

GPtrArray *store_offers_accepted(Store *store, const gchar *vehicle_id, gint64 now_ms, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(
            &query, store, error,
            "SELECT offer_id, offer_told.terms FROM offer_told JOIN offers USING (offer_id)"
            " WHERE vehicle_id = ? AND accepted_ms > 0 AND until_ms > ? ORDER BY accepted_ms DESC LIMIT 100",
            "si", vehicle_id, now_ms))
        return NULL;
    return read_texts(&query, 2, error);
}

gboolean store_offer_use(Store *store, const gchar *offer_id, const gchar *vehicle_id, gboolean single_use,
                         const gchar *order_id, GError **error)
{
    gint changes = 0;

    if (!sql_run(
            store, &changes, error,
            "UPDATE offer_told SET order_id = ?1 WHERE offer_id = ?2 AND vehicle_id = ?3 AND accepted_ms > 0"
            " AND (?4 = 0 OR order_id = '' OR order_id IN (SELECT order_id FROM orders WHERE state IN (5, 6, "
            "7)))",
            "sssb", order_id, offer_id, vehicle_id, single_use))
        return FALSE;
    if (changes == 1)
        return TRUE;
    g_set_error_literal(error, STORE_ERROR, STORE_ERROR_EXISTS, "store: offer already used");
    return FALSE;
}

gboolean store_subscription_set(Store *store, const gchar *vehicle_id, const Subscription *subscription,
                                gint64 now_ms, GError **error)
{
    const ApiPosition *position = &subscription->position;

    if (!sql_run(store, NULL, error, "DELETE FROM subscriptions WHERE vehicle_id = ?", "s", vehicle_id))
        return FALSE;
    if (subscription->kinds == 0)
        return TRUE; /* what is not wanted is not kept */
    if (!position->known)
        return sql_run(store, NULL, error, "INSERT INTO subscriptions VALUES (?, ?, ?, NULL, NULL, ?)",
                       "sbii", vehicle_id, (int)subscription->kinds, subscription->radius_m, now_ms);
    return sql_run(store, NULL, error, "INSERT INTO subscriptions VALUES (?, ?, ?, ?, ?, ?)", "sbiddi",
                   vehicle_id, (int)subscription->kinds, subscription->radius_m, position->latitude_deg,
                   position->longitude_deg, now_ms);
}

gboolean store_subscription(Store *store, const gchar *vehicle_id, Subscription *subscription, GError **error)
{
    g_auto(SqlQuery) query = {0};

    *subscription = (Subscription){.radius_m = SUBSCRIPTION_MIN_RADIUS_M};
    if (!sql_query(&query, store, error,
                   "SELECT kinds, radius_m, latitude_deg IS NOT NULL, latitude_deg, longitude_deg"
                   " FROM subscriptions WHERE vehicle_id = ?",
                   "s", vehicle_id) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    *subscription = (Subscription){(guint)sql_int(&query, 0),
                                   sql_int(&query, 1),
                                   {sql_int(&query, 2) != 0, sql_double(&query, 3), sql_double(&query, 4)}};
    return TRUE;
}

GPtrArray *store_subscribers(Store *store, gdouble south_deg, gdouble north_deg, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT vehicle_id FROM subscriptions WHERE kinds & 1 AND latitude_deg BETWEEN ? AND ?",
                   "dd", south_deg, north_deg))
        return NULL;
    return read_texts(&query, 1, error);
}

gint64 store_evse_idle_since(Store *store, const gchar *evse_key, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error, "SELECT since_ms FROM idle_evses WHERE evse_key = ?", "s",
                   evse_key) ||
        sql_step(&query, error) != SQL_ROW)
        return 0;
    return sql_int(&query, 0);
}

gboolean store_evse_idle_set(Store *store, const gchar *evse_key, gint64 since_ms, gboolean *changed,
                             GError **error)
{
    gint changes = 0;
    gboolean ok =
        since_ms == 0
            ? sql_run(store, &changes, error, "DELETE FROM idle_evses WHERE evse_key = ?", "s", evse_key)
            : sql_run(store, &changes, error, "INSERT INTO idle_evses VALUES (?, ?) ON CONFLICT DO NOTHING",
                      "si", evse_key, since_ms);

    if (changed != NULL)
        *changed = ok && changes > 0;
    return ok;
}
