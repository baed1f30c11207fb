/* Every row of the reservation table, walked with a real store and two piles that keep what they have
 * accepted: the server stops right after the new state is stored or right after it acted, another one opens
 * the same file, and everything ends as it would have ended without the stop. In the end no pile keeps
 * anything for anybody. */
#include "tests/server-stub/desk_world.h"

#include <string.h>

#define KEY "DEABCE123451"
#define KEY2 "DEABCE123452"
#define MINUTE (60 * 1000)

/* The linker leads every event through here: a row counts as walked only when the provoked input took it. */
gboolean __real_reservation_rules_apply(Reservation *reservation, ReservationEvent event, PileHold hold,
                                        gboolean reachable, gint64 now_ms, ReservationEffects *effects);
gboolean __wrap_reservation_rules_apply(Reservation *reservation, ReservationEvent event, PileHold hold,
                                        gboolean reachable, gint64 now_ms, ReservationEffects *effects);

static gboolean taken[RESERVATION_N_STATES][RESERVATION_N_EVENTS];

gboolean __wrap_reservation_rules_apply(Reservation *reservation, ReservationEvent event, PileHold hold,
                                        gboolean reachable, gint64 now_ms, ReservationEffects *effects)
{
    taken[reservation->state][event] = TRUE;
    return __real_reservation_rules_apply(reservation, event, hold, reachable, now_ms, effects);
}

typedef enum { NO_STOP, STOP_BEFORE_ACTING, STOP_AFTER_ACTING, N_STOPS } Stop;

typedef struct {
    World *w;
    guint reserves, releases; /* that the piles have heard of */
    GHashTable *kept;         /* (element-type int): numbers of ReserveNow */
    gboolean bay_taken, faulted;
    ScanAnswer price; /* from before the reservation */
    gchar first[37];  /* the reservation that the row is about */
} Walk;

static void let_go(Walk *self, gint number)
{
    g_hash_table_remove(self->kept, GINT_TO_POINTER(number));
}

/* What was sent reaches the piles. @answered: FALSE: the server dies before it hears of it */
static void reach_piles(Walk *self, gboolean answered)
{
    World *w = self->w;

    while (self->reserves < w->reserves || self->releases < w->releases) {
        if (self->releases < w->releases) {
            self->releases = w->releases;
            let_go(self, w->released.number);
            if (answered)
                desk_released(w->desk, w->released.reservation.reservation_id, w->now_ms);
        } else {
            self->reserves = w->reserves;
            g_hash_table_add(self->kept, GINT_TO_POINTER(w->reserved.number));
            if (answered)
                desk_reserved(w->desk, w->reserved.reservation.reservation_id, DESK_START_ACCEPTED,
                              w->now_ms);
        }
    }
}

static ReservationRow row_of(Walk *self)
{
    ReservationRow row;

    cr_assert(store_reservation(self->w->store, self->first, &row, NULL));
    return row;
}

static void tell_bay(Walk *self, gboolean occupied)
{
    const DeskBay one = {1, occupied, self->w->now_ms};

    self->bay_taken = occupied;
    cr_assert(desk_bays(self->w->desk, "PILE1", &one, 1, self->w->now_ms));
}

static void tell_connector(Walk *self, ConnectorStatus status)
{
    cr_assert(desk_connector(self->w->desk, "PILE1", 1, 1, status, self->w->now_ms, self->w->now_ms, NULL));
}

static void pass(Walk *self, gint64 ms)
{
    self->w->now_ms += ms;
    desk_tick(self->w->desk, self->w->now_ms);
}

static void go_to(Walk *self, ReservationState state)
{
    World *w = self->w;
    ReservationRequest request = {.until_ms = w->now_ms + 30 * MINUTE, .client_ref = "ref-1"};
    g_autofree gchar *answer = NULL;
    gboolean first;

    g_strlcpy(request.evse_key, KEY, sizeof request.evse_key);
    cr_assert(desk_reserve(w->desk, "car-1", &request, w->now_ms, &answer, &first, NULL));
    g_strlcpy(self->first, w->reserved.reservation.reservation_id, sizeof self->first);
    if (state != RESERVATION_REQUESTED)
        reach_piles(self, TRUE);
    if (state == RESERVATION_TAKEN)
        tell_bay(self, TRUE);
    cr_assert_eq(row_of(self).reservation.state, state);
}

