/* The part of snapshot.h about bays: what is around, and the reservation. */
#include "daemon/snapshot.h"

#include <string.h>

#include "base/utc_time.h"
#include "daemon/snapshot_put.h"

#define HERE_M 60

GVariant *snapshot_place(const Place *place)
{
    g_autofree gchar *tariff = snapshot_tariff_text(&place->tariff);
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    snapshot_put_text(&builder, "evse_id", place->evse_id);
    snapshot_put_text(&builder, "evse_key", place->evse_key);
    snapshot_put_text(&builder, "location", place->location_name);
    snapshot_put_text(&builder, "operator", place->operator_name);
    snapshot_put(&builder, "latitude", g_variant_new_double(place->position.latitude_deg));
    snapshot_put(&builder, "longitude", g_variant_new_double(place->position.longitude_deg));
    snapshot_put(&builder, "distance_m", g_variant_new_int64(place->distance_m));
    snapshot_put_text(&builder, "status", place->evse_status);
    snapshot_put_text(&builder, "bay", bay_names[place->bay]);
    snapshot_put(&builder, "free", g_variant_new_boolean(place->free));
    snapshot_put_text(&builder, "connector", place->connector.standard);
    snapshot_put_text(&builder, "power_type", place->connector.power_type);
    snapshot_put(&builder, "max_power_w", g_variant_new_int64(place->connector.max_power_w));
    snapshot_put_text(&builder, "currency", place->tariff.currency);
    snapshot_put_price(&builder, "flat", place->tariff.flat_micro);
    snapshot_put_price(&builder, "per_kwh", place->tariff.energy_micro_per_kwh);
    snapshot_put_price(&builder, "per_hour", place->tariff.time_micro_per_hour);
    snapshot_put_text(&builder, "tariff_text", tariff);
    snapshot_put(&builder, "no_show_minor", g_variant_new_int64(place->no_show_minor));
    return g_variant_builder_end(&builder);
}

GVariant *snapshot_places(const GArray *places)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < places->len; i++)
        g_variant_builder_add_value(&builder, snapshot_place(&g_array_index(places, Place, i)));
    return g_variant_builder_end(&builder);
}

static void put_time(GVariantBuilder *builder, const gchar *key, gint64 unix_ms)
{
    gchar text[UTC_TIME_TEXT_BYTES] = "";

    if (unix_ms > 0)
        utc_time_format(unix_ms, text);
    snapshot_put_text(builder, key, text);
}

static void put_reservation(GVariantBuilder *builder, const Reservation *r)
{
    snapshot_put_text(builder, "reservation_id", r->reservation_id);
    snapshot_put_text(builder, "client_ref", r->client_ref);
    snapshot_put_text(builder, "evse_id", r->evse_id);
    snapshot_put_text(builder, "evse_key", r->evse_key);
    snapshot_put_text(builder, "location", r->location_name);
    snapshot_put_text(builder, "operator", r->operator_name);
    snapshot_put(builder, "latitude", g_variant_new_double(r->position.latitude_deg));
    snapshot_put(builder, "longitude", g_variant_new_double(r->position.longitude_deg));
    snapshot_put_text(builder, "state", reservation_state_names[r->state]);
    snapshot_put_text(builder, "reason", reservation_reason_names[r->reason]);
    put_time(builder, "until", r->until_ms);
    put_time(builder, "updated_at", r->updated_ms);
    snapshot_put(builder, "no_show_minor", g_variant_new_int64(r->no_show_minor));
    snapshot_put_text(builder, "currency", r->currency);
    snapshot_put_text(builder, "order_id", r->order_id);
    snapshot_put_text(builder, "moved_to", r->moved_to);
    snapshot_put(builder, "charged_minor",
                 g_variant_new_int64(r->receipt_id[0] != '\0' ? r->charged_minor : -1));
    snapshot_put(builder, "alternative",
                 r->has_alternative ? snapshot_place(&r->alternative) : g_variant_new("a{sv}", NULL));
}

GVariant *snapshot_reservation(const Reservation *reservation)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    put_reservation(&builder, reservation);
    return g_variant_builder_end(&builder);
}

/* Asked for, and not answered yet (or refused): there is nothing but the wish. */
static void put_wish(GVariantBuilder *builder, const Booking *booking)
{
    gboolean refused = booking->wish == BOOKING_WISH_NONE;

    snapshot_put_text(builder, "reservation_id", "");
    snapshot_put_text(builder, "client_ref", booking->request.client_ref);
    snapshot_put_text(builder, "evse_id", booking->evse_id);
    snapshot_put_text(builder, "evse_key", booking->request.evse_key);
    snapshot_put_text(builder, "state", refused ? "refused" : "requested");
    put_time(builder, "until", booking->request.until_ms);
}

/* This car is the one that stands there: it has read that pile's code, or is as near as a position can tell.
 */
static gboolean is_here(Conductor *conductor, const Reservation *r)
{
    const Trip *trip = conductor_get_trip(conductor);
    const VehicleFacts *facts = gear_watcher_get_facts(conductor_get_gear(conductor));

    if (r->arrived || (trip->has_offer && strcmp(trip->offer.evse_key, r->evse_key) == 0))
        return TRUE;
    return facts->has_position && r->position.known &&
           place_distance_m(facts->latitude, facts->longitude, r->position.latitude_deg,
                            r->position.longitude_deg) <= HERE_M;
}

GVariant *snapshot_booking(Conductor *conductor)
{
    const Booking *booking = conductor_get_booking(conductor);
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    if (!booking->has_reservation && booking->wish == BOOKING_WISH_NONE && booking->problem[0] == '\0')
        return g_variant_builder_end(&builder);
    if (booking->has_reservation)
        put_reservation(&builder, &booking->reservation);
    else
        put_wish(&builder, booking);
    snapshot_put(
        &builder, "here",
        g_variant_new_boolean(booking->has_reservation && is_here(conductor, &booking->reservation)));
    snapshot_put_text(&builder, "pending",
                      booking_wish_name(booking->cancel_too ? BOOKING_WISH_CANCEL : booking->wish));
    snapshot_put_text(&builder, "problem", booking->problem);
    return g_variant_builder_end(&builder);
}
