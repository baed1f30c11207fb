/* Every row of the journey's table, walked by a whole car with its store and its server: the process stops
 * right after the new state is stored, or right after it acted, another one takes up what was stored, and in
 * the end car and server are where they would have been without the stop. */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/daemon/walk_car.h"

typedef enum { NO_STOP, STOP_BEFORE_ACTING, STOP_AFTER_ACTING, N_STOPS } Stop;

static gboolean is_over_without_order(JourneyState state)
{
    return state == JOURNEY_FAILED;
}

/* The linker leads every call of the table through here: a row counts as walked only when the provoked input
 * took it. */
gboolean __real_journey_next(JourneyState *state, JourneyEvent event, JourneyEffects *effects);
gboolean __wrap_journey_next(JourneyState *state, JourneyEvent event, JourneyEffects *effects);

static gboolean taken[JOURNEY_N_STATES][JOURNEY_N_EVENTS];

gboolean __wrap_journey_next(JourneyState *state, JourneyEvent event, JourneyEffects *effects)
{
    JourneyState from = *state;
    gboolean row = __real_journey_next(state, event, effects);

    taken[from][event] |= row;
    return row;
}

/* An order that the pile made of what it was shown, or that another life of this car placed. */
static gboolean is_adopted(JourneyState from, JourneyEvent event)
{
    return (from == JOURNEY_IDLE || from == JOURNEY_LOOKING_UP || from == JOURNEY_OFFERED) &&
           event >= JOURNEY_EVENT_REQUESTED && event <= JOURNEY_EVENT_CLOSED;
}

/* In JOURNEY_CODE the code may be in hand, asked for in place of an order, or asked for instead of one. */
static gboolean code_is_asked_for_order(JourneyState from, JourneyEvent event)
{
    return from == JOURNEY_CODE && (event == JOURNEY_EVENT_REQUESTED || event == JOURNEY_EVENT_ACCEPTED ||
                                    event == JOURNEY_EVENT_CODE_REFUSED);
}

static gboolean code_is_asked_for_offer(JourneyState from, JourneyEvent event)
{
    return from == JOURNEY_CODE && (event == JOURNEY_EVENT_ORDER_REFUSED ||
                                    event == JOURNEY_EVENT_PILE_AWAY || event == JOURNEY_EVENT_CODE_ISSUED);
}

static void lose_the_pile(Trip *trip)
{
    trip->offer.reachable = FALSE;
    trip->offer.offline_code_max_wh = 100000;
}

/* The server tells that the pile leaves the order unanswered, and that a code can be had. */
static void offer_code(WalkCar *car)
{
    Order *order = walk_order(car, REF);
    Order offered;

    walk_move(car, order, ORDER_REQUESTED);
    order->code_offered = TRUE;
    offered = *order;
    trip_order(&car->trip, &offered, S(9));
    car->owes_place = FALSE;
    car->known[0] = offered;
}

/* What the server has where the straight way to @state ends. */
static void furnish(WalkCar *car, JourneyState state, JourneyEvent event)
{
    static const OrderState at[JOURNEY_N_STATES] = {
        [JOURNEY_WAITING_PLUG] = ORDER_ACCEPTED, [JOURNEY_CHARGING] = ORDER_CHARGING,
        [JOURNEY_SETTLING] = ORDER_ENDED,        [JOURNEY_DONE] = ORDER_SETTLED,
        [JOURNEY_ORDERING] = ORDER_REQUESTED,    [JOURNEY_CANCELLING] = ORDER_REQUESTED,
        [JOURNEY_CODE] = ORDER_CODE_ISSUED,
    };
    gboolean refused = event == JOURNEY_EVENT_ORDER_REFUSED || event == JOURNEY_EVENT_PILE_AWAY;
    gboolean of_order = event >= JOURNEY_EVENT_REQUESTED;

    *car = (WalkCar){.trip = trip_at(state), .now_s = 10, .server.last_seq = 10};
    if (code_is_asked_for_offer(state, event)) {
        JourneyEffects effects;

        car->trip = trip_at(JOURNEY_OFFERED);
        lose_the_pile(&car->trip);
        cr_assert_eq(trip_tap_code(&car->trip, S(9), &effects), TRIP_OK);
    } else if (code_is_asked_for_order(state, event)) {
        JourneyEffects effects;

        car->trip = trip_at(JOURNEY_ORDERING);
        offer_code(car);
        cr_assert_eq(trip_tap_code(&car->trip, S(9), &effects), TRIP_OK);
    } else if (is_over_without_order(state) && of_order) { /* an order that was over: expired */
        car->trip = trip_at(JOURNEY_WAITING_PLUG);
        hear(&car->trip, ORDER_EXPIRED, 5, 9);
        walk_move(car, walk_order(car, REF), ORDER_EXPIRED);
        car->known[0] = car->trip.order;
    } else if (at[state] != ORDER_REQUESTED || state == JOURNEY_ORDERING || state == JOURNEY_CANCELLING) {
        if (!refused)
            walk_move(car, walk_order(car, REF), at[state]);
        car->known[0] = car->trip.order;
    }
    car->trip.rules.new_ref = walk_ref;
    car->following = journey_has_order(state);
    car->owes_place = state == JOURNEY_ORDERING;
    car->owes_withdraw = state == JOURNEY_CANCELLING;
    car->owes_code = state == JOURNEY_CODE && (!car->trip.has_order || car->trip.order.code_offered);
    car->place = car->trip.request;
    car->sending = car->owes_place || car->owes_withdraw || car->owes_code;
    car->asked = state == JOURNEY_LOOKING_UP;
    walk_persist(car, 0, NULL);
}

