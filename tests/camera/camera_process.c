/* rearcharge-camera as the daemon knows it: a process at the other end of a socketpair. Real pipelines, real
 * decoder; the cameras are test pictures, files, and another process behind shared memory. */
#include <criterion/criterion.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "camera/decoder/sanitized.h"
#include "protocol/camera_msg.h"
#include "tests/camera/render.h"

#define PILE "HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*1"
#define PATIENCE_MS 10000
#define LIVE(pattern)                                                                                        \
    "videotestsrc is-live=true pattern=" pattern " ! video/x-raw,width=320,height=240,framerate=30/1"

typedef struct {
    GSubprocess *process;
    int fd;
    int display; /* stdout of the process */
} Peer;

/* @...: further arguments, NULL at the end */
static Peer launch(const gchar *source, ...) G_GNUC_NULL_TERMINATED;
static Peer launch(const gchar *source, ...)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    Peer peer = {0};
    int pair[2], out[2];
    va_list more;

    cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    cr_assert(g_unix_open_pipe(out, FD_CLOEXEC, NULL));
    g_subprocess_launcher_take_fd(launcher, pair[1], 3);
    g_subprocess_launcher_take_stdout_fd(launcher, out[1]);
    for (const gchar *const *fixed =
             (const gchar *const[]){g_getenv("CAMERA"), "--fd", "3", "--decoder-deadline-ms", "2000",
                                    "--source", source, NULL};
         *fixed != NULL; fixed++)
        g_ptr_array_add(arguments, (gpointer)*fixed);
    va_start(more, source);
    for (const gchar *argument = va_arg(more, const gchar *); argument != NULL;
         argument = va_arg(more, const gchar *))
        g_ptr_array_add(arguments, (gpointer)argument);
    va_end(more);
    g_ptr_array_add(arguments, NULL);
    peer.process = g_subprocess_launcher_spawnv(launcher, (const gchar *const *)arguments->pdata, &error);
    cr_assert_not_null(peer.process, "%s", error ? error->message : "");
    peer.fd = pair[0];
    peer.display = out[0];
    return peer;
}

static void command(const Peer *peer, CameraMsgType type)
{
    const CameraMsg msg = {.type = type};
    gsize len;
    g_autofree gchar *packet = camera_msg_print(&msg, &len);

    cr_assert_eq(send(peer->fd, packet, len, MSG_NOSIGNAL), (gssize)len);
}

