#define G_LOG_DOMAIN "rearcharge-camera"
#include "camera/preview.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    Preview *owner;
    int fd;
    GBytes *picture; /* being written; NULL: none */
    gsize written;
    guint gone_watch;
    guint room_watch;
} Reader;

struct Preview {
    GPtrArray *readers; /* of Reader, oldest first */
    void (*wanted_changed)(gboolean wanted, gpointer data);
    gpointer data;
};

static void reader_free(gpointer data)
{
    Reader *reader = data;

    if (reader->gone_watch != 0)
        g_source_remove(reader->gone_watch);
    if (reader->room_watch != 0)
        g_source_remove(reader->room_watch);
    g_clear_pointer(&reader->picture, g_bytes_unref);
    close(reader->fd);
    g_free(reader);
}

static void drop_reader(Reader *reader)
{
    Preview *self = reader->owner;

    g_ptr_array_remove(self->readers, reader);
    if (self->readers->len == 0)
        self->wanted_changed(FALSE, self->data);
}

static gboolean on_gone(gint fd, GIOCondition condition, gpointer data)
{
    Reader *reader = data;

    reader->gone_watch = 0;
    drop_reader(reader);
    return G_SOURCE_REMOVE;
}

/* Returns: FALSE when the reader is gone */
static gboolean write_some(Reader *reader)
{
    gsize size;
    const guint8 *bytes = g_bytes_get_data(reader->picture, &size);

    while (reader->written < size) {
        gssize n = write(reader->fd, bytes + reader->written, size - reader->written);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN;
        reader->written += (gsize)n;
    }
    g_clear_pointer(&reader->picture, g_bytes_unref);
    return TRUE;
}

static gboolean on_room(gint fd, GIOCondition condition, gpointer data)
{
    Reader *reader = data;

    if (!write_some(reader)) {
        reader->room_watch = 0;
        drop_reader(reader);
        return G_SOURCE_REMOVE;
    }
    if (reader->picture != NULL)
        return G_SOURCE_CONTINUE;
    reader->room_watch = 0;
    return G_SOURCE_REMOVE;
}

Preview *preview_new(void (*wanted_changed)(gboolean wanted, gpointer data), gpointer data)
{
    Preview *self = g_new0(Preview, 1);

    self->readers = g_ptr_array_new_with_free_func(reader_free);
    self->wanted_changed = wanted_changed;
    self->data = data;
    return self;
}

void preview_free(Preview *self)
{
    g_ptr_array_unref(self->readers);
    g_free(self);
}

void preview_add(Preview *self, int fd)
{
    g_autoptr(GError) error = NULL;
    Reader *reader;

    if (!g_unix_set_fd_nonblocking(fd, TRUE, &error)) {
        g_warning("preview: %s", error->message);
        close(fd);
        return;
    }
    if (self->readers->len == PREVIEW_READERS_MAX)
        g_ptr_array_remove_index(self->readers, 0);
    reader = g_new0(Reader, 1);
    reader->owner = self;
    reader->fd = fd;
    reader->gone_watch = g_unix_fd_add(fd, G_IO_ERR | G_IO_HUP, on_gone, reader);
    g_ptr_array_add(self->readers, reader);
    if (self->readers->len == 1)
        self->wanted_changed(TRUE, self->data);
}

void preview_push(Preview *self, const guint8 *jpeg, gsize n_bytes)
{
    guint32 length = GUINT32_TO_BE((guint32)n_bytes);
    guint8 *packet = g_malloc(sizeof length + n_bytes);
    g_autoptr(GBytes) picture = g_bytes_new_take(packet, sizeof length + n_bytes);

    memcpy(packet, &length, sizeof length);
    memcpy(packet + sizeof length, jpeg, n_bytes);
    for (guint i = self->readers->len; i-- > 0;) { /* backwards: a reader may go while we walk */
        Reader *reader = self->readers->pdata[i];
        if (reader->picture != NULL)
            continue; /* slow: misses this one */
        reader->picture = g_bytes_ref(picture);
        reader->written = 0;
        if (!write_some(reader))
            drop_reader(reader);
        else if (reader->picture != NULL)
            reader->room_watch = g_unix_fd_add(reader->fd, G_IO_OUT, on_room, reader);
    }
}
