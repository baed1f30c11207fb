/* The same bytes in several frames are one code. */
#include <criterion/criterion.h>
#include <string.h>

#include "camera/vision/code_tracker.h"

#define FRAME_US 33000

static gboolean see(CodeTracker *tracker, const gchar *text, gint64 now_us, guint *agreeing)
{
    return code_tracker_see(tracker, (const guint8 *)text, strlen(text), now_us, agreeing);
}

Test(code_tracker, reports_at_once_then_at_most_five_times_a_second)
{
    CodeTracker tracker = {0};
    guint n_reports = 0, agreeing = 0;

    cr_assert(see(&tracker, "a", 1000, &agreeing));
    cr_expect_eq(agreeing, 1);
    for (gint64 t = 1000; t < 1000 + G_USEC_PER_SEC; t += FRAME_US)
        n_reports += see(&tracker, "a", t, &agreeing) ? 1 : 0;
    cr_expect_geq(n_reports, 3);
    cr_expect_leq(n_reports, 5);
}

Test(code_tracker, counts_frames_that_agree)
{
    CodeTracker tracker = {0};
    guint agreeing = 0;

    for (guint i = 0; i < 10; i++)
        see(&tracker, "a", i * FRAME_US, &agreeing);
    cr_expect_eq(agreeing, 10);
    see(&tracker, "b", 10 * FRAME_US, &agreeing);
    cr_expect_eq(agreeing, 1, "other bytes, other code");
}

Test(code_tracker, twice_in_one_frame_is_one_frame)
{
    CodeTracker tracker = {0};
    guint agreeing = 0;

    see(&tracker, "a", 5, &agreeing);
    see(&tracker, "a", 5, &agreeing);
    cr_expect_eq(agreeing, 1);
}

Test(code_tracker, a_code_out_of_sight_for_long_begins_anew_and_for_a_moment_does_not)
{
    CodeTracker tracker = {0};
    guint agreeing = 0;

    see(&tracker, "a", 0, &agreeing);
    see(&tracker, "a", CODE_TRACKER_FORGET_US - 1, &agreeing);
    cr_expect_eq(agreeing, 2);
    cr_expect(see(&tracker, "a", 2 * CODE_TRACKER_FORGET_US, &agreeing));
    cr_expect_eq(agreeing, 1);
}

Test(code_tracker, many_strange_codes_push_out_the_one_unseen_for_longest)
{
    CodeTracker tracker = {0};
    guint agreeing = 0;

    see(&tracker, "old", 0, &agreeing);
    for (guint i = 0; i < 1000; i++) {
        gchar text[16];
        g_snprintf(text, sizeof text, "stranger %u", i);
        see(&tracker, text, 1 + i, &agreeing);
        see(&tracker, "ours", 1 + i, &agreeing);
        cr_assert_eq(agreeing, i + 1);
    }
    see(&tracker, "old", 2000, &agreeing);
    cr_expect_eq(agreeing, 1);
}

Test(code_tracker, prefixes_are_other_codes_and_nothing_or_too_much_is_no_code)
{
    CodeTracker tracker = {0};
    guint8 much[CODE_TRACKER_MAX_BYTES + 1] = {0};
    guint agreeing = 0;

    cr_expect(see(&tracker, "ab", 0, &agreeing));
    cr_expect(see(&tracker, "a", 0, &agreeing));
    cr_expect_not(see(&tracker, "", 0, &agreeing));
    cr_expect_not(code_tracker_see(&tracker, much, sizeof much, 0, &agreeing));
    cr_expect(code_tracker_see(&tracker, much, sizeof much - 1, 0, &agreeing));
}

Test(code_tracker, is_empty_after_a_reset)
{
    CodeTracker tracker = {0};
    guint agreeing = 0;

    see(&tracker, "a", 0, &agreeing);
    code_tracker_reset(&tracker);
    cr_expect(see(&tracker, "a", 1, &agreeing));
    cr_expect_eq(agreeing, 1);
}
