/* From frames and time to the state of the camera. */
#include <criterion/criterion.h>
#include <string.h>

#include "camera/source/frame_watch.h"

#define S G_USEC_PER_SEC
static const FrameWatchLimits limits = {
    .first_frame_us = 4 * S, .stall_us = S, .frozen_us = 2 * S, .black_us = S};
static guint8 pixels[64 * 64];
static const GrayFrame frame = {.pixels = pixels, .width_px = 64, .height_px = 64, .stride_bytes = 64};

/* A frame at @now_us: @low everywhere but a bright corner (so that it is not black), which @mark changes. */
static CameraState frame_at(FrameWatch *watch, gint64 now_us, guint8 low, guint8 mark)
{
    memset(pixels, low, sizeof pixels);
    pixels[0] = mark;
    frame_watch_arrived(watch, now_us);
    frame_watch_look(watch, &frame, now_us);
    return watch->state;
}

static FrameWatch started(gboolean is_live)
{
    FrameWatch watch = FRAME_WATCH_INIT(limits);

    frame_watch_start(&watch, 0, is_live);
    return watch;
}

Test(frame_watch, starts_runs_and_stops)
{
    FrameWatch watch = FRAME_WATCH_INIT(limits);

    cr_expect_eq(watch.state, CAMERA_STATE_OFF);
    frame_watch_start(&watch, 0, TRUE);
    cr_expect_eq(watch.state, CAMERA_STATE_STARTING);
    cr_expect(frame_watch_arrived(&watch, 5), "the first");
    cr_expect_not(frame_watch_arrived(&watch, 6));
    cr_expect_eq(watch.state, CAMERA_STATE_RUNNING);
    frame_watch_stop(&watch);
    cr_expect_not(frame_watch_arrived(&watch, 7));
    cr_expect_not(frame_watch_tick(&watch, 100 * S));
    cr_expect_eq(watch.state, CAMERA_STATE_OFF);
}

Test(frame_watch, the_first_frame_gets_longer_than_later_ones)
{
    FrameWatch watch = started(TRUE);

    cr_expect_not(frame_watch_tick(&watch, 4 * S - 1));
    frame_watch_arrived(&watch, 4 * S - 1);
    cr_expect_not(frame_watch_tick(&watch, 5 * S - 2));
    cr_expect(frame_watch_tick(&watch, 5 * S - 1));
    cr_expect_eq(watch.state, CAMERA_STATE_STALLED);
    cr_expect_not(frame_watch_tick(&watch, 6 * S), "once: it is being reopened");
}

Test(frame_watch, no_first_frame_is_a_stall_too)
{
    FrameWatch watch = started(TRUE);

    cr_expect(frame_watch_tick(&watch, 4 * S));
    cr_expect_eq(watch.state, CAMERA_STATE_STALLED);
}

Test(frame_watch, a_frame_ends_a_stall)
{
    FrameWatch watch = started(TRUE);

    frame_watch_tick(&watch, 4 * S);
    frame_watch_arrived(&watch, 5 * S);
    cr_expect_eq(watch.state, CAMERA_STATE_RUNNING);
}

Test(frame_watch, the_same_picture_for_two_seconds_is_frozen_until_it_changes)
{
    FrameWatch watch = started(TRUE);

    for (gint64 t = 0; t < 2 * S; t += S / 10)
        cr_expect_eq(frame_at(&watch, t, 100, 200), CAMERA_STATE_RUNNING);
    cr_expect_eq(frame_at(&watch, 2 * S, 100, 200), CAMERA_STATE_FROZEN);
    cr_expect_eq(frame_at(&watch, 2 * S + 1, 100, 201), CAMERA_STATE_RUNNING);
}

Test(frame_watch, a_still_picture_from_a_file_is_not_frozen)
{
    FrameWatch watch = started(FALSE);

    for (gint64 t = 0; t < 10 * S; t += S / 10)
        cr_expect_eq(frame_at(&watch, t, 100, 200), CAMERA_STATE_RUNNING);
}

Test(frame_watch, dark_without_structure_for_a_second_is_black)
{
    FrameWatch watch = started(TRUE);

    cr_expect_eq(frame_at(&watch, 0, 16, 17), CAMERA_STATE_RUNNING);
    cr_expect_eq(frame_at(&watch, S - 1, 16, 18), CAMERA_STATE_RUNNING);
    cr_expect_eq(frame_at(&watch, S, 16, 19), CAMERA_STATE_BLACK);
    cr_expect_eq(frame_at(&watch, S + 1, 90, 19), CAMERA_STATE_RUNNING);
}

Test(frame_watch, a_night_with_one_lamp_is_not_black)
{
    FrameWatch watch = started(TRUE);

    for (gint64 t = 0; t < 3 * S; t += S / 10)
        cr_expect_eq(frame_at(&watch, t, 10, (guint8)(200 + t % 7)), CAMERA_STATE_RUNNING);
}

Test(frame_watch, black_and_frozen_can_also_stall)
{
    FrameWatch watch = started(TRUE);

    frame_at(&watch, 0, 0, 0);
    cr_expect_eq(frame_at(&watch, S, 0, 0), CAMERA_STATE_BLACK);
    cr_expect(frame_watch_tick(&watch, 2 * S));
    cr_expect_eq(watch.state, CAMERA_STATE_STALLED);
}
