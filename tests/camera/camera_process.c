/* rearcharge-camera as the daemon knows it: a process at the other end of a socketpair. Real pipelines, real
 * decoder; the cameras are test pictures, files, and another process behind shared memory. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <linux/sockios.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "camera/decoder/sanitized.h"
#include "tests/camera/camera_peer.h"
#include "tests/camera/render.h"

#define PILE "HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*1"
#define PATIENCE_MS 10000
#define LIVE(pattern)                                                                                        \
    "videotestsrc is-live=true pattern=" pattern " ! video/x-raw,width=320,height=240,framerate=30/1"

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
    CameraPeer peer = camera_peer_launch(source, NULL);
    CameraMsg msg;

    camera_peer_await(&peer, CAMERA_MSG_READY);
    camera_peer_command(&peer, CAMERA_MSG_START);
    camera_peer_command(&peer, CAMERA_MSG_START);
    camera_peer_await_state(&peer, CAMERA_STATE_STARTING);
    camera_peer_await_state(&peer, CAMERA_STATE_RUNNING);
    msg = camera_peer_await(&peer, CAMERA_MSG_FIRST_FRAME);
    cr_expect_lt(msg.after_ms, 1000);
    msg = camera_peer_await(&peer, CAMERA_MSG_CODE);
    cr_expect_eq(msg.n_bytes, strlen(PILE));
    cr_expect_eq(memcmp(msg.bytes, PILE, msg.n_bytes), 0);
    cr_expect_eq(msg.frames_agreeing, 1);
    cr_expect_eq(msg.frame_px[0], 320);
    cr_expect_float_eq(msg.px_per_module, 4, 0.3);
    do
        msg = camera_peer_await(&peer, CAMERA_MSG_CODE);
    while (msg.frames_agreeing < 3);
    camera_peer_command(&peer, CAMERA_MSG_STOP);
    camera_peer_await_state(&peer, CAMERA_STATE_OFF);
    camera_peer_command(&peer, CAMERA_MSG_QUIT);
    while (camera_peer_receive(&peer, &msg))
        cr_expect_neq(msg.type, CAMERA_MSG_CODE, "after \"off\"");
    camera_peer_end(&peer);
    g_unlink(path);
    g_rmdir(folder);
}

Test(camera_process, says_where_a_code_is_when_it_knows_the_lens)
{
    static const gchar text[] = "[lens]\nmodel=pinhole\nwidth=320\nheight=240\nf=160\ncx=0\nheight-m=1\n";
    g_autofree gchar *folder = g_dir_make_tmp("camera-test-XXXXXX", NULL), *path = NULL,
                     *source = film(folder, 300, &path), *lens = g_build_filename(folder, "lens", NULL);
    CameraPeer peer;
    CameraMsg msg;

    cr_assert(g_file_set_contents(lens, text, -1, NULL));
    peer = camera_peer_launch(source, "--lens", lens, NULL);
    camera_peer_await(&peer, CAMERA_MSG_READY);
    camera_peer_command(&peer, CAMERA_MSG_START);
    msg = camera_peer_await(&peer, CAMERA_MSG_CODE);
    cr_assert(msg.has_bearing);
    cr_expect_float_eq(msg.bearing_deg, 45, 1, "160 px beside an axis of 160 px: %f", msg.bearing_deg);
    cr_expect(msg.has_distance);
    camera_peer_end(&peer);
    g_unlink(lens);
    g_unlink(path);
    g_rmdir(folder);
}

Test(camera_process, plays_a_file_in_real_time_to_its_end_and_again_after_stop_and_start)
{
    g_autofree gchar *folder = g_dir_make_tmp("camera-test-XXXXXX", NULL), *path = NULL,
                     *source = film(folder, 30, &path);
    CameraPeer peer = camera_peer_launch(source, NULL);

    camera_peer_await(&peer, CAMERA_MSG_READY);
    for (guint i = 0; i < 2; i++) {
        /* From before the start: a busy machine may only make it longer. */
        gint64 from = g_get_monotonic_time();
        camera_peer_command(&peer, CAMERA_MSG_START);
        camera_peer_await_state(&peer, CAMERA_STATE_RUNNING);
        camera_peer_await(&peer, CAMERA_MSG_CODE);
        camera_peer_await_state(&peer, CAMERA_STATE_ENDED);
        cr_expect_gt(g_get_monotonic_time() - from, 800 * 1000, "30 frames at 30 a second");
        camera_peer_command(&peer, CAMERA_MSG_STOP);
        camera_peer_await_state(&peer, CAMERA_STATE_OFF);
    }
    camera_peer_end(&peer);
    g_unlink(path);
    g_rmdir(folder);
}

