/* The conductor's insides, shared by conductor.c (who tells it what) and conductor_step.c (persist, then
 * act). */
#pragma once

#include "daemon/clock_watch.h"
#include "daemon/conductor.h"
#include "daemon/news_desk.h"

struct Conductor {
    ConductorParts parts;
    Courier *courier;
    BookingDesk *booking;
    MapDesk *map;
    NewsDesk *news;
    ClockWatch *clock;
    Trip trip;
    guint timer;
    gint64 timer_due_us;
    JourneyState stored_state;
    gboolean storage_failed;
    guint storage_retry; /* GSource id */
    guint refused_hash;  /* of the last code that was refused and logged */
    Order shown;         /* the last order, also after the journey forgot it */
    gboolean has_shown, has_shown_check;
    SettlementCheck shown_check;
};

/**
 * conductor_conclude:
 * @before: the trip before the event
 * @commit: what else belongs into the same transaction; order, offered, consent, removed row
 *
 * Returns: FALSE when it could not be stored; an order is then withdrawn, unsent
 */
gboolean conductor_conclude(Conductor *self, const Trip *before, JourneyEffects effects, StoreCommit *commit);
/* As conductor_conclude(), nothing else to commit. */
gboolean conductor_conclude_plain(Conductor *self, const Trip *before, JourneyEffects effects);
