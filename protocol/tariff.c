#include "protocol/tariff.h"

#include <math.h>
#include <string.h>

#include "protocol/json_read.h"
#include "protocol/json_write.h"

/* OCPI 2.2.1 TariffDimensionType, the three that can be settled from a meter and a clock. */
static const gchar *const dimensions[] = {"FLAT", "ENERGY", "TIME", NULL};

static gint64 *price_of(Tariff *tariff, guint dimension)
{
    gint64 *prices[] = {&tariff->flat_micro, &tariff->energy_micro_per_kwh, &tariff->time_micro_per_hour};

    return prices[dimension];
}

/* quantity * price / per, without losing the half cent: all factors are bounded, the product fits int64. */
static gint64 component_minor(gint64 quantity, gint64 price_micro, gint64 per)
{
    gint64 whole = quantity / per * price_micro;
    gint64 rest = quantity % per * price_micro;

    /* Half up in one step from the exact fraction: rounding to micro first could lift 0.00499999... */
    return (whole + rest / per) / 10000 + ((whole + rest / per) % 10000 >= 5000 ? 1 : 0);
}

TariffCost tariff_cost(const Tariff *tariff, gint64 energy_wh, gint64 duration_s, gint64 max_cost_minor)
{
    TariffCost cost = {0};

    energy_wh = CLAMP(energy_wh, 0, TARIFF_MAX_ENERGY_WH);
    duration_s = CLAMP(duration_s, 0, TARIFF_MAX_DURATION_S);
    cost.flat_minor = money_minor_from_micro(tariff->flat_micro);
    cost.energy_minor = component_minor(energy_wh, tariff->energy_micro_per_kwh, 1000);
    cost.time_minor = component_minor(duration_s, tariff->time_micro_per_hour, 3600);
    cost.sum_minor = cost.flat_minor + cost.energy_minor + cost.time_minor;
    if (max_cost_minor >= 0 && cost.sum_minor > max_cost_minor)
        cost.waived_minor = cost.sum_minor - max_cost_minor;
    cost.total_minor = cost.sum_minor - cost.waived_minor;
    return cost;
}

gint64 tariff_energy_for(const Tariff *tariff, gint64 max_cost_minor, gint64 duration_s)
{
    TariffCost without = tariff_cost(tariff, 0, duration_s, -1);
    gint64 left_minor = max_cost_minor - without.sum_minor;

    if (tariff->energy_micro_per_kwh == 0)
        return G_MAXINT64;
    return left_minor <= 0 ? 0 : left_minor * 10000 * 1000 / tariff->energy_micro_per_kwh;
}

JsonNode *tariff_to_json(const Tariff *tariff)
{
    JsonObject *object = json_object_new(), *element = json_object_new();
    JsonArray *elements = json_array_new(), *components = json_array_new();

    for (guint i = 0; dimensions[i] != NULL; i++) {
        gint64 micro = *price_of((Tariff *)tariff, i);
        if (micro == 0)
            continue;
        JsonObject *component = json_object_new();
        json_object_set_string_member(component, "type", dimensions[i]);
        json_object_set_double_member(component, "price", (gdouble)micro / 1e6);
        json_object_set_int_member(component, "step_size", 1);
        json_array_add_object_element(components, component);
    }
    json_object_set_array_member(element, "price_components", components);
    json_array_add_object_element(elements, element);
    json_object_set_string_member(object, "id", tariff->id);
    json_object_set_string_member(object, "currency", tariff->currency);
    json_object_set_array_member(object, "elements", elements);
    return json_write_node(object);
}

static gboolean refuse(GError **error, const gchar *what)
{
    g_set_error(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "tariff: %s", what);
    return FALSE;
}

static gboolean read_component(JsonObject *object, Tariff *tariff, guint *seen, GError **error)
{
    guint dimension = 0;
    gdouble price = 0;
    gint64 step = 1;

    if (!json_read_enum(object, "type", JSON_REQUIRED, dimensions, &dimension, error) ||
        !json_read_number(object, "price", JSON_REQUIRED, 0, (gdouble)TARIFF_MAX_PRICE_MICRO / 1e6, &price,
                          error) ||
        !json_read_int(object, "step_size", JSON_OPTIONAL, 1, 1, &step, error))
        return FALSE;
    gdouble tenths_of_milli = price * 1e4;
    if (fabs(tenths_of_milli - round(tenths_of_milli)) > 1e-6 * MAX(1, tenths_of_milli))
        return refuse(error, "price finer than 4 decimals");
    if (*seen & 1u << dimension)
        return refuse(error, "two components of one type");
    *seen |= 1u << dimension;
    *price_of(tariff, dimension) = llround(tenths_of_milli) * 100;
    return TRUE;
}

gboolean tariff_from_json(JsonObject *object, Tariff *tariff, GError **error)
{
    JsonArray *elements = NULL, *components = NULL;
    guint seen = 0;

    memset(tariff, 0, sizeof *tariff);
    if (!json_read_text(object, "id", JSON_REQUIRED, tariff->id, sizeof tariff->id, error) ||
        !json_read_text(object, "currency", JSON_REQUIRED, tariff->currency, sizeof tariff->currency,
                        error) ||
        !json_read_array(object, "elements", JSON_REQUIRED, 1, TRUE, &elements, error))
        return FALSE;
    if (!money_currency_is_supported(tariff->currency))
        return refuse(error, "currency not supported");
    if (json_array_get_length(elements) != 1)
        return refuse(error, "exactly one element is expected");
    JsonObject *element = json_array_get_object_element(elements, 0);
    if (json_object_has_member(element, "restrictions"))
        return refuse(error, "restrictions are not supported");
    if (!json_read_array(element, "price_components", JSON_REQUIRED, 3, TRUE, &components, error))
        return FALSE;
    for (guint i = 0; i < json_array_get_length(components); i++)
        if (!read_component(json_array_get_object_element(components, i), tariff, &seen, error))
            return FALSE;
    return TRUE;
}

static gint64 lower(gint64 price_micro, gint64 percent)
{
    return price_micro * (100 - percent) / 100 / 100 * 100;
}

Tariff tariff_discount(const Tariff *tariff, gint64 percent)
{
    Tariff lowered = {.flat_micro = lower(tariff->flat_micro, percent),
                      .energy_micro_per_kwh = lower(tariff->energy_micro_per_kwh, percent),
                      .time_micro_per_hour = lower(tariff->time_micro_per_hour, percent)};

    g_strlcpy(lowered.currency, tariff->currency, sizeof lowered.currency);
    g_snprintf(lowered.id, sizeof lowered.id, "%.28s-%d%%", tariff->id, (gint)percent);
    return lowered;
}

gint64 tariff_price_parse(const gchar *text)
{
    gint64 micro = 0, weight = 100000;
    const gchar *p = text;

    if (!g_ascii_isdigit(*p))
        return -1;
    for (; g_ascii_isdigit(*p) && micro <= TARIFF_MAX_PRICE_MICRO; p++)
        micro = micro * 10 + (*p - '0') * G_GINT64_CONSTANT(1000000);
    if (*p == '.') {
        for (p++; g_ascii_isdigit(*p) && weight >= 100; p++, weight /= 10)
            micro += (*p - '0') * weight;
    }
    return *p == '\0' && micro <= TARIFF_MAX_PRICE_MICRO && p[-1] != '.' ? micro : -1;
}
