/* Charging codes and vouchers at the pile (protocol/README.md, sections 8 and 9; threats.md 8 and 9). */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/pile-sim/rig.h"

#define SECRET "0123456789abcdef0123456789abcdef"
#define SECONDS G_GINT64_CONSTANT(1000)
#define HOURS (3600 * SECONDS)
#define DAYS (24 * HOURS)
#define SERVER_S G_GINT64_CONSTANT(1795233600) /* what the rig's CSMS says the time is */

static const OfflineCodePlace here = {.secret = SECRET, .station = "PILE1", .evse = 1};

static Rig *offline_rig(guint n_evses, gdouble speed)
{
    Rig *rig = rig_new(n_evses, speed);

    rig_link(rig);
    rig_set(rig, "OfflineChargingCtrlr", "CodeSecret", SECRET);
    rig_unlink(rig);
    return rig;
}

static gint64 now_slot(const Rig *rig)
{
    return offline_code_slot(time_floor_ms(&rig->station->offline.floor, rig->now.boot_ms) / 1000);
}

static void make(const OfflineCodePlace *place, gint64 slot, guint step, gchar digits[OFFLINE_CODE_BYTES])
{
    OfflineCode code = {.slot = slot, .energy_step = step};

    offline_code_make(place, &code, digits);
}

static const gchar *type(Rig *rig, gint32 evse, const gchar *code)
{
    Showing showing = {.kind = SHOWING_CODE, .evse = evse};

    g_strlcpy(showing.code, code, sizeof showing.code);
    return rig_show(rig, &showing);
}

/* A code of @slot, typed. */
static const gchar *try_slot(Rig *rig, gint64 slot)
{
    gchar digits[OFFLINE_CODE_BYTES];

    make(&here, slot, 2, digits);
    return type(rig, 1, digits);
}

/* Well typed, but made with another secret. */
static const gchar *try_wrong(Rig *rig, gint64 slot)
{
    OfflineCodePlace other = {.secret = SECRET "other", .station = "PILE1", .evse = 1};
    gchar digits[OFFLINE_CODE_BYTES];

    make(&other, slot, 2, digits);
    return type(rig, 1, digits);
}

Test(code, starts_one_charge_up_to_its_limit)
{
    g_autoptr(Rig) rig = offline_rig(1, 3600);
    gchar digits[OFFLINE_CODE_BYTES];
    g_autofree gchar *grouped = NULL;
    JsonObject *started = NULL;

    make(&here, now_slot(rig), 2, digits);
    grouped = offline_code_group(digits);
    rig_sim(rig, "plug compact");
    cr_assert_str_eq(type(rig, 1, grouped), "");
    cr_expect_eq(rig->shown.energy_limit_wh, 5000);
    rig_run(rig, 20 * SECONDS);
    cr_expect_eq(meter_wh(&rig->station->evses[0].meter), 5000);
    rig_link(rig);
    started = rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, 0);
    cr_expect_str_eq(rig_text(started, "idToken.type"), "KeyCode");
    cr_expect_str_eq(rig_text(started, "idToken.idToken"), digits, "without dashes");
    cr_expect(json_object_get_boolean_member(started, "offline"));
    cr_expect_not(json_object_has_member(started, "customData"), "nobody named an order");
    cr_expect_str_eq(
        rig_text(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, -1), "transactionInfo.stoppedReason"),
        "EnergyLimitReached");
}

Test(code, each_refusal_has_its_own_reason)
{
    static const OfflineCodePlace other_pile = {.secret = SECRET, .station = "PILE2", .evse = 1};
    static const OfflineCodePlace other_evse = {.secret = SECRET, .station = "PILE1", .evse = 2};
    g_autoptr(Rig) rig = offline_rig(2, 1);
    gint64 slot = now_slot(rig);
    gchar digits[OFFLINE_CODE_BYTES];

    make(&here, slot, 2, digits);
    cr_expect_str_eq(type(rig, 1, digits), "no_cable");
    rig_sim(rig, "plug compact");
    rig_sim(rig, "plug compact evse=2");
    cr_expect_str_eq(type(rig, 1, "1234-5678-9012-345"), "bad_code");
    digits[9] = digits[9] == '0' ? '1' : '0';
    cr_expect_str_eq(type(rig, 1, digits), "bad_code");
    make(&other_pile, slot, 2, digits);
    cr_expect_str_eq(type(rig, 1, digits), "wrong_pile");
    make(&other_evse, slot, 2, digits);
    cr_expect_str_eq(type(rig, 1, digits), "wrong_evse");
    cr_expect_str_eq(try_slot(rig, slot - 240), "expired");
    cr_expect_str_eq(try_slot(rig, slot), "");
    cr_expect_str_eq(try_slot(rig, slot - 1), "busy");
    rig_sim(rig, "stop");
    cr_expect_str_eq(try_slot(rig, slot), "used");
    rig_sim(rig, "fault on");
    cr_expect_str_eq(try_slot(rig, slot - 1), "unavailable");
}

