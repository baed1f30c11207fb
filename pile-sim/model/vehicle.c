#include "pile-sim/model/vehicle.h"

#include "base/identifier.h"
#include "protocol/json_read.h"

static const struct {
    const gchar *name;
    gint64 battery_wh;
    gint64 max_power_w;
    gint soc_percent;
} presets[] = {
    {"compact", 60000, 100000, 20},
    {"van", 90000, 11000, 35},
};

gboolean vehicle_from_preset(const gchar *name, Vehicle *vehicle)
{
    for (guint i = 0; i < G_N_ELEMENTS(presets); i++) {
        if (!g_str_equal(name, presets[i].name))
            continue;
        *vehicle = (Vehicle){
            .battery = battery_new(presets[i].battery_wh, presets[i].soc_percent, presets[i].max_power_w),
        };
        return TRUE;
    }
    return FALSE;
}

/* A preset, or the identification of a compact car. */
static gboolean vehicle_from_name(const gchar *name, Vehicle *vehicle, GError **error)
{
    if (vehicle_from_preset(name, vehicle))
        return TRUE;
    if (!identifier_is_valid(name, VEHICLE_ID_BYTES - 1)) {
        g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE,
                            "vehicle: a name wants 1 to 36 characters of an identifier");
        return FALSE;
    }
    vehicle_from_preset(presets[0].name, vehicle);
    g_strlcpy(vehicle->id, name, sizeof vehicle->id);
    return TRUE;
}

gboolean vehicle_from_json(JsonNode *node, Vehicle *vehicle, GError **error)
{
    Vehicle read = {0};
    gint64 battery_wh = presets[0].battery_wh, max_power_w = presets[0].max_power_w, stored_uwh = -1;
    gdouble soc_percent = presets[0].soc_percent;
    JsonObject *object = NULL;
    guint id_type = OCPP_ID_TOKEN_CENTRAL;

    if (node == NULL || JSON_NODE_HOLDS_NULL(node))
        return vehicle_from_preset(presets[0].name, vehicle);
    if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING)
        return vehicle_from_name(json_node_get_string(node), vehicle, error);
    if (!JSON_NODE_HOLDS_OBJECT(node)) {
        g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_TYPE,
                            "vehicle: a name or an object is expected");
        return FALSE;
    }
    object = json_node_get_object(node);
    if (!json_read_int(object, "battery_wh", JSON_OPTIONAL, 1, BATTERY_MAX_WH, &battery_wh, error) ||
        !json_read_number(object, "soc_percent", JSON_OPTIONAL, 0, 100, &soc_percent, error) ||
        !json_read_int(object, "max_power_w", JSON_OPTIONAL, 1, BATTERY_MAX_POWER_W, &max_power_w, error) ||
        !json_read_int(object, "stored_uwh", JSON_OPTIONAL, 0, battery_wh * BATTERY_UWH_PER_WH, &stored_uwh,
                       error) ||
        !json_read_int(object, "unplug_at_percent", JSON_OPTIONAL, 0, 100, &read.unplug_at_percent, error) ||
        !json_read_text(object, "id", JSON_OPTIONAL, read.id, sizeof read.id, error) ||
        !json_read_enum(object, "id_type", JSON_OPTIONAL, ocpp_id_token_type_names, &id_type, error))
        return FALSE;
    read.id_type = id_type;
    read.identifies = json_object_has_member(object, "id_type");
    if (read.identifies && !identifier_is_valid(read.id, sizeof read.id - 1)) {
        g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE,
                            "id: a car that identifies itself needs one, as an OCPP identifier");
        return FALSE;
    }
    read.battery = battery_new(battery_wh, soc_percent, max_power_w);
    if (stored_uwh >= 0)
        read.battery.stored_uwh = stored_uwh;
    *vehicle = read;
    return TRUE;
}

JsonObject *vehicle_to_json(const Vehicle *self)
{
    JsonObject *object = json_object_new();

    json_object_set_int_member(object, "battery_wh", self->battery.capacity_uwh / BATTERY_UWH_PER_WH);
    json_object_set_double_member(object, "soc_percent", battery_soc_percent(&self->battery));
    json_object_set_int_member(object, "max_power_w", self->battery.max_power_w);
    json_object_set_int_member(object, "stored_uwh", self->battery.stored_uwh);
    if (self->unplug_at_percent > 0)
        json_object_set_int_member(object, "unplug_at_percent", self->unplug_at_percent);
    if (self->id[0] != '\0')
        json_object_set_string_member(object, "id", self->id);
    if (self->identifies)
        json_object_set_string_member(object, "id_type", ocpp_id_token_type_names[self->id_type]);
    return object;
}