/* Returns: FALSE at EOF */
static gboolean receive(const Peer *peer, CameraMsg *msg)
{
    gchar packet[CAMERA_MSG_MAX_BYTES];
    struct timeval patience = {.tv_sec = PATIENCE_MS / 1000};
    g_autoptr(GError) error = NULL;
    gssize len;

    setsockopt(peer->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    len = recv(peer->fd, packet, sizeof packet, 0);
    cr_assert_geq(len, 0, "nothing comes");
    if (len == 0)
        return FALSE;
    cr_assert(camera_msg_parse(packet, (gsize)len, msg, &error), "%s", error ? error->message : "");
    return TRUE;
}

/* Reads on until a message of @type comes. */
static CameraMsg await(const Peer *peer, CameraMsgType type)
{
    CameraMsg msg;

    do
        cr_assert(receive(peer, &msg), "it ended");
    while (msg.type != type);
    return msg;
}

static CameraMsg await_state(const Peer *peer, CameraState state)
{
    CameraMsg msg;

    do
        msg = await(peer, CAMERA_MSG_STATE);
    while (msg.state != state);
    return msg;
}

static void end(Peer *peer)
{
    close(peer->fd); /* EOF is all it takes */
    cr_assert(g_subprocess_wait(peer->process, NULL, NULL));
    cr_expect(g_subprocess_get_if_exited(peer->process) && g_subprocess_get_exit_status(peer->process) == 0);
    close(peer->display);
    g_object_unref(peer->process);
}

/* A file of @n_frames raw pictures of 320x240 with a code, and the description that plays it. */
static gchar *film(const gchar *folder, guint n_frames, gchar **path)
{
    Picture *picture = picture_new(320, 240, 180);
    g_autoptr(GByteArray) bytes = g_byte_array_new();

    picture_draw_code(picture, PILE, 160, 120, 4, 0.1);
    for (guint i = 0; i < n_frames; i++)
        g_byte_array_append(bytes, picture->pixels, 320 * 240);
    *path = g_build_filename(folder, "film.gray", NULL);
    cr_assert(g_file_set_contents(*path, (const gchar *)bytes->data, bytes->len, NULL));
    picture_free(picture);
    return g_strdup_printf("filesrc location=%s blocksize=76800 ! rawvideoparse format=gray8 width=320 "
                           "height=240 framerate=30/1",
                           *path);
}

Test(camera_process, says_ready_then_what_it_reads_and_nothing_after_stop)
{
    g_autofree gchar *folder = g_dir_make_tmp("camera-test-XXXXXX", NULL), *path = NULL,
                     *source = film(folder, 300, &path);
    Peer peer = launch(source, NULL);
    CameraMsg msg;

    await(&peer, CAMERA_MSG_READY);
    command(&peer, CAMERA_MSG_START);
    command(&peer, CAMERA_MSG_START);
    await_state(&peer, CAMERA_STATE_STARTING);
    await_state(&peer, CAMERA_STATE_RUNNING);
    msg = await(&peer, CAMERA_MSG_FIRST_FRAME);
    cr_expect_lt(msg.after_ms, 1000);
    msg = await(&peer, CAMERA_MSG_CODE);
    cr_expect_eq(msg.n_bytes, strlen(PILE));
    cr_expect_eq(memcmp(msg.bytes, PILE, msg.n_bytes), 0);
    cr_expect_eq(msg.frames_agreeing, 1);
    cr_expect_eq(msg.frame_px[0], 320);
    cr_expect_float_eq(msg.px_per_module, 4, 0.3);
    do
        msg = await(&peer, CAMERA_MSG_CODE);
    while (msg.frames_agreeing < 3);
    command(&peer, CAMERA_MSG_STOP);
    await_state(&peer, CAMERA_STATE_OFF);
    command(&peer, CAMERA_MSG_QUIT);
    while (receive(&peer, &msg))
        cr_expect_neq(msg.type, CAMERA_MSG_CODE, "after \"off\"");
    end(&peer);
    g_unlink(path);
    g_rmdir(folder);
}

Test(camera_process, plays_a_file_in_real_time_to_its_end_and_again_after_stop_and_start)
{
    g_autofree gchar *folder = g_dir_make_tmp("camera-test-XXXXXX", NULL), *path = NULL,
                     *source = film(folder, 30, &path);
    Peer peer = launch(source, NULL);

    await(&peer, CAMERA_MSG_READY);
    for (guint i = 0; i < 2; i++) {
        gint64 from;
        command(&peer, CAMERA_MSG_START);
        await_state(&peer, CAMERA_STATE_RUNNING);
        from = g_get_monotonic_time();
        await(&peer, CAMERA_MSG_CODE);
        await_state(&peer, CAMERA_STATE_ENDED);
        cr_expect_gt(g_get_monotonic_time() - from, 800 * 1000, "30 frames at 30 a second");
        command(&peer, CAMERA_MSG_STOP);
        await_state(&peer, CAMERA_STATE_OFF);
    }
    end(&peer);
    g_unlink(path);
    g_rmdir(folder);
}

Test(camera_process, a_camera_that_is_not_there_is_a_fault_with_a_reason_and_it_goes_on_trying)
{
    g_autofree gchar *folder = g_dir_make_tmp("camera-test-XXXXXX", NULL), *path = NULL,
                     *source = film(folder, 30, &path);
    g_autofree gchar *away = g_strconcat(path, ".away", NULL);
    Peer peer;
    CameraMsg msg;

    g_rename(path, away);
    peer = launch(source, NULL);
    await(&peer, CAMERA_MSG_READY);
    command(&peer, CAMERA_MSG_START);
    msg = await_state(&peer, CAMERA_STATE_FAULT);
    cr_expect_str_not_empty(msg.detail);
    g_rename(away, path);
    await_state(&peer, CAMERA_STATE_RUNNING);
    end(&peer);
    g_unlink(path);
    g_rmdir(folder);
}

Test(camera_process, a_source_that_is_no_pipeline_is_said_and_ends_it)
{
    Peer peer = launch("no-such-element ! really", NULL);
    CameraMsg msg;

    await_state(&peer, CAMERA_STATE_FAULT);
    cr_expect_not(receive(&peer, &msg));
    g_subprocess_wait(peer.process, NULL, NULL);
    cr_expect_eq(g_subprocess_get_exit_status(peer.process), 1);
    g_object_unref(peer.process);
    close(peer.fd);
    close(peer.display);
}

Test(camera_process, a_covered_lens_is_black_and_a_picture_that_never_changes_is_frozen)
{
    Peer black = launch(LIVE("black"), NULL), frozen = launch(LIVE("smpte75"), NULL);

    command(&black, CAMERA_MSG_START);
    command(&frozen, CAMERA_MSG_START);
    await_state(&black, CAMERA_STATE_RUNNING);
    await_state(&black, CAMERA_STATE_BLACK);
    await_state(&frozen, CAMERA_STATE_FROZEN);
    end(&black);
    end(&frozen);
}

static GSubprocess *start_owner(const gchar *socket_path)
{
    g_autofree gchar *path = g_strdup_printf("socket-path=%s", socket_path);
    GSubprocess *owner =
        g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL,
                         "gst-launch-1.0", "videotestsrc", "is-live=true", "pattern=snow", "!",
                         "video/x-raw,format=I420,width=320,height=240,framerate=30/1", "!", "shmsink", path,
                         "wait-for-connection=false", "shm-size=4000000", NULL);

    cr_assert_not_null(owner);
    for (guint i = 0; i < PATIENCE_MS && !g_file_test(socket_path, G_FILE_TEST_EXISTS); i++)
        g_usleep(1000);
    return owner;
}

