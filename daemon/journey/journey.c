#include "daemon/journey/journey.h"

/* Short names keep a row on one line. */
#define S(name) JOURNEY_##name
#define E(name) JOURNEY_EVENT_##name
#define CAM_ON JOURNEY_EFFECT_CAMERA_ON
#define CAM_OFF JOURNEY_EFFECT_CAMERA_OFF
#define LOOK JOURNEY_EFFECT_LOOK_UP
#define DROP JOURNEY_EFFECT_DROP_LOOK_UP
#define PLACE JOURNEY_EFFECT_PLACE_ORDER
#define CANCEL JOURNEY_EFFECT_CANCEL_ORDER
#define STOP JOURNEY_EFFECT_STOP_ORDER
#define FOLLOW JOURNEY_EFFECT_FOLLOW
#define UNFOLLOW JOURNEY_EFFECT_UNFOLLOW
#define KEEP JOURNEY_EFFECT_KEEP_RECEIPT
#define FORGET JOURNEY_EFFECT_FORGET
#define ASK_CODE JOURNEY_EFFECT_ASK_CODE
#define WITHDRAW JOURNEY_EFFECT_WITHDRAW_ORDER

/* clang-format off */
static const struct {
    JourneyState from;
    JourneyEvent on;
    JourneyState to;
    JourneyEffects effects;
} rows[] = {
    {S(IDLE), E(REVERSE),   S(SCANNING),     CAM_ON},
    /* An order of this car that this daemon has no record of (state folder rebuilt, settled late): adopt it,
     * a paid order must not belong to nobody. */
    {S(IDLE), E(REQUESTED), S(ORDERING),     FOLLOW},
    {S(IDLE), E(ACCEPTED),  S(WAITING_PLUG), FOLLOW},
    {S(IDLE), E(CHARGING),  S(CHARGING),     FOLLOW},
    {S(IDLE), E(ENDED),     S(SETTLING),     FOLLOW},

    {S(SCANNING), E(CODE_CONFIRMED), S(LOOKING_UP), LOOK},
    {S(SCANNING), E(LOOK_ENDED),     S(IDLE),       CAM_OFF},
    {S(SCANNING), E(GEAR_LOST),      S(IDLE),       CAM_OFF},

    {S(LOOKING_UP), E(REVERSE),         S(LOOKING_UP), CAM_ON},
    {S(LOOKING_UP), E(LOOK_ENDED),      S(LOOKING_UP), CAM_OFF},
    {S(LOOKING_UP), E(CODE_CONFIRMED),  S(LOOKING_UP), LOOK},
    {S(LOOKING_UP), E(LOOK_UP_DUE),     S(LOOKING_UP), LOOK},
    {S(LOOKING_UP), E(OFFER),           S(OFFERED),    0},
    {S(LOOKING_UP), E(LOOK_UP_REFUSED), S(FAILED),     0},
    {S(LOOKING_UP), E(DROVE_OFF),       S(IDLE),       CAM_OFF | DROP | FORGET},
    {S(LOOKING_UP), E(GEAR_LOST),       S(IDLE),       CAM_OFF | DROP | FORGET},
    {S(LOOKING_UP), E(CANCEL_WANTED),   S(IDLE),       CAM_OFF | DROP | FORGET},

    {S(OFFERED), E(REVERSE),        S(OFFERED),    CAM_ON},
    {S(OFFERED), E(LOOK_ENDED),     S(OFFERED),    CAM_OFF},
    {S(OFFERED), E(GEAR_LOST),      S(OFFERED),    CAM_OFF},
    {S(OFFERED), E(CODE_CONFIRMED), S(LOOKING_UP), LOOK},
    {S(OFFERED), E(OFFER_STALE),    S(LOOKING_UP), LOOK},
    {S(OFFERED), E(OFFER_OVER),     S(IDLE),       CAM_OFF | DROP | FORGET},
    {S(OFFERED), E(OFFER_DUE),      S(OFFERED),    LOOK}, /* what is on offer stays on the screen */
    {S(OFFERED), E(OFFER),          S(OFFERED),    0},
    {S(OFFERED), E(LOOK_UP_REFUSED), S(FAILED),    0},
    {S(OFFERED), E(DROVE_OFF),      S(IDLE),       CAM_OFF | DROP | FORGET},
    {S(OFFERED), E(CANCEL_WANTED),  S(IDLE),       CAM_OFF | DROP | FORGET},
    {S(OFFERED), E(ORDER_WANTED),   S(ORDERING),   CAM_OFF | PLACE | FOLLOW},

    {S(OFFERED), E(CODE_WANTED),    S(CODE),       CAM_OFF | DROP | ASK_CODE | FOLLOW},
    /* The pile knew this car (vehicle code, voucher) while the server was away: that charge is ours. */
    {S(LOOKING_UP), E(CHARGING), S(CHARGING), CAM_OFF | DROP | FOLLOW},
    {S(LOOKING_UP), E(ENDED),    S(SETTLING), CAM_OFF | DROP | FOLLOW},
    {S(LOOKING_UP), E(SETTLED),  S(DONE),     CAM_OFF | DROP | KEEP},
    {S(OFFERED), E(CHARGING),    S(CHARGING), CAM_OFF | DROP | FOLLOW},
    {S(OFFERED), E(ENDED),       S(SETTLING), CAM_OFF | DROP | FOLLOW},
    {S(OFFERED), E(SETTLED),     S(DONE),     CAM_OFF | DROP | KEEP},

    /* A code that is out cannot be called back, and its pile may tell of it days later: the car goes its way, the
     * order stays in the history and its settlement is heard of (conductor). */
    {S(CODE), E(REQUESTED),     S(CODE),         0}, /* older than the code */
    {S(CODE), E(CODE_ISSUED),   S(CODE),         0},
    {S(CODE), E(ACCEPTED),      S(WAITING_PLUG), 0},
    {S(CODE), E(CHARGING),      S(CHARGING),     0},
    {S(CODE), E(ENDED),         S(SETTLING),     0},
    {S(CODE), E(SETTLED),       S(DONE),         KEEP | UNFOLLOW},
    {S(CODE), E(CLOSED),        S(FAILED),       UNFOLLOW},
    {S(CODE), E(ORDER_REFUSED), S(FAILED),       UNFOLLOW}, /* no code, and no order */
    {S(CODE), E(PILE_AWAY),     S(OFFERED),      UNFOLLOW}, /* the pile is back: it can be ordered */
    {S(CODE), E(CODE_REFUSED),  S(ORDERING),     0},
    {S(CODE), E(DROVE_OFF),     S(IDLE),         UNFOLLOW | FORGET},
    {S(CODE), E(CANCEL_WANTED), S(CANCELLING),   CANCEL},
    {S(CODE), E(STOP_WANTED),   S(CANCELLING),   CANCEL},

    {S(ORDERING), E(CODE_WANTED),   S(CODE),         ASK_CODE}, /* the same order */
    {S(ORDERING), E(CODE_ISSUED),   S(CODE),         0},
    {S(ORDERING), E(REQUESTED),     S(ORDERING),     0},
    {S(ORDERING), E(ACCEPTED),      S(WAITING_PLUG), 0},
    {S(ORDERING), E(CHARGING),      S(CHARGING),     0},
    {S(ORDERING), E(ENDED),         S(SETTLING),     0},
    {S(ORDERING), E(SETTLED),       S(DONE),         KEEP | UNFOLLOW},
    {S(ORDERING), E(CLOSED),        S(FAILED),       UNFOLLOW},
    {S(ORDERING), E(ORDER_REFUSED), S(FAILED),       UNFOLLOW},
    {S(ORDERING), E(PILE_AWAY),     S(OFFERED),      UNFOLLOW}, /* ordered again when the pile is back */
    {S(ORDERING), E(DROVE_OFF),     S(CANCELLING),   CANCEL},
    {S(ORDERING), E(CANCEL_WANTED), S(CANCELLING),   CANCEL},
    {S(ORDERING), E(STOP_WANTED),   S(CANCELLING),   CANCEL},

    {S(WAITING_PLUG), E(ACCEPTED),      S(WAITING_PLUG), 0},
    {S(WAITING_PLUG), E(CHARGING),      S(CHARGING),     0},
    {S(WAITING_PLUG), E(ENDED),         S(SETTLING),     0},
    {S(WAITING_PLUG), E(SETTLED),       S(DONE),         KEEP | UNFOLLOW},
    {S(WAITING_PLUG), E(CLOSED),        S(FAILED),       UNFOLLOW},
    {S(WAITING_PLUG), E(DROVE_OFF),     S(CANCELLING),   CANCEL},
    {S(WAITING_PLUG), E(CANCEL_WANTED), S(CANCELLING),   CANCEL},
    {S(WAITING_PLUG), E(STOP_WANTED),   S(CANCELLING),   CANCEL},

    {S(CHARGING), E(CHARGING),      S(CHARGING), 0},
    {S(CHARGING), E(ENDED),         S(SETTLING), 0},
    {S(CHARGING), E(SETTLED),       S(DONE),     KEEP | UNFOLLOW},
    {S(CHARGING), E(CLOSED),        S(FAILED),   UNFOLLOW},
    {S(CHARGING), E(CANCEL_WANTED), S(CHARGING), STOP},
    {S(CHARGING), E(STOP_WANTED),   S(CHARGING), STOP},

    {S(SETTLING), E(SETTLED), S(DONE),   KEEP | UNFOLLOW},
    {S(SETTLING), E(CLOSED),  S(FAILED), UNFOLLOW},

    /* The answer to an order can arrive after the car has left: now there is an id to cancel by. */
    {S(CANCELLING), E(REQUESTED),      S(CANCELLING), CANCEL},
    {S(CANCELLING), E(ACCEPTED),       S(CANCELLING), CANCEL},
    {S(CANCELLING), E(CHARGING),       S(CANCELLING), CANCEL},
    {S(CANCELLING), E(ENDED),          S(SETTLING),   0},
    {S(CANCELLING), E(SETTLED),        S(DONE),       KEEP | UNFOLLOW},
    {S(CANCELLING), E(CODE_ISSUED),    S(IDLE),       UNFOLLOW | FORGET}, /* noted: it ends when its pile is back */
    {S(CANCELLING), E(CLOSED),         S(IDLE),       UNFOLLOW | FORGET},
    {S(CANCELLING), E(ORDER_REFUSED),  S(IDLE),       UNFOLLOW | FORGET},
    {S(CANCELLING), E(PILE_AWAY),      S(IDLE),       UNFOLLOW | FORGET},
    {S(CANCELLING), E(CANCEL_REFUSED), S(FAILED),     UNFOLLOW},

    {S(DONE), E(SETTLED),       S(DONE),     KEEP}, /* corrected once when late events reached the server */
    {S(DONE), E(REVERSE),       S(SCANNING), FORGET | CAM_ON},
    {S(DONE), E(DROVE_OFF),     S(IDLE),     FORGET},
    {S(DONE), E(CANCEL_WANTED), S(IDLE),     FORGET},

    {S(FAILED), E(REVERSE),        S(SCANNING),     FORGET | CAM_ON},
    {S(FAILED), E(LOOK_ENDED),     S(FAILED),       CAM_OFF},
    {S(FAILED), E(GEAR_LOST),      S(FAILED),       CAM_OFF},
    {S(FAILED), E(CODE_CONFIRMED), S(LOOKING_UP),   FORGET | LOOK},
    {S(FAILED), E(DROVE_OFF),      S(IDLE),         CAM_OFF | FORGET},
    {S(FAILED), E(CANCEL_WANTED),  S(IDLE),         CAM_OFF | FORGET},
    {S(FAILED), E(ACCEPTED),       S(WAITING_PLUG), CAM_OFF | FOLLOW}, /* it lives after all */
    {S(FAILED), E(CHARGING),       S(CHARGING),     CAM_OFF | FOLLOW},
    {S(FAILED), E(ENDED),          S(SETTLING),     CAM_OFF | FOLLOW},
    {S(FAILED), E(SETTLED),        S(DONE),         CAM_OFF | KEEP | UNFOLLOW},
    {S(FAILED), E(CODE_ISSUED),    S(CODE),         CAM_OFF | FOLLOW},
};

