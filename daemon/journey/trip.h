/* Trip: everything the car decides between reverse gear and receipt. Joins gear policy, scan policy,
 * journey table, consent and settlement check: inputs and time go in, effects come out. Pure, and a plain
 * value. Every input function returns the effects to carry out *after* the trip is stored; their data is read
 * from the trip (code, request, order). Times are CLOCK_MONOTONIC microseconds unless named _unix_ms.
 */
#pragma once

#include "daemon/journey/consent.h"
#include "daemon/journey/gear_policy.h"
#include "daemon/journey/journey.h"
#include "daemon/journey/scan_policy.h"
#include "daemon/journey/settlement_check.h"
#include "daemon/journey/untold.h"

#define TRIP_NOTICE_BYTES 33

/* scan_ref is valid for 10 minutes by contract; counted from our own request, so that no clock is compared.
 */
#define TRIP_OFFER_FRESH_US (9 * 60 * G_USEC_PER_SEC + 30 * G_USEC_PER_SEC)
#define TRIP_OFFER_MAX_REFRESHES 6 /* an hour of standing at an offer without interest */
#define TRIP_LOOK_UP_GIVE_UP_US (10 * 60 * G_USEC_PER_SEC)
#define TRIP_REFUSED_FOR_US (60 * G_USEC_PER_SEC)
#define TRIP_AWAY_GIVE_UP_US                                                                                 \
    (60 * G_GINT64_CONSTANT(60) * G_USEC_PER_SEC) /* of asking whether the pile is back */
#define TRIP_WISH_US (2 * 60 * G_USEC_PER_SEC) /* a tap that met a pile that was away is good for so long */

typedef struct {
    GearRules gear;
    gchar *(*new_ref)(void);            /* (transfer full): a UUID nobody can guess; tests give their own */
    gchar link_url[API_LINK_URL_BYTES]; /* of the configuration; "": only what the server says */
} TripRules;

/* What is handed to the pile over its own network, and what became of it. */
typedef enum { TRIP_HAND_NOTHING, TRIP_HAND_CODE, TRIP_HAND_VEHICLE, TRIP_HAND_VOUCHER } TripHand;
typedef enum {
    TRIP_LINK_QUIET,
    TRIP_LINK_ASKING,
    TRIP_LINK_ACCEPTED,
    TRIP_LINK_REFUSED,
    TRIP_LINK_AWAY
} TripLink;

typedef struct {
    TripRules rules;
    JourneyState state;
    GearPolicy gear;
    ScanPolicy scan;
    Consent consent;

    gboolean has_code;
    PileCode code;        /* the pile looked up or offered */
    guint look_up_serial; /* of the lookup in flight or last done; answers to older ones are late */
    guint look_up_failures;
    gint64 look_up_since_us, look_up_due_us; /* -1: not */

    gboolean has_offer;
    ScanAnswer offer;
    gint64 offer_stale_us;
    guint offer_refreshes;

    /* The pile on offer cannot be reached just now (trip_away.c). */
    gint64 away_since_us, away_ask_us; /* -1: not; when to ask again */
    guint away_asked;                  /* times, for the back-off */
    gboolean asking_again;             /* a lookup is in flight while the offer is shown */
    gint64 wish_until_us;              /* the driver's tap counts until then, for these prices; 0 none */
    Tariff wish_tariff;

    OrderRequest request; /* client_ref "": nothing was ordered (or the order was adopted) */
    gboolean has_order;
    Order order; /* the newest snapshot */
    gboolean cancel_asked;
    gboolean has_check;
    SettlementCheck check;
    gint64 order_hold_us; /* no order before this: storage failed; 0 none */

    /* The pile's own network (trip_link.c). */
    gboolean plugged;                                /* the car's own inlet says so */
    gboolean has_id, has_voucher;                    /* what the car could hand over */
    TripHand handed;                                 /* last handed over */
    TripLink link;                                   /* what became of it */
    Untold untold;                                   /* charges that piles may have begun by themselves */
    gchar untold_by_hand[EVSE_ID_KEY_MAX_BYTES + 1]; /* in there for what was handed over last; "" none */
    TripHand handed_before;                          /* what came to nothing before that */
    gint64 link_again_us;                            /* the pile did not answer: when to try again; -1: not */
    guint link_tries;
    gchar link_refusal[TRIP_NOTICE_BYTES]; /* the pile's word; "" none */

    gchar notice[TRIP_NOTICE_BYTES]; /* code of what the driver must see; "" nothing */
    guint64 ignored_events;          /* pairs without a row */
} Trip;

