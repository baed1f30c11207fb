/* Station: what the CSMS asks it to do (OCPP 2.0.1 part 2, blocks E14, F, G03-G04, B11-B12). */
#include "pile-sim/model/station_internal.h"
#include "protocol/ocpp_authorization.h"
#include "protocol/ocpp_data_transfer.h"
#include "protocol/ocpp_meter.h"

void station_refuse(GArray *effects, const GError *error)
{
    effects_refuse(effects, error->domain == OCPP_ERROR ? (OcppErrorCode)error->code : OCPP_ERROR_INTERNAL,
                   error->message);
}

static void answer_start(GArray *effects, OcppRequestStatus status, const gchar *reason,
                         const gchar *transaction_id)
{
    OcppRequestStartResponse answer = {.status = status};

    g_strlcpy(answer.status_info.reason_code, reason, sizeof answer.status_info.reason_code);
    g_strlcpy(answer.transaction_id, transaction_id, sizeof answer.transaction_id);
    effects_answer(effects, ocpp_request_start_response_to_json(&answer));
}

/* The same remote start, asked for again: a lost answer, or a CSMS that repeats itself. */
static gboolean is_repeated(const Grant *known, const OcppRequestStartRequest *request)
{
    if (!known->token.present || !ocpp_id_token_equal(&known->token, &request->id_token))
        return FALSE;
    if (known->order.present && request->order.present)
        return g_str_equal(known->order.order_id, request->order.order_id);
    return known->has_remote_start_id && known->remote_start_id == request->remote_start_id;
}

/* Returns: TRUE when the request was answered, because it repeats what is running or has run. */
static gboolean answer_repeated(Station *self, const OcppRequestStartRequest *request, GArray *effects)
{
    for (guint i = 0; i < self->n_evses; i++) {
        const Evse *evse = &self->evses[i];

        if (is_repeated(&evse->grant, request) || is_repeated(&evse->asked, request) ||
            (transaction_is_running(&evse->transaction) && is_repeated(&evse->transaction.grant, request))) {
            answer_start(effects, OCPP_REQUEST_ACCEPTED, "", evse->transaction.id);
            return TRUE;
        }
    }
    for (guint i = 0; request->order.present && i < self->n_evses; i++) {
        const Evse *evse = &self->evses[i]; /* started by the order's own code while we were away */

        if (!transaction_is_running(&evse->transaction) ||
            !g_str_equal(grant_order_id(&evse->transaction.grant), request->order.order_id))
            continue;
        answer_start(effects, OCPP_REQUEST_ACCEPTED, "", evse->transaction.id);
        return TRUE;
    }
    /* remoteStartId alone says nothing about the past: many a CSMS counts anew after a restart. */
    for (guint i = 0; request->order.present && i < MIN(self->n_orders_ever, STATION_KNOWN_ORDERS); i++) {
        if (!g_str_equal(self->orders[i].order_id, request->order.order_id))
            continue;
        answer_start(effects, OCPP_REQUEST_REJECTED, "OrderHasEnded", self->orders[i].transaction_id);
        return TRUE;
    }
    return FALSE;
}

/* The EVSE that is asked for; without a number the one that is reserved for this token, else the one with a
 * waiting cable, else the first free. */
static Evse *choose_evse(Station *self, const OcppRequestStartRequest *request, const gchar **why)
{
    gint32 evse_id = request->evse_id;
    Evse *free_evse = NULL;
    gboolean is_theirs = FALSE, reserved = FALSE;

    *why = "UnknownEvse";
    if (evse_id != 0 && station_evse(self, evse_id) == NULL)
        return NULL;
    for (guint i = 0; i < self->n_evses; i++) {
        Evse *evse = &self->evses[i];

        if ((evse_id != 0 && evse->id != evse_id) || !evse_may_grant(evse) || evse->asked.token.present)
            continue;
        if (!station_may_use(self, evse, &request->id_token, &request->group_id_token)) {
            reserved = TRUE; /* F01.FR.21, F02.FR.23 */
            continue;
        }
        if (free_evse == NULL || (evse->plugged && !free_evse->plugged && !is_theirs) ||
            (!is_theirs && reservations_of_evse(&self->reservations, evse->id) != NULL)) {
            free_evse = evse;
            is_theirs = reservations_of_evse(&self->reservations, evse->id) != NULL;
        }
    }
    if (free_evse != NULL || evse_id == 0 || reserved) {
        *why = reserved ? "Reserved" : "NoFreeEvse";
        return free_evse;
    }
    *why = station_evse(self, evse_id)->faulted      ? "Faulted"
           : !station_evse(self, evse_id)->operative ? "Unavailable"
                                                     : "TxInProgress";
    return NULL;
}

