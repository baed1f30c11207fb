#include "server-stub/model/order_table.h"

#include <criterion/criterion.h>

#define S(state) (1u << ORDER_##state)
#define E(event) (1u << ORDER_EVENT_##event)
#define BEFORE (S(REQUESTED) | S(ACCEPTED))
#define OVER (S(REJECTED) | S(EXPIRED) | S(CANCELLED))
#define ALL_STATES ((1u << ORDER_N_STATES) - 1)
#define ALL_EVENTS ((1u << ORDER_N_EVENTS) - 1)

/* Every pair that the table does not have, and why ignoring it is right. */
static const struct {
    guint states, events;
    const gchar *why;
} missing[] = {
    {S(ACCEPTED) | S(CHARGING) | S(ENDED), E(START_ACCEPTED), "a repeated answer to a repeated start"},
    {S(ACCEPTED) | S(CHARGING) | S(ENDED), E(START_REJECTED),
     "a repeated start rejected because the first is being served; the pile's events are the truth"},
    {S(REQUESTED), E(PROGRESS), "a transaction without cable makes the order accepted first"},
    {BEFORE, E(LIMIT_REACHED), "nothing flows before the cable is in"},
    {BEFORE, E(ENDED), "Ended with a cable comes after PLUGGED, which the same readings tell"},
    {BEFORE | S(CHARGING), E(COMPLETE), "complete is looked at once ENDED is reached"},
    {S(CHARGING), E(PLUGGED), "the cable is known to be in"},
    {S(CHARGING), E(DEADLINE), "the cable's deadline is met"},
    {S(CHARGING), E(CONNECT_TIMEOUT) | E(ENDED_UNPLUGGED), "the cable was in: its end is ENDED"},
    {S(ENDED), E(PLUGGED) | E(ENDED), "late events of a transaction that is over"},
    {S(ENDED), E(DRIVER_STOP) | E(LIMIT_REACHED) | E(DEADLINE), "nothing is left to stop"},
    {S(ENDED), E(CONNECT_TIMEOUT) | E(ENDED_UNPLUGGED), "the cable was in"},
    {S(SETTLED), ALL_EVENTS & ~E(CORRECTED),
     "a receipt is never changed, but for the one correction of a gap"},
    {ALL_STATES & ~S(SETTLED), E(CORRECTED), "there is no receipt to correct"},
    {ALL_STATES & ~(S(REQUESTED) | S(SETTLED)), E(CODE_ISSUED),
     "an order that has got through needs no code, one that is over gets none"},
    {ALL_STATES & ~(S(CODE_ISSUED) | S(SETTLED)), E(CODE_RETURNED), "no code is out"},
    {ALL_STATES & ~(S(CHARGING) | S(SETTLED)), E(END_LOST),
     "without a cable the deadline ends it; later the end is known"},
    {ALL_STATES & ~(S(ENDED) | S(SETTLED)), E(NO_MORE), "looked at once the end is in"},
    {S(CODE_ISSUED), E(START_ACCEPTED) | E(START_REJECTED), "the code is out: only a transaction counts"},
    {S(CODE_ISSUED), E(LIMIT_REACHED) | E(ENDED) | E(COMPLETE),
     "comes after PLUGGED, which the same readings tell"},
    {OVER, E(PLUGGED), "what its transaction tells is progress, cable or not"},
    {OVER, E(START_ACCEPTED) | E(START_REJECTED),
     "a late answer; if a transaction comes of it, it is stopped"},
    {OVER, E(DRIVER_STOP) | E(LIMIT_REACHED) | E(DEADLINE), "over is over"},
    {OVER, E(CONNECT_TIMEOUT) | E(ENDED_UNPLUGGED) | E(ENDED) | E(COMPLETE), "the pile has ended it too"},
};

Test(order_table, every_pair_is_in_the_table_or_has_a_reason_not_to_be)
{
    for (guint from = 0; from < ORDER_N_STATES; from++) {
        for (guint event = 0; event < ORDER_N_EVENTS; event++) {
            OrderState state = from;
            OrderEffects effects;
            gboolean in_table = order_table_next(&state, event, &effects);
            guint reasons = 0;

            for (gsize i = 0; i < G_N_ELEMENTS(missing); i++)
                reasons += (missing[i].states >> from & 1) && (missing[i].events >> event & 1);
            cr_expect_eq(reasons, in_table ? 0 : 1, "%s on event %u: %u reasons, in table %d",
                         order_state_names[from], event, reasons, in_table);
            if (!in_table)
                cr_expect(state == from && effects == ORDER_EFFECT_NONE);
        }
    }
}

Test(order_table, final_states_are_never_left)
{
    for (guint from = 0; from < ORDER_N_STATES; from++) {
        for (guint event = 0; event < ORDER_N_EVENTS; event++) {
            OrderState state = from;
            OrderEffects effects;

            order_table_next(&state, event, &effects);
            if (order_state_is_final(from))
                cr_expect_eq(state, from, "%s on event %u", order_state_names[from], event);
        }
    }
}

Test(order_table, money_is_settled_exactly_on_the_way_into_settled)
{
    for (guint from = 0; from < ORDER_N_STATES; from++) {
        for (guint event = 0; event < ORDER_N_EVENTS; event++) {
            OrderState state = from;
            OrderEffects effects;

            order_table_next(&state, event, &effects);
            cr_expect_eq(!!(effects & ORDER_EFFECT_SETTLE),
                         (from != ORDER_SETTLED && state == ORDER_SETTLED) ||
                             (from == ORDER_SETTLED && event == ORDER_EVENT_CORRECTED));
        }
    }
}

Test(order_table, a_code_that_is_out_is_never_called_back_by_a_wish)
{
    OrderState state = ORDER_CODE_ISSUED;
    OrderEffects effects;

    cr_assert(order_table_next(&state, ORDER_EVENT_DRIVER_STOP, &effects));
    cr_assert_eq(state, ORDER_CODE_ISSUED);
}

Test(order_table, a_pile_that_charges_for_an_order_that_is_over_is_stopped)
{
    const OrderState over[] = {ORDER_REJECTED, ORDER_EXPIRED, ORDER_CANCELLED};

    for (gsize i = 0; i < G_N_ELEMENTS(over); i++) {
        OrderState state = over[i];
        OrderEffects effects;

        cr_assert(order_table_next(&state, ORDER_EVENT_PROGRESS, &effects));
        cr_expect(effects & ORDER_EFFECT_STOP);
    }
}
