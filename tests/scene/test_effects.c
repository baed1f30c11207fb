/* What spoils a picture, each effect by itself: turned boxes, dirt on the glass, worn cards, sharpening. */
#include <criterion/criterion.h>
#include <math.h>
#include <qrencode.h>
#include <string.h>

#include "tests/scene/scene.h"
#include "tests/scene/scene_box.h"
#include "tests/scene/scene_card.h"
#include "tests/scene/scene_dirt.h"
#include "tests/scene/scene_sensor.h"

#define TEXT "HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*1"

static void expect_near(gdouble got, gdouble want, gdouble tolerance, const gchar *what)
{
    cr_expect(fabs(got - want) <= tolerance, "%s: got %f, want %f", what, got, want);
}

Test(scene_box, its_own_frame_and_the_world_are_each_others_way_back)
{
    SceneBox box = {.cosine = 1};
    const gfloat place[3] = {0.4F, 1.2F, -0.7F};
    gfloat own[3], back[3];

    scene_box_turn(&box, 0.5, 0, 35);
    scene_box_to_own(&box, place, TRUE, own);
    scene_box_to_world(&box, own, back);
    for (guint i = 0; i < 3; i++)
        expect_near(back[i], place[i], 1e-5, "coordinate");
    cr_expect(hypotf(own[0] - place[0], own[2] - place[2]) > 0.1F, "the turn does something");
}

Test(scene_box, a_positive_turn_makes_its_front_look_towards_negative_x)
{
    SceneBox box = {.cosine = 1};
    const gfloat middle[3] = {0.5F, 1, 0}, before_it[3] = {0.5F, 1, -1}; /* own frame */
    gfloat from[3], to[3];

    scene_box_turn(&box, 0.5, 0, 90);
    scene_box_to_world(&box, middle, from);
    scene_box_to_world(&box, before_it, to);
    expect_near(to[0] - from[0], -1, 1e-5, "x of its front");
    expect_near(to[2] - from[2], 0, 1e-5, "z of its front");
}

Test(scene_box, a_ray_enters_through_the_face_it_meets_first_or_misses)
{
    SceneBox box = {.min = {-1, 0, 2}, .max = {1, 1, 3}, .cosine = 1};
    const gfloat o[3] = {0, 0.5F, 0}, ahead[3] = {1e-6F, 1e-6F, 1}, aside[3] = {1, 1e-6F, 0.5F};
    gfloat distance = 0;
    guint axis = 9;

    cr_assert(scene_box_enter(&box, o, ahead, &distance, &axis));
    expect_near(distance, 2, 1e-5, "distance");
    cr_expect_eq(axis, 2);
    cr_expect_not(scene_box_enter(&box, o, aside, &distance, &axis));
}

Test(scene, a_turned_code_is_narrower_and_its_nearer_side_is_longer)
{
    Scene scene = *scene_preset("day");
    scene.piles[0].x_m = 0;
    ScenePose pose = scene_pose_at(&scene, 2);
    SceneTruth straight = scene_truth(&scene, &pose, 0, 29);
    scene.piles[0].yaw_deg = 40;
    SceneTruth turned = scene_truth(&scene, &pose, 0, 29);
    const gdouble *q = turned.quad_px;
    gdouble left = hypot(q[6] - q[0], q[7] - q[1]), right = hypot(q[4] - q[2], q[5] - q[3]);

    cr_expect(right > 1.02 * left, "the right side came nearer: %f and %f", right, left);
    expect_near((q[2] - q[0]) / (straight.quad_px[2] - straight.quad_px[0]), cos(40 * G_PI / 180), 0.03,
                "width");
    expect_near(turned.distance_m, straight.distance_m, 1e-9, "distance");
}

static gdouble mean_pass(gdouble amount, guint seed)
{
    g_autoptr(SceneDirt) dirt = scene_dirt_new(160, 90, amount, seed);
    gdouble sum = 0;

    for (guint y = 0; y < 90; y++)
        for (guint x = 0; x < 160; x++) {
            SceneDirtSpot spot = scene_dirt_at(dirt, x, y);
            cr_assert(spot.pass > 0.05F && spot.pass <= 1 && spot.veil >= 0 && spot.spread >= 1);
            sum += spot.pass;
        }
    return sum / (160 * 90);
}

