/* Reservations at the pile (OCPP 2.0.1 part 2, block H), and the mistakes that others were told of. */
#include "tests/pile-sim/rig.h"

#include "base/utc_time.h"

#include <criterion/criterion.h>
#include <string.h>

#define MINUTE_MS (60 * 1000)

/* ReserveNow for @token until @minutes from now; @more: further members. */
static const gchar *reserve_as(Rig *rig, const gchar *token, gint id, gint minutes, const gchar *more)
{
    gchar until[UTC_TIME_TEXT_BYTES];
    g_autofree gchar *json = NULL;

    utc_time_format(rig->now.unix_ms + (gint64)minutes * MINUTE_MS, until);
    json = g_strdup_printf("{'id':%d,'expiryDateTime':'%s','idToken':{'idToken':'%s','type':'Central'}%s}",
                           id, until, token, more);
    return rig_ask(rig, OCPP_ACTION_RESERVE_NOW, json);
}

static const gchar *reserve(Rig *rig, gint id, gint minutes, const gchar *more)
{
    return reserve_as(rig, "CAR-1", id, minutes, more);
}

static const gchar *cancel(Rig *rig, gint id)
{
    g_autofree gchar *json = g_strdup_printf("{'reservationId':%d}", id);

    return rig_ask(rig, OCPP_ACTION_CANCEL_RESERVATION, json);
}

static const gchar *start_as(Rig *rig, const gchar *token, gint evse, const gchar *more)
{
    g_autofree gchar *of_evse = evse > 0 ? g_strdup_printf(",'evseId':%d", evse) : g_strdup("");
    g_autofree gchar *json = g_strdup_printf(
        "{'remoteStartId':5,'idToken':{'idToken':'%s','type':'Central'}%s%s}", token, of_evse, more);

    return rig_ask(rig, OCPP_ACTION_REQUEST_START_TRANSACTION, json);
}

static const gchar *status(Rig *rig, guint evse)
{
    return ocpp_connector_status_names[evse_connector_status(&rig->station->evses[evse - 1])];
}

static const gchar *last_update(Rig *rig)
{
    JsonObject *call = rig_call(rig, OCPP_ACTION_RESERVATION_STATUS_UPDATE, -1);

    return call != NULL ? rig_text(call, "reservationUpdateStatus") : "none";
}

static Rig *ready(guint n_evses)
{
    Rig *rig = rig_new(n_evses, 60);

    rig_link(rig);
    return rig;
}

Test(reserve, makes_the_connector_reserved_and_tells_it) /* H01.FR.04, .23 */
{
    g_autoptr(Rig) rig = ready(1);
    g_autofree gchar *statuses = NULL;

    cr_assert_str_eq(reserve(rig, 7, 15, ",'evseId':1"), "Accepted");
    statuses = rig_statuses(rig);
    cr_assert_str_eq(statuses, "Available Reserved");
    cr_assert_str_eq(cancel(rig, 8), "Rejected"); /* H02.FR.01 */
    cr_assert_str_eq(cancel(rig, 7), "Accepted");
    cr_assert_str_eq(status(rig, 1), "Available");
    cr_assert_eq(rig_count(rig, OCPP_ACTION_RESERVATION_STATUS_UPDATE), 0,
                 "the CSMS knows that it cancelled");
    cr_assert_str_eq(cancel(rig, 7), "Rejected", "once");
}

Test(reserve, the_same_id_replaces) /* H01.FR.02 */
{
    g_autoptr(Rig) rig = ready(2);

    reserve(rig, 7, 15, ",'evseId':1");
    cr_assert_str_eq(reserve(rig, 7, 30, ",'evseId':2"), "Accepted");
    cr_assert_str_eq(status(rig, 1), "Available");
    cr_assert_str_eq(status(rig, 2), "Reserved");
    cr_assert_str_eq(reserve(rig, 7, 45, ",'evseId':2"), "Accepted", "longer, although its own car is there");
    rig_run(rig, 44 * MINUTE_MS);
    cr_assert_str_eq(status(rig, 2), "Reserved");
}

