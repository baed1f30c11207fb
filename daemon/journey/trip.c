#include "daemon/journey/trip_step.h"

#include "daemon/journey/retry_wait.h"

#include <string.h>

#define NEVER G_MAXINT64
#define RETRY_MAX_S 30

Trip trip_init(const TripRules *rules, const Consent *consent)
{
    return (Trip){
        .rules = *rules,
        .gear = gear_policy_init(&rules->gear),
        .scan = SCAN_POLICY_INIT,
        .consent = *consent,
        .look_up_due_us = -1,
        .link_again_us = -1,
        .look_up_since_us = -1,
        .away_since_us = -1,
        .away_ask_us = -1,
    };
}

static JourneyEffects follow_edges(Trip *self, GearEdges edges, gint64 now_us)
{
    JourneyEffects effects = 0;

    if (edges & GEAR_EDGE_LOST)
        trip_step(self, JOURNEY_EVENT_GEAR_LOST, now_us, &effects);
    if (edges & GEAR_EDGE_LOOK_ENDED)
        trip_step(self, JOURNEY_EVENT_LOOK_ENDED, now_us, &effects);
    if (edges & GEAR_EDGE_DROVE_OFF)
        trip_give_up(self, JOURNEY_EVENT_DROVE_OFF, now_us, &effects);
    if (edges & GEAR_EDGE_LOOK_BEGAN) {
        scan_policy_restart(&self->scan);
        trip_step(self, JOURNEY_EVENT_REVERSE, now_us, &effects);
    }
    return effects;
}

JourneyEffects trip_gear(Trip *self, const GearSample *sample, gint64 now_us)
{
    GearEdges edges = gear_policy_feed(&self->gear, sample, now_us);

    return trip_settle(self, follow_edges(self, edges, now_us), now_us);
}

static void offer_timer(Trip *self, gint64 now_us, JourneyEffects *effects)
{
    if (self->state != JOURNEY_OFFERED || now_us < self->offer_stale_us)
        return;
    if (self->offer_refreshes++ < TRIP_OFFER_MAX_REFRESHES)
        trip_step(self, JOURNEY_EVENT_OFFER_STALE, now_us, effects);
    else
        trip_step(self, JOURNEY_EVENT_OFFER_OVER, now_us, effects);
}

JourneyEffects trip_tick(Trip *self, gint64 now_us)
{
    JourneyEffects effects = follow_edges(self, gear_policy_tick(&self->gear, now_us), now_us);

    if (self->look_up_due_us >= 0 && now_us >= self->look_up_due_us) {
        self->look_up_due_us = -1;
        trip_step(self, JOURNEY_EVENT_LOOK_UP_DUE, now_us, &effects);
    }
    offer_timer(self, now_us, &effects);
    trip_away_tick(self, now_us, &effects);
    trip_link_tick(self, now_us);
    return trip_settle(self, effects, now_us);
}

JourneyEffects trip_reprice(Trip *self, gint64 now_us)
{
    JourneyEffects effects = 0;

    if (self->state == JOURNEY_OFFERED)
        trip_step(self, JOURNEY_EVENT_OFFER_STALE, now_us, &effects);
    return trip_settle(self, effects, now_us);
}

gint64 trip_deadline_us(const Trip *self)
{
    gint64 next = gear_policy_deadline_us(&self->gear);

    if (self->link_again_us >= 0)
        next = MIN(next, self->link_again_us);
    if (self->state == JOURNEY_LOOKING_UP && self->look_up_due_us >= 0)
        next = MIN(next, self->look_up_due_us);
    if (self->state == JOURNEY_OFFERED) {
        next = MIN(next, self->offer_stale_us);
        if (self->order_hold_us > 0)
            next = MIN(next, self->order_hold_us);
        if (self->away_ask_us >= 0)
            next = MIN(next, self->away_ask_us);
    }
    return next;
}

JourneyEffects trip_sighting(Trip *self, const CodeSighting *sighting, gint64 now_us)
{
    const CodeSighting *chosen;
    JourneyEffects effects = 0;

    /* Frames already in the socket when the look ended or an order went out change nothing. */
    if (!self->gear.looking || (self->state != JOURNEY_SCANNING && self->state != JOURNEY_LOOKING_UP &&
                                self->state != JOURNEY_OFFERED && self->state != JOURNEY_FAILED))
        return 0;
    chosen = scan_policy_feed(&self->scan, sighting, now_us);
    if (chosen == NULL)
        return 0;
    /* Backing up again to the pile that is on offer already: its price is still good. */
    if (self->state == JOURNEY_OFFERED && strcmp(chosen->code.evse.key, self->code.evse.key) == 0)
        return 0;
    self->code = chosen->code;
    self->has_code = TRUE;
    self->look_up_since_us = -1;
    self->look_up_failures = self->offer_refreshes = 0;
    trip_away_over(self);
    trip_set_notice(self, "");
    trip_step(self, JOURNEY_EVENT_CODE_CONFIRMED, now_us, &effects);
    return trip_settle(self, effects, now_us);
}

static gboolean is_late_look_up(Trip *self, guint serial)
{
    gboolean asked =
        self->state == JOURNEY_LOOKING_UP || (self->state == JOURNEY_OFFERED && self->asking_again);
    gboolean late = !asked || serial != self->look_up_serial;

    self->ignored_events += late;
    return late;
}

JourneyEffects trip_look_up_answered(Trip *self, guint serial, const ScanAnswer *answer, gint64 now_us)
{
    JourneyEffects effects = 0;

    if (is_late_look_up(self, serial))
        return 0;
    self->offer = *answer;
    self->has_offer = TRUE;
    self->offer_stale_us = now_us + TRIP_OFFER_FRESH_US;
    self->look_up_since_us = -1;
    self->look_up_failures = 0;
    trip_set_notice(self, "");
    trip_away_note(self, now_us);
    trip_step(self, JOURNEY_EVENT_OFFER, now_us, &effects);
    return trip_settle(self, effects, now_us);
}

JourneyEffects trip_look_up_refused(Trip *self, guint serial, const gchar *code, gint64 now_us)
{
    JourneyEffects effects = 0;

    if (is_late_look_up(self, serial))
        return 0;
    if (trip_away_refused(self, code, now_us))
        return trip_settle(self, 0, now_us);
    /* The same code would be refused again; another token, or another pile, may not be. */
    scan_policy_refuse(&self->scan, &self->code, now_us + TRIP_REFUSED_FOR_US);
    self->has_offer = FALSE;
    trip_step(self, JOURNEY_EVENT_LOOK_UP_REFUSED, now_us, &effects);
    trip_set_notice(self, code);
    return trip_settle(self, effects, now_us);
}

JourneyEffects trip_look_up_failed(Trip *self, guint serial, gint64 now_us)
{
    if (is_late_look_up(self, serial))
        return 0;
    if (self->state == JOURNEY_OFFERED) {
        trip_away_note(self, now_us);
        return 0;
    }
    if (now_us - self->look_up_since_us >= TRIP_LOOK_UP_GIVE_UP_US)
        return trip_look_up_refused(self, serial, "server_unreachable", now_us);
    self->look_up_due_us = now_us + retry_wait_us(self->look_up_failures++, RETRY_MAX_S);
    trip_set_notice(self, "server_unreachable");
    return 0;
}