/* The world's part of one row. */
static void provoke(Walk *self, ReservationState from, ReservationEvent event)
{
    World *w = self->w;
    const ReservationRow row = row_of(self);
    ReservationRequest elsewhere = {.client_ref = "ref-2", .evse_key = KEY2};
    g_autofree gchar *text = NULL;
    g_autoptr(GError) error = NULL;
    OrderRequest request;
    gboolean first;
    Reservation told;
    ScanAnswer seen;

    switch (event) {
    case RESERVATION_EVENT_ACCEPTED:
        reach_piles(self, TRUE);
        break;
    case RESERVATION_EVENT_REFUSED: /* if it was accepted before, then by an earlier call */
        self->reserves = w->reserves;
        let_go(self, row.number);
        desk_reserved(w->desk, self->first, DESK_START_REJECTED, w->now_ms);
        break;
    case RESERVATION_EVENT_BAY_TAKEN:
    case RESERVATION_EVENT_BAY_FREE:
        tell_bay(self, event == RESERVATION_EVENT_BAY_TAKEN);
        break;
    case RESERVATION_EVENT_ARRIVED:
        cr_assert(scan(w, "car-1", EVSE, "", &seen, NULL));
        break;
    case RESERVATION_EVENT_ORDERED: /* with the price of a scan before it all; another scan is an arrival */
        request = request_for(&self->price, "order-1");
        cr_assert(desk_place(w->desk, "car-1", &request, w->now_ms, &text, &first, &error), "%s",
                  error != NULL ? error->message : "");
        break;
    case RESERVATION_EVENT_DRIVER_CANCEL:
        cr_assert(desk_reservation_cancel(w->desk, "car-1", self->first, w->now_ms, &told, NULL));
        break;
    case RESERVATION_EVENT_MOVED:
        cr_assert(
            desk_reservation_move(w->desk, "car-1", self->first, &elsewhere, w->now_ms, &text, &first, NULL));
        break;
    case RESERVATION_EVENT_REMOVED:
    case RESERVATION_EVENT_PILE_EXPIRED:
        self->reserves = w->reserves;
        let_go(self, row.number);
        w->now_ms += event == RESERVATION_EVENT_PILE_EXPIRED ? 30 * MINUTE - 1 : 0;
        desk_reservation_update(w->desk, "PILE1", row.number, event == RESERVATION_EVENT_PILE_EXPIRED,
                                w->now_ms);
        break;
    case RESERVATION_EVENT_FAULT:
        self->faulted = TRUE;
        tell_connector(self, CONNECTOR_FAULTED);
        break;
    case RESERVATION_EVENT_DEADLINE:
        pass(self, from == RESERVATION_REQUESTED ? RESERVATION_ANSWER_MS : 30 * MINUTE);
        break;
    case RESERVATION_N_EVENTS:
        cr_assert_fail("%u", event);
    }
}

/* The piles come back to the next life and tell what they see. */
static void restart(Walk *self)
{
    World *w = self->w;

    reach_piles(self, FALSE);
    world_restart(w);
    desk_station_connected(w->desk, "PILE1", w->now_ms);
    desk_station_connected(w->desk, "PILE2", w->now_ms);
    desk_station_ready(w->desk, "PILE2", w->now_ms);
    tell_bay(self, self->bay_taken);
    if (self->faulted)
        tell_connector(self, CONNECTOR_FAULTED);
}

