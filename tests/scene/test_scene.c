/* The geometry of a scene: lens, way of the car, truth. No pictures are drawn here. */
#include <criterion/criterion.h>
#include <math.h>

#include "tests/scene/scene.h"

#define DEG (G_PI / 180.0)

static void expect_near(gdouble got, gdouble want, gdouble tolerance, const gchar *what)
{
    cr_expect(fabs(got - want) <= tolerance, "%s: got %f, want %f", what, got, want);
}

Test(scene_lens, each_model_puts_an_angle_where_its_formula_says)
{
    const SceneVec thirty_degrees_right = {sin(30 * DEG), 0, cos(30 * DEG)};
    const struct {
        SceneLensModel model;
        gdouble radius_px;
    } rows[] = {
        {SCENE_LENS_PINHOLE, 500 * tan(30 * DEG)},
        {SCENE_LENS_EQUIDISTANT, 500 * 30 * DEG},
        {SCENE_LENS_EQUISOLID, 2 * 500 * sin(15 * DEG)},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        SceneLens lens = {rows[i].model, 500, 640, 360};
        gdouble x = 0, y = 0;
        cr_assert(scene_lens_project(&lens, thirty_degrees_right, &x, &y));
        expect_near(x, 640 + rows[i].radius_px, 1e-9, "x");
        expect_near(y, 360, 1e-9, "y");
    }
}

Test(scene_lens, the_ray_of_a_point_falls_on_that_point)
{
    for (gint model = SCENE_LENS_PINHOLE; model <= SCENE_LENS_EQUISOLID; model++) {
        SceneLens lens = {(SceneLensModel)model, 500, 640, 360};
        for (gint x = 0; x <= 1280; x += 160)
            for (gint y = 0; y <= 720; y += 90) {
                gdouble back_x = 0, back_y = 0;
                SceneVec ray = scene_lens_unproject(&lens, x, y);
                expect_near(ray.x * ray.x + ray.y * ray.y + ray.z * ray.z, 1, 1e-9, "length");
                cr_assert(scene_lens_project(&lens, ray, &back_x, &back_y));
                expect_near(back_x, x, 1e-6, "x");
                expect_near(back_y, y, 1e-6, "y");
            }
    }
}

Test(scene_lens, a_pinhole_sees_nothing_beside_or_behind_it_and_a_fisheye_does)
{
    const SceneVec beside = {1, 0, -0.05};
    SceneLens pinhole = {SCENE_LENS_PINHOLE, 500, 640, 360},
              fisheye = {SCENE_LENS_EQUIDISTANT, 500, 640, 360};
    gdouble x, y;

    cr_assert_not(scene_lens_project(&pinhole, beside, &x, &y));
    cr_assert(scene_lens_project(&fisheye, beside, &x, &y));
    cr_assert_not(scene_lens_project(&fisheye, (SceneVec){0, 0, -1}, &x, &y));
}

Test(scene, every_preset_is_sound_and_its_field_of_view_fills_the_width)
{
    for (const Scene *const *scene = scene_presets(); *scene != NULL; scene++) {
        SceneLens lens = scene_lens(*scene);
        gdouble half = (*scene)->fov_deg / 2 * DEG, x = 0, y = 0;
        cr_expect_null(scene_complaint(*scene), "%s", (*scene)->name);
        cr_expect_eq(scene_preset((*scene)->name), *scene);
        cr_assert(scene_lens_project(&lens, (SceneVec){-sin(half), 0, cos(half)}, &x, &y));
        expect_near(x, 0, 1e-6, (*scene)->name);
    }
    cr_assert_null(scene_preset("nowhere"));
}

Test(scene, senseless_parameters_are_named)
{
    const struct {
        gsize offset;
        gdouble value;
    } rows[] = {
        {G_STRUCT_OFFSET(Scene, seconds), 0},   {G_STRUCT_OFFSET(Scene, start_m), 0.5},
        {G_STRUCT_OFFSET(Scene, stop_m), NAN},  {G_STRUCT_OFFSET(Scene, speed_m_s), 0},
        {G_STRUCT_OFFSET(Scene, fov_deg), 360}, {G_STRUCT_OFFSET(Scene, card_m), 1},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        Scene scene = *scene_preset("day");
        G_STRUCT_MEMBER(gdouble, &scene, rows[i].offset) = rows[i].value;
        cr_expect_not_null(scene_complaint(&scene), "row %u", i);
    }
    Scene odd = *scene_preset("day");
    odd.width_px = 1281;
    cr_expect_not_null(scene_complaint(&odd));
}

