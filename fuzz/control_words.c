/* Lines as the words of "rearcharge-server pile ..., vehicle ..., offer ..., rule ...": each becomes one
 * request whose path is a path and whose body is JSON, or one line that says what is wrong. The first byte is
 * the EVSE's number. */
#include "server-stub/control_words.h"
#include "protocol/json_gate.h"
#include "protocol/json_write.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check(gchar **words, gint evse_no)
{
    g_auto(ControlRequest) request = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) node = NULL;
    g_autoptr(JsonObject) again = NULL;
    g_autofree gchar *text = NULL;

    if (!control_words_read(words, evse_no, &request, &error)) {
        g_assert_nonnull(error);
        g_assert_null(strpbrk(error->message, "\r\n"));
        return;
    }
    for (const gchar *c = request.path; *c != '\0'; c++)
        g_assert_true(g_ascii_isgraph(*c) && strchr("?#\\", *c) == NULL);
    if (request.body == NULL)
        return;
    node = json_write_node(json_object_ref(request.body));
    text = json_gate_print(node, NULL);
    again = json_gate_parse_object(text, strlen(text), NULL);
    g_assert_nonnull(again);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const gchar *const nouns[] = {"pile", "vehicle", "offer", "rule", NULL};
    g_autofree gchar *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (size == 0)
        return 0;
    text = g_strndup((const gchar *)data + 1, size - 1);
    lines = g_strsplit(text, "\n", 64);
    for (guint i = 0; lines[i] != NULL; i++) {
        g_auto(GStrv) words = g_strsplit(lines[i], " ", 16);

        if (words[0] != NULL && g_strv_contains(nouns, words[0])) /* main() asks for nothing else */
            check(words, data[0] & 3);
    }
    return 0;
}
