#include "server-stub/store/order_rows.h"

#include "protocol/json_gate.h"
#include "server-stub/store/news_rows.h"
#include "server-stub/store/sql.h"

#define ORDER_COLUMNS                                                                                        \
    "order_id, client_ref, event_seq, evse_key, evse_id, state, reason, max_cost_minor, limit_currency,"     \
    " max_energy_wh, max_duration_s, created_ms, expires_ms, updated_ms, charging_state, transaction_id, "   \
    "started_ms,"                                                                                            \
    " ended_ms, meter_start_wh, meter_wh, energy_wh, power_w, soc_percent, cost_minor, receipt, vehicle_id," \
    " station_id, evse_no, operator_name, remote_start_id, id_token, start_attempts, due_ms, tariff_id, "    \
    "currency,"                                                                                              \
    " flat_micro, energy_micro_per_kwh, time_micro_per_hour, presence, offer_id, offer_text, origin,"        \
    " code_offered"

/* The receipt is kept as the document that the car got. Ours, hence trusted, hence a broken one is damage. */
static gboolean read_receipt(const gchar *text, Order *order, GError **error)
{
    g_autoptr(JsonObject) object = NULL;

    if (text[0] == '\0')
        return TRUE;
    object = json_gate_parse_object(text, strlen(text), error);
    order->has_receipt = TRUE;
    return object != NULL && receipt_from_json(object, &order->receipt, error);
}

/* The code that the driver holds, and where the car may hand it over. */
static gboolean read_code(Store *store, Order *order, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT digits, expires_ms, energy_wh, link_url FROM offline_codes JOIN stations USING "
                   "(station_id)"
                   " WHERE order_id = ?",
                   "s", order->order_id) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    sql_read_text(&query, 0, order->code.digits, sizeof order->code.digits);
    order->code.valid_until_ms = sql_int(&query, 1);
    order->code.max_energy_wh = sql_int(&query, 2);
    sql_read_text(&query, 3, order->code.link_url, sizeof order->code.link_url);
    return TRUE;
}

static gboolean read_order(SqlQuery *query, OrderRow *row, GError **error)
{
    Order *order = &row->order;
    gint c = 0;

    *row = (OrderRow){0};
    sql_read_text(query, c++, order->order_id, sizeof order->order_id);
    sql_read_text(query, c++, order->client_ref, sizeof order->client_ref);
    order->event_seq = sql_int(query, c++);
    sql_read_text(query, c++, order->evse_key, sizeof order->evse_key);
    sql_read_text(query, c++, order->evse_id, sizeof order->evse_id);
    order->state = (OrderState)sql_int(query, c++);
    order->reason = (OrderReason)sql_int(query, c++);
    order->limits.max_cost_minor = sql_int(query, c++);
    sql_read_text(query, c++, order->limits.currency, sizeof order->limits.currency);
    order->limits.max_energy_wh = sql_int(query, c++);
    order->limits.max_duration_s = sql_int(query, c++);
    order->created_ms = sql_int(query, c++);
    order->expires_ms = sql_int(query, c++);
    order->updated_ms = sql_int(query, c++);
    sql_read_text(query, c++, order->charging_state, sizeof order->charging_state);
    sql_read_text(query, c++, order->transaction_id, sizeof order->transaction_id);
    order->started_ms = sql_int(query, c++);
    order->ended_ms = sql_int(query, c++);
    order->meter_start_wh = sql_int(query, c++);
    order->meter_wh = sql_int(query, c++);
    order->energy_wh = sql_int(query, c++);
    order->power_w = sql_int(query, c++);
    order->soc_percent = sql_int(query, c++);
    order->cost_minor = sql_int(query, c++);
    if (!read_receipt(sql_text(query, c++), order, error))
        return FALSE;
    sql_read_text(query, c++, row->vehicle_id, sizeof row->vehicle_id);
    sql_read_text(query, c++, row->station_id, sizeof row->station_id);
    row->evse_no = (gint)sql_int(query, c++);
    sql_read_text(query, c++, row->operator_name, sizeof row->operator_name);
    row->remote_start_id = (gint)sql_int(query, c++);
    sql_read_text(query, c++, row->id_token, sizeof row->id_token);
    row->start_attempts = (gint)sql_int(query, c++);
    row->due_ms = sql_int(query, c++);
    sql_read_tariff(query, c, &row->tariff);
    order->presence = (OrderPresence)sql_int(query, c + 5);
    sql_read_text(query, c + 6, row->offer.offer_id, sizeof row->offer.offer_id);
    sql_read_text(query, c + 7, row->offer.text, sizeof row->offer.text);
    order->origin = (OrderOrigin)sql_int(query, c + 8);
    order->code_offered = sql_int(query, c + 9) != 0;
    if (order->state == ORDER_CODE_ISSUED)
        return read_code(query->store, order, error);
    return TRUE;
}

