/* Codes over several frames: where they should be next, when they are forgotten, and what frames say
 * together. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "camera/vision/frame_budget.h"
#include "camera/vision/vision.h"
#include "tests/camera/render.h"

#define PILE "HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*1"
#define TENTH_NS (G_GINT64_CONSTANT(100) * 1000 * 1000)

static ModelFit model_at(gdouble x, gdouble y)
{
    return (ModelFit){.grid = {.h = {15, 0, x, 0, 15, y}}, .version = 3, .r2 = 0.7};
}

Test(vision_tracker, expects_a_code_where_its_way_goes_on)
{
    g_autoptr(VisionTracker) tracker = vision_tracker_new();
    ModelFit model = model_at(100, 50), next;
    VisionTrack *track = vision_tracker_begin(tracker, &model, TENTH_NS);

    cr_assert_not_null(track);
    vision_track_predict(track, 2 * TENTH_NS, &next);
    cr_expect_float_eq(next.grid.h[2], 100, 1e-6, "one frame says nothing of a way");
    model = model_at(102, 51);
    vision_track_move(track, &model, 2 * TENTH_NS);
    vision_track_predict(track, 4 * TENTH_NS, &next);
    cr_expect_float_eq(next.grid.h[2], 106, 1e-6);
    cr_expect_float_eq(next.grid.h[5], 53, 1e-6);
}

Test(vision_tracker, expects_a_code_to_grow_as_it_grew)
{
    g_autoptr(VisionTracker) tracker = vision_tracker_new();
    ModelFit model = model_at(100, 50), next;
    VisionTrack *track = vision_tracker_begin(tracker, &model, TENTH_NS);

    for (guint i = 0; i < 5; i++)
        model.grid.h[0] = model.grid.h[4] = 15 * pow(1.04, i + 1),
        vision_track_move(track, &model, (i + 2) * TENTH_NS);
    vision_track_predict(track, 8 * TENTH_NS, &next);
    cr_expect_float_eq(next.grid.h[0], 15 * pow(1.04, 7), 0.01);
    cr_expect_float_eq(next.grid.h[2], 100, 1e-6);
    cr_expect_gt(vision_track_trust(track), 0.5);
}

Test(vision_tracker, a_fit_that_is_better_in_the_same_frame_begins_anew)
{
    g_autoptr(VisionTracker) tracker = vision_tracker_new();
    ModelFit model = model_at(100, 50), better = model_at(101, 50);
    Region region = {.right = {.x = 110, .y = 40}, .below = {.x = 90, .y = 60}};
    VisionTrack *track = vision_tracker_begin(tracker, &model, TENTH_NS);

    cr_expect_not(vision_tracker_holds(tracker, &region, TENTH_NS), "not well");
    better.r2 = 0.8;
    cr_expect_eq(vision_tracker_begin(tracker, &better, TENTH_NS), track);
    cr_expect_eq(track->n_frames, 1);
    cr_expect(vision_tracker_holds(tracker, &region, TENTH_NS));
    cr_expect_not(vision_tracker_holds(tracker, &region, 2 * TENTH_NS), "seen last a frame ago");
}

Test(vision_tracker, knows_a_code_again_that_a_turning_car_moved_by_its_side)
{
    g_autoptr(VisionTracker) tracker = vision_tracker_new();
    ModelFit model = model_at(100, 50), next;
    VisionTrack *track = vision_tracker_begin(tracker, &model, TENTH_NS);

    cr_expect(vision_track_is_lost(track, 2 * TENTH_NS));
    model = model_at(130, 52);
    cr_expect_eq(vision_tracker_begin(tracker, &model, 2 * TENTH_NS), track);
    cr_expect_not(vision_track_is_lost(track, 2 * TENTH_NS));
    cr_expect_eq(track->n_frames, 2);
    vision_track_predict(track, 3 * TENTH_NS, &next);
    cr_expect_float_eq(next.grid.h[2], 160, 1e-6);
    model = model_at(190, 50);
    model.version = 4;
    cr_expect_neq(vision_tracker_begin(tracker, &model, 3 * TENTH_NS), track, "another version so far away");
}

Test(vision_tracker, forgets_what_was_not_seen_for_long_and_when_time_goes_back)
{
    g_autoptr(VisionTracker) tracker = vision_tracker_new();
    ModelFit model = model_at(100, 50);
    VisionTrack *track = vision_tracker_begin(tracker, &model, 10 * TENTH_NS);

    vision_tracker_age(tracker, 10 * TENTH_NS + VISION_TRACK_FORGET_NS);
    cr_expect_eq(track->n_frames, 1);
    vision_tracker_age(tracker, 10 * TENTH_NS + VISION_TRACK_FORGET_NS + 1);
    cr_expect_eq(track->n_frames, 0);
    track = vision_tracker_begin(tracker, &model, 10 * TENTH_NS);
    vision_tracker_age(tracker, 9 * TENTH_NS);
    cr_expect_eq(track->n_frames, 0);
}

Test(vision_tracker, one_place_is_one_track_and_the_oldest_makes_room)
{
    g_autoptr(VisionTracker) tracker = vision_tracker_new();
    ModelFit model = model_at(100, 50);
    VisionTrack *first = vision_tracker_begin(tracker, &model, TENTH_NS);

    model = model_at(103, 52);
    cr_expect_null(vision_tracker_begin(tracker, &model, TENTH_NS), "seen already in this frame");
    cr_expect_eq(vision_tracker_begin(tracker, &model, 2 * TENTH_NS), first);
    for (guint i = 1; i < VISION_TRACKS_MAX; i++) {
        model = model_at(100 + 100 * i, 50);
        cr_expect_neq(vision_tracker_begin(tracker, &model, 3 * TENTH_NS), first);
    }
    model = model_at(900, 50);
    cr_expect_eq(vision_tracker_begin(tracker, &model, 4 * TENTH_NS), first);
}

/* Frames of a code that comes nearer in strong noise. Returns: the first that is
 * read. */
