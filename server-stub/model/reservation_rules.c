#include "server-stub/model/reservation_rules.h"

static const struct {
    ReservationState from;
    ReservationEvent on;
    ReservationState to;
    ReservationEffects effects;
} transitions[] = {
    {RESERVATION_REQUESTED, RESERVATION_EVENT_ACCEPTED, RESERVATION_HELD, 0},
    {RESERVATION_REQUESTED, RESERVATION_EVENT_REFUSED, RESERVATION_REFUSED, RESERVATION_EFFECT_RELEASE},
    {RESERVATION_REQUESTED, RESERVATION_EVENT_BAY_TAKEN, RESERVATION_TAKEN, RESERVATION_EFFECT_LOOK_AROUND},
    {RESERVATION_REQUESTED, RESERVATION_EVENT_ARRIVED, RESERVATION_REQUESTED, 0},
    {RESERVATION_REQUESTED, RESERVATION_EVENT_ORDERED, RESERVATION_USED, 0},
    {RESERVATION_REQUESTED, RESERVATION_EVENT_DRIVER_CANCEL, RESERVATION_CANCELLED,
     RESERVATION_EFFECT_RELEASE},
    {RESERVATION_REQUESTED, RESERVATION_EVENT_MOVED, RESERVATION_MOVED, RESERVATION_EFFECT_RELEASE},
    {RESERVATION_REQUESTED, RESERVATION_EVENT_REMOVED, RESERVATION_CANCELLED, RESERVATION_EFFECT_RELEASE},
    {RESERVATION_REQUESTED, RESERVATION_EVENT_PILE_EXPIRED, RESERVATION_CANCELLED,
     RESERVATION_EFFECT_RELEASE},
    {RESERVATION_REQUESTED, RESERVATION_EVENT_FAULT, RESERVATION_CANCELLED, RESERVATION_EFFECT_RELEASE},
    {RESERVATION_REQUESTED, RESERVATION_EVENT_DEADLINE, RESERVATION_REFUSED, RESERVATION_EFFECT_RELEASE},

    {RESERVATION_HELD, RESERVATION_EVENT_REFUSED, RESERVATION_REFUSED, RESERVATION_EFFECT_RELEASE},
    {RESERVATION_HELD, RESERVATION_EVENT_BAY_TAKEN, RESERVATION_TAKEN, RESERVATION_EFFECT_LOOK_AROUND},
    {RESERVATION_HELD, RESERVATION_EVENT_ARRIVED, RESERVATION_HELD, 0},
    {RESERVATION_HELD, RESERVATION_EVENT_ORDERED, RESERVATION_USED, 0},
    {RESERVATION_HELD, RESERVATION_EVENT_DRIVER_CANCEL, RESERVATION_CANCELLED, RESERVATION_EFFECT_RELEASE},
    {RESERVATION_HELD, RESERVATION_EVENT_MOVED, RESERVATION_MOVED, RESERVATION_EFFECT_RELEASE},
    {RESERVATION_HELD, RESERVATION_EVENT_REMOVED, RESERVATION_CANCELLED, RESERVATION_EFFECT_RELEASE},
    {RESERVATION_HELD, RESERVATION_EVENT_PILE_EXPIRED, RESERVATION_EXPIRED, RESERVATION_EFFECT_CHARGE},
    {RESERVATION_HELD, RESERVATION_EVENT_FAULT, RESERVATION_CANCELLED, RESERVATION_EFFECT_RELEASE},
    {RESERVATION_HELD, RESERVATION_EVENT_DEADLINE, RESERVATION_EXPIRED,
     RESERVATION_EFFECT_RELEASE | RESERVATION_EFFECT_CHARGE},

    /* The pile may still answer, and the driver may still turn out to be the one who stands there. */
    {RESERVATION_TAKEN, RESERVATION_EVENT_REFUSED, RESERVATION_REFUSED, RESERVATION_EFFECT_RELEASE},
    {RESERVATION_TAKEN, RESERVATION_EVENT_BAY_FREE, RESERVATION_HELD, 0},
    {RESERVATION_TAKEN, RESERVATION_EVENT_ARRIVED, RESERVATION_HELD, 0},
    {RESERVATION_TAKEN, RESERVATION_EVENT_ORDERED, RESERVATION_USED, 0},
    {RESERVATION_TAKEN, RESERVATION_EVENT_DRIVER_CANCEL, RESERVATION_CANCELLED, RESERVATION_EFFECT_RELEASE},
    {RESERVATION_TAKEN, RESERVATION_EVENT_MOVED, RESERVATION_MOVED, RESERVATION_EFFECT_RELEASE},
    {RESERVATION_TAKEN, RESERVATION_EVENT_REMOVED, RESERVATION_CANCELLED, RESERVATION_EFFECT_RELEASE},
    {RESERVATION_TAKEN, RESERVATION_EVENT_PILE_EXPIRED, RESERVATION_EXPIRED, 0},
    {RESERVATION_TAKEN, RESERVATION_EVENT_FAULT, RESERVATION_CANCELLED, RESERVATION_EFFECT_RELEASE},
    {RESERVATION_TAKEN, RESERVATION_EVENT_DEADLINE, RESERVATION_EXPIRED, RESERVATION_EFFECT_RELEASE},
};

gboolean reservation_rules_next(ReservationState *state, ReservationEvent event, ReservationEffects *effects)
{
    *effects = RESERVATION_EFFECT_NONE;
    for (gsize i = 0; i < G_N_ELEMENTS(transitions); i++) {
        if (transitions[i].from != *state || transitions[i].on != event)
            continue;
        *state = transitions[i].to;
        *effects = transitions[i].effects;
        return TRUE;
    }
    return FALSE;
}

