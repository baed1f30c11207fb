/* The second half of trip.h: what the server says about orders, what the driver wants, and the way back after
 * a crash. */
#include "daemon/journey/trip_step.h"

#include <string.h>

#define ORDER_HOLD_US (5 * G_USEC_PER_SEC)

static gboolean is_ours(const Trip *self, const Order *order)
{
    if (trip_link_owns(self, order))
        return TRUE;
    if (self->request.client_ref[0] != '\0')
        return strcmp(self->request.client_ref, order->client_ref) == 0;
    return self->has_order && strcmp(self->order.order_id, order->order_id) == 0;
}

static JourneyEvent event_of(OrderState state)
{
    switch (state) {
    case ORDER_REQUESTED:
        return JOURNEY_EVENT_REQUESTED;
    case ORDER_ACCEPTED:
        return JOURNEY_EVENT_ACCEPTED;
    case ORDER_CHARGING:
        return JOURNEY_EVENT_CHARGING;
    case ORDER_ENDED:
        return JOURNEY_EVENT_ENDED;
    case ORDER_SETTLED:
        return JOURNEY_EVENT_SETTLED;
    case ORDER_CODE_ISSUED:
        return JOURNEY_EVENT_CODE_ISSUED;
    default:
        return JOURNEY_EVENT_CLOSED;
    }
}

static void note_end(Trip *self, const Order *order, JourneyState was)
{
    if (order->state == ORDER_SETTLED && order->has_receipt) {
        gboolean offered = self->has_offer && strcmp(self->offer.evse_key, order->evse_key) == 0;

        self->check = settlement_check(&order->receipt, &order->limits, offered ? &self->offer.tariff : NULL);
        self->has_check = TRUE;
        trip_set_notice(self, self->check.verdict == SETTLEMENT_AGREES ? "" : "settlement_differs");
    } else if (order_state_is_final(order->state)) {
        if (was == JOURNEY_CANCELLING)
            trip_set_notice(self, "order_cancelled");
        else if (order->reason != ORDER_REASON_NONE)
            trip_set_notice(self, order_reason_names[order->reason]);
        else
            trip_set_notice(self, order_state_names[order->state]);
    }
}

JourneyEffects trip_order(Trip *self, const Order *order, gint64 now_us)
{
    gboolean ours = is_ours(self, order);
    JourneyState was = self->state;
    JourneyEffects effects = 0;

    trip_link_told(self, order);
    /* Adopting: only while nothing of ours is under way, and nothing that is already over. */
    if (!ours && (self->state != JOURNEY_IDLE || (order_state_is_final(order->state)))) {
        self->ignored_events++;
        return 0;
    }
    /* Answers and stream overtake each other: an older snapshot is no news. */
    if (ours && self->has_order && order->event_seq < self->order.event_seq) {
        self->ignored_events++;
        return 0;
    }
    if (!ours)
        trip_forget(self);
    self->order = *order;
    self->has_order = TRUE;
    trip_step(self, event_of(order->state), now_us, &effects);
    if (self->link == TRIP_LINK_ACCEPTED && order->state >= ORDER_CHARGING && order->state <= ORDER_SETTLED)
        self->link = TRIP_LINK_QUIET; /* the server knows it too: the usual way from here on */
    if (effects & JOURNEY_EFFECT_CANCEL_ORDER) {
        if (self->cancel_asked)
            effects &= ~JOURNEY_EFFECT_CANCEL_ORDER;
        self->cancel_asked = TRUE;
    }
    note_end(self, order, was);
    return trip_settle(self, effects, now_us);
}

JourneyEffects trip_order_refused(Trip *self, const gchar *client_ref, const gchar *code, gint64 now_us)
{
    JourneyEffects effects = 0;
    JourneyState was = self->state;
    gboolean away = (g_str_equal(code, "pile_offline") || g_str_equal(code, "pile_online")) &&
                    self->has_offer && self->has_code;

    if (strcmp(self->request.client_ref, client_ref) != 0) {
        self->ignored_events++;
        return 0;
    }
    trip_step(self, away ? JOURNEY_EVENT_PILE_AWAY : JOURNEY_EVENT_ORDER_REFUSED, now_us, &effects);
    if (was == JOURNEY_ORDERING || was == JOURNEY_CANCELLING || was == JOURNEY_CODE) {
        self->request = (OrderRequest){0};
        trip_set_notice(self, was == JOURNEY_CANCELLING ? "order_cancelled" : code);
    }
    if (self->state == JOURNEY_OFFERED) /* back again: what is on offer has no request to be refused */
        trip_away_met(self, now_us);
    return trip_settle(self, effects, now_us);
}

JourneyEffects trip_cancel_refused(Trip *self, const gchar *order_id, const gchar *code, gint64 now_us)
{
    JourneyEffects effects = 0;

    if (!self->has_order || strcmp(self->order.order_id, order_id) != 0) {
        self->ignored_events++;
        return 0;
    }
    trip_step(self, JOURNEY_EVENT_CANCEL_REFUSED, now_us, &effects);
    trip_set_notice(self, code);
    return trip_settle(self, effects, now_us);
}

