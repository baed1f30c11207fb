/* Race: cars, piles, broken lines, lost answers and restarts of the server, at random, over the real desk and
 * a real store in memory. Every answer and every word to a car is judged by an oracle that was written from
 * the contract. usage: server-race [STEPS] [SEED]; exit 1 with the seed and the step when something is wrong.
 */
#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>

#include "protocol/json_gate.h"
#include "server-stub/model/reservation_rules.h"
#include "tests/race/race_oracle.h"
#include "tests/race/race_pile.h"

#define T0 G_GINT64_CONSTANT(1790000000000)

typedef struct {
    GRand *random;
    gchar *folder, *path;
    Store *store;
    Desk *desk;
    PresenceMode presence;
    RaceOracle oracle;
    RacePile piles[RACE_EVSES];
    gint64 now_ms, due_ms;
    guint next_ref, granted, refused, charged;
    GPtrArray *order_ids, *reservation_ids; /* of all, newest last */
    gchar evse_key[RACE_EVSES][API_EVSE_KEY_BYTES];
} Race;

/* The oracle's notebook; what is right is in race_oracle.c. */

void race_complain(RaceOracle *self, const gchar *format, ...)
{
    va_list args;

    if (self->complaint[0] != '\0')
        return; /* the first one is the interesting one */
    va_start(args, format);
    g_vsnprintf(self->complaint, sizeof self->complaint, format, args);
    va_end(args);
}

