/* What others say on the bus about a charge and about the vehicle: the dictionaries of RearCharge1's methods,
 * and Vehicle1's properties. The first byte picks the table or the property, the rest is GVariant text. A
 * dictionary that is let in holds only known keys of known types; facts stay within their ranges. */
#include "dbus/charging_values.h"
#include "dbus/vehicle_facts.h"
#include "fuzz/variant_text.h"

#include <math.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_dict(ChargingValues table, const gchar *text)
{
    g_autoptr(GVariant) dict = g_variant_parse(G_VARIANT_TYPE_VARDICT, text, NULL, NULL, NULL);
    g_autoptr(GError) error = NULL;
    gdouble number = 0;
    gint64 whole = 0;

    if (dict == NULL)
        return;
    if (!charging_values_check(table, dict, &error)) {
        g_assert_nonnull(error);
        g_assert_null(strchr(error->message, '\n'));
        return;
    }
    if (g_variant_lookup(dict, "latitude", "d", &number))
        g_assert_true(fabs(number) <= 90);
    if (g_variant_lookup(dict, "max_cost_minor", "x", &whole))
        g_assert_cmpint(whole, >, 0);
}

static void check_fact(guint which, const gchar *text)
{
    static const gchar *const properties[] = {"Position",  "StateOfCharge",      "PlugState",
                                              "PlugState", "IdentificationCode", "Other"};
    g_autoptr(GVariant) value = g_variant_parse(NULL, text, NULL, NULL, NULL);
    VehicleFacts facts = VEHICLE_FACTS_INIT;

    if (value == NULL)
        return;
    vehicle_facts_set(&facts, properties[which % G_N_ELEMENTS(properties)], value);
    g_assert_true(fabs(facts.latitude) <= 90 && fabs(facts.longitude) <= 180);
    g_assert_true(facts.soc_percent >= -1 && facts.soc_percent <= 100);
    for (const gchar *c = facts.identification_code; *c != '\0'; c++)
        g_assert_true(g_ascii_isgraph(*c));
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree gchar *text = size > 0 ? g_strndup((const gchar *)data + 1, size - 1) : NULL;

    if (text == NULL || size > 4096 || !variant_text_is_fit(text)) /* g_variant_parse() wants UTF-8 */
        return 0;
    if (data[0] >= '0' && data[0] <= '0' + CHARGING_VALUES_QUERY)
        check_dict((ChargingValues)(data[0] - '0'), text);
    else
        check_fact(data[0], text);
    return 0;
}
