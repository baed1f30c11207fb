#include "server-stub/operator_views.h"

#include "protocol/json_write.h"
#include "server-stub/code_views.h"
#include "server-stub/model/code_ledger.h"
#include "server-stub/model/transaction_gap.h"
#include "server-stub/store/reservation_rows.h"
#include "server-stub/store/transaction_rows.h"

#define VIEW_MAX_ROWS 1000

static JsonNode *wrap(const gchar *name, JsonArray *array)
{
    JsonObject *object = json_object_new();

    json_object_set_array_member(object, name, array);
    return json_write_node(object);
}

static JsonObject *evse_view(const EvseRow *evse, const EvseFacts *facts)
{
    JsonObject *object = json_object_new();

    json_object_set_int_member(object, "evse", evse->evse_no);
    json_object_set_string_member(object, "evse_id", evse->evse_id);
    json_object_set_string_member(object, "evse_key", evse->evse_key);
    json_object_set_string_member(object, "status", evse_status_ocpi(facts));
    json_object_set_string_member(object, "connector_status", connector_status_names[facts->connector]);
    json_object_set_string_member(object, "bay", bay_names[evse_status_bay(facts)]);
    json_object_set_boolean_member(object, "open_order", facts->open_order);
    json_object_set_boolean_member(object, "open_transaction", facts->open_transaction);
    json_object_set_boolean_member(object, "dynamic_code", evse->totp_secret[0] != '\0');
    json_object_set_string_member(object, "tariff_id", evse->tariff.id);
    return object;
}

static JsonObject *station_view(const OperatorContext *c, const StationRow *station, GError **error)
{
    g_autoptr(GArray) evses = store_evses(c->store, station->station_id, error);
    g_autoptr(JsonArray) views = json_array_new();
    JsonObject *object;

    for (guint i = 0; evses != NULL && i < evses->len; i++) {
        const EvseRow *evse = &g_array_index(evses, EvseRow, i);
        EvseFacts facts;

        if (!desk_evse_facts(c->desk, evse, &facts, error))
            return NULL;
        json_array_add_object_element(views, evse_view(evse, &facts));
    }
    if (evses == NULL)
        return NULL;
    object = json_object_new();
    json_object_set_string_member(object, "station_id", station->station_id);
    json_object_set_string_member(object, "name", station->name);
    json_object_set_string_member(object, "operator", station->operator_name);
    json_object_set_double_member(object, "latitude", station->latitude_deg);
    json_object_set_double_member(object, "longitude", station->longitude_deg);
    json_write_text(object, "vendor", station->vendor);
    json_write_text(object, "model", station->model);
    json_object_set_boolean_member(object, "connected",
                                   station_hub_is_connected(c->hub, station->station_id));
    json_object_set_boolean_member(object, "reachable",
                                   station_hub_is_reachable(c->hub, station->station_id));
    if (station->booted_ms > 0)
        json_write_time(object, "booted_at", station->booted_ms);
    json_object_set_array_member(object, "evses", g_steal_pointer(&views));
    return object;
}

static JsonNode *view_stations(const OperatorContext *c, gint64 now_ms, GError **error)
{
    g_auto(StoreReading) reading = {0};
    g_autoptr(GArray) rows = NULL;
    g_autoptr(JsonArray) views = json_array_new();

    store_read_begin(c->store, &reading);
    rows = store_stations(c->store, error);
    if (rows == NULL)
        return NULL;
    for (guint i = 0; i < MIN(rows->len, VIEW_MAX_ROWS); i++) {
        JsonObject *view = station_view(c, &g_array_index(rows, StationRow, i), error);

        if (view == NULL)
            return NULL;
        json_array_add_object_element(views, view);
    }
    return wrap("stations", g_steal_pointer(&views));
}

static JsonNode *order_view(const OrderRow *row)
{
    JsonNode *view = order_to_json(&row->order);

    json_object_set_string_member(json_node_get_object(view), "vehicle_id", row->vehicle_id);
    json_object_set_string_member(json_node_get_object(view), "station_id", row->station_id);
    return view;
}

static JsonNode *view_orders(const OperatorContext *c, gint64 now_ms, GError **error)
{
    g_autoptr(GArray) rows = store_orders_all(c->store, VIEW_MAX_ROWS, error);
    JsonArray *views;

    if (rows == NULL)
        return NULL;
    views = json_array_sized_new(rows->len);
    for (guint i = 0; i < rows->len; i++)
        json_array_add_element(views, order_view(&g_array_index(rows, OrderRow, i)));
    return wrap("orders", views);
}

static JsonNode *reservation_view(const ReservationRow *row)
{
    JsonNode *view = reservation_to_json(&row->reservation);

    json_object_set_string_member(json_node_get_object(view), "vehicle_id", row->vehicle_id);
    json_object_set_string_member(json_node_get_object(view), "station_id", row->station_id);
    return view;
}

