/* Who may charge when the CSMS cannot be asked: ids, by list, cache or neither (OCPP 2.0.1 part 2, C10-C15).
 */
#include <criterion/criterion.h>

#include "tests/pile-sim/rig.h"

#define SECONDS G_GINT64_CONSTANT(1000)

static const gchar *show(Rig *rig, const gchar *id, OcppIdTokenType type)
{
    Showing showing = {.kind = SHOWING_ID, .evse = 1, .id_token = {.present = TRUE, .type = type}};

    g_strlcpy(showing.id_token.id_token, id, sizeof showing.id_token.id_token);
    return rig_show(rig, &showing);
}

static const gchar *show_vin(Rig *rig, const gchar *id)
{
    return show(rig, id, OCPP_ID_TOKEN_CENTRAL);
}

static void send_list(Rig *rig, const gchar *info)
{
    static gint version = 0;
    g_autofree gchar *json =
        g_strdup_printf("{'versionNumber':%d,'updateType':'Full','localAuthorizationList':["
                        "{'idToken':{'idToken':'VIN1','type':'Central'},'idTokenInfo':{%s}}]}",
                        ++version, info);

    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_SEND_LOCAL_LIST, json), "Accepted");
}

static Rig *offline_with(const gchar *info)
{
    Rig *rig = rig_new(2, 1);

    rig_link(rig);
    if (info != NULL)
        send_list(rig, info);
    rig_unlink(rig);
    return rig;
}

Test(offline_id, a_listed_vehicle_charges_and_its_events_wait) /* C13.FR.02 */
{
    g_autoptr(Rig) rig = offline_with("'status':'Accepted'");
    g_autofree gchar *story = NULL;
    JsonObject *started = NULL;

    rig_sim(rig, "plug compact");
    cr_assert_str_eq(show_vin(rig, "vin1"), "", "compared without case");
    cr_expect_eq(rig->shown.by, ADMISSION_BY_LIST);
    rig_run(rig, 5 * SECONDS);
    rig_sim(rig, "unplug");
    rig_link(rig);
    story = rig_story(rig);
    cr_expect_str_eq(story, "Started 0 Authorized EVConnected\n"
                            "Updated 1 ChargingStateChanged Charging\n"
                            "Ended 2 EVCommunicationLost Idle EVDisconnected\n");
    started = rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, 0);
    cr_expect(json_object_get_boolean_member(started, "offline"));
    cr_expect_str_eq(rig_text(started, "idToken.idToken"), "vin1");
    cr_expect_str_eq(rig_text(started, "idToken.type"), "Central");
}

Test(offline_id, only_accepted_ones_at_this_evse_and_in_time)
{
    static const gchar *const rows[][2] = {
        {"'status':'Blocked'", "blocked"},
        {"'status':'NoCredit'", "blocked"},
        {"'status':'Expired'", "id_expired"},
        {"'status':'Accepted','evseId':[2]", "blocked"},
        {"'status':'Accepted','evseId':[2,1]", ""},
        {"'status':'Accepted','cacheExpiryDateTime':'2026-11-20T00:00:00Z'", "id_expired"},
        {"'status':'Accepted','cacheExpiryDateTime':'2026-12-20T00:00:00Z'", ""},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Rig) rig = offline_with(rows[i][0]);
        cr_expect_str_eq(show_vin(rig, "VIN1"), rows[i][1], "%s", rows[i][0]);
        cr_expect_eq(rig->station->evses[0].grant.token.present, rows[i][1][0] == '\0');
    }
}

Test(offline_id, the_type_is_part_of_the_id)
{
    g_autoptr(Rig) rig = offline_with("'status':'Accepted'");

    cr_expect_str_eq(show(rig, "VIN1", OCPP_ID_TOKEN_MAC_ADDRESS), "unknown_id");
}

