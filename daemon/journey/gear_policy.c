#include "daemon/journey/gear_policy.h"

#include <math.h>

#define NEVER G_MAXINT64

const gchar *driving_state_name(DrivingState state)
{
    static const gchar *const names[] = {"unknown", "reversing", "parked", "idling", "moving"};

    g_return_val_if_fail(state < G_N_ELEMENTS(names), "unknown");
    return names[state];
}

GearPolicy gear_policy_init(const GearRules *rules)
{
    return (GearPolicy){
        .rules = *rules,
        .gear = GEAR_UNKNOWN,
        .speed_kmh = NAN,
        .park_since_us = -1,
        .still_since_us = -1,
        .left_r_us = -1,
        .fast_since_us = -1,
        .forward_since_us = -1,
    };
}

/* Keeps @since while @holds, starts it at @now_us when it begins to hold. */
static void keep_since(gint64 *since_us, gboolean holds, gint64 now_us)
{
    if (!holds)
        *since_us = -1;
    else if (*since_us < 0)
        *since_us = now_us;
}

static gboolean lasted(gint64 since_us, gint64 hold_us, gint64 now_us)
{
    return since_us >= 0 && now_us - since_us >= hold_us;
}

/* Comparisons with NAN are false: an unknown speed is neither slow nor fast. */
static gboolean is_standing(const GearPolicy *self, gint64 now_us)
{
    if (self->gear == GEAR_UNKNOWN)
        return FALSE;
    return self->rules.has_park ? lasted(self->park_since_us, self->rules.park_hold_us, now_us)
                                : lasted(self->still_since_us, self->rules.still_hold_us, now_us);
}

static gboolean is_looking(const GearPolicy *self, gint64 now_us)
{
    if (self->gear == GEAR_R) /* at once, whatever the speed says: it may be older than the gear */
        return TRUE;
    if (self->gear == GEAR_UNKNOWN || self->speed_kmh >= self->rules.look_max_kmh)
        return FALSE;
    return self->looking && !self->standing && !lasted(self->left_r_us, self->rules.look_after_us, now_us);
}

/* While looking, the driver may shunt to and fro below look_max_kmh; that is not leaving. Where speed is
 * not known, a forward gear for as long as we would look is. */
static gboolean is_away(const GearPolicy *self, gint64 now_us)
{
    if (self->gear != GEAR_R && self->speed_kmh >= self->rules.look_max_kmh)
        return TRUE;
    if (self->looking || self->gear == GEAR_UNKNOWN) /* in R we look, always */
        return FALSE;
    return lasted(self->fast_since_us, self->rules.away_hold_us, now_us) ||
           lasted(self->forward_since_us, self->rules.look_after_us, now_us);
}

GearEdges gear_policy_tick(GearPolicy *self, gint64 now_us)
{
    gboolean looked = self->looking, stood = self->standing;
    GearEdges edges = 0;

    self->standing = is_standing(self, now_us);
    self->looking = is_looking(self, now_us);
    if (looked && !self->looking)
        edges |= GEAR_EDGE_LOOK_ENDED;
    if (!looked && self->looking)
        edges |= GEAR_EDGE_LOOK_BEGAN;
    if (!stood && self->standing)
        edges |= GEAR_EDGE_STOOD;
    if (self->looking || self->standing)
        self->may_leave = TRUE;
    if (self->may_leave && is_away(self, now_us)) {
        self->may_leave = FALSE;
        edges |= GEAR_EDGE_DROVE_OFF;
    }
    return edges;
}

GearEdges gear_policy_feed(GearPolicy *self, const GearSample *sample, gint64 now_us)
{
    Gear gear = sample->valid ? sample->gear : GEAR_UNKNOWN;
    gdouble speed = sample->speed_kmh >= 0 ? sample->speed_kmh : (gdouble)NAN;
    gboolean lost = self->gear != GEAR_UNKNOWN && gear == GEAR_UNKNOWN;

    self->gear = gear;
    self->speed_kmh = speed;
    /* P on a rolling car (a slope, a wrong reading) is no standstill. */
    keep_since(&self->park_since_us, gear == GEAR_P && !(speed > self->rules.still_kmh), now_us);
    keep_since(&self->still_since_us, speed <= self->rules.still_kmh, now_us);
    keep_since(&self->left_r_us, gear != GEAR_R, now_us);
    keep_since(&self->fast_since_us, speed > self->rules.away_kmh, now_us);
    keep_since(&self->forward_since_us, gear == GEAR_D && isnan(speed), now_us);
    return gear_policy_tick(self, now_us) | (lost ? GEAR_EDGE_LOST : 0);
}

static gint64 due(gint64 since_us, gint64 hold_us)
{
    return since_us < 0 ? NEVER : since_us + hold_us;
}

gint64 gear_policy_deadline_us(const GearPolicy *self)
{
    gint64 next = NEVER;

    if (self->gear == GEAR_UNKNOWN)
        return NEVER;
    if (!self->standing)
        next = self->rules.has_park ? due(self->park_since_us, self->rules.park_hold_us)
                                    : due(self->still_since_us, self->rules.still_hold_us);
    if (self->looking && self->gear != GEAR_R)
        next = MIN(next, due(self->left_r_us, self->rules.look_after_us));
    if (self->may_leave && !self->looking) {
        next = MIN(next, due(self->fast_since_us, self->rules.away_hold_us));
        next = MIN(next, due(self->forward_since_us, self->rules.look_after_us));
    }
    return next;
}

DrivingState gear_policy_state(const GearPolicy *self)
{
    if (self->gear == GEAR_UNKNOWN)
        return DRIVING_UNKNOWN;
    if (self->standing)
        return DRIVING_PARKED;
    if (self->gear == GEAR_R)
        return DRIVING_REVERSING;
    return self->speed_kmh <= self->rules.still_kmh ? DRIVING_IDLING : DRIVING_MOVING;
}