static guint first_read(gboolean together)
{
    g_autoptr(Vision) vision = vision_new();
    g_autoptr(VisionTracker) tracker = vision_tracker_new();
    g_autofree Detections *found = g_new0(Detections, 1);
    guint first = 0;

    for (guint i = 1; i <= 30 && first == 0; i++) {
        Picture *picture = picture_new(160, 120, 90);
        picture_draw_code(picture, PILE, 80.3 + 0.4 * i, 60.2 - 0.3 * i, 1.0 + 0.01 * i, 0.01);
        picture_add_noise(picture, 30, i);
        picture->frame.pts_ns = i * TENTH_NS;
        if (vision_follow(vision, together ? tracker : NULL, &picture->frame, found, NULL) == 1 &&
            found->item[0].n_bytes == strlen(PILE) && memcmp(found->item[0].bytes, PILE, strlen(PILE)) == 0)
            first = i;
        picture_free(picture);
    }
    return first;
}

Test(vision, frames_together_are_read_earlier_than_each_alone)
{
    guint together = first_read(TRUE), alone = first_read(FALSE);

    cr_expect_gt(together, 0);
    cr_expect(alone == 0 || together < alone, "together in frame %u, alone in frame %u", together, alone);
}

/* A code that comes nearer from where no module can be told from the next, on a road that is not even. */
Test(vision, begins_to_follow_a_code_long_before_it_can_be_read)
{
    g_autoptr(Vision) vision = vision_new();
    g_autoptr(VisionTracker) tracker = vision_tracker_new();
    g_autofree Detections *found = g_new0(Detections, 1);
    gdouble module_px = 0.7;

    for (guint i = 1; module_px < 0.95 && found->n == 0; i++, module_px *= 1.025) {
        Picture *picture = picture_new(200, 160, 90);
        picture_draw_code(picture, PILE, 90.3 + 1.3 * i, 80.2 + (i % 3) - 1.2, module_px, 0.01);
        picture_add_noise(picture, 3, i);
        picture->frame.pts_ns = i * TENTH_NS;
        vision_follow(vision, tracker, &picture->frame, found, NULL);
        picture_free(picture);
    }
    cr_assert_eq(found->n, 1, "not below %.2f px a module", module_px);
    cr_expect_eq(found->item[0].n_bytes, strlen(PILE));
    cr_expect_arr_eq(found->item[0].bytes, PILE, strlen(PILE));
}

Test(vision, a_frame_that_costs_much_does_not_spoil_the_next)
{
    g_autoptr(Vision) vision = vision_new();
    g_autoptr(VisionTracker) tracker = vision_tracker_new();
    g_autofree Detections *found = g_new0(Detections, 1);
    VisionEffort effort;
    Picture *wall = picture_new(480, 360, 128), *good = picture_new(480, 360, 128);

    picture_tile_finders(wall, 2);
    picture_draw_code(good, PILE, 240, 180, 3, 0);
    wall->frame.pts_ns = TENTH_NS;
    good->frame.pts_ns = 2 * TENTH_NS;
    vision_follow(vision, tracker, &wall->frame, found, &effort);
    cr_expect_leq(effort.n_fits, VISION_FITS_MAX);
    cr_expect_eq(vision_follow(vision, tracker, &good->frame, found, NULL), 1);
    picture_free(wall);
    picture_free(good);
}

