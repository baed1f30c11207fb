/* The driver's consent from a damaged store: accepted whole and printed back the same, or refused and nothing
 * changed; never a consent that nobody gave. */
#include "daemon/consent_text.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree gchar *text = g_strndup((const gchar *)data, size);
    Consent consent = {0}, before = {0}, back = {0};
    g_autoptr(GError) error = NULL;
    g_autofree gchar *printed = NULL;
    g_autofree gchar *again = NULL;

    if (!consent_text_read(text, &consent, &error)) {
        g_assert_nonnull(error);
        g_assert_cmpmem(&consent, sizeof consent, &before, sizeof before);
        return 0;
    }
    g_assert_true(money_currency_is_supported(consent.limits.currency));
    g_assert_true(consent.limits.max_cost_minor >= 0);
    printed = consent_text_print(&consent);
    g_assert_true(consent_text_read(printed, &back, &error));
    again = consent_text_print(&back);
    g_assert_cmpstr(printed, ==, again);
    return 0;
}