Test(reserve, an_impossible_replacement_leaves_the_old_one)
{
    g_autoptr(Rig) rig = ready(2);

    rig_sim(rig, "plug compact evse=2");
    reserve(rig, 7, 15, ",'evseId':1");
    cr_assert_str_eq(reserve(rig, 7, 15, ",'evseId':2"), "Occupied");
    cr_assert_str_eq(status(rig, 1), "Reserved");
}

Test(reserve, is_refused_for_what_stands_in_the_way) /* H01.FR.01, .11-14, .19 */
{
    g_autoptr(Rig) rig = ready(5);

    rig_sim(rig, "plug compact evse=1");
    rig_sim(rig, "fault on evse=2");
    rig_ask(rig, OCPP_ACTION_CHANGE_AVAILABILITY, "{'operationalStatus':'Inoperative','evse':{'id':3}}");
    reserve_as(rig, "OTHER", 1, 15, ",'evseId':4");
    cr_expect_str_eq(reserve(rig, 2, 15, ",'evseId':1"), "Occupied");
    cr_expect_str_eq(reserve(rig, 2, 15, ",'evseId':2"), "Faulted");
    cr_expect_str_eq(reserve(rig, 2, 15, ",'evseId':3"), "Unavailable");
    cr_expect_str_eq(reserve(rig, 2, 15, ",'evseId':4"), "Occupied", "promised to somebody else");
    cr_expect_str_eq(reserve(rig, 2, 15, ",'evseId':6"), "Rejected", "no such EVSE");
    cr_expect_str_eq(reserve(rig, 2, -1, ",'evseId':5"), "Rejected", "over before it begins");
    cr_expect_str_eq(reserve(rig, 2, 15, ",'evseId':5,'connectorType':'sType2'"), "Rejected");
    cr_expect_str_eq(reserve(rig, 2, 15, ",'evseId':5,'connectorType':'cCCS2'"), "Accepted");
    rig_set(rig, "ReservationCtrlr", "NonEvseSpecific", "false");
    cr_expect_str_eq(reserve(rig, 3, 15, ""), "Rejected");
    rig_set(rig, "ReservationCtrlr", "Enabled", "false");
    cr_expect_str_eq(reserve(rig, 3, 15, ",'evseId':5"), "Rejected");
}

Test(reserve, a_bay_that_is_blocked_by_a_car_is_occupied)
{
    g_autoptr(Rig) rig = ready(1);

    rig_sim(rig, "bay occupied");
    cr_assert_str_eq(reserve(rig, 7, 15, ",'evseId':1"), "Occupied", "even before the sensor has settled");
    cr_assert_str_eq(rig_text(rig->answer, "statusInfo.reasonCode"), "BayOccupied");
    cr_assert_str_eq(status(rig, 1), "Available", "for OCPP knows no cable there");
    rig_sim(rig, "bay free");
    rig_run(rig, 1000);
    cr_assert_str_eq(reserve(rig, 7, 15, ",'evseId':1"), "Accepted");
}

Test(reserve, only_its_token_or_its_group_may_charge) /* H03; MicroOcpp#163: others' remote start accepted */
{
    g_autoptr(Rig) rig = ready(1);

    reserve(rig, 7, 15, ",'evseId':1,'groupIdToken':{'idToken':'FLEET','type':'Central'}");
    cr_assert_str_eq(start_as(rig, "CAR-2", 1, ""), "Rejected");
    cr_assert_str_eq(rig_text(rig->answer, "statusInfo.reasonCode"), "Reserved");
    cr_assert_str_eq(start_as(rig, "CAR-2", 0, ""), "Rejected", "without a number neither");
    cr_assert_str_eq(start_as(rig, "CAR-2", 1, ",'groupIdToken':{'idToken':'OTHERS','type':'Central'}"),
                     "Rejected");
    cr_assert_str_eq(start_as(rig, "CAR-2", 1, ",'groupIdToken':{'idToken':'fleet','type':'Central'}"),
                     "Accepted");
}

