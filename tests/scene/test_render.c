/* What the renderer promises: the same scene gives the same bytes, the picture agrees with the truth, a plain
 * decoder reads it, and the clip plays in real time. Draws real pictures, so it is not one of the quick
 * tests. */
#include <criterion/criterion.h>
#include <glib/gstdio.h>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <math.h>
#include <qrencode.h>
#include <string.h>
#include <zbar.h>

#include "tests/scene/scene_clip.h"

#define TEXT "HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*1"
#define OTHER_TEXT "HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*2"

static Scene small_scene(void)
{
    Scene scene = *scene_preset("day");

    scene.width_px = 160;
    scene.height_px = 90;
    scene.piles[0].qr = TEXT;
    return scene;
}

static SceneRender *render_new(const Scene *scene)
{
    g_autoptr(GError) error = NULL;
    SceneRender *render = scene_render_new(scene, &error);

    cr_assert_not_null(render, "%s", error == NULL ? "" : error->message);
    return render;
}

static GBytes *frame_of(SceneRender *render, guint frame)
{
    gsize bytes = scene_render_frame_bytes(render);
    guint8 *i420 = g_malloc(bytes);

    scene_render_frame(render, frame, i420);
    return g_bytes_new_take(i420, bytes);
}

Test(scene_render, same_seed_same_bytes_and_another_seed_others)
{
    Scene scene = small_scene(), other = small_scene();
    other.seed = 2;
    g_autoptr(SceneRender) one = render_new(&scene);
    g_autoptr(SceneRender) two = render_new(&scene);
    g_autoptr(SceneRender) three = render_new(&other);
    /* Also in another order: nothing of the frames before may show. */
    g_autoptr(GBytes) last = frame_of(one, 239);
    g_autoptr(GBytes) a = frame_of(one, 40);
    g_autoptr(GBytes) b = frame_of(two, 40);
    g_autoptr(GBytes) c = frame_of(three, 40);
    g_autoptr(GBytes) last_again = frame_of(two, 239);

    cr_assert(g_bytes_equal(a, b));
    cr_assert(g_bytes_equal(last, last_again));
    cr_assert_not(g_bytes_equal(a, c));
}

Test(scene_render, while_the_car_stands_only_the_noise_changes)
{
    Scene scene = small_scene();
    g_autoptr(SceneRender) noisy = render_new(&scene);
    scene.noise_level = 0;
    g_autoptr(SceneRender) clean = render_new(&scene);
    g_autoptr(GBytes) noisy_a = frame_of(noisy, 220), noisy_b = frame_of(noisy, 221);
    g_autoptr(GBytes) clean_a = frame_of(clean, 220), clean_b = frame_of(clean, 221);

    cr_assert_not(g_bytes_equal(noisy_a, noisy_b));
    cr_assert(g_bytes_equal(clean_a, clean_b));
}

