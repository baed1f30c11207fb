/* EVSE: what survives a restart, and how it goes on afterwards. */
#include "pile-sim/model/evse.h"

#include "pile-sim/model/evse_internal.h"
#include "protocol/json_read.h"

#define LONGEST_CUT_MS G_GINT64_CONSTANT(86400000)

JsonObject *evse_to_json(const Evse *self, gint64 unix_ms)
{
    JsonObject *json = json_object_new();

    json_object_set_int_member(json, "saved_at_ms", unix_ms);
    json_object_set_int_member(json, "meter_uwh", self->meter.register_uwh);
    json_object_set_boolean_member(json, "plugged", self->plugged);
    if (self->plugged)
        json_object_set_object_member(json, "vehicle", vehicle_to_json(&self->vehicle));
    json_object_set_boolean_member(json, "faulted", self->faulted);
    json_object_set_boolean_member(json, "operative", self->operative);
    json_object_set_boolean_member(json, "inoperative_when_idle", self->inoperative_when_idle);
    json_object_set_boolean_member(json, "bay_occupied", self->bay_occupied);
    json_object_set_boolean_member(json, "bay_broken", self->bay_broken);
    json_object_set_boolean_member(json, "bay_sensed", self->bay_sensed);
    json_object_set_int_member(json, "state", self->state);
    json_object_set_int_member(json, "held", self->held);
    json_object_set_int_member(json, "relied", self->relied);
    json_object_set_int_member(json, "clock_ms", self->clock_ms);
    json_object_set_int_member(json, "next_sample_ms", self->next_sample_ms);
    json_object_set_object_member(json, "grant", grant_to_json(&self->grant));
    if (transaction_is_running(&self->transaction))
        json_object_set_object_member(json, "transaction", transaction_to_json(&self->transaction));
    return json;
}

gboolean evse_from_json(Evse *self, JsonObject *json, gint64 unix_ms, GError **error)
{
    Evse read = *self;
    JsonObject *grant = NULL, *transaction = NULL;
    JsonNode *vehicle = json_object_get_member(json, "vehicle");
    gint64 saved_at_ms = 0, meter_uwh = 0, state = 0, held = 0, relied = 0;

    if (!json_read_int(json, "saved_at_ms", JSON_REQUIRED, 0, G_MAXINT64, &saved_at_ms, error) ||
        !json_read_int(json, "meter_uwh", JSON_REQUIRED, 0, G_MAXINT64, &meter_uwh, error) ||
        !json_read_boolean(json, "plugged", JSON_REQUIRED, &read.plugged, error) ||
        !json_read_boolean(json, "faulted", JSON_REQUIRED, &read.faulted, error) ||
        !json_read_boolean(json, "operative", JSON_REQUIRED, &read.operative, error) ||
        !json_read_boolean(json, "inoperative_when_idle", JSON_REQUIRED, &read.inoperative_when_idle,
                           error) ||
        !json_read_boolean(json, "bay_occupied", JSON_REQUIRED, &read.bay_occupied, error) ||
        !json_read_boolean(json, "bay_broken", JSON_OPTIONAL, &read.bay_broken, error) ||
        !json_read_int(json, "state", JSON_REQUIRED, 0, OCPP_CHARGING_STATE_IDLE, &state, error) ||
        !json_read_int(json, "held", JSON_REQUIRED, 0, G_MAXUINT32, &held, error) ||
        !json_read_int(json, "relied", JSON_REQUIRED, 0, G_MAXUINT32, &relied, error) ||
        !json_read_int(json, "clock_ms", JSON_REQUIRED, 0, G_MAXINT64, &read.clock_ms, error) ||
        !json_read_int(json, "next_sample_ms", JSON_REQUIRED, 0, G_MAXINT64, &read.next_sample_ms, error) ||
        !json_read_object(json, "grant", JSON_REQUIRED, &grant, error) ||
        !grant_from_json(grant, &read.grant, error) ||
        !json_read_object(json, "transaction", JSON_OPTIONAL, &transaction, error))
        return FALSE;
    if (read.plugged && (vehicle == NULL || !vehicle_from_json(vehicle, &read.vehicle, error))) {
        if (vehicle == NULL)
            g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_MISSING, "vehicle: missing");
        return FALSE;
    }
    if (transaction != NULL && !transaction_from_json(transaction, &read.transaction, error))
        return FALSE;
    meter_restore(&read.meter, meter_uwh);
    read.state = (OcppChargingState)state;
    read.held = (guint)held;
    read.relied = (guint)relied;
    read.bay_sensed = json_object_get_boolean_member_with_default(json, "bay_sensed", read.bay_occupied);
    /* More than a day without power is a clock that was set, not a driver who waits. */
    read.clock_ms += CLAMP(unix_ms - saved_at_ms, 0, LONGEST_CUT_MS);
    read.status = evse_connector_status(&read);
    *self = read;
    return TRUE;
}

void evse_resume(Evse *self, const EvseTurn *turn)
{
    self->advanced_mono_ms = turn->now.mono_ms;
    self->bay_sensed_mono_ms = turn->now.mono_ms; /* what was sensed and not told yet is told now */
    if (self->grant.token.present && !self->plugged)
        self->connect_deadline_ms = turn->now.mono_ms + turn->rules->connect_timeout_ms;
    if (!transaction_is_running(&self->transaction))
        return;
    /* No power, no energy: the state that charging comes back from is told as a change. The point must not
     * count as having ceased, or TxStopPoint EnergyTransfer would end what goes on. */
    if (self->state == OCPP_CHARGING_STATE_CHARGING || self->state == OCPP_CHARGING_STATE_SUSPENDED_EVSE) {
        self->state = OCPP_CHARGING_STATE_EV_CONNECTED;
        evse_follow_energy(self, turn);
    }
    self->next_sample_ms = MAX(self->next_sample_ms, self->clock_ms);
}