void race_oracle_init(RaceOracle *self)
{
    *self = (RaceOracle){0};
    self->orders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->reservations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

void race_oracle_clear(RaceOracle *self)
{
    g_hash_table_unref(self->orders);
    g_hash_table_unref(self->reservations);
}

static gboolean chance(Race *self, gdouble p)
{
    return g_rand_double(self->random) < p;
}

static guint pick(Race *self, guint n)
{
    return (guint)g_rand_int_range(self->random, 0, (gint)n);
}

static guint point_of(const gchar *station_id)
{
    return (guint)(station_id[1] - '0');
}

static guint car_of(const gchar *vehicle_id)
{
    return (guint)(vehicle_id[1] - '0');
}

/* ---- desk -> world ---- */

static gboolean on_reachable(const gchar *station_id, gpointer data)
{
    return ((Race *)data)->piles[point_of(station_id)].connected;
}

static void send_call(Race *self, const gchar *station_id, const RaceCall *call)
{
    RacePile *pile = &self->piles[point_of(station_id)];

    if (pile->connected)
        g_queue_push_tail(&pile->calls, g_memdup2(call, sizeof *call));
}

static void on_start(const OrderRow *row, gpointer data)
{
    Race *self = data;
    RaceCall call = {.kind = RACE_CALL_START, .number = row->remote_start_id};

    race_oracle_started(&self->oracle, &row->order);
    g_strlcpy(call.id, row->order.order_id, sizeof call.id);
    g_strlcpy(call.token, row->id_token, sizeof call.token);
    send_call(self, row->station_id, &call);
}

static void on_stop(const gchar *station_id, const gchar *transaction_id, gpointer data)
{
    RaceCall call = {.kind = RACE_CALL_STOP};

    g_strlcpy(call.id, transaction_id, sizeof call.id);
    send_call(data, station_id, &call);
}

static void on_changed(const OrderRow *row, gpointer data)
{
    Race *self = data;

    race_oracle_order_told(&self->oracle, car_of(row->vehicle_id), point_of(row->station_id), &row->order,
                           self->now_ms);
}

static void on_rearm(gint64 due_ms, gpointer data)
{
    ((Race *)data)->due_ms = due_ms;
}

static void reservation_call(Race *self, RaceCallKind kind, const ReservationRow *row)
{
    RaceCall call = {.kind = kind, .number = row->number, .until_ms = row->reservation.until_ms};

    g_strlcpy(call.id, row->reservation.reservation_id, sizeof call.id);
    g_strlcpy(call.token, row->id_token, sizeof call.token);
    send_call(self, row->station_id, &call);
}

static void on_reserve(const ReservationRow *row, gpointer data)
{
    reservation_call(data, RACE_CALL_RESERVE, row);
}

static void on_release(const ReservationRow *row, gpointer data)
{
    reservation_call(data, RACE_CALL_CANCEL, row);
}

static void on_reservation_changed(const ReservationRow *row, gpointer data)
{
    Race *self = data;

    self->charged += row->reservation.charged_minor > 0;
    race_oracle_reservation_told(&self->oracle, car_of(row->vehicle_id), point_of(row->station_id),
                                 &row->reservation, self->now_ms);
}

static void on_evse_changed(const gchar *station_id, gpointer data)
{
}

static gboolean on_instead_of(const gchar *evse_key, Place *other, gpointer data)
{
    return FALSE;
}

static void open_desk(Race *self)
{
    static const DeskPorts ports = {.reachable = on_reachable,
                                    .start = on_start,
                                    .stop = on_stop,
                                    .changed = on_changed,
                                    .rearm = on_rearm,
                                    .reserve = on_reserve,
                                    .release = on_release,
                                    .reservation_changed = on_reservation_changed,
                                    .evse_changed = on_evse_changed,
                                    .instead_of = on_instead_of};
    g_autoptr(GError) error = NULL;

    self->store = store_open(self->path, &error);
    if (self->store == NULL)
        g_error("%s", error->message);
    self->desk = desk_new(self->store, &ports, self, 0);
    desk_set_presence(self->desk, self->presence);
}

/* ---- piles -> desk ---- */

static void tell_status(Race *self, RacePile *pile)
{
    RacePoint *point = &self->oracle.points[pile->point];
    const gchar station[] = {'P', (gchar)('0' + pile->point), '\0'};

    if (!pile->connected || point->status == race_pile_status(pile))
        return;
    point->status = race_pile_status(pile);
    desk_connector(self->desk, station, 1, 1, point->status, self->now_ms, self->now_ms, NULL);
}

static void tell_bay(Race *self, RacePile *pile)
{
    const gchar station[] = {'P', (gchar)('0' + pile->point), '\0'};
    const DeskBay bay = {1, pile->bay, self->now_ms};

    if (!pile->connected)
        return;
    self->oracle.points[pile->point].bay = pile->bay ? BAY_SENSOR_OCCUPIED : BAY_SENSOR_FREE;
    desk_bays(self->desk, station, &bay, 1, self->now_ms);
}

static void disconnect(Race *self, RacePile *pile)
{
    const gchar station[] = {'P', (gchar)('0' + pile->point), '\0'};
    RaceCall *call = g_queue_pop_head(&pile->calls);

    pile->connected = FALSE;
    if (call != NULL && chance(self, 0.5)) /* it was read, the answer is lost */
        race_pile_obey(pile, call, self->now_ms);
    g_free(call);
    g_queue_clear_full(&pile->calls, g_free);
    self->oracle.points[pile->point].connected = FALSE;
    self->oracle.points[pile->point].bay = BAY_SENSOR_SILENT;
    desk_station_gone(self->desk, station);
}

static void connect_pile(Race *self, RacePile *pile)
{
    const gchar station[] = {'P', (gchar)('0' + pile->point), '\0'};

    pile->connected = TRUE;
    self->oracle.points[pile->point].connected = TRUE;
    desk_station_connected(self->desk, station, self->now_ms);
    desk_station_ready(self->desk, station, self->now_ms);
    tell_status(self, pile);
    if (chance(self, 0.3)) { /* what it noted while it was away: no word about now */
        const DeskBay past = {1, chance(self, 0.5), self->now_ms - 3600 * 1000};

        desk_bays(self->desk, station, &past, 1, self->now_ms);
    }
    if (chance(self, 0.7))
        tell_bay(self, pile);
}

static void answer(Race *self, const RaceCall *call, gboolean accepted)
{
    DeskStart outcome = accepted ? DESK_START_ACCEPTED : DESK_START_REJECTED;

    if (call->kind == RACE_CALL_RESERVE)
        desk_reserved(self->desk, call->id, outcome, self->now_ms);
    else if (call->kind == RACE_CALL_CANCEL)
        desk_released(self->desk, call->id, self->now_ms);
    else if (call->kind == RACE_CALL_START)
        desk_started(self->desk, call->id, outcome, self->now_ms);
}

static void read_call(Race *self, RacePile *pile, gboolean may_lose)
{
    g_autofree RaceCall *call = pile->connected ? g_queue_pop_head(&pile->calls) : NULL;
    gboolean accepted;

    if (call == NULL)
        return;
    if (may_lose && chance(self, 0.05))
        return; /* a station that does not even look at it */
    accepted = race_pile_obey(pile, call, self->now_ms);
    if (call->kind == RACE_CALL_START && !accepted && pile->held_number != 0 && !pile->faulted)
        race_oracle_turned_away(&self->oracle, call->id, pile->held_id);
    if (!may_lose || !chance(self, 0.1))
        answer(self, call, accepted);
    tell_status(self, pile);
}

static void send_event(Race *self, RacePile *pile)
{
    const gchar station[] = {'P', (gchar)('0' + pile->point), '\0'};
    const RaceEvent *e = pile->connected ? g_queue_peek_head(&pile->events) : NULL;
    g_auto(OcppTransactionEventRequest) request;
    OcppTransactionEventResponse response;
    OcppSample sample = {.timestamp_ms = self->now_ms, .value = 1000, .unit = OCPP_UNIT_WH};

    ocpp_transaction_event_request_init(&request);
    if (e == NULL)
        return;
    request.event_type = e->kind;
    request.seq_no = e->seq;
    request.timestamp_ms = self->now_ms;
    request.charging_state = e->plugged ? OCPP_CHARGING_STATE_CHARGING : OCPP_CHARGING_STATE_IDLE;
    request.trigger_reason =
        e->timeout ? OCPP_TRIGGER_EV_CONNECT_TIMEOUT : OCPP_TRIGGER_CHARGING_STATE_CHANGED;
    request.stopped_reason = e->kind == OCPP_TRANSACTION_ENDED ? OCPP_STOPPED_LOCAL : OCPP_STOPPED_NONE;
    request.evse = (OcppEvse){TRUE, 1, 1};
    g_strlcpy(request.transaction_id, e->transaction_id, sizeof request.transaction_id);
    request.has_remote_start_id = TRUE;
    request.remote_start_id = e->remote_start_id;
    request.id_token = (OcppIdToken){.present = TRUE, .type = OCPP_ID_TOKEN_CENTRAL};
    g_strlcpy(request.id_token.id_token, e->token, sizeof request.id_token.id_token);
    g_array_append_val(request.samples, sample);
    if (!desk_transaction_event(self->desk, station, &request, self->now_ms, &response, NULL)) {
        race_complain(&self->oracle, "an event of %s was refused", e->transaction_id);
        return;
    }
    self->oracle.points[pile->point].in_transaction = e->kind != OCPP_TRANSACTION_ENDED;
    if (!chance(self, 0.1)) /* else the answer is lost, and it comes again */
        g_free(g_queue_pop_head(&pile->events));
}

/* ---- cars -> desk ---- */

static void judge(Race *self, const gchar *what, const gchar *expected, gboolean granted, const GError *error)
{
    const gchar *word = granted ? NULL : desk_error_code(error);

    if (granted)
        self->granted++;
    else
        self->refused++;
    if (g_strcmp0(word, "not_present") == 0 && expected == NULL)
        return; /* judged in tests/server-stub/presence.c */
    if (g_strcmp0(word, expected) != 0)
        race_complain(&self->oracle, "%s: %s, should be %s", what, word != NULL ? word : "granted",
                      expected != NULL ? expected : "granted");
}

static void keep_id(GPtrArray *ids, const gchar *answer, const gchar *member)
{
    g_autoptr(JsonObject) object = json_gate_parse_object(answer, strlen(answer), NULL);

    g_ptr_array_add(ids, g_strdup(json_object_get_string_member(object, member)));
}

static void want_order(Race *self, guint car, guint point)
{
    const gchar vehicle[] = {'C', (gchar)('0' + car), '\0'};
    ScanRequest scan = {0};
    ScanAnswer seen;
    OrderRequest wish = {.limits = {.max_cost_minor = 300, .currency = "EUR"}};
    const gchar *expected;
    g_autofree gchar *text = NULL;
    g_autoptr(GError) error = NULL;
    gboolean first = FALSE, ok;

    g_strlcpy(scan.qr_evse_id, self->evse_key[point], sizeof scan.qr_evse_id);
    if (!desk_scan(self->desk, vehicle, &scan, self->now_ms, &seen, &error)) {
        race_complain(&self->oracle, "scan: %s", error->message);
        return;
    }
    if (chance(self, 0.3))
        return; /* only looks */
    expected = race_oracle_order(&self->oracle, car, point);
    g_strlcpy(wish.scan_ref, seen.scan_ref, sizeof wish.scan_ref);
    g_snprintf(wish.client_ref, sizeof wish.client_ref, "o-%u", ++self->next_ref);
    ok = desk_place(self->desk, vehicle, &wish, self->now_ms, &text, &first, &error);
    judge(self, "order", expected, ok, error);
    if (ok)
        keep_id(self->order_ids, text, "order_id");
}

static void want_reservation(Race *self, guint car, guint point)
{
    const gchar vehicle[] = {'C', (gchar)('0' + car), '\0'};
    ReservationRequest wish = {.until_ms = self->now_ms + 60000 + pick(self, 600) * 1000};
    const gchar *expected = race_oracle_reserve(&self->oracle, car, point);
    g_autofree gchar *text = NULL;
    g_autoptr(GError) error = NULL;
    gboolean first = FALSE, ok;

    g_strlcpy(wish.evse_key, self->evse_key[point], sizeof wish.evse_key);
    g_snprintf(wish.client_ref, sizeof wish.client_ref, "r-%u", ++self->next_ref);
    ok = desk_reserve(self->desk, vehicle, &wish, self->now_ms, &text, &first, &error);
    judge(self, "reserve", expected, ok, error);
    if (ok)
        keep_id(self->reservation_ids, text, "reservation_id");
}

/* One of the newest, of whichever car. */
static const gchar *some_id(Race *self, GPtrArray *ids)
{
    return ids->len == 0 ? NULL : g_ptr_array_index(ids, ids->len - 1 - pick(self, MIN(ids->len, 6)));
}

static void change_reservation(Race *self, guint car, guint point)
{
    const gchar vehicle[] = {'C', (gchar)('0' + car), '\0'};
    const gchar *id = some_id(self, self->reservation_ids);
    ReservationRequest wish = {0};
    Reservation r;
    g_autofree gchar *text = NULL;
    gboolean first = FALSE;

    if (id == NULL)
        return;
    if (chance(self, 0.5)) {
        desk_reservation_cancel(self->desk, vehicle, id, self->now_ms, &r, NULL);
        return;
    }
    g_strlcpy(wish.evse_key, self->evse_key[point], sizeof wish.evse_key);
    g_snprintf(wish.client_ref, sizeof wish.client_ref, "m-%u", ++self->next_ref);
    if (desk_reservation_move(self->desk, vehicle, id, &wish, self->now_ms, &text, &first, NULL))
        keep_id(self->reservation_ids, text, "reservation_id");
}

static void stop_order(Race *self, guint car)
{
    const gchar vehicle[] = {'C', (gchar)('0' + car), '\0'};
    const gchar *id = some_id(self, self->order_ids);
    Order order;

    if (id != NULL)
        desk_stop(self->desk, vehicle, id, self->now_ms, &order, NULL);
}

/* ---- time, restarts, rest ---- */

static void pass(Race *self, gint64 ms)
{
    self->now_ms += ms;
    if (self->due_ms <= self->now_ms && chance(self, 0.5)) /* which clock is faster? */
        desk_tick(self->desk, self->now_ms);
    for (guint i = 0; i < RACE_EVSES; i++) {
        RacePile *pile = &self->piles[i];
        const gchar station[] = {'P', (gchar)('0' + i), '\0'};
        gint number = pile->held_number;

        if (race_pile_tick(pile, self->now_ms) && pile->connected)
            desk_reservation_update(self->desk, station, number, TRUE, self->now_ms);
        tell_status(self, pile);
    }
    if (self->due_ms <= self->now_ms)
        desk_tick(self->desk, self->now_ms);
}

static void restart(Race *self)
{
    for (guint i = 0; i < RACE_EVSES; i++)
        if (self->piles[i].connected)
            disconnect(self, &self->piles[i]);
    desk_free(self->desk);
    store_close(self->store);
    open_desk(self);
    desk_tick(self->desk, self->now_ms);
}

/* Lets everything come to its end: then nobody may keep what nobody was promised. */
static void rest(Race *self)
{
    for (guint i = 0; i < RACE_EVSES; i++)
        if (!self->piles[i].connected)
            connect_pile(self, &self->piles[i]);
    for (guint round = 0; round < 6; round++) {
        for (guint i = 0; i < RACE_EVSES; i++) {
            while (!g_queue_is_empty(&self->piles[i].calls))
                read_call(self, &self->piles[i], FALSE);
            while (!g_queue_is_empty(&self->piles[i].events) && self->oracle.complaint[0] == '\0')
                send_event(self, &self->piles[i]);
        }
        pass(self, round < 4 ? RESERVATION_RETRY_MS / 2 : 0);
    }
    for (guint i = 0; i < RACE_EVSES; i++)
        race_oracle_at_rest(&self->oracle, i, self->piles[i].held_number != 0 ? self->piles[i].held_id : "",
                            !self->piles[i].faulted && !self->piles[i].cable && !self->piles[i].bay &&
                                !self->piles[i].charging);
}

static void step(Race *self)
{
    guint car = pick(self, RACE_CARS), point = pick(self, RACE_EVSES), what = pick(self, 100);
    RacePile *pile = &self->piles[point];

    if (what < 30)
        read_call(self, pile, TRUE);
    else if (what < 45)
        send_event(self, pile);
    else if (what < 55)
        want_reservation(self, car, point);
    else if (what < 63)
        want_order(self, car, point);
    else if (what < 69)
        change_reservation(self, car, point);
    else if (what < 72)
        stop_order(self, car);
    else if (what < 79) {
        pile->bay = chance(self, 0.3);
        tell_bay(self, pile);
    } else if (what < 85) {
        if (pile->cable || chance(self, pile->charging ? 0.7 : 0.1))
            race_pile_plug(pile, !pile->cable);
        tell_status(self, pile);
    } else if (what < 88) {
        if (pile->connected)
            disconnect(self, pile);
        else
            connect_pile(self, pile);
    } else if (what < 90 && !pile->connected)
        connect_pile(self, pile);
    else if (what == 90 && chance(self, pile->faulted ? 1 : 0.3)) {
        pile->faulted = !pile->faulted;
        tell_status(self, pile);
    } else if (what == 91 && chance(self, 0.1))
        restart(self);
    else if (what == 92 && chance(self, 0.2))
        rest(self);
    else
        pass(self, (gint64)pick(self, chance(self, 0.1) ? 400000 : 30000));
}

static void register_all(Race *self)
{
    const Tariff day = {.id = "day", .currency = "EUR", .flat_micro = 500000, .energy_micro_per_kwh = 490000};

    store_tariff_set(self->store, &day, NULL);
    store_tariff_set_no_show(self->store, "day", 200, NULL);
    for (guint i = 0; i < RACE_EVSES; i++) {
        StationRow station = {.name = "Bay", .operator_name = "ABC", .location_id = "L"};
        EvseRow evse = {.evse_no = 1, .tariff = {.id = "day"}};

        g_snprintf(station.station_id, sizeof station.station_id, "P%u", i);
        g_snprintf(self->evse_key[i], sizeof self->evse_key[i], "DEABCE%u", 100 + i);
        g_strlcpy(evse.station_id, station.station_id, sizeof evse.station_id);
        g_strlcpy(evse.evse_key, self->evse_key[i], sizeof evse.evse_key);
        g_strlcpy(evse.evse_id, self->evse_key[i], sizeof evse.evse_id);
        store_station_add(self->store, &station, NULL);
        store_evse_add(self->store, &evse, NULL);
        self->piles[i].point = i;
        connect_pile(self, &self->piles[i]);
    }
    for (guint i = 0; i < RACE_CARS; i++) {
        const gchar vehicle[] = {'C', (gchar)('0' + i), '\0'};

        store_vehicle_add(self->store, vehicle, vehicle, T0, NULL);
    }
}

static void say_nothing(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data)
{
}

static void end(Race *self)
{
    static const gchar *const suffixes[] = {"", "-wal", "-shm"};

    for (guint i = 0; i < RACE_EVSES; i++) {
        g_queue_clear_full(&self->piles[i].calls, g_free);
        g_queue_clear_full(&self->piles[i].events, g_free);
    }
    desk_free(self->desk);
    store_close(self->store);
    race_oracle_clear(&self->oracle);
    g_ptr_array_unref(self->order_ids);
    g_ptr_array_unref(self->reservation_ids);
    for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree gchar *file = g_strconcat(self->path, suffixes[i], NULL);

        g_unlink(file);
    }
    g_rmdir(self->folder);
    g_free(self->path);
    g_free(self->folder);
    g_rand_free(self->random);
}

