#include "tests/daemon/trip_world.h"

#include <string.h>

static gchar *fixed_ref(void)
{
    return g_strdup(REF);
}

Trip new_trip(ConfirmMode confirm)
{
    const TripRules rules = {.gear = GEAR_RULES_INIT, .new_ref = fixed_ref};
    const Consent consent = {.confirm = confirm,
                             .given = TRUE,
                             .min_trust = TRUST_REGISTERED,
                             .limits = {.max_cost_minor = 5000, .currency = "EUR"}};

    return trip_init(&rules, &consent);
}

JourneyEffects gear(Trip *trip, Gear to, gdouble speed_kmh, gdouble at_s)
{
    const GearSample sample = {.gear = to, .valid = to != GEAR_UNKNOWN, .speed_kmh = speed_kmh};

    return trip_gear(trip, &sample, S(at_s));
}

static CodeSighting sighting(const gchar *evse, gdouble side)
{
    CodeSighting seen = {.frame_px = {1000, 500}, .frames_agreeing = 3};
    const gdouble quad[8] = {500, 200, 500 + side, 200, 500 + side, 200 + side, 500, 200 + side};

    evse_id_parse(evse, strlen(evse), &seen.code.evse, NULL);
    g_strlcpy(seen.code.host, "pay.example.com", sizeof seen.code.host);
    memcpy(seen.quad_px, quad, sizeof quad);
    return seen;
}

JourneyEffects see(Trip *trip, const gchar *evse, gdouble side, gdouble at_s)
{
    CodeSighting seen = sighting(evse, side);

    return trip_sighting(trip, &seen, S(at_s));
}

ScanAnswer answer(const gchar *key)
{
    ScanAnswer offer = {.scan_ref = SCAN_REF,
                        .expires_ms = NOW_MS + 600000,
                        .evse_id = "DE*ABC*E1",
                        .location_id = "L1",
                        .location_name = "Bay 1",
                        .operator_name = "ABC",
                        .evse_uid = "1",
                        .evse_status = "AVAILABLE",
                        .connectors = {{"1", "IEC_62196_T2_COMBO", "CABLE", "DC", 150000}},
                        .n_connectors = 1,
                        .tariff = {.id = "day", .currency = "EUR", .energy_micro_per_kwh = 490000},
                        .bay = BAY_FREE,
                        .trust = TRUST_REGISTERED,
                        .reachable = TRUE};

    g_strlcpy(offer.evse_key, key, sizeof offer.evse_key);
    return offer;
}

JourneyEffects offered(Trip *trip, gdouble at_s)
{
    ScanAnswer offer = answer(trip->code.evse.key);

    return trip_look_up_answered(trip, trip->look_up_serial, &offer, S(at_s));
}

Order order_in(OrderState state, gint64 seq)
{
    Order order = {.order_id = ORDER_ID,
                   .client_ref = REF,
                   .evse_key = "DEABCE1",
                   .evse_id = "DE*ABC*E1",
                   .event_seq = seq,
                   .state = state,
                   .limits = {.max_cost_minor = 5000, .currency = "EUR"},
                   .created_ms = NOW_MS,
                   .expires_ms = NOW_MS + 300000,
                   .updated_ms = NOW_MS,
                   .meter_start_wh = -1,
                   .meter_wh = -1,
                   .soc_percent = -1};

    if (state == ORDER_SETTLED) {
        Receipt *receipt = &order.receipt;

        order.has_receipt = TRUE;
        order.started_ms = NOW_MS;
        order.ended_ms = NOW_MS + 1800000;
        g_strlcpy(receipt->receipt_id, SCAN_REF, sizeof receipt->receipt_id);
        g_strlcpy(receipt->order_id, ORDER_ID, sizeof receipt->order_id);
        g_strlcpy(receipt->evse_id, "DE*ABC*E1", sizeof receipt->evse_id);
        g_strlcpy(receipt->operator_name, "ABC", sizeof receipt->operator_name);
        receipt->started_ms = NOW_MS;
        receipt->ended_ms = NOW_MS + 1800000;
        receipt->duration_s = 1800;
        receipt->meter_start_wh = 0;
        receipt->meter_stop_wh = receipt->energy_wh = 10000;
        receipt->soc_start_percent = receipt->soc_stop_percent = -1;
        receipt->tariff = answer("DEABCE1").tariff;
        receipt->cost = tariff_cost(&receipt->tariff, 10000, 1800, 5000);
    }
    return order;
}

JourneyEffects hear(Trip *trip, OrderState state, gint64 seq, gdouble at_s)
{
    Order order = order_in(state, seq);

    return trip_order(trip, &order, S(at_s));
}

Trip trip_at(JourneyState state)
{
    Trip trip = new_trip(state == JOURNEY_OFFERED ? CONFIRM_TAP : CONFIRM_PARK);

    if (state == JOURNEY_IDLE)
        return trip;
    gear(&trip, GEAR_R, 4, 0);
    if (state == JOURNEY_SCANNING)
        return trip;
    see(&trip, "DE*ABC*E1", 100, 1);
    if (state == JOURNEY_LOOKING_UP)
        return trip;
    if (state == JOURNEY_FAILED) {
        trip_look_up_refused(&trip, trip.look_up_serial, "unknown_evse", S(2));
        return trip;
    }
    offered(&trip, 2);
    gear(&trip, GEAR_P, 0, 3);
    trip_tick(&trip, S(4));
    if (state == JOURNEY_OFFERED || state == JOURNEY_ORDERING)
        return trip;
    if (state == JOURNEY_CANCELLING) {
        gear(&trip, GEAR_D, 20, 5);
        return trip;
    }
    if (state == JOURNEY_CODE) {
        hear(&trip, ORDER_CODE_ISSUED, 2, 5);
        return trip;
    }
    hear(&trip, ORDER_ACCEPTED, 2, 5);
    if (state == JOURNEY_WAITING_PLUG)
        return trip;
    hear(&trip, ORDER_CHARGING, 3, 6);
    if (state == JOURNEY_CHARGING)
        return trip;
    hear(&trip, ORDER_ENDED, 4, 7);
    if (state == JOURNEY_SETTLING)
        return trip;
    hear(&trip, ORDER_SETTLED, 5, 8);
    return trip;
}
