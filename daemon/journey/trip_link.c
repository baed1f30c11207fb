/* The part of trip.h about piles and cars without network: codes, and what is handed to the pile over its own
 * network when the cable is in. The pile decides; the server hears of it later. */
#include "daemon/journey/trip_step.h"

#include "daemon/journey/retry_wait.h"

#include <string.h>

#define AGAIN_MAX_S 15
#define MAX_TRIES 40 /* ten minutes */

static gboolean order_wants_code(const Trip *self)
{
    return self->state == JOURNEY_ORDERING && self->has_order && self->order.code_offered;
}

TripAnswer trip_can_code(const Trip *self)
{
    const gchar *obstacle;

    if (order_wants_code(self))
        return TRIP_OK;
    if (journey_has_order(self->state))
        return TRIP_BUSY;
    if (self->state != JOURNEY_OFFERED)
        return TRIP_NOT_OFFERED;
    obstacle = consent_code_obstacle(&self->consent, &self->offer, self->gear.standing);
    if (obstacle == NULL)
        return TRIP_OK;
    if (g_str_equal(obstacle, "not_parked"))
        return TRIP_NOT_STANDING;
    return g_str_has_prefix(obstacle, "pile_") ? TRIP_NOT_OFFERED : TRIP_NO_CONSENT;
}

TripAnswer trip_tap_code(Trip *self, gint64 now_us, JourneyEffects *effects)
{
    TripAnswer answer = trip_can_code(self);

    *effects = 0;
    if (answer != TRIP_OK)
        return answer;
    trip_set_notice(self, "");
    trip_step(self, JOURNEY_EVENT_CODE_WANTED, now_us, effects);
    return TRIP_OK;
}

gboolean trip_code_is_due(const Trip *self)
{
    const Consent *consent = &self->consent;

    if (!consent->auto_code || !consent->given || consent->confirm == CONFIRM_TAP ||
        self->gear.gear == GEAR_UNKNOWN || trip_can_code(self) != TRIP_OK || trip_may_be_charged(self))
        return FALSE;
    return order_wants_code(self) || self->offer.trust >= consent->min_trust;
}

JourneyEffects trip_code_refused(Trip *self, const gchar *client_ref, const gchar *code, gint64 now_us)
{
    JourneyEffects effects = 0;

    if (self->state != JOURNEY_CODE || !self->has_order)
        return trip_order_refused(self, client_ref, code, now_us);
    if (strcmp(self->request.client_ref, client_ref) != 0) {
        self->ignored_events++;
        return 0;
    }
    /* The order goes on; "pile_online" means that the pile is answering after all. */
    self->order.code_offered = FALSE;
    trip_step(self, JOURNEY_EVENT_CODE_REFUSED, now_us, &effects);
    trip_set_notice(self, code);
    return trip_settle(self, effects, now_us);
}

static gboolean order_is_unheard(const Trip *self)
{
    return self->state == JOURNEY_ORDERING && !self->has_order;
}

/* The server cannot be asked now: no offer came, or the order that was placed has no answer. */
static gboolean server_is_away(const Trip *self)
{
    return (self->state == JOURNEY_LOOKING_UP && self->look_up_failures > 0) || order_is_unheard(self);
}

static gboolean pile_is_away(const Trip *self)
{
    return self->state == JOURNEY_OFFERED && !self->offer.reachable;
}

static const gchar *link_url(const Trip *self)
{
    if (self->has_order && self->order.code.link_url[0] != '\0')
        return self->order.code.link_url;
    if (self->has_offer && self->offer.link_url[0] != '\0')
        return self->offer.link_url;
    return self->rules.link_url;
}

/* What fits now, best first: the code is this charge's own; the vehicle's name costs nothing; a voucher is
 * used up. */
static TripHand fitting(const Trip *self)
{
    if (self->state == JOURNEY_CODE)
        return self->consent.auto_code && self->has_order && self->order.code.digits[0] != '\0'
                   ? TRIP_HAND_CODE
                   : TRIP_HAND_NOTHING;
    if (!server_is_away(self) && !pile_is_away(self))
        return TRIP_HAND_NOTHING;
    if (self->has_id && self->handed < TRIP_HAND_VEHICLE)
        return TRIP_HAND_VEHICLE;
    return self->has_voucher && self->consent.voucher && server_is_away(self) ? TRIP_HAND_VOUCHER
                                                                              : TRIP_HAND_NOTHING;
}

static void take_back_mark(Trip *self)
{
    untold_remove(&self->untold, self->untold_by_hand);
    self->untold_by_hand[0] = '\0';
}

/* A pile that restarts, or a radio link that stutters: the same once more, which is the same to the pile. */
static void try_again_later(Trip *self, gint64 now_us)
{
    self->link = TRIP_LINK_AWAY;
    self->link_again_us =
        self->link_tries < MAX_TRIES ? now_us + retry_wait_us(self->link_tries, AGAIN_MAX_S) : -1;
    self->link_tries++;
}