Test(scene_dirt, more_dirt_passes_less_light_and_clean_glass_all)
{
    expect_near(mean_pass(0, 1), 1, 1e-6, "clean");
    cr_expect(mean_pass(0.3, 1) < 0.99);
    cr_expect(mean_pass(1, 1) < mean_pass(0.3, 1));
}

Test(scene_dirt, the_seed_alone_says_where_it_lies)
{
    cr_expect_eq(mean_pass(0.5, 3), mean_pass(0.5, 3));
    cr_expect_neq(mean_pass(0.5, 3), mean_pass(0.5, 4));
}

typedef struct {
    gdouble wrong;    /* share of modules on the wrong side of @threshold */
    gdouble contrast; /* mean of white minus mean of black modules */
} CardQuality;

static CardQuality quality_of_card(gdouble wear, guint seed)
{
    guint n = 0, wrong = 0;
    g_autoptr(SceneTexture) card = scene_card_paint(TEXT, 0.2, wear, seed, &n, NULL);
    QRcode *code = QRcode_encodeString(TEXT, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    gdouble module_m = 0.2 / (n + 2 * SCENE_QUIET_MODULES), sum[2] = {0, 0};
    guint count[2] = {0, 0};

    cr_assert_eq(n, (guint)code->width);
    for (guint y = 0; y < n; y++)
        for (guint x = 0; x < n; x++) {
            gdouble border = SCENE_CARD_MARGIN_MODULES + SCENE_QUIET_MODULES + 0.5;
            gfloat value = scene_texture_at(card, (gfloat)((x + border) * module_m),
                                            (gfloat)((y + border) * module_m), (gfloat)module_m / 3);
            guint dark = code->data[y * n + x] & 1;
            wrong += (value < 0.38F) != dark;
            sum[dark] += value;
            count[dark]++;
        }
    QRcode_free(code);
    return (CardQuality){(gdouble)wrong / (n * n), sum[0] / count[0] - sum[1] / count[1]};
}

Test(scene_card, as_printed_it_has_every_module_in_full_contrast)
{
    CardQuality printed = quality_of_card(0, 1);

    cr_expect_eq(printed.wrong, 0);
    expect_near(printed.contrast, 0.86 - 0.035, 0.01, "contrast");
}

Test(scene_card, wear_takes_contrast_and_some_modules_but_leaves_it_repairable)
{
    for (guint seed = 1; seed <= 8; seed++) {
        CardQuality half = quality_of_card(0.5, seed), full = quality_of_card(1, seed);
        cr_expect(full.contrast < half.contrast && half.contrast < 0.8, "seed %u", seed);
        /* Level M mends 15 % of the codewords; eight modules in a codeword, damage lies together. */
        cr_expect(full.wrong < 0.10, "seed %u: %f wrong", seed, full.wrong);
    }
}

Test(scene_sensor, sharpening_leaves_even_places_alone_and_overshoots_at_edges)
{
    enum { WIDTH = 16, HEIGHT = 8 };
    guint8 luma[WIDTH * HEIGHT];

    for (guint i = 0; i < WIDTH * HEIGHT; i++)
        luma[i] = i % WIDTH < 8 ? 60 : 180;
    scene_sensor_sharpen(luma, WIDTH, HEIGHT, 1);
    for (guint y = 0; y < HEIGHT; y++) {
        const guint8 *row = luma + (gsize)y * WIDTH;
        cr_expect_eq(row[0], 60);
        cr_expect_eq(row[15], 180);
        cr_expect_lt(row[7], 50);
        cr_expect_gt(row[8], 190);
    }
}

Test(scene_sensor, sharpening_by_nothing_changes_nothing)
{
    guint8 luma[64], before[64];

    for (guint i = 0; i < 64; i++)
        luma[i] = before[i] = (guint8)(i * 37);
    scene_sensor_sharpen(luma, 8, 8, 0);
    cr_expect_arr_eq(luma, before, sizeof luma);
    scene_sensor_sharpen(luma, 8, 8, 1);
    cr_expect_arr_neq(luma, before, sizeof luma);
}