static gboolean use_up_scan(Store *store, const OrderRow *row, const gchar *scan_ref, const gchar *token,
                            GError **error)
{
    gint changes = 0;

    if (!sql_run(store, &changes, error,
                 "UPDATE scans SET order_id = ? WHERE scan_ref = ? AND order_id IS NULL", "ss",
                 row->order.order_id, scan_ref))
        return FALSE;
    if (changes != 1) {
        g_set_error_literal(error, STORE_ERROR, STORE_ERROR_EXISTS, "store: scan already used");
        return FALSE;
    }
    return token[0] == '\0' || sql_run(store, NULL, error, "INSERT INTO used_tokens VALUES (?, ?, ?)", "ssi",
                                       row->order.evse_key, token, row->order.created_ms);
}

gboolean store_order_add(Store *store, OrderRow *row, const gchar *scan_ref, const gchar *token,
                         GError **error)
{
    const Order *o = &row->order;

    return store_take_event_seq(store, row->vehicle_id, &row->order.event_seq, error) &&
           (scan_ref == NULL || use_up_scan(store, row, scan_ref, token, error)) &&
           sql_run(
               store, NULL, error,
               "INSERT INTO orders (" ORDER_COLUMNS
               ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
               " ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               "ssissbbisiiiiissiiiiiiii"
               "ssbsbsbi"
               "ssiiibssbb",
               o->order_id, o->client_ref, o->event_seq, o->evse_key, o->evse_id, (int)o->state,
               (int)o->reason, o->limits.max_cost_minor, o->limits.currency, o->limits.max_energy_wh,
               o->limits.max_duration_s, o->created_ms, o->expires_ms, o->updated_ms, o->charging_state,
               o->transaction_id, o->started_ms, o->ended_ms, o->meter_start_wh, o->meter_wh, o->energy_wh,
               o->power_w, o->soc_percent, o->cost_minor, row->vehicle_id, row->station_id, row->evse_no,
               row->operator_name, row->remote_start_id, row->id_token, row->start_attempts, row->due_ms,
               row->tariff.id, row->tariff.currency, row->tariff.flat_micro, row->tariff.energy_micro_per_kwh,
               row->tariff.time_micro_per_hour, (int)o->presence, row->offer.offer_id, row->offer.text,
               (int)o->origin, o->code_offered);
}

gboolean store_order_save(Store *store, OrderRow *row, GError **error)
{
    const Order *o = &row->order;
    g_autofree gchar *receipt = NULL;

    if (o->has_receipt) {
        g_autoptr(JsonNode) node = receipt_to_json(&o->receipt);

        receipt = json_gate_print(node, NULL);
    }
    return store_take_event_seq(store, row->vehicle_id, &row->order.event_seq, error) &&
           sql_run(
               store, NULL, error,
               "UPDATE orders SET event_seq = ?, state = ?, reason = ?, updated_ms = ?, charging_state = ?,"
               " transaction_id = ?, started_ms = ?, ended_ms = ?, meter_start_wh = ?, meter_wh = ?,"
               " energy_wh = ?, power_w = ?, soc_percent = ?, cost_minor = ?, receipt = coalesce(?, receipt),"
               " due_ms = nullif(?, 0), presence = ?, origin = ?, code_offered = ? WHERE order_id = ?",
               "ibbissiiiiiiiisibbbs", o->event_seq, (int)o->state, (int)o->reason, o->updated_ms,
               o->charging_state, o->transaction_id, o->started_ms, o->ended_ms, o->meter_start_wh,
               o->meter_wh, o->energy_wh, o->power_w, o->soc_percent, o->cost_minor, receipt, row->due_ms,
               (int)o->presence, (int)o->origin, o->code_offered, o->order_id);
}