Test(reserve, the_transaction_carries_the_reservation_id) /* H01.FR.15; MicroOcpp#163: not sent */
{
    g_autoptr(Rig) rig = ready(2);
    JsonObject *event = NULL;

    reserve(rig, 7, 15, ",'evseId':2");
    cr_assert_str_eq(start_as(rig, "car-1", 0, ""), "Accepted", "the EVSE that is theirs; no case in tokens");
    event = rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, 0);
    cr_assert_eq(json_object_get_int_member_with_default(event, "reservationId", -1), 7);
    cr_assert_eq(json_object_get_int_member(json_object_get_object_member(event, "evse"), "id"), 2);
    rig_sim(rig, "plug compact evse=2");
    rig_run(rig, 1000);
    for (guint i = 1; i < rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT); i++)
        cr_expect_not(
            json_object_has_member(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, (gint)i), "reservationId"));
    cr_assert_eq(rig_count(rig, OCPP_ACTION_RESERVATION_STATUS_UPDATE), 0, "used is not ended");
}

/* EVerest#1067: 2.0.1 counts a reservation as used at authorization, not at the plug. */
Test(reserve, is_used_up_by_the_authorization)
{
    g_autoptr(Rig) rig = ready(1);
    g_autofree gchar *statuses = NULL;

    reserve(rig, 7, 15, ",'evseId':1");
    start_as(rig, "CAR-1", 1, "");
    cr_assert_str_eq(cancel(rig, 7), "Rejected");
    rig_run(rig, 60 * 1000);
    rig_sim(rig, "plug compact");
    rig_run(rig, 20 * MINUTE_MS);
    cr_assert_str_eq(last_update(rig), "none", "what is used cannot expire");
    statuses = rig_statuses(rig);
    /* libocpp#1025: Reserved must not flicker to Available on its way to Occupied. */
    cr_assert_str_eq(statuses, "Available Reserved Occupied");
}

Test(reserve, who_does_not_plug_in_loses_it)
{
    g_autoptr(Rig) rig = ready(1);

    reserve(rig, 7, 15, ",'evseId':1");
    start_as(rig, "CAR-1", 1, "");
    rig_run(rig, 181 * 1000); /* EVConnectionTimeOut */
    cr_assert_str_eq(status(rig, 1), "Available");
}

/* shiv3#205: the connector stays Reserved after its reservation lapses. steve#407: expiry never shown. */
Test(reserve, expires_and_the_connector_is_available_again) /* H04.FR.01, .03 */
{
    g_autoptr(Rig) rig = ready(1);
    guint at_update = 0, at_status = 0;

    reserve(rig, 7, 15, ",'evseId':1");
    rig_run(rig, 15 * MINUTE_MS - 100);
    cr_assert_str_eq(last_update(rig), "none");
    rig_run(rig, 200);
    cr_assert_str_eq(last_update(rig), "Expired");
    for (guint i = 0; i < rig->calls->len; i++) {
        const RigCall *call = &g_array_index(rig->calls, RigCall, i);

        if (call->action == OCPP_ACTION_RESERVATION_STATUS_UPDATE)
            at_update = i;
        if (call->action == OCPP_ACTION_STATUS_NOTIFICATION)
            at_status = i;
    }
    cr_assert_str_eq(rig_text(rig_call(rig, OCPP_ACTION_STATUS_NOTIFICATION, -1), "connectorStatus"),
                     "Available");
    cr_assert_lt(at_update, at_status);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_RESERVATION_STATUS_UPDATE), 1, "told once");
    cr_assert_str_eq(start_as(rig, "CAR-2", 1, ""), "Accepted");
}