static JourneyEffects provoke_order(WalkCar *car, JourneyState from, JourneyEvent event, Order *heard)
{
    static const OrderState states[] = {ORDER_REQUESTED, ORDER_ACCEPTED, ORDER_CHARGING,
                                        ORDER_ENDED,     ORDER_SETTLED,  ORDER_EXPIRED};
    Order *order = walk_order(car, is_adopted(from, event) ? "another life's" : REF);

    if (is_adopted(from, event) && from != JOURNEY_IDLE)
        order->origin = ORDER_ORIGIN_VEHICLE_CODE;
    walk_move(car, order,
              event == JOURNEY_EVENT_CODE_ISSUED ? ORDER_CODE_ISSUED
                                                 : states[event - JOURNEY_EVENT_REQUESTED]);
    *heard = *order;
    car->owes_place = car->owes_code = FALSE; /* or the stream was faster; the answer would say the same */
    return trip_order(&car->trip, heard, S(car->now_s));
}

/* The server is away, or the pile is; the pile has taken the car by what it was shown over its own network.
 */
static void be_admitted(WalkCar *car, JourneyState from)
{
    Trip *trip = &car->trip;
    const gchar *url;

    g_strlcpy(trip->rules.link_url, "http://192.0.2.7:8090", sizeof trip->rules.link_url);
    gear(trip, GEAR_P, 0, car->now_s - 3);
    if (from == JOURNEY_LOOKING_UP)
        trip_look_up_failed(trip, trip->look_up_serial, S(car->now_s - 2));
    else
        lose_the_pile(trip);
    trip_plug(trip, TRUE, TRUE, FALSE, S(car->now_s - 1));
    cr_assert_eq(trip_hand_over(trip, &url), TRIP_HAND_VEHICLE);
    trip_link_answered(trip, TRIP_HAND_VEHICLE, NULL, S(car->now_s - 1));
    car->asked = FALSE;
    walk_persist(car, 0, NULL);
}

