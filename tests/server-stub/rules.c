/* The small rules: EVSE status, codes, logins, boot. */
#include "server-stub/model/csms.h"
#include "server-stub/model/evse_status.h"
#include "server-stub/model/scan_rules.h"
#include "server-stub/model/try_limit.h"

#include <criterion/criterion.h>

#define T0 G_GINT64_CONSTANT(1790000000000)

static EvseFacts facts(ConnectorStatus connector, BaySensor bay)
{
    return (EvseFacts){.reachable = TRUE, .connector = connector, .bay_sensor = bay};
}

Test(evse_status, says_what_ocpi_says)
{
    static const struct {
        ConnectorStatus connector;
        BaySensor bay_sensor;
        const gchar *status;
        Bay bay;
    } rows[] = {
        {CONNECTOR_AVAILABLE, BAY_SENSOR_FREE, "AVAILABLE", BAY_FREE},
        {CONNECTOR_AVAILABLE, BAY_SENSOR_OCCUPIED, "BLOCKED", BAY_OCCUPIED_NOT_PLUGGED},
        {CONNECTOR_AVAILABLE, BAY_SENSOR_SILENT, "AVAILABLE", BAY_UNKNOWN},
        {CONNECTOR_OCCUPIED, BAY_SENSOR_OCCUPIED, "CHARGING", BAY_OCCUPIED},
        {CONNECTOR_OCCUPIED, BAY_SENSOR_FREE, "CHARGING", BAY_OCCUPIED},
        {CONNECTOR_RESERVED, BAY_SENSOR_FREE, "RESERVED", BAY_FREE},
        {CONNECTOR_UNAVAILABLE, BAY_SENSOR_FREE, "INOPERATIVE", BAY_FREE},
        {CONNECTOR_FAULTED, BAY_SENSOR_OCCUPIED, "OUTOFORDER", BAY_OCCUPIED_NOT_PLUGGED},
        {CONNECTOR_UNKNOWN, BAY_SENSOR_SILENT, "UNKNOWN", BAY_UNKNOWN},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        EvseFacts f = facts(rows[i].connector, rows[i].bay_sensor);

        cr_expect_str_eq(evse_status_ocpi(&f), rows[i].status, "row %zu", i);
        cr_expect_eq(evse_status_bay(&f), rows[i].bay, "row %zu", i);
        f.reachable = FALSE; /* what was true before the line broke may not be true now */
        cr_expect_str_eq(evse_status_ocpi(&f), "UNKNOWN");
        cr_expect_eq(evse_status_bay(&f), BAY_UNKNOWN);
    }
}

Test(evse_status, refuses_orders_for_a_reason)
{
    EvseFacts f = facts(CONNECTOR_AVAILABLE, BAY_SENSOR_OCCUPIED);

    cr_expect_null(evse_status_refusal(&f), "the ordering car itself stands in the bay");
    f.connector = CONNECTOR_OCCUPIED;
    cr_expect_null(evse_status_refusal(&f), "some drivers plug first");
    f.open_transaction = TRUE;
    cr_expect_str_eq(evse_status_refusal(&f), "evse_occupied");
    f.connector = CONNECTOR_AVAILABLE;
    cr_expect_null(evse_status_refusal(&f), "an Ended that was lost must not block the EVSE for ever");
    f.open_order = TRUE;
    cr_expect_str_eq(evse_status_refusal(&f), "evse_occupied");
    f = facts(CONNECTOR_RESERVED, BAY_SENSOR_FREE);
    cr_expect_str_eq(evse_status_refusal(&f), "evse_reserved");
    f = facts(CONNECTOR_FAULTED, BAY_SENSOR_FREE);
    cr_expect_str_eq(evse_status_refusal(&f), "evse_unavailable");
    f.reachable = FALSE;
    cr_expect_str_eq(evse_status_refusal(&f), "pile_offline");
}

Test(evse_status, one_cable_in_makes_the_evse_occupied)
{
    cr_expect_eq(evse_status_merge(CONNECTOR_AVAILABLE, CONNECTOR_OCCUPIED), CONNECTOR_OCCUPIED);
    cr_expect_eq(evse_status_merge(CONNECTOR_FAULTED, CONNECTOR_AVAILABLE), CONNECTOR_FAULTED);
    cr_expect_eq(evse_status_merge(CONNECTOR_UNKNOWN, CONNECTOR_AVAILABLE), CONNECTOR_AVAILABLE);
}

Test(scan_rules, a_static_code_is_worth_what_the_register_says)
{
    Trust trust = TRUST_REFUSED;

    cr_expect_eq(scan_rules_judge(NULL, "", FALSE, T0, &trust), SCAN_CODE_GOOD);
    cr_expect_eq(trust, TRUST_REGISTERED);
    cr_expect_eq(scan_rules_judge(NULL, "whatever", FALSE, T0, &trust), SCAN_CODE_GOOD);
    cr_expect_eq(trust, TRUST_REGISTERED);
}