/* steve#1398: the reservation is still active after the connector is made inoperative. */
Test(reserve, ends_when_the_evse_becomes_unavailable_or_faulted) /* H01.FR.16, .17 */
{
    g_autoptr(Rig) rig = ready(2);

    reserve(rig, 7, 15, ",'evseId':1");
    rig_ask(rig, OCPP_ACTION_CHANGE_AVAILABILITY, "{'operationalStatus':'Inoperative','evse':{'id':1}}");
    cr_assert_str_eq(last_update(rig), "Removed");
    cr_assert_str_eq(status(rig, 1), "Unavailable"); /* libocpp#1119 */
    rig_ask(rig, OCPP_ACTION_CHANGE_AVAILABILITY, "{'operationalStatus':'Operative','evse':{'id':1}}");
    cr_assert_str_eq(status(rig, 1), "Available", "it does not come back");
    reserve(rig, 8, 15, ",'evseId':2");
    rig_sim(rig, "fault on evse=2");
    cr_assert_eq(
        json_object_get_int_member(rig_call(rig, OCPP_ACTION_RESERVATION_STATUS_UPDATE, -1), "reservationId"),
        8);
    rig_sim(rig, "fault off evse=2");
    cr_assert_str_eq(status(rig, 2), "Available");
}

Test(reserve, a_foreign_cable_makes_it_occupied_and_reserved_again_when_it_goes)
{
    g_autoptr(Rig) rig = ready(1);
    g_autofree gchar *statuses = NULL;

    reserve(rig, 7, 15, ",'evseId':1");
    rig_sim(rig, "plug van");
    cr_assert_str_eq(start_as(rig, "CAR-2", 1, ""), "Rejected");
    rig_sim(rig, "unplug");
    statuses = rig_statuses(rig);
    cr_assert_str_eq(statuses, "Available Reserved Occupied Reserved");
    cr_assert_str_eq(start_as(rig, "CAR-1", 1, ""), "Accepted");
}

/* EVerest#2293: lost on a restart, and cancelled ones resurrected by it. */
Test(reserve, survives_a_power_cut_and_what_was_cancelled_stays_cancelled)
{
    g_autoptr(Rig) rig = ready(3);

    reserve(rig, 7, 15, ",'evseId':1,'groupIdToken':{'idToken':'FLEET','type':'Central'}");
    reserve(rig, 8, 15, ",'evseId':2");
    reserve(rig, 9, 15, ",'evseId':3");
    cancel(rig, 8);
    start_as(rig, "CAR-1", 3, "");
    rig_power_cut(rig);
    rig_link(rig);
    cr_assert_str_eq(status(rig, 1), "Reserved");
    cr_assert_str_eq(status(rig, 2), "Available");
    cr_assert_str_eq(start_as(rig, "CAR-2", 1, ""), "Rejected");
    cr_assert_str_eq(cancel(rig, 8), "Rejected");
    cr_assert_str_eq(cancel(rig, 9), "Rejected", "was used");
    cr_assert_str_eq(start_as(rig, "CAR-2", 1, ",'groupIdToken':{'idToken':'FLEET','type':'Central'}"),
                     "Accepted");
}

Test(reserve, what_expires_without_power_or_line_is_told_when_both_are_back)
{
    g_autoptr(Rig) rig = ready(2);

    reserve(rig, 7, 15, ",'evseId':1");
    reserve(rig, 8, 5, ",'evseId':2");
    rig_unlink(rig);
    rig_run(rig, 6 * MINUTE_MS);
    cr_assert_str_eq(status(rig, 2), "Available");
    rig_power_cut(rig);
    rig->now.unix_ms += 20 * MINUTE_MS;
    rig_link(rig);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_RESERVATION_STATUS_UPDATE), 2);
    cr_assert_str_eq(last_update(rig), "Expired");
    rig_power_cut(rig);
    rig_link(rig);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_RESERVATION_STATUS_UPDATE), 2, "and not again");
}

Test(reserve, an_update_that_got_no_answer_is_told_again)
{
    g_autoptr(Rig) rig = ready(1);

    reserve(rig, 7, 15, ",'evseId':1");
    rig->manual = TRUE;
    rig_run(rig, 15 * MINUTE_MS + 100);
    rig_unlink(rig);
    rig->manual = FALSE;
    g_array_set_size(rig->calls, 0);
    rig_link(rig);
    cr_assert_eq(rig_count(rig, OCPP_ACTION_RESERVATION_STATUS_UPDATE), 1);
}

