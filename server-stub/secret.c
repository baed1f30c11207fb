#include "server-stub/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

gchar *secret_hash(const gchar *secret)
{
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, secret, -1);
}

gboolean secret_matches(const gchar *secret, const gchar *hash)
{
    g_autofree gchar *own = secret_hash(secret);

    return strlen(hash) == strlen(own) && sodium_memcmp(own, hash, strlen(own)) == 0;
}

gchar *secret_read_file(const gchar *path, GError **error)
{
    g_autofree gchar *text = NULL;
    gsize len = 0;

    if (!g_file_get_contents(path, &text, &len, error))
        return NULL;
    text[strcspn(text, "\r\n")] = '\0';
    if (text[0] == '\0' || len > 4096) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: want one line with the secret", path);
        return NULL;
    }
    return g_steal_pointer(&text);
}

static gboolean write_all(int fd, const gchar *text)
{
    for (gsize len = strlen(text); len > 0;) {
        gssize written = write(fd, text, len);

        if (written < 0)
            return FALSE;
        text += written;
        len -= (gsize)written;
    }
    return TRUE;
}

gboolean secret_write_file(const gchar *path, const gchar *secret, GError **error)
{
    g_autofree gchar *line = g_strconcat(secret, "\n", NULL);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    gint problem;

    if (fd < 0) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "%s: %s", path, g_strerror(errno));
        return FALSE;
    }
    problem = write_all(fd, line) && fsync(fd) == 0 ? 0 : errno;
    close(fd); /* fsync() has said all that it could say */
    if (problem == 0)
        return TRUE;
    unlink(path); /* half a secret is none, and would be in the way of the next try */
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(problem), "%s: %s", path, g_strerror(problem));
    return FALSE;
}
