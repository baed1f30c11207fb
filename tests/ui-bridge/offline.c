/* What the driver reads when the network is gone. */
#include "ui-bridge/view/view.h"

#include <criterion/criterion.h>
#include <string.h>

#define OFFERED "'gear':<'P'>,'driving_state':<'parked'>,'journey_state':<'offered'>,"
#define PILE "'pile':<{'evse_id':<'A'>,'can_order':<false>,'why_not':<'NotOffered'>,'reachable':<false>}>,"

static void expect(const gchar *snapshot, const gchar *part)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) value = g_variant_parse(G_VARIANT_TYPE_VARDICT, snapshot, NULL, NULL, &error);
    ViewInput input = {.snapshot = value};
    g_autofree gchar *text = NULL;

    cr_assert_not_null(value, "%s", error != NULL ? error->message : "");
    text = view_print(&input, WORDS_ENGLISH);
    cr_expect_not_null(strstr(text, part), "%s\nis not in %s", part, text);
}

Test(offline, a_pile_without_network_offers_a_code)
{
    const gchar *offered = "{" OFFERED PILE "'offline':<{'state':<'code_offered'>,'next':<'ask_code'>}>}";

    expect(offered, "\"headline\":\"This charger has no network\"");
    expect(offered, "\"action\":{\"name\":\"get_code\",\"label\":\"Hold to get a code\"");
    expect(offered, "\"hold\":true");
    expect(offered, "\"label\":\"What now\",\"value\":\"get a code\"");
}

Test(offline, without_consent_the_limit_comes_first)
{
    expect("{" OFFERED "'pile':<{'evse_id':<'A'>,'can_order':<false>,'why_not':<'NoConsent'>}>,"
           "'offline':<{'state':<'code_offered'>}>}",
           "\"action\":{\"name\":\"limits\"");
}

Test(offline, nobody_asks_for_a_code_while_driving)
{
    expect("{'gear':<'D'>,'driving_state':<'moving'>,'journey_state':<'offered'>," PILE
           "'offline':<{'state':<'code_offered'>}>}",
           "\"action\":null");
}

Test(offline, the_code_stands_in_groups_with_how_long_it_is_good)
{
    const gchar *code =
        "{'gear':<'P'>,'driving_state':<'parked'>,'journey_state':<'ordering'>,'offline':<{'state':<'code'>,"
        "'digits':<'1234-5678-9012-3456'>,'valid_until':<'2026-11-22T07:00:00.000Z'>,'max_energy_wh':<int64 "
        "40000>,"
        "'next':<'type_code'>,'link':<'refused'>,'handed':<'code'>,'refusal':<'no_cable'>}>}";

    expect(code, "\"headline\":\"Type this code at the charger\"");
    expect(code, "\"digits\":[\"1234\",\"5678\",\"9012\",\"3456\"]");
    expect(code, "\"value\":\"2026-11-22 07:00 UTC\"");
    expect(code, "\"value\":\"40.0 kWh\"");
    expect(code, "\"value\":\"Plug in first.\"");
    expect(code, "\"action\":{\"name\":\"cancel\"");
}

Test(offline, a_pile_that_took_it_asks_for_the_cable_only)
{
    expect("{'gear':<'P'>,'driving_state':<'parked'>,'journey_state':<'ordering'>,"
           "'offline':<{'state':<'code'>,'link':<'accepted'>,'next':<'plug_in'>}>}",
           "\"headline\":\"The charger knows you\"");
}

Test(offline, a_charge_that_runs_is_the_headline_again)
{
    expect("{'gear':<'P'>,'driving_state':<'parked'>,'journey_state':<'charging'>,"
           "'offline':<{'state':<'code'>,'digits':<'1234-5678-9012-3456'>}>}",
           "\"headline\":\"Charging\"");
    expect("{'gear':<'P'>,'driving_state':<'parked'>,'journey_state':<'charging'>,"
           "'offline':<{'state':<'code'>,'digits':<'1234-5678-9012-3456'>}>}",
           "\"digits\":[]");
}

Test(offline, without_any_network_it_says_what_can_be_done)
{
    expect("{" OFFERED "'offline':<{'state':<'no_network'>,'next':<'use_panel'>,'voucher':<true>,"
           "'voucher_until':<'2026-11-28T07:00:00.000Z'>,'voucher_energy_wh':<int64 30000>}>}",
           "\"value\":\"use the charger's own panel\"");
    expect("{" OFFERED "'offline':<{'state':<'order_waits'>,'next':<'wait_network'>}>}",
           "\"headline\":\"Waiting for the network\"");
}