gboolean store_order_save_plan(Store *store, const OrderRow *row, GError **error)
{
    return sql_run(store, NULL, error,
                   "UPDATE orders SET start_attempts = ?, due_ms = nullif(?, 0) WHERE order_id = ?", "bis",
                   row->start_attempts, row->due_ms, row->order.order_id);
}

gboolean store_order(Store *store, const gchar *order_id, OrderRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    return sql_query(&query, store, error, "SELECT " ORDER_COLUMNS " FROM orders WHERE order_id = ?", "s",
                     order_id) &&
           sql_step(&query, error) == SQL_ROW && read_order(&query, row, error);
}

gboolean store_order_by_client_ref(Store *store, const gchar *vehicle_id, const gchar *client_ref,
                                   OrderRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    return sql_query(&query, store, error,
                     "SELECT " ORDER_COLUMNS " FROM orders WHERE vehicle_id = ? AND client_ref = ?", "ss",
                     vehicle_id, client_ref) &&
           sql_step(&query, error) == SQL_ROW && read_order(&query, row, error);
}

gboolean store_order_open_of(Store *store, const gchar *vehicle_id, const gchar *evse_key, OrderRow *row,
                             GError **error)
{
    g_auto(SqlQuery) query = {0};

    return sql_query(&query, store, error,
                     "SELECT " ORDER_COLUMNS
                     " FROM orders WHERE evse_key = ? AND vehicle_id = ? AND state < 3"
                     " ORDER BY created_ms DESC LIMIT 1",
                     "ss", evse_key, vehicle_id) &&
           sql_step(&query, error) == SQL_ROW && read_order(&query, row, error);
}

gboolean store_order_set_expiry(Store *store, const gchar *order_id, gint64 expires_ms, GError **error)
{
    return sql_run(store, NULL, error, "UPDATE orders SET expires_ms = ? WHERE order_id = ?", "is",
                   expires_ms, order_id);
}

gboolean store_order_rename(Store *store, const gchar *order_id, const gchar *client_ref, GError **error)
{
    return sql_run(store, NULL, error, "UPDATE orders SET client_ref = ? WHERE order_id = ?", "ss",
                   client_ref, order_id);
}

gboolean store_order_by_start(Store *store, const gchar *station_id, gint remote_start_id, OrderRow *row,
                              GError **error)
{
    g_auto(SqlQuery) query = {0};

    return sql_query(&query, store, error,
                     "SELECT " ORDER_COLUMNS " FROM orders WHERE remote_start_id = ? AND station_id = ?",
                     "bs", remote_start_id, station_id) &&
           sql_step(&query, error) == SQL_ROW && read_order(&query, row, error);
}

gboolean store_order_by_id_token(Store *store, const gchar *station_id, const gchar *id_token, OrderRow *row,
                                 GError **error)
{
    g_auto(SqlQuery) query = {0};

    return sql_query(&query, store, error,
                     "SELECT " ORDER_COLUMNS " FROM orders WHERE id_token = lower(?) AND station_id = ?",
                     "ss", id_token, station_id) &&
           sql_step(&query, error) == SQL_ROW && read_order(&query, row, error);
}

