/* The disk takes any one statement badly: a wish is refused with "storage full" or is stored whole, whoever
 * is refused asks again, and every story ends as it would have ended without the fault. */
#include "protocol/json_gate.h"
#include "protocol/voucher.h"
#include "server-stub/model/transaction_gap.h"
#include "server-stub/offer_desk.h"
#include "server-stub/store/code_rows.h"
#include "server-stub/store/people_rows.h"
#include "server-stub/store/transaction_rows.h"
#include "server-stub/store/voucher_rows.h"
#include "tests/server-stub/desk_world.h"

#include <sqlite3.h>
#include <string.h>

#define SECRET "0123456789abcdef0123456789abcdef"
#define MINUTE (60 * G_GINT64_CONSTANT(1000))

/* The linker leads every statement through here. */
int __real_sqlite3_step(sqlite3_stmt *statement);
int __wrap_sqlite3_step(sqlite3_stmt *statement);

static guint n_steps;    /* of the story so far */
static gboolean playing; /* a story, not what comes before and after it */
static guint fail_at;    /* the step that fails; 0: none */
static gchar *failed;    /* its SQL */
static GPtrArray *seen;  /* (nullable): SQL of every step so far */

int __wrap_sqlite3_step(sqlite3_stmt *statement)
{
    const gchar *sql = sqlite3_sql(statement);

    if (!playing || world_looks > 0)
        return __real_sqlite3_step(statement);
    n_steps++;
    if (seen != NULL)
        g_ptr_array_add(seen, g_strdup(sql));
    if (n_steps != fail_at)
        return __real_sqlite3_step(statement);
    failed = g_strdup(sql);
    return SQLITE_FULL;
}

