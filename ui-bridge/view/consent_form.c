#include "ui-bridge/view/consent_form.h"

#include "base/money.h"
#include "protocol/json_gate.h"
#include "protocol/json_read.h"
#include "protocol/tariff.h"

static gboolean put_number(GVariantBuilder *consent, JsonObject *form, const gchar *name, gint64 min,
                           gint64 max, GError **error)
{
    gint64 number = -1;

    if (!json_read_int(form, name, JSON_OPTIONAL, min, max, &number, error))
        return FALSE;
    if (number >= 0)
        g_variant_builder_add(consent, "{sv}", name, g_variant_new_int64(number));
    return TRUE;
}

static gboolean put_choices(GVariantBuilder *consent, JsonObject *form, GError **error)
{
    static const gchar *const modes[] = {"tap", "park", "auto", NULL};
    const gchar *currency = NULL;
    guint mode = G_N_ELEMENTS(modes);

    if (!json_read_enum(form, "confirm", JSON_OPTIONAL, modes, &mode, error) ||
        !json_read_string(form, "currency", JSON_OPTIONAL, MONEY_CURRENCY_BYTES - 1, &currency, error))
        return FALSE;
    if (currency != NULL && !money_currency_is_supported(currency)) {
        g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "currency");
        return FALSE;
    }
    if (mode < G_N_ELEMENTS(modes))
        g_variant_builder_add(consent, "{sv}", "confirm", g_variant_new_string(modes[mode]));
    if (currency != NULL)
        g_variant_builder_add(consent, "{sv}", "currency", g_variant_new_string(currency));
    return TRUE;
}

GVariant *consent_form_read(const gchar *text, gsize len, GError **error)
{
    g_autoptr(JsonObject) form = json_gate_parse_object(text, len, error);
    g_auto(GVariantBuilder) builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);
    g_autoptr(GVariant) consent = NULL;

    if (form == NULL || !put_choices(&builder, form, error) ||
        !put_number(&builder, form, "max_cost_minor", 1, MONEY_MAX_MINOR, error) ||
        !put_number(&builder, form, "max_energy_wh", 0, TARIFF_MAX_ENERGY_WH, error) ||
        !put_number(&builder, form, "max_duration_s", 0, TARIFF_MAX_DURATION_S, error))
        return NULL;
    consent = g_variant_ref_sink(g_variant_builder_end(&builder));
    if (g_variant_n_children(consent) == 0) {
        g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_MISSING, "no limit is given");
        return NULL;
    }
    return g_steal_pointer(&consent);
}
