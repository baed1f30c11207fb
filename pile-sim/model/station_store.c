/* Station: what survives a restart: changes become records to store, and records become the station again. */
#include "pile-sim/model/station_internal.h"
#include "protocol/json_gate.h"
#include "protocol/json_read.h"

#include <string.h>

/* @json: (transfer full) */
static void store(GArray *effects, const gchar *name, JsonObject *json)
{
    g_autoptr(JsonObject) owned = json;

    effects_store(effects, name, station_text(owned));
}

static JsonObject *station_to_json(const Station *self)
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
    if (self->monitors_changed)
        store(effects, "monitors", monitors_to_json(&self->monitors));
    if (self->variables_changed)
        store(effects, "variables", variables_to_json(&self->variables));
    self->changed = FALSE;
    self->reservations_changed = FALSE;
    self->displays_changed = FALSE;
    self->monitors_changed = FALSE;
    self->limits_changed = FALSE;
    self->variables_changed = FALSE;
}

static gboolean station_from_json(Station *self, JsonObject *json, GError **error)
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

gboolean station_restore(Station *self, const gchar *name, const gchar *json, StationTime now, GError **error)
{
    g_autoptr(JsonObject) object = json_gate_parse_object(json, strlen(json), error);
    guint64 number = 0;

    if (object == NULL) {
        g_prefix_error(error, "record %s: ", name);
        return FALSE;
    }
    if (g_str_equal(name, "station"))
        return station_from_json(self, object, error);
    if (g_str_equal(name, "reservations"))
        return reservations_from_json(&self->reservations, object, error);
    if (g_str_equal(name, "monitors"))
        return monitors_from_json(&self->monitors, object, error);
    if (g_str_equal(name, "limits"))
        return power_limits_from_json(&self->limits, object, error);
    if (g_str_equal(name, "displays"))
        return displays_from_json(&self->displays, object, error);
    if (g_str_equal(name, "variables")) {
        variables_from_json(&self->variables, object);
        return TRUE;
    }
    if (offline_restore(&self->offline, name, object, now))
        return TRUE;
    if (!g_str_has_prefix(name, "evse/") ||
        !g_ascii_string_to_unsigned(name + strlen("evse/"), 10, 1, self->n_evses, &number, NULL))
        return TRUE;
    if (!evse_from_json(&self->evses[number - 1], object, now.unix_ms, error)) {
        g_prefix_error(error, "record %s: ", name);
        return FALSE;
    }
    return TRUE;
}

void station_restore_call(Station *self, gint64 id, OcppAction action, const gchar *payload,
                          const gchar *subject)
{
    outbox_restore(&self->outbox, id, action, payload, subject);
}
