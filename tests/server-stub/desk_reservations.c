/* A desk, a car that reserves and a pile that may or may not keep its word. */
#include "tests/server-stub/desk_world.h"

#define KEY "DEABCE123451"
#define KEY2 "DEABCE123452"
#define MINUTE (60 * 1000)

static gboolean reserve_as(World *w, const gchar *vehicle, const gchar *client_ref, const gchar *evse_key,
                           GError **error)
{
    ReservationRequest request = {.until_ms = w->now_ms + 30 * MINUTE};
    g_autofree gchar *answer = NULL;
    gboolean first = FALSE;

    g_strlcpy(request.client_ref, client_ref, sizeof request.client_ref);
    g_strlcpy(request.evse_key, evse_key, sizeof request.evse_key);
    return desk_reserve(w->desk, vehicle, &request, w->now_ms, &answer, &first, error);
}

#define RESERVE(vehicle, ref, key)                                                                           \
    do {                                                                                                     \
        g_autoptr(GError) problem = NULL;                                                                    \
        cr_assert(reserve_as(w, vehicle, ref, key, &problem), "%s",                                          \
                  problem != NULL ? desk_error_code(problem) : "");                                          \
    } while (0)
#define REFUSED(vehicle, ref, key, word)                                                                     \
    do {                                                                                                     \
        g_autoptr(GError) problem = NULL;                                                                    \
        cr_assert_not(reserve_as(w, vehicle, ref, key, &problem));                                           \
        cr_assert_str_eq(desk_error_code(problem), word);                                                    \
    } while (0)

static ReservationRow now_is(World *w)
{
    ReservationRow row;

    cr_assert(store_reservation(w->store, w->reserved.reservation.reservation_id, &row, NULL));
    return row;
}
#define STATE_IS(s) cr_assert_str_eq(reservation_state_names[now_is(w).reservation.state], s)
#define REASON_IS(s) cr_assert_str_eq(reservation_reason_names[now_is(w).reservation.reason], s)

static void answer(World *w, DeskStart outcome)
{
    desk_reserved(w->desk, w->reserved.reservation.reservation_id, outcome, w->now_ms);
}

static void bay(World *w, const gchar *station, gboolean occupied)
{
    const DeskBay one = {1, occupied, w->now_ms};

    cr_assert(desk_bays(w->desk, station, &one, 1, w->now_ms));
}

static void connector(World *w, ConnectorStatus status)
{
    cr_assert(desk_connector(w->desk, "PILE1", 1, 1, status, w->now_ms, w->now_ms, NULL));
}

static void pass(World *w, gint64 ms)
{
    w->now_ms += ms;
    desk_tick(w->desk, w->now_ms);
}

static void other_is_free(World *w, const gchar *evse_key)
{
    w->has_other = TRUE;
    w->other = (Place){.evse_id = "DE*ABC*E12345*2",
                       .evse_uid = "u2",
                       .location_id = "L2",
                       .location_name = "Bay 2",
                       .operator_name = "ABC",
                       .position = {TRUE, 52.5, 13.4},
                       .evse_status = "AVAILABLE",
                       .tariff = {.id = "day", .currency = "EUR"},
                       .free = TRUE};
    g_strlcpy(w->other.evse_key, evse_key, sizeof w->other.evse_key);
}

static World *held_world(void)
{
    World *w = world_new();

    cr_assert(store_tariff_set_no_show(w->store, "day", 200, NULL));
    desk_station_connected(w->desk, "PILE1", w->now_ms);
    desk_station_connected(w->desk, "PILE2", w->now_ms);
    RESERVE("car-1", "ref-1", KEY);
    answer(w, DESK_START_ACCEPTED);
    STATE_IS("held");
    return w;
}

Test(reservation, it_is_held_when_the_pile_has_accepted)
{
    g_autoptr(World) w = held_world();

    cr_assert_eq(w->reserves, 1);
    cr_assert_eq(w->reserved.evse_no, 1);
    cr_assert_gt(w->reserved.number, 0);
    cr_assert_eq(w->tellings, 2);
}

Test(reservation, the_same_request_again_is_the_same_reservation)
{
    g_autoptr(World) w = held_world();

    RESERVE("car-1", "ref-1", KEY);
    cr_assert_eq(w->reserves, 1);
    REFUSED("car-1", "ref-1", KEY2, "key_reused");
}

