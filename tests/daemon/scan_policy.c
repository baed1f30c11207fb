/* Of several codes in view, the one the car is backing up to. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "daemon/journey/scan_policy.h"

#define MS(milliseconds) ((gint64)(milliseconds)*1000)

/* A code as a square of @side around (@x, @y) in a picture of 1000 x 500. */
static CodeSighting sighting(const gchar *evse, gdouble x, gdouble side, guint agreeing)
{
    CodeSighting seen = {.frame_px = {1000, 500}, .frames_agreeing = agreeing};
    const gdouble h = side / 2;
    const gdouble quad[8] = {x - h, 250 - h, x + h, 250 - h, x + h, 250 + h, x - h, 250 + h};

    cr_assert(evse_id_parse(evse, strlen(evse), &seen.code.evse, NULL));
    memcpy(seen.quad_px, quad, sizeof quad);
    return seen;
}

static const gchar *choice(ScanPolicy *policy, const CodeSighting *seen, gint64 now_us)
{
    const CodeSighting *chosen = scan_policy_feed(policy, seen, now_us);

    return chosen != NULL ? chosen->code.evse.key : NULL;
}

Test(scan_policy, a_code_is_chosen_after_three_agreeing_frames_and_only_once)
{
    ScanPolicy policy = SCAN_POLICY_INIT;
    CodeSighting seen = sighting("DE*ABC*E1", 500, 50, 1);

    cr_assert_null(choice(&policy, &seen, 0));
    cr_assert_null(choice(&policy, &seen, MS(30)));
    cr_assert_str_eq(choice(&policy, &seen, MS(60)), "DEABCE1");
    cr_assert_null(choice(&policy, &seen, MS(90)));
}

Test(scan_policy, frames_that_the_camera_counted_count)
{
    ScanPolicy policy = SCAN_POLICY_INIT;
    CodeSighting seen = sighting("DE*ABC*E1", 500, 50, 3);

    cr_assert_str_eq(choice(&policy, &seen, 0), "DEABCE1");
}

Test(scan_policy, size_and_the_middle_line_decide)
{
    CodeSighting small = sighting("DE*ABC*E1", 500, 40, 3);
    CodeSighting large = sighting("DE*ABC*E2", 500, 80, 3);
    CodeSighting aside = sighting("DE*ABC*E3", 950, 80, 3);

    cr_assert_lt(scan_policy_score(&small), scan_policy_score(&large));
    cr_assert_lt(scan_policy_score(&aside), scan_policy_score(&large));
    cr_assert_gt(scan_policy_score(&aside), 0);
}

Test(scan_policy, what_lies_beyond_the_picture_is_no_farther_aside_than_its_edge)
{
    CodeSighting edge = sighting("DE*ABC*E1", 1000, 80, 3);
    CodeSighting beyond = sighting("DE*ABC*E2", 1400, 80, 3);

    cr_assert_float_eq(scan_policy_score(&beyond), scan_policy_score(&edge), 1e-9);
    edge.frame_px[0] = 0; /* a camera that does not say how large its picture is */
    cr_assert(isfinite(scan_policy_score(&edge)));
}

Test(scan_policy, a_larger_code_that_is_not_certain_yet_is_waited_for)
{
    ScanPolicy policy = SCAN_POLICY_INIT;
    CodeSighting near = sighting("DE*ABC*E1", 500, 100, 1);
    CodeSighting far = sighting("DE*ABC*E2", 700, 40, 3);

    cr_assert_null(choice(&policy, &near, 0));
    cr_assert_null(choice(&policy, &far, MS(10)));
    near.frames_agreeing = 3;
    cr_assert_str_eq(choice(&policy, &near, MS(100)), "DEABCE1");
}

Test(scan_policy, the_choice_changes_only_for_a_clearly_better_code_that_stays_better)
{
    ScanPolicy policy = SCAN_POLICY_INIT;
    CodeSighting first = sighting("DE*ABC*E1", 500, 50, 3);
    CodeSighting little_better = sighting("DE*ABC*E2", 500, 60, 3);
    CodeSighting much_better = sighting("DE*ABC*E2", 500, 90, 3);

    cr_assert_not_null(choice(&policy, &first, 0));
    choice(&policy, &first, MS(900));
    cr_assert_null(choice(&policy, &little_better, MS(1500)));
    choice(&policy, &first, MS(1600));
    cr_assert_null(choice(&policy, &much_better, MS(2000)));
    choice(&policy, &first, MS(2200));
    cr_assert_null(choice(&policy, &much_better, MS(2400)));
    cr_assert_str_eq(choice(&policy, &much_better, MS(2500)), "DEABCE2");
}

