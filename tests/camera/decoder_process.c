/* Decoder children of flesh and blood: whatever one does, it is replaced and the next frame is decoded. */
#include <criterion/criterion.h>
#include <string.h>

#include "camera/decoder/decoder_process.h"
#include "camera/decoder/sanitized.h"
#include "tests/camera/bad_decoder.h"
#include "tests/camera/render.h"

/* Generous where the machine is slow or instrumented; the production default is tested by the hog's wall
 * time. */
#define PATIENCE_US (10 * G_USEC_PER_SEC)

typedef struct {
    guint n_results, n_replaced;
    guint64 total;
    CameraDecoderWhy why;
    DecoderReply reply;
} Seen;

static void on_idle(gpointer data)
{
}

static void on_result(const DecoderReply *reply, const GrayFrame *frame, gpointer data)
{
    Seen *seen = data;

    seen->n_results++;
    seen->reply = *reply;
}

static void on_replaced(CameraDecoderWhy why, guint64 total, gpointer data)
{
    Seen *seen = data;

    seen->n_replaced++;
    seen->why = why;
    seen->total = total;
}

static DecoderProcess *start(const gchar *variable, guint deadline_ms, Seen *seen)
{
    static const DecoderEvents events = {.idle = on_idle, .result = on_result, .replaced = on_replaced};
    const gchar *path = g_getenv(variable);
    DecoderProcess *process;

    cr_assert_not_null(path, "the build sets %s", variable);
    process = decoder_process_new(path, deadline_ms, 8000, &events, seen, NULL);
    cr_assert_not_null(process);
    return process;
}

/* Turns the main loop until @counter has moved past @from, or, when NULL, until a decoder waits. */
static void await(DecoderProcess *process, const guint *counter, guint from)
{
    gint64 until = g_get_monotonic_time() + PATIENCE_US;

    while (counter != NULL ? *counter == from : !decoder_process_is_idle(process)) {
        g_usleep(500);
        while (g_main_context_iteration(NULL, FALSE))
            ;
        cr_assert_lt(g_get_monotonic_time(), until, "nothing happens");
    }
}

static void show(DecoderProcess *process, guint8 first_pixel)
{
    const guint8 pixels[64] = {first_pixel};
    const GrayFrame frame = {.pixels = pixels, .width_px = 8, .height_px = 8, .stride_bytes = 8, .pts_ns = 5};

    await(process, NULL, 0);
    cr_assert(decoder_process_submit(process, &frame));
}

static void bad_then_good(guint8 bad, CameraDecoderWhy why)
{
    Seen seen = {0};
    DecoderProcess *process = start("BAD_DECODER", DECODER_PROCESS_DEADLINE_MS, &seen);
    gint64 from;

    show(process, bad);
    await(process, &seen.n_replaced, 0);
    from = g_get_monotonic_time();
    cr_expect_eq(seen.why, why, "%d instead of %d", seen.why, why);
    cr_expect_eq(seen.total, 1);
    cr_expect_eq(seen.n_results, 0);
    show(process, BAD_NOT);
    await(process, &seen.n_results, 0);
    cr_expect_lt(g_get_monotonic_time() - from, G_USEC_PER_SEC, "the next frame within a second");
    cr_expect_eq(memcmp(seen.reply.code[0].bytes, "fine", 4), 0);
    decoder_process_free(process);
}

Test(decoder_process, a_frame_that_hogs_is_cut_off_and_the_next_is_decoded_within_a_second)
{
    bad_then_good(BAD_HOG, CAMERA_DECODER_LATE);
}

Test(decoder_process, opening_a_network_socket_kills)
{
    bad_then_good(BAD_SOCKET, CAMERA_DECODER_KILLED);
}

Test(decoder_process, forking_kills)
{
    bad_then_good(BAD_FORK, CAMERA_DECODER_KILLED);
}

Test(decoder_process, a_crash_is_survived)
{
    bad_then_good(BAD_CRASH, CAMERA_DECODER_KILLED);
}

Test(decoder_process, an_exit_is_survived)
{
    bad_then_good(BAD_EXIT, CAMERA_DECODER_EXITED);
}

Test(decoder_process, a_reply_that_nobody_asked_for_is_not_believed)
{
    bad_then_good(BAD_NONSENSE, CAMERA_DECODER_KILLED);
}

#if !SANITIZED
/* The sanitizer's own memory is mapped by the same calls, and it turns a fault into a report and an exit. */
Test(decoder_process, executable_memory_kills)
{
    bad_then_good(BAD_EXECUTABLE_MEMORY, CAMERA_DECODER_KILLED);
}

Test(decoder_process, a_child_cannot_write_into_the_frames)
{
    bad_then_good(BAD_WRITE_FRAME, CAMERA_DECODER_KILLED);
}