Test(camera_process, survives_the_process_that_owns_the_camera_being_hung_killed_and_started_again)
{
    g_autofree gchar *folder = g_dir_make_tmp("camera-test-XXXXXX", NULL);
    g_autofree gchar *path = g_build_filename(folder, "rear", NULL);
    g_autofree gchar *source = g_strdup_printf("shmsrc socket-path=%s is-live=true do-timestamp=true ! "
                                               "video/x-raw,format=I420,width=320,height=240,framerate=30/1",
                                               path);
    GSubprocess *owner = start_owner(path);
    Peer peer = launch(source, "--stall-ms", "400", NULL);

    command(&peer, CAMERA_MSG_START);
    await_state(&peer, CAMERA_STATE_RUNNING);
    g_subprocess_send_signal(owner, SIGSTOP);
    await_state(&peer, CAMERA_STATE_STALLED);
    g_subprocess_send_signal(owner, SIGCONT);
    await_state(&peer, CAMERA_STATE_RUNNING);
    g_subprocess_force_exit(owner);
    g_subprocess_wait(owner, NULL, NULL);
    g_object_unref(owner);
    for (CameraMsg msg = await(&peer, CAMERA_MSG_STATE); msg.state != CAMERA_STATE_FAULT &&
                                                         msg.state != CAMERA_STATE_STALLED &&
                                                         msg.state != CAMERA_STATE_ENDED;)
        msg = await(&peer, CAMERA_MSG_STATE);
    g_unlink(path); /* a killed owner leaves its socket */
    owner = start_owner(path);
    await_state(&peer, CAMERA_STATE_RUNNING);
    end(&peer);
    g_subprocess_force_exit(owner);
    g_subprocess_wait(owner, NULL, NULL);
    g_object_unref(owner);
    g_unlink(path);
    g_rmdir(folder);
}

/* Sends the write end of a new pipe with "preview"; returns the read end. */
static int open_preview(const Peer *peer)
{
    const CameraMsg msg = {.type = CAMERA_MSG_PREVIEW};
    gsize len;
    g_autofree gchar *packet = camera_msg_print(&msg, &len);
    union {
        struct cmsghdr align;
        gchar bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec part = {.iov_base = packet, .iov_len = len};
    struct msghdr header = {.msg_iov = &part,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof control.bytes};
    struct cmsghdr *c = CMSG_FIRSTHDR(&header);
    int pair[2];

    cr_assert(g_unix_open_pipe(pair, FD_CLOEXEC, NULL));
    *c = (struct cmsghdr){
        .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int))};
    memcpy(CMSG_DATA(c), &pair[1], sizeof(int));
    cr_assert_eq(sendmsg(peer->fd, &header, MSG_NOSIGNAL), (gssize)len);
    close(pair[1]);
    return pair[0];
}

static void read_fully(int fd, void *buffer, gsize n)
{
    for (gsize got = 0; got < n;) {
        gssize step = read(fd, (guint8 *)buffer + got, n - got);
        cr_assert_gt(step, 0);
        got += (gsize)step;
    }
}

