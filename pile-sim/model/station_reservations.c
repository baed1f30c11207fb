/* Station: reservations (OCPP 2.0.1 part 2, block H). Beyond the standard, a bay in which a car stands is
 * Occupied for ReserveNow: connector status alone would promise a place that is blocked.
 */
#include "pile-sim/model/station_internal.h"

/* How often a reservation's end is looked at, whatever the clocks do in between: the CSMS may set ours. */
#define LOOK_AGAIN_MS (30 * 1000)

static gboolean is_usable(const Evse *evse)
{
    return evse->operative && !evse->inoperative_when_idle && !evse->faulted;
}

static gboolean is_taken(const Evse *evse)
{
    return evse->plugged || evse->grant.token.present || evse->asked.token.present ||
           transaction_is_running(&evse->transaction);
}

/* EVSEs that a newcomer could use: neither in use nor promised. */
static guint n_free(Station *self, const Reservation *except)
{
    guint n = 0;

    for (guint i = 0; i < self->n_evses; i++) {
        const Evse *evse = &self->evses[i];
        const Reservation *promised = reservations_of_evse(&self->reservations, evse->id);

        n += is_usable(evse) && !is_taken(evse) && (promised == NULL || promised == except);
    }
    return n;
}

static gboolean is_blocked(const Evse *evse)
{
    return !evse->bay_broken && (evse->bay_occupied || evse->bay_sensed);
}

/* H01.FR.11-14. @old: (nullable): the reservation that this one replaces */
static OcppReserveNowStatus judge_evse(Station *self, const Evse *evse, const Reservation *old)
{
    const Reservation *promised = reservations_of_evse(&self->reservations, evse->id);

    if (evse->faulted)
        return OCPP_RESERVE_FAULTED;
    if (!is_usable(evse))
        return OCPP_RESERVE_UNAVAILABLE;
    if (old != NULL && old->evse_id == evse->id) /* it is theirs: their own car may stand there already */
        return OCPP_RESERVE_ACCEPTED;
    if (promised != NULL || is_taken(evse) || is_blocked(evse))
        return OCPP_RESERVE_OCCUPIED;
    /* H01.FR.07: whoever was promised any EVSE must still find one. */
    return n_free(self, old) > reservations_n_anywhere(&self->reservations, old) ? OCPP_RESERVE_ACCEPTED
                                                                                 : OCPP_RESERVE_OCCUPIED;
}

/* H01.FR.06-07, .14: any EVSE will do. The best of what stands in the way is told. */
static OcppReserveNowStatus judge_any(Station *self, const Reservation *old)
{
    guint n = 0, n_faulted = 0, n_unavailable = 0;

    for (guint i = 0; i < self->n_evses; i++) {
        const Evse *evse = &self->evses[i];
        const Reservation *promised = reservations_of_evse(&self->reservations, evse->id);

        n_faulted += evse->faulted;
        n_unavailable += !evse->faulted && !is_usable(evse);
        n += is_usable(evse) && !is_taken(evse) && !is_blocked(evse) && (promised == NULL || promised == old);
    }
    if (n > reservations_n_anywhere(&self->reservations, old))
        return OCPP_RESERVE_ACCEPTED;
    if (n_faulted == self->n_evses)
        return OCPP_RESERVE_FAULTED;
    return n_faulted + n_unavailable == self->n_evses ? OCPP_RESERVE_UNAVAILABLE : OCPP_RESERVE_OCCUPIED;
}

/* What the station never does, whatever its EVSEs do. Returns: NULL when it may do it */
static const gchar *objection(Station *self, const OcppReserveNowRequest *request, StationTime now)
{
    const Variables *v = &self->variables;

    if (self->boot.state != BOOT_ACCEPTED && !self->boot.was_accepted)
        return "NotAccepted";
    if (self->reset_when_idle || self->restart_at_ms != STATION_TIME_NEVER)
        return "ResetScheduled";
    if (!variables_get_boolean(v, VARIABLE_RESERVATION_ENABLED)) /* H01.FR.01 */
        return "NotEnabled";
    if (request->evse_id == 0 && !variables_get_boolean(v, VARIABLE_RESERVATION_NON_EVSE)) /* H01.FR.19 */
        return "EvseMissing";
    if (request->evse_id != 0 && station_evse(self, request->evse_id) == NULL)
        return "UnknownEvse";
    if (request->connector_type != 0 &&
        !g_str_equal(ocpp_connector_type_names[request->connector_type], STATION_CONNECTOR_TYPE))
        return "UnknownConnectorType";
    return request->expiry_ms <= now.unix_ms ? "Expired" : NULL;
}

