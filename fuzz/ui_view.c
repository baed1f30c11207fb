/* A snapshot of the bus, as GVariant text, shown as the driver's page in both languages: keys of any type
 * give one line of JSON that the gate takes. */
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
        g_autofree gchar *page = view_print(snapshot, language);
        g_assert_nonnull(page);
        g_assert_null(strchr(page, '\n'));
    }
    return 0;
}