int main(int argc, char **argv)
{
    guint64 steps = argc > 1 ? g_ascii_strtoull(argv[1], NULL, 10) : 5000;
    guint32 seed = argc > 2 ? (guint32)g_ascii_strtoull(argv[2], NULL, 10) : 1;
    Race race = {.random = g_rand_new_with_seed(seed), .now_ms = T0, .due_ms = G_MAXINT64};
    guint64 done = 0;
    gboolean ok;

    g_log_set_handler("rearcharge-server", G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_WARNING, say_nothing, NULL);
    race.presence = seed % 2 == 0 ? PRESENCE_OFF : PRESENCE_WARN;
    race.folder = g_mkdtemp(g_strdup("/dev/shm/rearcharge-race-XXXXXX"));
    if (race.folder == NULL)
        race.folder = g_dir_make_tmp("rearcharge-race-XXXXXX", NULL);
    race.path = g_build_filename(race.folder, "state.db", NULL);
    race.order_ids = g_ptr_array_new_with_free_func(g_free);
    race.reservation_ids = g_ptr_array_new_with_free_func(g_free);
    race_oracle_init(&race.oracle);
    open_desk(&race);
    register_all(&race);
    for (; done < steps && race.oracle.complaint[0] == '\0'; done++)
        step(&race);
    if (race.oracle.complaint[0] == '\0')
        rest(&race);
    ok = race.oracle.complaint[0] == '\0';
    g_print("%s: seed %u, %" G_GUINT64_FORMAT " steps, %u wishes granted, %u refused, %u no-shows%s%s\n",
            ok ? "ok" : "WRONG", seed, done, race.granted, race.refused, race.charged, ok ? "" : ": ",
            race.oracle.complaint);
    end(&race);
    return ok ? 0 : 1;
}