Test(decoder_process, opening_a_file_is_refused)
{
    Seen seen = {0};
    DecoderProcess *process = start("BAD_DECODER", DECODER_PROCESS_DEADLINE_MS, &seen);

    show(process, BAD_OPEN);
    await(process, &seen.n_results, 0);
    cr_expect_eq(memcmp(seen.reply.code[0].bytes, "refused", 7), 0);
    decoder_process_free(process);
}
#endif

Test(decoder_process, ten_hogs_in_a_row_neither_stop_it_nor_start_a_storm_of_processes)
{
    Seen seen = {0};
    DecoderProcess *process = start("BAD_DECODER", 20, &seen);
    gint64 from = g_get_monotonic_time();

    for (guint i = 0; i < 10; i++) {
        show(process, BAD_HOG);
        await(process, &seen.n_replaced, i);
    }
    cr_expect_eq(seen.total, 10);
    cr_expect_gt(g_get_monotonic_time() - from, 2 * G_USEC_PER_SEC, "rests between them grow");
    show(process, BAD_NOT);
    await(process, &seen.n_results, 0);
    decoder_process_free(process);
}

Test(decoder_process, only_one_frame_at_a_time_is_taken)
{
    Seen seen = {0};
    DecoderProcess *process = start("BAD_DECODER", 5000, &seen);
    const guint8 pixels[64] = {0};
    const GrayFrame frame = {.pixels = pixels, .width_px = 8, .height_px = 8, .stride_bytes = 8};

    show(process, BAD_NOT);
    cr_expect_not(decoder_process_is_idle(process));
    cr_expect_not(decoder_process_submit(process, &frame));
    await(process, &seen.n_results, 0);
    cr_expect(decoder_process_is_idle(process));
    decoder_process_free(process);
}

Test(decoder_process, a_program_that_never_comes_up_is_tried_again_but_not_at_full_speed)
{
    static const DecoderEvents events = {.idle = on_idle, .result = on_result, .replaced = on_replaced};
    Seen seen = {0};
    gint64 from = g_get_monotonic_time();
    DecoderProcess *process = decoder_process_new("/bin/false", 50, 8000, &events, &seen, NULL);

    cr_assert_not_null(process);
    while (seen.n_replaced < 5)
        await(process, &seen.n_replaced, seen.n_replaced);
    cr_expect_eq(seen.why, CAMERA_DECODER_EXITED);
    cr_expect_geq(g_get_monotonic_time() - from, 300 * 1000, "100 ms, then 200 ms");
    cr_expect_not(decoder_process_is_idle(process));
    decoder_process_free(process);
}

Test(decoder_process, a_program_that_does_not_exist_is_told_at_once)
{
    static const DecoderEvents events = {.idle = on_idle, .result = on_result, .replaced = on_replaced};
    g_autoptr(GError) error = NULL;
    DecoderProcess *process = decoder_process_new("/nonexistent/decoder", 50, 8000, &events, NULL, &error);

    cr_assert_null(process);
    cr_expect_not_null(strstr(error->message, "/nonexistent/decoder"), "%s", error->message);
}

Test(decoder_process, the_real_decoder_reads_a_code_in_its_sandbox_twenty_times)
{
    Seen seen = {0};
    DecoderProcess *process = start("REAL_DECODER", 2000, &seen);
    Picture *picture = picture_new(640, 480, 200);

    picture_draw_code(picture, "HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*1", 320, 240, 4, 0.2);
    for (guint i = 0; i < 20; i++) {
        await(process, NULL, 0);
        cr_assert(decoder_process_submit(process, &picture->frame));
        await(process, &seen.n_results, i);
        cr_assert_eq(seen.reply.n_codes, 1, "frame %u", i);
    }
    cr_expect_eq(seen.n_replaced, 0);
    cr_expect_eq(seen.reply.code[0].n_bytes, 41);
    cr_expect_float_eq(seen.reply.code[0].px_per_module, 4, 0.3);
    picture_free(picture);
    decoder_process_free(process);
}

Test(decoder_process, a_wall_of_finder_patterns_does_not_keep_the_next_frame_waiting)
{
    Seen seen = {0};
    DecoderProcess *process = start("REAL_DECODER", SANITIZED ? 1000 : 50, &seen);
    Picture *wall = picture_new(1280, 720, 255), *good = picture_new(640, 480, 200);
    gint64 from;

    picture_tile_finders(wall, 3);
    picture_draw_code(good, "HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*1", 320, 240, 4, 0);
    await(process, NULL, 0);
    from = g_get_monotonic_time();
    cr_assert(decoder_process_submit(process, &wall->frame));
    await(process, NULL, 0);
    cr_assert(decoder_process_submit(process, &good->frame));
    guint n = seen.n_results;
    await(process, &seen.n_results, n);
    cr_expect_eq(seen.reply.n_codes, 1);
    if (!SANITIZED)
        cr_expect_lt(g_get_monotonic_time() - from, G_USEC_PER_SEC);
    picture_free(wall);
    picture_free(good);
    decoder_process_free(process);
}
