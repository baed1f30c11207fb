#include "pile-sim/model/battery.h"

Battery battery_new(gint64 capacity_wh, gdouble soc_percent, gint64 max_power_w)
{
    gint64 capacity_uwh = CLAMP(capacity_wh, 1, BATTERY_MAX_WH) * BATTERY_UWH_PER_WH;

    return (Battery){
        .capacity_uwh = capacity_uwh,
        .stored_uwh = (gint64)((gdouble)capacity_uwh * (CLAMP(soc_percent, 0.0, 100.0) / 100.0)),
        .max_power_w = CLAMP(max_power_w, 1, BATTERY_MAX_POWER_W),
    };
}

gint64 battery_power_w(const Battery *self, gint64 offered_w)
{
    gint64 knee_uwh = self->capacity_uwh / 100 * BATTERY_TAPER_PERCENT;
    gint64 wanted_w = self->max_power_w;

    if (battery_is_full(self) || offered_w <= 0)
        return 0;
    if (self->stored_uwh > knee_uwh) {
        /* In thousandths: uWh times W of the largest battery would not fit into 64 bits. */
        gint64 above = (self->stored_uwh - knee_uwh) / MAX((self->capacity_uwh - knee_uwh) / 1000, 1);
        gint64 lost = self->max_power_w * MIN(above, 1000) * (100 - BATTERY_TAIL_PERCENT) / 100000;

        wanted_w = MAX(self->max_power_w - lost, 1);
    }
    return MIN(wanted_w, offered_w);
}

gint64 battery_charge(Battery *self, gint64 offered_w, gint64 dt_ms, gint64 most_uwh)
{
    /* 1 W for 1 ms is 1/3600 mWh = 10/36 uWh. */
    gint64 taken_uwh = battery_power_w(self, offered_w) * MAX(dt_ms, 0) * 10 / 36;

    taken_uwh = MIN(taken_uwh, self->capacity_uwh - self->stored_uwh);
    taken_uwh = MIN(taken_uwh, MAX(most_uwh, 0));
    self->stored_uwh += taken_uwh;
    return taken_uwh;
}

gboolean battery_is_full(const Battery *self)
{
    return self->stored_uwh >= self->capacity_uwh;
}

gdouble battery_soc_percent(const Battery *self)
{
    return self->capacity_uwh > 0 ? (gdouble)self->stored_uwh * 100.0 / (gdouble)self->capacity_uwh : 0.0;
}
