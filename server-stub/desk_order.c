#include "base/identifier.h"
#include "protocol/json_gate.h"
#include "server-stub/desk_private.h"

#include <string.h>

DeskError desk_error_from_refusal(const gchar *refusal)
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
gchar *desk_request_sha256(const OrderRequest *request)
{
    g_autoptr(JsonNode) node = order_request_to_json(request);
    g_autofree gchar *text = json_gate_print(node, NULL);

    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
}

gboolean desk_answered_before(Desk *self, const gchar *vehicle_id, const gchar *client_ref,
                              const gchar *sha256, gchar **answer, GError **error)
{
    gchar before[65];
    GError *store_error = NULL;

    if (!store_answer(self->store, vehicle_id, client_ref, before, answer, &store_error)) {
        if (store_error == NULL)
            return FALSE;
        g_propagate_error(error, store_error);
        return TRUE;
    }
    if (before[0] == '\0') { /* desk_withdraw() was here first */
        g_clear_pointer(answer, g_free);
        desk_set_error(error, DESK_ERROR_WITHDRAWN, "the car has withdrawn this order");
    } else if (!g_str_equal(before, sha256)) {
        g_clear_pointer(answer, g_free);
        desk_set_error(error, DESK_ERROR_KEY_REUSED, "this client_ref stands for another request");
    }
    return TRUE;
}

