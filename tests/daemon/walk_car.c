#include "tests/daemon/walk_car.h"

#include <string.h>

#include "daemon/journey/trip_record.h"

static guint n_refs;

gchar *walk_ref(void)
{
    return g_strdup_printf("44444444-4444-4444-8444-%012u", ++n_refs);
}

Order *walk_find(Order *orders, const Order *like)
{
    for (guint i = 0; i < MAX_ORDERS; i++) {
        if (strcmp(orders[i].order_id, like->order_id) == 0)
            return &orders[i];
    }
    return NULL;
}

Order *walk_order(WalkCar *car, const gchar *client_ref)
{
    WalkServer *server = &car->server;
    Order *order = server->orders;

    for (guint i = 0; i < server->n_orders; i++) {
        if (strcmp(server->orders[i].client_ref, client_ref) == 0)
            return &server->orders[i];
    }
    cr_assert_lt(server->n_orders, MAX_ORDERS);
    order = &server->orders[server->n_orders++];
    *order = order_in(ORDER_REQUESTED, ++server->last_seq);
    g_strlcpy(order->client_ref, client_ref, sizeof order->client_ref);
    if (strcmp(client_ref, REF) != 0)
        g_snprintf(order->order_id, sizeof order->order_id, "55555555-5555-4555-8555-%012u",
                   server->n_orders);
    return order;
}

void walk_move(WalkCar *car, Order *order, OrderState state)
{
    Order moved = order_in(state, ++car->server.last_seq);

    memcpy(moved.order_id, order->order_id, sizeof moved.order_id);
    memcpy(moved.client_ref, order->client_ref, sizeof moved.client_ref);
    memcpy(moved.receipt.order_id, order->order_id, sizeof moved.receipt.order_id);
    moved.origin = state == ORDER_CODE_ISSUED ? ORDER_ORIGIN_OFFLINE_CODE : order->origin;
    if (state == ORDER_CODE_ISSUED)
        moved.code = (OrderCode){.digits = "1234567890123456", .max_energy_wh = 30000};
    *order = moved;
}

void walk_persist(WalkCar *car, JourneyEffects effects, const Order *heard)
{
    g_free(car->record);
    car->record = trip_record_print(&car->trip);
    if (effects & JOURNEY_EFFECT_PLACE_ORDER) {
        car->owes_place = TRUE;
        car->place = car->trip.request;
    }
    if (effects & JOURNEY_EFFECT_ASK_CODE) {
        car->owes_code = TRUE;
        car->place = car->trip.request;
    }
    if (effects & JOURNEY_EFFECT_WITHDRAW_ORDER) { /* in place of the request */
        car->owes_place = car->owes_code = FALSE;
        car->owes_withdraw = TRUE;
    }
    if (effects & (JOURNEY_EFFECT_CANCEL_ORDER | JOURNEY_EFFECT_STOP_ORDER))
        car->owes_end = TRUE;
    if (heard != NULL) {
        Order *slot = walk_find(car->known, heard);

        if (slot == NULL)
            slot = walk_find(car->known, &(Order){0});
        cr_assert_not_null(slot);
        *slot = *heard;
    }
}

void walk_act(WalkCar *car, JourneyEffects effects)
{
    if (effects & JOURNEY_EFFECT_DROP_LOOK_UP)
        car->asked = FALSE;
    if (effects & JOURNEY_EFFECT_LOOK_UP)
        car->asked = TRUE;
    if (effects & (JOURNEY_EFFECT_PLACE_ORDER | JOURNEY_EFFECT_CANCEL_ORDER | JOURNEY_EFFECT_STOP_ORDER |
                   JOURNEY_EFFECT_WITHDRAW_ORDER | JOURNEY_EFFECT_ASK_CODE))
        car->sending = TRUE; /* all of the outbox */
    if (effects & JOURNEY_EFFECT_UNFOLLOW)
        car->following = FALSE;
    if (effects & JOURNEY_EFFECT_FOLLOW)
        car->following = TRUE;
}

static void step(WalkCar *car, JourneyEffects effects, const Order *heard)
{
    walk_persist(car, effects, heard);
    walk_act(car, effects);
}

static void hear_of(WalkCar *car, const Order *order)
{
    Order snapshot = *order;

    step(car, trip_order(&car->trip, &snapshot, S(car->now_s)), &snapshot);
}

static void turn(WalkCar *car, Gear lever, gdouble speed_kmh)
{
    step(car, gear(&car->trip, lever, speed_kmh, car->now_s), NULL);
}

static void pass(WalkCar *car, gdouble seconds)
{
    car->now_s += seconds;
    step(car, trip_tick(&car->trip, S(car->now_s)), NULL);
}

void walk_restart(WalkCar *car, Gear lever)
{
    JourneyEffects effects;

    car->trip = new_trip(car->trip.consent.confirm);
    car->trip.rules.new_ref = walk_ref;
    car->following = car->asked = FALSE;
    car->sending = TRUE; /* whatever waits in the outbox */
    car->now_s += 1;
    cr_assert(trip_record_read(&car->trip, car->record, strlen(car->record), NULL), "%s", car->record);
    effects = trip_resume(&car->trip, S(car->now_s), NOW_MS);
    if (effects & JOURNEY_EFFECT_PLACE_ORDER)
        cr_assert(car->owes_place, "the order that is repeated is the one in the outbox");
    step(car, effects, NULL);
    turn(car, lever, lever == GEAR_D ? 20 : 0);
    for (guint i = 0; i < car->server.n_orders; i++) { /* the list that is asked for at every start */
        const Order *listed = &car->server.orders[i], *known = walk_find(car->known, listed);

        if (!order_state_is_final(listed->state) || known == NULL || known->event_seq < listed->event_seq)
            hear_of(car, listed);
    }
}

