#include "tests/server-stub/desk_world.h"

#include <glib/gstdio.h>

guint world_looks;

static gboolean look_up_order(World *w, const gchar *order_id, OrderRow *row)
{
    gboolean found;

    world_looks++;
    found = store_order(w->store, order_id, row, NULL);
    world_looks--;
    return found;
}

static gboolean look_up_reservation(World *w, const gchar *reservation_id, ReservationRow *row)
{
    gboolean found;

    world_looks++;
    found = store_reservation(w->store, reservation_id, row, NULL);
    world_looks--;
    return found;
}

static gboolean reachable(const gchar *station_id, gpointer data)
{
    return ((World *)data)->reachable;
}

/* Persist, then act: whatever the desk does to the world must be in the store already. */
static void start(const OrderRow *row, gpointer data)
{
    World *w = data;
    OrderRow stored;

    if (w->dead)
        return;
    cr_assert(look_up_order(w, row->order.order_id, &stored), "started before it was stored");
    cr_assert_eq(stored.start_attempts, row->start_attempts);
    w->starts++;
    w->started = *row;
}

static void stop(const gchar *station_id, const gchar *transaction_id, gpointer data)
{
    World *w = data;

    if (w->dead)
        return;
    w->stops++;
    g_strlcpy(w->stopped, transaction_id, sizeof w->stopped);
}

static void changed(const OrderRow *row, gpointer data)
{
    World *w = data;
    OrderRow stored;

    cr_assert(look_up_order(w, row->order.order_id, &stored));
    cr_assert_eq(stored.order.event_seq, row->order.event_seq, "told before it was stored");
    cr_assert_eq(stored.order.state, row->order.state);
    w->changes++;
}

static void rearm(gint64 due_ms, gpointer data)
{
    ((World *)data)->due_ms = due_ms;
}

static void reserve(const ReservationRow *row, gpointer data)
{
    World *w = data;
    ReservationRow stored;

    if (w->dead)
        return;
    cr_assert(look_up_reservation(w, row->reservation.reservation_id, &stored));
    cr_assert_eq(stored.attempts, row->attempts, "told before it was stored");
    w->reserves++;
    w->reserved = *row;
}

static void release(const ReservationRow *row, gpointer data)
{
    World *w = data;

    if (w->dead)
        return;
    w->releases++;
    w->released = *row;
}

static void reservation_changed(const ReservationRow *row, gpointer data)
{
    World *w = data;
    ReservationRow stored;

    cr_assert(look_up_reservation(w, row->reservation.reservation_id, &stored));
    cr_assert_eq(stored.reservation.event_seq, row->reservation.event_seq, "told before it was stored");
    cr_assert_eq(stored.reservation.state, row->reservation.state);
    w->told = *row;
    w->tellings++;
}

static void evse_changed(const gchar *station_id, gpointer data)
{
}

static gboolean instead_of(const gchar *evse_key, Place *other, gpointer data)
{
    World *w = data;

    *other = w->other;
    return w->has_other;
}

static gboolean call(const gchar *station_id, OcppAction action, JsonObject *payload, DeskAnswer answer,
                     gpointer answer_data, gpointer data)
{
    World *w = data;

    g_clear_pointer(&w->payload, json_object_unref);
    g_clear_pointer(&w->answer_data, g_free);
    w->called = action;
    w->payload = payload;
    w->answer = answer;
    w->answer_data = answer_data;
    g_strlcpy(w->called_station, station_id, sizeof w->called_station);
    if (w->loses_calls)
        world_fail(w, OCPP_RPC_EVENT_LOST);
    return TRUE;
}

static void finish_call(World *w, OcppRpcEventType type, JsonObject *payload)
{
    OcppRpcEvent event = {.type = type, .payload = payload};
    g_autofree gpointer answer_data = g_steal_pointer(&w->answer_data);

    w->answer(w->desk, w->called_station, &event, w->now_ms, answer_data);
}

void world_answer(World *w, JsonObject *payload)
{
    finish_call(w, OCPP_RPC_EVENT_RESULT, payload);
}

void world_fail(World *w, OcppRpcEventType type)
{
    finish_call(w, type, NULL);
}

static void open_desk(World *w)
{
    static const DeskPorts ports = {reachable,    start,      stop,    changed,
                                    rearm,        reserve,    release, reservation_changed,
                                    evse_changed, instead_of, call};
    g_autoptr(GError) error = NULL;

    w->store = store_open(w->path, &error);
    cr_assert_not_null(w->store, "%s", error != NULL ? error->message : "");
    w->desk = desk_new(w->store, &ports, w, 0);
}

static void close_desk(World *w)
{
    desk_free(w->desk);
    store_close(w->store);
}

static void add_evse(World *w, const gchar *station_id, const gchar *key, const gchar *id,
                     const gchar *secret)
{
    StationRow station = {.name = "Bay", .operator_name = "ABC Energy", .location_id = "L1"};
    EvseRow evse = {.evse_no = 1, .tariff = {.id = "day"}, .totp_validity_s = 30, .totp_length = 12};

    g_strlcpy(station.station_id, station_id, sizeof station.station_id);
    g_strlcpy(evse.station_id, station_id, sizeof evse.station_id);
    g_strlcpy(evse.evse_key, key, sizeof evse.evse_key);
    g_strlcpy(evse.evse_id, id, sizeof evse.evse_id);
    g_strlcpy(evse.totp_secret, secret, sizeof evse.totp_secret);
    cr_assert(store_station_add(w->store, &station, NULL));
    cr_assert(store_evse_add(w->store, &evse, NULL));
    cr_assert(store_connector_set(w->store, station_id, 1, 1, CONNECTOR_AVAILABLE, T0, NULL));
}