gboolean desk_find_scan(Desk *self, const gchar *vehicle_id, const OrderRequest *request, gint64 now_ms,
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
void desk_explain_conflict(Desk *self, const ScanRow *scan, GError **error)
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

gboolean desk_row_at(Desk *self, const gchar *vehicle_id, const OrderRequest *request, const EvseRow *evse,
                     const Tariff *tariff, gint64 now_ms, OrderRow *row, GError **error)
{
    g_autofree gchar *order_id = identifier_new_uuid();
    g_autofree gchar *id_token = identifier_new_uuid();
    StationRow station = {0};

    if (!store_station(self->store, evse->station_id, &station, error))
        return FALSE;
    *row = (OrderRow){.evse_no = evse->evse_no, .start_attempts = 1, .tariff = *tariff};
    order_session_open(&row->order, request, evse->evse_key, evse->evse_id, order_id, now_ms,
                       self->plug_timeout_ms);
    row->due_ms = order_session_due_ms(&row->order);
    g_strlcpy(row->vehicle_id, vehicle_id, sizeof row->vehicle_id);
    g_strlcpy(row->station_id, evse->station_id, sizeof row->station_id);
    g_strlcpy(row->operator_name, station.operator_name, sizeof row->operator_name);
    g_strlcpy(row->id_token, id_token, sizeof row->id_token);
    if (!store_new_remote_start_id(self->store, &row->remote_start_id, error))
        return FALSE;
    return TRUE;
}

/* What an order is made of. */
typedef struct {
    ScanRow scan;
    EvseRow evse;
    StationRow station;
    gboolean reserved; /* by this vehicle: @reservation becomes the order */
    ReservationRow reservation;
    OrderRow row;
} Wish;

/* Its own reservation opens the point to this vehicle, and the pile knows its idToken already. */
static gboolean look_at_point(Desk *self, const gchar *vehicle_id, Wish *w, GError **error)
{
    EvseFacts facts;
    GError *store_error = NULL;
    const gchar *refusal;

    if (!store_evse(self->store, w->scan.evse_key, &w->evse, error) ||
        !store_station(self->store, w->evse.station_id, &w->station, error) ||
        !desk_evse_facts(self, &w->evse, &facts, error))
        return FALSE;
    w->reserved =
        facts.reserved &&
        store_reservation_open_on_evse(self->store, w->evse.evse_key, &w->reservation, &store_error) &&
        g_str_equal(w->reservation.vehicle_id, vehicle_id);
    if (store_error != NULL) {
        g_propagate_error(error, store_error);
        return FALSE;
    }
    if (w->reserved)
        facts.reserved = FALSE;
    if (w->reserved && facts.connector == CONNECTOR_RESERVED)
        facts.connector = CONNECTOR_AVAILABLE;
    refusal = evse_status_refusal(&facts);
    if (refusal != NULL)
        desk_set_error(error, desk_error_from_refusal(refusal),
                       "the charging point cannot take an order now");
    return refusal == NULL;
}

static gboolean new_row(Desk *self, const gchar *vehicle_id, const OrderRequest *request, gint64 now_ms,
                        Wish *w, GError **error)
{
    OrderRow *row = &w->row;
    DeskWitness witness = {.distance_m = w->scan.distance_m, .live_code = w->scan.token[0] != '\0'};

    if (!look_at_point(self, vehicle_id, w, error) ||
        !desk_row_at(self, vehicle_id, request, &w->evse, &w->scan.tariff, now_ms, row, error))
        return FALSE;
    row->offer = w->scan.offer;
    if (w->reserved)
        g_strlcpy(row->id_token, w->reservation.id_token, sizeof row->id_token);
    row->order.presence = desk_presence(self, row, &witness, now_ms);
    row->due_ms = order_session_due_ms(&row->order);
    if (presence_forbids(self->presence, row->order.presence)) {
        desk_set_error(error, DESK_ERROR_NOT_PRESENT,
                       "this car is not shown to stand at this charging point");
        return FALSE;
    }
    if (row->order.presence == ORDER_PRESENCE_PENDING)
        g_hash_table_insert(self->witnesses, g_strdup(row->order.order_id),
                            g_memdup2(&witness, sizeof witness));
    return TRUE;
}

gchar *desk_order_text(const Order *order)
{
    g_autoptr(JsonNode) node = order_to_json(order);

    return json_gate_print(node, NULL);
}

/* Order, answer and the reservation that it uses up, in one change. */
static gboolean store_wish(Desk *self, const OrderRequest *request, const gchar *sha256, gint64 now_ms,
                           Wish *w, gchar **text, GError **error)
{
    g_auto(StoreChange) change = {0};
    ReservationTell tell = RESERVATION_TELL_NOTHING;
    gboolean changed = FALSE;

    if (!store_begin(self->store, &change, error) || !desk_offer_take(self, &w->row, error) ||
        !store_order_add(self->store, &w->row, w->scan.scan_ref, w->scan.token, error))
        return FALSE;
    *text = desk_order_text(&w->row.order);
    if (w->reserved) {
        g_strlcpy(w->reservation.reservation.order_id, w->row.order.order_id,
                  sizeof w->reservation.reservation.order_id);
        desk_reservation_decide(self, &w->reservation, RESERVATION_EVENT_ORDERED, now_ms, &tell, &changed);
        if (!store_reservation_save(self->store, &w->reservation, error))
            return FALSE;
    }
    return store_answer_add(self->store, w->row.vehicle_id, request->client_ref, sha256, *text, error) &&
           store_commit(&change, error);
}

/* The pile knew this vehicle and has started already, while its order was waiting for the network: the order
 * is that charge, under the reference of the car. Never two orders for one plug-in. TRUE: @answer is set, or
 * @error. */
static gboolean place_at_own_charge(Desk *self, const gchar *vehicle_id, const OrderRequest *request,
                                    const ScanRow *scan, const gchar *sha256, gchar **answer, GError **error)
{
    g_auto(StoreChange) change = {0};
    GError *failure = NULL;
    OrderRow row;

    if (!store_order_open_of(self->store, vehicle_id, scan->evse_key, &row, &failure) ||
        row.order.origin != ORDER_ORIGIN_VEHICLE_CODE) {
        if (failure != NULL)
            g_propagate_error(error, failure);
        return failure != NULL;
    }
    g_strlcpy(row.order.client_ref, request->client_ref, sizeof row.order.client_ref);
    if (!store_begin(self->store, &change, error) ||
        !store_order_rename(self->store, row.order.order_id, request->client_ref, error) ||
        !store_order_save(self->store, &row, error) || (*answer = desk_order_text(&row.order)) == NULL ||
        !store_answer_add(self->store, vehicle_id, request->client_ref, sha256, *answer, error) ||
        !store_commit(&change, error)) {
        g_clear_pointer(answer, g_free);
        return TRUE;
    }
    g_message("order %s of %s is the charge that runs there", row.order.order_id, vehicle_id);
    self->ports.changed(&row, self->data);
    return TRUE;
}

gboolean desk_place(Desk *self, const gchar *vehicle_id, const OrderRequest *request, gint64 now_ms,
                    gchar **answer, gboolean *first, GError **error)
{
    g_autofree gchar *sha256 = desk_request_sha256(request);
    g_autofree gchar *text = NULL;
    g_autofree Wish *w = g_new0(Wish, 1);
    g_autoptr(GError) failure = NULL;

    *first = FALSE;
    *answer = NULL;
    if (desk_answered_before(self, vehicle_id, request->client_ref, sha256, answer, error))
        return *answer != NULL;
    if (!desk_find_scan(self, vehicle_id, request, now_ms, &w->scan, error))
        return FALSE;
    if (place_at_own_charge(self, vehicle_id, request, &w->scan, sha256, answer, error)) {
        *first = *answer != NULL;
        return *answer != NULL;
    }
    if (!new_row(self, vehicle_id, request, now_ms, w, error))
        return FALSE;
    if (!store_wish(self, request, sha256, now_ms, w, &text, &failure)) {
        g_hash_table_remove(self->witnesses, w->row.order.order_id);
        desk_explain_conflict(self, &w->scan, &failure);
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    *first = TRUE;
    *answer = g_steal_pointer(&text);
    desk_tell(self, &w->row, ORDER_N_STATES, ORDER_REASON_NONE);
    if (w->reserved)
        desk_reservation_act(self, &w->reservation, RESERVATION_TELL_NOTHING, TRUE);
    desk_rearm(self);
    if (w->row.order.presence != ORDER_PRESENCE_PENDING)
        self->ports.start(&w->row, self->data);
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

gboolean desk_withdraw(Desk *self, const gchar *vehicle_id, const gchar *client_ref, gint64 now_ms,
                       Order *order, GError **error)
{
    GError *store_error = NULL;
    OrderRow row;

    if (store_order_by_client_ref(self->store, vehicle_id, client_ref, &row, &store_error)) {
        if (!desk_apply(self, &row, ORDER_EVENT_DRIVER_STOP, ORDER_REASON_BY_DRIVER, now_ms, error))
            return FALSE;
        *order = row.order;
        return TRUE;
    }
    /* An empty hash: no request has it, so whoever comes later with this key is refused. */
    if (store_error == NULL && !store_answer_add(self->store, vehicle_id, client_ref, "", "", &store_error) &&
        g_error_matches(store_error, STORE_ERROR, STORE_ERROR_EXISTS))
        g_clear_error(&store_error); /* withdrawn before */
    if (store_error != NULL)
        g_propagate_error(error, store_error);
    else
        desk_set_error(error, DESK_ERROR_NOT_FOUND, "this car has no such order, and gets none");
    return FALSE;
}