Test(camera_process, a_camera_that_is_not_there_is_a_fault_with_a_reason_and_it_goes_on_trying)
{
    g_autofree gchar *folder = g_dir_make_tmp("camera-test-XXXXXX", NULL), *path = NULL,
                     *source = film(folder, 30, &path);
    g_autofree gchar *away = g_strconcat(path, ".away", NULL);
    CameraPeer peer;
    CameraMsg msg;

    g_rename(path, away);
    peer = camera_peer_launch(source, NULL);
    camera_peer_await(&peer, CAMERA_MSG_READY);
    camera_peer_command(&peer, CAMERA_MSG_START);
    msg = camera_peer_await_state(&peer, CAMERA_STATE_FAULT);
    cr_expect_str_not_empty(msg.detail);
    g_rename(away, path);
    camera_peer_await_state(&peer, CAMERA_STATE_RUNNING);
    camera_peer_end(&peer);
    g_unlink(path);
    g_rmdir(folder);
}

Test(camera_process, a_source_that_is_no_pipeline_is_said_and_ends_it)
{
    CameraPeer peer = camera_peer_launch("no-such-element ! really", NULL);
    CameraMsg msg;

    msg = camera_peer_await_state(&peer, CAMERA_STATE_FAULT);
    cr_expect_not_null(strstr(msg.detail, "no-such-element"), "%s", msg.detail);
    cr_expect_not(camera_peer_receive(&peer, &msg));
    g_subprocess_wait(peer.process, NULL, NULL);
    cr_expect_eq(g_subprocess_get_exit_status(peer.process), 1);
    g_object_unref(peer.process);
    close(peer.fd);
    close(peer.display);
}

Test(camera_process, a_covered_lens_is_black_and_a_picture_that_never_changes_is_frozen)
{
    CameraPeer black = camera_peer_launch(LIVE("black"), NULL),
               frozen = camera_peer_launch(LIVE("smpte75"), NULL);

    camera_peer_command(&black, CAMERA_MSG_START);
    camera_peer_command(&frozen, CAMERA_MSG_START);
    camera_peer_await_state(&black, CAMERA_STATE_RUNNING);
    camera_peer_await_state(&black, CAMERA_STATE_BLACK);
    camera_peer_await_state(&frozen, CAMERA_STATE_FROZEN);
    camera_peer_end(&black);
    camera_peer_end(&frozen);
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
    CameraPeer peer = camera_peer_launch(source, "--stall-ms", "400", NULL);

    camera_peer_command(&peer, CAMERA_MSG_START);
    camera_peer_await_state(&peer, CAMERA_STATE_RUNNING);
    g_subprocess_send_signal(owner, SIGSTOP);
    camera_peer_await_state(&peer, CAMERA_STATE_STALLED);
    g_subprocess_send_signal(owner, SIGCONT);
    camera_peer_await_state(&peer, CAMERA_STATE_RUNNING);
    g_subprocess_force_exit(owner);
    g_subprocess_wait(owner, NULL, NULL);
    g_object_unref(owner);
    for (CameraMsg msg = camera_peer_await(&peer, CAMERA_MSG_STATE); msg.state != CAMERA_STATE_FAULT &&
                                                                     msg.state != CAMERA_STATE_STALLED &&
                                                                     msg.state != CAMERA_STATE_ENDED;)
        msg = camera_peer_await(&peer, CAMERA_MSG_STATE);
    g_unlink(path); /* a killed owner leaves its socket */
    owner = start_owner(path);
    camera_peer_await_state(&peer, CAMERA_STATE_RUNNING);
    camera_peer_end(&peer);
    g_subprocess_force_exit(owner);
    g_subprocess_wait(owner, NULL, NULL);
    g_object_unref(owner);
    g_unlink(path);
    g_rmdir(folder);
}

