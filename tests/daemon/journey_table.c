/* The whole table: every pair of state and event is either a row or listed here with the reason why
 * ignoring it is right. */
#include <criterion/criterion.h>

#include "daemon/journey/journey.h"

#define S(name) (1u << JOURNEY_##name)
#define BEFORE_ORDER (S(IDLE) | S(SCANNING) | S(LOOKING_UP) | S(OFFERED))
#define WITH_ORDER (S(ORDERING) | S(WAITING_PLUG) | S(CHARGING) | S(SETTLING) | S(CANCELLING) | S(CODE))
#define AFTER (S(DONE) | S(FAILED))

static const struct {
    JourneyEvent event;
    guint states; /* in which it has no row */
    const gchar *reason;
} missing[] = {
    {JOURNEY_EVENT_REVERSE, S(SCANNING), "already looking; the policy tells it once per look"},
    {JOURNEY_EVENT_REVERSE, WITH_ORDER,
     "the order comes first; the look begins when the journey is idle again"},
    {JOURNEY_EVENT_LOOK_ENDED, S(IDLE) | WITH_ORDER | S(DONE), "the camera is off already"},
    {JOURNEY_EVENT_DROVE_OFF, S(IDLE), "nothing to give up"},
    {JOURNEY_EVENT_DROVE_OFF, S(SCANNING), "whoever drives off looks no more: the look ended before"},
    {JOURNEY_EVENT_DROVE_OFF, S(CHARGING),
     "a car with a cable in does not drive; the pile ends it when it does"},
    {JOURNEY_EVENT_DROVE_OFF, S(SETTLING), "over; only the receipt is missing"},
    {JOURNEY_EVENT_DROVE_OFF, S(CANCELLING), "that is why we are cancelling"},
    {JOURNEY_EVENT_GEAR_LOST, S(IDLE) | S(DONE), "nothing depends on the gear"},
    {JOURNEY_EVENT_GEAR_LOST, WITH_ORDER, "an order does not end because a bus restarts"},
    {JOURNEY_EVENT_CODE_CONFIRMED, S(IDLE) | S(DONE), "a late frame: the look is over"},
    {JOURNEY_EVENT_CODE_CONFIRMED, WITH_ORDER, "a late frame: never a second order"},
    {JOURNEY_EVENT_LOOK_UP_DUE, ~S(LOOKING_UP), "a late timer"},
    {JOURNEY_EVENT_OFFER, ~(S(LOOKING_UP) | S(OFFERED)),
     "a late answer: another pile was chosen, or the car left"},
    {JOURNEY_EVENT_LOOK_UP_REFUSED, ~(S(LOOKING_UP) | S(OFFERED)), "a late answer"},
    {JOURNEY_EVENT_OFFER_STALE, ~S(OFFERED), "a late timer"},
    {JOURNEY_EVENT_OFFER_OVER, ~S(OFFERED), "a late timer"},
    {JOURNEY_EVENT_OFFER_DUE, ~S(OFFERED), "a late timer"},
    {JOURNEY_EVENT_ORDER_WANTED, ~S(OFFERED), "no price on the screen, or ordered already"},
    {JOURNEY_EVENT_CANCEL_WANTED, S(IDLE) | S(SCANNING), "nothing to cancel or dismiss"},
    {JOURNEY_EVENT_CANCEL_WANTED, S(SETTLING), "over; a receipt cannot be cancelled"},
    {JOURNEY_EVENT_CANCEL_WANTED, S(CANCELLING), "repeated wish"},
    {JOURNEY_EVENT_STOP_WANTED, BEFORE_ORDER | AFTER, "nothing runs"},
    {JOURNEY_EVENT_STOP_WANTED, S(SETTLING) | S(CANCELLING), "it is ending already"},
    {JOURNEY_EVENT_ORDER_REFUSED, BEFORE_ORDER | AFTER, "not our request any more"},
    {JOURNEY_EVENT_ORDER_REFUSED, S(WAITING_PLUG) | S(CHARGING) | S(SETTLING),
     "the order exists: a repetition was refused"},
    {JOURNEY_EVENT_PILE_AWAY, BEFORE_ORDER | AFTER, "not our request any more"},
    {JOURNEY_EVENT_PILE_AWAY, S(WAITING_PLUG) | S(CHARGING) | S(SETTLING),
     "the order exists: a repetition was refused"},
    {JOURNEY_EVENT_CANCEL_REFUSED, ~S(CANCELLING), "late: the order took another way"},
    {JOURNEY_EVENT_REQUESTED, S(SCANNING) | S(LOOKING_UP) | S(OFFERED), "not ours; adopted when idle"},
    {JOURNEY_EVENT_REQUESTED, S(WAITING_PLUG) | S(CHARGING) | S(SETTLING) | AFTER, "older than what we know"},
    {JOURNEY_EVENT_ACCEPTED, S(SCANNING) | S(LOOKING_UP) | S(OFFERED), "not ours; adopted when idle"},
    {JOURNEY_EVENT_ACCEPTED, S(CHARGING) | S(SETTLING) | S(DONE), "older than what we know"},
    {JOURNEY_EVENT_CHARGING, S(SCANNING), "not ours; adopted when idle"},
    {JOURNEY_EVENT_CHARGING, S(SETTLING) | S(DONE), "older than what we know"},
    {JOURNEY_EVENT_ENDED, S(SCANNING), "not ours; adopted when idle"},
    {JOURNEY_EVENT_ENDED, S(SETTLING) | S(DONE), "repeated"},
    {JOURNEY_EVENT_SETTLED, S(IDLE) | S(SCANNING), "not ours: the history keeps every receipt"},
    {JOURNEY_EVENT_CODE_WANTED, ~(S(OFFERED) | S(ORDERING)),
     "there is nothing that a code could stand for, or it is asked for already"},
    {JOURNEY_EVENT_CODE_REFUSED, ~S(CODE), "late: the order took another way"},
    {JOURNEY_EVENT_CODE_ISSUED, BEFORE_ORDER,
     "not ours, or left behind: the history keeps it, and its settlement is heard of"},
    {JOURNEY_EVENT_CODE_ISSUED, S(WAITING_PLUG) | S(CHARGING) | S(SETTLING) | S(DONE),
     "older than what we know"},
    {JOURNEY_EVENT_CLOSED, BEFORE_ORDER, "not ours: the history keeps it"},
    {JOURNEY_EVENT_CLOSED, AFTER, "repeated"},
};

