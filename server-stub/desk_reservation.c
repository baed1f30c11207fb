#include "base/identifier.h"
#include "protocol/json_gate.h"
#include "server-stub/desk_private.h"

#include <string.h>

static gchar *reservation_text(const Reservation *reservation)
{
    g_autoptr(JsonNode) node = reservation_to_json(reservation);

    return json_gate_print(node, NULL);
}

/* What was asked for, and of which reservation it is to be moved ("" for a new one). */
static gchar *request_sha256(const ReservationRequest *request, const gchar *moved_from)
{
    g_autoptr(JsonNode) node = reservation_request_to_json(request);
    g_autofree gchar *text = json_gate_print(node, NULL);
    g_autofree gchar *whole = g_strconcat("reserve ", moved_from, " ", text, NULL);

    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, whole, -1);
}

/* The EVSE, if it can be promised to anybody now. */
static gboolean find_evse(Desk *self, const gchar *evse_key, EvseRow *evse, StationRow *station,
                          GError **error)
{
    GError *store_error = NULL;
    EvseFacts facts;
    const gchar *refusal;

    if (!store_evse(self->store, evse_key, evse, &store_error) ||
        !store_station(self->store, evse->station_id, station, &store_error)) {
        if (store_error != NULL)
            g_propagate_error(error, store_error);
        else
            desk_set_error(error, DESK_ERROR_UNKNOWN_EVSE,
                           "no charging point of this name is registered here");
        return FALSE;
    }
    if (!desk_evse_facts(self, evse, &facts, error))
        return FALSE;
    refusal = evse_status_reserve_refusal(&facts);
    if (refusal != NULL)
        desk_set_error(error, desk_error_from_refusal(refusal), "the charging point cannot be reserved now");
    return refusal == NULL;
}

static gboolean fill_row(Desk *self, ReservationRow *row, const gchar *vehicle_id,
                         const ReservationRequest *request, const EvseRow *evse, const StationRow *station,
                         gint64 now_ms, GError **error)
{
    g_autofree gchar *id = identifier_new_uuid();
    g_autofree gchar *id_token = identifier_new_uuid();
    Reservation *r = &row->reservation;

    *row = (ReservationRow){.evse_no = evse->evse_no, .hold = PILE_HOLD_PERHAPS, .attempts = 1};
    g_strlcpy(row->vehicle_id, vehicle_id, sizeof row->vehicle_id);
    g_strlcpy(row->station_id, evse->station_id, sizeof row->station_id);
    g_strlcpy(row->id_token, id_token, sizeof row->id_token);
    g_strlcpy(r->reservation_id, id, sizeof r->reservation_id);
    g_strlcpy(r->client_ref, request->client_ref, sizeof r->client_ref);
    g_strlcpy(r->evse_key, evse->evse_key, sizeof r->evse_key);
    g_strlcpy(r->evse_id, evse->evse_id, sizeof r->evse_id);
    g_strlcpy(r->location_id, station->location_id, sizeof r->location_id);
    g_strlcpy(r->location_name, station->name, sizeof r->location_name);
    g_strlcpy(r->operator_name, station->operator_name, sizeof r->operator_name);
    r->position = (ApiPosition){TRUE, station->latitude_deg, station->longitude_deg};
    r->state = RESERVATION_REQUESTED;
    r->created_ms = r->updated_ms = now_ms;
    r->until_ms = request->until_ms;
    r->no_show_minor = evse->no_show_minor;
    g_strlcpy(r->currency, evse->tariff.currency, sizeof r->currency);
    row->due_ms = reservation_rules_due_ms(r, (PileHold)row->hold, row->attempts, now_ms);
    return store_new_reservation_number(self->store, &row->number, error);
}

/* A race for the EVSE, or a vehicle that wants two: the schema let exactly one in. */
static void explain_conflict(Desk *self, const ReservationRow *row, GError **error)
{
    ReservationRow other;

    if (!g_error_matches(*error, STORE_ERROR, STORE_ERROR_EXISTS))
        return;
    g_clear_error(error);
    if (store_reservation_open_of(self->store, row->vehicle_id, &other, NULL))
        desk_set_error(error, DESK_ERROR_HAS_RESERVATION, "this car has reserved another charging point");
    else
        desk_set_error(error, DESK_ERROR_EVSE_RESERVED, "somebody else has reserved it");
}

/* @old: (nullable): ends as moved in the same change */
static gboolean store_new(Desk *self, ReservationRow *row, ReservationRow *old, ReservationTell *tell_old,
                          const gchar *sha256, gint64 now_ms, gchar **text, GError **error)
{
    g_auto(StoreChange) change = {0};
    gboolean changed = FALSE;

    if (!store_begin(self->store, &change, error))
        return FALSE;
    if (old != NULL) {
        g_strlcpy(old->reservation.moved_to, row->reservation.reservation_id,
                  sizeof old->reservation.moved_to);
        desk_reservation_decide(self, old, RESERVATION_EVENT_MOVED, now_ms, tell_old, &changed);
        if (!store_reservation_save(self->store, old, error))
            return FALSE;
    }
    if (!store_reservation_add(self->store, row, error))
        return FALSE;
    *text = reservation_text(&row->reservation);
    return store_answer_add(self->store, row->vehicle_id, row->reservation.client_ref, sha256, *text,
                            error) &&
           store_commit(&change, error);
}

