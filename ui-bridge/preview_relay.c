#define G_LOG_DOMAIN "rearcharge-ui"

#include "ui-bridge/preview_relay.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#include "weblink/web_stream.h"

#define BOUNDARY "rearcharge-picture"
#define HEAD                                                                                                 \
    "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=" BOUNDARY "\r\n"                  \
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"                                         \
    "Cross-Origin-Resource-Policy: same-origin\r\nConnection: close\r\n\r\n--" BOUNDARY "\r\n"
#define LENGTH_BYTES 4

struct PreviewRelay {
    WebStream *browser;
    gint fd;
    guint watch;
    GByteArray *picture; /* length and what has come of the picture */
    PreviewRelayEnded ended;
    gpointer user_data;
};

static guint32 length_of(const GByteArray *picture)
{
    const guint8 *byte = picture->data;

    return (guint32)byte[0] << 24 | (guint32)byte[1] << 16 | (guint32)byte[2] << 8 | byte[3];
}

/* The boundary follows at once: browsers show a part when they have seen its end. */
static void show(PreviewRelay *self)
{
    g_autofree gchar *head = NULL;

    if (web_stream_queued_bytes(self->browser) > 0)
        return; /* it has not taken the last one yet */
    head = g_strdup_printf("Content-Type: image/jpeg\r\nContent-Length: %u\r\n\r\n",
                           self->picture->len - LENGTH_BYTES);
    web_stream_write(self->browser, head, strlen(head));
    web_stream_write(self->browser, self->picture->data + LENGTH_BYTES, self->picture->len - LENGTH_BYTES);
    web_stream_write(self->browser, "\r\n--" BOUNDARY "\r\n", strlen("\r\n--" BOUNDARY "\r\n"));
}

/* Returns: bytes that are missing; 0: a whole picture is there; -1: no such stream */
static gssize missing_bytes(const GByteArray *picture)
{
    guint32 length = 0;

    if (picture->len < LENGTH_BYTES)
        return LENGTH_BYTES - (gssize)picture->len;
    length = length_of(picture);
    if (length == 0 || length > PREVIEW_RELAY_PICTURE_MAX_BYTES)
        return -1;
    return (gssize)length + LENGTH_BYTES - (gssize)picture->len;
}

/* Returns: FALSE at the end of the pipe or when it holds something else */
static gboolean take(PreviewRelay *self)
{
    guint8 buffer[64 * 1024];

    for (;;) {
        gssize wanted = missing_bytes(self->picture), n = 0;

        if (wanted < 0)
            return FALSE;
        n = read(self->fd, buffer, MIN((gsize)wanted, sizeof buffer));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 && errno == EAGAIN;
        g_byte_array_append(self->picture, buffer, (guint)n);
        if (missing_bytes(self->picture) == 0) {
            show(self);
            g_byte_array_set_size(self->picture, 0);
        }
    }
}

static void end(PreviewRelay *self)
{
    PreviewRelayEnded ended = self->ended;

    self->ended = NULL;
    if (ended != NULL)
        ended(self, self->user_data);
}

static gboolean on_picture(gint fd, GIOCondition condition, gpointer data)
{
    PreviewRelay *self = data;

    if (take(self))
        return G_SOURCE_CONTINUE;
    self->watch = 0;
    end(self);
    return G_SOURCE_REMOVE;
}

static void on_browser(WebStream *stream, WebStreamEvent event, gpointer data)
{
    guint8 unwanted[256];

    if (event == WEB_STREAM_READABLE && web_stream_read(stream, unwanted, sizeof unwanted) == 0)
        end(data);
}

PreviewRelay *preview_relay_new(WebRequest *request, gint fd, PreviewRelayEnded ended, gpointer user_data)
{
    WebStream *browser = web_request_steal(request, HEAD);
    PreviewRelay *self = NULL;

    if (browser == NULL || !g_unix_set_fd_nonblocking(fd, TRUE, NULL)) {
        web_stream_free(browser);
        close(fd);
        return NULL;
    }
    self = g_new0(PreviewRelay, 1);
    self->browser = browser;
    self->fd = fd;
    self->picture = g_byte_array_new();
    self->ended = ended;
    self->user_data = user_data;
    self->watch = g_unix_fd_add(fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_picture, self);
    web_stream_start(browser, on_browser, self);
    return self;
}

void preview_relay_free(PreviewRelay *self)
{
    if (self == NULL)
        return;
    if (self->watch != 0)
        g_source_remove(self->watch);
    web_stream_free(self->browser);
    close(self->fd);
    g_byte_array_unref(self->picture);
    g_free(self);
}
