/* One-time passwords of dynamic codes: OCPP 2.1 C25. The vectors are those of the proposer's reference code
 * (OpenChargingCloud/DynamicQRCodes) and of the whitepaper, not ours. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocol/totp.h"

#define REFERENCE_TIME_S G_GINT64_CONSTANT(1716423785) /* 2024-05-23T00:23:05Z */

static const TotpRule rule_30s = {.secret = "secure!Charging!", .validity_s = 30, .length = 12};
static const TotpRule rule_60s = {.secret = "secure!Charging!", .validity_s = 60, .length = 12};
static const TotpRule whitepaper = {.secret = "mysharedsecret", .validity_s = 30, .length = 8};

static void expect_code(const TotpRule *rule, gint64 unix_s, const gchar *expected)
{
    g_autofree gchar *code = totp_code(rule, unix_s);

    cr_expect_str_eq(code, expected, "got %s, want %s", code, expected);
}

Test(totp, golden_vectors)
{
    expect_code(&whitepaper, 1700000000, "Mrc351Gu");
    expect_code(&rule_30s, REFERENCE_TIME_S - 30, "MdPU0jCm5tXz");
    expect_code(&rule_30s, REFERENCE_TIME_S, "CN63y502maVh");
    expect_code(&rule_30s, REFERENCE_TIME_S + 30, "dI54vnA25m2h");
    expect_code(&rule_60s, REFERENCE_TIME_S - 60, "nTdkiuG6yUyg");
    expect_code(&rule_60s, REFERENCE_TIME_S, "XJZr0L1DGKn0");
    expect_code(&rule_60s, REFERENCE_TIME_S + 60, "ft0ONZ62MdMj");
}

Test(totp, the_code_changes_on_the_interval_and_not_within_it)
{
    gint64 start = REFERENCE_TIME_S / 30 * 30;
    g_autofree gchar *last_second_before = totp_code(&rule_30s, start - 1);
    g_autofree gchar *first_second = totp_code(&rule_30s, start);
    g_autofree gchar *last_second = totp_code(&rule_30s, start + 29);

    cr_assert_str_neq(last_second_before, first_second);
    cr_assert_str_eq(first_second, last_second);
}

Test(totp, previous_current_and_next_interval_are_valid)
{
    static const gchar *const codes[] = {"MdPU0jCm5tXz", "CN63y502maVh", "dI54vnA25m2h"};

    for (guint i = 0; i < G_N_ELEMENTS(codes); i++) {
        gint64 interval = 0;
        cr_expect_eq(totp_check(&rule_30s, REFERENCE_TIME_S, codes[i], &interval), TOTP_VALID);
        cr_expect_eq(interval, REFERENCE_TIME_S / 30 - 1 + i);
    }
}

Test(totp, two_intervals_late_is_expired_and_two_early_is_wrong)
{
    cr_assert_eq(totp_check(&rule_30s, REFERENCE_TIME_S + 60, "CN63y502maVh", NULL), TOTP_EXPIRED);
    cr_assert_eq(totp_check(&rule_30s, REFERENCE_TIME_S + 3600, "CN63y502maVh", NULL), TOTP_EXPIRED);
    cr_assert_eq(totp_check(&rule_30s, REFERENCE_TIME_S + 3660, "CN63y502maVh", NULL), TOTP_WRONG);
    cr_assert_eq(totp_check(&rule_30s, REFERENCE_TIME_S - 60, "CN63y502maVh", NULL), TOTP_WRONG);
}

Test(totp, anything_else_is_wrong)
{
    static const gchar *const tokens[] = {"",
                                          "CN63y502maV",
                                          "CN63y502maVhh",
                                          "cn63y502mavh",
                                          "CN63y502maVi",
                                          "DOa3A815pdYk", /* the alphabet without "o" */
                                          "------------"};
    static const TotpRule other_secret = {.secret = "secure!Charging?", .validity_s = 30, .length = 12};

    for (guint i = 0; i < G_N_ELEMENTS(tokens); i++)
        cr_expect_eq(totp_check(&rule_30s, REFERENCE_TIME_S, tokens[i], NULL), TOTP_WRONG, "%s", tokens[i]);
    cr_expect_eq(totp_check(&other_secret, REFERENCE_TIME_S, "CN63y502maVh", NULL), TOTP_WRONG);
}

Test(totp, the_first_interval_has_no_previous_one)
{
    g_autofree gchar *code = totp_code(&rule_30s, 0);
    gint64 interval = -1;

    cr_assert_eq(totp_check(&rule_30s, 0, code, &interval), TOTP_VALID);
    cr_assert_eq(interval, 0);
}

Test(totp, an_hour_long_code_still_knows_its_previous_interval)
{
    static const TotpRule slow = {.secret = "secure!Charging!", .validity_s = 3600, .length = 8};
    g_autofree gchar *code = totp_code(&slow, REFERENCE_TIME_S);

    cr_assert_eq(totp_check(&slow, REFERENCE_TIME_S + 3600, code, NULL), TOTP_VALID);
    cr_assert_eq(totp_check(&slow, REFERENCE_TIME_S + 7200, code, NULL), TOTP_WRONG);
}

Test(totp, only_rules_of_the_standard)
{
    static const TotpRule bad[] = {
        {NULL, 30, 8}, {"", 30, 8}, {"s", 5, 8}, {"s", 3601, 8}, {"s", 30, 5}, {"s", 30, 33},
    };

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
        cr_expect_not(totp_rule_is_valid(&bad[i]), "row %u", i);
    cr_expect(totp_rule_is_valid(&(TotpRule){"s", 6, 6}));
    cr_expect(totp_rule_is_valid(&(TotpRule){"s", 3600, 32}));
}
