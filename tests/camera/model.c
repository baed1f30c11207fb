/* The way from gray pixels to modules: symbol, repair, grid, solution. Each checked against libqrencode. */
#include <criterion/criterion.h>
#include <math.h>
#include <qrencode.h>
#include <string.h>

#include "camera/vision/codewords.h"
#include "camera/vision/even.h"
#include "camera/vision/fit.h"
#include "camera/vision/noise.h"
#include "camera/vision/pair.h"
#include "camera/vision/reed_solomon.h"
#include "camera/vision/ring_finder.h"
#include "camera/vision/solve.h"
#include "tests/camera/render.h"

#define PILE "HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*1" /* version 3 at level M */
#define SIDE 29

static QRcode *encode(guint version, QRecLevel level)
{
    QRcode *code = QRcode_encodeString8bit("PILE 7", (int)version, level);

    cr_assert_not_null(code);
    cr_assert_eq(code->version, (int)version);
    return code;
}

static void light_of(const QRcode *code, gfloat *light)
{
    for (gint i = 0; i < code->width * code->width; i++)
        light[i] = code->data[i] & 1 ? 0.1f : 0.9f;
}

static guint count_differences(const QRcode *code, const guint8 *dark)
{
    guint n = 0;

    for (gint i = 0; i < code->width * code->width; i++)
        n += (code->data[i] & 1) != dark[i] ? 1 : 0;
    return n;
}

Test(symbol, knows_the_modules_that_every_code_of_a_version_has)
{
    for (guint version = 1; version <= SYMBOL_VERSION_MAX; version++) {
        QRcode *code = encode(version, QR_ECLEVEL_L);
        Symbol symbol;
        symbol_init(&symbol, version);
        cr_assert_eq(symbol.side, (guint)code->width);
        for (guint i = 0; i < symbol.side * symbol.side; i++)
            if (symbol.module[i] >= SYMBOL_LIGHT)
                cr_expect_eq(symbol.module[i] == SYMBOL_DARK, code->data[i] & 1, "version %u, module %u,%u",
                             version, i % symbol.side, i / symbol.side);
        QRcode_free(code);
    }
}

Test(codewords, of_every_version_and_level_come_back_as_printed)
{
    static const QRecLevel level[] = {QR_ECLEVEL_L, QR_ECLEVEL_M, QR_ECLEVEL_Q, QR_ECLEVEL_H};

    for (guint version = 1; version <= SYMBOL_VERSION_MAX; version++)
        for (guint l = version == 1 ? 1 : 0; l < (version == 1 ? 2 : 4); l++) {
            QRcode *code = encode(version, level[l]);
            gfloat light[SYMBOL_SIDE_MAX * SYMBOL_SIDE_MAX];
            guint8 dark[SYMBOL_SIDE_MAX * SYMBOL_SIDE_MAX];
            Symbol symbol;
            symbol_init(&symbol, version);
            light_of(code, light);
            light[symbol.side * symbol.side - 1] =
                0.45f + 0.1f * (light[symbol.side * symbol.side - 1] < 0.5f);
            cr_expect(codewords_repair(&symbol, light, dark), "version %u level %u", version, l);
            /* The encoder leaves up to 7 remainder bits unmasked; nobody reads them. */
            cr_expect_leq(count_differences(code, dark), 7, "version %u level %u", version, l);
            QRcode_free(code);
        }
}

Test(codewords, doubtful_modules_cost_half_of_wrong_ones)
{
    QRcode *code = encode(3, QR_ECLEVEL_M); /* 26 check bytes: 13 errors, or 26 erasures */
    gfloat light[SYMBOL_SIDE_MAX * SYMBOL_SIDE_MAX], burnt[SYMBOL_SIDE_MAX * SYMBOL_SIDE_MAX];
    guint8 dark[SYMBOL_SIDE_MAX * SYMBOL_SIDE_MAX];
    Symbol symbol;

    symbol_init(&symbol, 3);
    light_of(code, light);
    memcpy(burnt, light, sizeof burnt);
    for (guint v = 11; v < 20; v++) /* a highlight over some 16 codewords */
        for (guint u = 10; u < 19; u++) {
            light[v * SIDE + u] = 0.95f; /* believed */
            burnt[v * SIDE + u] = 0.52f; /* known to be lost */
        }
    cr_expect_not(codewords_repair(&symbol, light, dark));
    cr_expect(codewords_repair(&symbol, burnt, dark));
    cr_expect_leq(count_differences(code, dark), 7);
    QRcode_free(code);
}

