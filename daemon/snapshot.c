#include "daemon/snapshot.h"

#include <math.h>

#include "base/utc_time.h"
#include "daemon/snapshot_put.h"
#include "dbus/charging_service.h"

void snapshot_put(GVariantBuilder *builder, const gchar *key, GVariant *value)
{
    g_variant_builder_add(builder, "{sv}", key, value);
}

void snapshot_put_text(GVariantBuilder *builder, const gchar *key, const gchar *text)
{
    snapshot_put(builder, key, g_variant_new_string(text != NULL ? text : ""));
}

void snapshot_put_price(GVariantBuilder *builder, const gchar *key, gint64 micro)
{
    snapshot_put(builder, key, g_variant_new_double((gdouble)micro / 1e6));
}

static const gchar *why_not(const Trip *trip)
{
    switch (trip_can_order(trip, NULL)) {
    case TRIP_OK:
        return "";
    case TRIP_NOT_STANDING:
        return "NotStandingStill";
    case TRIP_NO_CONSENT:
        return "NoConsent";
    case TRIP_BUSY:
        return "Busy";
    default:
        return "NotOffered";
    }
}

gchar *snapshot_tariff_text(const Tariff *tariff)
{
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "%.2f %s/kWh", (gdouble)tariff->energy_micro_per_kwh / 1e6,
                           tariff->currency);
    if (tariff->flat_micro > 0)
        g_string_append_printf(text, " + %.2f %s per charge", (gdouble)tariff->flat_micro / 1e6,
                               tariff->currency);
    if (tariff->time_micro_per_hour > 0)
        g_string_append_printf(text, " + %.2f %s/h", (gdouble)tariff->time_micro_per_hour / 1e6,
                               tariff->currency);
    return g_string_free(text, FALSE);
}

static void put_connector(GVariantBuilder *builder, const ScanAnswer *offer)
{
    gint64 max_power_w = 0;

    for (guint i = 0; i < offer->n_connectors; i++)
        max_power_w = MAX(max_power_w, offer->connectors[i].max_power_w);
    if (offer->n_connectors > 0) {
        snapshot_put_text(builder, "connector", offer->connectors[0].standard);
        snapshot_put_text(builder, "power_type", offer->connectors[0].power_type);
    }
    snapshot_put(builder, "max_power_w", g_variant_new_int64(max_power_w));
}

static GVariant *build_pile(const Trip *trip)
{
    const ScanAnswer *offer = &trip->offer;
    g_autofree gchar *tariff = snapshot_tariff_text(&offer->tariff);
    gchar expires[UTC_TIME_TEXT_BYTES];
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    if (!trip->has_offer)
        return g_variant_builder_end(&builder);
    utc_time_format(offer->expires_ms, expires);
    snapshot_put_text(&builder, "evse_id", offer->evse_id);
    snapshot_put_text(&builder, "evse_key", offer->evse_key);
    snapshot_put_text(&builder, "scan_ref", offer->scan_ref);
    snapshot_put_text(&builder, "expires_at", expires);
    snapshot_put_text(&builder, "location", offer->location_name);
    snapshot_put_text(&builder, "operator", offer->operator_name);
    snapshot_put_text(&builder, "status", offer->evse_status);
    snapshot_put_text(&builder, "bay", bay_names[offer->bay]);
    snapshot_put_text(&builder, "trust", trust_names[offer->trust]);
    snapshot_put(&builder, "reachable", g_variant_new_boolean(offer->reachable));
    put_connector(&builder, offer);
    snapshot_put_text(&builder, "currency", offer->tariff.currency);
    snapshot_put_price(&builder, "flat", offer->tariff.flat_micro);
    snapshot_put_price(&builder, "per_kwh", offer->tariff.energy_micro_per_kwh);
    snapshot_put_price(&builder, "per_hour", offer->tariff.time_micro_per_hour);
    snapshot_put_text(&builder, "tariff_text", tariff);
    snapshot_put_text(&builder, "offer_id", offer->offer.offer_id);
    snapshot_put_text(&builder, "offer_text", offer->offer.text);
    snapshot_put(&builder, "can_order", g_variant_new_boolean(trip_can_order(trip, NULL) == TRIP_OK));
    snapshot_put_text(&builder, "why_not", why_not(trip));
    return g_variant_builder_end(&builder);
}

/* Where the chosen code stands in the rear picture, to outline it. */
static GVariant *build_code(const Trip *trip)
{
    const CodeSighting *chosen =
        trip->gear.looking ? scan_policy_chosen(&trip->scan, g_get_monotonic_time()) : NULL;
    GVariantBuilder builder, quad;

    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    if (chosen == NULL)
        return g_variant_builder_end(&builder);
    g_variant_builder_init(&quad, G_VARIANT_TYPE("ad"));
    for (guint i = 0; i < G_N_ELEMENTS(chosen->quad_px); i++)
        g_variant_builder_add(&quad, "d", chosen->quad_px[i]);
    snapshot_put_text(&builder, "evse_id", chosen->code.evse.text);
    snapshot_put(&builder, "quad_px", g_variant_builder_end(&quad));
    snapshot_put(&builder, "width_px", g_variant_new_uint32(chosen->frame_px[0]));
    snapshot_put(&builder, "height_px", g_variant_new_uint32(chosen->frame_px[1]));
    return g_variant_builder_end(&builder);
}

