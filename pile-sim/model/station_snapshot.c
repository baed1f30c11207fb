/* Station: its state for people and tests (GET /sim/state, protocol/README.md section 5). */
#include "pile-sim/model/station_internal.h"
#include "protocol/json_write.h"

/* What a running and an ended session have in common. */
static void add_session(JsonObject *json, const Station *self, const Evse *evse, gint64 until_ms)
{
    const Transaction *transaction = &evse->transaction;

    json_object_set_int_member(json, "energy_wh", meter_wh(&evse->meter) - transaction->meter_start_wh);
    json_object_set_int_member(json, "duration_s", MAX(until_ms - transaction->begin_ms, 0) / 1000);
    json_write_text(json, "order_id", grant_order_id(&transaction->grant));
    if (transaction->grant.order.present) {
        json_object_set_string_member(json, "currency", transaction->grant.order.currency);
    } else if (transaction->cost_minor >= 0) {
        json_object_set_string_member(json, "currency", variables_get(&self->variables, VARIABLE_CURRENCY));
    }
    if (transaction->cost_minor >= 0)
        json_object_set_int_member(json, "cost_minor", transaction->cost_minor);
}

static JsonObject *snapshot_transaction(const Station *self, const Evse *evse)
{
    JsonObject *json = json_object_new();

    json_object_set_string_member(json, "id", evse->transaction.id);
    json_object_set_string_member(json, "charging_state", ocpp_charging_state_names[evse->state]);
    json_object_set_int_member(json, "next_seq_no", evse->transaction.next_seq_no);
    add_session(json, self, evse, evse->clock_ms);
    return json;
}

/* The meter has stood still since the end. Forgotten when another cable comes in, and by a restart. */
static JsonObject *snapshot_last_session(const Station *self, const Evse *evse)
{
    JsonObject *json = json_object_new();

    add_session(json, self, evse, evse->transaction.last_event_ms);
    return json;
}

/* Without the token: it is somebody's name. */
static JsonObject *snapshot_reservation(const Reservation *reservation)
{
    JsonObject *json = json_object_new();

    json_object_set_int_member(json, "id", reservation->id);
    json_write_time(json, "until", reservation->expiry_ms);
    return json;
}

/* A lock runs down by itself, so it is not told as it was. */
static JsonObject *snapshot_admission(const Station *self, gint32 evse)
{
    Admission admission = self->offline.admissions[evse - 1];

    admission.locked_ms = code_guard_locked_ms(&self->offline.guard, evse, self->now.mono_ms);
    return admission_to_json(&admission);
}

static JsonObject *snapshot_evse(Station *self, const Evse *evse)
{
    JsonObject *json = json_object_new();

    json_object_set_int_member(json, "evse", evse->id);
    json_object_set_string_member(json, "connector",
                                  ocpp_connector_status_names[evse_connector_status(evse)]);
    json_object_set_boolean_member(json, "bay_occupied", evse->bay_occupied);
    if (evse->bay_broken)
        json_object_set_boolean_member(json, "bay_broken", TRUE);
    json_object_set_boolean_member(json, "cable", evse->plugged);
    json_object_set_boolean_member(json, "fault", evse->faulted);
    json_object_set_boolean_member(json, "authorized", evse->grant.token.present);
    json_object_set_int_member(json, "meter_wh", meter_wh(&evse->meter));
    json_object_set_int_member(json, "power_w", evse_power_w(evse));
    if (evse->limit_w >= 0)
        json_object_set_int_member(json, "limit_w", evse->limit_w);
    if (evse->plugged)
        json_object_set_double_member(json, "soc_percent",
                                      (gdouble)(gint64)(battery_soc_percent(&evse->vehicle.battery) * 10.0) /
                                          10.0);
    if (reservations_of_evse(&self->reservations, evse->id) != NULL)
        json_object_set_object_member(
            json, "reservation", snapshot_reservation(reservations_of_evse(&self->reservations, evse->id)));
    json_object_set_array_member(json, "display", station_snapshot_display(self, evse));
    if (transaction_is_running(&evse->transaction))
        json_object_set_object_member(json, "transaction", snapshot_transaction(self, evse));
    else if (evse->plugged && evse->transaction.begin_ms > 0)
        json_object_set_object_member(json, "last_session", snapshot_last_session(self, evse));
    if (self->offline.admissions[evse->id - 1].by != ADMISSION_BY_NONE)
        json_object_set_object_member(json, "admission", snapshot_admission(self, evse->id));
    return json;
}

JsonObject *station_snapshot(Station *self)
{
    JsonObject *json = json_object_new();
    JsonArray *evses = json_array_new();

    for (guint i = 0; i < self->n_evses; i++)
        json_array_add_object_element(evses, snapshot_evse(self, &self->evses[i]));
    json_object_set_string_member(json, "identity", self->identity);
    json_object_set_string_member(json, "boot", boot_state_name(self->boot.state));
    json_object_set_double_member(json, "speed", self->evses[0].speed);
    json_object_set_int_member(json, "queued", outbox_n_durable(&self->outbox, NULL));
    json_write_time(json, "time_floor", time_floor_ms(&self->offline.floor, self->now.boot_ms));
    json_object_set_int_member(json, "local_list_version", local_list_version(&self->offline.list));
    json_object_set_array_member(json, "evses", evses);
    return json;
}