/* What to repeat after a crash. Gear is read anew, so whatever hangs on the camera starts over. */
static const struct {
    JourneyState to;
    JourneyEffects unanswered; /* the order was stored but the server's answer was not */
    JourneyEffects answered;
} resumes[JOURNEY_N_STATES] = {
    [JOURNEY_IDLE]         = {S(IDLE),         0,                       0},
    [JOURNEY_SCANNING]     = {S(IDLE),         0,                       0},
    [JOURNEY_LOOKING_UP]   = {S(IDLE),         FORGET,                  FORGET},
    [JOURNEY_OFFERED]      = {S(OFFERED),      0,                       0}, /* scan_ref's own time limit still holds */
    [JOURNEY_ORDERING]     = {S(ORDERING),     PLACE | FOLLOW,          FOLLOW},
    [JOURNEY_WAITING_PLUG] = {S(WAITING_PLUG), FOLLOW,                  FOLLOW},
    [JOURNEY_CHARGING]     = {S(CHARGING),     FOLLOW,                  FOLLOW},
    [JOURNEY_SETTLING]     = {S(SETTLING),     FOLLOW,                  FOLLOW},
    [JOURNEY_CANCELLING]   = {S(CANCELLING),   WITHDRAW | FOLLOW,       CANCEL | FOLLOW},
    [JOURNEY_DONE]         = {S(DONE),         0,                       0},
    [JOURNEY_FAILED]       = {S(IDLE),         FORGET,                  FORGET},
    [JOURNEY_CODE]         = {S(CODE),         ASK_CODE | FOLLOW,       ASK_CODE | FOLLOW},
};

