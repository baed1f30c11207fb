/* Any text as Sec-WebSocket-Extensions: no crash; an agreed answer is one we could have been offered
 * ourselves. */
#include "weblink/ws_deflate.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree gchar *offers = g_strndup((const gchar *)data, size);
    g_autofree gchar *answer = NULL;
    g_autofree gchar *again = NULL;
    WsDeflate deflate = ws_deflate_negotiate(offers, &answer);

    g_assert_true(deflate.on == (answer != NULL));
    if (answer != NULL) {
        g_assert_true(deflate.server_bits >= 9 && deflate.server_bits <= 15);
        g_assert_true(ws_deflate_negotiate(answer, &again).on);
        g_assert_cmpstr(answer, ==, again);
    }
    return 0;
}
