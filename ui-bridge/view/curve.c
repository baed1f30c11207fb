#include "ui-bridge/view/curve.h"

#include "ui-bridge/view/facts.h"

static void thin_out(Curve *self)
{
    guint kept = 0;

    for (guint i = 0; i < self->n_points; i += 2)
        self->points[kept++] = self->points[i];
    self->n_points = kept;
}

void curve_follow(Curve *self, GVariant *snapshot, gint64 now_ms)
{
    g_autoptr(GVariant) order = snapshot != NULL ? facts_dict(snapshot, "order") : NULL;
    gint64 energy_wh = 0, power_w = 0;

    if (order == NULL || !g_str_equal(facts_text(order, "state"), "charging"))
        return;
    if (!g_str_equal(self->order_id, facts_text(order, "order_id"))) {
        g_strlcpy(self->order_id, facts_text(order, "order_id"), sizeof self->order_id);
        self->n_points = 0;
        self->start_ms = now_ms;
        self->first_percent = -1;
    }
    energy_wh = facts_number(order, "energy_wh");
    if (self->first_percent < 0) {
        self->first_percent = facts_real(order, "soc_percent", -1);
        self->first_energy_wh = energy_wh;
    }
    power_w = MAX(facts_number(order, "power_w"), 0);
    if (self->n_points > 0 && energy_wh == self->last_energy_wh &&
        power_w == self->points[self->n_points - 1].power_w)
        return; /* the gear or the camera changed, not the charge */
    if (self->n_points == CURVE_MAX_POINTS)
        thin_out(self);
    self->last_energy_wh = energy_wh;
    self->points[self->n_points++] = (CurvePoint){now_ms - self->start_ms, power_w};
}

gint64 curve_remaining_s(const Curve *self, GVariant *order)
{
    gdouble percent = facts_real(order, "soc_percent", -1);
    gdouble gained = percent - self->first_percent;
    gdouble charged_wh = (gdouble)(facts_number(order, "energy_wh") - self->first_energy_wh);
    gint64 power_w = facts_number(order, "power_w");

    if (!g_str_equal(self->order_id, facts_text(order, "order_id")) || self->first_percent < 0 ||
        gained < 2 || charged_wh <= 0 || power_w <= 0)
        return -1;
    return (gint64)((100 - MIN(percent, 100)) * charged_wh / gained * 3600 / (gdouble)power_w);
}
