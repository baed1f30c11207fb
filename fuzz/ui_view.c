/* A snapshot (or a receipt, or the history) of the bus, as GVariant text, shown as the driver's page in both
 * languages: keys of any type give one line of JSON that the gate takes. */
#include "fuzz/variant_text.h"
#include "protocol/json_gate.h"
#include "ui-bridge/view/view.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* RFC 4180, 2: rows end in CRLF, a quoted field may hold anything. Returns: TRUE when all rows have as many
 * fields as the first */
static gboolean is_rectangular(const gchar *csv)
{
    guint n_fields = 1, n_wanted = 0;
    gboolean quoted = FALSE;

    for (const gchar *c = csv; *c != '\0'; c++) {
        quoted ^= *c == '"';
        n_fields += !quoted && *c == ',' ? 1 : 0;
        if (quoted || *c != '\n')
            continue;
        n_wanted = n_wanted == 0 ? n_fields : n_wanted;
        if (n_fields != n_wanted)
            return FALSE;
        n_fields = 1;
    }
    return !quoted;
}

/* The history, as the page and as a spreadsheet get it. */
static void show_history(const gchar *text)
{
    g_autoptr(GVariant) orders = g_variant_parse(G_VARIANT_TYPE("aa{sv}"), text, NULL, NULL, NULL);
    g_autofree gchar *page = NULL, *csv = NULL;

    if (orders == NULL)
        return;
    page = view_print_history(orders, WORDS_ENGLISH);
    csv = view_print_csv(orders);
    g_assert_null(strchr(page, '\n'));
    g_assert_true(is_rectangular(csv));
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree gchar *text = g_strndup((const gchar *)data, size);
    g_autoptr(GVariant) snapshot = NULL;

    if (size > 4096 || !variant_text_is_fit(text)) /* g_variant_parse() wants UTF-8 */
        return 0;
    if (text[0] == '[' || g_str_has_prefix(text, "@aa")) {
        show_history(text);
        return 0;
    }
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
