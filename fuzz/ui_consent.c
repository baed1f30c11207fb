/* Limits that a page sends: refused, or an argument of SetConsent with only documented keys and types. */
#include "ui-bridge/view/consent_form.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) consent = consent_form_read((const gchar *)data, size, &error);
    GVariantIter iter;
    const gchar *key = NULL;
    GVariant *value = NULL;

    g_assert_true((consent == NULL) == (error != NULL));
    if (consent == NULL)
        return 0;
    g_assert_cmpuint(g_variant_n_children(consent), >=, 1);
    g_variant_iter_init(&iter, consent);
    while (g_variant_iter_loop(&iter, "{&sv}", &key, &value)) {
        gboolean text = g_str_equal(key, "confirm") || g_str_equal(key, "currency");
        g_assert_true(g_variant_is_of_type(value, text ? G_VARIANT_TYPE_STRING : G_VARIANT_TYPE_INT64));
        if (!text)
            g_assert_cmpint(g_variant_get_int64(value), >=, 0);
    }
    return 0;
}
