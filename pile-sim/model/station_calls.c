/* Station: how its own calls ended: answered, refused, or left without an answer. */
#include "pile-sim/model/station_internal.h"
#include "protocol/ocpp_authorization.h"

static void hear_boot(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppBootNotificationResponse answer = {0};
    g_autofree gchar *interval = NULL;

    self->boot_call_id = 0;
    if (!ocpp_boot_notification_response_from_json(payload, &answer, &error)) {
        effects_note(effects, "BootNotification was answered with nonsense: %s", error->message);
        boot_failed(&self->boot, now.mono_ms);
        return;
    }
    boot_answered(&self->boot, &answer, variables_get_int(&self->variables, VARIABLE_HEARTBEAT_INTERVAL),
                  now.mono_ms);
    effects_simple(effects, EFFECT_SET_CLOCK, answer.current_time_ms);
    time_floor_hear_server(&self->offline.floor, answer.current_time_ms, now.boot_ms);
    effects_note(effects, "registration %s, interval %d s", ocpp_registration_status_names[answer.status],
                 answer.interval_s);
    if (answer.status != OCPP_REGISTRATION_ACCEPTED)
        return;
    interval = g_strdup_printf("%d", answer.interval_s);
    if (answer.interval_s > 0) /* B01.FR.04, a value outside our range keeps the old one */
        self->variables_changed |= variables_put(&self->variables, VARIABLE_HEARTBEAT_INTERVAL, interval);
    station_push_everything(self, now);
}

static void hear_authorize(Station *self, gint32 evse_id, JsonObject *payload, StationTime now,
                           GArray *effects)
{
    Evse *evse = station_evse(self, evse_id);
    OcppAuthorizeResponse answer = {0};
    EvseTurn turn = station_turn(self, now);
    Grant grant = {0};

    if (evse == NULL || !evse->asked.token.present)
        return;
    grant = evse->asked;
    if (grant.by_id) {
        if (ocpp_authorize_response_from_json(payload, &answer, NULL))
            station_cache(self, &grant.token, &answer.id_token_info, now);
        else
            answer.id_token_info.status = OCPP_AUTHORIZATION_UNKNOWN;
        station_end_asking(self, evse, &answer.id_token_info, now, effects);
        return;
    }
    evse->asked = (Grant){0};
    if (ocpp_authorize_response_from_json(payload, &answer, NULL) &&
        answer.id_token_info.status == OCPP_AUTHORIZATION_ACCEPTED && evse_may_grant(evse) &&
        station_may_use(self, evse, &grant.token, &grant.group))
        station_grant(self, evse, &grant, &turn);
    else
        effects_note(effects, "EVSE %d: the CSMS does not authorise the remote start", evse_id);
}

static void hear_event(Station *self, Evse *evse, const gchar *transaction_id,
                       const OcppTransactionEventResponse *answer, const EvseTurn *turn)
{
    const Grant *grant = &evse->transaction.grant;

    /* Only ids that were shown here: what an order or a code was started with must not open the pile again
     * (C10.FR.01 would keep them all). */
    if (grant->by_id && g_str_equal(evse->transaction.id, transaction_id))
        station_cache(self, &grant->token, &answer->id_token_info, turn->now);
    evse_hear(evse, transaction_id, answer, turn);
}

void station_answered(Station *self, gint64 call_id, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(OutboxEntry) entry = NULL;

    if (call_id != 0 && call_id == self->boot_call_id) {
        hear_boot(self, payload, now, effects);
        station_settle(self, now, effects);
        return;
    }
    entry = outbox_done(&self->outbox, call_id);
    if (entry == NULL)
        return;
    if (entry->durable)
        effects_dequeue(effects, entry->id);
    if (entry->action == OCPP_ACTION_TRANSACTION_EVENT) {
        OcppTransactionEventResponse answer = {0};
        EvseTurn turn = station_turn(self, now);

        if (ocpp_transaction_event_response_from_json(payload, &answer, NULL)) {
            for (guint i = 0; i < self->n_evses; i++)
                hear_event(self, &self->evses[i], entry->subject, &answer, &turn);
        }
    } else if (entry->action == OCPP_ACTION_AUTHORIZE) {
        hear_authorize(self, entry->evse_id, payload, now, effects);
    } else if (entry->action == OCPP_ACTION_RESERVATION_STATUS_UPDATE) {
        station_reservation_told(self, entry->reservation_id);
    } else if (entry->action == OCPP_ACTION_HEARTBEAT) {
        OcppHeartbeatResponse answer = {0};

        if (ocpp_heartbeat_response_from_json(payload, &answer, NULL)) {
            effects_simple(effects, EFFECT_SET_CLOCK, answer.current_time_ms);
            time_floor_hear_server(&self->offline.floor, answer.current_time_ms, now.boot_ms);
        }
    }
    station_settle(self, now, effects);
}

void station_call_failed(Station *self, gint64 call_id, gboolean refused, OcppErrorCode code, StationTime now,
                         GArray *effects)
{
    OutboxEntry *entry = outbox_in_flight(&self->outbox, call_id);
    gint64 interval_ms = variables_get_int(&self->variables, VARIABLE_MESSAGE_ATTEMPT_INTERVAL) * 1000;

    if (call_id != 0 && call_id == self->boot_call_id) {
        self->boot_call_id = 0;
        boot_failed(&self->boot, now.mono_ms);
    } else if (entry != NULL && entry->durable) {
        /* E13: wait longer after every refusal, then give up. Silence is no refusal: kept until answered. */
        entry->refused += refused;
        effects_note(effects, "TransactionEvent %" G_GINT64_FORMAT " %s (%u)", call_id,
                     refused ? ocpp_error_code_name(code) : "unanswered", entry->refused);
        if (entry->refused < variables_get_int(&self->variables, VARIABLE_MESSAGE_ATTEMPTS)) {
            outbox_postpone(&self->outbox, call_id, now.mono_ms + interval_ms * MAX(entry->refused, 1));
        } else {
            effects_dequeue(effects, call_id);
            outbox_entry_free(outbox_done(&self->outbox, call_id));
        }
    } else if (entry != NULL && entry->action == OCPP_ACTION_STATUS_NOTIFICATION &&
               (!refused || code == OCPP_ERROR_INTERNAL)) {
        /* It could not be stored, or nobody said so: what it tells is still so until a newer one is pushed.
         */
        entry->refused++;
        outbox_postpone(&self->outbox, call_id, now.mono_ms + interval_ms * MIN(entry->refused, 10));
        outbox_drop_outdone(&self->outbox);
    } else if (entry != NULL) {
        if (entry->action == OCPP_ACTION_AUTHORIZE && station_evse(self, entry->evse_id) != NULL)
            station_end_asking(self, station_evse(self, entry->evse_id), NULL, now, effects);
        if (entry->action == OCPP_ACTION_RESERVATION_STATUS_UPDATE) /* a CSMS that does not want to know */
            station_reservation_told(self, entry->reservation_id);
        outbox_entry_free(outbox_done(&self->outbox, call_id));
    }
    /* B01.FR.10: the CSMS does not know us (any more). */
    if (refused && code == OCPP_ERROR_SECURITY && self->boot.state == BOOT_ACCEPTED)
        boot_again(&self->boot, OCPP_BOOT_UNKNOWN, now.mono_ms);
    station_settle(self, now, effects);
}