Test(code, without_a_secret_no_code_is_looked_at)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_sim(rig, "plug compact");
    cr_expect_str_eq(try_slot(rig, now_slot(rig)), "not_configured");
}

Test(code, is_used_once_over_power_cuts_and_everything_else)
{
    g_autoptr(Rig) rig = offline_rig(1, 1);
    gint64 slot = now_slot(rig);

    rig_sim(rig, "plug compact");
    cr_assert_str_eq(try_slot(rig, slot), "");
    rig_power_cut(rig);
    cr_expect_eq(rig->station->evses[0].state, OCPP_CHARGING_STATE_CHARGING, "it goes on");
    cr_expect_str_eq(try_slot(rig, slot), "", "the same car asks again: no second transaction");
    rig_sim(rig, "unplug");
    rig_sim(rig, "plug compact");
    cr_expect_str_eq(try_slot(rig, slot), "used");
    rig_power_cut(rig);
    cr_expect_str_eq(try_slot(rig, slot), "used");
    rig_run(rig, 24 * HOURS);
    cr_expect_str_eq(try_slot(rig, slot), "expired");
}

/* Persist, then act: the row and the Started event are in one batch, so no kill can part them. */
Test(code, the_used_row_and_the_started_event_are_stored_together)
{
    g_autoptr(Rig) rig = offline_rig(1, 1);
    Showing showing = {.kind = SHOWING_CODE, .evse = 1};
    g_autoptr(GArray) effects = effects_new();
    gboolean guard = FALSE, evse = FALSE, started = FALSE;

    rig_sim(rig, "plug compact");
    make(&here, now_slot(rig), 2, showing.code);
    station_show(rig->station, &showing, rig->now, effects);
    for (guint i = 0; i < effects->len; i++) {
        const Effect *effect = &g_array_index(effects, Effect, i);
        guard |= effect->type == EFFECT_STORE && g_str_equal(effect->name, "guard");
        evse |= effect->type == EFFECT_STORE && g_str_equal(effect->name, "evse/1");
        started |= effect->type == EFFECT_ENQUEUE;
    }
    cr_assert(guard && evse && started);
}

Test(code, five_wrong_ones_lock_for_a_growing_time)
{
    g_autoptr(Rig) rig = offline_rig(1, 1);
    gint64 slot = now_slot(rig), wait_s = 60;

    rig_sim(rig, "plug compact");
    for (guint i = 0; i < 4; i++) {
        cr_expect_str_eq(try_wrong(rig, slot - i), "wrong_pile");
        cr_expect_eq(rig->shown.tries_left, 4 - i);
    }
    cr_expect_str_eq(try_wrong(rig, slot), "wrong_pile");
    cr_expect_eq(rig->shown.tries_left, 0);
    for (guint i = 0; i < 8; i++, wait_s = MIN(2 * wait_s, 3600)) {
        cr_expect_str_eq(try_slot(rig, slot), "locked", "even the right one");
        cr_expect_eq(rig->shown.locked_ms, wait_s * SECONDS);
        rig_run(rig, wait_s * SECONDS);
        if (i < 7)
            cr_expect_str_eq(try_wrong(rig, slot), "wrong_pile");
    }
    cr_expect_str_eq(try_slot(rig, slot), "", "a right one opens");
    rig_sim(rig, "stop");
    cr_expect_str_eq(try_wrong(rig, slot - 1), "wrong_pile");
    cr_expect_eq(rig->shown.tries_left, 4, "and forgets the wrong ones");
}

