#include "dbus/vehicle_facts.h"

#include <string.h>

static void set_position(VehicleFacts *self, GVariant *value)
{
    gdouble latitude = 0, longitude = 0;

    g_variant_get(value, "(dd)", &latitude, &longitude);
    /* NaN fails every comparison */
    self->has_position = latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180;
    self->latitude = self->has_position ? latitude : 0;
    self->longitude = self->has_position ? longitude : 0;
}

static void set_soc(VehicleFacts *self, GVariant *value)
{
    gdouble percent = g_variant_get_double(value);

    self->soc_percent = percent >= 0 && percent <= 100 ? percent : -1;
}

static void set_plug(VehicleFacts *self, GVariant *value)
{
    const gchar *state = g_variant_get_string(value, NULL);

    if (!g_str_equal(state, "connected") && !g_str_equal(state, "disconnected"))
        state = "";
    g_strlcpy(self->plug_state, state, sizeof(self->plug_state));
}

static void set_code(VehicleFacts *self, GVariant *value)
{
    gsize length = 0;
    const gchar *code = g_variant_get_string(value, &length);
    gboolean is_one = length < sizeof(self->identification_code);

    for (gsize i = 0; is_one && i < length; i++)
        is_one = g_ascii_isgraph(code[i]); /* outside the contract: unknown */
    g_strlcpy(self->identification_code, is_one ? code : "", sizeof(self->identification_code));
}

gboolean vehicle_facts_set(VehicleFacts *self, const gchar *property, GVariant *value)
{
    static const struct {
        const gchar *name, *type;
        void (*set)(VehicleFacts *self, GVariant *value);
    } facts[] = {{"Position", "(dd)", set_position},
                 {"StateOfCharge", "d", set_soc},
                 {"PlugState", "s", set_plug},
                 {"IdentificationCode", "s", set_code}};

    for (guint i = 0; i < G_N_ELEMENTS(facts); i++) {
        if (!g_str_equal(facts[i].name, property))
            continue;
        if (!g_variant_is_of_type(value, G_VARIANT_TYPE(facts[i].type)))
            return FALSE;
        facts[i].set(self, value);
        return TRUE;
    }
    return TRUE;
}