Test(offline_id, unknown_ids_follow_OfflineTxForUnknownIdEnabled) /* C15.FR.01 */
{
    g_autoptr(Rig) rig = offline_with(NULL);

    cr_expect_str_eq(show_vin(rig, "STRANGER"), "unknown_id");
    rig_link(rig);
    rig_set(rig, "AuthCtrlr", "OfflineTxForUnknownIdEnabled", "true");
    rig_unlink(rig);
    cr_expect_str_eq(show_vin(rig, "STRANGER"), "");
    cr_expect_eq(rig->shown.by, ADMISSION_BY_UNKNOWN);
}

Test(offline_id, nothing_without_LocalAuthorizeOffline)
{
    g_autoptr(Rig) rig = offline_with("'status':'Accepted'");

    rig_link(rig);
    rig_set(rig, "AuthCtrlr", "LocalAuthorizeOffline", "false");
    rig_unlink(rig);
    cr_expect_str_eq(show_vin(rig, "VIN1"), "offline_not_allowed");
}

Test(offline_id, draws_at_most_the_EnergyCap)
{
    g_autoptr(Rig) rig = rig_new(1, 3600);
    JsonObject *ended = NULL;

    rig_link(rig);
    send_list(rig, "'status':'Accepted'");
    rig_set(rig, "OfflineChargingCtrlr", "EnergyCap", "2000");
    rig_unlink(rig);
    rig_sim(rig, "plug compact");
    cr_assert_str_eq(show_vin(rig, "VIN1"), "");
    cr_expect_eq(rig->shown.energy_limit_wh, 2000);
    rig_run(rig, 60 * SECONDS);
    cr_expect_eq(meter_wh(&rig->station->evses[0].meter), 2000);
    rig_link(rig);
    ended = rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, -1);
    cr_expect_str_eq(rig_text(ended, "transactionInfo.stoppedReason"), "EnergyLimitReached");
}

Test(offline_id, a_second_showing_while_it_charges_gets_the_first_answer)
{
    g_autoptr(Rig) rig = offline_with("'status':'Accepted'");
    g_autofree gchar *id = NULL;

    rig_sim(rig, "plug compact");
    show_vin(rig, "VIN1");
    id = g_strdup(rig->shown.transaction_id);
    cr_expect_str_neq(id, "");
    cr_expect_str_eq(show_vin(rig, "VIN1"), "");
    cr_expect_str_eq(rig->shown.transaction_id, id);
    cr_expect_str_eq(show_vin(rig, "OTHER"), "busy");
}

Test(offline_id, a_plug_in_makes_one_transaction_however_often_the_car_says_its_name)
{
    g_autoptr(Rig) rig = offline_with("'status':'Accepted'");

    rig_sim(rig, "plug compact");
    show_vin(rig, "VIN1");
    rig_sim(rig, "stop");
    cr_expect_str_eq(show_vin(rig, "VIN1"), "order_ended");
    rig_sim(rig, "unplug");
    rig_sim(rig, "plug compact");
    cr_expect_str_eq(show_vin(rig, "VIN1"), "");
}

Test(offline_id, an_id_shown_first_waits_for_the_plug)
{
    g_autoptr(Rig) rig = offline_with("'status':'Accepted'");

    cr_assert_str_eq(show_vin(rig, "VIN1"), "");
    rig_run(rig, 179 * SECONDS);
    cr_expect(rig->station->evses[0].grant.token.present);
    rig_run(rig, 2 * SECONDS);
    cr_expect_not(rig->station->evses[0].grant.token.present);
}

Test(offline_id, a_car_that_identifies_itself_needs_only_its_plug)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    SimCommand plug = {.action = SIM_PLUG, .evse = 1};
    GArray *effects = NULL;
    const gchar *why = NULL;

    rig_link(rig);
    rig_ask(rig, OCPP_ACTION_SEND_LOCAL_LIST,
            "{'versionNumber':1,'updateType':'Full','localAuthorizationList':[{'idToken':{'idToken':"
            "'001122AABBCC','type':'MacAddress'},'idTokenInfo':{'status':'Accepted'}}]}");
    rig_unlink(rig);
    vehicle_from_preset("compact", &plug.vehicle);
    plug.vehicle.identifies = TRUE;
    plug.vehicle.id_type = OCPP_ID_TOKEN_MAC_ADDRESS;
    g_strlcpy(plug.vehicle.id, "001122aabbcc", sizeof plug.vehicle.id);
    effects = effects_new();
    cr_assert(station_simulate(rig->station, &plug, rig->now, effects, &why));
    g_array_unref(effects);
    cr_expect_eq(rig->station->evses[0].state, OCPP_CHARGING_STATE_CHARGING);
}