Test(code, typing_errors_and_old_codes_cost_no_try)
{
    g_autoptr(Rig) rig = offline_rig(1, 1);

    rig_sim(rig, "plug compact");
    for (guint i = 0; i < 20; i++) {
        cr_expect_str_eq(type(rig, 1, "1111-1111-1111-1111"), "bad_code");
        cr_expect_str_eq(try_slot(rig, now_slot(rig) - 300), "expired");
    }
    cr_expect_str_eq(try_slot(rig, now_slot(rig)), "");
}

Test(code, a_lock_is_not_shortened_by_switching_the_power_off)
{
    g_autoptr(Rig) rig = offline_rig(1, 1);

    rig_sim(rig, "plug compact");
    for (guint i = 0; i < 5; i++)
        try_wrong(rig, now_slot(rig));
    rig_run(rig, 20 * SECONDS);
    rig_power_cut(rig);
    cr_expect_str_eq(try_slot(rig, now_slot(rig)), "locked");
    rig_run(rig, 60 * SECONDS);
    cr_expect_str_eq(try_slot(rig, now_slot(rig)), "");
}

Test(code, a_lock_is_of_one_evse)
{
    g_autoptr(Rig) rig = offline_rig(2, 1);
    static const OfflineCodePlace second = {.secret = SECRET, .station = "PILE1", .evse = 2};
    gchar digits[OFFLINE_CODE_BYTES];

    rig_sim(rig, "plug compact evse=2");
    for (guint i = 0; i < 5; i++)
        try_wrong(rig, now_slot(rig));
    make(&second, now_slot(rig), 2, digits);
    cr_expect_str_eq(type(rig, 2, digits), "");
}

Test(code, the_order_that_the_car_named_travels_with_it)
{
    g_autoptr(Rig) rig = offline_rig(1, 1);
    Showing showing = {.kind = SHOWING_CODE, .evse = 1, .order_id = "order-7"};

    rig_sim(rig, "plug compact");
    make(&here, now_slot(rig), 2, showing.code);
    cr_assert_str_eq(rig_show(rig, &showing), "");
    rig_power_cut(rig);
    rig_link(rig);
    cr_expect_str_eq(rig_text(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, 0), "customData.orderId"),
                     "order-7");
    cr_expect_str_eq(rig_text(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, 0), "customData.vendorId"),
                     "org.rearcharge");
    cr_expect_null(rig_text(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, 1), "customData.orderId"),
                   "told once");
}

static const gchar *start_order(Rig *rig, const gchar *order_id)
{
    g_autofree gchar *json =
        g_strdup_printf("{'remoteStartId':9,'idToken':{'idToken':'CAR-1','type':'Central'},'evseId':1,'"
                        "customData':{'vendorId':"
                        "'org.rearcharge','orderId':'%s','maxCostMinor':5000,'currency':'EUR'}}",
                        order_id);

    return rig_ask(rig, OCPP_ACTION_REQUEST_START_TRANSACTION, json);
}

/* RequestStart was answered into the void; the driver got a code for the same order. */
Test(code, an_order_that_runs_already_is_not_started_twice)
{
    g_autoptr(Rig) rig = offline_rig(1, 1);
    Showing showing = {.kind = SHOWING_CODE, .evse = 1, .order_id = "order-7"};
    g_autofree gchar *id = NULL;

    rig_link(rig);
    rig_sim(rig, "plug compact");
    cr_assert_str_eq(start_order(rig, "order-7"), "Accepted");
    id = g_strdup(rig->station->evses[0].transaction.id);
    rig_unlink(rig);
    make(&here, now_slot(rig), 2, showing.code);
    cr_expect_str_eq(rig_show(rig, &showing), "");
    cr_expect_str_eq(rig->shown.transaction_id, id);
    rig_sim(rig, "stop");
    cr_expect_str_eq(rig_show(rig, &showing), "order_ended");
}

Test(code, a_late_remote_start_of_its_order_finds_the_transaction)
{
    g_autoptr(Rig) rig = offline_rig(1, 1);
    Showing showing = {.kind = SHOWING_CODE, .evse = 1, .order_id = "order-7"};

    rig_sim(rig, "plug compact");
    make(&here, now_slot(rig), 2, showing.code);
    cr_assert_str_eq(rig_show(rig, &showing), "");
    rig_link(rig);
    cr_expect_str_eq(start_order(rig, "order-7"), "Accepted");
    cr_expect_str_eq(rig_text(rig->answer, "transactionId"), rig->shown.transaction_id);
    rig_sim(rig, "stop");
    cr_expect_str_eq(start_order(rig, "order-7"), "Rejected");
}