/* A wish or a message with an answer: whoever is told that it was not stored says it once more. */
#define INSIST(call)                                                                                         \
    do {                                                                                                     \
        g_autoptr(GError) error = NULL;                                                                      \
        if (!(call)) {                                                                                       \
            cr_expect(error != NULL && desk_error_status(error) == 507, "%s: %s", #call,                     \
                      error != NULL ? error->message : "no word why");                                       \
            g_clear_error(&error);                                                                           \
            cr_assert(call, "%s, again: %s", #call, error != NULL ? error->message : "no word why");         \
        }                                                                                                    \
    } while (0)

typedef struct {
    World *w;
    OfferDesk *offers;
} Town;

static void told(const gchar *vehicle_id, gpointer data)
{
}

static void rearm(gint64 due_ms, gpointer data)
{
}

/* PILE1 knows car-2 by @token. */
static void know(World *w, const gchar *code_id, const gchar *token)
{
    VehicleCodeRow row = {.vehicle_id = "car-2",
                          .type = OCPP_ID_TOKEN_CENTRAL,
                          .station_id = "PILE1",
                          .max_energy_wh = 40000,
                          .max_cost_minor = 3000,
                          .currency = "EUR"};

    g_strlcpy(row.code_id, code_id, sizeof row.code_id);
    g_strlcpy(row.id_token, token, sizeof row.id_token);
    cr_assert(store_vehicle_code_add(w->store, &row, NULL));
}

static Town *town_new(void)
{
    static const OfferDeskPorts ports = {told, rearm};
    Town *town = g_new0(Town, 1);

    town->w = world_new();
    cr_assert(store_code_secret_set(town->w->store, "PILE1", SECRET, NULL));
    cr_assert(store_code_secret_told(town->w->store, "PILE1", CODE_TOLD_ACCEPTED, NULL));
    cr_assert(store_tariff_set_no_show(town->w->store, "day", 200, NULL));
    know(town->w, "code-of-VIN-2", "VIN-2");
    town->offers = offer_desk_new(town->w->store, town->w->desk, &ports, town);
    return town;
}

static void town_free(Town *town)
{
    offer_desk_free(town->offers);
    world_free(town->w);
    g_free(town);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Town, town_free)

/* ---- what cars and piles do ---- */

static OrderRequest wish(World *w, const gchar *vehicle, const gchar *ref)
{
    ScanAnswer answer;

    INSIST(scan(w, vehicle, EVSE, "", &answer, &error));
    return request_for(&answer, ref);
}

static void order(World *w, const gchar *ref)
{
    OrderRequest request = wish(w, "car-1", ref);
    gboolean first;
    g_autofree gchar *text = NULL;

    INSIST(desk_place(w->desk, "car-1", &request, w->now_ms, &text, &first, &error));
    cr_assert_str_eq(w->started.order.client_ref, ref, "stored, hence started");
}

typedef struct {
    const gchar *transaction_id;
    OcppTransactionEventType kind;
    gint seq;
    gint64 wh;
    OcppIdTokenType type;
    const gchar *token;            /* (nullable) */
    const OcppOfflineProof *proof; /* (nullable) */
} Said;

/* The pile sends an event until it is taken. */
static void tell(World *w, const Said *said)
{
    g_auto(OcppTransactionEventRequest) request = {0};
    OcppTransactionEventResponse response;
    OcppSample sample = {.timestamp_ms = w->now_ms, .value = said->wh, .unit = OCPP_UNIT_WH};
    gboolean ended = said->kind == OCPP_TRANSACTION_ENDED;

    ocpp_transaction_event_request_init(&request);
    request.event_type = said->kind;
    request.seq_no = said->seq;
    request.offline = said->token != NULL;
    request.timestamp_ms = w->now_ms + said->seq * MINUTE;
    request.charging_state = ended ? OCPP_CHARGING_STATE_NONE : OCPP_CHARGING_STATE_CHARGING;
    request.trigger_reason = OCPP_TRIGGER_METER_VALUE_PERIODIC;
    request.stopped_reason = ended ? OCPP_STOPPED_EV_DISCONNECTED : OCPP_STOPPED_NONE;
    g_strlcpy(request.transaction_id, said->transaction_id, sizeof request.transaction_id);
    request.evse = (OcppEvse){TRUE, 1, 1};
    if (said->token != NULL) {
        request.id_token = (OcppIdToken){.present = TRUE, .type = said->type};
        g_strlcpy(request.id_token.id_token, said->token, sizeof request.id_token.id_token);
    }
    if (said->proof != NULL)
        request.proof = *said->proof;
    g_array_append_val(request.samples, sample);
    INSIST(desk_transaction_event(w->desk, "PILE1", &request, w->now_ms, &response, &error));
}

static void charge(World *w, OcppIdTokenType type, const gchar *token, const OcppOfflineProof *proof)
{
    tell(w, &(Said){"tx-1", OCPP_TRANSACTION_STARTED, 0, 0, type, token, proof});
    tell(w, &(Said){"tx-1", OCPP_TRANSACTION_UPDATED, 1, 4000, 0, NULL, NULL});
    tell(w, &(Said){"tx-1", OCPP_TRANSACTION_ENDED, 2, 6000, 0, NULL, NULL});
}

static void pass(World *w, gint64 ms)
{
    w->now_ms += ms;
    desk_tick(w->desk, w->now_ms);
}

/* ---- the stories ---- */

static void from_the_scan_to_the_receipt(Town *town)
{
    World *w = town->w;

    order(w, "ref-1");
    desk_started(w->desk, w->started.order.order_id, DESK_START_ACCEPTED, w->now_ms);
    INSIST(deliver(w, "PILE1", OCPP_TRANSACTION_STARTED, 0, OCPP_CHARGING_STATE_CHARGING, 0, NULL, &error));
    INSIST(
        deliver(w, "PILE1", OCPP_TRANSACTION_UPDATED, 1, OCPP_CHARGING_STATE_CHARGING, 5000, NULL, &error));
    INSIST(deliver(w, "PILE1", OCPP_TRANSACTION_ENDED, 2, OCPP_CHARGING_STATE_IDLE, 10000, NULL, &error));
}

static void the_driver_changes_his_mind(Town *town)
{
    World *w = town->w;
    Order after;
    g_autoptr(GError) none = NULL;

    order(w, "ref-1");
    desk_started(w->desk, w->started.order.order_id, DESK_START_ACCEPTED, w->now_ms);
    INSIST(desk_stop(w->desk, "car-1", w->started.order.order_id, w->now_ms, &after, &error));
    INSIST(deliver(w, "PILE1", OCPP_TRANSACTION_STARTED, 0, OCPP_CHARGING_STATE_CHARGING, 0, NULL, &error));
    INSIST(deliver(w, "PILE1", OCPP_TRANSACTION_ENDED, 1, OCPP_CHARGING_STATE_IDLE, 500, NULL, &error));
    for (guint tries = 0; tries < 2 && none == NULL; tries++) {
        cr_assert_not(desk_withdraw(w->desk, "car-1", "ref-2", w->now_ms, &after, &none));
        if (desk_error_status(none) == 507)
            g_clear_error(&none);
    }
    cr_expect_eq(desk_error_status(none), 404, "it gets none");
}

static void nobody_plugs_in(Town *town)
{
    World *w = town->w;

    order(w, "ref-1");
    pass(w, DESK_PLUG_TIMEOUT_MS);
    pass(w, MINUTE);
}

static void readings_are_lost(Town *town)
{
    World *w = town->w;
    OcppGetTransactionStatusResponse nothing = {.has_ongoing_indicator = TRUE};
    g_autoptr(JsonObject) payload = ocpp_get_transaction_status_response_to_json(&nothing);

    order(w, "ref-1");
    INSIST(deliver(w, "PILE1", OCPP_TRANSACTION_STARTED, 0, OCPP_CHARGING_STATE_CHARGING, 0, NULL, &error));
    INSIST(deliver(w, "PILE1", OCPP_TRANSACTION_ENDED, 3, OCPP_CHARGING_STATE_IDLE, 9000, NULL, &error));
    for (guint tries = 0; tries < 3 && stored(w).order.state != ORDER_SETTLED; tries++) {
        pass(w, TRANSACTION_GAP_AGAIN_MS);
        if (w->called == OCPP_ACTION_GET_TRANSACTION_STATUS && w->answer != NULL)
            world_answer(w, payload);
    }
    INSIST(
        deliver(w, "PILE1", OCPP_TRANSACTION_UPDATED, 1, OCPP_CHARGING_STATE_CHARGING, 5000, NULL, &error));
}

static void a_bay_is_reserved_and_given_back(Town *town)
{
    World *w = town->w;
    ReservationRequest request = {
        .client_ref = "ref-1", .evse_key = "DEABCE123451", .until_ms = w->now_ms + 30 * MINUTE};
    const DeskBay bay = {1, FALSE, w->now_ms};
    gboolean first;
    Reservation after;

    desk_station_connected(w->desk, "PILE1", w->now_ms);
    INSIST(desk_connector(w->desk, "PILE1", 1, 1, CONNECTOR_AVAILABLE, w->now_ms, w->now_ms, &error));
    desk_bays(w->desk, "PILE1", &bay, 1, w->now_ms);
    for (guint i = 0; i < 2; i++) {
        g_autofree gchar *answer = NULL;

        request.client_ref[4] = (gchar)('1' + (gchar)i);
        INSIST(desk_reserve(w->desk, "car-1", &request, w->now_ms, &answer, &first, &error));
        desk_reserved(w->desk, w->reserved.reservation.reservation_id, DESK_START_ACCEPTED, w->now_ms);
        pass(w, MINUTE / 4);
        desk_reserved(w->desk, w->reserved.reservation.reservation_id, DESK_START_ACCEPTED, w->now_ms);
        if (i == 1)
            break;
        INSIST(desk_reservation_cancel(w->desk, "car-1", w->reserved.reservation.reservation_id, w->now_ms,
                                       &after, &error));
        desk_released(w->desk, w->reserved.reservation.reservation_id, w->now_ms);
        pass(w, MINUTE);
        request.until_ms = w->now_ms + 30 * MINUTE;
    }
    pass(w, 31 * MINUTE); /* the second is not used */
    pass(w, MINUTE);
}

static void a_code_for_a_pile_that_is_away(Town *town)
{
    World *w = town->w;
    OrderRequest request;
    gboolean first;
    Order coded;

    w->reachable = FALSE;
    request = wish(w, "car-1", "11111111-1111-4111-8111-111111111111");
    INSIST(desk_issue_code(w->desk, "car-1", &request, w->now_ms, &coded, &first, &error));
    charge(w, OCPP_ID_TOKEN_KEY_CODE, coded.code.digits, NULL);
    w->reachable = TRUE;
}

static void a_voucher_for_a_car_that_is_away(Town *town)
{
    World *w = town->w;
    const guint8 seed[VOUCHER_SEED_BYTES] = {7}, challenge[VOUCHER_CHALLENGE_BYTES] = {9};
    guint8 key[VOUCHER_KEY_BYTES], secret[VOUCHER_SECRET_BYTES];
    VoucherRequest request = {.client_ref = "ref-1", .limits = {.max_cost_minor = 2000, .currency = "EUR"}};
    VoucherQuestion question = {challenge, "PILE1", "DEABCE123451", NULL};
    g_autofree gchar *key_text = NULL, *challenge_text = voucher_key_text(challenge), *answer_text = NULL;
    OcppOfflineProof proof = {.present = TRUE};
    VoucherAnswer voucher;
    gboolean first;

    voucher_key_pair(seed, key, secret);
    key_text = voucher_key_text(key);
    g_strlcpy(request.vehicle_key, key_text, sizeof request.vehicle_key);
    INSIST(desk_issue_voucher(w->desk, "car-1", &request, w->now_ms, &voucher, &first, &error));
    question.voucher_id = voucher.voucher_id;
    answer_text = voucher_answer(&question, secret);
    g_strlcpy(proof.voucher, voucher.voucher, sizeof proof.voucher);
    g_strlcpy(proof.challenge, challenge_text, sizeof proof.challenge);
    g_strlcpy(proof.answer, answer_text, sizeof proof.answer);
    charge(w, OCPP_ID_TOKEN_CENTRAL, voucher.voucher_id, &proof);
}

/* What the pile answers about its list; it takes what it is sent. */
static void answer_of_list(World *w)
{
    g_autoptr(JsonObject) payload = json_object_new();

    if (w->answer == NULL || w->payload == NULL)
        return;
    if (w->called == OCPP_ACTION_GET_LOCAL_LIST_VERSION) {
        json_object_set_int_member(payload, "versionNumber", 0);
        world_answer(w, payload);
    } else if (w->called == OCPP_ACTION_SEND_LOCAL_LIST) {
        cr_expect(json_object_has_member(w->payload, "localAuthorizationList"),
                  "after %s the pile is told to forget every vehicle", failed);
        json_object_set_string_member(payload, "status", "Accepted");
        world_answer(w, payload);
    } else {
        world_fail(w, OCPP_RPC_EVENT_ERROR);
    }
}

static void a_vehicle_that_the_pile_knows(Town *town)
{
    World *w = town->w;
    const OcppAuthorizeRequest ask = {.id_token = {TRUE, "VIN-2", OCPP_ID_TOKEN_CENTRAL}};
    OcppAuthorizeResponse may;

    desk_station_ready(w->desk, "PILE1", w->now_ms);
    for (guint i = 0; i < 12 && !desk_list_is_current(w->desk, "PILE1", w->now_ms); i++) {
        OcppAction asked = w->called;
        gpointer before = w->payload;

        answer_of_list(w);
        if (w->called == asked && w->payload == before)
            pass(w, 10 * MINUTE); /* nothing was asked anew */
    }
    cr_expect(desk_list_is_current(w->desk, "PILE1", w->now_ms), "%s", failed);
    INSIST(desk_authorize(w->desk, "PILE1", &ask, &may, &error));
    cr_expect_eq(may.id_token_info.status, OCPP_AUTHORIZATION_ACCEPTED);
    charge(w, OCPP_ID_TOKEN_CENTRAL, "VIN-2", NULL);
}

static JsonNode *write_offer(Town *town, GError **error)
{
    g_autoptr(GDateTime) until = g_date_time_new_from_unix_utc((town->w->now_ms + 60 * MINUTE) / 1000);
    g_autofree gchar *time = g_date_time_format(until, "%Y-%m-%dT%H:%M:%SZ");
    g_autofree gchar *text =
        g_strdup_printf("{\"text\":\"20 %% off\",\"until\":\"%s\",\"discount_percent\":20,"
                        "\"station_ids\":[\"PILE1\"],\"single_use\":true}",
                        time);
    g_autoptr(JsonObject) input = json_gate_parse_object(text, strlen(text), NULL);

    return offer_desk_write(town->offers, OFFER_DESK_OFFERS, NULL, input, town->w->now_ms, error);
}

static void an_offer_is_taken(Town *town)
{
    World *w = town->w;
    Subscription subscription = {NEWS_OFFER, 5000, {TRUE, 0, 0}};
    g_autoptr(JsonNode) node = NULL;
    g_autofree gchar *id = NULL;
    Offer offer;

    INSIST(offer_desk_subscribe(town->offers, "car-1", &subscription, w->now_ms, &error));
    INSIST((node = write_offer(town, &error)) != NULL);
    id = g_strdup(json_object_get_string_member(json_node_get_object(node), "offer_id"));
    offer_desk_tick(town->offers, w->now_ms);
    w->now_ms += MINUTE;
    offer_desk_tick(town->offers, w->now_ms);
    INSIST(offer_desk_accept(town->offers, "car-1", id, w->now_ms, &offer, &error));
    from_the_scan_to_the_receipt(town);
    INSIST(offer_desk_remove(town->offers, OFFER_DESK_OFFERS, id, w->now_ms, &error));
}

/* ---- the same end ---- */

static void calm_down(Town *town)
{
    World *w = town->w;

    desk_station_ready(w->desk, "PILE1", w->now_ms);
    pass(w, MINUTE);
    pass(w, 2 * DESK_HOLD_MS);
    offer_desk_tick(town->offers, w->now_ms);
}

/* What a driver, an operator and an accountant would see. */
static gchar *end_of(Town *town)
{
    static const gchar *const cars[] = {"car-1", "car-2"};
    GString *end = g_string_new(NULL);
    g_autoptr(GArray) reservations = store_reservations_of(town->w->store, "car-1", 10, NULL);

    for (gsize c = 0; c < G_N_ELEMENTS(cars); c++) {
        g_autoptr(GArray) orders = store_orders_of(town->w->store, cars[c], 10, NULL);

        for (guint i = 0; i < orders->len; i++) {
            const Order *o = &g_array_index(orders, OrderRow, i).order;

            g_string_append_printf(end,
                                   "%s: %s %s, %" G_GINT64_FORMAT " Wh, %" G_GINT64_FORMAT " cents, %s; ",
                                   cars[c], order_state_names[o->state], order_reason_names[o->reason],
                                   o->energy_wh, o->receipt.cost.total_minor, o->receipt.offer.text);
        }
    }
    for (guint i = 0; i < reservations->len; i++)
        g_string_append_printf(
            end, "reservation: %s; ",
            reservation_state_names[g_array_index(reservations, ReservationRow, i).reservation.state]);
    return g_string_free(end, FALSE);
}

static gchar *play(void (*story)(Town *town), guint step)
{
    g_autoptr(Town) town = town_new();
    g_autoptr(GError) error = NULL;

    n_steps = 0;
    fail_at = step;
    playing = TRUE;
    story(town);
    playing = FALSE;
    calm_down(town);
    cr_expect(store_check(town->w->store, &error));
    return end_of(town);
}

/* Every statement fails once, in the first place where the story comes to it; what opens and closes a change
 * fails everywhere. */
static void play_with_every_fault(const gchar *name, void (*story)(Town *town))
{
    g_autofree gchar *undisturbed = NULL;
    g_autoptr(GHashTable) done = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func(g_free);

    seen = steps;
    undisturbed = play(story, 0);
    seen = NULL;
    for (guint i = 0; i < steps->len; i++) {
        g_autofree gchar *end = NULL;

        if (!g_hash_table_add(done, steps->pdata[i]) && !g_str_has_prefix(steps->pdata[i], "COMMIT"))
            continue;
        end = play(story, i + 1);
        cr_expect_str_eq(end, undisturbed, "%s, %s fails:\n%s\n%s", name, failed, end, undisturbed);
        g_clear_pointer(&failed, g_free);
    }
}

#define STORY(story)                                                                                         \
    Test(storage_faults, story##_though_the_disk_fails_once)                                                 \
    {                                                                                                        \
        play_with_every_fault(#story, story);                                                                \
    }

STORY(from_the_scan_to_the_receipt)
STORY(the_driver_changes_his_mind)
STORY(nobody_plugs_in)
STORY(readings_are_lost)
STORY(a_bay_is_reserved_and_given_back)
STORY(a_code_for_a_pile_that_is_away)
STORY(a_voucher_for_a_car_that_is_away)
STORY(a_vehicle_that_the_pile_knows)
STORY(an_offer_is_taken)
