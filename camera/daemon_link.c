#define G_LOG_DOMAIN "rearcharge-camera"
#include "camera/daemon_link.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/redact.h"

struct DaemonLink {
    int fd;
    guint watch;
    DaemonLinkEvents events;
    gpointer data;
    guint64 n_lost;
};

/* Returns: bytes received as recv(2); @fd: -1 or the first fd that came along; further ones are closed */
static gssize receive(int socket_fd, gchar *buffer, gsize size, int *fd)
{
    union {
        struct cmsghdr align;
        gchar bytes[CMSG_SPACE(4 * sizeof(int))];
    } control;
    struct iovec part = {.iov_base = buffer, .iov_len = size};
    struct msghdr header = {.msg_iov = &part,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof control.bytes};
    gssize len = recvmsg(socket_fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

    *fd = -1;
    for (struct cmsghdr *c = len >= 0 ? CMSG_FIRSTHDR(&header) : NULL; c != NULL;
         c = CMSG_NXTHDR(&header, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        for (gsize i = 0; i < (c->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
            int got;
            memcpy(&got, CMSG_DATA(c) + i * sizeof(int), sizeof got);
            if (*fd < 0)
                *fd = got;
            else
                close(got);
        }
    }
    return len;
}

static void obey(DaemonLink *self, const gchar *packet, gsize len, int fd)
{
    g_autoptr(GError) error = NULL;
    CameraMsg msg;

    if (!camera_msg_parse(packet, len, &msg, &error) || !camera_msg_is_command(msg.type)) {
        g_autofree gchar *shown = redact_for_log(packet, len);
        g_warning("ignored \"%s\" from the daemon: %s", shown,
                  error != NULL ? error->message : "not a command");
    } else if ((msg.type == CAMERA_MSG_PREVIEW) != (fd >= 0)) {
        g_warning("ignored a command from the daemon: one fd with \"preview\", none with others");
    } else {
        self->events.command(msg.type, fd, self->data);
        return;
    }
    if (fd >= 0)
        close(fd);
}

static gboolean on_packet(gint socket_fd, GIOCondition condition, gpointer data)
{
    DaemonLink *self = data;
    g_autofree gchar *packet = g_malloc(CAMERA_MSG_MAX_BYTES + 1);
    int fd;
    gssize len = receive(socket_fd, packet, CAMERA_MSG_MAX_BYTES + 1, &fd);

    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;
    if (len > 0) {
        obey(self, packet, (gsize)len, fd);
        return G_SOURCE_CONTINUE;
    }
    self->watch = 0;
    self->events.closed(self->data);
    return G_SOURCE_REMOVE;
}

DaemonLink *daemon_link_new(int fd, const DaemonLinkEvents *events, gpointer data)
{
    DaemonLink *self = g_new0(DaemonLink, 1);

    self->fd = fd;
    self->events = *events;
    self->data = data;
    self->watch = g_unix_fd_add(fd, G_IO_IN | G_IO_HUP, on_packet, self);
    return self;
}

void daemon_link_free(DaemonLink *self)
{
    if (self->watch != 0)
        g_source_remove(self->watch);
    close(self->fd);
    g_free(self);
}

void daemon_link_send(DaemonLink *self, const CameraMsg *msg)
{
    gsize len = 0;
    g_autofree gchar *packet = camera_msg_print(msg, &len);

    if (send(self->fd, packet, len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno == EAGAIN &&
        self->n_lost++ == 0)
        g_warning("the daemon does not read: messages are lost");
}
