/* Reservation rules: which state follows which event, what it costs, and what the pile must be told. Pure.
 * Two things are kept apart: what the driver has been promised (the state), and what the pile may keep (the
 * hold). A promise ends at once; a hold ends when the pile has surely let go. A pair that is not in the table
 * is a late or repeated message: nothing moves. States: protocol/README.md, section 2; OCPP 2.0.1 part 2,
 * block H.
 */
#pragma once

#include "protocol/api_reservation.h"

/* A driver is not left waiting for a pile that does not answer. */
#define RESERVATION_ANSWER_MS (30 * 1000)
/* An unanswered call to a pile that is connected is repeated after this. */
#define RESERVATION_RETRY_MS (15 * 1000)
/* After that many calls in vain the pile is asked again only when it reconnects. */
#define RESERVATION_MAX_ATTEMPTS 10
/* A pile whose clock runs ahead ends a reservation early by this much, and that still is the end. */
#define RESERVATION_CLOCK_SLACK_MS (60 * 1000)

typedef enum {
    PILE_HOLD_NONE,    /* the pile surely keeps nothing */
    PILE_HOLD_PERHAPS, /* ReserveNow was sent, its answer is not in */
    PILE_HOLD_SURE,    /* accepted */
} PileHold;

typedef enum {
    RESERVATION_EVENT_ACCEPTED, /* ReserveNow: Accepted */
    RESERVATION_EVENT_REFUSED,  /* ReserveNow: anything else */
    RESERVATION_EVENT_BAY_TAKEN,
    RESERVATION_EVENT_BAY_FREE,
    RESERVATION_EVENT_ARRIVED, /* its vehicle has scanned the pile */
    RESERVATION_EVENT_ORDERED,
    RESERVATION_EVENT_DRIVER_CANCEL,
    RESERVATION_EVENT_MOVED,
    RESERVATION_EVENT_REMOVED,      /* ReservationStatusUpdate Removed */
    RESERVATION_EVENT_PILE_EXPIRED, /* ReservationStatusUpdate Expired */
    RESERVATION_EVENT_FAULT,        /* the EVSE is Faulted or Unavailable (H01.FR.16, 17) */
    RESERVATION_EVENT_DEADLINE,     /* reservation_rules_due_ms() has come */
    RESERVATION_N_EVENTS
} ReservationEvent;

typedef enum {
    RESERVATION_EFFECT_NONE = 0,
    RESERVATION_EFFECT_RELEASE = 1 << 0,     /* CancelReservation, if the pile may keep anything */
    RESERVATION_EFFECT_LOOK_AROUND = 1 << 1, /* find an alternative, before it is told */
    RESERVATION_EFFECT_CHARGE = 1 << 2,      /* make the receipt of a no-show */
} ReservationEffects;

/* Returns: FALSE when the pair is not in the table */
gboolean reservation_rules_next(ReservationState *state, ReservationEvent event, ReservationEffects *effects);

/**
 * reservation_rules_apply:
 * @hold: before @event
 * @reachable: the pile is connected now: only then it could have served a driver who came
 * @effects: (out): what to do once it is stored
 *
 * Returns: TRUE when the snapshot changed (the caller stores it and tells the car)
 */
gboolean reservation_rules_apply(Reservation *reservation, ReservationEvent event, PileHold hold,
                                 gboolean reachable, gint64 now_ms, ReservationEffects *effects);

/* The answer that the pile gave changes what it may keep, whatever became of the promise meanwhile. */
PileHold reservation_rules_hold(PileHold hold, ReservationEvent event, gint attempts);

/* What the pile is to be told when it can be told something. */
typedef enum { RESERVATION_TELL_NOTHING, RESERVATION_TELL_RESERVE, RESERVATION_TELL_CANCEL } ReservationTell;
/* @order_open: the order that uses it has not come to a transaction or an end */
ReservationTell reservation_rules_tell(const Reservation *reservation, PileHold hold, gboolean order_open);

/* When somebody must look at it again though nothing came in; 0: never. @told_ms: last call to the pile, 0:
 * none
 */
gint64 reservation_rules_due_ms(const Reservation *reservation, PileHold hold, gint attempts, gint64 told_ms);
