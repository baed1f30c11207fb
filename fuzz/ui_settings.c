/* Settings that a page sends: refused, or an argument with only documented keys and types. */
#include "ui-bridge/view/around.h"
#include "ui-bridge/view/settings_form.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef GVariant *(*Reader)(const gchar *text, gsize len, GError **error);

static const gchar *type_of(const gchar *key, gboolean sharing)
{
    static const struct {
        const gchar *key, *type;
    } types[] = {{"confirm", "s"},        {"currency", "s"}, {"max_cost_minor", "x"}, {"max_energy_wh", "x"},
                 {"max_duration_s", "x"}, {"kinds", "as"},   {"radius_m", "u"},       {"position", "s"},
                 {"auto_code", "b"},      {"voucher", "b"}};

    for (guint i = 0; !sharing && i < G_N_ELEMENTS(types); i++) {
        if (g_str_equal(types[i].key, key))
            return types[i].type;
    }
    return sharing ? "b" : NULL;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const Reader readers[] = {settings_form_consent, settings_form_subscription,
                                     settings_form_sharing};

    for (guint i = 0; i < G_N_ELEMENTS(readers); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GVariant) form = readers[i]((const gchar *)data, size, &error);
        GVariantIter iter;
        const gchar *key = NULL;
        GVariant *value = NULL;

        g_assert_true((form == NULL) == (error != NULL));
        if (form == NULL)
            continue;
        g_assert_cmpuint(g_variant_n_children(form), >=, 1);
        g_variant_iter_init(&iter, form);
        while (g_variant_iter_loop(&iter, "{&sv}", &key, &value)) {
            g_assert_nonnull(type_of(key, i == 2));
            g_assert_cmpstr(g_variant_get_type_string(value), ==, type_of(key, i == 2));
        }
    }
    {
        g_autoptr(GError) error = NULL;
        g_autoptr(GVariant) query = around_query((const gchar *)data, size, &error);
        g_autofree gchar *evse = around_evse((const gchar *)data, size, NULL);

        g_assert_true((query == NULL) == (error != NULL));
        g_assert_true(evse == NULL || g_utf8_validate(evse, -1, NULL));
    }
    return 0;
}
