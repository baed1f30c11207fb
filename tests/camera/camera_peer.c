#include "tests/camera/camera_peer.h"

#include <criterion/criterion.h>
#include <glib-unix.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 10000

CameraPeer camera_peer_launch(const gchar *source, ...)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    CameraPeer peer = {0};
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

void camera_peer_command(const CameraPeer *peer, CameraMsgType type)
{
    const CameraMsg msg = {.type = type};
    gsize len;
    g_autofree gchar *packet = camera_msg_print(&msg, &len);

    cr_assert_eq(send(peer->fd, packet, len, MSG_NOSIGNAL), (gssize)len);
}

gboolean camera_peer_receive(const CameraPeer *peer, CameraMsg *msg)
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

CameraMsg camera_peer_await(const CameraPeer *peer, CameraMsgType type)
{
    CameraMsg msg;

    do
        cr_assert(camera_peer_receive(peer, &msg), "it ended");
    while (msg.type != type);
    return msg;
}

CameraMsg camera_peer_await_state(const CameraPeer *peer, CameraState state)
{
    CameraMsg msg;

    do
        msg = camera_peer_await(peer, CAMERA_MSG_STATE);
    while (msg.state != state);
    return msg;
}

void camera_peer_end(CameraPeer *peer)
{
    close(peer->fd); /* EOF is all it takes */
    cr_assert(g_subprocess_wait(peer->process, NULL, NULL));
    cr_expect(g_subprocess_get_if_exited(peer->process) && g_subprocess_get_exit_status(peer->process) == 0);
    close(peer->display);
    g_object_unref(peer->process);
}