static void answer_place(WalkCar *car)
{
    Order *order = walk_order(car, car->place.client_ref);

    car->owes_place = FALSE;
    if (order->state == ORDER_REQUESTED)
        walk_move(car, order, ORDER_ACCEPTED);
    hear_of(car, order);
}

/* The pile is away: what was only asked for, or nothing yet, becomes a code. Asked again: what became of it.
 */
static void answer_code(WalkCar *car)
{
    Order *order = walk_order(car, car->place.client_ref);

    car->owes_code = FALSE;
    if (order->state == ORDER_REQUESTED)
        walk_move(car, order, ORDER_CODE_ISSUED);
    hear_of(car, order);
}

/* A code that is out cannot be called back. */
static void give_up(WalkCar *car, Order *order)
{
    if (order->state == ORDER_CODE_ISSUED)
        car->server.returned[order - car->server.orders] = TRUE;
    else if (order->state == ORDER_REQUESTED || order->state == ORDER_ACCEPTED)
        walk_move(car, order, ORDER_CANCELLED);
}

/* There is such an order at the server: cancelled. There is none: there never will be. */
static void answer_withdraw(WalkCar *car)
{
    car->owes_withdraw = FALSE;
    for (guint i = 0; i < car->server.n_orders; i++) {
        Order *order = &car->server.orders[i];

        if (strcmp(order->client_ref, car->place.client_ref) != 0)
            continue;
        give_up(car, order);
        hear_of(car, order);
        return;
    }
    step(car, trip_order_refused(&car->trip, car->place.client_ref, "not_found", S(car->now_s)), NULL);
}

static void answer_end(WalkCar *car)
{
    Order *order = walk_find(car->server.orders, &car->trip.order);

    car->owes_end = FALSE;
    if (order == NULL)
        return;
    give_up(car, order);
    if (order->state == ORDER_CHARGING)
        walk_move(car, order, ORDER_ENDED);
    hear_of(car, order);
}

/* The daemon's conductor_link_follow(): a code that is out is followed, whatever the journey does. */
static gboolean follows(const WalkCar *car)
{
    for (guint i = 0; i < MAX_ORDERS; i++) {
        if (car->known[i].order_id[0] != '\0' && car->known[i].state == ORDER_CODE_ISSUED)
            return TRUE;
    }
    return car->following;
}

/* Everything in flight arrives. */
static void let_all_arrive(WalkCar *car)
{
    for (guint i = 0; i < 20; i++) {
        if (car->asked) {
            ScanAnswer offer = answer(car->trip.code.evse.key);

            car->asked = FALSE;
            step(car, trip_look_up_answered(&car->trip, car->trip.look_up_serial, &offer, S(car->now_s)),
                 NULL);
        }
        if (car->sending && car->owes_place)
            answer_place(car);
        if (car->sending && car->owes_code)
            answer_code(car);
        if (car->sending && car->owes_withdraw)
            answer_withdraw(car);
        if (car->sending && car->owes_end)
            answer_end(car);
        for (guint o = 0; follows(car) && o < car->server.n_orders; o++) {
            const Order *known = walk_find(car->known, &car->server.orders[o]);

            if (known == NULL || known->event_seq < car->server.orders[o].event_seq)
                hear_of(car, &car->server.orders[o]);
        }
    }
}

static Order *open_order(WalkCar *car)
{
    for (guint i = 0; i < car->server.n_orders; i++) {
        if (!order_state_is_final(car->server.orders[i].state))
            return &car->server.orders[i];
    }
    return NULL;
}

static void move_and_tell(WalkCar *car, OrderState state)
{
    Order *order = open_order(car);

    if (order != NULL && (order->state < state || order->state == ORDER_CODE_ISSUED))
        walk_move(car, order, state);
    let_all_arrive(car);
}

void walk_leave(WalkCar *car)
{
    const Order *order;

    turn(car, GEAR_D, 20);
    let_all_arrive(car);
    order = open_order(car);
    if (order != NULL && order->state == ORDER_CODE_ISSUED) { /* its pile is back: nobody typed it in */
        gboolean returned = car->server.returned[order - car->server.orders];

        move_and_tell(car, returned ? ORDER_CANCELLED : ORDER_EXPIRED);
    } else if (order != NULL && order->state >= ORDER_CHARGING) { /* the cable is pulled */
        move_and_tell(car, ORDER_ENDED);
        move_and_tell(car, ORDER_SETTLED);
    }
    pass(car, 30);
    let_all_arrive(car);
}

void walk_charge(WalkCar *car)
{
    let_all_arrive(car);
    if (open_order(car) == NULL && car->trip.state != JOURNEY_DONE) {
        turn(car, GEAR_D, 20);
        let_all_arrive(car);
        pass(car, 90); /* what was refused may be offered again */
        turn(car, GEAR_R, 4);
        pass(car, 1);
        step(car, see(&car->trip, "DE*ABC*E1", 100, car->now_s), NULL);
        let_all_arrive(car);
    }
    turn(car, GEAR_P, 0);
    pass(car, 2);
    for (guint i = 0; i < 4; i++) {
        JourneyEffects effects = 0;

        pass(car, 16);
        let_all_arrive(car);
        if (trip_tap_order(&car->trip, S(car->now_s), &effects) == TRIP_OK)
            step(car, effects, NULL);
    }
    let_all_arrive(car);
    move_and_tell(car, ORDER_CHARGING);
    move_and_tell(car, ORDER_ENDED);
    move_and_tell(car, ORDER_SETTLED);
}
