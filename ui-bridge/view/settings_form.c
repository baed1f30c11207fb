#include "ui-bridge/view/settings_form.h"

#include "base/money.h"
#include "protocol/json_gate.h"
#include "protocol/json_read.h"
#include "protocol/tariff.h"

static gboolean put_number(GVariantBuilder *answer, JsonObject *form, const gchar *name, gint64 min,
                           gint64 max, GError **error)
{
    gint64 number = -1;

    if (!json_read_int(form, name, JSON_OPTIONAL, min, max, &number, error))
        return FALSE;
    if (number >= 0)
        g_variant_builder_add(answer, "{sv}", name, g_variant_new_int64(number));
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

static gboolean put_flags(GVariantBuilder *answer, JsonObject *form, const gchar *const *names,
                          GError **error)
{
    for (guint i = 0; names[i] != NULL; i++) {
        gboolean on = FALSE;

        if (!json_read_boolean(form, names[i], JSON_OPTIONAL, &on, error))
            return FALSE;
        if (json_object_has_member(form, names[i]) && !json_object_get_null_member(form, names[i]))
            g_variant_builder_add(answer, "{sv}", names[i], g_variant_new_boolean(on));
    }
    return TRUE;
}

static gboolean put_consent(GVariantBuilder *answer, JsonObject *form, GError **error)
{
    static const gchar *const flags[] = {"auto_code", "voucher", NULL};

    return put_choices(answer, form, error) && put_flags(answer, form, flags, error) &&
           put_number(answer, form, "max_cost_minor", 1, MONEY_MAX_MINOR, error) &&
           put_number(answer, form, "max_energy_wh", 0, TARIFF_MAX_ENERGY_WH, error) &&
           put_number(answer, form, "max_duration_s", 0, TARIFF_MAX_DURATION_S, error);
}

static gboolean put_kinds(GVariantBuilder *answer, JsonObject *form, GError **error)
{
    static const gchar *const known[] = {"offer", "reservation", "bay", NULL};
    const gchar *kinds[G_N_ELEMENTS(known)] = {NULL};
    JsonArray *array = NULL;

    if (!json_read_array(form, "kinds", JSON_OPTIONAL, G_N_ELEMENTS(known) - 1, FALSE, &array, error))
        return FALSE;
    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
        JsonNode *node = json_array_get_element(array, i);

        kinds[i] = json_node_get_value_type(node) == G_TYPE_STRING ? json_node_get_string(node) : "";
        if (!g_strv_contains(known, kinds[i])) {
            g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "kinds");
            return FALSE;
        }
    }
    if (array != NULL)
        g_variant_builder_add(answer, "{sv}", "kinds", g_variant_new_strv(kinds, -1));
    return TRUE;
}

static gboolean put_subscription(GVariantBuilder *answer, JsonObject *form, GError **error)
{
    static const gchar *const positions[] = {"off", "vehicle", NULL};
    guint position = G_N_ELEMENTS(positions);
    gint64 radius_m = -1;

    if (!put_kinds(answer, form, error) ||
        !json_read_int(form, "radius_m", JSON_OPTIONAL, 100, 100000, &radius_m, error) ||
        !json_read_enum(form, "position", JSON_OPTIONAL, positions, &position, error))
        return FALSE;
    if (radius_m > 0)
        g_variant_builder_add(answer, "{sv}", "radius_m", g_variant_new_uint32((guint32)radius_m));
    if (position < G_N_ELEMENTS(positions))
        g_variant_builder_add(answer, "{sv}", "position", g_variant_new_string(positions[position]));
    return TRUE;
}

static gboolean put_sharing(GVariantBuilder *answer, JsonObject *form, GError **error)
{
    static const gchar *const flags[] = {"position", "soc", "plug", "gear", NULL};

    return put_flags(answer, form, flags, error);
}

static GVariant *read_form(const gchar *text, gsize len,
                           gboolean (*put)(GVariantBuilder *, JsonObject *, GError **), GError **error)
{
    g_autoptr(JsonObject) form = json_gate_parse_object(text, len, error);
    g_auto(GVariantBuilder) builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);
    g_autoptr(GVariant) answer = NULL;

    if (form == NULL || !put(&builder, form, error))
        return NULL;
    answer = g_variant_ref_sink(g_variant_builder_end(&builder));
    if (g_variant_n_children(answer) == 0) {
        g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_MISSING, "nothing is given");
        return NULL;
    }
    return g_steal_pointer(&answer);
}

GVariant *settings_form_consent(const gchar *text, gsize len, GError **error)
{
    return read_form(text, len, put_consent, error);
}

GVariant *settings_form_subscription(const gchar *text, gsize len, GError **error)
{
    return read_form(text, len, put_subscription, error);
}

GVariant *settings_form_sharing(const gchar *text, gsize len, GError **error)
{
    return read_form(text, len, put_sharing, error);
}