TripAnswer trip_can_order(const Trip *self, const gchar **reason)
{
    const gchar *obstacle;

    if (reason != NULL)
        *reason = "";
    if (journey_has_order(self->state))
        return TRIP_BUSY;
    if (self->state != JOURNEY_OFFERED)
        return TRIP_NOT_OFFERED;
    obstacle = consent_tap_obstacle(&self->consent, &self->offer, self->gear.standing);
    if (obstacle == NULL)
        return TRIP_OK;
    if (reason != NULL)
        *reason = obstacle;
    if (g_str_equal(obstacle, "not_parked"))
        return TRIP_NOT_STANDING;
    return g_str_has_prefix(obstacle, "pile_") ? TRIP_NOT_OFFERED : TRIP_NO_CONSENT;
}

TripAnswer trip_tap_order(Trip *self, gint64 now_us, JourneyEffects *effects)
{
    TripAnswer answer = trip_can_order(self, NULL);

    *effects = 0;
    if (answer != TRIP_OK)
        return answer;
    self->wish_until_us = now_us + TRIP_WISH_US;
    self->wish_tariff = self->offer.tariff;
    trip_step(self, JOURNEY_EVENT_ORDER_WANTED, now_us, effects);
    return TRIP_OK;
}

/* Cancel also dismisses what is shown; then the pile is not offered again at once. */
TripAnswer trip_tap_cancel(Trip *self, gint64 now_us, JourneyEffects *effects)
{
    *effects = 0;
    if (self->state == JOURNEY_IDLE || self->state == JOURNEY_SCANNING)
        return TRIP_NOTHING_THERE;
    if (self->has_code && !journey_has_order(self->state))
        scan_policy_refuse(&self->scan, &self->code, now_us + TRIP_REFUSED_FOR_US);
    trip_give_up(self, JOURNEY_EVENT_CANCEL_WANTED, now_us, effects);
    *effects = trip_settle(self, *effects, now_us);
    return TRIP_OK;
}

TripAnswer trip_tap_stop(Trip *self, gint64 now_us, JourneyEffects *effects)
{
    *effects = 0;
    if (!journey_has_order(self->state))
        return TRIP_NOTHING_THERE;
    trip_give_up(self, JOURNEY_EVENT_STOP_WANTED, now_us, effects);
    return TRIP_OK;
}

JourneyEffects trip_set_consent(Trip *self, const Consent *consent, gint64 now_us)
{
    self->consent = *consent;
    return trip_settle(self, 0, now_us);
}

void trip_withdraw_order(Trip *self, gint64 now_us, JourneyEffects *effects)
{
    g_return_if_fail(*effects & (JOURNEY_EFFECT_PLACE_ORDER | JOURNEY_EFFECT_ASK_CODE));

    if (self->has_order) { /* it lives at the server; only the wish for a code is lost */
        self->state = JOURNEY_ORDERING;
        *effects &= ~JOURNEY_EFFECT_ASK_CODE;
        trip_set_notice(self, "storage_full");
        return;
    }

    self->state = JOURNEY_OFFERED;
    self->request = (OrderRequest){0};
    self->order_hold_us = now_us + ORDER_HOLD_US;
    *effects &= ~(JOURNEY_EFFECT_PLACE_ORDER | JOURNEY_EFFECT_ASK_CODE | JOURNEY_EFFECT_FOLLOW);
    trip_set_notice(self, "storage_full");
}

JourneyEffects trip_resume(Trip *self, gint64 now_us, gint64 now_unix_ms)
{
    JourneyEffects effects = 0;
    gint64 left_ms = self->offer.expires_ms - now_unix_ms;

    /* Perhaps the pile has admitted this car meanwhile; then the order that was not answered is one too many.
     */
    if (self->state == JOURNEY_ORDERING && !self->has_order && trip_may_be_charged(self))
        self->state = JOURNEY_CANCELLING;
    self->state = journey_resume(self->state, self->has_order, &effects);
    /* A clock that jumped gives no sensible time left: then the pile is looked up anew. */
    if (self->state == JOURNEY_OFFERED && (left_ms < 30 * 1000 || left_ms > 11 * 60 * 1000)) {
        self->state = JOURNEY_IDLE;
        effects |= JOURNEY_EFFECT_FORGET;
    }
    if (self->state == JOURNEY_OFFERED)
        self->offer_stale_us = now_us + (left_ms - 30 * 1000) * 1000;
    if (self->state == JOURNEY_OFFERED)
        trip_away_note(self, now_us);
    if (effects & JOURNEY_EFFECT_FORGET)
        trip_forget(self);
    self->cancel_asked = (effects & JOURNEY_EFFECT_CANCEL_ORDER) != 0;
    return effects;
}