Test(reservation, a_bay_is_promised_once)
{
    g_autoptr(World) w = held_world();

    REFUSED("car-2", "ref-2", KEY, "evse_reserved");
    REFUSED("car-1", "ref-3", KEY2, "has_reservation");
}

Test(reservation, of_a_thousand_at_once_exactly_one_gets_in)
{
    g_autoptr(World) w = world_new();
    guint won = 0;

    desk_station_connected(w->desk, "PILE1", w->now_ms);
    for (guint i = 0; i < 1000; i++) {
        g_autofree gchar *vehicle = g_strdup_printf("rush-%u", i), *hash = g_strdup_printf("h-%u", i);
        g_autofree gchar *ref = g_strdup_printf("ref-%u", i);
        g_autoptr(GError) error = NULL;

        cr_assert(store_vehicle_add(w->store, vehicle, hash, T0, NULL));
        if (reserve_as(w, vehicle, ref, KEY, &error))
            won++;
        else
            cr_assert_str_eq(desk_error_code(error), "evse_reserved");
    }
    cr_assert_eq(won, 1);
    cr_assert_eq(w->reserves, 1);
}

Test(reservation, a_bay_in_which_something_stands_is_not_promised)
{
    g_autoptr(World) w = world_new();

    desk_station_connected(w->desk, "PILE1", w->now_ms);
    bay(w, "PILE1", TRUE);
    REFUSED("car-1", "ref-1", KEY, "evse_occupied");
    w->reachable = FALSE;
    REFUSED("car-1", "ref-1", KEY, "pile_offline");
}

Test(reservation, another_car_cannot_order_there)
{
    g_autoptr(World) w = held_world();
    ScanAnswer seen;
    OrderRequest request;
    g_autofree gchar *text = NULL;
    g_autoptr(GError) error = NULL;
    gboolean first = FALSE;

    cr_assert(scan(w, "car-2", EVSE, "", &seen, NULL));
    cr_assert_str_eq(seen.evse_status, "RESERVED");
    cr_assert_str_eq(seen.reservation_id, "");
    request = request_for(&seen, "order-2");
    cr_assert_not(desk_place(w->desk, "car-2", &request, w->now_ms, &text, &first, &error));
    cr_assert_str_eq(desk_error_code(error), "evse_reserved");
}

Test(reservation, the_order_of_its_car_uses_it_with_the_token_that_the_pile_knows)
{
    g_autoptr(World) w = held_world();

    connector(w, CONNECTOR_RESERVED);
    place(w, "order-1");
    STATE_IS("used");
    cr_assert_eq(w->starts, 1);
    cr_assert_str_eq(w->started.id_token, w->reserved.id_token);
    cr_assert_str_eq(now_is(w).reservation.order_id, w->started.order.order_id);
    cr_assert_eq(w->releases, 0, "the pile needs it to let the token in");
    desk_started(w->desk, w->started.order.order_id, DESK_START_ACCEPTED, w->now_ms);
    DELIVER(STARTED, 0, EV_CONNECTED, 0);
    cr_assert_eq(now_is(w).hold, PILE_HOLD_NONE, "the transaction has used it up");
    cr_assert_eq(w->releases, 0);
}

Test(reservation, an_order_that_comes_to_nothing_gives_the_point_back)
{
    g_autoptr(World) w = held_world();
    Order order;

    place(w, "order-1");
    cr_assert(desk_stop(w->desk, "car-1", w->started.order.order_id, w->now_ms, &order, NULL));
    cr_assert_eq(w->releases, 1);
    desk_released(w->desk, w->released.reservation.reservation_id, w->now_ms);
    cr_assert_eq(now_is(w).hold, PILE_HOLD_NONE);
}

Test(reservation, the_driver_is_told_at_once_when_somebody_takes_the_bay)
{
    g_autoptr(World) w = held_world();

    other_is_free(w, KEY2);
    bay(w, "PILE1", TRUE);
    STATE_IS("taken");
    REASON_IS("bay_occupied");
    cr_assert_str_eq(w->told.reservation.alternative.evse_key, KEY2);
    bay(w, "PILE1", FALSE);
    STATE_IS("held");
    cr_assert_not(now_is(w).reservation.has_alternative);
}