static const gchar *const state_names[JOURNEY_N_STATES + 1] = {
    "idle", "scanning", "looking_up", "offered", "ordering", "waiting_plug",
    "charging", "settling", "cancelling", "done", "failed", "code", NULL,
};

static const gchar *const event_names[JOURNEY_N_EVENTS] = {
    "reverse", "look_ended", "drove_off", "gear_lost",
    "code_confirmed", "look_up_due", "offer", "look_up_refused", "offer_stale", "offer_over", "offer_due",
    "order_wanted", "cancel_wanted", "stop_wanted",
    "order_refused", "pile_away", "cancel_refused", "requested", "accepted", "charging", "ended", "settled", "closed",
    "code_wanted", "code_refused", "code_issued",
};
/* clang-format on */

gboolean journey_next(JourneyState *state, JourneyEvent event, JourneyEffects *effects)
{
    *effects = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].from != *state || rows[i].on != event)
            continue;
        *state = rows[i].to;
        *effects = rows[i].effects;
        return TRUE;
    }
    return FALSE;
}

gboolean journey_has_order(JourneyState state)
{
    return state == JOURNEY_ORDERING || state == JOURNEY_WAITING_PLUG || state == JOURNEY_CHARGING ||
           state == JOURNEY_SETTLING || state == JOURNEY_CANCELLING || state == JOURNEY_CODE;
}

JourneyState journey_resume(JourneyState state, gboolean has_order_id, JourneyEffects *effects)
{
    g_return_val_if_fail(state < JOURNEY_N_STATES, JOURNEY_IDLE);

    *effects = has_order_id ? resumes[state].answered : resumes[state].unanswered;
    return resumes[state].to;
}

const gchar *journey_state_name(JourneyState state)
{
    g_return_val_if_fail(state < JOURNEY_N_STATES, "idle");
    return state_names[state];
}

const gchar *journey_event_name(JourneyEvent event)
{
    g_return_val_if_fail(event < JOURNEY_N_EVENTS, "");
    return event_names[event];
}

gboolean journey_state_from_name(const gchar *name, JourneyState *state)
{
    for (guint i = 0; i < JOURNEY_N_STATES; i++) {
        if (g_strcmp0(state_names[i], name) == 0) {
            *state = i;
            return TRUE;
        }
    }
    return FALSE;
}
