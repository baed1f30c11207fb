/* What vision reads, where it says it was, and what it may cost. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "camera/vision/vision.h"
#include "tests/camera/render.h"

#define PILE "HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*1"
#define OTHER "HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E99999*2"

static Detections *look(const Picture *picture, VisionEffort *effort)
{
    g_autoptr(Vision) vision = vision_new();
    Detections *found = g_new0(Detections, 1);

    vision_look(vision, &picture->frame, found, effort);
    return found;
}

static gboolean says(const Detection *detection, const gchar *text)
{
    return detection->n_bytes == strlen(text) && memcmp(detection->bytes, text, detection->n_bytes) == 0;
}

static gdouble worst_corner_px(const Detection *detection, const gdouble quad[8])
{
    gdouble worst = 0;

    for (guint i = 0; i < 8; i += 2)
        worst = MAX(worst, hypot(detection->quad_px[i] - quad[i], detection->quad_px[i + 1] - quad[i + 1]));
    return worst;
}

static void corners(const gchar *text, gdouble x, gdouble y, gdouble module_px, gdouble angle,
                    gdouble quad[8])
{
    gdouble half = picture_code_modules(text) * module_px / 2, c = half * cos(angle), s = half * sin(angle);
    const gdouble all[8] = {x - c + s, y - s - c, x + c + s, y + s - c,
                            x + c - s, y + s + c, x - c - s, y - s + c};

    memcpy(quad, all, sizeof all);
}

Test(vision, reads_a_code_turned_any_way_and_names_its_corners_in_reading_order)
{
    for (guint step = 0; step < 12; step++) {
        gdouble angle = step * G_PI / 6 + 0.05, quad[8];
        Picture *picture = picture_new(320, 240, 180);
        picture_draw_code(picture, PILE, 160, 120, 4, angle);
        g_autofree Detections *found = look(picture, NULL);
        corners(PILE, 160, 120, 4, angle, quad);
        cr_assert_eq(found->n, 1, "%u degrees", step * 30);
        cr_expect(says(&found->item[0], PILE));
        cr_expect_lt(worst_corner_px(&found->item[0], quad), 6, "%u degrees: corners off by %.1f px",
                     step * 30, worst_corner_px(&found->item[0], quad));
        cr_expect_float_eq(found->item[0].px_per_module, 4, 0.25);
        picture_free(picture);
    }
}

Test(vision, reads_modules_from_two_pixels_to_sixteen)
{
    static const gdouble module_px[] = {2, 2.5, 3, 5, 8, 16};

    for (guint i = 0; i < G_N_ELEMENTS(module_px); i++) {
        guint side = (guint)(picture_code_modules(PILE) * module_px[i] + 20 * module_px[i]);
        Picture *picture = picture_new(MAX(side, 120), MAX(side, 120), 200);
        picture_draw_code(picture, PILE, picture->frame.width_px / 2.0, picture->frame.height_px / 2.0,
                          module_px[i], 0.1);
        g_autofree Detections *found = look(picture, NULL);
        cr_assert_eq(found->n, 1, "%.1f px", module_px[i]);
        cr_expect_float_eq(found->item[0].px_per_module, module_px[i], 0.06 * module_px[i]);
        picture_free(picture);
    }
}

Test(vision, reads_modules_of_one_pixel)
{
    for (guint i = 0; i < 6; i++) {
        Picture *picture = picture_new(200, 160, 120);
        picture_draw_code(picture, PILE, 100 + 0.17 * i, 80 + 0.31 * i, 1.05 + 0.08 * i, 0);
        g_autofree Detections *found = look(picture, NULL);
        cr_assert_eq(found->n, 1, "%.2f px", 1.05 + 0.08 * i);
        cr_expect(says(&found->item[0], PILE));
        cr_expect_float_eq(found->item[0].px_per_module, 1.05 + 0.08 * i, 0.03);
        picture_free(picture);
    }
}

Test(vision, reads_small_codes_seen_in_a_mirror)
{
    const gdouble mirrored[8] = {140, 60, 95, 60, 95, 105, 140, 105};
    Picture *picture = picture_new(240, 160, 120);
    picture_draw_code_in(picture, PILE, mirrored, 20, 235);
    g_autofree Detections *found = look(picture, NULL);

    cr_assert_eq(found->n, 1);
    cr_expect(says(&found->item[0], PILE));
    picture_free(picture);
}

Test(vision, reads_a_code_seen_from_aside)
{
    const gdouble quad[8] = {100, 70, 210, 85, 210, 195, 100, 215}; /* a wall running away */
    Picture *picture = picture_new(320, 280, 150);
    picture_draw_code_in(picture, PILE, quad, 20, 235);
    g_autofree Detections *found = look(picture, NULL);

    cr_assert_eq(found->n, 1);
    cr_expect(says(&found->item[0], PILE));
    cr_expect_lt(worst_corner_px(&found->item[0], quad), 8);
    picture_free(picture);
}