/* How many modules of the first pile's code are not where geometry says, where the car stands. */
static guint misplaced_modules(const gchar *preset)
{
    Scene scene = *scene_preset(preset);
    scene.piles[0].qr = TEXT;
    g_autoptr(SceneRender) render = render_new(&scene);
    guint last = scene_render_n_frames(render) - 1;
    g_autoptr(GBytes) picture = frame_of(render, last);
    ScenePose pose = scene_render_pose(render, last);
    const guint8 *luma = g_bytes_get_data(picture, NULL);
    QRcode *code = QRcode_encodeString(TEXT, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    gdouble module_m = scene.card_m / (code->width + 2 * SCENE_QUIET_MODULES);
    gdouble yaw = scene.piles[0].yaw_deg * G_PI / 180;
    guint wrong = 0;

    cr_assert_eq(scene_render_n_modules(render, 0), (guint)code->width);
    for (gint row = 0; row < code->width; row++) {
        for (gint column = 0; column < code->width; column++) {
            gdouble across = (column + 0.5 - code->width / 2.0) * module_m, x = 0, y = 0;
            SceneVec middle = {scene.piles[0].x_m + across * cos(yaw),
                               scene.card_height_m - (row + 0.5 - code->width / 2.0) * module_m,
                               -across * sin(yaw)};
            cr_assert(scene_project(&scene, &pose, middle, &x, &y));
            gboolean dark = luma[(gsize)y * scene.width_px + (gsize)x] < 128;
            wrong += dark != (code->data[row * code->width + column] & 1);
        }
    }
    QRcode_free(code);
    return wrong;
}

Test(scene_render, every_module_lies_where_the_truth_says)
{
    cr_expect_eq(misplaced_modules("day"), 0);
    /* Turned, at the edge of the lens, or seen from above, modules are between one and two pixels wide: blur
     * turns some of them, wrong geometry would turn half. */
    cr_expect_lt(misplaced_modules("edge"), 29 * 29 / 10);
    cr_expect_lt(misplaced_modules("high_camera"), 29 * 29 / 10);
}

/* Middle of the burnt pixels in the code, in its width and height from the top left corner; -1: none. */
static void burnt_place(SceneRender *render, guint frame, gdouble *u, gdouble *v)
{
    g_autoptr(GBytes) picture = frame_of(render, frame);
    const guint8 *luma = g_bytes_get_data(picture, NULL);
    ScenePose pose = scene_render_pose(render, frame);
    SceneTruth truth = scene_truth(scene_render_scene(render), &pose, 0, 29);
    const gdouble *q = truth.quad_px;
    gdouble sum_x = 0, sum_y = 0, n = 0;

    for (guint y = (guint)q[1]; y < (guint)q[5]; y++)
        for (guint x = (guint)q[0]; x < (guint)q[4]; x++)
            if (luma[(gsize)y * scene_render_scene(render)->width_px + x] >= 253) {
                sum_x += x;
                sum_y += y;
                n++;
            }
    *u = n > 0 ? (sum_x / n - q[0]) / (q[4] - q[0]) : -1;
    *v = n > 0 ? (sum_y / n - q[1]) / (q[5] - q[1]) : -1;
}

Test(scene_render, a_mirrored_lamp_wanders_over_the_card_as_the_car_comes)
{
    Scene scene = *scene_preset("glare");
    scene.piles[0].qr = TEXT;
    scene.fps = 10;
    scene.noise_level = 0;
    g_autoptr(SceneRender) render = render_new(&scene);
    scene.glare = 0;
    g_autoptr(SceneRender) matt = render_new(&scene);
    gdouble u[3], v[3];

    burnt_place(render, 20, &u[0], &v[0]);
    burnt_place(render, 24, &u[1], &v[1]);
    burnt_place(matt, 20, &u[2], &v[2]);
    cr_expect(u[0] >= 0 && u[1] >= 0, "burnt in both frames");
    cr_expect_gt(u[0] - u[1], 0.15, "it moves: from %f to %f", u[0], u[1]);
    cr_expect_lt(u[2], 0, "a matt card does not burn");
}

/* Sum of the steps between neighbours in the code: what blur takes away. */
static gdouble detail_in_code(Scene scene, gdouble exposure_s)
{
    scene.piles[0].qr = TEXT;
    scene.fps = 10;
    scene.noise_level = 0;
    scene.exposure_s = exposure_s;
    g_autoptr(SceneRender) render = render_new(&scene);
    g_autoptr(GBytes) picture = frame_of(render, 14);
    const guint8 *luma = g_bytes_get_data(picture, NULL);
    ScenePose pose = scene_render_pose(render, 14);
    SceneTruth truth = scene_truth(&scene, &pose, 0, 29);
    gdouble sum = 0;

    for (guint y = (guint)truth.quad_px[1]; y < (guint)truth.quad_px[5]; y++)
        for (guint x = (guint)truth.quad_px[0]; x < (guint)truth.quad_px[4]; x++) {
            const guint8 *at = luma + (gsize)y * scene.width_px + x;
            sum += abs(at[scene.width_px] - at[0]);
        }
    return sum / (truth.quad_px[4] - truth.quad_px[0]) / (truth.quad_px[5] - truth.quad_px[1]);
}

Test(scene_render, a_long_exposure_smears_what_a_short_one_keeps)
{
    const Scene *fast = scene_preset("fast");

    cr_expect_lt(detail_in_code(*fast, 1 / 30.0), 0.85 * detail_in_code(*fast, 1 / 500.0));
}

static gint compare_texts(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(*(const gchar *const *)a, *(const gchar *const *)b);
}

/* All QR texts that ZBar finds, sorted, joined by blanks. */
static gchar *read_codes(const Scene *scene, GBytes *picture)
{
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    zbar_image_t *image = zbar_image_create();
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    gchar *joined;

    zbar_image_scanner_set_config(scanner, 0, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(image, scene->width_px, scene->height_px);
    zbar_image_set_data(image, g_bytes_get_data(picture, NULL), (gulong)scene->width_px * scene->height_px,
                        NULL);
    zbar_scan_image(scanner, image);
    for (const zbar_symbol_t *s = zbar_image_first_symbol(image); s != NULL; s = zbar_symbol_next(s))
        g_ptr_array_add(texts, g_strndup(zbar_symbol_get_data(s), zbar_symbol_get_data_length(s)));
    g_ptr_array_sort(texts, compare_texts);
    g_ptr_array_add(texts, NULL);
    joined = g_strjoinv(" ", (gchar **)texts->pdata);
    zbar_image_destroy(image);
    zbar_image_scanner_destroy(scanner);
    return joined;
}

static void expect_codes(const gchar *preset, const gchar *qr, const gchar *qr2, const gchar *expected)
{
    Scene scene = *scene_preset(preset);
    scene.piles[0].qr = qr;
    scene.piles[1].qr = qr2;
    g_autoptr(SceneRender) render = render_new(&scene);
    g_autoptr(GBytes) picture = frame_of(render, scene_render_n_frames(render) - 1);
    g_autofree gchar *got = read_codes(&scene, picture);

    cr_expect_str_eq(got, expected, "%s: %s", preset, got);
}

Test(scene_render, a_plain_decoder_reads_the_code_where_the_car_stands)
{
    expect_codes("day", TEXT, NULL, TEXT);
    expect_codes("dusk", TEXT, NULL, TEXT);
    expect_codes("night", TEXT, NULL, TEXT);
    expect_codes("angled", TEXT, NULL, TEXT);
    expect_codes("cluttered", TEXT, NULL, TEXT);
}

Test(scene_render, two_piles_show_two_codes_and_an_empty_bay_none)
{
    expect_codes("two_piles", TEXT, OTHER_TEXT, TEXT " " OTHER_TEXT);
    expect_codes("empty", NULL, NULL, "");
    expect_codes("cluttered", NULL, NULL, "");
}

Test(scene_render, what_cannot_be_drawn_is_refused_with_a_reason)
{
    Scene bad = small_scene(), long_text = small_scene();
    g_autofree gchar *text = g_strnfill(3000, 'x');
    g_autoptr(GError) no_size = NULL;
    g_autoptr(GError) too_long = NULL;

    bad.width_px = 0;
    long_text.piles[0].qr = text;
    cr_assert_null(scene_render_new(&bad, &no_size));
    cr_assert_not_null(no_size);
    cr_assert_null(scene_render_new(&long_text, &too_long));
    cr_assert_not_null(too_long);
}

/* Plays @path with @chain in real time; how many frames came, and whether all had a time stamp that rose. */
static guint play(const gchar *path, const gchar *chain, gint64 *took_us, gboolean *rising)
{
    g_autofree gchar *text = g_strconcat("filesrc location=", path, " ! ", chain, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GstElement) pipeline = gst_parse_launch(text, &error);
    cr_assert_not_null(pipeline, "%s", error == NULL ? "" : error->message);
    g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline), "sink");
    gint64 start_us = g_get_monotonic_time();
    GstClockTime last = 0;
    guint n = 0;

    *rising = TRUE;
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    for (;; n++) {
        g_autoptr(GstSample) sample = gst_app_sink_try_pull_sample(GST_APP_SINK(sink), 5 * GST_SECOND);
        if (sample == NULL)
            break;
        GstClockTime pts = GST_BUFFER_PTS(gst_sample_get_buffer(sample));
        *rising = *rising && GST_CLOCK_TIME_IS_VALID(pts) && (n == 0 || pts > last);
        last = pts;
    }
    *took_us = g_get_monotonic_time() - start_us;
    cr_expect(gst_app_sink_is_eos(GST_APP_SINK(sink)), "no end of the stream");
    gst_element_set_state(pipeline, GST_STATE_NULL);
    return n;
}

