/* EVSE: what time does to it. Energy flows, samples are taken, deadlines expire. */
#include "pile-sim/model/evse.h"

#include "pile-sim/model/evse_internal.h"

/* Steps in which the charging curve counts as flat, and after which limits are looked at. */
#define STEP_MS 1000
/* How often time is looked at while energy flows, in real time. */
#define TICK_SLOWEST_MS 1000
#define TICK_FASTEST_MS 100

/* What the EVSE may give at most. */
static gint64 available_w(const Evse *self)
{
    return self->limit_w >= 0 ? MIN(self->limit_w, self->max_power_w) : self->max_power_w;
}

gint64 evse_power_w(const Evse *self)
{
    return self->state == OCPP_CHARGING_STATE_CHARGING
               ? battery_power_w(&self->vehicle.battery, available_w(self))
               : 0;
}

void evse_sample(const Evse *self, OcppReadingContext context, guint measurands, gint64 timestamp_ms,
                 GArray *samples)
{
    OcppSample energy = {
        .timestamp_ms = timestamp_ms,
        .context = context,
        .measurand = OCPP_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER,
        .location = OCPP_LOCATION_OUTLET,
        .unit = OCPP_UNIT_WH,
        .value = meter_wh(&self->meter),
    };
    OcppSample power = energy, soc = energy;

    power.measurand = OCPP_MEASURAND_POWER_ACTIVE_IMPORT;
    power.unit = OCPP_UNIT_W;
    power.value = evse_power_w(self);
    soc.measurand = OCPP_MEASURAND_SOC;
    soc.location = OCPP_LOCATION_EV;
    soc.unit = OCPP_UNIT_PERCENT;
    soc.value = (gint64)battery_soc_percent(&self->vehicle.battery);
    if (measurands & EVSE_MEASURE_ENERGY)
        g_array_append_val(samples, energy);
    if (measurands & EVSE_MEASURE_POWER)
        g_array_append_val(samples, power);
    /* Without a car nobody knows its state of charge. */
    if ((measurands & EVSE_MEASURE_SOC) && self->vehicle.battery.capacity_uwh > 0)
        g_array_append_val(samples, soc);
}

gboolean evse_report_now(Evse *self, OcppTriggerReason trigger, OcppReadingContext context,
                         const EvseTurn *turn)
{
    evse_advance(self, turn);
    if (!transaction_is_running(&self->transaction))
        return FALSE;
    evse_tell_update(self, trigger, context, turn);
    return TRUE;
}

static gint64 sample_interval_ms(const Evse *self, const EvseRules *rules)
{
    /* At a high speed more samples than ten a second would only measure the disk. */
    return rules->sample_interval_ms > 0
               ? MAX(rules->sample_interval_ms, (gint64)(TICK_FASTEST_MS * self->speed))
               : STATION_TIME_NEVER;
}

/* Time at which the order's duration is over, on the transaction's clock. */
static gint64 duration_end_ms(const Evse *self)
{
    gint64 max_s = self->transaction.grant.order.max_duration_s;

    return max_s > 0 && max_s < G_MAXINT32 ? self->transaction.begin_ms + max_s * 1000 : STATION_TIME_NEVER;
}

static gint64 energy_left_uwh(const Evse *self)
{
    const Transaction *transaction = &self->transaction;
    gint64 max_wh = grant_energy_limit_wh(&transaction->grant);
    gint64 used_uwh = self->meter.register_uwh - transaction->meter_start_wh * BATTERY_UWH_PER_WH;
    gint64 limit_wh = max_wh > 0 ? max_wh : BATTERY_MAX_WH;

    if (transaction->refused_cap_wh >= 0)
        limit_wh = MIN(limit_wh, transaction->refused_cap_wh);
    return limit_wh < BATTERY_MAX_WH ? limit_wh * BATTERY_UWH_PER_WH - used_uwh : STATION_TIME_NEVER;
}

/* What is due at clock_ms. */
static void look(Evse *self, const EvseTurn *turn)
{
    if (self->clock_ms >= self->next_sample_ms && turn->rules->sample_interval_ms > 0) {
        self->next_sample_ms = self->clock_ms + sample_interval_ms(self, turn->rules);
        evse_tell_update(self, OCPP_TRIGGER_METER_VALUE_PERIODIC, OCPP_CONTEXT_SAMPLE_PERIODIC, turn);
    }
    if (self->grant.token.present && evse_is_refused(self))
        evse_follow_energy(self, turn);
    else if (self->grant.token.present && energy_left_uwh(self) <= 0)
        evse_revoke(self, OCPP_TRIGGER_ENERGY_LIMIT_REACHED, OCPP_STOPPED_ENERGY_LIMIT_REACHED, turn);
    if (self->grant.token.present && self->clock_ms >= duration_end_ms(self))
        evse_revoke(self, OCPP_TRIGGER_TIME_LIMIT_REACHED, OCPP_STOPPED_TIME_LIMIT_REACHED, turn);
}

static void charge_step(Evse *self, gint64 step_ms, const EvseTurn *turn)
{
    Battery *battery = &self->vehicle.battery;

    meter_add(&self->meter, battery_charge(battery, available_w(self), step_ms, energy_left_uwh(self)));
    self->transaction.charged_ms += step_ms;
    if (battery_is_full(battery)) {
        evse_follow_energy(self, turn);
        evse_tell_status(self, turn); /* an end may have made it Unavailable */
    }
    if (self->vehicle.unplug_at_percent > 0 &&
        battery_soc_percent(battery) >= (gdouble)self->vehicle.unplug_at_percent)
        evse_unplug(self, turn);
}