void trip_link_tick(Trip *self, gint64 now_us)
{
    if (self->link_again_us < 0 || now_us < self->link_again_us)
        return;
    self->handed = self->handed_before;
    self->link = TRIP_LINK_QUIET;
    self->link_again_us = -1;
}

void trip_link_over(Trip *self)
{
    self->handed = TRIP_HAND_NOTHING;
    self->link = TRIP_LINK_QUIET;
    self->link_refusal[0] = '\0';
    self->link_again_us = -1;
    self->link_tries = 0;
}

TripHand trip_hand_over(Trip *self, const gchar **url)
{
    TripHand hand = fitting(self);

    *url = link_url(self);
    if (!self->plugged || !self->has_code || (*url)[0] == '\0' || self->link == TRIP_LINK_ASKING ||
        self->link == TRIP_LINK_ACCEPTED || self->link == TRIP_LINK_AWAY || hand == TRIP_HAND_NOTHING ||
        hand == self->handed)
        return TRIP_HAND_NOTHING;
    self->handed_before = self->handed;
    self->handed = hand;
    self->link = TRIP_LINK_ASKING;
    self->link_refusal[0] = '\0';
    self->untold_by_hand[0] = '\0';
    if (hand >= TRIP_HAND_VEHICLE && untold_add(&self->untold, self->code.evse.key))
        g_strlcpy(self->untold_by_hand, self->code.evse.key, sizeof self->untold_by_hand);
    return hand;
}

void trip_hand_failed(Trip *self, gint64 now_us)
{
    take_back_mark(self);
    try_again_later(self, now_us);
}

JourneyEffects trip_plug(Trip *self, gboolean plugged, gboolean has_id, gboolean has_voucher, gint64 now_us)
{
    /* Each plug-in is asked anew. */
    if (plugged != self->plugged)
        trip_link_over(self);
    self->plugged = plugged;
    self->has_id = has_id;
    self->has_voucher = has_voucher;
    return trip_settle(self, 0, now_us);
}

JourneyEffects trip_link_answered(Trip *self, TripHand handed, const gchar *refusal, gint64 now_us)
{
    JourneyEffects effects = 0;

    if (handed != self->handed || self->link != TRIP_LINK_ASKING) {
        self->ignored_events++;
        return 0;
    }
    /* No answer is no refusal: it may have been admitted. */
    if (refusal != NULL && refusal[0] != '\0')
        take_back_mark(self);
    if (refusal == NULL)
        self->link = TRIP_LINK_ACCEPTED;
    else if (refusal[0] != '\0')
        self->link = TRIP_LINK_REFUSED;
    else
        try_again_later(self, now_us);
    g_strlcpy(self->link_refusal, refusal != NULL ? refusal : "", sizeof self->link_refusal);
    /* It charges already: the order that has no answer must not become a second one. */
    if (refusal == NULL && order_is_unheard(self))
        trip_give_up(self, JOURNEY_EVENT_CANCEL_WANTED, now_us, &effects);
    return trip_settle(self, effects, now_us);
}

gboolean trip_link_owns(const Trip *self, const Order *order)
{
    return self->request.client_ref[0] == '\0' && order->origin >= ORDER_ORIGIN_VEHICLE_CODE &&
           trip_may_be_charged(self) && strcmp(order->evse_key, self->code.evse.key) == 0;
}

void trip_link_told(Trip *self, const Order *order)
{
    if (order->origin >= ORDER_ORIGIN_VEHICLE_CODE && order_state_is_final(order->state))
        untold_remove(&self->untold, order->evse_key);
}

gboolean trip_may_be_charged(const Trip *self)
{
    return self->has_code && untold_has(&self->untold, self->code.evse.key);
}

const gchar *trip_offline_state(const Trip *self)
{
    if (self->state == JOURNEY_CODE)
        return self->has_order && self->order.code.digits[0] != '\0' ? "code" : "code_asked";
    if (order_wants_code(self) || (pile_is_away(self) && self->offer.offline_code_max_wh > 0))
        return "code_offered";
    if (order_is_unheard(self))
        return "order_waits";
    return self->link == TRIP_LINK_ACCEPTED || server_is_away(self) || pile_is_away(self) ? "no_network" : "";
}

/* The one next thing. */
const gchar *trip_offline_next(const Trip *self)
{
    const gchar *state = trip_offline_state(self);
    gboolean may_hand = link_url(self)[0] != '\0' && (self->has_id || self->has_voucher);

    if (state[0] == '\0')
        return "";
    if (self->link == TRIP_LINK_ACCEPTED)
        return "wait_network"; /* it charges; the rest comes by itself */
    if (g_str_equal(state, "code"))
        return !self->plugged ? "plug_in" : "type_code";
    if (g_str_equal(state, "code_offered"))
        return "ask_code";
    if (g_str_equal(state, "code_asked") || g_str_equal(state, "order_waits"))
        return "wait_network";
    if (may_hand && !self->plugged)
        return "plug_in"; /* the pile may know this car */
    if (self->link == TRIP_LINK_ASKING)
        return "wait_network";
    return self->link == TRIP_LINK_REFUSED ? "move_on" : "use_panel";
}
