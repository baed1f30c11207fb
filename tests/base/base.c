/* What base/ promises: rounding, identifiers, time as text, redaction. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/identifier.h"
#include "base/money.h"
#include "base/plain_text.h"
#include "base/redact.h"
#include "base/utc_time.h"

Test(money, half_a_cent_rounds_up_and_less_does_not)
{
    cr_assert_eq(money_minor_from_micro(0), 0);
    cr_assert_eq(money_minor_from_micro(4999), 0);
    cr_assert_eq(money_minor_from_micro(5000), 1);
    cr_assert_eq(money_minor_from_micro(24504999), 2450);
}

Test(money, only_currencies_with_two_decimals)
{
    cr_assert(money_currency_is_supported("EUR"));
    cr_assert(money_currency_is_supported("CNY"));
    cr_assert_not(money_currency_is_supported("JPY"));
    cr_assert_not(money_currency_is_supported("eur"));
    cr_assert_not(money_currency_is_supported("EURO"));
    cr_assert_not(money_currency_is_supported(NULL));
}

Test(money, formats_with_two_decimals_and_sign)
{
    g_autofree gchar *plus = money_format(2450, "EUR");
    g_autofree gchar *minus = money_format(-5, "EUR");

    cr_assert_str_eq(plus, "24.50 EUR");
    cr_assert_str_eq(minus, "-0.05 EUR");
}

Test(identifier, a_uuid_is_valid_new_each_time_and_36_long)
{
    g_autofree gchar *one = identifier_new_uuid();
    g_autofree gchar *two = identifier_new_uuid();

    cr_assert(g_uuid_string_is_valid(one));
    cr_assert_eq(strlen(one), 36);
    cr_assert_eq(one[14], '4');
    cr_assert_str_neq(one, two);
}

Test(identifier, a_secret_is_hex_of_the_asked_length)
{
    g_autofree gchar *secret = identifier_new_secret(20);

    cr_assert_eq(strlen(secret), 40);
    cr_assert_eq(strspn(secret, "0123456789abcdef"), 40);
}

Test(identifier, alphabet_and_length_are_those_of_ocpp)
{
    cr_assert(identifier_is_valid("DE*ABC*E12345*1", 36));
    cr_assert_not(identifier_is_valid("", 36));
    cr_assert_not(identifier_is_valid("a b", 36));
    cr_assert_not(identifier_is_valid("abcde", 4));
    cr_assert_not(identifier_is_valid("caf\xc3\xa9", 36));
}

Test(redact, a_secret_shows_four_characters_at_most)
{
    g_autofree gchar *longer = redact_secret("ab12cd34ef");
    g_autofree gchar *shorter = redact_secret("secret");
    g_autofree gchar *none = redact_secret(NULL);

    cr_assert_str_eq(longer, "ab12...(10)");
    cr_assert_str_eq(shorter, "...(6)");
    cr_assert_str_eq(none, "...(0)");
}

Test(redact, hostile_bytes_make_one_short_printable_line)
{
    gchar bomb[500];
    memset(bomb, '\n', sizeof bomb);
    g_autofree gchar *escaped = redact_for_log("a\n\x1b[31m\\", 8);
    g_autofree gchar *cut = redact_for_log(bomb, sizeof bomb);

    cr_assert_str_eq(escaped, "a\\x0a\\x1b[31m\\x5c");
    cr_assert_leq(strlen(cut), 83);
    cr_assert(g_str_has_suffix(cut, "..."));
}

Test(utc_time, survives_the_round_trip)
{
    gchar text[UTC_TIME_TEXT_BYTES];
    gint64 ms = 0;

    utc_time_format(G_GINT64_CONSTANT(1716423785125), text);
    cr_assert_str_eq(text, "2024-05-23T00:23:05.125Z");
    cr_assert(utc_time_parse(text, &ms));
    cr_assert_eq(ms, G_GINT64_CONSTANT(1716423785125));
}

Test(utc_time, reads_offsets_and_fractions)
{
    gint64 ms = 0;

    cr_assert(utc_time_parse("2024-05-23T02:23:05.1259+02:00", &ms));
    cr_assert_eq(ms, G_GINT64_CONSTANT(1716423785125));
    cr_assert(utc_time_parse("2016-12-31T23:59:60Z", &ms));
    cr_assert_eq(ms, G_GINT64_CONSTANT(1483228799999));
}

Test(utc_time, refuses_what_is_not_a_time)
{
    static const gchar *const wrong[] = {"",
                                         "2024-05-23",
                                         "2024-05-23T00:23:05",
                                         "2024-02-31T00:00:00Z",
                                         "2024-05-23T24:00:00Z",
                                         "2024-05-23T00:23:05.Z",
                                         "2024-05-23T00:23:05Zx",
                                         "1969-12-31T23:59:59Z",
                                         "9999-12-31T23:59:59-00:01", /* the year 10000 has no text */
                                         "20240523T002305Z"};
    gint64 ms = 7;

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        cr_expect_not(utc_time_parse(wrong[i], &ms), "%s", wrong[i]);
    cr_assert_eq(ms, 7);
}

Test(plain_text, is_what_a_driver_can_read_as_written)
{
    static const gchar *const fit[] = {"20 % off at bay 2", "Preis gesenkt: 0,29 €/kWh", "停车场有空位",
                                       "C\u00f4ng ty \u1ec7 & so", "\u05d7\u05e0\u05d9\u05d9\u05d4"};
    static const gchar *const unfit[] = {"",
                                         "   ",
                                         "line\nbreak",
                                         "bell\a",
                                         "<b>free</b>",
                                         "a > b",
                                         "see https://x.example",
                                         "&lt;b&gt;",
                                         "&#60;",
                                         "free\u202e.00",
                                         "\u2066x\u2069",
                                         "no\u200bwidth",
                                         "private\ue000",
                                         "bad\xff",
                                         "two\u2028lines",
                                         "Z\u0300\u0301\u0302algo"};

    for (gsize i = 0; i < G_N_ELEMENTS(fit); i++)
        cr_expect(plain_text_is_fit(fit[i], 60, NULL), "%s", fit[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(unfit); i++)
        cr_expect_not(plain_text_is_fit(unfit[i], 60, NULL), "%s", unfit[i]);
    cr_expect(plain_text_is_fit("12345", 5, NULL));
    cr_expect_not(plain_text_is_fit("123456", 5, NULL));
    cr_expect_not(plain_text_is_fit(NULL, 5, NULL));
}

Test(plain_text, is_made_harmless_where_it_was_not)
{
    static const gchar *const wild[] = {"<b>free</b>", "free\u202e.00", "&lt;x&gt; https://x", "bad\xff\n",
                                        "Z\u0300\u0301\u0302\u0303algo"};
    g_autofree gchar *tidy = plain_text_neutral("50 % off", 120, 360);
    g_autofree gchar *cut = plain_text_neutral("\u20ac\u20ac\u20ac", 120, 7);
    g_autofree gchar *nothing = plain_text_neutral(" ", 120, 360);

    for (gsize i = 0; i < G_N_ELEMENTS(wild); i++) {
        g_autofree gchar *tame = plain_text_neutral(wild[i], 60, 200);
        cr_expect(plain_text_is_fit(tame, 60, NULL), "%s became %s", wild[i], tame);
    }
    cr_expect_str_eq(tidy, "50 % off");
    cr_expect_str_eq(cut, "\u20ac\u20ac", "whole characters only");
    cr_expect_str_eq(nothing, "");
}
