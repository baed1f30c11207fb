/* Any bytes as JSON: no crash; what is accepted prints to bytes that are accepted and mean the same. */
#include <string.h>

#include "protocol/json_gate.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) root = json_gate_parse((const gchar *)data, size, &error);

    g_autoptr(JsonObject) object = json_gate_parse_object((const gchar *)data, size, NULL);

    g_assert_true((object != NULL) == (root != NULL && JSON_NODE_HOLDS_OBJECT(root)));
    if (root == NULL) {
        g_assert_nonnull(error);
        return 0;
    }
    gsize len = 0;
    g_autofree gchar *text = json_gate_print(root, &len);
    g_autoptr(JsonNode) again = json_gate_parse(text, len, &error);
    g_assert_no_error(error);
    /* The first print may turn 1e5 or -0.0 into the integer it is; from then on nothing changes. */
    g_autofree gchar *text_again = json_gate_print(again, &len);
    g_autoptr(JsonNode) third = json_gate_parse(text_again, len, &error);
    g_assert_no_error(error);
    g_autofree gchar *text_third = json_gate_print(third, NULL);
    g_assert_cmpstr(text_again, ==, text_third);
    return 0;
}