Test(scan_policy, when_the_chosen_code_leaves_the_view_another_one_takes_over)
{
    ScanPolicy policy = SCAN_POLICY_INIT;
    CodeSighting first = sighting("DE*ABC*E1", 500, 90, 3);
    CodeSighting other = sighting("DE*ABC*E2", 500, 30, 3);

    choice(&policy, &first, 0);
    cr_assert_null(choice(&policy, &other, MS(900)));
    cr_assert_str_eq(choice(&policy, &other, MS(1100)), "DEABCE2");
}

Test(scan_policy, a_refused_code_is_not_asked_for_again_until_its_time_is_over)
{
    ScanPolicy policy = SCAN_POLICY_INIT;
    CodeSighting seen = sighting("DE*ABC*E1", 500, 50, 3);

    choice(&policy, &seen, 0);
    scan_policy_refuse(&policy, &seen.code, MS(60000));
    cr_assert_null(choice(&policy, &seen, MS(2000)));
    scan_policy_restart(&policy);
    cr_assert_null(choice(&policy, &seen, MS(30000)), "also in the next look");
    cr_assert_not_null(choice(&policy, &seen, MS(60000)));
}

Test(scan_policy, another_token_is_another_code)
{
    ScanPolicy policy = SCAN_POLICY_INIT;
    CodeSighting seen = sighting("DE*ABC*E1", 500, 50, 3);

    g_strlcpy(seen.code.token, "old", sizeof seen.code.token);
    choice(&policy, &seen, 0);
    scan_policy_refuse(&policy, &seen.code, MS(60000));
    g_strlcpy(seen.code.token, "new", sizeof seen.code.token);
    cr_assert_not_null(choice(&policy, &seen, MS(2000)));
}

Test(scan_policy, at_most_one_choice_a_second)
{
    ScanPolicy policy = SCAN_POLICY_INIT;
    guint choices = 0;

    for (guint i = 0; i < 100; i++) { /* a wall of stickers: every 50 ms another refused code */
        g_autofree gchar *evse = g_strdup_printf("DE*ABC*E%u", i);
        CodeSighting seen = sighting(evse, 500, 50, 3);

        if (choice(&policy, &seen, MS(50 * i)) != NULL) {
            choices++;
            scan_policy_refuse(&policy, &seen.code, MS(60000));
        }
    }
    cr_assert_leq(choices, 5);
    cr_assert_geq(choices, 4);
}

Test(scan_policy, more_piles_than_it_tracks_never_drop_the_largest)
{
    ScanPolicy policy = SCAN_POLICY_INIT;
    CodeSighting large = sighting("DE*ABC*E99", 500, 100, 3);

    choice(&policy, &large, 0);
    for (guint i = 0; i < 20; i++) {
        g_autofree gchar *evse = g_strdup_printf("DE*ABC*E%u", i);
        CodeSighting seen = sighting(evse, 500, 20, 1);

        cr_assert_null(choice(&policy, &seen, MS(10 * i)));
    }
    cr_assert_str_eq(scan_policy_chosen(&policy, MS(500))->code.evse.key, "DEABCE99");
    cr_assert_null(scan_policy_chosen(&policy, MS(1500)));
}

Test(scan_policy, where_the_lens_is_known_the_way_of_the_car_counts_not_the_middle_of_the_picture)
{
    CodeSighting ahead = sighting("DE*ABC*E1", 950, 80, 3);
    CodeSighting aside = sighting("DE*ABC*E2", 500, 80, 3);

    ahead.has_bearing = aside.has_bearing = TRUE;
    aside.bearing_deg = -50;
    cr_assert_gt(scan_policy_score(&ahead), scan_policy_score(&aside));
}

Test(scan_policy, more_refusals_than_it_keeps_forget_the_one_that_ends_first)
{
    ScanPolicy policy = SCAN_POLICY_INIT;
    CodeSighting seen = sighting("DE*ABC*E1", 500, 50, 3);

    for (guint i = 0; i <= SCAN_POLICY_MAX_REFUSED; i++) { /* one pile, whose code changes */
        g_snprintf(seen.code.token, sizeof seen.code.token, "t%u", i);
        scan_policy_refuse(&policy, &seen.code, MS(i == 3 ? 50000 : 60000));
    }
    cr_assert_null(choice(&policy, &seen, 0), "the newest is kept");
    g_strlcpy(seen.code.token, "t0", sizeof seen.code.token);
    cr_assert_null(choice(&policy, &seen, MS(100)));
    g_strlcpy(seen.code.token, "t3", sizeof seen.code.token);
    cr_assert_not_null(choice(&policy, &seen, MS(200)), "ten seconds early");
}