Test(vision, reads_through_blur_noise_and_little_contrast)
{
    const gdouble quad[8] = {100, 80, 220, 80, 220, 200, 100, 200};
    Picture *picture = picture_new(320, 280, 90);
    picture_draw_code_in(picture, PILE, quad, 70, 130);
    picture_blur(picture, 2);
    picture_add_noise(picture, 6, 1);
    g_autofree Detections *found = look(picture, NULL);

    cr_assert_eq(found->n, 1);
    cr_expect(says(&found->item[0], PILE));
    picture_free(picture);
}

/* The longest payload that a test gives, and what a camera never sees: pixels as modules, no quiet zone. */
Test(vision, reads_large_versions_and_cut_outs_of_one_pixel_a_module)
{
    static const gsize n_bytes[] = {40, 400, 1200, 2300};

    for (guint i = 0; i < G_N_ELEMENTS(n_bytes); i++) {
        g_autofree gchar *text = g_strnfill(n_bytes[i], 'x');
        guint side;
        for (gsize c = 0; c < n_bytes[i]; c++)
            text[c] = (gchar)('a' + c * c % 23);
        side = picture_code_modules(text);
        Picture *whole = picture_new(2 * side + 60, 2 * side + 60, 190), *cut = picture_new(side, side, 235);
        picture_draw_code(whole, text, side + 30, side + 30, 2, 0.02);
        picture_draw_code(cut, text, side / 2.0, side / 2.0, 1, 0);
        g_autofree Detections *found = look(whole, NULL), *in_cut = look(cut, NULL);
        cr_assert_eq(found->n, 1, "%u modules", side);
        cr_expect(says(&found->item[0], text));
        cr_assert_eq(in_cut->n, 1, "%u modules, cut out", side);
        cr_expect(says(&in_cut->item[0], text));
        cr_expect_float_eq(in_cut->item[0].quad_px[0], 0, 1);
        picture_free(whole);
        picture_free(cut);
    }
}

Test(vision, reads_codes_printed_light_on_dark)
{
    static const gdouble module_px[] = {2, 4, 9};

    for (guint i = 0; i < G_N_ELEMENTS(module_px); i++) {
        Picture *picture = picture_new(480, 480, 180);
        picture_draw_code(picture, PILE, 240, 240, module_px[i], 0.1);
        for (guint p = 0; p < 480 * 480; p++)
            picture->pixels[p] = (guint8)(255 - picture->pixels[p]);
        g_autofree Detections *found = look(picture, NULL);
        cr_assert_eq(found->n, 1, "%.0f px", module_px[i]);
        cr_expect(says(&found->item[0], PILE));
        picture_free(picture);
    }
}

Test(vision, reads_across_the_edge_of_a_shadow)
{
    Picture *picture = picture_new(240, 240, 200);
    picture_draw_code(picture, PILE, 120, 120, 5, 0.05);
    for (guint y = 0; y < 240; y++)
        for (guint x = 0; x < 240; x++)
            if (y + x / 4 < 150)
                picture->pixels[y * 240 + x] = (guint8)(picture->pixels[y * 240 + x] * 3 / 10);
    g_autofree Detections *found = look(picture, NULL);

    cr_assert_eq(found->n, 1);
    cr_expect(says(&found->item[0], PILE));
    picture_free(picture);
}

Test(vision, reads_a_code_with_a_finder_under_dirt)
{
    for (guint corner = 0; corner < 3; corner++) {
        Picture *picture = picture_new(240, 240, 200);
        guint x0 = corner == 1 ? 167 : 62, y0 = corner == 2 ? 167 : 62;
        picture_draw_code(picture, PILE, 120, 120, 4, 0);
        for (guint y = y0; y < y0 + 11; y++) /* most of the outer ring's corner, and of the middle */
            for (guint x = x0; x < x0 + 14; x++)
                picture->pixels[y * 240 + x] = 130;
        g_autofree Detections *found = look(picture, NULL);
        cr_assert_eq(found->n, 1, "finder %u", corner);
        cr_expect(says(&found->item[0], PILE));
        picture_free(picture);
    }
}

