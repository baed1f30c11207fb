/* What a client may put into the dictionaries of org.rearcharge.RearCharge1: every key, its type and its
 * bounds. */
#include "dbus/charging_values.h"

#include <criterion/criterion.h>
#include <math.h>

#include "dbus/charging_service.h"

static gboolean takes(ChargingValues table, const gchar *text, GError **error)
{
    g_autoptr(GVariant) dict = g_variant_ref_sink(g_variant_new_parsed(text));

    return charging_values_check(table, dict, error);
}

Test(charging_values, nothing_is_a_wish_to_change_nothing)
{
    for (guint table = CHARGING_VALUES_CONSENT; table <= CHARGING_VALUES_QUERY; table++)
        cr_expect(takes(table, "@a{sv} {}", NULL), "%u", table);
}

Test(charging_values, every_key_takes_both_ends_of_its_range)
{
    static const struct {
        ChargingValues table;
        const gchar *text;
    } good[] = {
        {CHARGING_VALUES_CONSENT, "{'confirm': <'tap'>, 'max_cost_minor': <int64 1>, 'currency': <'EUR'>}"},
        {CHARGING_VALUES_CONSENT, "{'confirm': <'auto'>, 'max_cost_minor': <int64 1000000000>}"},
        {CHARGING_VALUES_CONSENT, "{'max_energy_wh': <int64 0>, 'max_duration_s': <int64 31536000>}"},
        {CHARGING_VALUES_CONSENT, "{'auto_code': <true>, 'voucher': <false>}"},
        {CHARGING_VALUES_SUBSCRIPTION,
         "{'kinds': <['offer', 'reservation', 'bay']>, 'radius_m': <uint32 100>}"},
        {CHARGING_VALUES_SUBSCRIPTION,
         "{'kinds': <@as []>, 'radius_m': <uint32 100000>, 'position': <'off'>}"},
        {CHARGING_VALUES_SUBSCRIPTION, "{'position': <'fixed'>, 'latitude': <-90.0>, 'longitude': <180.0>}"},
        {CHARGING_VALUES_SHARING, "{'position': <true>, 'soc': <true>, 'plug': <false>, 'gear': <true>}"},
        {CHARGING_VALUES_QUERY, "{'latitude': <90.0>, 'longitude': <-180.0>, 'radius_m': <uint32 1>}"},
        {CHARGING_VALUES_QUERY, "{'radius_m': <uint32 100000>, 'connector': <'IEC_62196_T2_COMBO'>}"},
        {CHARGING_VALUES_QUERY, "{'min_power_w': <int64 0>, 'max_price': <0.0>, 'limit': <uint32 1>}"},
        {CHARGING_VALUES_QUERY,
         "{'max_price': <1000000.0>, 'limit': <uint32 50>, 'free_now': <true>, 'watch': <true>}"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autoptr(GError) error = NULL;

        cr_expect(takes(good[i].table, good[i].text, &error), "%s: %s", good[i].text,
                  error != NULL ? error->message : "");
    }
}

Test(charging_values, what_is_outside_is_refused_with_the_key_and_what_it_takes)
{
    static const struct {
        ChargingValues table;
        const gchar *text, *says;
    } bad[] = {
        {CHARGING_VALUES_CONSENT, "{'confirm': <'always'>}", "confirm: expected s: tap, park or auto"},
        {CHARGING_VALUES_CONSENT, "{'confirm': <true>}", "confirm: expected s: tap, park or auto"},
        {CHARGING_VALUES_CONSENT, "{'max_cost_minor': <int64 0>}", "max_cost_minor: expected x: 1.."},
        {CHARGING_VALUES_CONSENT, "{'max_cost_minor': <int64 1000000001>}",
         "max_cost_minor: expected x: 1.."},
        {CHARGING_VALUES_CONSENT, "{'max_cost_minor': <5000>}", "max_cost_minor: expected x"},
        {CHARGING_VALUES_CONSENT, "{'currency': <'JPY'>}", "currency: expected"},
        {CHARGING_VALUES_CONSENT, "{'max_energy_wh': <int64 10000001>}",
         "max_energy_wh: expected x: 0 (no limit)..10000000"},
        {CHARGING_VALUES_CONSENT, "{'max_energy_wh': <int64 -1>}", "max_energy_wh: expected"},
        {CHARGING_VALUES_CONSENT, "{'max_duration_s': <int64 31536001>}", "max_duration_s: expected"},
        {CHARGING_VALUES_CONSENT, "{'auto_code': <'yes'>}", "auto_code: expected b"},
        {CHARGING_VALUES_CONSENT, "{'min_trust': <'signed'>}",
         "a key: expected one of confirm, max_cost_minor,"},
        {CHARGING_VALUES_SUBSCRIPTION, "{'kinds': <['offer', 'weather']>}", "kinds: expected as: of offer"},
        {CHARGING_VALUES_SUBSCRIPTION, "{'kinds': <'offer'>}", "kinds: expected as"},
        {CHARGING_VALUES_SUBSCRIPTION, "{'radius_m': <uint32 99>}", "radius_m: expected u: 100..100000"},
        {CHARGING_VALUES_SUBSCRIPTION, "{'radius_m': <uint32 100001>}", "radius_m: expected u: 100..100000"},
        {CHARGING_VALUES_SUBSCRIPTION, "{'position': <'home'>}",
         "position: expected s: off, vehicle or fixed"},
        {CHARGING_VALUES_SUBSCRIPTION, "{'latitude': <90.1>}", "latitude: expected d: -90..90"},
        {CHARGING_VALUES_SUBSCRIPTION, "{'longitude': <-180.1>}", "longitude: expected d: -180..180"},
        {CHARGING_VALUES_SHARING, "{'soc': <uint32 1>}", "soc: expected b"},
        {CHARGING_VALUES_SHARING, "{'camera': <true>}", "a key: expected one of position, soc, plug, gear"},
        {CHARGING_VALUES_QUERY, "{'radius_m': <uint32 0>}", "radius_m: expected u: 1..100000"},
        {CHARGING_VALUES_QUERY, "{'connector': <'a b'>}", "connector: expected s: an OCPI ConnectorType"},
        {CHARGING_VALUES_QUERY, "{'connector': <''>}", "connector: expected s: an OCPI ConnectorType"},
        {CHARGING_VALUES_QUERY, "{'max_price': <-0.01>}", "max_price: expected d: 0..1000000"},
        {CHARGING_VALUES_QUERY, "{'limit': <uint32 0>}", "limit: expected u: 1..50"},
        {CHARGING_VALUES_QUERY, "{'limit': <uint32 51>}", "limit: expected u: 1..50"},
        {CHARGING_VALUES_QUERY, "{'free_now': <true>, 'watch': <int64 1>}", "watch: expected b"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        cr_expect_not(takes(bad[i].table, bad[i].text, &error), "%s", bad[i].text);
        cr_expect(g_error_matches(error, CHARGING_ERROR, CHARGING_ERROR_INVALID_VALUE), "%s", bad[i].text);
        cr_expect(error != NULL && g_str_has_prefix(error->message, bad[i].says), "%s: %s", bad[i].text,
                  error != NULL ? error->message : "");
    }
}

Test(charging_values, a_place_that_is_no_number_is_in_no_range)
{
    static const gchar *const keys[] = {"latitude", "longitude", "max_price"};

    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        GVariantDict dict;
        g_autoptr(GVariant) query = NULL;

        g_variant_dict_init(&dict, NULL);
        g_variant_dict_insert(&dict, keys[i], "d", (gdouble)NAN);
        query = g_variant_ref_sink(g_variant_dict_end(&dict));
        cr_expect_not(charging_values_check(CHARGING_VALUES_QUERY, query, NULL), "%s", keys[i]);
    }
}