Test(reservation, a_car_that_has_scanned_its_pile_takes_its_own_bay)
{
    g_autoptr(World) w = held_world();
    ScanAnswer seen;

    cr_assert(scan(w, "car-1", EVSE, "", &seen, NULL));
    cr_assert_str_eq(seen.reservation_id, w->reserved.reservation.reservation_id);
    bay(w, "PILE1", TRUE);
    STATE_IS("held");
    cr_assert(now_is(w).reservation.arrived);
}

Test(reservation, a_scan_from_the_taken_bay_shows_that_it_was_this_car)
{
    g_autoptr(World) w = held_world();
    ScanAnswer seen;

    bay(w, "PILE1", TRUE);
    STATE_IS("taken");
    cr_assert(scan(w, "car-1", EVSE, "", &seen, NULL));
    STATE_IS("held");
}

Test(reservation, one_confirmation_moves_it)
{
    g_autoptr(World) w = held_world();
    ReservationRequest request = {.client_ref = "ref-2", .evse_key = KEY2};
    ReservationRow old = now_is(w), moved;
    g_autofree gchar *text = NULL, *again = NULL;
    gboolean first = FALSE;

    bay(w, "PILE1", TRUE);
    cr_assert(desk_reservation_move(w->desk, "car-1", old.reservation.reservation_id, &request, w->now_ms,
                                    &text, &first, NULL));
    cr_assert(store_reservation(w->store, old.reservation.reservation_id, &moved, NULL));
    cr_assert_eq(moved.reservation.state, RESERVATION_MOVED);
    cr_assert_str_eq(moved.reservation.moved_to, w->reserved.reservation.reservation_id);
    cr_assert_str_eq(w->reserved.reservation.evse_key, KEY2);
    cr_assert_eq(w->reserved.reservation.until_ms, old.reservation.until_ms);
    cr_assert_eq(w->releases, 1);
    cr_assert_str_eq(w->released.reservation.reservation_id, old.reservation.reservation_id);
    cr_assert(desk_reservation_move(w->desk, "car-1", old.reservation.reservation_id, &request, w->now_ms,
                                    &again, &first, NULL));
    cr_assert_not(first);
    cr_assert_str_eq(again, text);
    cr_assert_eq(w->reserves, 2);
}

Test(reservation, a_move_to_a_bay_that_is_gone_leaves_the_old_one_and_offers_the_next)
{
    g_autoptr(World) w = held_world();
    ReservationRequest request = {.client_ref = "ref-2", .evse_key = KEY2};
    g_autofree gchar *text = NULL;
    g_autoptr(GError) error = NULL;
    gboolean first = FALSE;

    bay(w, "PILE1", TRUE);
    bay(w, "PILE2", TRUE);
    other_is_free(w, "DEABCE123459");
    cr_assert_not(desk_reservation_move(w->desk, "car-1", w->reserved.reservation.reservation_id, &request,
                                        w->now_ms, &text, &first, &error));
    cr_assert_str_eq(desk_error_code(error), "evse_occupied");
    STATE_IS("taken");
    cr_assert_str_eq(now_is(w).reservation.alternative.evse_key, "DEABCE123459");
}

Test(reservation, who_never_comes_pays_what_the_tariff_says)
{
    g_autoptr(World) w = held_world();

    pass(w, 30 * MINUTE);
    STATE_IS("expired");
    REASON_IS("no_show");
    cr_assert_eq(now_is(w).reservation.charged_minor, 200);
    cr_assert_neq(now_is(w).reservation.receipt_id[0], '\0');
    cr_assert_eq(w->releases, 1, "a pile whose clock is late may keep it still");
}

Test(reservation, nothing_is_charged_for_a_bay_that_could_not_be_had)
{
    g_autoptr(World) w = held_world();

    bay(w, "PILE1", TRUE);
    pass(w, 30 * MINUTE);
    STATE_IS("expired");
    REASON_IS("bay_occupied");
    cr_assert_eq(now_is(w).reservation.charged_minor, 0);
}

Test(reservation, nothing_is_charged_when_the_pile_was_out_of_reach)
{
    g_autoptr(World) w = held_world();

    w->reachable = FALSE;
    pass(w, 30 * MINUTE);
    REASON_IS("pile_unreachable");
    cr_assert_eq(now_is(w).reservation.charged_minor, 0);
    cr_assert_eq(w->releases, 0);
    w->reachable = TRUE;
    desk_station_ready(w->desk, "PILE1", w->now_ms);
    cr_assert_eq(w->releases, 1, "what the pile still keeps is let go when it is back");
}

