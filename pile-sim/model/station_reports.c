/* Station: reports of the EVSEs become messages, and changes become records to store. */
#include "pile-sim/model/station_internal.h"
#include "protocol/json_gate.h"
#include "protocol/json_read.h"

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

    return station_push(self, OCPP_ACTION_STATUS_NOTIFICATION,
                        ocpp_status_notification_request_to_json(&request));
}

void station_push_bay(Station *self, const Evse *evse, StationTime now)
{
    g_auto(OcppNotifyEventRequest) request = {0};
    OcppEventData event = {0};

    ocpp_notify_event_request_init(&request);
    request.generated_at_ms = now.unix_ms;
    ocpp_event_data_set_bay(&event, self->next_event_id, evse->id, evse->bay_occupied, now.unix_ms);
    g_array_append_val(request.events, event);
    self->next_event_id = self->next_event_id < G_MAXINT32 ? self->next_event_id + 1 : 1;
    self->changed = TRUE;
    station_push(self, OCPP_ACTION_NOTIFY_EVENT, ocpp_notify_event_request_to_json(&request));
}

void station_push_everything(Station *self, StationTime now)
{
    for (guint i = 0; i < self->n_evses; i++) {
        outbox_hurry(&self->outbox, station_push_status(self, &self->evses[i], now));
        station_push_bay(self, &self->evses[i], now);
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

void station_tell_reports(Station *self, StationTime now, GArray *effects)
{
    gboolean online = self->boot.state == BOOT_ACCEPTED;

    for (guint i = 0; i < self->reports->len; i++) {
        EvseReport *report = &g_array_index(self->reports, EvseReport, i);
        Evse *evse = station_evse(self, report->evse_id);
        const OutboxEntry *entry = NULL;

        /* What describes the present is told anew after the next Accepted; only history is kept. */
        if (report->type == EVSE_REPORT_STATUS && online)
            station_push_status(self, evse, now);
        if (report->type == EVSE_REPORT_BAY && online)
            station_push_bay(self, evse, now);
        if (report->type == EVSE_REPORT_TRANSACTION) {
            g_autoptr(JsonObject) payload = ocpp_transaction_event_request_to_json(&report->event);

            remember_order(self, evse, &report->event);
            entry = outbox_push(&self->outbox, OCPP_ACTION_TRANSACTION_EVENT, station_text(payload),
                                report->event.transaction_id);
            effects_enqueue(effects, entry->id, entry->action, entry->payload, entry->subject);
        }
    }
    g_array_set_size(self->reports, 0);
}

/* @json: (transfer full) */
static void store(GArray *effects, const gchar *name, JsonObject *json)
{
    g_autoptr(JsonObject) owned = json;

    effects_store(effects, name, station_text(owned));
}

void station_store_changes(Station *self, StationTime now, GArray *effects)
{
    for (guint i = 0; i < self->n_evses; i++) {
        g_autofree gchar *name = g_strdup_printf("evse/%u", i + 1);

        if (self->evses[i].changed)
            store(effects, name, evse_to_json(&self->evses[i], now.unix_ms));
        self->evses[i].changed = FALSE;
    }
    offline_store_changes(&self->offline, now, effects);
    if (self->changed)
        store(effects, "station", station_to_json(self));
    if (self->reservations_changed)
        store(effects, "reservations", reservations_to_json(&self->reservations));
    if (self->displays_changed)
        store(effects, "displays", displays_to_json(&self->displays));
    if (self->limits_changed)
        store(effects, "limits", power_limits_to_json(&self->limits));
    if (self->variables_changed)
        store(effects, "variables", variables_to_json(&self->variables));
    self->changed = FALSE;
    self->reservations_changed = FALSE;
    self->displays_changed = FALSE;
    self->limits_changed = FALSE;
    self->variables_changed = FALSE;
}

JsonObject *station_to_json(const Station *self)
{
    JsonObject *json = json_object_new();
    JsonArray *orders = json_array_new();
    guint n = MIN(self->n_orders_ever, STATION_KNOWN_ORDERS);

    /* Oldest first, so that reading them back keeps which one is replaced next. */
    for (guint i = 0; i < n; i++) {
        const KnownOrder *known = &self->orders[(self->n_orders_ever - n + i) % STATION_KNOWN_ORDERS];
        JsonObject *order = json_object_new();

        json_object_set_string_member(order, "order_id", known->order_id);
        json_object_set_string_member(order, "transaction_id", known->transaction_id);
        json_array_add_object_element(orders, order);
    }
    json_object_set_array_member(json, "orders", orders);
    json_object_set_int_member(json, "next_event_id", self->next_event_id);
    return json;
}

gboolean station_from_json(Station *self, JsonObject *json, GError **error)
{
    JsonArray *orders = NULL;
    gint64 next_event_id = 1;

    if (!json_read_array(json, "orders", JSON_REQUIRED, STATION_KNOWN_ORDERS, TRUE, &orders, error) ||
        !json_read_int(json, "next_event_id", JSON_REQUIRED, 1, G_MAXINT32, &next_event_id, error))
        return FALSE;
    self->next_event_id = (gint32)next_event_id;
    self->n_orders_ever = 0;
    for (guint i = 0; i < json_array_get_length(orders); i++) {
        JsonObject *order = json_array_get_object_element(orders, i);
        KnownOrder *known = &self->orders[self->n_orders_ever];

        if (!json_read_text(order, "order_id", JSON_REQUIRED, known->order_id, sizeof known->order_id,
                            error) ||
            !json_read_text(order, "transaction_id", JSON_REQUIRED, known->transaction_id,
                            sizeof known->transaction_id, error))
            return FALSE;
        self->n_orders_ever++;
    }
    return TRUE;
}
