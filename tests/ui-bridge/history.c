/* Past charges, and what the bridge remembers of the running one. */
#include "ui-bridge/view/view.h"

#include <criterion/criterion.h>
#include <string.h>

#include "ui-bridge/view/settings_form.h"

static GVariant *value_of(const gchar *type, const gchar *text)
{
    GVariant *value = g_variant_parse(G_VARIANT_TYPE(type), text, NULL, NULL, NULL);

    cr_assert_not_null(value, "%s", text);
    return value;
}

Test(history, a_settled_order_shows_what_was_paid_and_has_a_receipt)
{
    g_autoptr(GVariant) orders = value_of(
        "aa{sv}",
        "[{'order_id':<'o1'>,'evse_id':<'E1'>,'state':<'settled'>,'started_at':<'2026-11-21T05:02:11.000Z'>,"
        "'energy_wh':<int64 38412>,'soc_percent':<81.0>,'cost_minor':<int64 9>,'total_minor':<int64 2050>,"
        "'currency':<'EUR'>}, {'order_id':<'o2'>,'state':<'cancelled'>}]");
    g_autofree gchar *text = view_print_history(orders, WORDS_ENGLISH);

    cr_expect_not_null(
        strstr(text, "\"date\":\"2026-11-21 05:02\",\"place\":\"E1\",\"state\":\"paid\",\"energy\":\"38.4 "
                     "kWh\",\"soc\":\"81 %\",\"cost\":\"20.50 EUR\",\"receipt\":true"));
    cr_expect_not_null(strstr(text, "\"order_id\":\"o2\""));
    cr_expect_not_null(strstr(text, "\"receipt\":false"));
}

Test(history, the_file_is_rfc_4180_and_holds_no_formula)
{
    g_autoptr(GVariant) orders = value_of(
        "aa{sv}", "[{'order_id':<'o,1'>,'client_ref':<'=cmd()'>,'evse_id':<'a\"b'>,'state':<'settled'>,"
                  "'energy_wh':<int64 38012>,'total_minor':<int64 2050>,'currency':<'EUR'>}]");
    g_autofree gchar *csv = view_print_csv(orders);

    cr_expect_str_eq(
        csv, "order_id,token,evse_id,state,reason,created_at,started_at,ended_at,energy_kwh,soc_percent,cost,"
             "currency\r\n\"o,1\",'=cmd(),\"a\"\"b\",settled,,,,,38.012,,20.50,EUR\r\n");
}

Test(history, an_order_without_a_number_keeps_its_columns)
{
    g_autoptr(GVariant) orders = value_of("aa{sv}", "[{'client_ref':<'c'>,'state':<'ordering'>}]");
    g_autofree gchar *csv = view_print_csv(orders);

    cr_expect_not_null(strstr(csv, "\r\n,c,,ordering,,,,,0.000,,0.00,\r\n"), "%s", csv);
}

static void follow(Curve *curve, const gchar *order_id, gint64 energy_wh, gint64 power_w, gint64 now_ms)
{
    g_autofree gchar *text = g_strdup_printf(
        "{'order':<{'order_id':<'%s'>,'state':<'charging'>,'energy_wh':<int64 %" G_GINT64_FORMAT
        ">,'power_w':<int64 %" G_GINT64_FORMAT ">}>}",
        order_id, energy_wh, power_w);
    g_autoptr(GVariant) snapshot = value_of("a{sv}", text);

    curve_follow(curve, snapshot, now_ms);
}

Test(curve, remembers_each_change_once_and_begins_anew_with_another_order)
{
    Curve curve = {0};

    follow(&curve, "a", 0, 0, 1000);
    follow(&curve, "a", 10, 7000, 2500);
    follow(&curve, "a", 10, 7000, 3000);
    cr_expect_eq(curve.n_points, 2);
    cr_expect_eq(curve.points[1].at_ms, 1500);
    cr_expect_eq(curve.points[1].power_w, 7000);
    curve_follow(&curve, NULL, 4000);
    cr_expect_eq(curve.n_points, 2, "a restarted daemon does not take the curve away");
    follow(&curve, "b", 0, 1, 5000);
    cr_expect_eq(curve.n_points, 1);
    cr_expect_eq(curve.points[0].at_ms, 0);
}