static const gchar *reason_for(JourneyState state, JourneyEvent event)
{
    for (gsize i = 0; i < G_N_ELEMENTS(missing); i++) {
        if (missing[i].event == event && (missing[i].states & (1u << state)))
            return missing[i].reason;
    }
    return NULL;
}

Test(journey, every_pair_is_a_row_or_has_a_reason_never_both)
{
    for (guint from = 0; from < JOURNEY_N_STATES; from++) {
        for (guint event = 0; event < JOURNEY_N_EVENTS; event++) {
            JourneyState state = from;
            JourneyEffects effects;
            gboolean row = journey_next(&state, event, &effects);

            cr_expect(row != (reason_for(from, event) != NULL), "%s on %s", journey_state_name(from),
                      journey_event_name(event));
            if (!row)
                cr_expect(state == from && effects == 0);
        }
    }
}

Test(journey, money_moves_only_from_an_offer_and_only_by_a_wish)
{
    for (guint from = 0; from < JOURNEY_N_STATES; from++) {
        for (guint event = 0; event < JOURNEY_N_EVENTS; event++) {
            JourneyState state = from;
            JourneyEffects effects;

            journey_next(&state, event, &effects);
            cr_expect_eq(!!(effects & JOURNEY_EFFECT_PLACE_ORDER),
                         from == JOURNEY_OFFERED && event == JOURNEY_EVENT_ORDER_WANTED, "%u on %u", from,
                         event);
            cr_expect_eq(!!(effects & JOURNEY_EFFECT_ASK_CODE),
                         (from == JOURNEY_OFFERED || from == JOURNEY_ORDERING) &&
                             event == JOURNEY_EVENT_CODE_WANTED);
        }
    }
}

Test(journey, an_order_is_followed_from_its_first_moment_to_its_end)
{
    for (guint from = 0; from < JOURNEY_N_STATES; from++) {
        for (guint event = 0; event < JOURNEY_N_EVENTS; event++) {
            JourneyState state = from;
            JourneyEffects effects;

            journey_next(&state, event, &effects);
            if (!journey_has_order(from) && journey_has_order(state))
                cr_expect(effects & JOURNEY_EFFECT_FOLLOW, "%u on %u", from, event);
            if (journey_has_order(from) && !journey_has_order(state))
                cr_expect(effects & JOURNEY_EFFECT_UNFOLLOW, "%u on %u", from, event);
        }
    }
}

Test(journey, no_state_with_an_order_is_left_but_by_the_server)
{
    for (guint from = 0; from < JOURNEY_N_STATES; from++) {
        for (guint event = 0; event < JOURNEY_N_EVENTS; event++) {
            JourneyState state = from;
            JourneyEffects effects;

            journey_next(&state, event, &effects);
            /* A code is out for good: the car leaves it to the server, which tells how it ended. */
            if (from == JOURNEY_CODE && event == JOURNEY_EVENT_DROVE_OFF)
                continue;
            if (journey_has_order(from) && !journey_has_order(state))
                cr_expect_geq(event, JOURNEY_EVENT_ORDER_REFUSED, "%u on %u", from, event);
        }
    }
}

Test(journey, resuming_keeps_every_order_and_repeats_only_what_is_idempotent)
{
    for (guint from = 0; from < JOURNEY_N_STATES; from++) {
        for (gint answered = 0; answered < 2; answered++) {
            JourneyEffects effects;
            JourneyState state = journey_resume(from, answered, &effects);

            cr_expect_eq(journey_has_order(state), journey_has_order(from));
            cr_expect_eq(!!(effects & JOURNEY_EFFECT_FOLLOW), journey_has_order(from));
            cr_expect_eq(!!(effects & JOURNEY_EFFECT_PLACE_ORDER), !answered && from == JOURNEY_ORDERING);
            cr_expect_eq(!!(effects & JOURNEY_EFFECT_WITHDRAW_ORDER),
                         !answered && from == JOURNEY_CANCELLING);
            cr_expect_eq(!!(effects & JOURNEY_EFFECT_ASK_CODE), from == JOURNEY_CODE);
            cr_expect_eq(!!(effects & JOURNEY_EFFECT_CANCEL_ORDER), answered && from == JOURNEY_CANCELLING);
            cr_expect_not(effects & (JOURNEY_EFFECT_CAMERA_ON | JOURNEY_EFFECT_LOOK_UP), "gear is read anew");
        }
    }
}

Test(journey, names_go_both_ways)
{
    for (guint i = 0; i < JOURNEY_N_STATES; i++) {
        JourneyState state = JOURNEY_N_STATES;

        cr_assert(journey_state_from_name(journey_state_name(i), &state));
        cr_assert_eq(state, i);
    }
    cr_assert_not(journey_state_from_name("elsewhere", &(JourneyState){0}));
}