Test(scene_clip, the_clip_plays_in_real_time_and_the_truth_has_a_line_for_each_frame)
{
    Scene scene = small_scene();
    scene.seconds = 1.5;
    gst_init(NULL, NULL);
    g_autoptr(SceneRender) render = render_new(&scene);
    g_autoptr(GError) error = NULL;
    g_autofree gchar *folder = g_dir_make_tmp("scene-XXXXXX", NULL);
    g_autofree gchar *clip = g_build_filename(folder, "clip.mkv", NULL);
    g_autofree gchar *truth = g_build_filename(folder, "clip.mkv.tsv", NULL);
    g_autofree gchar *lines = NULL;
    gint64 took_us = 0;
    gboolean rising = FALSE;

    cr_assert(scene_clip_write(render, clip, &error), "%s", error == NULL ? "" : error->message);
    cr_assert(scene_clip_write_truth(render, truth, NULL));
    guint n = play(clip,
                   "matroskademux ! jpegdec ! videoconvert ! video/x-raw,format=GRAY8 "
                   "! appsink name=sink sync=true",
                   &took_us, &rising);
    cr_expect_eq(n, 45);
    cr_expect(rising);
    cr_expect(took_us >= 1400 * 1000, "played in %" G_GINT64_FORMAT " us", took_us);
    n = play(clip,
             "decodebin ! videoconvert ! video/x-raw,format=GRAY8 ! appsink name=sink "
             "sync=false",
             &took_us, &rising);
    cr_expect_eq(n, 45);
    cr_assert(g_file_get_contents(truth, &lines, NULL, NULL));
    g_auto(GStrv) rows = g_strsplit(g_strchomp(lines), "\n", -1);
    cr_expect_eq(g_strv_length(rows), 46);
    cr_expect(g_str_has_prefix(rows[1], "0\t0\t0\t1\t4.5"));
    g_unlink(clip);
    g_unlink(truth);
    g_rmdir(folder);
}

