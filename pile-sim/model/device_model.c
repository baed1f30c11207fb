/* Station: GetVariables and SetVariables (OCPP 2.0.1 part 2, B05, B06). Every item gets its own honest
 * answer. Two sources: the table of variables.h, and the facts of the present.
 */
#include "pile-sim/model/facts.h"

static void get_item(Station *self, OcppVariableItem *item, StationTime now)
{
    VariableId id = 0;
    FactId fact = {0};
    OcppVariableStatus status = variables_find(&item->name, &id);
    OcppVariableStatus fact_status = facts_find(self, &item->name, &fact);

    g_clear_pointer(&item->value, g_free);
    if (fact_status == OCPP_VARIABLE_ACCEPTED || status == OCPP_VARIABLE_ACCEPTED) {
        item->status = OCPP_VARIABLE_ACCEPTED;
        if (item->attribute != OCPP_ATTRIBUTE_ACTUAL)
            item->status = OCPP_VARIABLE_NOT_SUPPORTED_ATTRIBUTE_TYPE;
        else if (fact_status == OCPP_VARIABLE_ACCEPTED)
            item->value = facts_value(self, &fact, now);
        if (fact_status == OCPP_VARIABLE_ACCEPTED && item->attribute == OCPP_ATTRIBUTE_ACTUAL)
            item->status = item->value != NULL ? OCPP_VARIABLE_ACCEPTED : OCPP_VARIABLE_REJECTED;
        else if (variable_spec(id)->mutability == OCPP_MUTABILITY_WRITE_ONLY) /* B06.FR.09 */
            item->status = OCPP_VARIABLE_REJECTED;
        else
            item->value = g_strdup(variables_told(&self->variables, id));
        return;
    }
    item->status = status == OCPP_VARIABLE_UNKNOWN_VARIABLE ? status : fact_status;
}

gboolean station_too_many(Station *self, guint n, VariableId limit, GArray *effects)
{
    if ((gint64)n <= variables_get_int(&self->variables, limit))
        return FALSE;
    effects_refuse(effects, OCPP_ERROR_OCCURRENCE_CONSTRAINT, "more items than ItemsPerMessage");
    return TRUE;
}

void station_get_variables(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) items = ocpp_get_variables_request_from_json(payload, &error);

    if (items == NULL) {
        station_refuse(effects, error);
        return;
    }
    if (station_too_many(self, items->len, VARIABLE_DEVICE_ITEMS_PER_MESSAGE_GET, effects)) /* B06.FR.16 */
        return;
    for (guint i = 0; i < items->len; i++)
        get_item(self, &g_array_index(items, OcppVariableItem, i), now);
    effects_answer(effects, ocpp_get_variables_response_to_json(items));
}

/* What else a new value of @id brings about. */
static void follow(Station *self, VariableId id, gboolean is_new, StationTime now, GArray *effects)
{
    self->variables_changed = TRUE;
    if (id == VARIABLE_HEARTBEAT_INTERVAL)
        self->boot.heartbeat_at_ms = now.mono_ms + variables_get_int(&self->variables, id) * 1000;
    if (id == VARIABLE_OFFLINE_CODE_SECRET && is_new) /* the codes of the old one are void: nothing revives */
        time_floor_start_anew(&self->offline.floor, now.boot_ms);
    if (id == VARIABLE_BASIC_AUTH_PASSWORD) { /* A01: it reconnects with it */
        effects_password(effects, variables_get(&self->variables, id));
        self->reconnect_at_ms = now.mono_ms + STATION_RESTART_DELAY_MS;
    }
}

static void set_item(Station *self, OcppVariableItem *item, StationTime now, GArray *effects)
{
    VariableId id = 0;
    FactId fact = {0};
    OcppVariableStatus status = variables_find(&item->name, &id);
    OcppVariableStatus fact_status = facts_find(self, &item->name, &fact);
    gboolean is_new = FALSE;

    if (status != OCPP_VARIABLE_ACCEPTED && fact_status != OCPP_VARIABLE_ACCEPTED) {
        item->status = status == OCPP_VARIABLE_UNKNOWN_VARIABLE ? status : fact_status;
        return;
    }
    if (item->attribute != OCPP_ATTRIBUTE_ACTUAL) {
        item->status = OCPP_VARIABLE_NOT_SUPPORTED_ATTRIBUTE_TYPE;
        return;
    }
    if (status == OCPP_VARIABLE_ACCEPTED && id == VARIABLE_OFFLINE_CODE_SECRET && item->value != NULL &&
        offline_is_void(&self->offline, item->value)) {
        item->status = OCPP_VARIABLE_REJECTED; /* its used codes would be good again */
        return;
    }
    is_new =
        status == OCPP_VARIABLE_ACCEPTED && g_strcmp0(item->value, variables_told(&self->variables, id)) != 0;
    item->status = status == OCPP_VARIABLE_ACCEPTED
                       ? variables_set(&self->variables, id, item->value != NULL ? item->value : "")
                       : OCPP_VARIABLE_REJECTED; /* facts are read-only */
    if (item->status != OCPP_VARIABLE_REJECTED)
        follow(self, id, is_new, now, effects);
}

void station_set_variables(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) items = ocpp_set_variables_request_from_json(payload, &error);

    if (items == NULL) {
        station_refuse(effects, error);
        return;
    }
    if (station_too_many(self, items->len, VARIABLE_DEVICE_ITEMS_PER_MESSAGE_SET, effects))
        return;
    for (guint i = 0; i < items->len; i++)
        set_item(self, &g_array_index(items, OcppVariableItem, i), now, effects);
    effects_answer(effects, ocpp_set_variables_response_to_json(items));
    for (guint i = 0; i < self->n_evses; i++) /* a changed interval counts from now */
        self->evses[i].next_sample_ms =
            self->evses[i].clock_ms +
            variables_get_int(&self->variables, VARIABLE_TX_UPDATED_INTERVAL) * 1000;
}