/* The driver comes and charges where a point is kept for him, or has ordered already. */
static void finish(Walk *self)
{
    World *w = self->w;
    ReservationRow open;

    reach_piles(self, TRUE);
    if (store_reservation_open_of(w->store, "car-1", &open, NULL)) {
        Reservation told;

        if (g_str_equal(open.reservation.evse_key, KEY) && !self->bay_taken)
            place(w, "order-1");
        else
            cr_assert(desk_reservation_cancel(w->desk, "car-1", open.reservation.reservation_id, w->now_ms,
                                              &told, NULL));
    }
    reach_piles(self, TRUE);
    if (w->started.order.order_id[0] != '\0') {
        ReservationRow used;

        desk_started(w->desk, w->started.order.order_id, DESK_START_ACCEPTED, w->now_ms);
        DELIVER(STARTED, 0, CHARGING, 0);
        DELIVER(ENDED, 1, IDLE, 10000);
        if (store_reservation_of_order(w->store, w->started.order.order_id, &used, NULL))
            let_go(self, used.number); /* used up by the transaction (H01.FR.15) */
    }
    for (guint i = 0; i < 8; i++) {
        pass(self, 31 * MINUTE);
        reach_piles(self, TRUE);
    }
}

static gchar *end_of(Walk *self)
{
    World *w = self->w;
    g_autoptr(GArray) rows = store_reservations_of(w->store, "car-1", 10, NULL);
    GString *end = g_string_new(NULL);

    for (guint i = 0; i < rows->len; i++) {
        const ReservationRow *row = &g_array_index(rows, ReservationRow, i);

        g_string_append_printf(
            end, "%s %s %" G_GINT64_FORMAT "%s, ", reservation_state_names[row->reservation.state],
            reservation_reason_names[row->reservation.reason], row->reservation.charged_minor,
            row->hold != PILE_HOLD_NONE ? " perhaps kept" : "");
    }
    if (g_hash_table_size(self->kept) > 0)
        g_string_append(end, "kept by a pile, ");
    if (w->started.order.order_id[0] != '\0')
        g_string_append(end, order_state_names[stored(w).order.state]);
    return g_string_free(end, FALSE);
}

static gchar *walk(ReservationState from, ReservationEvent event, Stop stop)
{
    g_autoptr(World) w = world_new();
    g_autoptr(GHashTable) kept = g_hash_table_new(NULL, NULL);
    Walk self = {.w = w, .kept = kept};

    cr_assert(store_tariff_set_no_show(w->store, "day", 200, NULL));
    desk_station_connected(w->desk, "PILE1", w->now_ms);
    desk_station_connected(w->desk, "PILE2", w->now_ms);
    cr_assert(scan(w, "car-1", EVSE, "", &self.price, NULL));
    go_to(&self, from);
    memset(taken, 0, sizeof taken);
    w->dead = stop == STOP_BEFORE_ACTING;
    provoke(&self, from, event);
    w->dead = FALSE;
    cr_expect(taken[from][event], "%s on %u: the row was not taken", reservation_state_names[from], event);
    if (stop != NO_STOP)
        restart(&self);
    finish(&self);
    return end_of(&self);
}

Test(reservation_walk, a_stop_after_any_row_leads_to_the_same_end)
{
    for (guint from = 0; from < RESERVATION_N_STATES; from++) {
        for (guint event = 0; event < RESERVATION_N_EVENTS; event++) {
            g_autofree gchar *undisturbed = NULL;
            ReservationState to = from;
            ReservationEffects effects;

            if (!reservation_rules_next(&to, event, &effects))
                continue;
            undisturbed = walk(from, event, NO_STOP);
            cr_expect_null(strstr(undisturbed, "kept"), "%s on %u: %s", reservation_state_names[from], event,
                           undisturbed);
            for (Stop stop = STOP_BEFORE_ACTING; stop < N_STOPS; stop++) {
                g_autofree gchar *stopped = walk(from, event, stop);

                cr_expect_str_eq(stopped, undisturbed, "%s on %u, stop %d: %s / %s",
                                 reservation_state_names[from], event, (gint)stop, stopped, undisturbed);
            }
        }
    }
}
