#include "base/identifier.h"
#include "protocol/evse_id.h"
#include "server-stub/desk_private.h"
#include "server-stub/model/scan_rules.h"

#include <string.h>

gboolean desk_evse_facts_of(Desk *self, const gchar *station_id, gint evse_no, const gchar *evse_key,
                            EvseFacts *facts, GError **error)
{
    g_autoptr(GArray) connectors = store_connectors(self->store, station_id, evse_no, error);
    ReservationRow reservation;
    GError *store_error = NULL;

    *facts = (EvseFacts){.bay_sensor = bay_table_state(self->bays, station_id, evse_no).sensor};
    if (connectors == NULL || !store_order_open_on_evse(self->store, evse_key, &facts->open_order, error) ||
        !store_transaction_open_on(self->store, station_id, evse_no, &facts->open_transaction, error))
        return FALSE;
    facts->reserved = store_reservation_open_on_evse(self->store, evse_key, &reservation, &store_error);
    if (store_error != NULL) {
        g_propagate_error(error, store_error);
        return FALSE;
    }
    for (guint i = 0; i < connectors->len; i++)
        facts->connector =
            evse_status_merge(facts->connector, (ConnectorStatus)g_array_index(connectors, gint, i));
    facts->reachable = self->ports.reachable(station_id, self->data);
    return TRUE;
}

gboolean desk_evse_facts(Desk *self, const EvseRow *evse, EvseFacts *facts, GError **error)
{
    return desk_evse_facts_of(self, evse->station_id, evse->evse_no, evse->evse_key, facts, error);
}

/* A scan of the reserved pile by its vehicle: it has arrived. */
static gboolean note_arrival(Desk *self, const gchar *vehicle_id, const EvseRow *evse, gint64 now_ms,
                             ScanAnswer *answer, GError **error)
{
    ReservationRow row;
    GError *store_error = NULL;

    if (!store_reservation_open_on_evse(self->store, evse->evse_key, &row, &store_error)) {
        if (store_error == NULL)
            return TRUE;
        g_propagate_error(error, store_error);
        return FALSE;
    }
    if (!g_str_equal(row.vehicle_id, vehicle_id))
        return TRUE;
    if (!desk_reservation_apply(self, &row, RESERVATION_EVENT_ARRIVED, now_ms, error))
        return FALSE;
    g_strlcpy(answer->reservation_id, row.reservation.reservation_id, sizeof answer->reservation_id);
    return TRUE;
}

/* Only the distance is kept of where the car is (threats.md 11). */
static gint64 distance_to(const StationRow *station, const ApiPosition *position)
{
    return position->known ? (gint64)place_distance_m(position->latitude_deg, position->longitude_deg,
                                                      station->latitude_deg, station->longitude_deg)
                           : -1;
}

static gboolean judge_code(Desk *self, const EvseRow *evse, const gchar *token, gint64 now_ms, Trust *trust,
                           GError **error)
{
    TotpRule rule = {.secret = evse->totp_secret,
                     .validity_s = (guint)evse->totp_validity_s,
                     .length = (guint)evse->totp_length};
    gboolean used = FALSE;

    if (!store_token_is_used(self->store, evse->evse_key, token, &used, error))
        return FALSE;
    switch (scan_rules_judge(evse->totp_secret[0] != '\0' ? &rule : NULL, token, used, now_ms, trust)) {
    case SCAN_CODE_GOOD:
        return TRUE;
    case SCAN_CODE_EXPIRED:
        desk_set_error(error, DESK_ERROR_CODE_EXPIRED,
                       "the code on the display has changed since; read it again");
        return FALSE;
    default:
        desk_set_error(error, DESK_ERROR_CODE_INVALID, "this code is not valid at this charging point");
        return FALSE;
    }
}

static void fill_answer(ScanAnswer *answer, const ScanRow *scan, const EvseRow *evse,
                        const StationRow *station, const EvseFacts *facts, Trust trust)
{
    *answer = (ScanAnswer){.expires_ms = scan->expires_ms,
                           .position = {TRUE, station->latitude_deg, station->longitude_deg},
                           .connectors = {evse->connector},
                           .n_connectors = 1,
                           .tariff = scan->tariff,
                           .offer = scan->offer,
                           .bay = evse_status_bay(facts),
                           .trust = trust,
                           .reachable = facts->reachable};
    g_strlcpy(answer->scan_ref, scan->scan_ref, sizeof answer->scan_ref);
    g_strlcpy(answer->evse_key, evse->evse_key, sizeof answer->evse_key);
    g_strlcpy(answer->evse_id, evse->evse_id, sizeof answer->evse_id);
    g_strlcpy(answer->evse_uid, evse->evse_uid, sizeof answer->evse_uid);
    g_strlcpy(answer->evse_status, evse_status_ocpi(facts), sizeof answer->evse_status);
    g_strlcpy(answer->location_id, station->location_id, sizeof answer->location_id);
    g_strlcpy(answer->location_name, station->name, sizeof answer->location_name);
    g_strlcpy(answer->operator_name, station->operator_name, sizeof answer->operator_name);
}

gboolean desk_scan(Desk *self, const gchar *vehicle_id, const ScanRequest *request, gint64 now_ms,
                   ScanAnswer *answer, GError **error)
{
    EvseId id;
    EvseRow evse = {0};
    StationRow station = {0};
    EvseFacts facts;
    ScanRow scan = {.expires_ms = now_ms + SCAN_LIFETIME_MS};
    CodePlaceRow place;
    Trust trust = TRUST_REFUSED;
    GError *store_error = NULL;
    g_autofree gchar *scan_ref = identifier_new_uuid();

    if (!evse_id_parse(request->qr_evse_id, strlen(request->qr_evse_id), &id, NULL)) {
        desk_set_error(error, DESK_ERROR_BAD_FIELD, "qr_evse_id: not an EVSE id");
        return FALSE;
    }
    if (!store_evse(self->store, id.key, &evse, &store_error) ||
        !store_station(self->store, evse.station_id, &station, &store_error)) {
        if (store_error != NULL)
            g_propagate_error(error, store_error);
        else
            desk_set_error(error, DESK_ERROR_UNKNOWN_EVSE,
                           "no charging point of this name is registered here");
        return FALSE;
    }
    if (!judge_code(self, &evse, request->qr_token, now_ms, &trust, error) ||
        !desk_evse_facts(self, &evse, &facts, error))
        return FALSE;

    g_strlcpy(scan.scan_ref, scan_ref, sizeof scan.scan_ref);
    g_strlcpy(scan.vehicle_id, vehicle_id, sizeof scan.vehicle_id);
    g_strlcpy(scan.evse_key, evse.evse_key, sizeof scan.evse_key);
    g_strlcpy(scan.token, trust == TRUST_DYNAMIC ? request->qr_token : "", sizeof scan.token);
    scan.tariff = evse.tariff;
    if (!desk_offer_price(self, vehicle_id, &evse, &station, now_ms, &scan.tariff, &scan.offer, error))
        return FALSE;
    scan.distance_m = distance_to(&station, &request->position);
    if (!store_scan_add(self->store, &scan, error))
        return FALSE;
    fill_answer(answer, &scan, &evse, &station, &facts, trust);
    if (store_code_place(self->store, evse.station_id, &place, NULL))
        g_strlcpy(answer->link_url, place.link_url, sizeof answer->link_url);
    if (!facts.reachable)
        answer->offline_code_max_wh = desk_code_offer_wh(self, &evse, now_ms);
    return note_arrival(self, vehicle_id, &evse, now_ms, answer, error);
}