Test(vision, reports_all_codes_in_view_each_with_its_own_corners)
{
    Picture *picture = picture_new(480, 240, 180);
    gdouble left[8], right[8];
    picture_draw_code(picture, PILE, 120, 120, 4, 0);
    picture_draw_code(picture, OTHER, 360, 120, 4, 0.3);
    g_autofree Detections *found = look(picture, NULL);

    cr_assert_eq(found->n, 2);
    guint first = says(&found->item[0], PILE) ? 0 : 1;
    corners(PILE, 120, 120, 4, 0, left);
    corners(OTHER, 360, 120, 4, 0.3, right);
    cr_expect(says(&found->item[first], PILE));
    cr_expect(says(&found->item[1 - first], OTHER));
    cr_expect_lt(worst_corner_px(&found->item[first], left), 6);
    cr_expect_lt(worst_corner_px(&found->item[1 - first], right), 6);
    picture_free(picture);
}

Test(vision, two_stickers_with_the_same_text_are_two_places)
{
    Picture *picture = picture_new(480, 240, 180);
    picture_draw_code(picture, PILE, 120, 120, 4, 0);
    picture_draw_code(picture, PILE, 360, 120, 4, 0);
    g_autofree Detections *found = look(picture, NULL);

    cr_expect_eq(found->n, 2);
    picture_free(picture);
}

Test(vision, bytes_come_as_encoded_whatever_charset_they_look_like)
{
    Picture *picture = picture_new(240, 240, 200);
    picture_draw_code(picture, "\x83\x5c\xe4\xff", 120, 120, 5, 0);
    g_autofree Detections *found = look(picture, NULL);

    cr_assert_eq(found->n, 1);
    cr_expect(says(&found->item[0], "\x83\x5c\xe4\xff"));
    picture_free(picture);
}

Test(vision, rows_may_be_padded)
{
    Picture *picture = picture_new(320, 240, 180);
    picture_draw_code(picture, PILE, 150, 120, 4, 0);
    picture->frame.width_px = 301; /* the last 19 columns become padding */
    g_autofree Detections *found = look(picture, NULL);

    cr_expect_eq(found->n, 1);
    picture_free(picture);
}

Test(vision, the_same_eye_reads_frames_of_changing_size)
{
    g_autoptr(Vision) vision = vision_new();
    g_autofree Detections *found = g_new0(Detections, 1);
    static const guint side_px[] = {240, 400, 200, 320};

    for (guint i = 0; i < G_N_ELEMENTS(side_px); i++) {
        Picture *picture = picture_new(side_px[i], side_px[i], 180);
        picture_draw_code(picture, PILE, side_px[i] / 2.0, side_px[i] / 2.0, 4, 0);
        cr_expect_eq(vision_look(vision, &picture->frame, found, NULL), 1, "%u", side_px[i]);
        picture_free(picture);
    }
}

Test(vision, frames_without_a_code_cost_zbar_nothing)
{
    VisionEffort effort;
    Picture *flat = picture_new(320, 240, 128), *noise = picture_new(320, 240, 128),
            *stripes = picture_new(320, 240, 0);

    picture_add_noise(noise, 40, 7);
    for (guint i = 0; i < 320 * 240; i++)
        stripes->pixels[i] = i % 320 / 5 % 2 ? 250 : 5;
    g_free(look(flat, &effort));
    cr_expect_eq(effort.n_crops, 0);
    g_free(look(noise, &effort));
    cr_expect_eq(effort.n_crops, 0, "noise: %u marks", effort.n_marks);
    g_free(look(stripes, &effort));
    cr_expect_eq(effort.n_crops, 0);
    picture_free(flat);
    picture_free(noise);
    picture_free(stripes);
}

Test(vision, a_lone_finder_pattern_is_no_code)
{
    Picture *picture = picture_new(120, 120, 255);
    VisionEffort effort;

    for (gint y = -3; y <= 3; y++)
        for (gint x = -3; x <= 3; x++)
            for (guint p = 0; p < 16; p++)
                if (MAX(ABS(x), ABS(y)) != 2)
                    picture->pixels[(guint)(60 + 4 * y + (gint)(p / 4)) * 120 + (guint)(60 + 4 * x) + p % 4] =
                        0;
    g_autofree Detections *found = look(picture, &effort);
    cr_expect_geq(effort.n_marks, 1);
    cr_expect_eq(effort.n_crops, 0);
    cr_expect_eq(found->n, 0);
    picture_free(picture);
}

Test(vision, frames_too_small_for_a_code_are_looked_at_all_the_same)
{
    static const guint sizes[][2] = {{1, 1}, {7, 9}, {8, 8}, {200, 3}, {3, 200}, {48, 47}, {95, 97}};

    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        Picture *picture = picture_new(sizes[i][0], sizes[i][1], 128);
        picture_add_noise(picture, 100, i);
        g_autofree Detections *found = look(picture, NULL);
        cr_expect_eq(found->n, 0);
        picture_free(picture);
    }
}
