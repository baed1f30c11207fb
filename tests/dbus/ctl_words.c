/* What rearchargectl makes of its words, and what it says about bays. */
#include "dbus/ctl_words.h"

#include <criterion/criterion.h>

#include "dbus/ctl_bays.h"
#include "dbus/terminal_text.h"

/* The method and its arguments as text; NULL: said what is wrong. */
static gchar *method_of(const gchar *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    const gchar *method = NULL;
    GVariant *args = NULL;
    g_autofree gchar *printed = NULL;

    ctl_words_method((const gchar *const *)words, &method, &args);
    if (args == NULL)
        return NULL;
    g_variant_ref_sink(args);
    printed = g_variant_print(args, FALSE);
    g_variant_unref(args);
    return g_strdup_printf("%s%s", method, printed);
}

Test(ctl_words, become_a_method_and_its_arguments)
{
    static const gchar *const rows[][2] = {
        {"consent confirm=park max_cost_minor=5000 currency=EUR auto_code=true voucher=false",
         "SetConsent({'confirm': <'park'>, 'max_cost_minor': <int64 5000>, 'currency': <'EUR'>, 'auto_code': "
         "<true>, "
         "'voucher': <false>},)"},
        {"subscribe kinds=offer,bay radius_m=700 position=fixed latitude=52.5 longitude=-0.25",
         "SetSubscription({'kinds': <['offer', 'bay']>, 'radius_m': <uint32 700>, 'position': <'fixed'>, "
         "'latitude': <52.5>, 'longitude': <-0.25>},)"},
        {"subscribe kinds=none", "SetSubscription({'kinds': <@as []>},)"},
        {"share position=on soc=off", "SetSharing({'position': <true>, 'soc': <false>},)"},
        {"accept id-1", "AcceptOffer('id-1',)"},
        {"dismiss id-1", "DismissOffer('id-1',)"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree gchar *made = method_of(rows[i][0]);

        cr_expect_str_eq(made != NULL ? made : "nothing", rows[i][1]);
    }
}

Test(ctl_words, that_make_no_sense_become_nothing)
{
    static const gchar *const lines[] = {
        "consent",
        "consent park",
        "consent max_cost_minor=much",
        "consent max_cost_minor=-1",
        "consent voucher=",
        "consent voucher=yes",
        "subscribe",
        "subscribe kinds",
        "subscribe zone=1",
        "subscribe radius_m=x",
        "subscribe latitude=",
        "subscribe latitude=1x",
        "share",
        "share soc=yes",
        "share soc",
        "accept",
        "accept a b",
        "dismiss",
        "fly away",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        cr_expect_null(method_of(lines[i]), "%s", lines[i]);
}

static gchar *query_of(const gchar *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    GVariant *query = ctl_find_query((const gchar *const *)words);
    gchar *printed = NULL;

    if (query != NULL) {
        g_variant_ref_sink(query);
        printed = g_variant_print(query, FALSE);
        g_variant_unref(query);
    }
    return printed;
}

Test(ctl_bays, a_search_has_a_type_for_each_key)
{
    static const gchar *const bad[] = {"latitude",    "latitude=",      "latitude=5x",
                                       "radius_m=-1", "free_now=maybe", "x=1"};
    g_autofree gchar *all =
        query_of("latitude=52.5 radius_m=3000 connector=IEC_62196_T2_COMBO min_power_w=50000 "
                 "max_price=0.5 free_now=true watch=false limit=5");

    cr_expect_str_eq(
        all, "({'latitude': <52.5>, 'radius_m': <uint32 3000>, 'connector': <'IEC_62196_T2_COMBO'>, "
             "'min_power_w': <int64 50000>, 'max_price': <0.5>, 'free_now': <true>, 'watch': <false>, "
             "'limit': <uint32 5>},)");
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        cr_expect_null(query_of(bad[i]), "%s", bad[i]);
}

Test(ctl_bays, piles_are_one_line_each_and_cannot_write_to_the_terminal)
{
    g_autoptr(GVariant) piles = g_variant_ref_sink(g_variant_new_parsed(
        "[{'distance_m': <int64 126>, 'evse_id': <'DE*ABC*E1'>, 'free': <true>, 'bay': <'free'>, 'status': "
        "<'AVAILABLE'>, 'max_power_w': <int64 150000>, 'tariff_text': <'0.49 EUR/kWh'>, 'location': "
        "<'\\u001b[2JStreet 1'>}, {'evse_id': <'DE*ABC*E2'>, 'free': <false>, 'bay': <'occupied'>}]"));
    g_autoptr(GVariant) none = g_variant_ref_sink(g_variant_new_parsed("@aa{sv} []"));
    g_autofree gchar *text = ctl_report_piles(piles), *nothing = ctl_report_piles(none);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    cr_assert_eq(g_strv_length(lines), 3, "two lines and their end");
    cr_expect_str_eq(
        lines[0],
        "   126 m  DE*ABC*E1            free         AVAILABLE   150.0 kW  0.49 EUR/kWh  ?[2JStreet 1");
    cr_expect_not_null(strstr(lines[1], "DE*ABC*E2            occupied"));
    cr_expect_str_eq(nothing, "no charging point found\n");
}

Test(ctl_bays, reservations_say_what_they_cost_once_they_do)
{
    g_autoptr(GVariant) rows =
        g_variant_ref_sink(g_variant_new_parsed("[{'updated_at': <'T1'>, 'until': <'T2'>, 'evse_id': <'E1'>, "
                                                "'state': <'expired'>, 'reason': <'no_show'>, "
                                                "'charged_minor': <int64 200>, 'currency': <'EUR'>}, "
                                                "{'state': <'held'>, 'charged_minor': <int64 -1>}]"));
    g_autoptr(GVariant) none = g_variant_ref_sink(g_variant_new_parsed("@aa{sv} []"));
    g_autofree gchar *text = ctl_report_reservations(rows), *nothing = ctl_report_reservations(none);

    cr_expect_not_null(strstr(text, "expired no_show 2.00 EUR\n"), "%s", text);
    cr_expect_null(strstr(text, "-0.01"));
    cr_expect_str_eq(nothing, "no reservations\n");
}

Test(terminal_text, keeps_what_can_be_printed_of_any_bytes)
{
    g_autofree gchar *text = terminal_text("Süd \x1b[31m\n\x07\xf0");

    cr_expect_str_eq(text, "Süd ?[31m??\uFFFD");
}
