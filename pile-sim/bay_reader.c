#include "pile-sim/bay_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <sys/stat.h>
#include <unistd.h>

struct _BayReader {
    BayFeed feed;
    gint fd;
    gboolean is_file;
    gboolean *heard; /* owned; [n_evses]: the detector has spoken of this bay */
    guint source;
    void (*said)(const SimCommand *, gpointer);
    gpointer data;
};

static void on_line(const SimCommand *command, gpointer data)
{
    BayReader *self = data;

    if (command == NULL) {
        /* A detector gone mad must not fill the log: 1, 2, 4, 8 ... bad lines. Its bytes are not repeated. */
        if ((self->feed.n_bad & (self->feed.n_bad - 1)) == 0)
            g_warning("bay feed: bad lines so far: %" G_GUINT64_FORMAT
                      " (want '<evse> occupied|free|broken')",
                      self->feed.n_bad);
        return;
    }
    self->heard[command->evse - 1] = TRUE;
    self->said(command, self->data);
}

static void lose(BayReader *self)
{
    g_message("bay feed: ended after %" G_GUINT64_FORMAT " lines", self->feed.n_lines);
    for (guint i = 0; i < self->feed.n_evses && !self->is_file; i++) {
        SimCommand broken = {.action = SIM_BAY, .evse = i + 1, .broken = TRUE};

        if (self->heard[i])
            self->said(&broken, self->data);
    }
}

static gboolean on_readable(gint fd, GIOCondition condition, gpointer data)
{
    BayReader *self = data;
    gchar bytes[512];
    gssize n = read(fd, bytes, sizeof bytes);

    if (n > 0) {
        bay_feed_push(&self->feed, bytes, (gsize)n, on_line, self);
        return G_SOURCE_CONTINUE;
    }
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return G_SOURCE_CONTINUE;
    self->source = 0;
    lose(self);
    return G_SOURCE_REMOVE;
}

BayReader *bay_reader_new(const gchar *path, guint n_evses, void (*said)(const SimCommand *, gpointer),
                          gpointer data, GError **error)
{
    g_autoptr(BayReader) self = g_new0(BayReader, 1);
    struct stat about = {0};

    self->feed = (BayFeed)BAY_FEED_INIT(n_evses);
    self->heard = g_new0(gboolean, n_evses);
    self->said = said;
    self->data = data;
    self->fd = -1;
    if (g_str_equal(path, "-"))
        self->fd = STDIN_FILENO;
    else if (stat(path, &about) == 0) /* a FIFO that we also write never ends */
        self->fd = open(path, (S_ISFIFO(about.st_mode) ? O_RDWR : O_RDONLY) | O_NONBLOCK | O_CLOEXEC);
    if (self->fd < 0 || fstat(self->fd, &about) != 0) {
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "--bay-feed %s: %s", path,
                    g_strerror(errno));
        return NULL;
    }
    self->is_file = S_ISREG(about.st_mode);
    return g_steal_pointer(&self);
}

void bay_reader_start(BayReader *self)
{
    self->source = g_unix_fd_add(self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, self);
}

void bay_reader_free(BayReader *self)
{
    if (self == NULL)
        return;
    if (self->source != 0)
        g_source_remove(self->source);
    if (self->fd > STDERR_FILENO)
        close(self->fd);
    g_free(self->heard);
    g_free(self);
}