Test(curve, stays_bounded_and_keeps_its_shape)
{
    Curve curve = {0};

    for (gint64 i = 0; i < 10000; i++)
        follow(&curve, "a", i, i, i * 1000);
    cr_expect_leq(curve.n_points, CURVE_MAX_POINTS);
    cr_expect_geq(curve.n_points, CURVE_MAX_POINTS / 2);
    for (guint i = 0; i < curve.n_points; i++)
        cr_expect_eq(curve.points[i].at_ms, curve.points[i].power_w * 1000);
}

static GVariant *form(const gchar *text)
{
    return settings_form_consent(text, strlen(text), NULL);
}

Test(settings_form, becomes_the_argument_of_set_consent)
{
    g_autoptr(GVariant) consent =
        form("{\"confirm\":\"park\",\"max_cost_minor\":2500,\"currency\":\"EUR\",\"max_energy_wh\":0,"
             "\"max_duration_s\":3600,\"unknown\":1}");
    g_autofree gchar *text = consent != NULL ? g_variant_print(consent, FALSE) : NULL;

    cr_expect_str_eq(
        text, "{'confirm': <'park'>, 'currency': <'EUR'>, 'max_cost_minor': <int64 2500>, 'max_energy_wh': "
              "<int64 0>, 'max_duration_s': <int64 3600>}");
}

Test(settings_form, refuses_what_the_contract_does_not_allow)
{
    const gchar *wrong[] = {"",
                            "{}",
                            "[]",
                            "{\"max_cost_minor\":0}",
                            "{\"max_cost_minor\":-1}",
                            "{\"max_cost_minor\":1000000001}",
                            "{\"max_cost_minor\":\"5\"}",
                            "{\"max_energy_wh\":-1}",
                            "{\"confirm\":\"never\"}",
                            "{\"currency\":\"JPY\"}",
                            "{\"currency\":\"euro\"}",
                            "{\"max_cost_minor\":5,\"max_cost_minor\":6}"};

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
        cr_expect_null(form(wrong[i]), "%s", wrong[i]);
}

Test(settings_form, news_and_sharing_become_arguments_too)
{
    const gchar *news = "{\"kinds\":[\"offer\",\"bay\"],\"radius_m\":5000,\"position\":\"vehicle\"}";
    const gchar *share = "{\"position\":true,\"soc\":false,\"gear\":null}";
    g_autoptr(GVariant) subscription = settings_form_subscription(news, strlen(news), NULL);
    g_autoptr(GVariant) sharing = settings_form_sharing(share, strlen(share), NULL);
    g_autofree gchar *news_text = subscription != NULL ? g_variant_print(subscription, FALSE) : NULL;
    g_autofree gchar *share_text = sharing != NULL ? g_variant_print(sharing, FALSE) : NULL;

    cr_expect_str_eq(news_text,
                     "{'kinds': <['offer', 'bay']>, 'radius_m': <uint32 5000>, 'position': <'vehicle'>}");
    cr_expect_str_eq(share_text, "{'position': <true>, 'soc': <false>}", "what is not said does not change");
}

Test(settings_form, refuses_unknown_news_and_far_places)
{
    const gchar *wrong[] = {"{\"kinds\":[\"weather\"]}", "{\"kinds\":[1]}",       "{\"kinds\":\"offer\"}",
                            "{\"radius_m\":99}",         "{\"radius_m\":100001}", "{\"position\":\"fixed\"}"};

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
        cr_expect_null(settings_form_subscription(wrong[i], strlen(wrong[i]), NULL), "%s", wrong[i]);
    cr_expect_null(settings_form_sharing("{\"soc\":1}", 9, NULL), "a number is no yes");
}
