/* Station: reports of the EVSEs become messages. */
#include "pile-sim/model/station_internal.h"
#include "protocol/json_gate.h"

gchar *station_text(JsonObject *payload)
{
    g_autoptr(JsonNode) node = json_node_alloc();

    json_node_init_object(node, payload);
    return json_gate_print(node, NULL);
}

OutboxEntry *station_push(Station *self, OcppAction action, JsonObject *payload)
{
    g_autoptr(JsonObject) owned = payload;

    return outbox_push(&self->outbox, action, station_text(owned), NULL);
}

OutboxEntry *station_push_status(Station *self, const Evse *evse, StationTime now)
{
    OcppStatusNotificationRequest request = {
        .timestamp_ms = now.unix_ms,
        .connector_status = evse_connector_status(evse),
        .evse_id = evse->id,
        .connector_id = 1,
    };
    OutboxEntry *entry = station_push(self, OCPP_ACTION_STATUS_NOTIFICATION,
                                      ocpp_status_notification_request_to_json(&request));

    entry->evse_id = evse->id;
    outbox_drop_outdone(&self->outbox);
    return entry;
}

gint32 station_next_event_id(Station *self)
{
    gint32 id = self->next_event_id;

    self->next_event_id = id < G_MAXINT32 ? id + 1 : 1;
    self->changed = TRUE;
    return id;
}

void station_push_bay(Station *self, const Evse *evse, gboolean repaired, StationTime now)
{
    g_auto(OcppNotifyEventRequest) request = {0};
    OcppEventData event = {0};

    ocpp_notify_event_request_init(&request);
    request.generated_at_ms = now.unix_ms;
    if (evse->bay_broken || repaired) {
        ocpp_event_data_set_bay_problem(&event, station_next_event_id(self), evse->id, evse->bay_broken,
                                        now.unix_ms);
        g_array_append_val(request.events, event);
    }
    if (!evse->bay_broken) {
        ocpp_event_data_set_bay(&event, station_next_event_id(self), evse->id, evse->bay_occupied,
                                now.unix_ms);
        g_array_append_val(request.events, event);
    }
    station_push(self, OCPP_ACTION_NOTIFY_EVENT, ocpp_notify_event_request_to_json(&request));
}

void station_push_everything(Station *self, StationTime now)
{
    for (guint i = 0; i < self->n_evses; i++) {
        outbox_hurry(&self->outbox, station_push_status(self, &self->evses[i], now));
        station_push_bay(self, &self->evses[i], FALSE, now);
        outbox_hurry(&self->outbox, g_queue_peek_tail(&self->outbox.entries));
    }
}

/* The order has become a transaction: a repeated request is answered with it. */
static void remember_order(Station *self, const Evse *evse, const OcppTransactionEventRequest *event)
{
    const gchar *order_id = grant_order_id(&evse->transaction.grant);
    KnownOrder *known = &self->orders[self->n_orders_ever % STATION_KNOWN_ORDERS];

    if (!event->id_token.present || order_id[0] == '\0')
        return;
    g_strlcpy(known->order_id, order_id, sizeof known->order_id);
    g_strlcpy(known->transaction_id, event->transaction_id, sizeof known->transaction_id);
    self->n_orders_ever++;
    self->changed = TRUE;
}

const gchar *station_transaction_of_order(const Station *self, const gchar *order_id)
{
    for (guint i = 0; *order_id != '\0' && i < MIN(self->n_orders_ever, STATION_KNOWN_ORDERS); i++)
        if (g_str_equal(self->orders[i].order_id, order_id))
            return self->orders[i].transaction_id;
    return NULL;
}

static void thin_queue(Station *self, GArray *effects)
{
    g_autoptr(GArray) dropped = g_array_new(FALSE, FALSE, sizeof(gint64));

    outbox_thin(&self->outbox, dropped);
    for (guint i = 0; i < dropped->len; i++)
        effects_dequeue(effects, g_array_index(dropped, gint64, i));
    if (dropped->len > 0)
        effects_note(effects, "the queue is full: %u readings dropped", dropped->len);
}

void station_tell_reports(Station *self, StationTime now, GArray *effects)
{
    gboolean online = self->boot.state == BOOT_ACCEPTED, kept = FALSE;

    for (guint i = 0; i < self->reports->len; i++) {
        EvseReport *report = &g_array_index(self->reports, EvseReport, i);
        Evse *evse = station_evse(self, report->evse_id);
        const OutboxEntry *entry = NULL;

        /* What describes the present is told anew after the next Accepted; only history is kept. */
        if (report->type == EVSE_REPORT_STATUS && online)
            station_push_status(self, evse, now);
        if (report->type == EVSE_REPORT_BAY && online)
            station_push_bay(self, evse, report->repaired, now);
        if (report->type == EVSE_REPORT_TRANSACTION) {
            g_autoptr(JsonObject) payload = ocpp_transaction_event_request_to_json(&report->event);

            remember_order(self, evse, &report->event);
            entry = outbox_push(&self->outbox, OCPP_ACTION_TRANSACTION_EVENT, station_text(payload),
                                report->event.transaction_id);
            effects_enqueue(effects, entry->id, entry->action, entry->payload, entry->subject);
            kept = TRUE;
        }
    }
    g_array_set_size(self->reports, 0);
    if (kept && outbox_n_durable(&self->outbox, NULL) > self->queue_max)
        thin_queue(self, effects);
}