Test(camera_process, shows_the_rear_picture_and_a_viewer_that_sleeps_does_not_slow_the_scan)
{
    g_autofree gchar *folder = g_dir_make_tmp("camera-test-XXXXXX", NULL), *path = NULL,
                     *source = film(folder, 300, &path);
    Peer peer = launch(source, NULL);
    CameraMsg msg;
    int viewer, sleeper;

    await(&peer, CAMERA_MSG_READY);
    viewer = open_preview(&peer);
    sleeper = open_preview(&peer);
    command(&peer, CAMERA_MSG_START);
    for (guint i = 0; i < 5; i++) {
        guint32 length;
        g_autofree guint8 *jpeg = NULL;
        read_fully(viewer, &length, sizeof length);
        length = GUINT32_FROM_BE(length);
        cr_assert_lt(length, 1000000);
        jpeg = g_malloc(length);
        read_fully(viewer, jpeg, length);
        cr_expect(jpeg[0] == 0xff && jpeg[1] == 0xd8 && jpeg[length - 2] == 0xff && jpeg[length - 1] == 0xd9,
                  "a whole JPEG");
    }
    close(viewer);
    do
        msg = await(&peer, CAMERA_MSG_CODE);
    while (msg.frames_agreeing < 20);
    close(sleeper);
    end(&peer);
    g_unlink(path);
    g_rmdir(folder);
}

/* Bytes that the display branch writes to its stdout within @ms. */
static gsize displayed(const Peer *peer, guint ms)
{
    gint64 until = g_get_monotonic_time() + ms * 1000;
    gchar buffer[65536];
    gsize sum = 0;

    g_unix_set_fd_nonblocking(peer->display, TRUE, NULL);
    while (g_get_monotonic_time() < until) {
        gssize n = read(peer->display, buffer, sizeof buffer);
        if (n > 0)
            sum += (gsize)n;
        else
            g_usleep(1000);
    }
    return sum;
}

Test(camera_process, in_owner_mode_the_display_runs_before_during_and_after_scanning)
{
    const gsize frame_bytes = 64 * 48 * 3 / 2;
    Peer peer = launch(
        "videotestsrc is-live=true pattern=snow ! video/x-raw,format=I420,width=64,height=48,framerate=30/1",
        "--window", "--display", "fdsink fd=1", NULL);

    await(&peer, CAMERA_MSG_READY);
    displayed(&peer, 200);
    cr_expect_geq(displayed(&peer, 1000), 20 * frame_bytes, "off");
    command(&peer, CAMERA_MSG_START);
    await(&peer, CAMERA_MSG_FIRST_FRAME);
    cr_expect_geq(displayed(&peer, 1000), 20 * frame_bytes, "scanning");
    command(&peer, CAMERA_MSG_STOP);
    await_state(&peer, CAMERA_STATE_OFF);
    cr_expect_geq(displayed(&peer, 1000), 20 * frame_bytes, "off again");
    end(&peer);
}

Test(camera_process, commands_that_are_none_are_ignored)
{
    static const gchar *const nonsense[] = {"{", "{\"type\":\"zoom\"}", "{\"type\":\"ready\"}",
                                            "{\"type\":\"preview\"}"};
    Peer peer = launch(LIVE("snow"), NULL);

    for (guint i = 0; i < G_N_ELEMENTS(nonsense); i++)
        cr_assert_gt(send(peer.fd, nonsense[i], strlen(nonsense[i]), MSG_NOSIGNAL), 0);
    command(&peer, CAMERA_MSG_START);
    await_state(&peer, CAMERA_STATE_RUNNING);
    end(&peer);
}

Test(camera_process, frames_cannot_be_written_to_a_file)
{
    g_autofree gchar *folder = g_dir_make_tmp("camera-test-XXXXXX", NULL);
    g_autofree gchar *path = g_build_filename(folder, "leak", NULL);
    g_autofree gchar *source = g_strdup_printf(
        "videotestsrc is-live=true ! tee name=leak ! queue ! filesink location=%s leak.", path);
    Peer peer;

    if (SANITIZED)
        return; /* a sanitizer writes its report: files are not forbidden there */
    peer = launch(source, NULL);
    command(&peer, CAMERA_MSG_START);
    await_state(&peer, CAMERA_STATE_FAULT);
    end(&peer);
    cr_expect_not(g_file_test(path, G_FILE_TEST_EXISTS));
    g_rmdir(folder);
}