Test(code, a_new_secret_voids_the_codes_of_the_old_one)
{
    g_autoptr(Rig) rig = offline_rig(1, 1);

    rig_link(rig);
    rig_set(rig, "OfflineChargingCtrlr", "CodeSecret", SECRET "new");
    rig_sim(rig, "plug compact");
    cr_expect_str_eq(try_slot(rig, now_slot(rig)), "wrong_pile");
}

/* Threat 9: the clock at the wall may say anything. */
Test(clock, jumps_of_400_days_change_no_verdict_in_any_state)
{
    static const gint64 jumps_ms[] = {-400 * DAYS, 400 * DAYS};

    for (guint jump = 0; jump < G_N_ELEMENTS(jumps_ms); jump++) {
        for (guint state = 0; state < 5; state++) { /* free, plugged, charging, ended, after a reboot */
            g_autoptr(Rig) rig = offline_rig(1, 1);
            gint64 slot = now_slot(rig);

            if (state >= 1)
                rig_sim(rig, "plug compact");
            if (state >= 2)
                cr_assert_str_eq(try_slot(rig, slot), "");
            if (state >= 3)
                rig_sim(rig, "stop");
            rig->now.unix_ms += jumps_ms[jump];
            if (state == 4)
                rig_power_cut(rig);
            rig_run(rig, 1 * SECONDS);
            if (state < 1)
                rig_sim(rig, "plug compact");
            if (state == 2)
                rig_sim(rig, "stop");
            cr_expect_str_eq(try_slot(rig, slot - 240), jump == 0 ? "clock" : "expired", "jump %u state %u",
                             jump, state);
            if (state >= 2)
                cr_expect_str_eq(try_slot(rig, slot), "used", "jump %u state %u", jump, state);
            cr_expect_str_eq(try_slot(rig, slot - 239), "", "jump %u state %u", jump, state);
        }
    }
}

Test(clock, offline_events_never_go_back_in_time_within_a_transaction)
{
    g_autoptr(Rig) rig = offline_rig(1, 1);
    const gchar *last = "";

    rig_sim(rig, "plug compact");
    try_slot(rig, now_slot(rig));
    rig_run(rig, 65 * SECONDS);
    rig->now.unix_ms -= 400 * DAYS;
    rig_power_cut(rig);
    rig_run(rig, 65 * SECONDS);
    rig_sim(rig, "unplug");
    rig_link(rig);
    for (guint i = 0; i < rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT); i++) {
        const gchar *at = rig_text(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, (gint)i), "timestamp");
        cr_expect_geq(strcmp(at, last), 0, "%s after %s", at, last);
        last = at;
    }
}

Test(clock, an_accepted_code_raises_the_floor_by_48_hours_at_most)
{
    g_autoptr(Rig) rig = offline_rig(1, 1);
    gint64 slot = now_slot(rig);

    rig_sim(rig, "plug compact");
    cr_assert_str_eq(try_slot(rig, slot + 30 * 240), "", "the pile was without power for 30 days");
    cr_expect_eq(now_slot(rig), slot + 2 * 240);
    rig_sim(rig, "stop");
    cr_expect_str_eq(try_slot(rig, slot), "clock", "too old now, though the clock at the wall does not know");
}

Test(clock, the_floor_survives_a_power_cut)
{
    g_autoptr(Rig) rig = offline_rig(1, 1);
    gint64 slot = now_slot(rig);

    rig_run(rig, 30 * HOURS);
    rig->now.unix_ms -= 400 * DAYS;
    rig_power_cut(rig);
    rig_sim(rig, "plug compact");
    cr_expect_geq(now_slot(rig), slot + 298, "at most ten minutes are lost");
    cr_expect_str_eq(try_slot(rig, slot), "clock");
    cr_expect_str_eq(try_slot(rig, slot + 298), "");
}

static const gchar *set_secret(Rig *rig, const gchar *secret)
{
    g_autofree gchar *json =
        g_strdup_printf("{'setVariableData':[{'component':{'name':'OfflineChargingCtrlr'},"
                        "'variable':{'name':'CodeSecret'},'attributeValue':'%s'}]}",
                        secret);

    rig_ask(rig, OCPP_ACTION_SET_VARIABLES, json);
    return rig_text(rig->answer, "setVariableResult.0.attributeStatus");
}

