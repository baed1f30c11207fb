/* What cars ask of the desk. */
#include "protocol/totp.h"
#include "tests/server-stub/desk_world.h"

#include <string.h>

Test(desk, from_the_scan_to_the_receipt)
{
    g_autoptr(World) w = world_new();
    OcppTransactionEventResponse response;
    OrderRow row;

    place(w, "ref-1");
    cr_expect_eq(w->starts, 1);
    desk_started(w->desk, w->started.order.order_id, DESK_START_ACCEPTED, w->now_ms);
    cr_expect_eq(stored(w).order.state, ORDER_ACCEPTED);
    cr_expect_eq(w->due_ms, T0 + DESK_PLUG_TIMEOUT_MS);

    DELIVER(STARTED, 0, EV_CONNECTED, 1000);
    DELIVER(UPDATED, 1, CHARGING, 1000);
    w->now_ms += 600000;
    DELIVER(UPDATED, 2, CHARGING, 9000);
    cr_expect_eq(stored(w).order.state, ORDER_CHARGING);
    cr_expect_eq(stored(w).order.cost_minor, 442);
    cr_expect_eq(w->due_ms, G_MAXINT64);

    cr_assert(deliver(w, "PILE1", OCPP_TRANSACTION_ENDED, 3, OCPP_CHARGING_STATE_EV_CONNECTED, 11000,
                      &response, NULL));
    row = stored(w);
    cr_expect_eq(row.order.state, ORDER_SETTLED);
    cr_expect(row.order.has_receipt);
    cr_expect_eq(row.order.receipt.cost.total_minor, 540);
    cr_expect_eq(row.order.receipt.energy_wh, 10000);
    cr_expect(response.has_total_cost);
    cr_expect_eq(response.total_cost_minor, 540);
    cr_expect_eq(row.order.event_seq, w->changes); /* one event per change, none lost, none doubled */
    cr_expect_eq(w->stops, 0);
}

Test(desk, a_repeated_order_gets_the_first_answer_and_starts_nothing)
{
    g_autoptr(World) w = world_new();
    ScanAnswer answer;
    OrderRequest request, other;
    g_autofree gchar *first_text = NULL;
    g_autofree gchar *second_text = NULL;
    g_autofree gchar *none = NULL;
    g_autoptr(GError) error = NULL;
    gboolean first;

    cr_assert(scan(w, "car-1", EVSE, "", &answer, NULL));
    request = other = request_for(&answer, "ref-1");
    cr_assert(desk_place(w->desk, "car-1", &request, T0, &first_text, &first, NULL));
    desk_started(w->desk, w->started.order.order_id, DESK_START_ACCEPTED, T0);
    cr_assert(desk_place(w->desk, "car-1", &request, T0 + 1, &second_text, &first, NULL));
    cr_expect_not(first);
    cr_expect_str_eq(first_text, second_text);
    cr_expect_eq(w->starts, 1);

    other.limits.max_cost_minor = 6000;
    cr_assert_not(desk_place(w->desk, "car-1", &other, T0, &none, &first, &error));
    cr_expect_eq(error->code, DESK_ERROR_KEY_REUSED);
    cr_expect_eq(desk_error_status(error), 422);
}

static DeskError refusal(World *w, const gchar *vehicle, const OrderRequest *request)
{
    g_autofree gchar *text = NULL;
    g_autoptr(GError) error = NULL;
    gboolean first;

    cr_assert_not(desk_place(w->desk, vehicle, request, w->now_ms, &text, &first, &error));
    cr_assert(error->domain == DESK_ERROR, "%s", error->message);
    return error->code;
}

Test(desk, refuses_orders_with_the_right_word)
{
    g_autoptr(World) w = world_new();
    ScanAnswer answer, stale;
    OrderRequest request;

    cr_assert(scan(w, "car-1", EVSE, "", &stale, NULL));
    w->now_ms += 1000;
    cr_assert(scan(w, "car-1", EVSE, "", &answer, NULL));
    request = request_for(&answer, "ref-1");
    cr_expect_eq(refusal(w, "car-2", &request), DESK_ERROR_UNKNOWN_SCAN, "a scan is bound to its car");
    g_strlcpy(request.limits.currency, "CHF", sizeof request.limits.currency);
    cr_expect_eq(refusal(w, "car-1", &request), DESK_ERROR_CURRENCY_MISMATCH);
    g_strlcpy(request.limits.currency, "EUR", sizeof request.limits.currency);
    w->reachable = FALSE;
    cr_expect_eq(refusal(w, "car-1", &request), DESK_ERROR_PILE_OFFLINE);
    w->reachable = TRUE;
    cr_assert(store_connector_set(w->store, "PILE1", 1, 1, CONNECTOR_FAULTED, T0, NULL));
    cr_expect_eq(refusal(w, "car-1", &request), DESK_ERROR_EVSE_UNAVAILABLE);
    cr_assert(store_connector_set(w->store, "PILE1", 1, 1, CONNECTOR_AVAILABLE, T0, NULL));

    place(w, "ref-2");
    cr_expect_eq(refusal(w, "car-1", &request), DESK_ERROR_EVSE_OCCUPIED);
    g_strlcpy(request.client_ref, "ref-3", sizeof request.client_ref);
    g_strlcpy(request.scan_ref, stale.scan_ref, sizeof request.scan_ref);
    w->now_ms = stale.expires_ms;
    cr_expect_eq(refusal(w, "car-1", &request), DESK_ERROR_SCAN_EXPIRED);
    g_strlcpy(request.scan_ref, "nonsense", sizeof request.scan_ref);
    cr_expect_eq(refusal(w, "car-1", &request), DESK_ERROR_UNKNOWN_SCAN);
}