/* The world's part of one row. @heard: (out): order_id "" when it is not about an order */
static JourneyEffects provoke(WalkCar *car, JourneyState from, JourneyEvent event, Order *heard)
{
    Trip *trip = &car->trip;
    gint64 now_us = S(car->now_s);
    JourneyEffects effects = 0;

    switch (event) {
    case JOURNEY_EVENT_REVERSE:
        if (from == JOURNEY_LOOKING_UP || from == JOURNEY_OFFERED || from == JOURNEY_FAILED) {
            gear(trip, GEAR_P, 0, car->now_s - 3);
            trip_tick(trip, S(car->now_s - 1));
        }
        return gear(trip, GEAR_R, 4, car->now_s);
    case JOURNEY_EVENT_LOOK_ENDED:
        gear(trip, GEAR_R, 4, car->now_s - 3);
        gear(trip, GEAR_P, 0, car->now_s - 2);
        return trip_tick(trip, now_us);
    case JOURNEY_EVENT_DROVE_OFF:
        return gear(trip, GEAR_D, 20, car->now_s);
    case JOURNEY_EVENT_GEAR_LOST:
        return gear(trip, GEAR_UNKNOWN, SPEED_KMH_UNKNOWN, car->now_s);
    case JOURNEY_EVENT_CODE_CONFIRMED:
        gear(trip, GEAR_R, 4, car->now_s - 1);
        return see(trip, "DE*ABC*E2", 300, car->now_s);
    case JOURNEY_EVENT_LOOK_UP_DUE:
        trip_look_up_failed(trip, trip->look_up_serial, now_us - S(2));
        return trip_tick(trip, now_us);
    case JOURNEY_EVENT_OFFER: {
        ScanAnswer offer = answer(trip->code.evse.key);

        if (from == JOURNEY_OFFERED) {
            trip->offer.reachable = FALSE;
            trip_resume(trip, now_us - S(2), NOW_MS); /* plans to ask */
            trip_tick(trip, now_us);
        }
        car->asked = FALSE;
        return trip_look_up_answered(trip, trip->look_up_serial, &offer, now_us);
    }
    case JOURNEY_EVENT_LOOK_UP_REFUSED:
        if (from == JOURNEY_OFFERED) {
            trip->offer.reachable = FALSE;
            trip_resume(trip, now_us - S(2), NOW_MS);
            trip_tick(trip, now_us);
        }
        car->asked = FALSE;
        return trip_look_up_refused(trip, trip->look_up_serial, "unknown_evse", now_us);
    case JOURNEY_EVENT_OFFER_STALE:
        trip->offer_stale_us = now_us;
        return trip_tick(trip, now_us);
    case JOURNEY_EVENT_OFFER_OVER:
        trip->offer_stale_us = now_us;
        trip->offer_refreshes = TRIP_OFFER_MAX_REFRESHES;
        return trip_tick(trip, now_us);
    case JOURNEY_EVENT_OFFER_DUE:
        trip->offer.reachable = FALSE;
        trip_resume(trip, now_us - S(2), NOW_MS);
        return trip_tick(trip, now_us);
    case JOURNEY_EVENT_ORDER_WANTED:
        gear(trip, GEAR_P, 0, car->now_s - 2);
        trip_tick(trip, now_us - S(0.5));
        cr_assert_eq(trip_tap_order(trip, now_us, &effects), TRIP_OK);
        return effects;
    case JOURNEY_EVENT_CANCEL_WANTED:
        cr_assert_eq(trip_tap_cancel(trip, now_us, &effects), TRIP_OK);
        return effects;
    case JOURNEY_EVENT_STOP_WANTED:
        cr_assert_eq(trip_tap_stop(trip, now_us, &effects), TRIP_OK);
        return effects;
    case JOURNEY_EVENT_ORDER_REFUSED:
    case JOURNEY_EVENT_PILE_AWAY:
        car->owes_place = car->owes_withdraw = car->owes_code = FALSE;
        if (from == JOURNEY_CODE)
            return trip_code_refused(
                trip, REF, event == JOURNEY_EVENT_PILE_AWAY ? "pile_online" : "no_offline_codes", now_us);
        return trip_order_refused(
            trip, REF, event == JOURNEY_EVENT_PILE_AWAY ? "pile_offline" : "evse_occupied", now_us);
    case JOURNEY_EVENT_CODE_WANTED:
        if (from == JOURNEY_ORDERING)
            offer_code(car);
        else
            lose_the_pile(trip);
        gear(trip, GEAR_P, 0, car->now_s - 2);
        trip_tick(trip, now_us - S(0.5));
        cr_assert_eq(trip_tap_code(trip, now_us, &effects), TRIP_OK);
        return effects;
    case JOURNEY_EVENT_CODE_REFUSED:
        car->owes_code = FALSE;
        return trip_code_refused(trip, REF, "pile_online", now_us);
    case JOURNEY_EVENT_CANCEL_REFUSED:
        hear(trip, ORDER_ACCEPTED, 11, car->now_s - 1);
        car->server.n_orders = 0; /* a server that was set up anew */
        car->owes_place = car->owes_withdraw = car->owes_end = FALSE;
        return trip_cancel_refused(trip, ORDER_ID, "not_found", now_us);
    case JOURNEY_EVENT_REQUESTED:
    case JOURNEY_EVENT_ACCEPTED:
    case JOURNEY_EVENT_CHARGING:
    case JOURNEY_EVENT_ENDED:
    case JOURNEY_EVENT_SETTLED:
    case JOURNEY_EVENT_CLOSED:
    case JOURNEY_EVENT_CODE_ISSUED:
        if (is_adopted(from, event) && from != JOURNEY_IDLE)
            be_admitted(car, from);
        return provoke_order(car, from, event, heard);
    case JOURNEY_N_EVENTS:
        break;
    }
    cr_assert_fail("nothing provokes %s", journey_event_name(event));
    return 0;
}