static JsonNode *view_reservations(const OperatorContext *c, gint64 now_ms, GError **error)
{
    g_autoptr(GArray) rows = store_reservations_all(c->store, VIEW_MAX_ROWS, error);
    JsonArray *views;

    if (rows == NULL)
        return NULL;
    views = json_array_sized_new(rows->len);
    for (guint i = 0; i < rows->len; i++)
        json_array_add_element(views, reservation_view(&g_array_index(rows, ReservationRow, i)));
    return wrap("reservations", views);
}

static JsonObject *transaction_view(const TransactionRow *row)
{
    JsonObject *object = json_object_new();
    Transaction transaction;

    json_object_set_string_member(object, "transaction_id", row->transaction_id);
    json_object_set_string_member(object, "station_id", row->station_id);
    json_object_set_int_member(object, "evse", row->evse_no);
    json_write_text(object, "order_id", row->order_id);
    json_object_set_boolean_member(object, "ended", row->ended);
    json_write_text(object, "flag", ledger_flag_names[row->flag]);
    if (!transaction_from_text(&transaction, row->folded))
        return object;
    json_object_set_boolean_member(object, "complete", transaction_is_complete(&transaction));
    if (row->closed && transaction_gap_missing(&transaction) > 0)
        json_object_set_int_member(object, "missing_events", transaction_gap_missing(&transaction));
    json_write_text(object, "charging_state", ocpp_charging_state_names[transaction.charging_state]);
    json_write_text(object, "stopped_reason", ocpp_stopped_reason_names[transaction.stopped_reason]);
    json_object_set_int_member(object, "last_seq_no", transaction.latest_seq);
    json_object_set_int_member(object, "energy_wh", transaction_energy_wh(&transaction));
    json_object_set_int_member(object, "power_w", transaction.power_w);
    if (transaction.started_ms > 0)
        json_write_time(object, "started_at", transaction.started_ms);
    if (transaction.ended_ms > 0)
        json_write_time(object, "ended_at", transaction.ended_ms);
    return object;
}

static JsonNode *view_transactions(const OperatorContext *c, gint64 now_ms, GError **error)
{
    g_autoptr(GArray) rows = store_transactions(c->store, VIEW_MAX_ROWS, error);
    JsonArray *views;

    if (rows == NULL)
        return NULL;
    views = json_array_sized_new(rows->len);
    for (guint i = 0; i < rows->len; i++)
        json_array_add_object_element(views, transaction_view(&g_array_index(rows, TransactionRow, i)));
    return wrap("transactions", views);
}

JsonNode *operator_view_station(const OperatorContext *context, const gchar *station_id)
{
    StationRow row;
    JsonObject *view =
        store_station(context->store, station_id, &row, NULL) ? station_view(context, &row, NULL) : NULL;

    return view != NULL ? json_write_node(view) : NULL;
}

JsonNode *operator_view_order(const OperatorContext *context, const gchar *order_id)
{
    OrderRow row;

    return store_order(context->store, order_id, &row, NULL) ? order_view(&row) : NULL;
}

JsonNode *operator_view_reservation(const OperatorContext *context, const gchar *reservation_id)
{
    ReservationRow row;

    return store_reservation(context->store, reservation_id, &row, NULL) ? reservation_view(&row) : NULL;
}

JsonNode *operator_view_transaction(const OperatorContext *context, const gchar *transaction_id)
{
    TransactionRow row;

    return store_transaction(context->store, transaction_id, &row, NULL)
               ? json_write_node(transaction_view(&row))
               : NULL;
}

static JsonNode *view_status(const OperatorContext *c, gint64 now_ms, GError **error)
{
    JsonObject *object = json_object_new();

    json_write_time(object, "now", now_ms);
    json_write_time(object, "started_at", c->started_ms);
    json_object_set_int_member(object, "stations_connected", station_hub_n_connected(c->hub));
    return json_write_node(object);
}

JsonNode *operator_view(const OperatorContext *context, const gchar *view, gint64 now_ms, GError **error)
{
    static const struct {
        const gchar *name;
        JsonNode *(*make)(const OperatorContext *c, gint64 now_ms, GError **error);
    } views[] = {
        {"stations", view_stations},
        {"orders", view_orders},
        {"reservations", view_reservations},
        {"transactions", view_transactions},
        {"status", view_status},
        {"codes", view_codes},
        {"local-lists", view_local_lists},
        {"offline-codes", view_offline_codes},
        {"vouchers", view_vouchers},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(views); i++)
        if (g_str_equal(view, views[i].name))
            return views[i].make(context, now_ms, error);
    g_set_error_literal(error, DESK_ERROR, DESK_ERROR_NOT_FOUND, "no such view");
    return NULL;
}
