/* The body of an answer that is no success; the first byte picks the status. Whatever it holds, the error's
 * message is one short code, fit for a log line and a D-Bus string. */
#include "daemon/net/problem.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    guint status = size > 0 ? 400 + data[0] % 200 : 500;
    g_autoptr(GBytes) body = size > 0 ? g_bytes_new(data + 1, size - 1) : g_bytes_new(NULL, 0);
    g_autoptr(GError) error = problem_to_error(status, body);

    g_assert_nonnull(error);
    g_assert_cmpuint(strlen(error->message), <, PROBLEM_CODE_BYTES);
    g_assert_cmpuint(strlen(error->message), >, 0);
    g_assert_true(error->message[strspn(error->message, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0');
    if (status >= 500)
        g_assert_error(error, SERVER_ERROR, SERVER_ERROR_NOT_NOW);
    return 0;
}
