/* The part of trip_step.h about a pile that the server cannot reach just now: most such cuts last seconds (a
 * pile or server that restarts, a network that flaps), and the car is standing there. */
#include "daemon/journey/trip_step.h"

#include "daemon/journey/retry_wait.h"

#include <string.h>

#define ASK_MAX_S 15

static gboolean same_prices(const Tariff *a, const Tariff *b)
{
    return g_str_equal(a->currency, b->currency) && a->flat_micro == b->flat_micro &&
           a->energy_micro_per_kwh == b->energy_micro_per_kwh &&
           a->time_micro_per_hour == b->time_micro_per_hour;
}

void trip_away_over(Trip *self)
{
    self->away_since_us = self->away_ask_us = -1;
    self->away_asked = 0;
    self->asking_again = FALSE;
    self->wish_until_us = 0;
}

/* A pile that comes and goes keeps its back-off: only another pile, or none, begins anew. */
void trip_away_note(Trip *self, gint64 now_us)
{
    self->asking_again = FALSE;
    self->away_ask_us = -1;
    if (self->offer.reachable)
        return;
    if (self->away_since_us < 0)
        self->away_since_us = now_us;
    self->away_ask_us = now_us + retry_wait_us(self->away_asked++, ASK_MAX_S);
}

/* A display with a dynamic code may show a newer one by now. */
static void take_newest_token(Trip *self, gint64 now_us)
{
    const CodeSighting *seen = self->gear.looking ? scan_policy_chosen(&self->scan, now_us) : NULL;

    if (seen == NULL)
        return;
    /* The choice of another pile would have ended this offer (trip_sighting). */
    g_return_if_fail(strcmp(seen->code.evse.key, self->code.evse.key) == 0);
    self->code = seen->code;
}

void trip_away_tick(Trip *self, gint64 now_us, JourneyEffects *effects)
{
    if (self->state != JOURNEY_OFFERED || self->away_ask_us < 0 || now_us < self->away_ask_us)
        return;
    self->away_ask_us = -1;
    if (now_us - self->away_since_us >= TRIP_AWAY_GIVE_UP_US) {
        trip_step(self, JOURNEY_EVENT_OFFER_OVER, now_us, effects);
        return;
    }
    take_newest_token(self, now_us);
    self->asking_again = TRUE;
    trip_step(self, JOURNEY_EVENT_OFFER_DUE, now_us, effects);
}

gboolean trip_away_refused(Trip *self, const gchar *code, gint64 now_us)
{
    /* The display shows another code by now, and the camera is off. What was scanned is still good for an
     * order: that will tell whether the pile is back. */
    if (self->state != JOURNEY_OFFERED || now_us >= self->offer_stale_us || !g_str_has_prefix(code, "code_"))
        return FALSE;
    self->offer.reachable = TRUE;
    trip_away_note(self, now_us);
    return TRUE;
}

void trip_away_met(Trip *self, gint64 now_us)
{
    self->offer.reachable = FALSE;
    trip_away_note(self, now_us);
}

gboolean trip_away_is_wished(Trip *self, gint64 now_us)
{
    if (!self->gear.standing || now_us >= self->wish_until_us ||
        !same_prices(&self->wish_tariff, &self->offer.tariff))
        self->wish_until_us = 0;
    return self->wish_until_us > 0;
}
