/* The conductor's insides, shared by conductor.c (who tells it what) and conductor_step.c (persist, then
 * act). */
#pragma once

#include "daemon/clock_watch.h"
#include "daemon/conductor.h"
#include "daemon/news_desk.h"
#include "daemon/voucher_box.h"

struct Conductor {
    ConductorParts parts;
    Courier *courier;
    BookingDesk *booking;
    MapDesk *map;
    NewsDesk *news;
    VoucherBox *voucher;
    GCancellable *link_cancellable;
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

/* conductor_driver.c: one wish of the driver through the trip. */
gboolean conductor_wish(Conductor *self, TripAnswer (*tap)(Trip *, gint64, JourneyEffects *), GError **error);
/* conductor_link.c: hands over what is due; the vehicle's facts have changed; which codes are out has
 * changed. */
void conductor_link_step(Conductor *self);
void conductor_link_facts(Conductor *self);
void conductor_link_follow(Conductor *self);

/**
 * conductor_conclude:
 * @before: the trip before the event
 * @commit: what else belongs into the same transaction; order, offered, consent, removed row
 *
 * Returns: FALSE when it could not be stored; an order is then withdrawn, unsent
 */
gboolean conductor_conclude(Conductor *self, const Trip *before, JourneyEffects effects, StoreCommit *commit);
/* The journey as it is, nothing else. Returns: FALSE when it could not be stored: tried again */
gboolean conductor_store_trip(Conductor *self);
/* As conductor_conclude(), nothing else to commit. */
gboolean conductor_conclude_plain(Conductor *self, const Trip *before, JourneyEffects effects);