Test(reserve, any_evse_keeps_one_free_for_each_promise) /* H01.FR.06-07, .18, .20 */
{
    g_autoptr(Rig) rig = ready(3);

    cr_assert_str_eq(reserve(rig, 1, 15, ""), "Accepted");
    cr_assert_str_eq(status(rig, 1), "Available", "two more than needed");
    cr_assert_str_eq(reserve_as(rig, "CAR-2", 2, 15, ""), "Accepted");
    cr_assert_str_eq(start_as(rig, "CAR-3", 1, ""), "Accepted", "the third is anybody's");
    cr_assert_str_eq(status(rig, 2), "Reserved");
    cr_assert_str_eq(status(rig, 3), "Reserved");
    cr_assert_str_eq(start_as(rig, "CAR-4", 2, ""), "Rejected");
    cr_assert_str_eq(reserve_as(rig, "CAR-4", 3, 15, ",'evseId':2"), "Occupied");
    cr_assert_str_eq(reserve_as(rig, "CAR-4", 3, 15, ""), "Occupied");
    cr_assert_str_eq(start_as(rig, "CAR-2", 2, ""), "Accepted");
    cr_assert_eq(json_object_get_int_member_with_default(rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, -1),
                                                         "reservationId", -1),
                 2);
    rig_sim(rig, "fault on evse=3");
    cr_assert_str_eq(last_update(rig), "none", "EVSEs that are in use may become free in time");
    rig_sim(rig, "fault on evse=2");
    rig_sim(rig, "fault on evse=1");
    cr_assert_str_eq(last_update(rig), "Removed");
}

Test(reserve, authorize_remote_start_uses_it_only_when_authorised)
{
    g_autoptr(Rig) rig = ready(1);

    rig_set(rig, "AuthCtrlr", "AuthorizeRemoteStart", "true");
    reserve(rig, 7, 15, ",'evseId':1");
    rig->manual = TRUE;
    start_as(rig, "CAR-1", 1, "");
    rig_answer(rig, "{'idTokenInfo':{'status':'Blocked'}}");
    rig->manual = FALSE;
    cr_assert_str_eq(cancel(rig, 7), "Accepted", "still held");
}

/* A car that says its name when it is plugged in; the CSMS answers with @answer. */
static void arrive(Rig *rig, const gchar *name, const gchar *answer)
{
    SimCommand plug = {.action = SIM_PLUG, .evse = 1};

    vehicle_from_preset("compact", &plug.vehicle);
    plug.vehicle.identifies = TRUE;
    plug.vehicle.id_type = OCPP_ID_TOKEN_MAC_ADDRESS;
    g_strlcpy(plug.vehicle.id, name, sizeof plug.vehicle.id);
    rig->authorize_answer = answer;
    rig_do(rig, &plug);
}

/* H03.FR.03: only the CSMS knows who belongs to the group. */
Test(reserve, a_car_of_the_group_is_let_in_when_the_csms_names_its_group)
{
    g_autoptr(Rig) rig = ready(1);

    reserve_as(rig, "BOSS", 7, 15, ",'evseId':1,'groupIdToken':{'idToken':'FLEET','type':'Central'}");
    arrive(rig, "AABBCCDDEEFF", "{'idTokenInfo':{'status':'Accepted'}}");
    cr_assert_not(transaction_is_running(&rig->station->evses[0].transaction));
    rig_sim(rig, "unplug");
    arrive(rig, "112233445566",
           "{'idTokenInfo':{'status':'Accepted','groupIdToken':{'idToken':'FLEET','type':'Central'}}}");
    cr_assert(transaction_is_running(&rig->station->evses[0].transaction));
    cr_assert_eq(rig->station->evses[0].transaction.grant.reservation_id, 7);
    cr_assert_eq(reservations_n(&rig->station->reservations), 0);
}
