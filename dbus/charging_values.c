#include "dbus/charging_values.h"

#include "base/identifier.h"
#include "base/money.h"
#include "dbus/charging_service.h"
#include "protocol/tariff.h"

typedef struct {
    const gchar *key, *type;
    gboolean (*is_valid)(GVariant *value);
    const gchar *expected;
} Key;

static gboolean is_any(GVariant *value)
{
    return TRUE;
}

static gboolean is_confirm(GVariant *value)
{
    static const gchar *const words[] = {"tap", "park", "auto", NULL};

    return g_strv_contains(words, g_variant_get_string(value, NULL));
}

static gboolean is_currency(GVariant *value)
{
    return money_currency_is_supported(g_variant_get_string(value, NULL));
}

static gboolean is_cost(GVariant *value)
{
    gint64 minor = g_variant_get_int64(value);

    return minor >= 1 && minor <= MONEY_MAX_MINOR;
}

static gboolean is_limit(GVariant *value)
{
    gint64 limit = g_variant_get_int64(value);

    return limit >= 0 && limit <= G_MAXINT32;
}

static gboolean is_energy(GVariant *value)
{
    gint64 wh = g_variant_get_int64(value);

    return wh >= 0 && wh <= TARIFF_MAX_ENERGY_WH;
}

static gboolean is_duration(GVariant *value)
{
    gint64 s = g_variant_get_int64(value);

    return s >= 0 && s <= TARIFF_MAX_DURATION_S;
}

static gboolean are_kinds(GVariant *value)
{
    static const gchar *const words[] = {"offer", "reservation", "bay", NULL};
    g_autofree const gchar **kinds = g_variant_get_strv(value, NULL);

    for (guint i = 0; kinds[i] != NULL; i++) {
        if (!g_strv_contains(words, kinds[i]))
            return FALSE;
    }
    return TRUE;
}

static gboolean is_source(GVariant *value)
{
    static const gchar *const words[] = {"off", "vehicle", "fixed", NULL};

    return g_strv_contains(words, g_variant_get_string(value, NULL));
}

static gboolean is_wide_radius(GVariant *value)
{
    return g_variant_get_uint32(value) >= 100 && g_variant_get_uint32(value) <= 100000;
}

static gboolean is_radius(GVariant *value)
{
    return g_variant_get_uint32(value) >= 1 && g_variant_get_uint32(value) <= 100000;
}

/* NaN is in no range. */
static gboolean is_between(GVariant *value, gdouble min, gdouble max)
{
    gdouble number = g_variant_get_double(value);

    return number >= min && number <= max;
}

static gboolean is_latitude(GVariant *value)
{
    return is_between(value, -90, 90);
}

static gboolean is_longitude(GVariant *value)
{
    return is_between(value, -180, 180);
}

static gboolean is_price(GVariant *value)
{
    return is_between(value, 0, 1000000);
}

static gboolean is_connector(GVariant *value)
{
    return identifier_is_valid(g_variant_get_string(value, NULL), 36);
}

static gboolean is_count(GVariant *value)
{
    return g_variant_get_uint32(value) >= 1 && g_variant_get_uint32(value) <= 50;
}

static const Key consent_keys[] = {
    {"confirm", "s", is_confirm, "s: tap, park or auto"},
    {"max_cost_minor", "x", is_cost, "x: 1..1000000000"},
    {"currency", "s", is_currency, "s: an ISO 4217 currency with two decimals"},
    {"max_energy_wh", "x", is_energy, "x: 0 (no limit)..10000000"},
    {"max_duration_s", "x", is_duration, "x: 0 (no limit)..31536000"},
    {"auto_code", "b", is_any, "b"},
    {"voucher", "b", is_any, "b"},
    {NULL},
};

static const Key subscription_keys[] = {
    {"kinds", "as", are_kinds, "as: of offer, reservation, bay"},
    {"radius_m", "u", is_wide_radius, "u: 100..100000"},
    {"position", "s", is_source, "s: off, vehicle or fixed"},
    {"latitude", "d", is_latitude, "d: -90..90"},
    {"longitude", "d", is_longitude, "d: -180..180"},
    {NULL},
};

static const Key sharing_keys[] = {
    {"position", "b", is_any, "b"},
    {"soc", "b", is_any, "b"},
    {"plug", "b", is_any, "b"},
    {"gear", "b", is_any, "b"},
    {NULL},
};

static const Key query_keys[] = {
    {"latitude", "d", is_latitude, "d: -90..90"},
    {"longitude", "d", is_longitude, "d: -180..180"},
    {"radius_m", "u", is_radius, "u: 1..100000"},
    {"connector", "s", is_connector, "s: an OCPI ConnectorType"},
    {"min_power_w", "x", is_limit, "x: 0..2147483647"},
    {"max_price", "d", is_price, "d: 0..1000000"},
    {"free_now", "b", is_any, "b"},
    {"limit", "u", is_count, "u: 1..50"},
    {"watch", "b", is_any, "b"},
    {NULL},
};

static const Key *const tables[] = {
    [CHARGING_VALUES_CONSENT] = consent_keys,
    [CHARGING_VALUES_SUBSCRIPTION] = subscription_keys,
    [CHARGING_VALUES_SHARING] = sharing_keys,
    [CHARGING_VALUES_QUERY] = query_keys,
};

void charging_values_refuse(GError **error, const gchar *name, const gchar *expected)
{
    g_set_error(error, CHARGING_ERROR, CHARGING_ERROR_INVALID_VALUE, "%s: expected %s", name, expected);
}

static void refuse_key(const Key *keys, GError **error)
{
    g_autoptr(GString) names = g_string_new("one of");

    for (guint i = 0; keys[i].key != NULL; i++)
        g_string_append_printf(names, "%s %s", i > 0 ? "," : "", keys[i].key);
    charging_values_refuse(error, "a key", names->str);
}

gboolean charging_values_check(ChargingValues table, GVariant *dict, GError **error)
{
    const Key *keys = tables[table];
    GVariantIter iter;
    const gchar *name = NULL;
    guint32 seen = 0;
    g_autoptr(GVariant) value = NULL;

    g_variant_iter_init(&iter, dict);
    while (g_variant_iter_loop(&iter, "{&sv}", &name, &value)) {
        const Key *key = keys;
        guint32 bit;

        while (key->key != NULL && !g_str_equal(key->key, name))
            key++;
        if (key->key == NULL) {
            refuse_key(keys, error);
            return FALSE;
        }
        bit = 1u << (key - keys);
        if (seen & bit) { /* the bus lets it through, and readers differ on which one counts */
            charging_values_refuse(error, name, "to be there once");
            return FALSE;
        }
        seen |= bit;
        if (!g_variant_is_of_type(value, G_VARIANT_TYPE(key->type)) || !key->is_valid(value)) {
            charging_values_refuse(error, name, key->expected);
            return FALSE;
        }
    }
    return TRUE;
}