Test(reservation, a_pile_that_ends_it_early_charges_nobody)
{
    g_autoptr(World) w = held_world();

    desk_reservation_update(w->desk, "PILE1", w->reserved.number, TRUE, w->now_ms);
    STATE_IS("cancelled");
    REASON_IS("pile_cancelled");
}

Test(reservation, another_station_cannot_end_it)
{
    g_autoptr(World) w = held_world();

    desk_reservation_update(w->desk, "PILE2", w->reserved.number, FALSE, w->now_ms);
    STATE_IS("held");
}

Test(reservation, a_fault_of_the_point_ends_it)
{
    g_autoptr(World) w = held_world();

    connector(w, CONNECTOR_FAULTED);
    STATE_IS("cancelled");
    REASON_IS("pile_fault");
    cr_assert_eq(w->releases, 1);
}

Test(reservation, a_pile_that_refuses_keeps_nothing)
{
    g_autoptr(World) w = world_new();

    desk_station_connected(w->desk, "PILE1", w->now_ms);
    RESERVE("car-1", "ref-1", KEY);
    answer(w, DESK_START_REJECTED);
    STATE_IS("refused");
    cr_assert_eq(w->releases, 0);
    RESERVE("car-2", "ref-2", KEY);
}

Test(reservation, a_driver_does_not_wait_for_a_pile_that_does_not_answer)
{
    g_autoptr(World) w = world_new();

    desk_station_connected(w->desk, "PILE1", w->now_ms);
    RESERVE("car-1", "ref-1", KEY);
    pass(w, RESERVATION_RETRY_MS);
    cr_assert_eq(w->reserves, 2);
    STATE_IS("requested");
    pass(w, RESERVATION_ANSWER_MS);
    STATE_IS("refused");
    REASON_IS("pile_unreachable");
    cr_assert_eq(w->releases, 1, "it may have been accepted");
    answer(w, DESK_START_ACCEPTED); /* late */
    STATE_IS("refused");
    cr_assert_eq(w->releases, 2);
}

Test(reservation, a_cancel_that_is_not_answered_is_repeated_until_the_pile_has_surely_let_go)
{
    g_autoptr(World) w = held_world();
    Reservation r;

    cr_assert(desk_reservation_cancel(w->desk, "car-1", w->reserved.reservation.reservation_id, w->now_ms, &r,
                                      NULL));
    cr_assert_eq(r.state, RESERVATION_CANCELLED);
    pass(w, RESERVATION_RETRY_MS);
    cr_assert_eq(w->releases, 2);
    desk_released(w->desk, r.reservation_id, w->now_ms);
    pass(w, RESERVATION_RETRY_MS);
    cr_assert_eq(w->releases, 2);
}

Test(reservation, it_survives_a_restart_and_one_that_has_ended_stays_ended)
{
    g_autoptr(World) w = held_world();
    Reservation r;

    world_restart(w);
    STATE_IS("held");
    cr_assert_eq(w->reserves, 1, "the pile has accepted it");
    cr_assert(desk_reservation_cancel(w->desk, "car-1", w->reserved.reservation.reservation_id, w->now_ms, &r,
                                      NULL));
    world_restart(w);
    STATE_IS("cancelled");
    cr_assert_eq(w->reserves, 1, "resurrected");
    cr_assert_eq(w->releases, 2, "not answered before the restart");
}

Test(reservation, a_pile_that_has_forgotten_it_is_reminded)
{
    g_autoptr(World) w = held_world();

    connector(w, CONNECTOR_RESERVED);
    cr_assert_eq(w->reserves, 1);
    connector(w, CONNECTOR_AVAILABLE);
    cr_assert_eq(w->reserves, 2);
    answer(w, DESK_START_ACCEPTED);
    STATE_IS("held");
}

Test(bay, what_a_pile_noted_while_it_was_away_is_not_live)
{
    g_autoptr(World) w = held_world();
    const DeskBay old = {1, TRUE, w->now_ms - 10 * MINUTE};
    ScanAnswer seen;

    cr_assert_not(desk_bays(w->desk, "PILE1", &old, 1, w->now_ms), "ask the sensor");
    STATE_IS("held");
    cr_assert(scan(w, "car-1", EVSE, "", &seen, NULL));
    cr_assert_eq(seen.bay, BAY_UNKNOWN);
}

