#include "ui-bridge/session_keep.h"

#include <string.h>
#include <sys/stat.h>

#define SECRET_LENGTH_MIN 32 /* less was not written by us */

/* A file that others could read or write proves nothing. */
static gboolean is_private(const gchar *path)
{
    struct stat status;

    return stat(path, &status) == 0 && (status.st_mode & 077) == 0;
}

static gboolean read_secrets(const gchar *path, gchar **session, gchar **token)
{
    g_autofree gchar *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!is_private(path) || !g_file_get_contents(path, &text, NULL, NULL))
        return FALSE;
    lines = g_strsplit(text, "\n", 3);
    if (g_strv_length(lines) < 2 || strlen(lines[0]) < SECRET_LENGTH_MIN ||
        strlen(lines[1]) < SECRET_LENGTH_MIN)
        return FALSE;
    g_free(*session);
    g_free(*token);
    *session = g_strdup(lines[0]);
    *token = g_strdup(lines[1]);
    return TRUE;
}

gboolean session_keep_secrets(const gchar *folder, gchar **session, gchar **token, GError **error)
{
    g_autofree gchar *path = g_build_filename(folder, "session", NULL);
    g_autofree gchar *text = NULL;

    if (read_secrets(path, session, token))
        return TRUE;
    text = g_strdup_printf("%s\n%s\n", *session, *token);
    return g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

gboolean session_keep_start_url(const gchar *folder, const gchar *url, GError **error)
{
    g_autofree gchar *path = g_build_filename(folder, "start-url", NULL);
    g_autofree gchar *line = g_strconcat(url, "\n", NULL);

    return g_file_set_contents_full(path, line, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0640, error);
}
