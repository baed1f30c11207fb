/* A snapshot (or a receipt) of the bus, as GVariant text, shown as the driver's page in both languages: keys
 * of any type give one line of JSON that the gate takes. */
#include "protocol/json_gate.h"
#include "ui-bridge/view/view.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree gchar *text = g_strndup((const gchar *)data, size);
    g_autoptr(GVariant) snapshot = NULL;

    if (size > 4096 || !g_utf8_validate(text, -1, NULL)) /* g_variant_parse() wants UTF-8 */
        return 0;
    snapshot = g_variant_parse(G_VARIANT_TYPE_VARDICT, text, NULL, NULL, NULL);
    if (snapshot == NULL)
        return 0;
    for (WordsLanguage language = 0; language < WORDS_N_LANGUAGES; language++) {
        Curve curve = {0};
        ViewInput input = {.snapshot = snapshot, .curve = &curve, .now_ms = 1800000000000};
        g_autofree gchar *page = NULL;
        g_autofree gchar *receipt = view_print_receipt(snapshot, language);

        curve_follow(&curve, snapshot, 1);
        page = view_print(&input, language);
        g_assert_nonnull(receipt);
        g_assert_nonnull(page);
        g_assert_null(strchr(page, '\n'));
    }
    return 0;
}
