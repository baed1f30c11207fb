/* Marks of codes that are too far away to be read: tests draw them below a pixel a module. */
#include <criterion/criterion.h>
#include <math.h>

#include "camera/vision/far_finder.h"
#include "tests/camera/render.h"

#define PILE "HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*1" /* version 3: 22 modules between marks */

Test(far_finder, finds_finders_below_a_pixel_a_module_band_by_band)
{
    g_autofree FinderMarks *marks = g_new0(FinderMarks, 1);
    FarFinder finder = {0};

    for (guint i = 0; i < 3; i++) {
        gdouble module_px = 0.70 + 0.06 * i, far = 11 * module_px;
        Picture *picture = picture_new(160, 480, 90);
        guint n_right = 0;
        picture_draw_code(picture, PILE, 80.3, 350.2, module_px, 0);
        picture_add_noise(picture, 6, i);
        far_finder_scan(&finder, &picture->frame, 0.25, marks);
        cr_expect_eq(marks->n, 0, "the upper part of the frame");
        far_finder_scan(&finder, &picture->frame, 0.25, marks);
        far_finder_scan(&finder, &picture->frame, 0.25, marks);
        cr_expect_leq(marks->n, FAR_FINDER_MARKS_MAX);
        for (guint m = 0; m < marks->n; m++)
            for (guint corner = 0; corner < 3; corner++)
                n_right += hypot(marks->mark[m].x - 80.3 + (corner == 1 ? -far : far),
                                 marks->mark[m].y - 350.2 + (corner == 2 ? -far : far)) < module_px;
        cr_expect_eq(n_right, 3, "%.2f px a module: %u", module_px, n_right);
        far_finder_scan(&finder, &picture->frame, 0.25, marks); /* to the end: the next begins above */
        picture_free(picture);
    }
    far_finder_clear(&finder);
}

Test(far_finder, finds_around_one_mark_the_others_of_its_code)
{
    g_autofree FinderMarks *marks = g_new0(FinderMarks, 1);
    FarFinder finder = {0};

    for (guint i = 0; i < 3; i++) {
        gdouble module_px = 0.92 + 0.1 * i, far = 11 * module_px;
        Picture *picture = picture_new(400, 300, 90);
        const FinderMark seen = {.x = 100.3 + far, .y = 200.2 - far, .module_px = module_px};
        guint n_right = 0;
        picture_draw_code(picture, PILE, 100.3, 200.2, module_px, 0);
        picture_draw_code(picture, PILE, 300, 80, module_px, 0);
        marks->n = 0;
        far_finder_begin_frame(&finder);
        far_finder_look_around(&finder, &picture->frame, &seen, marks);
        for (guint m = 0; m < marks->n; m++) {
            cr_expect_lt(marks->mark[m].x, 200, "not the code far away");
            for (guint corner = 0; corner < 3; corner++)
                n_right += hypot(marks->mark[m].x - 100.3 + (corner == 1 ? -far : far),
                                 marks->mark[m].y - 200.2 + (corner == 2 ? -far : far)) < module_px;
        }
        cr_expect_eq(n_right, 3, "%.2f px a module: %u", module_px, n_right);
        picture_free(picture);
    }
    far_finder_clear(&finder);
}

Test(far_finder, takes_frames_of_any_size)
{
    static const guint size[][2] = {{1, 1}, {71, 200}, {72, 15}, {72, 16}, {200, 90}, {65, 300}};
    g_autofree FinderMarks *marks = g_new0(FinderMarks, 1);
    FarFinder finder = {0};

    for (guint i = 0; i < 3 * G_N_ELEMENTS(size); i++) {
        Picture *picture = picture_new(size[i % 6][0], size[i % 6][1], 128);
        picture_add_noise(picture, 127, i);
        far_finder_begin_frame(&finder);
        far_finder_scan(&finder, &picture->frame, 0.25, marks);
        for (guint m = 0; m < 40; m++)
            far_finder_look_around(
                &finder, &picture->frame,
                &(FinderMark){.x = 10.0 * m - 50, .y = 7.0 * m - 50, .module_px = 0.7 + 0.01 * m}, marks);
        cr_expect_leq(marks->n, FAR_FINDER_MARKS_MAX);
        picture_free(picture);
    }
    far_finder_clear(&finder);
}
