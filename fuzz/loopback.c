#include "fuzz/loopback.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_US (3 * G_USEC_PER_SEC)
#define HEAD_BYTES 16384

static struct sockaddr_in at_port(guint16 port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

Loopback *loopback_get(void)
{
    static Loopback self = {.fd = -1};
    struct sockaddr_in address = at_port(0);
    socklen_t len = sizeof address;

    if (self.fd >= 0)
        return &self;
    self.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    g_assert_true(bind(self.fd, (struct sockaddr *)&address, sizeof address) == 0 &&
                  listen(self.fd, 16) == 0 && getsockname(self.fd, (struct sockaddr *)&address, &len) == 0);
    self.url = g_strdup_printf("http://127.0.0.1:%u", ntohs(address.sin_port));
    return &self;
}

void loopback_settle(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

/* A reset instead of a long goodbye: thousands of these would use up the ports. */
static void drop(gint fd)
{
    const struct linger now = {.l_onoff = 1, .l_linger = 0};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(fd);
}

/* @fd: (transfer full). Returns: -1 when it was answered or has ended, else @fd */
static gint serve(gint fd, GString *heard, const guint8 *bytes, gsize size)
{
    gchar buffer[4096];
    gssize n = recv(fd, buffer, sizeof buffer, 0);

    if (n > 0)
        g_string_append_len(heard, buffer, n);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return fd;
    if (n > 0 && heard->len < HEAD_BYTES && strstr(heard->str, "\r\n\r\n") == NULL)
        return fd;
    if (n > 0 && size > 0)
        (void)!send(fd, bytes, size, MSG_NOSIGNAL); /* what does not fit into the buffers is lost */
    shutdown(fd, SHUT_WR);
    close(fd);
    return -1;
}

void loopback_answer(Loopback *self, const guint8 *bytes, gsize size, const guint *n_ended)
{
    gint64 until_us = g_get_monotonic_time() + PATIENCE_US;
    g_autoptr(GString) heard = g_string_new(NULL);
    gint fd = -1;

    while (*n_ended == 0 && g_get_monotonic_time() < until_us) {
        gboolean busy = g_main_context_iteration(NULL, FALSE);

        if (fd < 0) {
            fd = accept4(self->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
            g_string_truncate(heard, 0);
        }
        if (fd >= 0)
            fd = serve(fd, heard, bytes, size);
        else if (!busy)
            g_usleep(50);
    }
    if (fd >= 0)
        drop(fd);
}

GString *loopback_say(guint16 port, const guint8 *bytes, gsize size)
{
    struct sockaddr_in address = at_port(port);
    gint fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    GString *heard = g_string_new(NULL);
    gchar buffer[4096];

    g_assert_cmpint(connect(fd, (struct sockaddr *)&address, sizeof address), ==, 0);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    for (guint quiet = 0; quiet < 3;) {
        gssize sent = size > 0 ? send(fd, bytes, size, MSG_NOSIGNAL) : 0;
        gssize n;

        size -= sent > 0 ? (gsize)sent : 0;
        bytes += sent > 0 ? sent : 0;
        if (sent < 0 && errno != EAGAIN)
            size = 0;
        loopback_settle();
        n = recv(fd, buffer, sizeof buffer, 0);
        if (n == 0 || (n < 0 && errno != EAGAIN))
            break;
        if (n > 0)
            g_string_append_len(heard, buffer, n);
        quiet = n > 0 || sent > 0 ? 0 : quiet + 1;
    }
    drop(fd);
    loopback_settle();
    return heard;
}

void loopback_drop_log(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data)
{
}
