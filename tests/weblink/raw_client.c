#include "tests/weblink/raw_client.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_US (5 * G_USEC_PER_SEC)

static guint port_of(const gchar *url)
{
    return (guint)g_ascii_strtoull(strrchr(url, ':') + 1, NULL, 10);
}

RawClient *raw_connect(BoundedServer *server)
{
    return raw_connect_url(bounded_server_url(server));
}

RawClient *raw_connect_url(const gchar *url)
{
    RawClient *self = g_new0(RawClient, 1);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((guint16)port_of(url))};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    self->in = g_string_new(NULL);
    self->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(connect(self->fd, (struct sockaddr *)&address, sizeof address), 0);
    fcntl(self->fd, F_SETFL, O_NONBLOCK);
    return self;
}

void raw_free(RawClient *self)
{
    close(self->fd);
    g_string_free(self->in, TRUE);
    g_free(self);
}

static void turn(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

static void take(RawClient *self, gint wait_ms)
{
    struct pollfd wait = {.fd = self->fd, .events = POLLIN};
    gchar buffer[4096];
    gssize n = 0;

    turn();
    if (poll(&wait, 1, wait_ms) <= 0)
        return;
    n = read(self->fd, buffer, sizeof buffer);
    if (n > 0)
        g_string_append_len(self->in, buffer, n);
    else if (n == 0 || errno != EAGAIN)
        self->eof = TRUE;
}

gsize raw_send(RawClient *self, gconstpointer data, gsize len)
{
    gint64 end_us = g_get_monotonic_time() + PATIENCE_US;
    gsize sent = 0;

    while (sent < len && g_get_monotonic_time() < end_us) {
        gssize n = send(self->fd, (const gchar *)data + sent, len - sent, MSG_NOSIGNAL);

        if (n < 0 && errno != EAGAIN)
            break;
        sent += n > 0 ? (gsize)n : 0;
        if (n < 0)
            take(self, 1);
    }
    return sent;
}

void raw_say(RawClient *self, const gchar *text)
{
    raw_send(self, text, strlen(text));
}

gboolean raw_hear(RawClient *self, const gchar *text)
{
    gint64 end_us = g_get_monotonic_time() + PATIENCE_US;

    while (strstr(self->in->str, text) == NULL && !self->eof && g_get_monotonic_time() < end_us)
        take(self, 2);
    return strstr(self->in->str, text) != NULL;
}

gboolean raw_hear_bytes(RawClient *self, gsize n)
{
    gint64 end_us = g_get_monotonic_time() + PATIENCE_US;

    while (self->in->len < n && !self->eof && g_get_monotonic_time() < end_us)
        take(self, 2);
    return self->in->len >= n;
}

gboolean raw_hear_end(RawClient *self)
{
    gint64 end_us = g_get_monotonic_time() + PATIENCE_US;

    while (!self->eof && g_get_monotonic_time() < end_us)
        take(self, 2);
    return self->eof;
}

/* A whole answer: head, and as much body as Content-Length says. */
static gboolean is_whole(const GString *in)
{
    const gchar *end = strstr(in->str, "\r\n\r\n");
    const gchar *length = strstr(in->str, "Content-Length: ");

    return end != NULL && length != NULL && length < end &&
           in->len >= (gsize)(end + 4 - in->str) + g_ascii_strtoull(length + 16, NULL, 10);
}

gchar *raw_ask(BoundedServer *server, const gchar *request)
{
    return raw_ask_url(bounded_server_url(server), request);
}

gchar *raw_ask_url(const gchar *url, const gchar *request)
{
    g_autoptr(RawClient) client = raw_connect_url(url);
    g_autoptr(GString) text = g_string_new(request);
    g_autofree gchar *host = g_strdup_printf("127.0.0.1:%u", port_of(url));
    gint64 end_us = g_get_monotonic_time() + PATIENCE_US;

    g_string_replace(text, "{H}", host, 0);
    raw_send(client, text->str, text->len);
    while (!is_whole(client->in) && !client->eof && g_get_monotonic_time() < end_us)
        take(client, 2);
    return g_strdup(client->in->str);
}

static gboolean on_time_up(gpointer data)
{
    *(gboolean *)data = TRUE;
    return G_SOURCE_REMOVE;
}

gboolean turn_until(const gboolean *flag)
{
    gboolean late = FALSE;
    guint timer = g_timeout_add(5000, on_time_up, &late);

    while (!*flag && !late)
        g_main_context_iteration(NULL, TRUE);
    if (!late)
        g_source_remove(timer);
    return *flag;
}

void turn_for_ms(guint ms)
{
    gboolean over = FALSE;

    g_timeout_add(ms, on_time_up, &over);
    turn_until(&over);
}