Test(scene_clip, frames_for_measuring_are_the_renderers_luma_until_the_car_stands)
{
    Scene scene = small_scene();
    scene.fps = 2;
    g_autoptr(SceneRender) render = render_new(&scene);
    g_autoptr(GBytes) third = frame_of(render, 3);
    g_autoptr(GError) error = NULL;
    g_autofree gchar *folder = g_dir_make_tmp("scene-XXXXXX", NULL);
    g_autofree gchar *pgm = NULL;
    gsize bytes = 0;
    guint n = (guint)ceil(scene_standstill_s(&scene) * 2) + 1;

    cr_assert(scene_clip_write_frames(render, folder, &error), "%s", error == NULL ? "" : error->message);
    for (guint i = 0; i <= n; i++) {
        g_autofree gchar *name = g_strdup_printf("%s/%04u.pgm", folder, i);
        cr_expect_eq(g_file_test(name, G_FILE_TEST_EXISTS), i < n, "frame %u of %u", i, n);
        if (i == 3)
            cr_assert(g_file_get_contents(name, &pgm, &bytes, NULL));
        g_unlink(name);
    }
    const gsize pixels = 160 * 90, header = strlen("P5\n160 90\n255\n");
    cr_assert_eq(bytes, header + pixels);
    cr_expect(g_str_has_prefix(pgm, "P5\n160 90\n255\n"));
    cr_expect(memcmp(pgm + header, g_bytes_get_data(third, NULL), pixels) == 0);
    g_autofree gchar *truth = g_build_filename(folder, "truth.tsv", NULL);
    cr_expect_eq(g_unlink(truth), 0);
    g_rmdir(folder);
}

Test(scene_clip, a_file_that_cannot_be_written_is_an_error)
{
    Scene scene = small_scene();
    scene.seconds = 0.2;
    gst_init(NULL, NULL);
    g_autoptr(SceneRender) render = render_new(&scene);
    g_autoptr(GError) error = NULL;

    g_autoptr(GError) no_folder = NULL;
    cr_assert_not(scene_clip_write(render, "/nonexistent/clip.mkv", &error));
    cr_assert_not_null(error);
    cr_assert_not(scene_clip_write_frames(render, "/dev/null/frames", &no_folder));
    cr_assert_not_null(no_folder);
}