Test(desk, a_dynamic_code_serves_one_order_whoever_scanned_it)
{
    g_autoptr(World) w = world_new();
    const TotpRule rule = {.secret = "secure!Charging!", .validity_s = 30, .length = 12};
    g_autofree gchar *token = totp_code(&rule, T0 / 1000);
    g_autofree gchar *text = NULL;
    g_autoptr(GError) error = NULL;
    ScanAnswer mine, theirs;
    OrderRequest request;
    Order order;
    gboolean first;

    cr_assert(scan(w, "car-1", "DE*ABC*E12345*2", token, &mine, NULL));
    cr_expect_eq(mine.trust, TRUST_DYNAMIC);
    cr_assert(scan(w, "car-2", "deabce123452", token, &theirs, NULL)); /* not used up by looking */
    request = request_for(&mine, "ref-1");
    cr_assert(desk_place(w->desk, "car-1", &request, T0, &text, &first, NULL));
    cr_assert(desk_stop(w->desk, "car-1", w->started.order.order_id, T0, &order, NULL));
    cr_expect_eq(order.state, ORDER_CANCELLED);

    request = request_for(&theirs, "ref-2");
    cr_expect_eq(refusal(w, "car-2", &request), DESK_ERROR_SCAN_USED);
    cr_assert_not(scan(w, "car-2", "DE*ABC*E12345*2", token, &theirs, &error));
    cr_expect_eq(error->code, DESK_ERROR_CODE_INVALID);
    g_clear_error(&error);
    cr_assert_not(scan(w, "car-2", "DE*ABC*E12345*2", "", &theirs, &error));
    cr_expect_eq(error->code, DESK_ERROR_CODE_INVALID);
    g_clear_error(&error);
    cr_assert_not(scan(w, "car-2", "DE*ABC*E99999*9", "", &theirs, &error));
    cr_expect_eq(error->code, DESK_ERROR_UNKNOWN_EVSE);
}

Test(desk, the_price_that_was_shown_is_the_price_that_is_charged)
{
    g_autoptr(World) w = world_new();
    const Tariff dear = {
        .id = "day", .currency = "EUR", .flat_micro = 9000000, .energy_micro_per_kwh = 990000};

    place(w, "ref-1");
    cr_assert(store_tariff_set(w->store, &dear, NULL));
    DELIVER(STARTED, 0, CHARGING, 0);
    DELIVER(ENDED, 1, EV_CONNECTED, 10000);
    cr_expect_eq(stored(w).order.receipt.cost.total_minor, 540);
}

Test(desk, the_limit_stops_the_pile_and_the_overshoot_is_never_charged)
{
    g_autoptr(World) w = world_new();
    OrderRow row;

    place(w, "ref-1");
    DELIVER(STARTED, 0, CHARGING, 0);
    DELIVER(UPDATED, 1, CHARGING, 101100); /* 49.54 + 0.50 */
    cr_expect_eq(w->stops, 1);
    cr_expect_str_eq(w->stopped, "tx-1");
    cr_expect_eq(stored(w).order.reason, ORDER_REASON_MAX_COST);
    DELIVER(UPDATED, 2, CHARGING, 102000); /* the stop was lost: asked again */
    cr_expect_eq(w->stops, 2);
    DELIVER(ENDED, 3, EV_CONNECTED, 103000);
    row = stored(w);
    cr_expect_eq(row.order.state, ORDER_SETTLED);
    cr_expect_eq(row.order.receipt.cost.total_minor, 5000);
    cr_expect_eq(row.order.receipt.cost.waived_minor, 97);
}

/* Why @request gets no voucher; "" when it gets one. */
static const gchar *no_voucher(World *w, const VoucherRequest *request)
{
    g_autoptr(GError) error = NULL;
    VoucherAnswer answer;
    gboolean first;

    return desk_issue_voucher(w->desk, "car-1", request, w->now_ms, &answer, &first, &error)
               ? ""
               : desk_error_code(error);
}

Test(desk, a_voucher_needs_a_key_limits_that_pay_for_something_and_a_reference_of_its_own)
{
    g_autoptr(World) w = world_new();
    VoucherRequest request = {.client_ref = "ref-1", .limits = {.max_cost_minor = 2000, .currency = "EUR"}};
    VoucherRequest other;

    memset(request.vehicle_key, 'A', 43);
    other = request;
    other.vehicle_key[0] = '!';
    cr_expect_str_eq(no_voucher(w, &other), "bad_field");
    other = request;
    other.limits.max_cost_minor = 1;
    other.limits.max_energy_wh = 1;
    cr_expect_str_eq(no_voucher(w, &other), "limits_too_small");
    cr_expect_str_eq(no_voucher(w, &request), "");
    cr_expect_str_eq(no_voucher(w, &request), "", "the same again is the same");
    other = request;
    other.vehicle_key[1] = 'B';
    cr_expect_str_eq(no_voucher(w, &other), "key_reused");
}

Test(desk, a_reservation_is_moved_to_another_place_or_not_at_all)
{
    g_autoptr(World) w = world_new();
    ReservationRequest wish = {
        .client_ref = "ref-1", .evse_key = "DEABCE123451", .until_ms = T0 + 30 * 60 * 1000};
    g_autofree gchar *answer = NULL, *moved = NULL;
    g_autoptr(GError) error = NULL;
    gboolean first;

    cr_assert(desk_reserve(w->desk, "car-1", &wish, T0, &answer, &first, NULL));
    g_strlcpy(wish.client_ref, "ref-2", sizeof wish.client_ref);
    cr_expect_not(desk_reservation_move(w->desk, "car-1", w->reserved.reservation.reservation_id, &wish, T0,
                                        &moved, &first, &error));
    cr_expect_str_eq(desk_error_code(error), "bad_field");
    cr_expect_null(moved);
}
