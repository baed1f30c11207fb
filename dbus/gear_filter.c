#include "dbus/gear_filter.h"

/* How long a change from the reported gear to the raw one is held back. The first known gear is not a change:
 * we do not know what was before, so there is no bounce to wait for. */
static gint64 hold_us(const GearFilter *self)
{
    if (self->raw == GEAR_UNKNOWN || !self->sample.valid)
        return 0;
    if (self->raw == GEAR_R)
        return self->enter_us;
    return self->sample.gear == GEAR_R ? self->leave_us : 0;
}

static gint64 stale_at_us(const GearFilter *self)
{
    return self->stale_us > 0 && self->raw != GEAR_UNKNOWN ? self->heard_us + self->stale_us : G_MAXINT64;
}

static gint64 speed_stale_at_us(const GearFilter *self)
{
    return self->stale_us > 0 && self->sample.speed_kmh >= 0 ? self->speed_heard_us + self->stale_us
                                                             : G_MAXINT64;
}

static gboolean set_speed(GearFilter *self, gdouble speed_kmh, gint64 now_us)
{
    gboolean changed = speed_kmh < self->sample.speed_kmh || speed_kmh > self->sample.speed_kmh;

    self->sample.speed_kmh = speed_kmh;
    if (changed)
        self->sample.monotonic_us = now_us;
    return changed;
}

gboolean gear_filter_tick(GearFilter *self, gint64 now_us)
{
    gboolean changed = now_us >= speed_stale_at_us(self) && set_speed(self, SPEED_KMH_UNKNOWN, now_us);

    if (now_us >= stale_at_us(self))
        self->raw = GEAR_UNKNOWN;
    if (self->raw == self->sample.gear || now_us < self->raw_since_us + hold_us(self))
        return changed;
    self->sample.gear = self->raw;
    self->sample.valid = self->raw != GEAR_UNKNOWN;
    self->sample.monotonic_us = now_us;
    return TRUE;
}

gboolean gear_filter_gear(GearFilter *self, Gear gear, gint64 now_us)
{
    /* N to D while leaving R is one departure, not two. */
    if ((gear == GEAR_R) != (self->raw == GEAR_R))
        self->raw_since_us = now_us;
    self->raw = gear;
    self->heard_us = now_us;
    return gear_filter_tick(self, now_us);
}

gboolean gear_filter_speed(GearFilter *self, gdouble speed_kmh, gint64 now_us)
{
    self->speed_heard_us = now_us;
    return set_speed(self, speed_kmh, now_us);
}

gboolean gear_filter_lost(GearFilter *self, gint64 now_us)
{
    gboolean speed_changed = set_speed(self, SPEED_KMH_UNKNOWN, now_us);

    return gear_filter_gear(self, GEAR_UNKNOWN, now_us) || speed_changed;
}

gint64 gear_filter_deadline_us(const GearFilter *self)
{
    gint64 stale_us = MIN(stale_at_us(self), speed_stale_at_us(self));

    if (self->raw == self->sample.gear)
        return stale_us;
    return MIN(stale_us, self->raw_since_us + hold_us(self));
}