/* Sends the write end of a new pipe with "preview"; returns the read end. */
static int open_preview(const CameraPeer *peer)
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
    CameraPeer peer = camera_peer_launch(source, NULL);
    CameraMsg msg;
    int viewer, sleeper;

    camera_peer_await(&peer, CAMERA_MSG_READY);
    viewer = open_preview(&peer);
    sleeper = open_preview(&peer);
    camera_peer_command(&peer, CAMERA_MSG_START);
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
        msg = camera_peer_await(&peer, CAMERA_MSG_CODE);
    while (msg.frames_agreeing < 20);
    close(sleeper);
    camera_peer_end(&peer);
    g_unlink(path);
    g_rmdir(folder);
}

/* Bytes that the display branch writes to its stdout within @ms. */
static gsize displayed(const CameraPeer *peer, guint ms)
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
    CameraPeer peer = camera_peer_launch(
        "videotestsrc is-live=true pattern=snow ! video/x-raw,format=I420,width=64,height=48,framerate=30/1",
        "--window", "--display", "fdsink fd=1", NULL);

    camera_peer_await(&peer, CAMERA_MSG_READY);
    displayed(&peer, 200);
    cr_expect_geq(displayed(&peer, 1000), 20 * frame_bytes, "off");
    camera_peer_command(&peer, CAMERA_MSG_START);
    camera_peer_await(&peer, CAMERA_MSG_FIRST_FRAME);
    cr_expect_geq(displayed(&peer, 1000), 20 * frame_bytes, "scanning");
    camera_peer_command(&peer, CAMERA_MSG_STOP);
    camera_peer_await_state(&peer, CAMERA_STATE_OFF);
    cr_expect_geq(displayed(&peer, 1000), 20 * frame_bytes, "off again");
    camera_peer_end(&peer);
}

/* A folder with "device", which hangs whoever opens it (a pipe that nobody writes into), and "daemon", a
 * script that starts the camera. */
typedef struct {
    gchar *folder, *device, *daemon, *source;
} Hung;

