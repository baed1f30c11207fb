/* The desk and piles that were away: codes, vehicles, vouchers, gaps, lists. */
#include "protocol/json_gate.h"
#include "protocol/ocpp_local_list.h"
#include "protocol/offline_code.h"
#include "protocol/voucher.h"
#include "server-stub/desk_private.h"
#include "server-stub/model/code_ledger.h"
#include "server-stub/model/transaction_gap.h"
#include "server-stub/store/code_rows.h"
#include "server-stub/store/transaction_rows.h"
#include "server-stub/store/voucher_rows.h"
#include "tests/server-stub/desk_world.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#define SECRET "0123456789abcdef0123456789abcdef"
#define SECRET_ACCEPTED                                                                                      \
    "{\"setVariableResult\":[{\"attributeStatus\":\"Accepted\",\"component\":{\"name\":"                     \
    "\"OfflineChargingCtrlr\"},"                                                                             \
    "\"variable\":{\"name\":\"CodeSecret\"}}]}"
#define REF "11111111-1111-4111-8111-111111111111"

/* PILE1 has told that it has the secret. */
static World *garage(void)
{
    World *w = world_new();

    cr_assert(store_code_secret_set(w->store, "PILE1", SECRET, NULL));
    cr_assert(store_code_secret_told(w->store, "PILE1", CODE_TOLD_ACCEPTED, NULL));
    cr_assert(store_station_link_set(w->store, "PILE1", "http://192.0.2.7:8090", NULL));
    return w;
}

static OrderRequest wish(World *w, const gchar *vehicle, const gchar *ref)
{
    ScanAnswer answer;

    cr_assert(scan(w, vehicle, EVSE, "", &answer, NULL));
    return request_for(&answer, ref);
}

static Order issue(World *w, const gchar *vehicle, const gchar *ref)
{
    OrderRequest request = wish(w, vehicle, ref);
    g_autoptr(GError) error = NULL;
    gboolean first = FALSE;
    Order order;

    cr_assert(desk_issue_code(w->desk, vehicle, &request, w->now_ms, &order, &first, &error), "%s",
              error != NULL ? error->message : "");
    cr_assert(first);
    return order;
}

