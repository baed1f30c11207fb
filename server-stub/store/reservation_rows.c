#include "server-stub/store/reservation_rows.h"

#include "protocol/json_gate.h"
#include "server-stub/store/news_rows.h"
#include "server-stub/store/sql.h"

#define RESERVATION_QUERY                                                                                    \
    "SELECT snapshot, vehicle_id, station_id, evse_no, number, id_token, hold, attempts, due_ms"             \
    " FROM reservations"

/* Long enough for a car that was in the workshop. */
#define TOLD_FOR_MS (30 * 24 * 60 * 60 * G_GINT64_CONSTANT(1000))

/* Tells the car: the snapshot gets its number in the vehicle's event stream. (transfer full) (nullable): the
 * document */
static gchar *tell(Store *store, ReservationRow *row, GError **error)
{
    Reservation *r = &row->reservation;
    g_autoptr(JsonNode) node = reservation_to_json(r);
    JsonObject *object = json_node_get_object(node);

    if (!store_news_put(store, row->vehicle_id, "reservation", r->reservation_id, r->updated_ms + TOLD_FOR_MS,
                        object, error))
        return NULL;
    r->event_seq = json_object_get_int_member(object, "event_seq");
    return json_gate_print(node, NULL);
}

/* Ours, hence trusted, hence a broken one is damage. */
static gboolean read_row(SqlQuery *query, ReservationRow *row, GError **error)
{
    const gchar *text = sql_text(query, 0);
    g_autoptr(JsonObject) object = json_gate_parse_object(text, strlen(text), error);

    *row = (ReservationRow){0};
    if (object == NULL || !reservation_from_json(object, &row->reservation, error))
        return FALSE;
    sql_read_text(query, 1, row->vehicle_id, sizeof row->vehicle_id);
    sql_read_text(query, 2, row->station_id, sizeof row->station_id);
    row->evse_no = (gint)sql_int(query, 3);
    row->number = (gint)sql_int(query, 4);
    sql_read_text(query, 5, row->id_token, sizeof row->id_token);
    row->hold = (gint)sql_int(query, 6);
    row->attempts = (gint)sql_int(query, 7);
    row->due_ms = sql_int(query, 8);
    return TRUE;
}

gboolean store_reservation_add(Store *store, ReservationRow *row, GError **error)
{
    Reservation *r = &row->reservation;
    g_autofree gchar *text = tell(store, row, error);

    if (text == NULL)
        return FALSE;
    return sql_run(
        store, NULL, error,
        "INSERT INTO reservations (reservation_id, vehicle_id, client_ref, event_seq, station_id, evse_no,"
        " evse_key, number, id_token, state, hold, attempts, order_id, due_ms, created_ms, snapshot)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''), nullif(?, 0), ?, ?)",
        "sssisbsbsbbbsiis", r->reservation_id, row->vehicle_id, r->client_ref, r->event_seq, row->station_id,
        row->evse_no, r->evse_key, row->number, row->id_token, (int)r->state, row->hold, row->attempts,
        r->order_id, row->due_ms, r->created_ms, text);
}

gboolean store_reservation_save(Store *store, ReservationRow *row, GError **error)
{
    Reservation *r = &row->reservation;
    g_autofree gchar *text = tell(store, row, error);

    if (text == NULL)
        return FALSE;
    return sql_run(
        store, NULL, error,
        "UPDATE reservations SET event_seq = ?, state = ?, hold = ?, attempts = ?, order_id = nullif(?, ''),"
        " due_ms = nullif(?, 0), snapshot = ? WHERE reservation_id = ?",
        "ibbbsiss", r->event_seq, (int)r->state, row->hold, row->attempts, r->order_id, row->due_ms, text,
        r->reservation_id);
}

gboolean store_reservation_save_plan(Store *store, const ReservationRow *row, GError **error)
{
    return sql_run(
        store, NULL, error,
        "UPDATE reservations SET hold = ?, attempts = ?, due_ms = nullif(?, 0) WHERE reservation_id = ?",
        "bbis", row->hold, row->attempts, row->due_ms, row->reservation.reservation_id);
}

gboolean store_new_reservation_number(Store *store, gint *number, GError **error)
{
    return sql_new_number(store, "SELECT 1 FROM reservations WHERE number = ?", number, error);
}

gboolean store_reservation(Store *store, const gchar *reservation_id, ReservationRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    return sql_query(&query, store, error, RESERVATION_QUERY " WHERE reservation_id = ?", "s",
                     reservation_id) &&
           sql_step(&query, error) == SQL_ROW && read_row(&query, row, error);
}

gboolean store_reservation_by_number(Store *store, const gchar *station_id, gint number, ReservationRow *row,
                                     GError **error)
{
    g_auto(SqlQuery) query = {0};

    return sql_query(&query, store, error, RESERVATION_QUERY " WHERE number = ? AND station_id = ?", "bs",
                     number, station_id) &&
           sql_step(&query, error) == SQL_ROW && read_row(&query, row, error);
}

gboolean store_reservation_of_order(Store *store, const gchar *order_id, ReservationRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    return sql_query(&query, store, error, RESERVATION_QUERY " WHERE order_id = ?", "s", order_id) &&
           sql_step(&query, error) == SQL_ROW && read_row(&query, row, error);
}

gboolean store_reservation_open_on_evse(Store *store, const gchar *evse_key, ReservationRow *row,
                                        GError **error)
{
    g_auto(SqlQuery) query = {0};

    return sql_query(&query, store, error, RESERVATION_QUERY " WHERE evse_key = ? AND state < 3", "s",
                     evse_key) &&
           sql_step(&query, error) == SQL_ROW && read_row(&query, row, error);
}

gboolean store_reservation_open_of(Store *store, const gchar *vehicle_id, ReservationRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    return sql_query(&query, store, error, RESERVATION_QUERY " WHERE vehicle_id = ? AND state < 3", "s",
                     vehicle_id) &&
           sql_step(&query, error) == SQL_ROW && read_row(&query, row, error);
}

gboolean store_reservation_next_due(Store *store, ReservationRow *row, GError **error)
{
    g_auto(SqlQuery) query = {0};

    return sql_query(&query, store, error,
                     RESERVATION_QUERY " WHERE due_ms IS NOT NULL ORDER BY due_ms LIMIT 1", "") &&
           sql_step(&query, error) == SQL_ROW && read_row(&query, row, error);
}

static GArray *read_rows(SqlQuery *query, GError **error)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(ReservationRow));
    SqlStep step;

    while ((step = sql_step(query, error)) == SQL_ROW) {
        ReservationRow row;

        if (!read_row(query, &row, error))
            return NULL;
        g_array_append_val(rows, row);
    }
    return step == SQL_DONE ? g_steal_pointer(&rows) : NULL;
}

GArray *store_reservations_of(Store *store, const gchar *vehicle_id, gint64 limit, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   RESERVATION_QUERY " WHERE vehicle_id = ? ORDER BY created_ms DESC, event_seq DESC LIMIT ?",
                   "si", vehicle_id, limit))
        return NULL;
    return read_rows(&query, error);
}

GArray *store_reservations_all(Store *store, gint64 limit, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error, RESERVATION_QUERY " ORDER BY created_ms DESC LIMIT ?", "i", limit))
        return NULL;
    return read_rows(&query, error);
}

GArray *store_reservations_at(Store *store, const gchar *station_id, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   RESERVATION_QUERY " WHERE station_id = ? AND (state < 3 OR hold > 0) ORDER BY created_ms",
                   "s", station_id))
        return NULL;
    return read_rows(&query, error);
}
