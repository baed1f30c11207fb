#include "tests/race/race_pile.h"

ConnectorStatus race_pile_status(const RacePile *self)
{
    if (self->faulted)
        return CONNECTOR_FAULTED;
    if (self->cable)
        return CONNECTOR_OCCUPIED;
    return self->held_number != 0 ? CONNECTOR_RESERVED : CONNECTOR_AVAILABLE;
}

static void add_event(RacePile *self, OcppTransactionEventType kind, gboolean timeout)
{
    RaceEvent *event = g_new0(RaceEvent, 1);

    event->kind = kind;
    event->seq = self->seq++;
    event->plugged = self->cable;
    event->timeout = timeout;
    event->remote_start_id = self->remote_start_id;
    g_strlcpy(event->transaction_id, self->transaction_id, sizeof event->transaction_id);
    g_strlcpy(event->token, self->token, sizeof event->token);
    g_queue_push_tail(&self->events, event);
    self->charging = kind != OCPP_TRANSACTION_ENDED;
}

static gboolean reserve(RacePile *self, const RaceCall *call)
{
    if (self->faulted || self->cable || self->charging || self->bay ||
        (self->held_number != 0 && self->held_number != call->number))
        return FALSE;
    self->held_number = call->number;
    self->held_until_ms = call->until_ms;
    g_strlcpy(self->held_id, call->id, sizeof self->held_id);
    g_strlcpy(self->held_token, call->token, sizeof self->held_token);
    return TRUE;
}

static gboolean start(RacePile *self, const RaceCall *call, gint64 now_ms)
{
    if (self->charging)
        return self->remote_start_id == call->number; /* the same wish again */
    if (self->faulted || (self->held_number != 0 && !g_str_equal(self->held_token, call->token)))
        return FALSE;
    self->held_number = 0; /* used up */
    self->held_id[0] = '\0';
    self->remote_start_id = call->number;
    self->seq = 0;
    self->started_ms = now_ms;
    g_strlcpy(self->token, call->token, sizeof self->token);
    g_snprintf(self->transaction_id, sizeof self->transaction_id, "tx-%u-%d", self->point,
               ++self->last_transaction);
    add_event(self, OCPP_TRANSACTION_STARTED, FALSE);
    return TRUE;
}

gboolean race_pile_obey(RacePile *self, const RaceCall *call, gint64 now_ms)
{
    switch (call->kind) {
    case RACE_CALL_RESERVE:
        return reserve(self, call);
    case RACE_CALL_CANCEL:
        if (self->held_number != call->number)
            return FALSE;
        self->held_number = 0;
        self->held_id[0] = '\0';
        return TRUE;
    case RACE_CALL_START:
        return start(self, call, now_ms);
    default:
        if (!self->charging || !g_str_equal(self->transaction_id, call->id))
            return FALSE;
        add_event(self, OCPP_TRANSACTION_ENDED, FALSE);
        return TRUE;
    }
}

gboolean race_pile_tick(RacePile *self, gint64 now_ms)
{
    if (self->charging && !self->cable && now_ms >= self->started_ms + 180 * 1000)
        add_event(self, OCPP_TRANSACTION_ENDED, TRUE);
    if (self->held_number == 0 || now_ms < self->held_until_ms)
        return FALSE;
    self->held_number = 0;
    self->held_id[0] = '\0';
    return TRUE;
}

void race_pile_plug(RacePile *self, gboolean in)
{
    self->cable = in;
    if (self->charging)
        add_event(self, in ? OCPP_TRANSACTION_UPDATED : OCPP_TRANSACTION_ENDED, FALSE);
}
