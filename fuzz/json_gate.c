/* Any bytes as JSON: no crash; what is accepted prints to bytes that are accepted and mean the same. */
#include <string.h>

#include "protocol/json_gate.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) root = json_gate_parse((const gchar *)data, size, &error);

    if (root == NULL) {
        g_assert_nonnull(error);
        return 0;
    }
    gsize len = 0;
    g_autofree gchar *text = json_gate_print(root, &len);
    g_autoptr(JsonNode) again = json_gate_parse(text, len, &error);
    g_assert_no_error(error);
    g_autofree gchar *text_again = json_gate_print(again, NULL);
    g_assert_cmpstr(text, ==, text_again);
    return 0;
}
