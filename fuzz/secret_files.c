/* Files with secrets that an operator or an earlier run wrote: a token or password for the server ("one
 * line"), and the page's secrets of rearcharge-ui, which are made anew when the file is not ours. */
#include "server-stub/secret.h"
#include "ui-bridge/session_keep.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static gchar *folder;

static void remove_folder(void)
{
    g_autofree gchar *file = g_build_filename(folder, "session", NULL);

    g_unlink(file);
    g_rmdir(folder);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree gchar *file = NULL, *secret = NULL, *session = NULL, *token = NULL, *hash = NULL;
    g_autoptr(GError) error = NULL;

    if (folder == NULL) {
        folder = g_dir_make_tmp("fuzz-XXXXXX", NULL);
        atexit(remove_folder);
    }
    file = g_build_filename(folder, "session", NULL);
    if (size > 0 && data[0] == '!') /* no such file yet */
        g_unlink(file);
    else
        g_assert_true(g_file_set_contents_full(file, (const gchar *)data, (gssize)size,
                                               G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    secret = secret_read_file(file, &error);
    g_assert_true((secret == NULL) == (error != NULL));
    if (secret != NULL) {
        hash = secret_hash(secret);
        g_assert_true(secret[0] != '\0' && strpbrk(secret, "\r\n") == NULL && strlen(secret) <= 4096);
        g_assert_true(secret_matches(secret, hash));
        g_assert_false(secret_matches("another", hash));
    }
    session = g_strdup("0123456789abcdef0123456789abcdef");
    token = g_strdup("fedcba9876543210fedcba9876543210");
    g_assert_true(session_keep_secrets(folder, &session, &token, NULL));
    g_assert_true(strlen(session) >= 32 && strlen(token) >= 32 && strpbrk(session, "\n") == NULL);
    return 0;
}