/* @real_ms of real time pass in a transaction. */
static void pass(Evse *self, gint64 real_ms, const EvseTurn *turn)
{
    gint64 left_ms = real_ms;

    if (self->state == OCPP_CHARGING_STATE_CHARGING) {
        left_ms = (gint64)((gdouble)real_ms * self->speed);
        while (left_ms > 0 && self->state == OCPP_CHARGING_STATE_CHARGING) {
            gint64 due_ms = MIN(duration_end_ms(self), self->next_sample_ms);
            gint64 step_ms = CLAMP(due_ms - self->clock_ms, 1, MIN(left_ms, STEP_MS));

            left_ms -= step_ms;
            self->clock_ms += step_ms;
            charge_step(self, step_ms, turn);
            if (transaction_is_running(&self->transaction))
                look(self, turn);
        }
        /* What is left of the fast time belongs to a car that no longer charges. */
        return;
    }
    self->clock_ms += left_ms;
    look(self, turn);
}

/* What the sensor says is so from now on. */
static void believe_bay(Evse *self, gboolean repaired, const EvseTurn *turn)
{
    EvseReport report = {
        .type = EVSE_REPORT_BAY, .evse_id = self->id, .occupied = self->bay_sensed, .repaired = repaired};
    gboolean changed = self->bay_occupied != self->bay_sensed;
    gboolean ends = !self->bay_sensed && (turn->rules->stop_points & TX_POINT_PARKING_BAY_OCCUPANCY);

    self->bay_occupied = self->bay_sensed;
    self->changed = TRUE;
    g_array_append_val(turn->reports, report);
    if (changed)
        evse_apply(self, self->bay_occupied ? OCPP_TRIGGER_EV_DETECTED : OCPP_TRIGGER_EV_DEPARTED,
                   ends ? OCPP_STOPPED_LOCAL : OCPP_STOPPED_NONE, turn);
}

static void expire(Evse *self, const EvseTurn *turn)
{
    gint64 now_ms = turn->now.mono_ms;

    if (self->bay_sensed != self->bay_occupied &&
        now_ms - self->bay_sensed_mono_ms >= turn->rules->bay_debounce_ms)
        believe_bay(self, FALSE, turn);
    if (now_ms >= self->connect_deadline_ms) {
        self->connect_deadline_ms = STATION_TIME_NEVER;
        if (transaction_is_running(&self->transaction)) {
            evse_end(self, OCPP_TRIGGER_EV_CONNECT_TIMEOUT, OCPP_STOPPED_TIMEOUT, turn);
        } else {
            self->grant = (Grant){0};
            self->changed = TRUE;
            evse_apply(self, OCPP_TRIGGER_EV_CONNECT_TIMEOUT, OCPP_STOPPED_TIMEOUT, turn);
        }
    }
}

void evse_advance(Evse *self, const EvseTurn *turn)
{
    gint64 real_ms = self->advanced_mono_ms < 0 ? 0 : turn->now.mono_ms - self->advanced_mono_ms;

    /* Marked first: what happens in between may let time pass again. */
    self->advanced_mono_ms = turn->now.mono_ms;
    if (transaction_is_running(&self->transaction) && real_ms > 0)
        pass(self, real_ms, turn);
    expire(self, turn);
}

void evse_sense_bay(Evse *self, gboolean occupied, const EvseTurn *turn)
{
    evse_advance(self, turn);
    if (self->bay_broken) { /* its first word after the repair is all there is: no debounce */
        self->bay_broken = FALSE;
        self->bay_sensed = occupied;
        believe_bay(self, TRUE, turn);
        return;
    }
    if (self->bay_sensed == occupied)
        return;
    self->bay_sensed = occupied;
    self->bay_sensed_mono_ms = turn->now.mono_ms;
    self->changed = TRUE;
    expire(self, turn);
}

void evse_break_bay(Evse *self, const EvseTurn *turn)
{
    EvseReport report = {.type = EVSE_REPORT_BAY, .evse_id = self->id, .broken = TRUE};

    evse_advance(self, turn);
    if (self->bay_broken)
        return;
    self->bay_broken = TRUE;
    self->bay_sensed = self->bay_occupied; /* what it was about to say is not known any more */
    self->changed = TRUE;
    g_array_append_val(turn->reports, report);
}

gint64 evse_deadline_ms(const Evse *self, const EvseRules *rules, gint64 mono_ms)
{
    gint64 deadline = self->connect_deadline_ms;

    if (self->bay_sensed != self->bay_occupied)
        deadline = MIN(deadline, self->bay_sensed_mono_ms + rules->bay_debounce_ms);
    if (!transaction_is_running(&self->transaction))
        return deadline;
    if (self->state == OCPP_CHARGING_STATE_CHARGING)
        return MIN(deadline, mono_ms + CLAMP((gint64)(TICK_SLOWEST_MS / self->speed), TICK_FASTEST_MS,
                                             TICK_SLOWEST_MS));
    /* At least 1 ms on: what is overdue is looked at when time passes, and no time passes in no time. */
    if (rules->sample_interval_ms > 0)
        deadline = MIN(deadline, mono_ms + MAX(self->next_sample_ms - self->clock_ms, 1));
    if (self->grant.token.present && duration_end_ms(self) != STATION_TIME_NEVER)
        deadline = MIN(deadline, mono_ms + MAX(duration_end_ms(self) - self->clock_ms, 1));
    return deadline;
}