static Hung hung_begin(const gchar *script)
{
    Hung self = {.folder = g_dir_make_tmp("camera-test-XXXXXX", NULL)};

    self.device = g_build_filename(self.folder, "device", NULL);
    self.daemon = g_build_filename(self.folder, "daemon", NULL);
    self.source =
        g_strdup_printf("filesrc location=%s ! rawvideoparse format=gray8 width=320 height=240", self.device);
    cr_assert_eq(mkfifo(self.device, 0600), 0);
    cr_assert(g_file_set_contents_full(self.daemon, script, -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
    g_setenv("REAL_CAMERA", g_getenv("CAMERA"), TRUE); /* each test is a process of its own */
    g_setenv("CAMERA", self.daemon, TRUE);
    g_setenv("DEVICE", self.device, TRUE);
    return self;
}

static void hung_end(Hung *self, CameraPeer *peer)
{
    close(peer->display);
    g_object_unref(peer->process);
    g_unlink(self->device);
    g_unlink(self->daemon);
    g_rmdir(self->folder);
    g_free(self->folder);
    g_free(self->device);
    g_free(self->daemon);
    g_free(self->source);
}

Test(camera_process, ends_with_its_daemon_even_when_gstreamer_hangs)
{
    Hung hung = hung_begin("#!/bin/sh\n\"$REAL_CAMERA\" \"$@\" &\nwait\n");
    CameraPeer peer = camera_peer_launch(hung.source, NULL);
    CameraMsg msg;
    gint unread = 0;

    camera_peer_await(&peer, CAMERA_MSG_READY);
    camera_peer_command(&peer, CAMERA_MSG_START);
    while (ioctl(peer.fd, SIOCOUTQ, &unread) == 0 && unread > 0)
        g_usleep(1000);                    /* the command is what it hangs in, and what it reads last */
    g_subprocess_force_exit(peer.process); /* our end of the socket stays open: only the kernel tells */
    while (camera_peer_receive(&peer, &msg))
        ;
    close(peer.fd);
    hung_end(&hung, &peer);
}

Test(camera_process, does_not_begin_when_its_daemon_died_before_it_was_watched)
{
    Hung hung = hung_begin("#!/bin/sh\nread line <\"$DEVICE\"\nexec \"$REAL_CAMERA\" \"$@\"\n");
    CameraPeer peer = camera_peer_launch(hung.source, "--mode", "owner", NULL);
    gint gate;

    close(peer.fd);
    gate = open(hung.device, O_WRONLY | O_CLOEXEC); /* waits for the script */
    cr_assert_eq(write(gate, "\n", 1), 1);
    close(gate);
    cr_assert(g_subprocess_wait(peer.process, NULL, NULL));
    cr_expect_eq(g_subprocess_get_exit_status(peer.process), 1);
    hung_end(&hung, &peer);
}

Test(camera_process, commands_that_are_none_are_ignored)
{
    static const gchar *const nonsense[] = {"{", "{\"type\":\"zoom\"}", "{\"type\":\"ready\"}",
                                            "{\"type\":\"preview\"}"};
    CameraPeer peer = camera_peer_launch(LIVE("snow"), NULL);

    for (guint i = 0; i < G_N_ELEMENTS(nonsense); i++)
        cr_assert_gt(send(peer.fd, nonsense[i], strlen(nonsense[i]), MSG_NOSIGNAL), 0);
    camera_peer_command(&peer, CAMERA_MSG_START);
    camera_peer_await_state(&peer, CAMERA_STATE_RUNNING);
    camera_peer_end(&peer);
}

Test(camera_process, frames_cannot_be_written_to_a_file)
{
    g_autofree gchar *folder = g_dir_make_tmp("camera-test-XXXXXX", NULL);
    g_autofree gchar *path = g_build_filename(folder, "leak", NULL);
    g_autofree gchar *source = g_strdup_printf(
        "videotestsrc is-live=true ! tee name=leak ! queue ! filesink location=%s leak.", path);
    CameraPeer peer;

    if (SANITIZED)
        return; /* a sanitizer writes its report: files are not forbidden there */
    peer = camera_peer_launch(source, NULL);
    camera_peer_command(&peer, CAMERA_MSG_START);
    camera_peer_await_state(&peer, CAMERA_STATE_FAULT);
    camera_peer_end(&peer);
    cr_expect_not(g_file_test(path, G_FILE_TEST_EXISTS));
    g_rmdir(folder);
}

/* A field of /proc/PID/task/TID/status; -1: there is none. */
static gint64 status_field(const gchar *pid, const gchar *tid, const gchar *field)
{
    g_autofree gchar *path = g_strdup_printf("/proc/%s/task/%s/status", pid, tid);
    g_autofree gchar *text = NULL;
    const gchar *at = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL) || (at = strstr(text, field)) == NULL)
        return -1;
    return g_ascii_strtoll(at + strlen(field), NULL, 10);
}

/* Every thread has the filter; returns how many there are. */
static guint expect_caged(const gchar *pid, gint64 least_filters)
{
    g_autofree gchar *folder = g_strdup_printf("/proc/%s/task", pid);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    guint n = 0;

    for (const gchar *tid; dir != NULL && (tid = g_dir_read_name(dir)) != NULL;) {
        gint64 mode = status_field(pid, tid, "\nSeccomp:\t");

        if (mode < 0)
            continue; /* it ended meanwhile */
        cr_expect_eq(mode, 2, "thread %s of %s", tid, pid);
        cr_expect_geq(status_field(pid, tid, "\nSeccomp_filters:\t"), least_filters);
        cr_expect_eq(status_field(pid, tid, "\nNoNewPrivs:\t"), 1);
        n++;
    }
    return n;
}

/* The decoder children; the caller frees. Two, once they are up. */
static GStrv children_of(const gchar *pid)
{
    g_autofree gchar *path = g_strdup_printf("/proc/%s/task/%s/children", pid, pid);

    for (guint i = 0; i < PATIENCE_MS; i++) {
        g_autofree gchar *text = NULL;
        g_auto(GStrv) child = NULL;

        cr_assert(g_file_get_contents(path, &text, NULL, NULL));
        child = g_strsplit(g_strstrip(text), " ", -1);
        if (g_strv_length(child) == 2 && status_field(child[0], child[0], "\nSeccomp_filters:\t") >= 2 &&
            status_field(child[1], child[1], "\nSeccomp_filters:\t") >= 2)
            return g_steal_pointer(&child);
        g_usleep(1000);
    }
    cr_assert_fail("no two decoders in their cages");
    return NULL;
}

