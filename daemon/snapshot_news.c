#include "daemon/snapshot.h"

#include "base/utc_time.h"
#include "daemon/snapshot_put.h"

static GVariant *offer_dict(const Offer *offer)
{
    gchar until[UTC_TIME_TEXT_BYTES];
    GVariantBuilder builder, evses;

    utc_time_format(offer->until_ms, until);
    g_variant_builder_init(&evses, G_VARIANT_TYPE_STRING_ARRAY);
    for (guint i = 0; i < offer->n_evses; i++)
        g_variant_builder_add(&evses, "s", offer->evse_ids[i]);
    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    snapshot_put(&builder, "offer_id", g_variant_new_string(offer->ref.offer_id));
    snapshot_put(&builder, "state", g_variant_new_string(offer_state_names[offer->state]));
    snapshot_put(&builder, "text", g_variant_new_string(offer->ref.text));
    snapshot_put(&builder, "until", g_variant_new_string(until));
    snapshot_put(&builder, "single_use", g_variant_new_boolean(offer->single_use));
    snapshot_put(&builder, "place", g_variant_new_string(offer->place_name));
    snapshot_put(&builder, "latitude", g_variant_new_double(offer->place.latitude_deg));
    snapshot_put(&builder, "longitude", g_variant_new_double(offer->place.longitude_deg));
    snapshot_put(&builder, "radius_m", g_variant_new_uint32((guint32)offer->radius_m));
    snapshot_put(&builder, "distance_m", g_variant_new_int64(offer->distance_m));
    snapshot_put(&builder, "evse_ids", g_variant_builder_end(&evses));
    snapshot_put(&builder, "discount_percent", g_variant_new_uint32((guint32)offer->discount_percent));
    if (offer->discount_percent == 0) {
        snapshot_put(&builder, "per_kwh",
                     g_variant_new_double((gdouble)offer->tariff.energy_micro_per_kwh / 1e6));
        snapshot_put(&builder, "flat", g_variant_new_double((gdouble)offer->tariff.flat_micro / 1e6));
        snapshot_put(&builder, "per_hour",
                     g_variant_new_double((gdouble)offer->tariff.time_micro_per_hour / 1e6));
        snapshot_put(&builder, "currency", g_variant_new_string(offer->tariff.currency));
    }
    return g_variant_builder_end(&builder);
}

static GVariant *subscription_dict(const Telling *telling)
{
    GVariantBuilder builder, kinds;

    g_variant_builder_init(&kinds, G_VARIANT_TYPE_STRING_ARRAY);
    for (guint i = 0; news_kind_names[i] != NULL; i++)
        if (telling->kinds & (1u << i))
            g_variant_builder_add(&kinds, "s", news_kind_names[i]);
    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    snapshot_put(&builder, "kinds", g_variant_builder_end(&kinds));
    snapshot_put(&builder, "radius_m", g_variant_new_uint32((guint32)telling->radius_m));
    snapshot_put(&builder, "position", g_variant_new_string(telling_source_names[telling->source]));
    snapshot_put(&builder, "latitude", g_variant_new_double(telling->place.latitude_deg));
    snapshot_put(&builder, "longitude", g_variant_new_double(telling->place.longitude_deg));
    return g_variant_builder_end(&builder);
}

void snapshot_put_news(GVariantBuilder *builder, const NewsDesk *news, DrivingState driving)
{
    const Telling *telling = news_desk_telling(news);
    const OfferList *offers = news_desk_offers(news);
    /* Not even the page of a head unit that forgets to look can show one to a driver who moves. */
    gboolean may_look = driving == DRIVING_PARKED || driving == DRIVING_IDLING;
    GVariantBuilder list, sharing;

    g_variant_builder_init(&list, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; may_look && i < offers->n; i++)
        g_variant_builder_add_value(&list, offer_dict(&offers->offers[i]));
    snapshot_put(builder, "offers", g_variant_builder_end(&list));
    snapshot_put(builder, "subscription", subscription_dict(telling));
    g_variant_builder_init(&sharing, G_VARIANT_TYPE_VARDICT);
    for (guint i = 0; vehicle_item_names[i] != NULL; i++)
        snapshot_put(&sharing, vehicle_item_names[i],
                     g_variant_new_boolean((telling->sharing & (1u << i)) != 0));
    snapshot_put(builder, "sharing", g_variant_builder_end(&sharing));
}
