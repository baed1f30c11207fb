/* Any bytes as the text of a QR code: no crash, and what is accepted keeps the contract's promises. */
#include <string.h>

#include "protocol/qr_payload.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* A configuration and a pile of anybody's making: "host\ntemplate\nEVSE id\ntoken". What prints, reads back.
 */
static void print_and_read_back(const gchar *text)
{
    g_auto(GStrv) part = g_strsplit(text, "\n", 4);
    g_autoptr(QrOperators) operators = qr_operators_new();
    EvseId evse = {0};
    PileCode code = {0};

    if (g_strv_length(part) != 4 || !evse_id_parse(part[2], strlen(part[2]), &evse, NULL))
        return;
    const gchar *templates[] = {part[1], NULL};
    const gchar *path_template = *part[1] == '\0' ? NULL : part[1];
    gboolean added = qr_operators_add(operators, part[0], path_template == NULL ? NULL : templates, NULL);
    g_autofree gchar *printed = qr_payload_print(part[0], path_template, &evse, part[3], NULL);
    if (printed == NULL)
        return;
    g_assert_true(added);
    g_assert_false(qr_operators_add(operators, part[0], NULL, NULL));
    g_assert_true(qr_payload_parse(printed, strlen(printed), operators, &code, NULL));
    g_assert_true(evse_id_equal(&code.evse, &evse));
    g_assert_cmpstr(code.token, ==, part[3]);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const gchar *const own_way[] = {"/de/pole/{evse}", "/de/pole/{token}/{evse}/go", NULL};
    g_autoptr(QrOperators) operators = qr_operators_new();
    g_autoptr(GError) error = NULL;
    PileCode code = {0};
    PileCode again = {0};

    g_autofree gchar *text = g_strndup((const gchar *)data, size);
    print_and_read_back(text);
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
    g_autofree gchar *printed = qr_payload_print(code.host, path_template, &code.evse, code.token, NULL);
    g_assert_nonnull(printed);
    g_assert_true(qr_payload_parse(printed, strlen(printed), operators, &again, NULL));
    g_assert_true(evse_id_equal(&code.evse, &again.evse));
    g_assert_cmpstr(code.token, ==, again.token);
    return 0;
}