static gboolean make(Desk *self, ReservationRow *row, ReservationRow *old, const gchar *sha256, gint64 now_ms,
                     gchar **answer, gboolean *first, GError **error)
{
    ReservationTell tell_old = RESERVATION_TELL_NOTHING;
    g_autoptr(GError) failure = NULL;
    g_autofree gchar *text = NULL;

    if (!store_new(self, row, old, &tell_old, sha256, now_ms, &text, &failure)) {
        explain_conflict(self, row, &failure);
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    *first = TRUE;
    *answer = g_steal_pointer(&text);
    if (old != NULL)
        desk_reservation_act(self, old, tell_old, TRUE);
    desk_reservation_act(self, row, RESERVATION_TELL_RESERVE, TRUE);
    desk_rearm(self);
    return TRUE;
}

gboolean desk_reserve(Desk *self, const gchar *vehicle_id, const ReservationRequest *request, gint64 now_ms,
                      gchar **answer, gboolean *first, GError **error)
{
    g_autofree gchar *sha256 = request_sha256(request, "");
    EvseRow evse = {0};
    StationRow station = {0};
    ReservationRow row, other;
    GError *store_error = NULL;

    *first = FALSE;
    *answer = NULL;
    if (desk_answered_before(self, vehicle_id, request->client_ref, sha256, answer, error))
        return *answer != NULL;
    if (request->until_ms < now_ms + RESERVATION_MIN_MS || request->until_ms > now_ms + RESERVATION_MAX_MS) {
        desk_set_error(error, DESK_ERROR_BAD_FIELD, "until: 1 minute to 2 hours ahead");
        return FALSE;
    }
    if (store_reservation_open_of(self->store, vehicle_id, &other, &store_error)) {
        desk_set_error(error, DESK_ERROR_HAS_RESERVATION, "this car has reserved another charging point");
        return FALSE;
    }
    if (store_error != NULL) {
        g_propagate_error(error, store_error);
        return FALSE;
    }
    if (!find_evse(self, request->evse_key, &evse, &station, error))
        return FALSE;
    return fill_row(self, &row, vehicle_id, request, &evse, &station, now_ms, error) &&
           make(self, &row, NULL, sha256, now_ms, answer, first, error);
}

static gboolean find_own(Desk *self, const gchar *vehicle_id, const gchar *reservation_id,
                         ReservationRow *row, GError **error)
{
    GError *store_error = NULL;

    if (store_reservation(self->store, reservation_id, row, &store_error) &&
        g_str_equal(row->vehicle_id, vehicle_id))
        return TRUE;
    if (store_error != NULL)
        g_propagate_error(error, store_error);
    else
        desk_set_error(error, DESK_ERROR_NOT_FOUND, "this car has no such reservation");
    return FALSE;
}

/* The bay that was offered has gone too: the driver is told of the next one. */
static void look_around_again(Desk *self, ReservationRow *row, gint64 now_ms)
{
    Reservation *r = &row->reservation;
    g_auto(StoreChange) change = {0};
    g_autoptr(GError) error = NULL;

    if (r->state != RESERVATION_TAKEN)
        return;
    r->has_alternative = self->ports.instead_of(r->evse_key, &r->alternative, self->data);
    r->updated_ms = MAX(now_ms, r->updated_ms);
    if (store_begin(self->store, &change, &error) && store_reservation_save(self->store, row, &error) &&
        store_commit(&change, &error))
        desk_reservation_act(self, row, RESERVATION_TELL_NOTHING, TRUE);
    else
        g_warning("reservation %s: %s", r->reservation_id, error->message);
}

gboolean desk_reservation_move(Desk *self, const gchar *vehicle_id, const gchar *reservation_id,
                               const ReservationRequest *request, gint64 now_ms, gchar **answer,
                               gboolean *first, GError **error)
{
    ReservationRequest whole = *request;
    g_autofree gchar *sha256 = NULL;
    EvseRow evse = {0};
    StationRow station = {0};
    ReservationRow old, row;

    *first = FALSE;
    *answer = NULL;
    whole.until_ms = 0; /* that of the old one counts */
    sha256 = request_sha256(&whole, reservation_id);
    if (desk_answered_before(self, vehicle_id, request->client_ref, sha256, answer, error))
        return *answer != NULL;
    if (!find_own(self, vehicle_id, reservation_id, &old, error))
        return FALSE;
    if (!reservation_state_is_open(old.reservation.state) || old.reservation.until_ms <= now_ms) {
        desk_set_error(error, DESK_ERROR_RESERVATION_OVER, "this reservation has ended");
        return FALSE;
    }
    if (g_str_equal(request->evse_key, old.reservation.evse_key)) {
        desk_set_error(error, DESK_ERROR_BAD_FIELD, "evse_key: that is where it is");
        return FALSE;
    }
    if (!find_evse(self, request->evse_key, &evse, &station, error)) {
        look_around_again(self, &old, now_ms);
        return FALSE;
    }
    whole.until_ms = old.reservation.until_ms;
    if (!fill_row(self, &row, vehicle_id, &whole, &evse, &station, now_ms, error))
        return FALSE;
    g_strlcpy(row.reservation.moved_from, reservation_id, sizeof row.reservation.moved_from);
    return make(self, &row, &old, sha256, now_ms, answer, first, error);
}

gboolean desk_reservation_cancel(Desk *self, const gchar *vehicle_id, const gchar *reservation_id,
                                 gint64 now_ms, Reservation *reservation, GError **error)
{
    ReservationRow row;

    if (!find_own(self, vehicle_id, reservation_id, &row, error) ||
        !desk_reservation_apply(self, &row, RESERVATION_EVENT_DRIVER_CANCEL, now_ms, error))
        return FALSE;
    *reservation = row.reservation;
    return TRUE;
}

gboolean desk_reservation(Desk *self, const gchar *vehicle_id, const gchar *reservation_id,
                          Reservation *reservation, GError **error)
{
    ReservationRow row;

    if (!find_own(self, vehicle_id, reservation_id, &row, error))
        return FALSE;
    *reservation = row.reservation;
    return TRUE;
}