static ReservationReason reason_for(ReservationEvent event, ReservationState before)
{
    switch (event) {
    case RESERVATION_EVENT_BAY_TAKEN:
        return RESERVATION_REASON_BAY_OCCUPIED;
    case RESERVATION_EVENT_REFUSED:
        return RESERVATION_REASON_PILE_REFUSED;
    case RESERVATION_EVENT_DRIVER_CANCEL:
        return RESERVATION_REASON_BY_DRIVER;
    case RESERVATION_EVENT_REMOVED:
        return RESERVATION_REASON_PILE_CANCELLED;
    case RESERVATION_EVENT_FAULT:
        return RESERVATION_REASON_PILE_FAULT;
    case RESERVATION_EVENT_PILE_EXPIRED:
    case RESERVATION_EVENT_DEADLINE:
        return before == RESERVATION_REQUESTED ? RESERVATION_REASON_PILE_UNREACHABLE
               : before == RESERVATION_TAKEN   ? RESERVATION_REASON_BAY_OCCUPIED
                                               : RESERVATION_REASON_NO_SHOW;
    default:
        return RESERVATION_REASON_NONE;
    }
}

/* A pile whose clock runs far ahead has ended it too early: the driver had time left, and pays nothing. */
static ReservationEvent as_it_was(const Reservation *r, ReservationEvent event, gint64 now_ms)
{
    return event == RESERVATION_EVENT_PILE_EXPIRED && now_ms < r->until_ms - RESERVATION_CLOCK_SLACK_MS
               ? RESERVATION_EVENT_REMOVED
               : event;
}

gboolean reservation_rules_apply(Reservation *r, ReservationEvent said, PileHold hold, gboolean reachable,
                                 gint64 now_ms, ReservationEffects *effects)
{
    ReservationEvent event = as_it_was(r, said, now_ms);
    ReservationState before = r->state;
    gboolean had_arrived = r->arrived;

    *effects = RESERVATION_EFFECT_NONE;
    /* The bay of a driver who has scanned this pile is taken by himself. */
    if (event == RESERVATION_EVENT_BAY_TAKEN && r->arrived)
        return FALSE;
    if (!reservation_rules_next(&r->state, event, effects))
        return FALSE;
    if (before == RESERVATION_TAKEN && r->state == RESERVATION_HELD && hold != PILE_HOLD_SURE)
        r->state = RESERVATION_REQUESTED; /* the bay is right again, but the pile has not answered yet */
    if (event == RESERVATION_EVENT_ARRIVED)
        r->arrived = TRUE;
    if (r->state == before && r->arrived == had_arrived)
        return FALSE;
    r->reason = reason_for(event, before);
    if (r->state != RESERVATION_TAKEN)
        r->has_alternative = FALSE;
    if (*effects & RESERVATION_EFFECT_CHARGE) {
        gboolean kept = reachable && hold == PILE_HOLD_SURE;

        if (!kept) /* a driver who came could not have been served */
            r->reason = RESERVATION_REASON_PILE_UNREACHABLE;
        if (!kept || r->arrived || r->no_show_minor <= 0)
            *effects &= ~(guint)RESERVATION_EFFECT_CHARGE;
    }
    r->updated_ms = MAX(now_ms, r->updated_ms);
    return TRUE;
}

PileHold reservation_rules_hold(PileHold hold, ReservationEvent event, gint attempts)
{
    switch (event) {
    case RESERVATION_EVENT_ACCEPTED:
        return PILE_HOLD_SURE;
    case RESERVATION_EVENT_REFUSED:
        /* An earlier call, whose answer was lost, may have been accepted. */
        return attempts <= 1 ? PILE_HOLD_NONE : PILE_HOLD_PERHAPS;
    case RESERVATION_EVENT_REMOVED:
    case RESERVATION_EVENT_PILE_EXPIRED:
        return PILE_HOLD_NONE;
    default:
        return hold;
    }
}

ReservationTell reservation_rules_tell(const Reservation *r, PileHold hold, gboolean order_open)
{
    if (reservation_state_is_open(r->state))
        return hold == PILE_HOLD_SURE ? RESERVATION_TELL_NOTHING : RESERVATION_TELL_RESERVE;
    /* The pile needs it to let the order's idToken in; the transaction uses it up there. */
    if (hold == PILE_HOLD_NONE || (r->state == RESERVATION_USED && order_open))
        return RESERVATION_TELL_NOTHING;
    return RESERVATION_TELL_CANCEL;
}

gint64 reservation_rules_due_ms(const Reservation *r, PileHold hold, gint attempts, gint64 told_ms)
{
    gint64 end_ms = 0;
    gboolean in_vain = attempts >= RESERVATION_MAX_ATTEMPTS;
    gint64 again_ms = told_ms > 0 && !in_vain ? told_ms + RESERVATION_RETRY_MS : 0;

    if (r->state == RESERVATION_REQUESTED)
        end_ms = r->created_ms + RESERVATION_ANSWER_MS;
    else if (reservation_state_is_open(r->state))
        end_ms = r->until_ms;
    if (end_ms > 0)
        return again_ms > 0 && hold != PILE_HOLD_SURE ? MIN(end_ms, again_ms) : end_ms;
    return hold != PILE_HOLD_NONE ? again_ms : 0;
}