static gboolean driver_leaves(JourneyState from, JourneyEvent event)
{
    if (from == JOURNEY_CANCELLING && event == JOURNEY_EVENT_CODE_ISSUED) /* has left with a code */
        return TRUE;
    return event == JOURNEY_EVENT_DROVE_OFF || event == JOURNEY_EVENT_CANCEL_WANTED ||
           event == JOURNEY_EVENT_STOP_WANTED || event == JOURNEY_EVENT_OFFER_OVER;
}

static const gchar *end_of(WalkCar *car, gchar *text, gsize size)
{
    guint of_state[ORDER_N_STATES] = {0};
    guint unknown = 0;

    for (guint i = 0; i < car->server.n_orders; i++) {
        const Order *known = walk_find(car->known, &car->server.orders[i]);

        of_state[car->server.orders[i].state]++;
        unknown += known == NULL || known->state != car->server.orders[i].state;
    }
    g_snprintf(
        text, size, "%s, %u settled, %u cancelled, %u expired, %u others, %u not in the history, owes %d%d",
        journey_state_name(car->trip.state), of_state[ORDER_SETTLED], of_state[ORDER_CANCELLED],
        of_state[ORDER_EXPIRED],
        car->server.n_orders - of_state[ORDER_SETTLED] - of_state[ORDER_CANCELLED] - of_state[ORDER_EXPIRED],
        unknown, car->owes_place, car->owes_end);
    return text;
}

/* Returns: FALSE when there is no such row */
static gboolean walk(JourneyState from, JourneyEvent event, Stop stop, gchar *end, gsize end_size)
{
    JourneyState to = from;
    JourneyEffects row = 0, effects;
    Order heard = {0};
    WalkCar car;
    gboolean leaves = driver_leaves(from, event);

    if (!__real_journey_next(&to, event, &row))
        return FALSE;
    furnish(&car, from, event);
    cr_assert(car.trip.state == from, "the way to %s", journey_state_name(from));
    car.now_s += 5;
    memset(taken, 0, sizeof taken);
    effects = provoke(&car, from, event, &heard);
    cr_expect(taken[from][event], "%s on %s: the row was not taken", journey_state_name(from),
              journey_event_name(event));
    walk_persist(&car, effects, heard.order_id[0] != '\0' ? &heard : NULL);
    if (stop == STOP_BEFORE_ACTING)
        walk_restart(&car, car.trip.gear.gear);
    else
        walk_act(&car, effects);
    if (stop == STOP_AFTER_ACTING)
        walk_restart(&car, car.trip.gear.gear);
    if (leaves)
        walk_leave(&car);
    else
        walk_charge(&car);
    end_of(&car, end, end_size);
    g_free(car.record);
    return TRUE;
}

Test(journey_walk, a_stop_after_any_row_leads_to_the_same_end)
{
    guint n_rows = 0;

    for (guint from = 0; from < JOURNEY_N_STATES; from++) {
        for (guint event = 0; event < JOURNEY_N_EVENTS; event++) {
            gchar undisturbed[160], stopped[160];

            if (!walk(from, event, NO_STOP, undisturbed, sizeof undisturbed))
                continue;
            n_rows++;
            cr_expect_not_null(strstr(undisturbed, "0 others, 0 not in the history, owes 00"), "%s on %s: %s",
                               journey_state_name(from), journey_event_name(event), undisturbed);
            if (!driver_leaves(from, event))
                cr_expect(g_str_has_prefix(undisturbed, "done, ") &&
                              strstr(undisturbed, " 0 settled") == NULL,
                          "%s on %s: %s", journey_state_name(from), journey_event_name(event), undisturbed);
            for (Stop stop = STOP_BEFORE_ACTING; stop < N_STOPS; stop++) {
                walk(from, event, stop, stopped, sizeof stopped);
                cr_expect_str_eq(stopped, undisturbed, "%s on %s, stop %d: %s / %s", journey_state_name(from),
                                 journey_event_name(event), (gint)stop, stopped, undisturbed);
            }
        }
    }
    cr_expect_geq(n_rows, 100, "the whole table: %u", n_rows);
}