Test(offline_id, what_the_csms_refuses_afterwards_stops) /* C15.FR.04 */
{
    g_autoptr(Rig) rig = offline_with("'status':'Accepted'");

    rig_sim(rig, "plug compact");
    show_vin(rig, "VIN1");
    rig_run(rig, 60 * SECONDS);
    rig->event_answer = "{'idTokenInfo':{'status':'Blocked'}}";
    rig_link(rig);
    cr_expect_str_eq(
        rig_text(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, -1), "transactionInfo.stoppedReason"),
        "DeAuthorized");
}

Test(offline_id, MaxEnergyOnInvalidId_lets_a_refused_car_go_on_a_little) /* C15.FR.05 */
{
    g_autoptr(Rig) rig = rig_new(1, 60);

    rig_link(rig);
    send_list(rig, "'status':'Accepted'");
    rig_set(rig, "TxCtrlr", "MaxEnergyOnInvalidId", "3000");
    rig_unlink(rig);
    rig_sim(rig, "plug compact");
    show_vin(rig, "VIN1");
    rig_run(rig, 1 * SECONDS);
    rig->event_answer = "{'idTokenInfo':{'status':'Invalid'}}";
    rig_link(rig);
    cr_expect_eq(rig->station->evses[0].state, OCPP_CHARGING_STATE_CHARGING);
    rig_run(rig, 30 * SECONDS);
    cr_expect_eq(meter_wh(&rig->station->evses[0].meter), 3000);
}

Test(offline_id, without_StopTxOnInvalidId_a_refused_car_is_paused) /* E05.FR.03, C15.FR.07 */
{
    static const gchar *const allowed[] = {"0", "3000"};

    for (guint i = 0; i < G_N_ELEMENTS(allowed); i++) {
        g_autoptr(Rig) rig = rig_new(1, 60);
        rig_link(rig);
        send_list(rig, "'status':'Accepted'");
        rig_set(rig, "TxCtrlr", "StopTxOnInvalidId", "false");
        rig_set(rig, "TxCtrlr", "MaxEnergyOnInvalidId", allowed[i]);
        rig_unlink(rig);
        rig_sim(rig, "plug compact");
        show_vin(rig, "VIN1");
        rig->event_answer = "{'idTokenInfo':{'status':'Blocked'}}";
        rig_link(rig);
        rig_run(rig, 30 * SECONDS);
        rig_power_cut(rig);
        rig_run(rig, 30 * SECONDS);
        cr_expect_eq(rig->station->evses[0].state, OCPP_CHARGING_STATE_SUSPENDED_EVSE);
        cr_expect_eq(meter_wh(&rig->station->evses[0].meter), g_ascii_strtoll(allowed[i], NULL, 10));
        cr_expect(transaction_is_running(&rig->station->evses[0].transaction));
    }
}

Test(online_id, the_csms_is_asked_and_may_refuse)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig->authorize_answer = "{'idTokenInfo':{'status':'Unknown'}}";
    show_vin(rig, "VIN1");
    cr_expect_eq(rig_count(rig, OCPP_ACTION_AUTHORIZE), 1);
    cr_expect_eq(rig->station->offline.admissions[0].reason, ADMISSION_BLOCKED);
    cr_expect_not(rig->station->evses[0].grant.token.present);
    rig->authorize_answer = NULL;
    show_vin(rig, "VIN1");
    cr_expect(rig->station->evses[0].grant.token.present);
}

