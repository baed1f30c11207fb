#include "weblink/rate_limit.h"
#include <criterion/criterion.h>

Test(rate_limit, a_burst_passes_then_a_steady_stream)
{
    g_autoptr(RateLimit) limit = rate_limit_new(10, 5);
    gint64 now_us = 1000;

    for (guint i = 0; i < 5; i++)
        cr_expect_eq(rate_limit_take(limit, "a", now_us), 0);
    cr_expect_eq(rate_limit_take(limit, "a", now_us), 100 * 1000, "one comes every tenth of a second");
    cr_expect_eq(rate_limit_take(limit, "a", now_us), 100 * 1000, "a refusal costs nothing");
    cr_expect_eq(rate_limit_take(limit, "b", now_us), 0, "each peer has its own");
    now_us += 100 * 1000;
    cr_expect_eq(rate_limit_take(limit, "a", now_us), 0);
    cr_expect_gt(rate_limit_take(limit, "a", now_us), 0);
    now_us += 10 * G_USEC_PER_SEC;
    for (guint i = 0; i < 5; i++)
        cr_expect_eq(rate_limit_take(limit, "a", now_us), 0, "full again, and not fuller");
    cr_expect_gt(rate_limit_take(limit, "a", now_us), 0);
}

Test(rate_limit, what_is_given_back_can_be_taken_again)
{
    g_autoptr(RateLimit) limit = rate_limit_new(1, 1);

    rate_limit_give_back(limit, "unknown");
    cr_expect_eq(rate_limit_take(limit, "a", 0), 0);
    cr_expect_eq(rate_limit_wait_us(limit, "a", 0), G_USEC_PER_SEC);
    rate_limit_give_back(limit, "a");
    cr_expect_eq(rate_limit_wait_us(limit, "a", 0), 0);
    cr_expect_eq(rate_limit_take(limit, "a", 0), 0);
}

Test(rate_limit, a_million_names_cost_no_more_than_its_table)
{
    g_autoptr(RateLimit) limit = rate_limit_new(1, 2);

    cr_expect_eq(rate_limit_take(limit, "loud", 0), 0);
    cr_expect_eq(rate_limit_take(limit, "loud", 0), 0);
    for (guint i = 0; i < RATE_LIMIT_MAX_NAMES + 10; i++) {
        g_autofree gchar *name = g_strdup_printf("%u", i);
        cr_assert_eq(rate_limit_take(limit, name, 0), 0);
    }
    cr_expect_gt(rate_limit_take(limit, "loud", 0), 0, "those who asked most are forgotten last");
    for (guint i = 0; i < RATE_LIMIT_MAX_NAMES + 10; i++) {
        g_autofree gchar *name = g_strdup_printf("later %u", i);
        cr_assert_eq(rate_limit_take(limit, name, G_USEC_PER_SEC * 5), 0);
    }
    cr_expect_eq(rate_limit_take(limit, "loud", G_USEC_PER_SEC * 5), 0);
}