Test(bay, it_is_unknown_again_when_the_pile_has_gone)
{
    g_autoptr(World) w = world_new();
    g_autoptr(GArray) unknown = NULL;
    ScanAnswer seen;

    desk_station_connected(w->desk, "PILE1", w->now_ms);
    bay(w, "PILE1", TRUE);
    cr_assert(scan(w, "car-1", EVSE, "", &seen, NULL));
    cr_assert_eq(seen.bay, BAY_OCCUPIED_NOT_PLUGGED);
    cr_assert_str_eq(seen.evse_status, "BLOCKED");
    desk_station_gone(w->desk, "PILE1");
    desk_station_connected(w->desk, "PILE1", w->now_ms);
    cr_assert(scan(w, "car-1", EVSE, "", &seen, NULL));
    cr_assert_eq(seen.bay, BAY_UNKNOWN);
    unknown = desk_bays_unknown(w->desk, "PILE1");
    cr_assert_eq(unknown->len, 1, "there is a sensor: it can be asked");
}

/* ---- presence ---- */

static World *strict_world(PresenceMode mode)
{
    World *w = world_new();

    desk_set_presence(w->desk, mode);
    desk_station_connected(w->desk, "PILE1", w->now_ms);
    bay(w, "PILE1", FALSE);
    return w;
}

Test(presence, an_order_before_the_bay_waits_for_it_and_starts_with_it)
{
    g_autoptr(World) w = strict_world(PRESENCE_ENFORCE);
    ScanAnswer seen;
    OrderRequest request;
    g_autofree gchar *text = NULL;
    gboolean first = FALSE;

    cr_assert(scan(w, "car-1", EVSE, "", &seen, NULL));
    request = request_for(&seen, "order-1");
    cr_assert(desk_place(w->desk, "car-1", &request, w->now_ms, &text, &first, NULL));
    cr_assert_not_null(strstr(text, "\"presence\":\"pending_presence\""));
    cr_assert_eq(w->starts, 0);
    w->now_ms += 5000;
    bay(w, "PILE1", TRUE);
    cr_assert_eq(w->starts, 1);
    cr_assert_eq(w->started.order.presence, ORDER_PRESENCE_CONFIRMED);
}

static void wait_in_vain(World *w)
{
    ScanAnswer seen;
    OrderRequest request;
    g_autofree gchar *text = NULL;
    gboolean first = FALSE;

    cr_assert(scan(w, "car-1", EVSE, "", &seen, NULL));
    request = request_for(&seen, "order-1");
    cr_assert(desk_place(w->desk, "car-1", &request, w->now_ms, &text, &first, NULL));
    pass(w, PRESENCE_WAIT_MS);
}

Test(presence, a_bay_that_stays_empty_refuses_the_order_where_presence_is_enforced)
{
    g_autoptr(World) w = strict_world(PRESENCE_ENFORCE);
    g_autoptr(GArray) orders = NULL;

    wait_in_vain(w);
    orders = store_orders_of(w->store, "car-1", 1, NULL);
    cr_assert_eq(w->starts, 0);
    cr_assert_eq(g_array_index(orders, OrderRow, 0).order.state, ORDER_REJECTED);
    cr_assert_eq(g_array_index(orders, OrderRow, 0).order.reason, ORDER_REASON_NOT_PRESENT);
}

Test(presence, where_it_only_warns_the_order_starts_with_a_flag)
{
    g_autoptr(World) w = strict_world(PRESENCE_WARN);

    wait_in_vain(w);
    cr_assert_eq(w->starts, 1);
    cr_assert_eq(w->started.order.presence, ORDER_PRESENCE_MISMATCH);
}

Test(presence, a_restart_while_it_waits_starts_nothing_early)
{
    g_autoptr(World) w = strict_world(PRESENCE_ENFORCE);
    ScanAnswer seen;
    OrderRequest request;
    g_autofree gchar *text = NULL;
    gboolean first = FALSE;

    cr_assert(scan(w, "car-1", EVSE, "", &seen, NULL));
    request = request_for(&seen, "order-1");
    cr_assert(desk_place(w->desk, "car-1", &request, w->now_ms, &text, &first, NULL));
    world_restart(w);
    cr_assert_eq(w->starts, 0);
}