Test(camera_process, every_thread_and_decoder_keeps_its_cage_over_restarts_of_the_pipeline_and_deaths)
{
    g_autofree gchar *folder = g_dir_make_tmp("camera-test-XXXXXX", NULL);
    g_autofree gchar *path = g_build_filename(folder, "rear", NULL);
    g_autofree gchar *source = g_strdup_printf("shmsrc socket-path=%s is-live=true do-timestamp=true ! "
                                               "video/x-raw,format=I420,width=320,height=240,framerate=30/1",
                                               path);
    GSubprocess *owner = start_owner(path);
    CameraPeer peer = camera_peer_launch(source, "--stall-ms", "400", NULL);
    const gchar *pid = g_subprocess_get_identifier(peer.process);

    for (guint i = 0; i < 3; i++) {
        g_auto(GStrv) child = NULL;

        camera_peer_command(&peer, CAMERA_MSG_START);
        camera_peer_await_state(&peer, CAMERA_STATE_RUNNING);
        cr_expect_gt(expect_caged(pid, 1), 1, "streaming threads");
        child = children_of(pid);
        for (guint c = 0; child[c] != NULL; c++)
            expect_caged(child[c], 2);
        if (i == 0) { /* the device goes and comes back: it is opened anew */
            g_subprocess_force_exit(owner);
            g_subprocess_wait(owner, NULL, NULL);
            g_object_unref(owner);
            for (CameraMsg msg = camera_peer_await(&peer, CAMERA_MSG_STATE);
                 msg.state == CAMERA_STATE_RUNNING || msg.state == CAMERA_STATE_STARTING;)
                msg = camera_peer_await(&peer, CAMERA_MSG_STATE);
            g_unlink(path);
            owner = start_owner(path);
            camera_peer_await_state(&peer, CAMERA_STATE_RUNNING);
            expect_caged(pid, 1);
        }
        if (i == 1) { /* a decoder dies: its successor is caged too */
            kill((pid_t)g_ascii_strtoll(child[0], NULL, 10), SIGKILL);
            camera_peer_await(&peer, CAMERA_MSG_DECODER);
            g_strfreev(g_steal_pointer(&child));
            child = children_of(pid);
        }
        camera_peer_command(&peer, CAMERA_MSG_STOP);
        camera_peer_await_state(&peer, CAMERA_STATE_OFF);
    }
    camera_peer_end(&peer);
    g_subprocess_force_exit(owner);
    g_subprocess_wait(owner, NULL, NULL);
    g_object_unref(owner);
    g_unlink(path);
    g_rmdir(folder);
}

/* The pipeline is what the configuration says, so a wrong one could send pictures away: it cannot. */
Test(camera_process, frames_cannot_be_sent_over_the_network)
{
    g_autoptr(GSocket) door = g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, 0, NULL);
    g_autoptr(GSocketAddress) any = g_inet_socket_address_new_from_string("127.0.0.1", 0);
    g_autoptr(GSocketAddress) here = NULL;
    g_autofree gchar *source = NULL;
    CameraPeer peer;

    g_socket_set_blocking(door, FALSE);
    cr_assert(g_socket_bind(door, any, FALSE, NULL) && g_socket_listen(door, NULL));
    here = g_socket_get_local_address(door, NULL);
    source = g_strdup_printf("videotestsrc is-live=true ! tee name=leak ! queue ! tcpclientsink "
                             "host=127.0.0.1 port=%u leak.",
                             g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(here)));
    peer = camera_peer_launch(source, NULL);
    camera_peer_command(&peer, CAMERA_MSG_START);
    camera_peer_await_state(&peer, CAMERA_STATE_FAULT);
    camera_peer_end(&peer);
    cr_expect_null(g_socket_accept(door, NULL, NULL), "whoever had knocked would be there");
}
