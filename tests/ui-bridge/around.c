/* What is around the car, as the page gets it. */
#include "ui-bridge/view/around.h"

#include <criterion/criterion.h>
#include <string.h>

#define PILE(id, more)                                                                                       \
    "{'evse_id':<'" id "'>,'location':<'Garage'>,'latitude':<52.509>,'longitude':<13.4>," more "}"
#define PARKED "'gear':<'P'>,'driving_state':<'parked'>,'journey_state':<'idle'>,"

static gchar *shown(const gchar *snapshot)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) value = g_variant_parse(G_VARIANT_TYPE_VARDICT, snapshot, NULL, NULL, &error);
    ViewInput input = {.snapshot = value};

    cr_assert_not_null(value, "%s", error != NULL ? error->message : "");
    return view_print(&input, WORDS_ENGLISH);
}

static void expect(const gchar *snapshot, const gchar *part)
{
    g_autofree gchar *text = shown(snapshot);

    cr_expect_not_null(strstr(text, part), "%s\nis not in %s", part, text);
}

Test(around, places_stand_in_metres_from_the_car)
{
    expect("{" PARKED "'position':<{'latitude':<52.5>,'longitude':<13.4>}>,'nearby':<[" PILE(
               "A", "'distance_m':<int64 1001>") "]>}",
           "\"distance\":\"1.0 km\",\"east_m\":0,\"north_m\":1001");
    expect("{" PARKED "'nearby':<[" PILE("A", "'distance_m':<int64 -1>") "]>}",
           "\"distance\":\"\",\"east_m\":0,\"north_m\":0");
}

Test(around, a_bay_is_free_or_says_why_not)
{
    expect("{" PARKED "'nearby':<[" PILE("A", "'free':<true>,'status':<'AVAILABLE'>") "]>}",
           "\"status\":\"free\",\"tone\":\"good\",\"free\":true");
    expect("{" PARKED "'nearby':<[" PILE("A", "'free':<false>,'status':<'BLOCKED'>") "]>}",
           "\"status\":\"blocked\",\"tone\":\"attention\",\"free\":false");
    expect("{" PARKED "'nearby':<[" PILE("A", "'free':<false>,'status':<'OUTOFORDER'>") "]>}",
           "\"status\":\"out of order\",\"tone\":\"bad\"");
}

Test(around, every_part_of_the_price_is_said)
{
    expect("{" PARKED
           "'nearby':<[" PILE("A", "'currency':<'EUR'>,'per_kwh':<0.49>,'flat':<0.5>,'per_hour':<2.4>,"
                                   "'no_show_minor':<int64 300>") "]>}",
           "\"price\":\"0.49 EUR/kWh\",\"fees\":\"+ 0.50 EUR to start + 2.40 EUR per "
           "hour\",\"no_show\":\"3.00 EUR\"");
}

Test(around, lists_are_not_for_a_car_that_moves)
{
    expect("{'gear':<'D'>,'driving_state':<'moving'>,'nearby':<[" PILE("A", "'free':<true>") "]>}",
           "\"around\":null");
}

#define RESERVATION(state, more)                                                                             \
    "'reservation':<{'evse_id':<'A'>,'location':<'Garage'>,'state':<'" state "'>" more "}>"

Test(reservation, a_held_one_is_the_headline_while_nothing_else_happens)
{
    expect("{" PARKED RESERVATION("held", "") "}", "\"headline\":\"Reserved for you\"");
    expect("{" PARKED RESERVATION("held", "") "}", "\"action\":{\"name\":\"unreserve\"");
    expect(
        "{'gear':<'P'>,'driving_state':<'parked'>,'journey_state':<'offered'>," RESERVATION("held", "") "}",
        "\"headline\":\"You can charge here\"");
    expect("{" PARKED RESERVATION("expired", ",'reason':<'no_show'>") "}",
           "\"advice\":\"You did not come in time.\"");
}

Test(reservation, a_taken_bay_offers_one_tap_even_on_the_way)
{
    const gchar *lost = "{'gear':<'D'>,'driving_state':<'moving'>,'journey_state':<'idle'>," RESERVATION(
        "taken", ",'alternative':<{'evse_id':<'B'>}>") "}";

    expect(lost, "\"headline\":\"Somebody stands in your bay\"");
    expect(lost, "\"action\":{\"name\":\"move\"");
}

Test(reservation, a_bay_that_this_car_has_taken_is_no_alarm)
{
    expect("{" PARKED RESERVATION("taken", ",'here':<true>,'alternative':<{'evse_id':<'B'>}>") "}",
           "\"headline\":\"Reserved for you\"");
}

static gchar *query(const gchar *text)
{
    g_autoptr(GVariant) value = around_query(text, strlen(text), NULL);

    return value != NULL ? g_variant_print(value, FALSE) : g_strdup("refused");
}

Test(around, a_search_carries_only_what_was_chosen)
{
    g_autofree gchar *all = query("{}");
    g_autofree gchar *some =
        query("{\"free_now\":true,\"min_power_w\":50000,\"radius_m\":2000,\"max_price\":0.5,"
              "\"connector\":\"CHADEMO\"}");

    cr_expect_str_eq(all, "{'watch': <true>}");
    cr_expect_str_eq(some, "{'watch': <true>, 'radius_m': <uint32 2000>, 'min_power_w': <int64 50000>, "
                           "'max_price': <0.5>, 'free_now': <true>, 'connector': <'CHADEMO'>}");
}

Test(around, a_search_beyond_its_ranges_is_refused)
{
    const gchar *wrong[] = {
        "", "[]", "{\"radius_m\":0}", "{\"radius_m\":100001}", "{\"free_now\":1}", "{\"connector\":5}"};

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autofree gchar *answer = query(wrong[i]);
        cr_expect_str_eq(answer, "refused", "%s", wrong[i]);
    }
    cr_expect_null(around_evse("{}", 2, NULL));
}
