/* Journey: the table of states, events and effects between reverse gear and receipt. Pure.
 * The caller persists the new state, then carries out the effects. A pair that has no row is a late or
 * repeated message: nothing moves; tests/daemon/journey_table.c lists every such pair with the reason
 * why ignoring it is right.
 */
#pragma once

#include <glib.h>

typedef enum {
    JOURNEY_IDLE,
    JOURNEY_SCANNING,     /* camera on, no pile chosen */
    JOURNEY_LOOKING_UP,   /* a pile is chosen; the server is being asked about it */
    JOURNEY_OFFERED,      /* price and trust are known; nothing is ordered */
    JOURNEY_ORDERING,     /* the order may have reached the server; from here on it belongs to somebody */
    JOURNEY_WAITING_PLUG, /* the pile accepted and waits for the cable */
    JOURNEY_CHARGING,
    JOURNEY_SETTLING,   /* transaction over, receipt pending */
    JOURNEY_CANCELLING, /* cancel wanted; left only when the server says how the order ended */
    JOURNEY_DONE,       /* receipt in hand */
    JOURNEY_FAILED,     /* the driver must see why */
    JOURNEY_CODE,       /* the pile is away: the order goes on as an offline code, asked for or in hand */
    JOURNEY_N_STATES
} JourneyState;

typedef enum {
    /* gear_policy */
    JOURNEY_EVENT_REVERSE,
    JOURNEY_EVENT_LOOK_ENDED,
    JOURNEY_EVENT_DROVE_OFF,
    JOURNEY_EVENT_GEAR_LOST,
    /* scan_policy and lookup */
    JOURNEY_EVENT_CODE_CONFIRMED, /* a pile was chosen, or another one instead */
    JOURNEY_EVENT_LOOK_UP_DUE,    /* the lookup failed on the way, its back-off is over */
    JOURNEY_EVENT_OFFER,
    JOURNEY_EVENT_LOOK_UP_REFUSED,
    JOURNEY_EVENT_OFFER_STALE, /* scan_ref is about to expire: ask again */
    JOURNEY_EVENT_OFFER_OVER,  /* asked again often enough; the driver is not interested */
    JOURNEY_EVENT_OFFER_DUE,   /* the pile on offer was away: is it back? */
    /* driver, or the driver's stored consent */
    JOURNEY_EVENT_ORDER_WANTED,
    JOURNEY_EVENT_CANCEL_WANTED, /* also: dismiss what is shown */
    JOURNEY_EVENT_STOP_WANTED,
    /* what the server says about our order, by answer or by stream */
    JOURNEY_EVENT_ORDER_REFUSED, /* final refusal of the request: no such order exists */
    JOURNEY_EVENT_PILE_AWAY,     /* likewise, because the server cannot reach the pile just now */
    JOURNEY_EVENT_CANCEL_REFUSED,
    JOURNEY_EVENT_REQUESTED,
    JOURNEY_EVENT_ACCEPTED,
    JOURNEY_EVENT_CHARGING,
    JOURNEY_EVENT_ENDED,
    JOURNEY_EVENT_SETTLED,
    JOURNEY_EVENT_CLOSED,       /* rejected, expired or cancelled: over without a transaction */
    JOURNEY_EVENT_CODE_WANTED,  /* driver or stored consent: a code, for the offer or for the order under way
                                 */
    JOURNEY_EVENT_CODE_REFUSED, /* the order that was to become a code goes on as it was */
    JOURNEY_EVENT_CODE_ISSUED,
    JOURNEY_N_EVENTS
} JourneyEvent;

typedef enum {
    JOURNEY_EFFECT_CAMERA_ON = 1 << 0, /* camera effects are idempotent */
    JOURNEY_EFFECT_CAMERA_OFF = 1 << 1,
    JOURNEY_EFFECT_LOOK_UP = 1 << 2, /* replaces a lookup in flight */
    JOURNEY_EFFECT_DROP_LOOK_UP = 1 << 3,
    JOURNEY_EFFECT_PLACE_ORDER = 1 << 4, /* makes client_ref and the outbox row */
    JOURNEY_EFFECT_CANCEL_ORDER = 1 << 5,
    JOURNEY_EFFECT_STOP_ORDER = 1 << 6,
    JOURNEY_EFFECT_FOLLOW = 1 << 7, /* event stream on */
    JOURNEY_EFFECT_UNFOLLOW = 1 << 8,
    JOURNEY_EFFECT_KEEP_RECEIPT = 1 << 9,
    JOURNEY_EFFECT_FORGET = 1 << 10,         /* pile, offer and order of this journey are history */
    JOURNEY_EFFECT_ASK_CODE = 1 << 11,       /* for the order's client_ref; makes one when there is none */
    JOURNEY_EFFECT_WITHDRAW_ORDER = 1 << 12, /* there is no id to cancel by: by client_ref, for good */
} JourneyEffects;

/**
 * journey_next:
 * @state: (inout)
 * @effects: (out): what to do after @state is stored; 0 when nothing
 *
 * Returns: FALSE when the pair has no row: nothing moved
 */
gboolean journey_next(JourneyState *state, JourneyEvent event, JourneyEffects *effects);

/* An order of this journey may exist at the server and must be brought to its end. */
gboolean journey_has_order(JourneyState state);

/**
 * journey_resume:
 * @state: what the store says after a crash or power cut
 * @has_order_id: the server had answered the order
 * @effects: (out): what to repeat; every one is idempotent, because client_ref was stored first
 *
 * Returns: the state to go on with
 */
JourneyState journey_resume(JourneyState state, gboolean has_order_id, JourneyEffects *effects);

const gchar *journey_state_name(JourneyState state); /* "waiting_plug" */
const gchar *journey_event_name(JourneyEvent event);
/* FALSE: not a state of this version */
gboolean journey_state_from_name(const gchar *name, JourneyState *state);
