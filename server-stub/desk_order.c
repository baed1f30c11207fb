#include "base/identifier.h"
#include "protocol/json_gate.h"
#include "server-stub/desk_private.h"

#include <string.h>

static DeskError error_from_refusal(const gchar *refusal)
{
    static const struct {
        const gchar *word;
        DeskError error;
    } table[] = {
        {"pile_offline", DESK_ERROR_PILE_OFFLINE},
        {"evse_occupied", DESK_ERROR_EVSE_OCCUPIED},
        {"evse_reserved", DESK_ERROR_EVSE_RESERVED},
        {"evse_unavailable", DESK_ERROR_EVSE_UNAVAILABLE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
        if (g_str_equal(refusal, table[i].word))
            return table[i].error;
    g_return_val_if_reached(DESK_ERROR_EVSE_UNAVAILABLE);
}

/* What was asked for, without spelling: the same wish in other words is the same request. */
static gchar *request_sha256(const OrderRequest *request)
{
    g_autoptr(JsonNode) node = order_request_to_json(request);
    g_autofree gchar *text = json_gate_print(node, NULL);

    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
}

/* TRUE: @answer is set or @error is; FALSE: the key is new. */
static gboolean answered_before(Desk *self, const gchar *vehicle_id, const OrderRequest *request,
                                const gchar *sha256, gchar **answer, GError **error)
{
    gchar before[65];
    GError *store_error = NULL;

    if (!store_answer(self->store, vehicle_id, request->client_ref, before, answer, &store_error)) {
        if (store_error == NULL)
            return FALSE;
        g_propagate_error(error, store_error);
        return TRUE;
    }
    if (!g_str_equal(before, sha256)) {
        g_clear_pointer(answer, g_free);
        desk_set_error(error, DESK_ERROR_KEY_REUSED, "this client_ref stands for another order");
    }
    return TRUE;
}

static gboolean find_scan(Desk *self, const gchar *vehicle_id, const OrderRequest *request, gint64 now_ms,
                          ScanRow *scan, GError **error)
{
    GError *store_error = NULL;

    if (!store_scan(self->store, vehicle_id, request->scan_ref, scan, &store_error)) {
        if (store_error != NULL)
            g_propagate_error(error, store_error);
        else
            desk_set_error(error, DESK_ERROR_UNKNOWN_SCAN, "this car has no such scan");
        return FALSE;
    }
    if (scan->order_id[0] != '\0') {
        desk_set_error(error, DESK_ERROR_SCAN_USED, "the scan has served an order; read the code again");
        return FALSE;
    }
    if (scan->expires_ms <= now_ms) {
        desk_set_error(error, DESK_ERROR_SCAN_EXPIRED,
                       "the scan is older than 10 minutes; read the code again");
        return FALSE;
    }
    if (!g_str_equal(scan->tariff.currency, request->limits.currency)) {
        desk_set_error(error, DESK_ERROR_CURRENCY_MISMATCH, "limits.currency is not the tariff's");
        return FALSE;
    }
    return TRUE;
}

/* Two scans of one dynamic code, or a race for one EVSE: the schema let exactly one order in. */
static void explain_conflict(Desk *self, const ScanRow *scan, GError **error)
{
    gboolean used = FALSE;

    if (!g_error_matches(*error, STORE_ERROR, STORE_ERROR_EXISTS))
        return;
    g_clear_error(error);
    if (scan->token[0] != '\0')
        store_token_is_used(self->store, scan->evse_key, scan->token, &used, NULL);
    if (used)
        desk_set_error(error, DESK_ERROR_SCAN_USED, "the code has served an order; read the display again");
    else
        desk_set_error(error, DESK_ERROR_EVSE_OCCUPIED, "somebody else has ordered here");
}

static gboolean new_row(Desk *self, const gchar *vehicle_id, const OrderRequest *request, const ScanRow *scan,
                        gint64 now_ms, OrderRow *row, GError **error)
{
    g_autofree gchar *order_id = identifier_new_uuid();
    g_autofree gchar *id_token = identifier_new_uuid();
    g_autofree gchar *random = identifier_new_secret(16);
    EvseRow evse = {0};
    StationRow station = {0};
    EvseFacts facts;
    const gchar *refusal;

    if (!store_evse(self->store, scan->evse_key, &evse, error) ||
        !store_station(self->store, evse.station_id, &station, error) ||
        !desk_evse_facts(self, &evse, &facts, error))
        return FALSE;
    refusal = evse_status_refusal(&facts);
    if (refusal != NULL) {
        desk_set_error(error, error_from_refusal(refusal), "the charging point cannot take an order now");
        return FALSE;
    }
    *row = (OrderRow){
        .evse_no = evse.evse_no, .start_attempts = 1, .tariff = scan->tariff, .offer = scan->offer};
    order_session_open(&row->order, request, evse.evse_key, evse.evse_id, order_id, now_ms,
                       self->plug_timeout_ms);
    row->due_ms = order_session_due_ms(&row->order);
    g_strlcpy(row->vehicle_id, vehicle_id, sizeof row->vehicle_id);
    g_strlcpy(row->station_id, evse.station_id, sizeof row->station_id);
    g_strlcpy(row->operator_name, station.operator_name, sizeof row->operator_name);
    g_strlcpy(row->id_token, id_token, sizeof row->id_token);
    random[7] = '\0'; /* 28 random bits: fits int32, UNIQUE in the schema */
    row->remote_start_id = (gint)g_ascii_strtoull(random, NULL, 16) + 1;
    return TRUE;
}

static gchar *order_text(const Order *order)
{
    g_autoptr(JsonNode) node = order_to_json(order);

    return json_gate_print(node, NULL);
}

gboolean desk_place(Desk *self, const gchar *vehicle_id, const OrderRequest *request, gint64 now_ms,
                    gchar **answer, gboolean *first, GError **error)
{
    g_autofree gchar *sha256 = request_sha256(request);
    g_auto(StoreChange) change = {0};
    g_autofree gchar *text = NULL;
    g_autoptr(GError) failure = NULL;
    ScanRow scan = {0};
    OrderRow row = {0};

    *first = FALSE;
    *answer = NULL;
    if (answered_before(self, vehicle_id, request, sha256, answer, error))
        return *answer != NULL;
    if (!find_scan(self, vehicle_id, request, now_ms, &scan, error) ||
        !new_row(self, vehicle_id, request, &scan, now_ms, &row, error))
        return FALSE;

    if (!store_begin(self->store, &change, error))
        return FALSE;
    if (!desk_offer_take(self, &row, &failure) ||
        !store_order_add(self->store, &row, scan.scan_ref, scan.token, &failure) ||
        (text = order_text(&row.order)) == NULL ||
        !store_answer_add(self->store, vehicle_id, request->client_ref, sha256, text, &failure) ||
        !store_commit(&change, &failure)) {
        store_rollback(&change);
        explain_conflict(self, &scan, &failure);
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    *first = TRUE;
    *answer = g_steal_pointer(&text);
    desk_tell(self, &row, ORDER_N_STATES, ORDER_REASON_NONE);
    desk_rearm(self);
    self->ports.start(&row, self->data);
    return TRUE;
}

static gboolean find_order(Desk *self, const gchar *vehicle_id, const gchar *order_id, OrderRow *row,
                           GError **error)
{
    GError *store_error = NULL;

    if (store_order(self->store, order_id, row, &store_error) && g_str_equal(row->vehicle_id, vehicle_id))
        return TRUE;
    if (store_error != NULL)
        g_propagate_error(error, store_error);
    else
        desk_set_error(error, DESK_ERROR_NOT_FOUND, "this car has no such order");
    return FALSE;
}

gboolean desk_order(Desk *self, const gchar *vehicle_id, const gchar *order_id, Order *order, GError **error)
{
    OrderRow row;

    if (!find_order(self, vehicle_id, order_id, &row, error))
        return FALSE;
    *order = row.order;
    return TRUE;
}

gboolean desk_stop(Desk *self, const gchar *vehicle_id, const gchar *order_id, gint64 now_ms, Order *order,
                   GError **error)
{
    OrderRow row;

    if (!find_order(self, vehicle_id, order_id, &row, error) ||
        !desk_apply(self, &row, ORDER_EVENT_DRIVER_STOP, ORDER_REASON_BY_DRIVER, now_ms, error))
        return FALSE;
    *order = row.order;
    return TRUE;
}