Test(online_id, LocalPreAuthorize_starts_a_listed_one_at_once)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    send_list(rig, "'status':'Accepted'");
    rig_set(rig, "AuthCtrlr", "LocalPreAuthorize", "true");
    show_vin(rig, "VIN1");
    cr_expect_eq(rig_count(rig, OCPP_ACTION_AUTHORIZE), 0);
    cr_expect(rig->station->evses[0].grant.token.present);
}

/* libocpp#895: the list is there, but the dead link was not noticed yet and the start does nothing. */
Test(online_id, a_link_that_dies_under_the_question_lets_the_list_decide)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    send_list(rig, "'status':'Accepted'");
    rig->manual = TRUE;
    show_vin(rig, "VIN1");
    cr_expect_eq(rig->shown.outcome, ADMISSION_ASKED);
    rig_unlink(rig);
    cr_expect(rig->station->evses[0].grant.token.present);
    cr_expect_eq(rig->station->offline.admissions[0].by, ADMISSION_BY_LIST);
}

Test(online_id, silence_of_the_csms_lets_the_list_decide)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    send_list(rig, "'status':'Accepted'");
    rig->manual = TRUE;
    show_vin(rig, "VIN1");
    rig_fail(rig, FALSE, OCPP_ERROR_GENERIC);
    cr_expect(rig->station->evses[0].grant.token.present);
}

Test(cache, remembers_whom_the_csms_accepted_here) /* C10, C12 */
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    show_vin(rig, "VIN1");
    rig_sim(rig, "plug compact");
    rig_sim(rig, "unplug");
    rig_unlink(rig);
    cr_assert_str_eq(show_vin(rig, "VIN1"), "");
    cr_expect_eq(rig->shown.by, ADMISSION_BY_CACHE);
}

Test(cache, the_list_beats_it) /* C13.FR.01 */
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    show_vin(rig, "VIN1");
    rig_run(rig, 181 * SECONDS);
    send_list(rig, "'status':'Blocked'");
    rig_unlink(rig);
    cr_expect_str_eq(show_vin(rig, "VIN1"), "blocked");
    cr_expect_eq(rig->shown.by, ADMISSION_BY_LIST);
}

Test(cache, forgets_after_its_lifetime_on_command_and_what_a_remote_start_used)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    rig_set(rig, "AuthCacheCtrlr", "LifeTime", "3600");
    show_vin(rig, "VIN1");
    rig_run(rig, 3601 * SECONDS);
    rig_unlink(rig);
    cr_expect_str_eq(show_vin(rig, "VIN1"), "id_expired");
    rig_link(rig);
    show_vin(rig, "VIN1");
    rig_run(rig, 181 * SECONDS);
    cr_expect_str_eq(rig_ask(rig, OCPP_ACTION_CLEAR_CACHE, "{}"), "Accepted");
    rig_sim(rig, "plug compact");
    rig->event_answer = "{'idTokenInfo':{'status':'Accepted'}}";
    cr_assert_str_eq(rig_start(rig, 1), "Accepted");
    rig_sim(rig, "unplug");
    rig_unlink(rig);
    cr_expect_str_eq(show_vin(rig, "VIN1"), "unknown_id");
    cr_expect_str_eq(show_vin(rig, "CAR-1"), "unknown_id", "the token of an order opens nothing");
}

Test(cache, survives_a_power_cut)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    show_vin(rig, "VIN1");
    rig_run(rig, 181 * SECONDS);
    rig_power_cut(rig);
    cr_expect_str_eq(show_vin(rig, "VIN1"), "");
}

Test(offline_id, a_reserved_evse_is_for_its_token)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    send_list(rig, "'status':'Accepted'");
    rig_ask(rig, OCPP_ACTION_RESERVE_NOW,
            "{'id':1,'expiryDateTime':'2026-11-21T05:30:00Z','evseId':1,'idToken':{'idToken':'OTHER','type':"
            "'Central'}}");
    rig_unlink(rig);
    cr_expect_str_eq(show_vin(rig, "VIN1"), "busy");
}
