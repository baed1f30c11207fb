/* Any text as Sec-WebSocket-Extensions: no crash; an agreed answer is one we could have been offered
 * ourselves. The same bytes as a compressed message never grow past the limit, and packed they come back. */
#include "weblink/ws_deflate.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#define MAX_BYTES 65536

static void check_messages(const WsDeflate *deflate, const guint8 *data, gsize size)
{
    g_autoptr(GByteArray) unpacked = g_byte_array_new();
    g_autoptr(GByteArray) back = g_byte_array_new();
    g_autoptr(GByteArray) packed = ws_deflate_pack(deflate, data, size);

    ws_deflate_unpack(data, size, MAX_BYTES, unpacked);
    g_assert_cmpuint(unpacked->len, <=, MAX_BYTES);
    if (packed == NULL)
        return;
    g_assert_cmpint(ws_deflate_unpack(packed->data, packed->len, MAX_BYTES, back), ==, WS_INFLATE_OK);
    g_assert_cmpmem(back->data, back->len, data, size);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    const WsDeflate always = {.on = TRUE, .server_bits = 15};
    g_autofree gchar *offers = g_strndup((const gchar *)data, size);
    g_autofree gchar *answer = NULL;
    g_autofree gchar *again = NULL;
    WsDeflate deflate = ws_deflate_negotiate(offers, &answer);

    if (size <= MAX_BYTES)
        check_messages(&always, data, size);
    g_assert_true(deflate.on == (answer != NULL));
    if (answer != NULL) {
        g_assert_true(deflate.server_bits >= 9 && deflate.server_bits <= 15);
        g_assert_true(ws_deflate_negotiate(answer, &again).on);
        g_assert_cmpstr(answer, ==, again);
    }
    return 0;
}