static gboolean has_problem(Rig *rig)
{
    rig_ask(
        rig, OCPP_ACTION_GET_VARIABLES,
        "{'getVariableData':[{'component':{'name':'OfflineChargingCtrlr'},'variable':{'name':'Problem'}}]}");
    return g_strcmp0(rig_text(rig->answer, "getVariableResult.0.attributeValue"), "true") == 0;
}

/* Threat 10, for the rows of used codes: without them a used code could be used again. */
Test(store, lost_edited_or_older_rows_of_used_codes_void_all_codes)
{
    for (guint way = 0; way < 3; way++) {
        g_autoptr(Rig) rig = offline_rig(1, 1);
        gint64 slot = now_slot(rig);
        g_autofree gchar *before = NULL;

        rig_sim(rig, "plug compact");
        try_slot(rig, slot);
        rig_sim(rig, "stop");
        before = g_strdup(g_hash_table_lookup(rig->records, "guard"));
        cr_assert_str_eq(try_slot(rig, slot - 1), "");
        rig_sim(rig, "stop");
        if (way == 0)
            g_hash_table_remove(rig->records, "guard");
        else
            g_hash_table_replace(rig->records, g_strdup("guard"),
                                 way == 1 ? g_strdup("{\"content\":\"{}\",\"mac\":\"\"}") : g_strdup(before));
        rig_power_cut(rig);
        cr_expect_str_eq(try_slot(rig, slot - 1), "not_configured", "way %u", way);
        rig_link(rig);
        cr_expect(has_problem(rig));
        cr_expect_str_eq(set_secret(rig, SECRET), "Rejected", "way %u: its used codes would be good again",
                         way);
        rig_power_cut(rig);
        rig_link(rig);
        cr_expect_str_eq(set_secret(rig, SECRET), "Rejected", "way %u: nor after a power cut", way);
        cr_expect_str_eq(set_secret(rig, SECRET "new"), "Accepted");
        cr_expect_not(has_problem(rig));
        cr_expect_str_eq(try_slot(rig, slot - 1), "wrong_pile", "way %u", way);
        rig_power_cut(rig);
        cr_expect_str_eq(try_slot(rig, slot - 2), "wrong_pile", "way %u: it goes on with the new one", way);
    }
}

/* Vouchers */

typedef struct {
    Rig *rig;
    guint8 car_key[VOUCHER_KEY_BYTES], car_secret[VOUCHER_SECRET_BYTES];
    guint8 server_key[VOUCHER_KEY_BYTES], server_secret[VOUCHER_SECRET_BYTES];
    Voucher voucher;
    gchar *text;
} Both;

#define ID "5b1f0c3e-8a77-4d52-9c1e-0a1b2c3d4e5f"

static void both_offline(Both *both, Rig *rig)
{
    static const guint8 server_seed[VOUCHER_SEED_BYTES] = {1}, car_seed[VOUCHER_SEED_BYTES] = {2};
    g_autofree gchar *key = NULL;

    *both = (Both){.rig = rig};
    voucher_key_pair(server_seed, both->server_key, both->server_secret);
    voucher_key_pair(car_seed, both->car_key, both->car_secret);
    both->voucher =
        (Voucher){.id = ID, .issued_s = SERVER_S, .expires_s = SERVER_S + 3 * 86400, .energy_cap_wh = 3000};
    memcpy(both->voucher.vehicle_key, both->car_key, VOUCHER_KEY_BYTES);
    both->text = voucher_sign(&both->voucher, both->server_secret);
    key = voucher_key_text(both->server_key);
    rig_link(rig);
    rig_set(rig, "OfflineChargingCtrlr", "VoucherKeys", key);
    rig_unlink(rig);
    rig_sim(rig, "plug compact");
}

