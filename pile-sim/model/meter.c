#include "pile-sim/model/meter.h"

#include "pile-sim/model/battery.h"

void meter_add(Meter *self, gint64 uwh)
{
    g_return_if_fail(uwh >= 0);
    if (self->register_uwh <= G_MAXINT64 - uwh)
        self->register_uwh += uwh;
}

gint64 meter_wh(const Meter *self)
{
    return self->register_uwh / BATTERY_UWH_PER_WH;
}

void meter_restore(Meter *self, gint64 register_uwh)
{
    self->register_uwh = MAX(self->register_uwh, register_uwh);
}