static void answer(GArray *effects, const gchar *const *names, guint status, const gchar *reason)
{
    OcppStatusInfo info = {0};

    g_strlcpy(info.reason_code, reason, sizeof info.reason_code);
    effects_answer(effects, ocpp_status_to_json(names, status, &info));
}

void station_reserve_now(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppReserveNowRequest request = {0};
    const Reservation *old = NULL;
    Reservation wanted = {0};
    OcppReserveNowStatus status = OCPP_RESERVE_REJECTED;
    const gchar *reason = NULL;

    if (!ocpp_reserve_now_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    old = reservations_find(&self->reservations, request.id);
    reason = objection(self, &request, now);
    if (reason == NULL)
        status = request.evse_id != 0 ? judge_evse(self, station_evse(self, request.evse_id), old)
                                      : judge_any(self, old);
    wanted = (Reservation){.id = request.id,
                           .evse_id = request.evse_id,
                           .expiry_ms = request.expiry_ms,
                           .token = request.id_token,
                           .group = request.group_id_token};
    if (status == OCPP_RESERVE_ACCEPTED && !reservations_put(&self->reservations, &wanted)) {
        status = OCPP_RESERVE_REJECTED;
        reason = "NoMemory";
    }
    if (status == OCPP_RESERVE_ACCEPTED)
        self->reservations_changed = TRUE;
    if (reason == NULL && status == OCPP_RESERVE_OCCUPIED && request.evse_id != 0 &&
        !is_taken(station_evse(self, request.evse_id)) && is_blocked(station_evse(self, request.evse_id)))
        reason = "BayOccupied";
    answer(effects, ocpp_reserve_now_status_names, status, reason != NULL ? reason : "");
}

void station_cancel_reservation(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppCancelReservationRequest request = {0};
    Reservation *found = NULL;

    if (!ocpp_cancel_reservation_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    found = reservations_find(&self->reservations, request.reservation_id);
    answer(effects, ocpp_generic_status_names, found != NULL ? OCPP_GENERIC_ACCEPTED : OCPP_GENERIC_REJECTED,
           found != NULL ? "" : "NotFound"); /* H02.FR.01 */
    if (found == NULL)
        return;
    reservations_drop(&self->reservations, found);
    self->reservations_changed = TRUE;
}

gboolean station_may_use(Station *self, const Evse *evse, const OcppIdToken *token, const OcppIdToken *group)
{
    const Reservation *promised = reservations_of_evse(&self->reservations, evse->id);
    guint n_others = 0;

    if (promised != NULL)
        return reservation_admits(promised, token, group); /* H03.FR.01-03 */
    for (guint i = 0; i < reservations_n(&self->reservations); i++) {
        const Reservation *any = reservations_at(&self->reservations, i);

        if (any->state != RESERVATION_HELD || any->evse_id != 0)
            continue;
        if (reservation_admits(any, token, group))
            return TRUE; /* H03.FR.04 */
        n_others++;
    }
    /* A cable that is in already takes this EVSE from the free ones, whoever gets it. */
    return n_others == 0 || n_free(self, NULL) > n_others ||
           (evse->plugged && n_free(self, NULL) >= n_others);
}

void station_grant(Station *self, Evse *evse, const Grant *grant, const EvseTurn *turn)
{
    Grant with = *grant;
    Reservation *used = reservations_of_evse(&self->reservations, evse->id);

    for (guint i = 0; used == NULL && i < reservations_n(&self->reservations); i++) {
        Reservation *any = reservations_at(&self->reservations, i);

        if (any->state == RESERVATION_HELD && any->evse_id == 0 &&
            reservation_admits(any, &grant->token, &grant->group))
            used = any;
    }
    if (used != NULL) { /* used from here on: it can neither expire nor be cancelled any more */
        with.has_reservation_id = TRUE;
        with.reservation_id = used->id;
        reservations_drop(&self->reservations, used);
        self->reservations_changed = TRUE;
    }
    evse_grant(evse, &with, turn);
}

/* H01.FR.16-18, H04.FR.01: what the station itself has to end. */
static void end_some(Station *self, StationTime now)
{
    guint n_usable = 0, n_anywhere = 0;

    for (guint i = 0; i < self->n_evses; i++)
        n_usable += self->evses[i].operative && !self->evses[i].faulted;
    for (guint i = 0; i < reservations_n(&self->reservations); i++) {
        Reservation *reservation = reservations_at(&self->reservations, i);
        const Evse *evse = station_evse(self, reservation->evse_id);

        if (reservation->state != RESERVATION_HELD)
            continue;
        if (now.unix_ms >= reservation->expiry_ms)
            reservation->state = RESERVATION_EXPIRED;
        else if (reservation->evse_id != 0 && (evse == NULL || evse->faulted || !evse->operative))
            reservation->state = RESERVATION_REMOVED;
        else if (reservation->evse_id == 0 && ++n_anywhere > n_usable)
            reservation->state = RESERVATION_REMOVED;
        self->reservations_changed |= reservation->state != RESERVATION_HELD;
    }
}

/* H04.FR.01: kept until the CSMS has heard it, also over a lost connection and a restart. */
static void tell_some(Station *self)
{
    for (guint i = 0; i < reservations_n(&self->reservations); i++) {
        Reservation *reservation = reservations_at(&self->reservations, i);
        OcppReservationStatusUpdateRequest request = {.reservation_id = reservation->id};

        if (reservation->state == RESERVATION_HELD || reservation->telling ||
            self->boot.state != BOOT_ACCEPTED)
            continue;
        request.update =
            reservation->state == RESERVATION_EXPIRED ? OCPP_RESERVATION_EXPIRED : OCPP_RESERVATION_REMOVED;
        reservation->telling = TRUE;
        station_push(self, OCPP_ACTION_RESERVATION_STATUS_UPDATE,
                     ocpp_reservation_status_update_request_to_json(&request))
            ->reservation_id = reservation->id;
    }
}

/* H01.FR.20, .23-24: connectors of a promised EVSE are Reserved; all free ones when every one of them is
 * needed for those who were promised any. */
static void show_reserved(Station *self, const EvseTurn *turn)
{
    guint n_anywhere = reservations_n_anywhere(&self->reservations, NULL);
    gboolean all = n_anywhere > 0 && n_anywhere >= n_free(self, NULL);

    for (guint i = 0; i < self->n_evses; i++) {
        Evse *evse = &self->evses[i];
        gboolean promised = reservations_of_evse(&self->reservations, evse->id) != NULL;

        evse_set_reserved(evse, promised || (all && is_usable(evse) && !is_taken(evse)), turn);
    }
}

void station_follow_reservations(Station *self, StationTime now)
{
    EvseTurn turn = station_turn(self, now);

    end_some(self, now);
    tell_some(self); /* before the connector's new status (H04.FR.03) */
    show_reserved(self, &turn);
}

void station_reservation_told(Station *self, gint32 id)
{
    for (guint i = 0; i < reservations_n(&self->reservations); i++) {
        Reservation *reservation = reservations_at(&self->reservations, i);

        if (reservation->id != id || !reservation->telling)
            continue;
        reservations_drop(&self->reservations, reservation);
        self->reservations_changed = TRUE;
        return;
    }
}

void station_reservations_unheard(Station *self)
{
    for (guint i = 0; i < reservations_n(&self->reservations); i++)
        reservations_at(&self->reservations, i)->telling = FALSE;
}

gint64 station_reservations_due_ms(const Station *self, StationTime now)
{
    gint64 due_ms = STATION_TIME_NEVER;

    for (guint i = 0; i < self->reservations.list->len; i++) {
        const Reservation *reservation = &g_array_index(self->reservations.list, Reservation, i);

        if (reservation->state == RESERVATION_HELD)
            due_ms = MIN(due_ms, now.mono_ms + CLAMP(reservation->expiry_ms - now.unix_ms, 0, LOOK_AGAIN_MS));
    }
    return due_ms;
}