void station_request_start(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppRequestStartRequest request = {0};
    EvseTurn turn = station_turn(self, now);
    const gchar *why = NULL;
    Evse *evse = NULL;
    Grant grant = {0};

    if (!ocpp_request_start_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    /* F01/F02 are for an accepted station only (B02.FR.05). */
    if (self->boot.state != BOOT_ACCEPTED && !self->boot.was_accepted) {
        answer_start(effects, OCPP_REQUEST_REJECTED, "NotAccepted", "");
        return;
    }
    if (self->reset_when_idle || self->restart_at_ms != STATION_TIME_NEVER) {
        answer_start(effects, OCPP_REQUEST_REJECTED, "ResetScheduled", "");
        return;
    }
    for (guint i = 0; i < self->n_evses; i++) /* a plug that is overdue no longer holds its EVSE */
        evse_advance(&self->evses[i], &turn);
    if (answer_repeated(self, &request, effects))
        return;
    evse = choose_evse(self, &request, &why);
    if (evse != NULL && request.charging_profile.present)
        why = station_limit_next(self, evse, &request.charging_profile);
    else if (evse != NULL)
        why = NULL;
    if (why != NULL) { /* F01.FR.10: a profile that cannot be followed must not be dropped silently */
        answer_start(effects, OCPP_REQUEST_REJECTED, why, "");
        return;
    }
    grant = (Grant){
        .token = request.id_token,
        .has_remote_start_id = TRUE,
        .remote_start_id = request.remote_start_id,
        .group = request.group_id_token,
        .order = request.order,
    };
    grant.token.present = TRUE;
    /* F01.FR.13: the id of a transaction that the plug began; one that this request begins is told by its
     * Started event. */
    answer_start(effects, OCPP_REQUEST_ACCEPTED, "", evse->transaction.id);
    if (variables_get_boolean(&self->variables, VARIABLE_AUTHORIZE_REMOTE_START)) {
        OcppAuthorizeRequest authorize = {.id_token = grant.token};

        evse->asked = grant;
        station_push(self, OCPP_ACTION_AUTHORIZE, ocpp_authorize_request_to_json(&authorize))->evse_id =
            evse->id;
        return;
    }
    station_grant(self, evse, &grant, &turn);
}

void station_request_stop(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppRequestStopRequest request = {0};
    OcppRequestStopResponse answer = {.status = OCPP_REQUEST_REJECTED};
    EvseTurn turn = station_turn(self, now);
    Evse *found = NULL;

    if (!ocpp_request_stop_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    for (guint i = 0; i < self->n_evses; i++) {
        evse_advance(&self->evses[i], &turn); /* it may end by itself in the time that has passed */
        if (transaction_is_running(&self->evses[i].transaction) &&
            g_str_equal(self->evses[i].transaction.id, request.transaction_id))
            found = &self->evses[i];
    }
    if (found != NULL)
        answer.status = OCPP_REQUEST_ACCEPTED;
    else
        g_strlcpy(answer.status_info.reason_code, "TxNotFound", sizeof answer.status_info.reason_code);
    effects_answer(effects, ocpp_request_stop_response_to_json(&answer));
    if (found != NULL)
        evse_revoke(found, OCPP_TRIGGER_REMOTE_STOP, OCPP_STOPPED_REMOTE, &turn);
}

void station_get_transaction_status(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppGetTransactionStatusRequest request = {0};
    OcppGetTransactionStatusResponse answer = {0};
    gboolean one = FALSE;

    if (!ocpp_get_transaction_status_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    one = request.transaction_id[0] != '\0';
    answer.has_ongoing_indicator = one;
    for (guint i = 0; one && i < self->n_evses; i++) {
        answer.ongoing_indicator |= transaction_is_running(&self->evses[i].transaction) &&
                                    g_str_equal(self->evses[i].transaction.id, request.transaction_id);
    }
    answer.messages_in_queue = outbox_n_durable(&self->outbox, one ? request.transaction_id : NULL) > 0;
    effects_answer(effects, ocpp_get_transaction_status_response_to_json(&answer));
}

void station_unlock_connector(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppUnlockConnectorRequest request = {0};
    OcppUnlockConnectorResponse answer = {.status = OCPP_UNLOCK_UNLOCKED};
    const Evse *evse = NULL;

    if (!ocpp_unlock_connector_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    evse = station_evse(self, request.evse_id);
    if (evse == NULL || request.connector_id != 1)
        answer.status = OCPP_UNLOCK_UNKNOWN_CONNECTOR;
    else if (evse->grant.token.present && transaction_is_running(&evse->transaction)) /* F05.FR.02 */
        answer.status = OCPP_UNLOCK_ONGOING_AUTHORIZED_TRANSACTION;
    effects_answer(effects, ocpp_unlock_connector_response_to_json(&answer));
}

void station_change_availability(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppChangeAvailabilityRequest request = {0};
    OcppChangeAvailabilityResponse answer = {.status = OCPP_CHANGE_AVAILABILITY_ACCEPTED};
    EvseTurn turn = station_turn(self, now);

    if (!ocpp_change_availability_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    if (request.evse.present &&
        (station_evse(self, request.evse.id) == NULL || request.evse.connector_id > 1))
        answer.status = OCPP_CHANGE_AVAILABILITY_REJECTED;
    for (guint i = 0; i < self->n_evses && answer.status != OCPP_CHANGE_AVAILABILITY_REJECTED; i++) {
        Evse *evse = &self->evses[i];

        if (request.evse.present && evse->id != request.evse.id)
            continue;
        if (!evse_set_operative(evse, request.operational_status == OCPP_OPERATIVE, &turn))
            answer.status = OCPP_CHANGE_AVAILABILITY_SCHEDULED; /* G03.FR.05 */
    }
    effects_answer(effects, ocpp_change_availability_response_to_json(&answer));
}

void station_reset(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppResetRequest request = {0};
    OcppResetResponse answer = {.status = OCPP_RESET_ACCEPTED};
    Evse *one = NULL;
    EvseTurn turn = station_turn(self, now);

    if (!ocpp_reset_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    one = station_evse(self, request.evse_id);
    if (request.evse_id != 0 && one == NULL) {
        answer.status = OCPP_RESET_REJECTED;
        g_strlcpy(answer.status_info.reason_code, "UnknownEvse", sizeof answer.status_info.reason_code);
    } else if (one != NULL) {
        one->reset_when_idle = TRUE; /* which is now, after an immediate one has ended what runs */
        if (request.type == OCPP_RESET_ON_IDLE &&
            (transaction_is_running(&one->transaction) || one->grant.token.present))
            answer.status = OCPP_RESET_SCHEDULED;
    } else if (request.type == OCPP_RESET_ON_IDLE && !station_is_idle(self)) {
        answer.status = OCPP_RESET_SCHEDULED;
        self->reset_when_idle = TRUE;
    } else {
        self->restart_at_ms = now.mono_ms + STATION_RESTART_DELAY_MS;
        self->restart_reason = OCPP_BOOT_REMOTE_RESET;
        self->reset_when_idle = FALSE; /* one that was scheduled before is done with it */
    }
    effects_answer(effects, ocpp_reset_response_to_json(&answer));
    for (guint i = 0; answer.status == OCPP_RESET_ACCEPTED && i < self->n_evses; i++) {
        Evse *evse = &self->evses[i];

        if (one != NULL && one != evse)
            continue;
        if (transaction_is_running(&evse->transaction)) /* B12.FR.04 */
            evse_end(evse, OCPP_TRIGGER_RESET_COMMAND, OCPP_STOPPED_IMMEDIATE_RESET, &turn);
        else if (evse->grant.token.present)
            evse_revoke(evse, OCPP_TRIGGER_RESET_COMMAND, OCPP_STOPPED_IMMEDIATE_RESET, &turn);
    }
}

/* P01.FR.02: nobody's own messages are known here. */
void station_data_transfer(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    g_auto(OcppDataTransferRequest) request = {0};
    OcppDataTransferResponse answer = {.status = OCPP_DATA_TRANSFER_UNKNOWN_VENDOR_ID};

    if (!ocpp_data_transfer_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    effects_answer(effects, ocpp_data_transfer_response_to_json(&answer));
}