Test(frame_budget, the_mean_is_kept_whatever_the_frames_cost)
{
    FrameBudget budget;
    g_autoptr(GRand) random = g_rand_new_with_seed(1);
    gint64 spent_us = 0, granted_us;

    frame_budget_init(&budget, 8000);
    for (guint i = 0; i < 1000; i++) { /* all that is granted, and up to 3 ms more */
        granted_us = frame_budget_begin(&budget, 8000);
        cr_assert(granted_us >= 4000 && granted_us <= 32000);
        granted_us += g_rand_int_range(random, 0, 3000);
        spent_us += granted_us;
        frame_budget_end(&budget, granted_us);
    }
    cr_expect_leq(spent_us, 1000 * 8000 + 24000 + 3000);
}

Test(frame_budget, easy_frames_save_for_a_hard_one_and_a_hard_one_does_not_blind_the_next)
{
    FrameBudget budget;

    frame_budget_init(&budget, 8000);
    cr_expect_eq(frame_budget_begin(&budget, 8000), 32000, "the first frame may be a hard one");
    frame_budget_end(&budget, 60000);
    cr_expect_eq(frame_budget_begin(&budget, 8000), 4000);
    for (guint i = 0; i < 20; i++) {
        frame_budget_end(&budget, 1500);
        frame_budget_begin(&budget, 8000);
    }
    cr_expect_eq(budget.granted_us, 32000, "no more than four frames' worth is saved");
}

/* A clock that only moves when it is looked at. */
typedef struct {
    FrameBudget budget;
    gint64 step_us, spent_us;
} AskedClock;

static gint64 asked(gpointer data)
{
    AskedClock *self = data;

    self->spent_us += self->step_us;
    return self->budget.granted_us - self->spent_us;
}

Test(vision, walls_that_cost_too_much_are_cut_off_and_a_good_frame_after_them_is_read)
{
    g_autoptr(Vision) vision = vision_new();
    g_autoptr(VisionTracker) tracker = vision_tracker_new();
    g_autofree Detections *found = g_new0(Detections, 1);
    AskedClock clock = {.step_us = 900};
    VisionEffort effort;
    Picture *wall = picture_new(480, 360, 128), *good = picture_new(480, 360, 128);
    gint64 spent_us = 0;

    picture_tile_finders(wall, 2);
    picture_draw_code(good, PILE, 240, 180, 3, 0);
    frame_budget_init(&clock.budget, 8000);
    vision_limit(vision, asked, &clock);
    for (guint i = 1; i <= 21; i++) {
        Picture *picture = i == 21 ? good : wall;
        picture->frame.pts_ns = i * TENTH_NS;
        clock.spent_us = 0;
        frame_budget_begin(&clock.budget, 8000);
        vision_follow(vision, tracker, &picture->frame, found, &effort);
        frame_budget_end(&clock.budget, clock.spent_us);
        spent_us += clock.spent_us;
    }
    cr_expect_eq(found->n, 1);
    cr_expect_gt(spent_us, 20 * 4000, "what is granted is used");
    vision_limit(vision, NULL, NULL);
    vision_follow(vision, tracker, &wall->frame, found, &effort);
    cr_expect_gt(effort.n_fits, 60, "without a limit much more is tried");
    picture_free(wall);
    picture_free(good);
}

static gint64 nothing_left(gpointer data)
{
    return -1;
}

Test(vision, without_any_time_left_an_easy_code_is_read_and_nothing_dear_is_begun)
{
    g_autoptr(Vision) vision = vision_new();
    g_autofree Detections *found = g_new0(Detections, 1);
    VisionEffort effort;
    Picture *wall = picture_new(480, 360, 128), *good = picture_new(480, 360, 128);

    picture_tile_finders(wall, 3);
    picture_draw_code(good, PILE, 240, 180, 3, 0);
    vision_limit(vision, nothing_left, NULL);
    cr_expect_eq(vision_look(vision, &good->frame, found, &effort), 1);
    cr_expect_eq(vision_look(vision, &wall->frame, found, &effort), 0);
    cr_expect_eq(effort.n_crops + effort.n_pair_places + effort.even_pixels, 0);
    cr_expect_leq(effort.n_fits, 2 * 60, "the likeliest of either finder");
    picture_free(wall);
    picture_free(good);
}