/* @consent may be replaced later with trip_set_consent(). */
Trip trip_init(const TripRules *rules, const Consent *consent);

JourneyEffects trip_gear(Trip *self, const GearSample *sample, gint64 now_us);
JourneyEffects trip_tick(Trip *self, gint64 now_us);
gint64 trip_deadline_us(const Trip *self); /* G_MAXINT64: only an input can change anything */

JourneyEffects trip_sighting(Trip *self, const CodeSighting *sighting, gint64 now_us);

/* Answers to JOURNEY_EFFECT_LOOK_UP; @serial as look_up_serial was then. @code: of the problem document. */
JourneyEffects trip_look_up_answered(Trip *self, guint serial, const ScanAnswer *answer, gint64 now_us);
JourneyEffects trip_look_up_refused(Trip *self, guint serial, const gchar *code, gint64 now_us);
JourneyEffects trip_look_up_failed(Trip *self, guint serial, gint64 now_us); /* no answer: tried again */

/* The price on show may have become another: it is asked for again, if one is. */
JourneyEffects trip_reprice(Trip *self, gint64 now_us);

/* A snapshot of an order of this vehicle, by answer or stream; ours, an older one, or one to adopt. */
JourneyEffects trip_order(Trip *self, const Order *order, gint64 now_us);
JourneyEffects trip_order_refused(Trip *self, const gchar *client_ref, const gchar *code, gint64 now_us);
JourneyEffects trip_cancel_refused(Trip *self, const gchar *order_id, const gchar *code, gint64 now_us);

/* The driver. TRIP_OK: accepted; the other answers changed nothing. */
typedef enum {
    TRIP_OK,
    TRIP_NOT_OFFERED,
    TRIP_NOT_STANDING,
    TRIP_NO_CONSENT, /* no maximum cost, another currency, or a start fee above it */
    TRIP_BUSY,
    TRIP_NOTHING_THERE, /* nothing to cancel or stop */
} TripAnswer;
TripAnswer trip_tap_order(Trip *self, gint64 now_us, JourneyEffects *effects);
TripAnswer trip_tap_code(Trip *self, gint64 now_us, JourneyEffects *effects);
TripAnswer trip_can_code(const Trip *self); /* TRIP_OK: a code can be asked for now */
TripAnswer trip_tap_cancel(Trip *self, gint64 now_us, JourneyEffects *effects);
TripAnswer trip_tap_stop(Trip *self, gint64 now_us, JourneyEffects *effects);
JourneyEffects trip_set_consent(Trip *self, const Consent *consent, gint64 now_us);

/* The inlet, and what the car could hand over: read anew whenever one of them changes. */
JourneyEffects trip_plug(Trip *self, gboolean plugged, gboolean has_id, gboolean has_voucher, gint64 now_us);
/* What is to be handed over now, and where: NOTHING when nothing is. The caller stores the trip when there is
 * something, does it and calls trip_link_answered(), or trip_hand_failed() when it could not be stored and
 * was not done. @url: (out) (transfer none) */
TripHand trip_hand_over(Trip *self, const gchar **url);
void trip_hand_failed(Trip *self, gint64 now_us);
/* @refusal: (nullable): "" for no answer; NULL: the pile has admitted it */
JourneyEffects trip_link_answered(Trip *self, TripHand handed, const gchar *refusal, gint64 now_us);
/* As protocol words of the snapshot's offline.next: what the driver can do; "" when the network is there. */
const gchar *trip_offline_state(const Trip *self);
const gchar *trip_offline_next(const Trip *self);

JourneyEffects trip_code_refused(Trip *self, const gchar *client_ref, const gchar *code, gint64 now_us);

/* Why the offer cannot be ordered by a tap now; TRIP_OK: it can. @reason (out) (optional) (transfer none) */
TripAnswer trip_can_order(const Trip *self, const gchar **reason);

/* The order could not be stored, so it must not be sent: back to the offer, and consent orders nothing for
 * 5 s. Takes the order out of @effects. */
void trip_withdraw_order(Trip *self, gint64 now_us, JourneyEffects *effects);

/* After a crash: @self holds what the store said (trip_record.h). Returns what to repeat. */
JourneyEffects trip_resume(Trip *self, gint64 now_us, gint64 now_unix_ms);