static void say_nothing(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data)
{
}

World *world_new(void)
{
    World *w = g_new0(World, 1);
    const Tariff day = {.id = "day", .currency = "EUR", .flat_micro = 500000, .energy_micro_per_kwh = 490000};

    /* In memory where there is such a place: these tests ask what is stored, not how long a disk takes. */
    w->folder = g_mkdtemp(g_strdup("/dev/shm/rearcharge-desk-XXXXXX"));
    if (w->folder == NULL)
        w->folder = g_dir_make_tmp("rearcharge-desk-XXXXXX", NULL);
    g_log_set_handler("rearcharge-server", G_LOG_LEVEL_MESSAGE, say_nothing, NULL);
    w->path = g_build_filename(w->folder, "state.db", NULL);
    w->reachable = TRUE;
    w->now_ms = T0;
    open_desk(w);
    cr_assert(store_tariff_set(w->store, &day, NULL));
    cr_assert(store_vehicle_add(w->store, "car-1", "hash-1", T0, NULL));
    cr_assert(store_vehicle_add(w->store, "car-2", "hash-2", T0, NULL));
    add_evse(w, "PILE1", "DEABCE123451", EVSE, "");
    add_evse(w, "PILE2", "DEABCE123452", "DE*ABC*E12345*2", "secure!Charging!");
    return w;
}

void world_free(World *w)
{
    g_autofree gchar *wal = g_strconcat(w->path, "-wal", NULL);
    g_autofree gchar *shm = g_strconcat(w->path, "-shm", NULL);

    close_desk(w);
    g_clear_pointer(&w->payload, json_object_unref);
    g_free(w->answer_data);
    g_unlink(w->path);
    g_unlink(wal);
    g_unlink(shm);
    g_rmdir(w->folder);
    g_free(w->path);
    g_free(w->folder);
    g_free(w);
}

gboolean scan(World *w, const gchar *vehicle, const gchar *evse_id, const gchar *token, ScanAnswer *answer,
              GError **error)
{
    ScanRequest request = {0};

    g_strlcpy(request.qr_evse_id, evse_id, sizeof request.qr_evse_id);
    g_strlcpy(request.qr_token, token, sizeof request.qr_token);
    return desk_scan(w->desk, vehicle, &request, w->now_ms, answer, error);
}

OrderRequest request_for(const ScanAnswer *answer, const gchar *client_ref)
{
    OrderRequest request = {.limits = {.max_cost_minor = 5000, .currency = "EUR"}};

    g_strlcpy(request.scan_ref, answer->scan_ref, sizeof request.scan_ref);
    g_strlcpy(request.client_ref, client_ref, sizeof request.client_ref);
    return request;
}

void place(World *w, const gchar *client_ref)
{
    ScanAnswer answer;
    OrderRequest request;
    g_autofree gchar *text = NULL;
    g_autoptr(GError) error = NULL;
    gboolean first = FALSE;

    cr_assert(scan(w, "car-1", EVSE, "", &answer, NULL));
    request = request_for(&answer, client_ref);
    cr_assert(desk_place(w->desk, "car-1", &request, w->now_ms, &text, &first, &error), "%s",
              error != NULL ? error->message : "");
    cr_assert(first);
    w->placed = request;
}

OrderRow stored(World *w)
{
    OrderRow row;

    cr_assert(look_up_order(w, w->started.order.order_id, &row));
    return row;
}

gboolean deliver(World *w, const gchar *station_id, OcppTransactionEventType kind, gint seq,
                 OcppChargingState state, gint64 wh, OcppTransactionEventResponse *response, GError **error)
{
    g_auto(OcppTransactionEventRequest) request;
    OcppSample sample = {.timestamp_ms = w->now_ms, .value = wh, .unit = OCPP_UNIT_WH};
    OcppTransactionEventResponse ignored;

    ocpp_transaction_event_request_init(&request);
    request.event_type = kind;
    request.seq_no = seq;
    request.timestamp_ms = w->now_ms;
    request.charging_state = state;
    request.trigger_reason = OCPP_TRIGGER_METER_VALUE_PERIODIC;
    request.stopped_reason = kind == OCPP_TRANSACTION_ENDED ? OCPP_STOPPED_LOCAL : OCPP_STOPPED_NONE;
    g_strlcpy(request.transaction_id, "tx-1", sizeof request.transaction_id);
    request.evse = (OcppEvse){TRUE, 1, 1};
    if (seq == 0) {
        request.has_remote_start_id = TRUE;
        request.remote_start_id = w->started.remote_start_id;
        request.id_token = (OcppIdToken){.present = TRUE, .type = OCPP_ID_TOKEN_CENTRAL};
        g_strlcpy(request.id_token.id_token, w->started.id_token, sizeof request.id_token.id_token);
    }
    g_array_append_val(request.samples, sample);
    return desk_transaction_event(w->desk, station_id, &request, w->now_ms,
                                  response != NULL ? response : &ignored, error);
}

void world_restart(World *w)
{
    close_desk(w);
    open_desk(w);
    desk_tick(w->desk, w->now_ms);
    desk_station_ready(w->desk, "PILE1", w->now_ms);
}