Test(scan_rules, a_dynamic_code_must_be_of_now_and_not_used)
{
    TotpRule rule = {.secret = "secure!Charging!", .validity_s = 30, .length = 12};
    g_autofree gchar *token = totp_code(&rule, T0 / 1000);
    Trust trust = TRUST_REFUSED;

    cr_expect_eq(scan_rules_judge(&rule, token, FALSE, T0, &trust), SCAN_CODE_GOOD);
    cr_expect_eq(trust, TRUST_DYNAMIC);
    cr_expect_eq(scan_rules_judge(&rule, token, TRUE, T0, &trust), SCAN_CODE_INVALID);
    cr_expect_eq(scan_rules_judge(&rule, "", FALSE, T0, &trust), SCAN_CODE_INVALID,
                 "a sticker over a display");
    cr_expect_eq(scan_rules_judge(&rule, "AAAAAAAAAAAA", FALSE, T0, &trust), SCAN_CODE_INVALID);
    cr_expect_eq(scan_rules_judge(&rule, token, FALSE, T0 + 5 * 60000, &trust), SCAN_CODE_EXPIRED);
}

Test(try_limit, a_guesser_with_many_names_costs_no_more_than_its_table)
{
    g_autoptr(TryLimit) tries = try_limit_new(1, 60000);

    try_limit_failed(tries, "first", 1);
    for (guint i = 0; i < TRY_LIMIT_MAX_NAMES; i++) {
        g_autofree gchar *name = g_strdup_printf("guess %u", i);
        try_limit_failed(tries, name, 2);
    }
    cr_expect_eq(try_limit_wait_ms(tries, "first", 3), 0, "the oldest was forgotten");
    cr_expect_gt(try_limit_wait_ms(tries, "guess 4095", 3), 0);
    try_limit_failed(tries, "next minute", 60003);
    cr_expect_gt(try_limit_wait_ms(tries, "next minute", 60004), 0);
    cr_expect_eq(try_limit_wait_ms(tries, "guess 4095", 60004), 0);
    for (guint i = 0; i < 2; i++) /* the same name, a minute later: counted anew */
        try_limit_failed(tries, "again", 70000 + i * 60000);
    cr_expect_eq(try_limit_wait_ms(tries, "again", 130000), 60000);
}

Test(try_limit, counts_failures_of_one_name_for_a_minute)
{
    g_autoptr(TryLimit) tries = try_limit_new(5, 60000);

    for (guint i = 0; i < 5; i++) {
        cr_expect_eq(try_limit_wait_ms(tries, "a", 1000 + i), 0);
        try_limit_failed(tries, "a", 1000 + i);
    }
    cr_expect_eq(try_limit_wait_ms(tries, "a", 2000), 59000);
    cr_expect_eq(try_limit_wait_ms(tries, "b", 2000), 0);
    cr_expect_eq(try_limit_wait_ms(tries, "a", 61000), 0);
    try_limit_failed(tries, "a", 61000);
    cr_expect_eq(try_limit_wait_ms(tries, "a", 61001), 0);
}

Test(try_limit, whoever_goes_on_guessing_waits_no_longer_than_the_window)
{
    g_autoptr(TryLimit) tries = try_limit_new(2, 60000);

    for (gint i = 0; i < 1000; i++)
        try_limit_failed(tries, "a", i);
    cr_expect_eq(try_limit_wait_ms(tries, "a", 1000), 59000, "counted from the first");
    try_limit_failed(tries, "a", 60000); /* a new window begins with this one */
    cr_expect_eq(try_limit_wait_ms(tries, "a", 60001), 0);
    try_limit_failed(tries, "a", 60002);
    cr_expect_eq(try_limit_wait_ms(tries, "a", 60003), 59997);
}

Test(try_limit, a_million_names_cost_no_more_than_a_few_thousand)
{
    g_autoptr(TryLimit) tries = try_limit_new(1, 60000);

    for (gint64 i = 0; i < TRY_LIMIT_MAX_NAMES + 50; i++) {
        g_autofree gchar *name = g_strdup_printf("%" G_GINT64_FORMAT, i);

        try_limit_failed(tries, name, i);
    }
    cr_expect_eq(try_limit_wait_ms(tries, "0", TRY_LIMIT_MAX_NAMES), 0); /* the oldest is forgotten */
    cr_expect_gt(try_limit_wait_ms(tries, "4100", TRY_LIMIT_MAX_NAMES), 0);
}

Test(csms, a_station_says_boot_before_anything_else)
{
    for (guint action = 0; action < OCPP_N_ACTIONS; action++) {
        g_autoptr(GError) error = NULL;
        gboolean admitted = csms_admits(action, FALSE, &error);

        cr_expect_eq(admitted, action == OCPP_ACTION_BOOT_NOTIFICATION);
        cr_expect(admitted || g_error_matches(error, OCPP_ERROR, OCPP_ERROR_SECURITY));
        cr_expect(csms_admits(action, TRUE, NULL));
    }
}

Test(csms, a_registration_that_cannot_be_written_down_is_asked_for_again_soon)
{
    OcppBootNotificationResponse response;

    csms_boot(TRUE, T0, &response);
    cr_expect_eq(response.status, OCPP_REGISTRATION_ACCEPTED);
    csms_boot_postpone(&response);
    cr_expect_eq(response.status, OCPP_REGISTRATION_PENDING);
    cr_expect_eq(response.interval_s, CSMS_BOOT_RETRY_S);
    cr_expect_eq(response.current_time_ms, T0);
}

Test(csms, serves_only_what_a_station_may_send)
{
    for (gsize i = 0; i < csms_n_served; i++)
        cr_expect(ocpp_action_sender(csms_served[i]) & OCPP_SENDER_STATION, "%s",
                  ocpp_action_name(csms_served[i]));
}