static GVariant *build_consent(const Consent *consent)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    snapshot_put_text(&builder, "confirm",
                      confirm_mode_name(consent->given ? consent->confirm : CONFIRM_TAP));
    snapshot_put(&builder, "max_cost_minor", g_variant_new_int64(consent->limits.max_cost_minor));
    snapshot_put_text(&builder, "currency", consent->limits.currency);
    snapshot_put(&builder, "max_energy_wh", g_variant_new_int64(consent->limits.max_energy_wh));
    snapshot_put(&builder, "max_duration_s", g_variant_new_int64(consent->limits.max_duration_s));
    snapshot_put(&builder, "auto_code", g_variant_new_boolean(consent->auto_code));
    snapshot_put(&builder, "voucher", g_variant_new_boolean(consent->voucher));
    return g_variant_builder_end(&builder);
}

static gboolean camera_is_faulty(CameraState state)
{
    return state == CAMERA_STATE_FAULT || state == CAMERA_STATE_STALLED || state == CAMERA_STATE_FROZEN ||
           state == CAMERA_STATE_BLACK;
}

static void put_world(GVariantBuilder *builder, Conductor *conductor)
{
    const Trip *trip = conductor_get_trip(conductor);
    CameraProcess *camera = conductor_get_camera(conductor);
    CameraState camera_state = camera != NULL ? camera_process_get_state(camera, NULL) : CAMERA_STATE_OFF;
    const gchar *problem = "";
    ServerState server = conductor_get_server_state(conductor, &problem);
    GVariantBuilder faults;

    g_variant_builder_init(&faults, G_VARIANT_TYPE("as"));
    if (trip->gear.gear == GEAR_UNKNOWN)
        g_variant_builder_add(&faults, "s", "gear");
    if (camera_is_faulty(camera_state))
        g_variant_builder_add(&faults, "s", "camera");
    if (server == SERVER_OFFLINE || server == SERVER_REFUSED)
        g_variant_builder_add(&faults, "s", "server");
    if (conductor_storage_failed(conductor))
        g_variant_builder_add(&faults, "s", "storage");
    if (conductor_clock_jumped(conductor))
        g_variant_builder_add(&faults, "s", "clock");
    snapshot_put(builder, "faults", g_variant_builder_end(&faults));
    snapshot_put_text(builder, "camera_state", camera_state_name(camera_state));
    snapshot_put_text(builder, "server_state", server_state_name(server));
    snapshot_put_text(builder, "server_problem", problem);
    snapshot_put_text(builder, "gear_problem", gear_watcher_get_problem(conductor_get_gear(conductor)));
}

static GVariant *build_centre(const MapDesk *map)
{
    g_auto(GVariantBuilder) builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);
    gdouble latitude_deg = 0, longitude_deg = 0;

    if (map_desk_centre(map, &latitude_deg, &longitude_deg)) {
        snapshot_put(&builder, "latitude", g_variant_new_double(latitude_deg));
        snapshot_put(&builder, "longitude", g_variant_new_double(longitude_deg));
    }
    return g_variant_builder_end(&builder);
}

GVariant *snapshot_build(Conductor *conductor)
{
    const Trip *trip = conductor_get_trip(conductor);
    const Order *order = conductor_get_shown_order(conductor);
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    snapshot_put_text(&builder, "version", REARCHARGE_VERSION);
    snapshot_put_text(&builder, "gear", gear_name(trip->gear.gear));
    snapshot_put(&builder, "speed_kmh",
                 g_variant_new_double(isnan(trip->gear.speed_kmh) ? -1 : trip->gear.speed_kmh));
    snapshot_put_text(&builder, "driving_state", driving_state_name(gear_policy_state(&trip->gear)));
    snapshot_put_text(&builder, "journey_state", journey_state_name(trip->state));
    snapshot_put_text(&builder, "notice", trip->notice);
    put_world(&builder, conductor);
    snapshot_put(&builder, "pile", build_pile(trip));
    snapshot_put(&builder, "code", build_code(trip));
    snapshot_put(&builder, "order",
                 order != NULL ? snapshot_order(order, FALSE) : g_variant_new("a{sv}", NULL));
    snapshot_put(&builder, "receipt",
                 order != NULL && order->has_receipt
                     ? snapshot_receipt(&order->receipt, conductor_get_shown_check(conductor))
                     : g_variant_new("a{sv}", NULL));
    snapshot_put(&builder, "reservation", snapshot_booking(conductor));
    snapshot_put(&builder, "position", build_centre(conductor_get_map(conductor)));
    snapshot_put(&builder, "nearby", snapshot_places(map_desk_nearby(conductor_get_map(conductor))));
    snapshot_put(&builder, "consent", build_consent(&trip->consent));
    snapshot_put_news(&builder, conductor_get_news(conductor), gear_policy_state(&trip->gear));
    snapshot_put(&builder, "offline", snapshot_offline(trip, conductor_get_voucher(conductor)));
    return g_variant_builder_end(&builder);
}
