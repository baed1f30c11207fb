#include "daemon/journey/trip_step.h"

#include <string.h>

#define CAMERA_EFFECTS (JOURNEY_EFFECT_CAMERA_ON | JOURNEY_EFFECT_CAMERA_OFF)
#define STREAM_EFFECTS (JOURNEY_EFFECT_FOLLOW | JOURNEY_EFFECT_UNFOLLOW)

void trip_set_notice(Trip *self, const gchar *code)
{
    g_strlcpy(self->notice, code, sizeof self->notice);
}

void trip_forget(Trip *self)
{
    self->has_code = self->has_offer = self->has_order = self->has_check = self->cancel_asked = FALSE;
    self->request = (OrderRequest){0};
    self->offer_refreshes = self->look_up_failures = 0;
    self->look_up_since_us = self->look_up_due_us = -1;
    trip_away_over(self);
    trip_link_over(self);
    trip_set_notice(self, "");
}

static void begin_look_up(Trip *self, gint64 now_us)
{
    self->look_up_serial++;
    self->look_up_due_us = -1;
    if (self->look_up_since_us < 0)
        self->look_up_since_us = now_us;
    if (self->has_offer && strcmp(self->offer.evse_key, self->code.evse.key) != 0)
        self->has_offer = FALSE;
}

static void begin_order(Trip *self)
{
    g_autofree gchar *ref = self->rules.new_ref();

    self->request = (OrderRequest){.limits = self->consent.limits};
    g_strlcpy(self->request.client_ref, ref, sizeof self->request.client_ref);
    g_strlcpy(self->request.scan_ref, self->offer.scan_ref, sizeof self->request.scan_ref);
    trip_set_notice(self, "");
}

/* One event through the table. Of opposite effects the later one counts. */
void trip_step(Trip *self, JourneyEvent event, gint64 now_us, JourneyEffects *effects)
{
    JourneyEffects now = 0;

    if (!journey_next(&self->state, event, &now)) {
        self->ignored_events++;
        return;
    }
    if (now & JOURNEY_EFFECT_FORGET) {
        PileCode code = self->code; /* FORGET and LOOK_UP together: the new pile is already here */

        trip_forget(self);
        self->code = code;
        self->has_code = (now & JOURNEY_EFFECT_LOOK_UP) != 0;
    }
    if (now & JOURNEY_EFFECT_LOOK_UP)
        begin_look_up(self, now_us);
    if (now & JOURNEY_EFFECT_DROP_LOOK_UP)
        self->look_up_serial++; /* its answer is late from now on */
    if ((now & JOURNEY_EFFECT_PLACE_ORDER) ||
        ((now & JOURNEY_EFFECT_ASK_CODE) && self->request.client_ref[0] == '\0'))
        begin_order(self);
    if (now & CAMERA_EFFECTS)
        *effects &= ~CAMERA_EFFECTS;
    if (now & STREAM_EFFECTS)
        *effects &= ~STREAM_EFFECTS;
    *effects |= now;
}

void trip_give_up(Trip *self, JourneyEvent event, gint64 now_us, JourneyEffects *effects)
{
    trip_step(self, event, now_us, effects);
    if (*effects & JOURNEY_EFFECT_CANCEL_ORDER) {
        if (!self->has_order) /* no id yet, perhaps no order either: it is called off by our own reference */
            *effects = (*effects & ~JOURNEY_EFFECT_CANCEL_ORDER) | JOURNEY_EFFECT_WITHDRAW_ORDER;
        else
            self->cancel_asked = TRUE;
    }
}

static gboolean gear_known(const Trip *self)
{
    return self->gear.gear != GEAR_UNKNOWN;
}

/* What follows from the facts as they are, not from an edge; the end of every input. */
JourneyEffects trip_settle(Trip *self, JourneyEffects effects, gint64 now_us)
{
    const gchar *reason = "";
    ConsentVerdict verdict;

    /* Back from a cancelled order, and already backing up to the next pile. */
    if (self->state == JOURNEY_IDLE && self->gear.looking) {
        scan_policy_restart(&self->scan);
        trip_step(self, JOURNEY_EVENT_REVERSE, now_us, &effects);
    }
    if (now_us >= self->order_hold_us)
        self->order_hold_us = 0;
    if (self->order_hold_us == 0 && trip_code_is_due(self))
        trip_step(self, JOURNEY_EVENT_CODE_WANTED, now_us, &effects);
    if (self->state != JOURNEY_OFFERED || self->order_hold_us > 0)
        return effects;
    verdict = consent_judge(&self->consent, &self->offer, gear_known(self), self->gear.standing, &reason);
    if (verdict != CONSENT_REFUSE && trip_may_be_charged(self))
        trip_set_notice(self, "charge_unreported"); /* a tap can order all the same */
    else if (verdict == CONSENT_ORDER || (verdict == CONSENT_ASK && trip_away_is_wished(self, now_us)))
        trip_step(self, JOURNEY_EVENT_ORDER_WANTED, now_us, &effects);
    else
        trip_set_notice(self, reason);
    return effects;
}
