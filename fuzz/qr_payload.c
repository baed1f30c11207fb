/* Any bytes as the text of a QR code: no crash, and what is accepted keeps the contract's promises. */
#include <string.h>

#include "protocol/qr_payload.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const gchar *const own_way[] = {"/de/pole/{evse}", "/de/pole/{token}/{evse}/go", NULL};
    g_autoptr(QrOperators) operators = qr_operators_new();
    g_autoptr(GError) error = NULL;
    PileCode code = {0};
    PileCode again = {0};

    g_assert_true(qr_operators_add(operators, "pay.example.com", NULL, NULL));
    g_assert_true(qr_operators_add(operators, "qr.other-net.example", own_way, NULL));
    if (!qr_payload_parse((const gchar *)data, size, operators, &code, &error)) {
        g_assert_nonnull(error);
        return 0;
    }
    /* Accepted: short, printable, one of our hosts; and printed again it is the same pile. */
    g_assert_cmpuint(size, <=, QR_PAYLOAD_MAX_BYTES);
    for (gsize i = 0; i < size; i++)
        g_assert_true(g_ascii_isgraph(data[i]));
    gboolean is_default = strcmp(code.host, "pay.example.com") == 0;
    const gchar *path_template = is_default ? NULL : own_way[*code.token == '\0' ? 0 : 1];
    g_autofree gchar *text = qr_payload_print(code.host, path_template, &code.evse, code.token, NULL);
    g_assert_nonnull(text);
    g_assert_true(qr_payload_parse(text, strlen(text), operators, &again, NULL));
    g_assert_true(evse_id_equal(&code.evse, &again.evse));
    g_assert_cmpstr(code.token, ==, again.token);
    return 0;
}