static void both_clear(Both *both)
{
    g_clear_pointer(&both->text, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Both, both_clear)

static const gchar *show_voucher(Both *both)
{
    Showing showing = {.kind = SHOWING_VOUCHER, .evse = 1};

    g_strlcpy(showing.voucher, both->text, sizeof showing.voucher);
    return rig_show(both->rig, &showing);
}

static const gchar *answer(Both *both, const guint8 *secret)
{
    const OpenVoucher *open = station_challenge(both->rig->station, 1);
    VoucherQuestion question = {open->challenge, "PILE1", "DEABCE11", ID};
    g_autofree gchar *text = voucher_answer(&question, secret);
    Showing showing = {.kind = SHOWING_ANSWER, .evse = 1, .voucher_id = ID};

    g_strlcpy(showing.answer, text, sizeof showing.answer);
    return rig_show(both->rig, &showing);
}

Test(vouchers, a_voucher_and_its_cars_answer_start_a_charge_up_to_the_cap)
{
    g_autoptr(Rig) rig = rig_new(1, 3600);
    g_auto(Both) both = {0};
    JsonObject *started = NULL;

    both_offline(&both, rig);
    cr_assert_str_eq(show_voucher(&both), "");
    cr_expect_eq(rig->shown.outcome, ADMISSION_ASKED);
    cr_expect_not(rig->station->evses[0].grant.token.present, "not before the answer");
    cr_assert_str_eq(answer(&both, both.car_secret), "");
    rig_run(rig, 20 * SECONDS);
    cr_expect_eq(meter_wh(&rig->station->evses[0].meter), 3000);
    rig_link(rig);
    started = rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, 0);
    cr_expect_str_eq(rig_text(started, "idToken.idToken"), ID);
    cr_expect_str_eq(rig_text(started, "customData.voucher"), both.text);
    cr_expect_eq(strlen(rig_text(started, "customData.challenge")), VOUCHER_KEY_CHARS);
    cr_expect_eq(strlen(rig_text(started, "customData.answer")), VOUCHER_ANSWER_CHARS);
}

Test(vouchers, what_the_pile_uploads_proves_to_the_server_that_the_car_was_there)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_auto(Both) both = {0};
    JsonObject *started = NULL;
    guint8 challenge[VOUCHER_CHALLENGE_BYTES];
    VoucherQuestion question = {challenge, "PILE1", "DEABCE11", ID};

    both_offline(&both, rig);
    show_voucher(&both);
    answer(&both, both.car_secret);
    rig_link(rig);
    started = rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, 0);
    cr_assert(voucher_key_parse(rig_text(started, "customData.challenge"), challenge, NULL));
    cr_assert(voucher_answer_verify(&question, rig_text(started, "customData.answer"), both.car_key, NULL));
}

Test(vouchers, each_refusal_has_its_own_reason)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_auto(Both) both = {0};
    Showing nonsense = {.kind = SHOWING_VOUCHER, .evse = 1, .voucher = "nonsense"};

    rig_sim(rig, "plug compact");
    cr_expect_str_eq(rig_show(rig, &nonsense), "not_configured");
    rig_sim(rig, "unplug");
    both_offline(&both, rig);
    cr_expect_str_eq(rig_show(rig, &nonsense), "bad_voucher");
    cr_expect_str_eq(answer(&both, both.car_secret), "no_challenge");
    show_voucher(&both);
    cr_expect_str_eq(answer(&both, both.server_secret), "bad_answer");
    cr_expect_str_eq(answer(&both, both.car_secret), "no_challenge", "one answer a challenge");
    show_voucher(&both);
    rig_run(rig, 30 * SECONDS);
    cr_expect_str_eq(answer(&both, both.car_secret), "no_challenge");
    rig_sim(rig, "unplug");
    cr_expect_str_eq(show_voucher(&both), "no_cable");
    rig_sim(rig, "plug compact");
    show_voucher(&both);
    cr_expect_str_eq(answer(&both, both.car_secret), "");
    rig_sim(rig, "stop");
    cr_expect_str_eq(show_voucher(&both), "used");
    rig_power_cut(rig);
    cr_expect_str_eq(show_voucher(&both), "used");
    rig_run(rig, 3 * DAYS);
    cr_expect_str_eq(show_voucher(&both), "expired");
}

Test(vouchers, of_an_old_server_key_stays_good_while_the_pile_has_it)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_auto(Both) both = {0};
    g_autofree gchar *old_key = NULL, *new_key = NULL, *keys = NULL;

    both_offline(&both, rig);
    old_key = voucher_key_text(both.server_key);
    new_key = voucher_key_text(both.car_key);
    keys = g_strdup_printf("%s,%s", new_key, old_key);
    rig_link(rig);
    rig_set(rig, "OfflineChargingCtrlr", "VoucherKeys", keys);
    cr_expect_str_eq(show_voucher(&both), "");
    rig_set(rig, "OfflineChargingCtrlr", "VoucherKeys", new_key);
    cr_expect_str_eq(show_voucher(&both), "bad_voucher");
}