Test(codewords, noise_is_never_a_code)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(5);
    gfloat light[SYMBOL_SIDE_MAX * SYMBOL_SIDE_MAX];
    guint8 dark[SYMBOL_SIDE_MAX * SYMBOL_SIDE_MAX];

    for (guint i = 0; i < 2000; i++) {
        Symbol symbol;
        symbol_init(&symbol, 1 + i % SYMBOL_VERSION_MAX);
        for (guint m = 0; m < symbol.side * symbol.side; m++)
            light[m] = (gfloat)g_rand_double(random);
        cr_assert_not(codewords_repair(&symbol, light, dark));
    }
}

Test(reed_solomon, repairs_errors_and_erasures_up_to_its_limit_and_no_farther)
{
    guint8 word[26] = {0}; /* all zeros is a code word */
    guint erased[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, n_errors;

    for (guint i = 0; i < 5; i++)
        word[3 * i] = (guint8)(17 + i);
    cr_expect(reed_solomon_repair(word, 26, 10, NULL, 0, &n_errors));
    cr_expect_eq(n_errors, 5);
    for (guint i = 0; i < 26; i++)
        cr_expect_eq(word[i], 0);
    for (guint i = 0; i < 10; i++)
        word[i] = (guint8)(i * 7 + 1);
    cr_expect_not(reed_solomon_repair(word, 26, 10, NULL, 0, &n_errors));
    cr_expect_eq(word[9], 64, "a word that cannot be repaired is left alone");
    cr_expect(reed_solomon_repair(word, 26, 10, erased, 10, &n_errors));
    cr_expect_eq(n_errors, 0);
    cr_expect_eq(word[9], 0);
}

/* Where a fit begins that is off by (@off_u, @off_v) modules in a picture_draw_code() at (60, 60). */
static Grid grid_off_by(gdouble module_px, gdouble off_u, gdouble off_v)
{
    gdouble half = SIDE * module_px / 2;

    return (Grid){.h = {half, 0, 60 + off_u * module_px, 0, half, 60 + off_v * module_px}};
}

Test(fit, finds_the_grid_from_half_a_module_away)
{
    Picture *picture = picture_new(120, 120, 160);
    Symbol symbol;
    g_autofree FitPattern *pattern = g_new0(FitPattern, 1);

    picture_draw_code(picture, PILE, 60, 60, 1.4, 0.04);
    symbol_init(&symbol, 3);
    fit_pattern_init(pattern, &symbol, 0.45);
    for (guint i = 0; i < 8; i++) {
        Grid grid = grid_off_by(1.4, 0.6 * cos(i * G_PI / 4), 0.6 * sin(i * G_PI / 4));
        cr_expect_gt(fit(pattern, &picture->frame, &grid, 12, &(FitPrior){.flat_px = 300}), 0.8);
        cr_expect_float_eq(grid.h[2], 60, 0.1);
        cr_expect_float_eq(grid.h[5], 60, 0.1);
        cr_expect_float_eq(grid.h[3], sin(0.04) * SIDE * 0.7, 0.15, "turned");
        cr_expect_gt(grid.contrast, 180);
    }
    picture_free(picture);
}

Test(fit, is_shifted_to_a_code_some_pixels_away)
{
    Picture *picture = picture_new(120, 120, 160);
    Symbol symbol;
    g_autofree FitPattern *pattern = g_new0(FitPattern, 1);

    picture_draw_code(picture, PILE, 60, 60, 0.9, 0);
    picture_add_noise(picture, 10, 1);
    symbol_init(&symbol, 3);
    fit_pattern_init(pattern, &symbol, 0.6);
    for (guint i = 0; i < 8; i++) {
        Grid grid = grid_off_by(0.9, 3 * cos(i * G_PI / 4), 3 * sin(i * G_PI / 4)), lost = grid;
        fit_shift(pattern, &picture->frame, &grid, 0.9, (gdouble[]){3, 3});
        cr_expect_float_eq(grid.h[2], 60, 0.5);
        cr_expect_float_eq(grid.h[5], 60, 0.5);
        cr_expect_gt(fit(pattern, &picture->frame, &grid, 8, NULL), 0.6);
        cr_expect_lt(fit(pattern, &picture->frame, &lost, 8, NULL), 0.5, "too far for a fit alone");
    }
    picture_free(picture);
}

Test(fit, of_a_known_shape_is_free_in_place_and_size_only)
{
    Picture *picture = picture_new(120, 120, 160);
    Symbol symbol;
    g_autofree FitPattern *pattern = g_new0(FitPattern, 1);
    Grid free_grid = grid_off_by(1.3, 0.3, -0.2), held = free_grid;

    picture_draw_code(picture, PILE, 60, 60, 1.4, 0.04);
    symbol_init(&symbol, 3);
    fit_pattern_init(pattern, &symbol, 0.45);
    fit(pattern, &picture->frame, &free_grid, 12, NULL);
    fit(pattern, &picture->frame, &held, 12, &(FitPrior){.trust = 1000});
    cr_expect_float_eq(free_grid.h[3], sin(0.04) * SIDE * 0.7, 0.15);
    cr_expect_float_eq(held.h[3], 0, 0.05, "not turned");
    cr_expect_float_eq(held.h[0], SIDE * 0.7, 0.15, "but as large as it is");
    cr_expect_float_eq(held.h[2], 60, 0.1);
    picture_free(picture);
}

Test(fit, another_version_or_no_code_fits_worse)
{
    Picture *picture = picture_new(120, 120, 160), *noise = picture_new(120, 120, 128);
    g_autofree FitPattern *pattern = g_new0(FitPattern, 1);
    gdouble r2[3];

    picture_draw_code(picture, PILE, 60, 60, 1.4, 0);
    picture_add_noise(noise, 60, 3);
    for (guint version = 2; version <= 4; version++) {
        Symbol symbol;
        Grid grid = grid_off_by(1.4, 0.3, 0.3), lost = grid;
        symbol_init(&symbol, version);
        fit_pattern_init(pattern, &symbol, 0.45);
        r2[version - 2] = fit(pattern, &picture->frame, &grid, 8, NULL);
        cr_expect_lt(fit(pattern, &noise->frame, &lost, 8, NULL), 0.2);
    }
    cr_expect_gt(r2[1], r2[0] + 0.1);
    cr_expect_gt(r2[1], r2[2] + 0.1);
    picture_free(picture);
    picture_free(noise);
}

static guint wrong_modules(gdouble module_px, guint n_pictures, gint noise)
{
    QRcode *code = QRcode_encodeString(PILE, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    g_autofree Equations *equations = g_new0(Equations, 1);
    gfloat light[SYMBOL_SIDE_MAX * SYMBOL_SIDE_MAX];
    Symbol symbol;
    guint n = 0;

    symbol_init(&symbol, 3);
    for (guint i = 0; i < n_pictures; i++) {
        Picture *picture = picture_new(120, 120, 160);
        gdouble x = 60 + 0.37 * i, y = 60 + 0.61 * i;
        picture_draw_code(picture, PILE, x, y, module_px, 0);
        picture_add_noise(picture, noise, i);
        Grid grid = {
            .h = {SIDE * module_px / 2, 0, x, 0, SIDE * module_px / 2, y}, .dark = {20}, .contrast = 215};
        equations_fade(equations, 3, i == 0 ? 0 : 1);
        equations_add(equations, &symbol, &picture->frame, &grid, 0.4, 1);
        picture_free(picture);
    }
    equations_solve(equations, &symbol, light);
    for (guint i = 0; i < SIDE * SIDE; i++)
        n += (light[i] < 0.5f) != (code->data[i] & 1) ? 1 : 0;
    QRcode_free(code);
    return n;
}

Test(equations, solve_modules_that_are_not_larger_than_pixels)
{
    cr_expect_eq(wrong_modules(1.5, 1, 3), 0);
    cr_expect_leq(wrong_modules(1.0, 1, 3), 20);
}

Test(equations, several_pictures_say_more_than_one)
{
    cr_expect_lt(wrong_modules(0.8, 6, 10), wrong_modules(0.8, 1, 10) / 3);
    cr_expect_leq(wrong_modules(0.8, 6, 10), 25);
}

Test(ring_finder, finds_the_three_finders_of_a_code_of_one_pixel_a_module)
{
    for (guint i = 0; i < 4; i++) {
        gdouble module_px = 1.05 + 0.2 * i, far = 11 * module_px;
        Picture *picture = picture_new(160, 120, 90);
        Layers layers = {0};
        RingFinder finder = {0};
        g_autofree FinderMarks *marks = g_new0(FinderMarks, 1);
        guint n_right = 0;

        picture_draw_code(picture, PILE, 80.3, 60.2, module_px, 0);
        layers_build(&layers, &picture->frame);
        ring_finder_scan(&finder, &layers, RING_FINDER_COMPARED_MAX, marks);
        for (guint m = 0; m < marks->n; m++)
            for (guint corner = 0; corner < 3; corner++)
                n_right += hypot(marks->mark[m].x - 80.3 + (corner == 1 ? -far : far),
                                 marks->mark[m].y - 60.2 + (corner == 2 ? -far : far)) < module_px;
        cr_expect_eq(n_right, 3, "%.2f px a module: %u", module_px, n_right);
        layers_clear(&layers);
        picture_free(picture);
    }
}

/* Of a wall with noise of up to +-@amplitude, the right half of it in squares of ink and paper. */
static gfloat noise_of(gint amplitude, guint width)
{
    Picture *picture = picture_new(width, 160, 120);
    gfloat noise;

    for (guint y = 0; y < 160; y++)
        for (guint x = width / 2; x < width; x++)
            picture->pixels[y * width + x] = x / 10 % 2 == y / 10 % 2 ? 20 : 220;
    picture_add_noise(picture, amplitude, 1);
    noise = noise_estimate(&picture->frame);
    picture_free(picture);
    return noise;
}

Test(noise, is_what_a_flat_wall_shows_and_no_edge)
{
    cr_expect_lt(noise_of(0, 320), 0.5);
    cr_expect_float_eq(noise_of(5, 320), 11 / sqrt(12), 0.5); /* sigma of 11 numbers, all as likely */
    cr_expect_float_eq(noise_of(14, 320), 29 / sqrt(12), 1);
    cr_expect_leq(noise_of(200, 320), NOISE_MAX);
    cr_expect_eq(noise_of(14, 16), 0, "too narrow to say");
}

Test(even, makes_a_shadow_and_a_vignette_disappear)
{
    Picture *picture = picture_new(120, 120, 160);
    Layers layers = {0};
    Even even = {0};
    const gint box[4] = {10, 10, 110, 110};
    guint n_wrong = 0;

    for (guint y = 0; y < 120; y++)
        for (guint x = 0; x < 120; x++) { /* paper with squares of ink, lit from white to a tenth */
            gdouble light = 1 - 0.9 * x / 120.0;
            picture->pixels[y * 120 + x] = (guint8)(light * (x / 5 % 2 == y / 5 % 2 ? 220 : 40));
        }
    layers_build(&layers, &picture->frame);
    even_out(&even, &layers, 0, box, 12);
    for (guint y = 10; y < 110; y++)
        for (guint x = 10; x < 110; x++)
            n_wrong += (even.layers.layer[0].pixels[y * 120 + x] > 128) != (x / 5 % 2 == y / 5 % 2) ? 1 : 0;
    cr_expect_eq(n_wrong, 0, "%u pixels on the wrong side", n_wrong);
    even_clear(&even);
    layers_clear(&layers);
    picture_free(picture);
}

Test(pair, two_marks_find_the_third)
{
    Picture *picture = picture_new(200, 200, 180);
    Layers layers = {0};
    Regions regions;
    const gdouble off = 11 * 3; /* a version 3 code has 22 modules between marks */
    const gdouble at[3][2] = {{100 - off, 100 - off}, {100 + off, 100 - off}, {100 - off, 100 + off}};

    picture_draw_code(picture, PILE, 100, 100, 3, 0);
    layers_build(&layers, &picture->frame);
    for (guint missing = 0; missing < 3; missing++) {
        FinderMarks marks = {0};
        for (guint i = 0; i < 3; i++)
            if (i != missing)
                marks.mark[marks.n++] =
                    (FinderMark){.x = at[i][0], .y = at[i][1], .module_px = 3, .n_hits = 5};
        cr_expect_leq(pairs_complete(&layers, &marks, &regions), PAIR_EFFORT_MAX);
        cr_assert_geq(regions.n, 1);
        cr_expect_float_eq(regions.region[0].corner.x, at[0][0], 1.5);
        cr_expect_float_eq(regions.region[0].corner.y, at[0][1], 1.5);
        cr_expect_float_eq(regions.region[0].right.x, at[1][0], 1.5);
        cr_expect_float_eq(regions.region[0].below.y, at[2][1], 1.5);
        cr_expect_eq(regions.region[0].n_modules, SIDE);
    }
    layers_clear(&layers);
    picture_free(picture);
}