gboolean store_order_next_due(Store *store, OrderRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    return sql_query(&query, store, error,
                     "SELECT " ORDER_COLUMNS " FROM orders WHERE due_ms IS NOT NULL ORDER BY due_ms LIMIT 1",
                     "") &&
           sql_step(&query, error) == SQL_ROW && read_order(&query, row, error);
}

gboolean store_order_open_on_evse(Store *store, const gchar *evse_key, gboolean *open, GError **error)
{
    g_auto(SqlQuery) query = {0};
    SqlStep step;

    if (!sql_query(&query, store, error, "SELECT 1 FROM orders WHERE evse_key = ? AND state < 3", "s",
                   evse_key))
        return FALSE;
    step = sql_step(&query, error);
    *open = step == SQL_ROW;
    return step != SQL_FAILED;
}

gboolean store_order_last_of_others(Store *store, const gchar *evse_key, const gchar *vehicle_id,
                                    gint64 *created_ms, GError **error)
{
    g_auto(SqlQuery) query = {0};

    /* 5: rejected; such an order never had the bay */
    if (!sql_query(&query, store, error,
                   "SELECT created_ms FROM orders WHERE evse_key = ? AND vehicle_id <> ? AND state <> 5"
                   " ORDER BY created_ms DESC LIMIT 1",
                   "ss", evse_key, vehicle_id))
        return FALSE;
    switch (sql_step(&query, error)) {
    case SQL_ROW:
        *created_ms = sql_int(&query, 0);
        return TRUE;
    case SQL_DONE:
        *created_ms = 0;
        return TRUE;
    default:
        return FALSE;
    }
}

gboolean store_new_remote_start_id(Store *store, gint *number, GError **error)
{
    return sql_new_number(store, "SELECT 1 FROM orders WHERE remote_start_id = ?", number, error);
}

gboolean store_order_open_row_on_evse(Store *store, const gchar *evse_key, OrderRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    return sql_query(&query, store, error,
                     "SELECT " ORDER_COLUMNS " FROM orders WHERE evse_key = ? AND state < 3", "s",
                     evse_key) &&
           sql_step(&query, error) == SQL_ROW && read_order(&query, row, error);
}

static GArray *read_orders(SqlQuery *query, GError **error)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(OrderRow));
    SqlStep step;

    while ((step = sql_step(query, error)) == SQL_ROW) {
        OrderRow row;

        if (!read_order(query, &row, error))
            return NULL;
        g_array_append_val(rows, row);
    }
    return step == SQL_DONE ? g_steal_pointer(&rows) : NULL;
}

GArray *store_orders_of(Store *store, const gchar *vehicle_id, gint64 limit, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT " ORDER_COLUMNS
                   " FROM orders WHERE vehicle_id = ? ORDER BY created_ms DESC, event_seq DESC"
                   " LIMIT ?",
                   "si", vehicle_id, limit))
        return NULL;
    return read_orders(&query, error);
}

GArray *store_orders_since(Store *store, const gchar *vehicle_id, gint64 event_seq, gint64 limit,
                           GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT " ORDER_COLUMNS
                   " FROM orders WHERE vehicle_id = ? AND event_seq > ? ORDER BY event_seq"
                   " LIMIT ?",
                   "sii", vehicle_id, event_seq, limit))
        return NULL;
    return read_orders(&query, error);
}

GArray *store_orders_all(Store *store, gint64 limit, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT " ORDER_COLUMNS " FROM orders ORDER BY created_ms DESC LIMIT ?", "i", limit))
        return NULL;
    return read_orders(&query, error);
}

GArray *store_orders_with_code_at(Store *store, const gchar *station_id, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT " ORDER_COLUMNS
                   " FROM orders WHERE station_id = ? AND state = 8 ORDER BY created_ms",
                   "s", station_id))
        return NULL;
    return read_orders(&query, error);
}

GArray *store_orders_open_at(Store *store, const gchar *station_id, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT " ORDER_COLUMNS
                   " FROM orders WHERE station_id = ? AND state < 4 ORDER BY created_ms",
                   "s", station_id))
        return NULL;
    return read_orders(&query, error);
}
