/* Station: TriggerMessage (OCPP 2.0.1 part 2, F06). The answer goes out before what it promises. */
#include "pile-sim/model/station_internal.h"

static gboolean concerns(const OcppTriggerMessageRequest *request, const Evse *evse)
{
    return !request->evse.present || request->evse.id == evse->id;
}

static void push_meter_values(Station *self, const Evse *evse, StationTime now)
{
    OutboxEntry *entry = station_push_meter_values(self, evse, OCPP_CONTEXT_TRIGGER, now);

    if (entry != NULL)
        entry->while_pending = TRUE;
}

static void push_idle(Station *self, OcppAction action)
{
    JsonObject *payload = json_object_new();

    json_object_set_string_member(payload, "status", "Idle"); /* no upload, no update has ever been started */
    station_push(self, action, payload)->while_pending = TRUE;
}

/* Returns: TRUE when the message can be promised. Nothing happens yet. */
static OcppTriggerMessageStatus judge(Station *self, const OcppTriggerMessageRequest *request)
{
    gboolean running = FALSE;

    if (request->evse.present &&
        (station_evse(self, request->evse.id) == NULL || request->evse.connector_id > 1))
        return OCPP_TRIGGER_MESSAGE_REJECTED;
    for (guint i = 0; i < self->n_evses; i++)
        running |= concerns(request, &self->evses[i]) && transaction_is_running(&self->evses[i].transaction);
    switch (request->requested_message) {
    case OCPP_MESSAGE_TRIGGER_BOOT_NOTIFICATION: /* F06.FR.17: not when it is accepted already */
        return self->boot.state == BOOT_ACCEPTED ? OCPP_TRIGGER_MESSAGE_REJECTED
                                                 : OCPP_TRIGGER_MESSAGE_ACCEPTED;
    case OCPP_MESSAGE_TRIGGER_TRANSACTION_EVENT:
        return running ? OCPP_TRIGGER_MESSAGE_ACCEPTED : OCPP_TRIGGER_MESSAGE_REJECTED;
    case OCPP_MESSAGE_TRIGGER_HEARTBEAT:
    case OCPP_MESSAGE_TRIGGER_STATUS_NOTIFICATION:
    case OCPP_MESSAGE_TRIGGER_METER_VALUES:
    case OCPP_MESSAGE_TRIGGER_LOG_STATUS_NOTIFICATION:
    case OCPP_MESSAGE_TRIGGER_FIRMWARE_STATUS_NOTIFICATION:
        return OCPP_TRIGGER_MESSAGE_ACCEPTED;
    default:
        return OCPP_TRIGGER_MESSAGE_NOT_IMPLEMENTED;
    }
}

static void carry_out(Station *self, const OcppTriggerMessageRequest *request, StationTime now)
{
    EvseTurn turn = station_turn(self, now);

    if (request->requested_message == OCPP_MESSAGE_TRIGGER_BOOT_NOTIFICATION)
        boot_again(&self->boot, OCPP_BOOT_TRIGGERED, now.mono_ms);
    else if (request->requested_message == OCPP_MESSAGE_TRIGGER_HEARTBEAT)
        station_push(self, OCPP_ACTION_HEARTBEAT, ocpp_empty_to_json())->while_pending = TRUE;
    else if (request->requested_message == OCPP_MESSAGE_TRIGGER_LOG_STATUS_NOTIFICATION)
        push_idle(self, OCPP_ACTION_LOG_STATUS_NOTIFICATION);
    else if (request->requested_message == OCPP_MESSAGE_TRIGGER_FIRMWARE_STATUS_NOTIFICATION)
        push_idle(self, OCPP_ACTION_FIRMWARE_STATUS_NOTIFICATION);
    for (guint i = 0; i < self->n_evses; i++) {
        Evse *evse = &self->evses[i];

        if (!concerns(request, evse))
            continue;
        if (request->requested_message == OCPP_MESSAGE_TRIGGER_STATUS_NOTIFICATION)
            station_push_status(self, evse, now)->while_pending = TRUE;
        else if (request->requested_message == OCPP_MESSAGE_TRIGGER_METER_VALUES)
            push_meter_values(self, evse, now);
        else if (request->requested_message == OCPP_MESSAGE_TRIGGER_TRANSACTION_EVENT)
            evse_report_now(evse, OCPP_TRIGGER_TRIGGER, OCPP_CONTEXT_TRIGGER, &turn);
    }
}

void station_trigger_message(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppTriggerMessageRequest request = {0};
    OcppTriggerMessageResponse answer = {0};

    if (!ocpp_trigger_message_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    answer.status = judge(self, &request);
    effects_answer(effects, ocpp_trigger_message_response_to_json(&answer));
    if (answer.status == OCPP_TRIGGER_MESSAGE_ACCEPTED)
        carry_out(self, &request, now);
}