Test(scene, the_car_comes_nearer_never_faster_than_its_speed_and_stops_where_it_should)
{
    for (const Scene *const *each = scene_presets(); *each != NULL; each++) {
        const Scene *scene = *each;
        gdouble end_s = scene_standstill_s(scene), before_m = scene->start_m;
        expect_near(-scene_pose_at(scene, 0).at.z, scene->start_m, 1e-9, "start");
        expect_near(-scene_pose_at(scene, end_s).at.z, scene->stop_m, 1e-9, "stop");
        expect_near(-scene_pose_at(scene, end_s + 100).at.z, scene->stop_m, 1e-9, "standing");
        for (gdouble t = 0.01; t < end_s; t += 0.01) {
            gdouble now_m = -scene_pose_at(scene, t).at.z;
            cr_assert(now_m < before_m);
            cr_assert(before_m - now_m <= scene->speed_m_s * 0.01 + 1e-9);
            before_m = now_m;
        }
        cr_assert_not(scene_pose_at(scene, end_s - 0.01).still);
        cr_assert(scene_pose_at(scene, end_s + 3).still);
    }
}

Test(scene, a_way_too_short_for_its_speed_still_ends_in_time)
{
    Scene scene = *scene_preset("day");

    scene.start_m = 1.0;
    expect_near(-scene_pose_at(&scene, scene_standstill_s(&scene)).at.z, scene.stop_m, 1e-9, "stop");
    cr_assert(scene_standstill_s(&scene) > 0);
}

Test(scene, the_axes_of_the_camera_are_those_of_a_right_angled_frame)
{
    const Scene *scene = scene_preset("angled");

    for (gdouble t = 0; t < 6; t += 0.37) {
        ScenePose p = scene_pose_at(scene, t);
        const SceneVec *axes[] = {&p.right, &p.down, &p.forward};
        for (guint i = 0; i < 3; i++)
            for (guint j = 0; j < 3; j++)
                expect_near(axes[i]->x * axes[j]->x + axes[i]->y * axes[j]->y + axes[i]->z * axes[j]->z,
                            i == j, 1e-9, "dot product");
    }
}

Test(scene, pixels_per_module_are_focal_length_times_module_over_distance)
{
    /* Straight ahead and at the camera's height, where the formula of scanning needs no correction. */
    Scene scene = *scene_preset("day");
    SceneLens lens = scene_lens(&scene);
    gdouble module_m = scene.card_m / (29 + 2 * SCENE_QUIET_MODULES);

    scene.tilt_deg = 0;
    scene.card_height_m = scene.camera_height_m;
    scene.piles[0].x_m = 0;
    for (gdouble distance_m = 4.5; distance_m > 1; distance_m -= 0.5) {
        ScenePose pose = {.at = {0, scene.camera_height_m, -distance_m},
                          .right = {1, 0, 0},
                          .down = {0, -1, 0},
                          .forward = {0, 0, 1}};
        SceneTruth truth = scene_truth(&scene, &pose, 0, 29);
        gdouble expected = lens.f_px * module_m / distance_m;
        expect_near(truth.distance_m, distance_m, 1e-9, "distance");
        expect_near(truth.px_per_module, expected, expected * 0.01, "px per module");
        cr_assert(truth.visible);
    }
}

Test(scene, the_corners_come_in_reading_order_and_stay_in_the_picture)
{
    for (const Scene *const *each = scene_presets(); *each != NULL; each++) {
        for (gdouble t = 0; t < (*each)->seconds; t += 0.25) {
            ScenePose pose = scene_pose_at(*each, t);
            SceneTruth truth = scene_truth(*each, &pose, 0, 29);
            const gdouble *q = truth.quad_px;
            cr_expect(truth.visible, "%s at %.2f s", (*each)->name, t);
            cr_expect(q[0] < q[2] && q[6] < q[4], "left of right");
            cr_expect(q[1] < q[7] && q[3] < q[5], "top above bottom");
        }
    }
}

Test(scene, a_code_behind_the_edge_of_the_picture_is_not_visible)
{
    Scene scene = *scene_preset("day");
    ScenePose pose = scene_pose_at(&scene, 100);

    scene.piles[0].x_m = 4;
    cr_assert_not(scene_truth(&scene, &pose, 0, 29).visible);
}
