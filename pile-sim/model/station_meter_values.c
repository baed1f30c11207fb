/* Station: readings at the times of the clock (OCPP 2.0.1 part 2, J01), and MeterValues for whoever asks. A
 * transaction's readings travel in its own events; an idle EVSE's are of the present and not queued.
 */
#include "pile-sim/model/station_internal.h"
#include "protocol/ocpp_meter.h"

#define MAX_WAIT_MS (60 * 1000) /* the CSMS may set the clock in the meantime */

OutboxEntry *station_push_meter_values(Station *self, const Evse *evse, OcppReadingContext context,
                                       StationTime now)
{
    g_autoptr(GArray) samples = g_array_new(FALSE, TRUE, sizeof(OcppSample));
    guint measurands = variables_get_members(&self->variables, VARIABLE_ALIGNED_MEASURANDS);
    JsonObject *payload = NULL;

    evse_sample(evse, context, measurands != 0 ? measurands : EVSE_MEASURE_ENERGY, now.unix_ms, samples);
    if (samples->len == 0) /* only the charge of a car that is not there was wanted */
        return NULL;
    payload = json_object_new();
    json_object_set_int_member(payload, "evseId", evse->id);
    json_object_set_array_member(
        payload, "meterValue",
        ocpp_samples_to_json((const OcppSample *)(gpointer)samples->data, samples->len));
    return station_push(self, OCPP_ACTION_METER_VALUES, payload);
}

static void tell_all(Station *self, StationTime now)
{
    EvseTurn turn = station_turn(self, now);
    EvseRules rules = *turn.rules;
    gboolean only_idle = variables_get_boolean(&self->variables, VARIABLE_ALIGNED_SEND_DURING_IDLE);

    rules.updated_measurands = variables_get_members(&self->variables, VARIABLE_ALIGNED_MEASURANDS);
    turn.rules = &rules;
    for (guint i = 0; i < self->n_evses; i++) {
        Evse *evse = &self->evses[i];

        if (!transaction_is_running(&evse->transaction)) {
            if (self->boot.state == BOOT_ACCEPTED)
                station_push_meter_values(self, evse, OCPP_CONTEXT_SAMPLE_CLOCK, now);
        } else if (!only_idle) {
            evse_report_now(evse, OCPP_TRIGGER_METER_VALUE_CLOCK, OCPP_CONTEXT_SAMPLE_CLOCK, &turn);
        }
    }
}

gint64 station_follow_clock(Station *self, StationTime now)
{
    gint64 every_ms = variables_get_int(&self->variables, VARIABLE_ALIGNED_INTERVAL) * 1000;
    gint64 next_ms = 0;

    if (every_ms == 0 || !variables_get_boolean(&self->variables, VARIABLE_ALIGNED_ENABLED)) {
        self->aligned_ms = 0;
        return STATION_TIME_NEVER;
    }
    next_ms = now.unix_ms - now.unix_ms % every_ms + every_ms; /* counted from midnight */
    if (self->aligned_ms != 0 && now.unix_ms >= self->aligned_ms)
        tell_all(self, now);
    self->aligned_ms = next_ms;
    return now.mono_ms + MIN(next_ms - now.unix_ms, MAX_WAIT_MS);
}