/* One event of a transaction that brings a token. */
static OcppAuthorizationStatus tell(World *w, const gchar *station, const gchar *tx,
                                    OcppTransactionEventType kind, gint seq, gboolean offline,
                                    OcppIdTokenType type, const gchar *token, gint64 wh,
                                    const OcppOfflineProof *proof)
{
    g_auto(OcppTransactionEventRequest) request;
    OcppTransactionEventResponse response;
    OcppSample sample = {.timestamp_ms = w->now_ms, .value = wh, .unit = OCPP_UNIT_WH};
    g_autoptr(GError) error = NULL;

    ocpp_transaction_event_request_init(&request);
    request.event_type = kind;
    request.seq_no = seq;
    request.offline = offline;
    request.timestamp_ms = w->now_ms + seq * 60000;
    request.charging_state =
        kind == OCPP_TRANSACTION_ENDED ? OCPP_CHARGING_STATE_NONE : OCPP_CHARGING_STATE_CHARGING;
    request.trigger_reason = OCPP_TRIGGER_METER_VALUE_PERIODIC;
    request.stopped_reason =
        kind == OCPP_TRANSACTION_ENDED ? OCPP_STOPPED_EV_DISCONNECTED : OCPP_STOPPED_NONE;
    g_strlcpy(request.transaction_id, tx, sizeof request.transaction_id);
    request.evse = (OcppEvse){TRUE, 1, 1};
    if (token != NULL) {
        request.id_token = (OcppIdToken){.present = TRUE, .type = type};
        g_strlcpy(request.id_token.id_token, token, sizeof request.id_token.id_token);
    }
    if (proof != NULL)
        request.proof = *proof;
    g_array_append_val(request.samples, sample);
    cr_assert(desk_transaction_event(w->desk, station, &request, w->now_ms, &response, &error), "%s",
              error != NULL ? error->message : "");
    return response.id_token_info.status;
}
#define TELL(tx, kind, seq, token, wh)                                                                       \
    tell(w, "PILE1", tx, OCPP_TRANSACTION_##kind, seq, TRUE, OCPP_ID_TOKEN_KEY_CODE, token, wh, NULL)

static Order order_now(World *w, const gchar *order_id)
{
    OrderRow row;

    cr_assert(store_order(w->store, order_id, &row, NULL));
    return row.order;
}

static LedgerFlag flag_of(World *w, const gchar *tx)
{
    TransactionRow row;

    cr_assert(store_transaction(w->store, tx, &row, NULL));
    return (LedgerFlag)row.flag;
}

Test(desk_codes, a_pile_that_is_away_is_offered_as_a_code_and_one_that_answers_is_not)
{
    g_autoptr(World) w = garage();
    ScanAnswer answer;

    cr_assert(scan(w, "car-1", EVSE, "", &answer, NULL));
    cr_assert_eq(answer.offline_code_max_wh, 0);
    w->reachable = FALSE;
    cr_assert(scan(w, "car-1", EVSE, "", &answer, NULL));
    cr_assert_eq(answer.offline_code_max_wh, 100000);
    cr_assert_str_eq(answer.link_url, "http://192.0.2.7:8090");
}

Test(desk_codes, the_code_is_one_that_the_pile_will_know_and_a_repetition_is_the_same)
{
    g_autoptr(World) w = garage();
    OfflineCodePlace place = {SECRET, "PILE1", 1};
    OfflineCode code;
    OrderRequest request;
    Order order, again;
    gboolean first = TRUE;

    w->reachable = FALSE;
    request = wish(w, "car-1", REF);
    cr_assert(desk_issue_code(w->desk, "car-1", &request, w->now_ms, &order, &first, NULL));
    cr_assert_eq(order.state, ORDER_CODE_ISSUED);
    cr_assert_eq(order.origin, ORDER_ORIGIN_OFFLINE_CODE);
    cr_assert_eq(offline_code_check(&place, w->now_ms / 1000, order.code.digits, &code), OFFLINE_CODE_VALID);
    cr_assert_eq(offline_code_energy_wh(code.energy_step), order.code.max_energy_wh);
    cr_assert(desk_issue_code(w->desk, "car-1", &request, w->now_ms, &again, &first, NULL));
    cr_assert_not(first);
    cr_assert_str_eq(again.order_id, order.order_id);
    cr_assert_str_eq(again.code.digits, order.code.digits);
}

/* A disk that takes nothing more, or all again. */
static void let_files_have(rlim_t bytes)
{
    const struct rlimit limit = {bytes, RLIM_INFINITY};

    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Each try a second after the last; TRUE when the pile was asked to take the secret. */
static gboolean is_told_again(World *w)
{
    w->called = OCPP_ACTION_HEARTBEAT;
    cr_assert_eq(w->due_ms, w->now_ms + 1000);
    w->now_ms = w->due_ms;
    desk_list_tick(w->desk, w->now_ms);
    return w->called == OCPP_ACTION_SET_VARIABLES;
}

Test(desk_codes, a_disk_that_is_full_for_a_moment_does_not_keep_the_secret_from_its_pile)
{
    g_autoptr(World) w = world_new();
    g_autoptr(JsonObject) accepted = json_gate_parse_object(SECRET_ACCEPTED, strlen(SECRET_ACCEPTED), NULL);
    CodePlaceRow place;

    cr_assert_not_null(accepted);
    cr_assert(store_code_secret_set(w->store, "PILE1", SECRET, NULL));
    let_files_have(0); /* the key of the vouchers is made when it is first needed, and stored */
    desk_tell_secrets(w->desk, "PILE1", w->now_ms);
    cr_assert_not(is_told_again(w));
    let_files_have(RLIM_INFINITY);
    cr_assert(is_told_again(w));
    let_files_have(0);
    world_answer(w, accepted);
    let_files_have(RLIM_INFINITY);
    cr_assert(is_told_again(w), "that it has it was not stored: it is asked to take the same once more");
    world_fail(w, OCPP_RPC_EVENT_TIMEOUT);
    cr_assert(is_told_again(w));
    world_answer(w, accepted);
    cr_assert(store_code_place(w->store, "PILE1", &place, NULL));
    cr_assert_eq(place.told, CODE_TOLD_ACCEPTED);
}

static void know(World *w, const gchar *vehicle, const gchar *token)
{
    VehicleCodeRow row = {
        .type = OCPP_ID_TOKEN_CENTRAL, .max_energy_wh = 40000, .max_cost_minor = 3000, .currency = "EUR"};

    g_snprintf(row.code_id, sizeof row.code_id, "code-of-%s", token);
    g_strlcpy(row.vehicle_id, vehicle, sizeof row.vehicle_id);
    g_strlcpy(row.id_token, token, sizeof row.id_token);
    g_strlcpy(row.station_id, "PILE1", sizeof row.station_id);
    cr_assert(store_vehicle_code_add(w->store, &row, NULL));
}
Test(desk_codes, a_connection_that_ends_while_its_boot_is_stored_leaves_nothing_waiting)
{
    g_autoptr(World) w = world_new();

    cr_assert(store_code_secret_set(w->store, "PILE1", SECRET, NULL));
    know(w, "car-2", "VIN-2");
    w->loses_calls = TRUE;
    desk_station_ready(w->desk, "PILE1", w->now_ms);
    w->loses_calls = FALSE;
    desk_station_gone(w->desk, "PILE1");
    w->called = OCPP_ACTION_HEARTBEAT;
    desk_tell_secrets(w->desk, "PILE1", w->now_ms);
    cr_expect_eq(w->called, OCPP_ACTION_SET_VARIABLES);
    desk_list_refresh(w->desk, "PILE1", w->now_ms);
    cr_expect_eq(w->called, OCPP_ACTION_GET_VARIABLES);
}

#define PROBLEM(value)                                                                                       \
    "{\"getVariableResult\":[{\"attributeStatus\":\"Accepted\",\"attributeValue\":\"" value                  \
    "\",\"component\":{\"name\":\"OfflineChargingCtrlr\"},\"variable\":{\"name\":\"Problem\"}}]}"

Test(desk_codes, a_pile_that_lost_its_used_codes_gets_another_secret)
{
    g_autoptr(World) w = garage();
    g_autoptr(JsonObject) fine = json_gate_parse_object(PROBLEM("false"), strlen(PROBLEM("false")), NULL);
    g_autoptr(JsonObject) lost = json_gate_parse_object(PROBLEM("true"), strlen(PROBLEM("true")), NULL);
    CodePlaceRow place;

    desk_ask_lost_secret(w->desk, "PILE1");
    cr_assert_eq(w->called, OCPP_ACTION_GET_VARIABLES);
    world_answer(w, fine);
    cr_assert_neq(w->called, OCPP_ACTION_SET_VARIABLES, "nothing is lost, nothing changes");
    desk_ask_lost_secret(w->desk, "PILE1");
    world_answer(w, lost);
    cr_assert_eq(w->called, OCPP_ACTION_SET_VARIABLES);
    cr_assert(store_code_place(w->store, "PILE1", &place, NULL));
    cr_expect_str_neq(place.secret, SECRET);
    cr_expect_eq(place.told, CODE_TOLD_NOT_YET);
}

Test(desk_codes, no_code_for_a_pile_that_can_be_ordered_nor_for_one_without_secret)
{
    g_autoptr(World) w = garage();
    OrderRequest request = wish(w, "car-1", REF);
    g_autoptr(GError) online = NULL;
    g_autoptr(GError) none = NULL;
    gboolean first;
    Order order;

    cr_assert_not(desk_issue_code(w->desk, "car-1", &request, w->now_ms, &order, &first, &online));
    cr_assert_str_eq(desk_error_code(online), "pile_online");
    w->reachable = FALSE;
    cr_assert(store_code_secret_set(w->store, "PILE1", NULL, NULL));
    cr_assert_not(desk_issue_code(w->desk, "car-1", &request, w->now_ms, &order, &first, &none));
    cr_assert_str_eq(desk_error_code(none), "no_offline_codes");
}

Test(desk_codes, an_order_that_the_pile_leaves_unanswered_goes_on_as_a_code_with_the_same_id)
{
    g_autoptr(World) w = garage();
    OrderRequest request = wish(w, "car-1", REF);
    g_autofree gchar *text = NULL;
    gboolean first;
    Order order;

    cr_assert(desk_place(w->desk, "car-1", &request, w->now_ms, &text, &first, NULL));
    cr_assert_not(desk_issue_code(w->desk, "car-1", &request, w->now_ms, &order, &first, NULL),
                  "the pile is being asked");
    desk_started(w->desk, w->started.order.order_id, DESK_START_UNKNOWN, w->now_ms + 5000);
    cr_assert(order_now(w, w->started.order.order_id).code_offered);
    cr_assert(desk_issue_code(w->desk, "car-1", &request, w->now_ms + 6000, &order, &first, NULL));
    cr_assert_str_eq(order.order_id, w->started.order.order_id);
    cr_assert_eq(order.state, ORDER_CODE_ISSUED);
    w->starts = 0;
    desk_station_ready(w->desk, "PILE1", w->now_ms + 9000);
    cr_assert_eq(w->starts, 0, "its start is never sent again");
}

Test(desk_codes, what_the_pile_tells_later_settles_the_holder_and_nothing_is_shown_as_happening_now)
{
    g_autoptr(World) w = garage();
    Order order, settled;
    guint changes;

    w->reachable = FALSE;
    order = issue(w, "car-1", REF);
    w->reachable = TRUE;
    changes = w->changes;
    cr_assert_eq(TELL("tx-1", STARTED, 0, order.code.digits, 1000), OCPP_AUTHORIZATION_ACCEPTED);
    cr_assert_eq(order_now(w, order.order_id).state, ORDER_CODE_ISSUED, "an hour ago is not now");
    TELL("tx-1", UPDATED, 1, NULL, 5000);
    cr_assert_eq(w->changes, changes);
    TELL("tx-1", ENDED, 2, NULL, 9000);
    settled = order_now(w, order.order_id);
    cr_assert_eq(settled.state, ORDER_SETTLED);
    cr_assert_eq(settled.receipt.energy_wh, 8000);
    cr_assert_eq(settled.receipt.cost.total_minor, 50 + 392);
    cr_assert_eq(settled.code.digits[0], '\0', "the code is of no more use to anybody");
    TELL("tx-1", ENDED, 2, NULL, 9000);
    cr_assert_str_eq(order_now(w, order.order_id).receipt.receipt_id, settled.receipt.receipt_id,
                     "told twice, settled once");
    cr_assert_eq(flag_of(w, "tx-1"), LEDGER_FLAG_NONE);
}

Test(desk_codes, a_code_used_twice_invented_or_anothers_is_charged_to_nobody_and_flagged)
{
    g_autoptr(World) w = garage();
    Order order;

    w->reachable = FALSE;
    order = issue(w, "car-1", REF);
    w->reachable = TRUE;
    TELL("tx-1", STARTED, 0, order.code.digits, 0);
    cr_assert_eq(TELL("tx-2", STARTED, 0, order.code.digits, 0), OCPP_AUTHORIZATION_CONCURRENT_TX);
    cr_assert_eq(flag_of(w, "tx-2"), LEDGER_FLAG_USED_TWICE);
    cr_assert_eq(TELL("tx-3", STARTED, 0, "1234567890123456", 0), OCPP_AUTHORIZATION_INVALID);
    cr_assert_eq(flag_of(w, "tx-3"), LEDGER_FLAG_UNKNOWN_CODE);
    tell(w, "PILE2", "tx-4", OCPP_TRANSACTION_STARTED, 0, TRUE, OCPP_ID_TOKEN_KEY_CODE, order.code.digits, 0,
         NULL);
    cr_assert_eq(flag_of(w, "tx-4"), LEDGER_FLAG_WRONG_PILE);
}

Test(desk_codes, a_start_that_had_reached_the_pile_after_all_is_the_same_order)
{
    g_autoptr(World) w = garage();
    OrderRequest request = wish(w, "car-1", REF);
    g_autofree gchar *text = NULL;
    gboolean first;
    Order order;

    cr_assert(desk_place(w->desk, "car-1", &request, w->now_ms, &text, &first, NULL));
    desk_started(w->desk, w->started.order.order_id, DESK_START_UNKNOWN, w->now_ms + 5000);
    cr_assert(desk_issue_code(w->desk, "car-1", &request, w->now_ms + 6000, &order, &first, NULL));
    DELIVER(STARTED, 0, CHARGING, 0); /* with the remoteStartId of the order */
    cr_assert_eq(order_now(w, order.order_id).state, ORDER_CHARGING);
    cr_assert_eq(TELL("tx-2", STARTED, 0, order.code.digits, 0), OCPP_AUTHORIZATION_CONCURRENT_TX);
    cr_assert_eq(flag_of(w, "tx-2"), LEDGER_FLAG_SECOND_TRANSACTION, "never paid twice");
}

Test(desk_codes, a_car_holds_at_most_three_codes)
{
    g_autoptr(World) w = garage();
    g_autoptr(GError) error = NULL;
    OrderRequest request;
    gboolean first;
    Order order;

    w->reachable = FALSE;
    for (guint i = 0; i < CODE_LEDGER_MAX_PER_VEHICLE; i++) {
        g_autofree gchar *ref = g_strdup_printf("11111111-1111-4111-8111-%012u", i);

        issue(w, "car-1", ref);
    }
    request = wish(w, "car-1", REF);
    cr_assert_not(desk_issue_code(w->desk, "car-1", &request, w->now_ms, &order, &first, &error));
    cr_assert_str_eq(desk_error_code(error), "too_many_codes");
    issue(w, "car-2", "22222222-2222-4222-8222-222222222222");
}

Test(desk_codes, an_order_withdrawn_before_it_came_never_comes)
{
    g_autoptr(World) w = garage();
    OrderRequest request = wish(w, "car-1", REF);
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) late = NULL;
    g_autofree gchar *text = NULL;
    gboolean first;
    Order order;

    cr_assert_not(desk_withdraw(w->desk, "car-1", REF, w->now_ms, &order, &error));
    cr_assert_str_eq(desk_error_code(error), "not_found");
    cr_assert_not(desk_place(w->desk, "car-1", &request, w->now_ms, &text, &first, &late));
    cr_assert_str_eq(desk_error_code(late), "withdrawn");
    cr_assert_eq(w->starts, 0);
}

/* ---- vehicles ---- */

#define TELL_ID(tx, kind, seq, offline, token, wh)                                                           \
    tell(w, "PILE1", tx, OCPP_TRANSACTION_##kind, seq, offline, OCPP_ID_TOKEN_CENTRAL, token, wh, NULL)

Test(desk_codes, a_vehicle_that_the_pile_knew_gets_one_order_when_its_charge_is_over)
{
    g_autoptr(World) w = garage();
    g_autoptr(GArray) orders = NULL;
    const Order *order;

    know(w, "car-2", "VIN-2");
    cr_assert_eq(TELL_ID("tx-1", STARTED, 0, TRUE, "vin-2", 0), OCPP_AUTHORIZATION_ACCEPTED);
    TELL_ID("tx-1", ENDED, 1, TRUE, NULL, 4000);
    orders = store_orders_of(w->store, "car-2", 10, NULL);
    cr_assert_eq(orders->len, 1);
    order = &g_array_index(orders, OrderRow, 0).order;
    cr_assert_eq(order->state, ORDER_SETTLED);
    cr_assert_eq(order->origin, ORDER_ORIGIN_VEHICLE_CODE);
    cr_assert_eq(order->receipt.energy_wh, 4000);
}

Test(desk_codes, an_order_that_waited_for_the_network_is_the_charge_that_runs_already)
{
    g_autoptr(World) w = garage();
    OrderRequest request;
    g_autofree gchar *text = NULL;
    g_autoptr(GArray) orders = NULL;
    gboolean first;

    know(w, "car-1", "VIN-1");
    request = wish(w, "car-1", REF);
    TELL_ID("tx-1", STARTED, 0, FALSE, "vin-1", 0);
    cr_assert(desk_place(w->desk, "car-1", &request, w->now_ms, &text, &first, NULL));
    cr_assert(first);
    cr_assert_eq(w->starts, 0, "never two transactions for one plug-in");
    orders = store_orders_of(w->store, "car-1", 10, NULL);
    cr_assert_eq(orders->len, 1, "never two orders");
    cr_assert_str_eq(g_array_index(orders, OrderRow, 0).order.client_ref, REF);
    cr_assert_eq(g_array_index(orders, OrderRow, 0).order.state, ORDER_CHARGING);
}

Test(desk_codes, blocked_is_told_to_the_pile_and_what_was_delivered_is_still_a_bill)
{
    g_autoptr(World) w = garage();
    g_autoptr(GArray) orders = NULL;

    know(w, "car-2", "VIN-2");
    cr_assert(store_vehicle_code_block(w->store, "code-of-VIN-2", TRUE, NULL));
    cr_assert_eq(TELL_ID("tx-1", STARTED, 0, TRUE, "vin-2", 0), OCPP_AUTHORIZATION_BLOCKED);
    TELL_ID("tx-1", ENDED, 1, TRUE, NULL, 4000);
    orders = store_orders_of(w->store, "car-2", 10, NULL);
    cr_assert_eq(orders->len, 1);
    cr_assert_eq(flag_of(w, "tx-1"), LEDGER_FLAG_BLOCKED);
    cr_assert_eq(TELL_ID("tx-2", STARTED, 0, TRUE, "stranger", 0), OCPP_AUTHORIZATION_UNKNOWN);
    cr_assert_eq(flag_of(w, "tx-2"), LEDGER_FLAG_UNKNOWN_VEHICLE);
}

/* ---- vouchers ---- */

typedef struct {
    guint8 key[VOUCHER_KEY_BYTES], secret[VOUCHER_SECRET_BYTES];
    VoucherAnswer answer;
} Held;

static void fetch(World *w, Held *held)
{
    const guint8 seed[VOUCHER_SEED_BYTES] = {7};
    VoucherRequest request = {.client_ref = REF, .limits = {.max_cost_minor = 2000, .currency = "EUR"}};
    g_autofree gchar *key = NULL;
    gboolean first = FALSE;

    voucher_key_pair(seed, held->key, held->secret);
    key = voucher_key_text(held->key);
    g_strlcpy(request.vehicle_key, key, sizeof request.vehicle_key);
    cr_assert(desk_issue_voucher(w->desk, "car-1", &request, w->now_ms, &held->answer, &first, NULL));
    cr_assert(first);
}

static OcppOfflineProof prove(const Held *held, const gchar *station, const gchar *evse_key)
{
    const guint8 challenge[VOUCHER_CHALLENGE_BYTES] = {9};
    VoucherQuestion question = {challenge, station, evse_key, held->answer.voucher_id};
    g_autofree gchar *answer = voucher_answer(&question, held->secret);
    g_autofree gchar *text = voucher_key_text(challenge);
    OcppOfflineProof proof = {.present = TRUE};

    g_strlcpy(proof.voucher, held->answer.voucher, sizeof proof.voucher);
    g_strlcpy(proof.challenge, text, sizeof proof.challenge);
    g_strlcpy(proof.answer, answer, sizeof proof.answer);
    return proof;
}

Test(desk_codes, a_voucher_is_charged_each_time_it_was_used_and_the_second_use_is_flagged)
{
    g_autoptr(World) w = garage();
    g_autoptr(GArray) orders = NULL;
    OcppOfflineProof here, there;
    Held held;

    fetch(w, &held);
    here = prove(&held, "PILE1", "DEABCE123451");
    there = prove(&held, "PILE2", "DEABCE123452");
    tell(w, "PILE1", "tx-1", OCPP_TRANSACTION_STARTED, 0, TRUE, OCPP_ID_TOKEN_CENTRAL, held.answer.voucher_id,
         0, &here);
    tell(w, "PILE1", "tx-1", OCPP_TRANSACTION_ENDED, 1, TRUE, 0, NULL, 3000, NULL);
    tell(w, "PILE2", "tx-2", OCPP_TRANSACTION_STARTED, 0, TRUE, OCPP_ID_TOKEN_CENTRAL, held.answer.voucher_id,
         0, &there);
    tell(w, "PILE2", "tx-2", OCPP_TRANSACTION_ENDED, 1, TRUE, 0, NULL, 5000, NULL);
    orders = store_orders_of(w->store, "car-1", 10, NULL);
    cr_assert_eq(orders->len, 2);
    for (guint i = 0; i < 2; i++)
        cr_assert_eq(g_array_index(orders, OrderRow, i).order.state, ORDER_SETTLED);
    cr_assert_eq(flag_of(w, "tx-1"), LEDGER_FLAG_NONE);
    cr_assert_eq(flag_of(w, "tx-2"), LEDGER_FLAG_USED_TWICE);
}

Test(desk_codes, a_pile_cannot_invent_the_use_of_a_voucher)
{
    g_autoptr(World) w = garage();
    g_autoptr(GArray) orders = NULL;
    OcppOfflineProof elsewhere;
    Held held;

    fetch(w, &held);
    elsewhere = prove(&held, "PILE2", "DEABCE123452"); /* overheard there, told by PILE1 */
    cr_assert_eq(tell(w, "PILE1", "tx-1", OCPP_TRANSACTION_STARTED, 0, TRUE, OCPP_ID_TOKEN_CENTRAL,
                      held.answer.voucher_id, 0, &elsewhere),
                 OCPP_AUTHORIZATION_INVALID);
    tell(w, "PILE1", "tx-1", OCPP_TRANSACTION_ENDED, 1, TRUE, 0, NULL, 3000, NULL);
    orders = store_orders_of(w->store, "car-1", 10, NULL);
    cr_assert_eq(orders->len, 0);
    cr_assert_eq(flag_of(w, "tx-1"), LEDGER_FLAG_UNKNOWN_VOUCHER);
}

Test(desk_codes, one_voucher_at_a_time_and_only_for_the_key_that_holds_it)
{
    g_autoptr(World) w = garage();
    g_autoptr(GError) error = NULL;
    Held held;
    VoucherAnswer again;
    VoucherRequest other = {.client_ref = "22222222-2222-4222-8222-222222222222",
                            .limits = {.max_cost_minor = 2000, .currency = "EUR"}};
    g_autofree gchar *key = NULL;
    gboolean first;

    fetch(w, &held);
    key = voucher_key_text(held.key);
    g_strlcpy(other.vehicle_key, key, sizeof other.vehicle_key);
    cr_assert(desk_issue_voucher(w->desk, "car-1", &other, w->now_ms, &again, &first, NULL));
    cr_assert_not(first);
    cr_assert_str_eq(again.voucher_id, held.answer.voucher_id);
    other.vehicle_key[0] = other.vehicle_key[0] == 'A' ? 'B' : 'A';
    cr_assert_not(desk_issue_voucher(w->desk, "car-1", &other, w->now_ms, &again, &first, &error));
    cr_assert_str_eq(desk_error_code(error), "voucher_outstanding");
}

/* ---- gaps: the questions and answers go through the call port ---- */

static void say(World *w, gboolean in_queue, gboolean has_ongoing, gboolean ongoing)
{
    OcppGetTransactionStatusResponse response = {has_ongoing, ongoing, in_queue};
    g_autoptr(JsonObject) payload = ocpp_get_transaction_status_response_to_json(&response);

    cr_assert_eq(w->called, OCPP_ACTION_GET_TRANSACTION_STATUS);
    world_answer(w, payload);
}

Test(desk_codes, a_gap_is_closed_only_by_the_piles_word_and_settled_from_the_readings_in_hand)
{
    g_autoptr(World) w = garage();
    Order order;

    place(w, REF);
    DELIVER(STARTED, 0, CHARGING, 0);
    DELIVER(ENDED, 4, NONE, 6000);
    cr_assert_eq(stored(w).order.state, ORDER_ENDED);
    cr_assert_leq(w->due_ms, w->now_ms + TRANSACTION_GAP_ASK_MS);
    w->now_ms += TRANSACTION_GAP_ASK_MS;
    desk_tick(w->desk, w->now_ms);
    say(w, TRUE, TRUE, FALSE);
    cr_assert_eq(stored(w).order.state, ORDER_ENDED, "not ongoing, but its queue is not empty");
    w->now_ms += TRANSACTION_GAP_AGAIN_MS;
    desk_tick(w->desk, w->now_ms);
    say(w, FALSE, TRUE, FALSE);
    order = stored(w).order;
    cr_assert_eq(order.state, ORDER_SETTLED);
    cr_assert_eq(order.receipt.missing_events, 3);
    cr_assert_eq(order.receipt.energy_wh, 6000);
}

Test(desk_codes, late_events_correct_a_receipt_with_a_gap_once)
{
    g_autoptr(World) w = garage();
    Order settled, corrected;

    place(w, REF);
    DELIVER(STARTED, 0, CHARGING, 2000);
    DELIVER(ENDED, 2, NONE, 6000);
    w->now_ms += TRANSACTION_GAP_ASK_MS;
    desk_tick(w->desk, w->now_ms);
    say(w, FALSE, TRUE, FALSE);
    settled = stored(w).order;
    cr_assert_eq(settled.receipt.missing_events, 1);
    DELIVER(UPDATED, 1, CHARGING, 4000);
    corrected = stored(w).order;
    cr_assert_eq(corrected.receipt.missing_events, 0);
    cr_assert(corrected.receipt.corrected);
    cr_assert_str_neq(corrected.receipt.receipt_id, settled.receipt.receipt_id);
    DELIVER(UPDATED, 9, CHARGING, 9000);
    cr_assert_str_eq(stored(w).order.receipt.receipt_id, corrected.receipt.receipt_id, "once");
}

Test(desk_codes, an_end_that_was_lost_is_closed_when_the_pile_is_back_and_runs_nothing)
{
    g_autoptr(World) w = garage();

    place(w, REF);
    DELIVER(STARTED, 0, CHARGING, 0);
    DELIVER(UPDATED, 1, CHARGING, 3000);
    desk_station_ready(w->desk, "PILE1", w->now_ms);
    w->now_ms += TRANSACTION_GAP_ASK_MS;
    desk_tick(w->desk, w->now_ms);
    say(w, FALSE, TRUE, FALSE);
    cr_assert_eq(stored(w).order.state, ORDER_SETTLED);
    cr_assert_eq(stored(w).order.receipt.energy_wh, 3000);
    cr_assert_eq(stored(w).order.receipt.missing_events, 1);
}

Test(desk_codes, a_charge_that_runs_is_left_alone)
{
    g_autoptr(World) w = garage();

    place(w, REF);
    DELIVER(STARTED, 0, CHARGING, 0);
    desk_station_ready(w->desk, "PILE1", w->now_ms);
    w->now_ms += TRANSACTION_GAP_ASK_MS;
    desk_tick(w->desk, w->now_ms);
    say(w, FALSE, TRUE, TRUE);
    cr_assert_eq(stored(w).order.state, ORDER_CHARGING);
}

Test(desk_codes, a_code_that_nobody_used_ends_when_its_pile_has_nothing_more_to_tell)
{
    g_autoptr(World) w = garage();
    Order order, kept;

    w->reachable = FALSE;
    order = issue(w, "car-1", REF);
    w->now_ms = order.code.valid_until_ms + 1000;
    desk_tick(w->desk, w->now_ms);
    kept = order_now(w, order.order_id);
    cr_assert_eq(kept.state, ORDER_CODE_ISSUED, "it may have been used there: nobody knows yet");
    w->reachable = TRUE;
    desk_station_ready(w->desk, "PILE1", w->now_ms);
    w->now_ms += TRANSACTION_GAP_ASK_MS;
    desk_tick(w->desk, w->now_ms);
    say(w, FALSE, FALSE, FALSE);
    cr_assert_eq(order_now(w, order.order_id).state, ORDER_EXPIRED);
}

Test(desk_codes, a_disk_that_is_full_just_then_does_not_keep_an_unused_code_open)
{
    g_autoptr(World) w = garage();
    Order order;

    w->reachable = FALSE;
    order = issue(w, "car-1", REF);
    w->now_ms = order.code.valid_until_ms + 1000;
    w->reachable = TRUE;
    desk_station_ready(w->desk, "PILE1", w->now_ms);
    w->now_ms += TRANSACTION_GAP_ASK_MS;
    desk_tick(w->desk, w->now_ms);
    let_files_have(0);
    say(w, FALSE, FALSE, FALSE);
    let_files_have(RLIM_INFINITY);
    cr_assert_eq(order_now(w, order.order_id).state, ORDER_CODE_ISSUED);
    cr_assert_leq(w->due_ms, w->now_ms + TRANSACTION_GAP_AGAIN_MS,
                  "the pile, connected all the while, is asked again");
    w->now_ms = w->due_ms;
    desk_tick(w->desk, w->now_ms);
    say(w, FALSE, FALSE, FALSE);
    cr_assert_eq(order_now(w, order.order_id).state, ORDER_EXPIRED);
}

/* ---- lists ---- */

Test(desk_codes, a_list_goes_out_when_a_pile_is_back_and_a_blocked_car_at_the_next_contact)
{
    g_autoptr(World) w = garage();
    g_autoptr(JsonObject) status = json_object_new();
    g_autoptr(JsonObject) version = json_object_new();

    know(w, "car-2", "VIN-2");
    json_object_set_string_member(status, "status", "Accepted");
    json_object_set_int_member(version, "versionNumber", 0);
    desk_station_ready(w->desk, "PILE1", w->now_ms);
    cr_assert_eq(w->called, OCPP_ACTION_GET_VARIABLES);
    world_fail(w, OCPP_RPC_EVENT_ERROR);
    cr_assert_eq(w->called, OCPP_ACTION_GET_LOCAL_LIST_VERSION);
    world_answer(w, version);
    cr_assert_eq(w->called, OCPP_ACTION_SEND_LOCAL_LIST);
    cr_assert_str_eq(json_object_get_string_member(w->payload, "updateType"), "Full");
    world_answer(w, status);
    cr_assert(desk_list_is_current(w->desk, "PILE1", w->now_ms));
    cr_assert(store_vehicle_code_block(w->store, "code-of-VIN-2", TRUE, NULL));
    cr_assert_not(desk_list_is_current(w->desk, "PILE1", w->now_ms));
    desk_codes_changed(w->desk, w->now_ms);
    json_object_set_int_member(version, "versionNumber", 1);
    world_answer(w, version);
    cr_assert_str_eq(json_object_get_string_member(w->payload, "updateType"), "Differential");
    cr_assert_eq(json_object_get_int_member(w->payload, "versionNumber"), 2);
    world_answer(w, status);
    cr_assert(desk_list_is_current(w->desk, "PILE1", w->now_ms));
}

Test(desk_codes, a_list_that_does_not_fit_is_sent_whole_above_what_the_pile_holds)
{
    g_autoptr(World) w = garage();
    g_autoptr(JsonObject) mismatch = json_object_new();
    g_autoptr(JsonObject) version = json_object_new();

    know(w, "car-2", "VIN-2");
    json_object_set_string_member(mismatch, "status", "VersionMismatch");
    json_object_set_int_member(version, "versionNumber", 41);
    desk_station_ready(w->desk, "PILE1", w->now_ms);
    world_fail(w, OCPP_RPC_EVENT_ERROR);
    world_answer(w, version);
    cr_assert_eq(json_object_get_int_member(w->payload, "versionNumber"), 42);
    world_answer(w, mismatch);
    json_object_set_int_member(version, "versionNumber", 50);
    world_answer(w, version);
    cr_assert_str_eq(json_object_get_string_member(w->payload, "updateType"), "Full");
    cr_assert_eq(json_object_get_int_member(w->payload, "versionNumber"), 51);
}
