#include "protocol/api_vehicle.h"

#include <string.h>

#include "protocol/json_write.h"

const gchar *const vehicle_item_names[] = {"position", "soc", "plug", "gear", NULL};
static const gchar *const plug_names[] = {"", "connected", "disconnected", NULL};
static const gchar *const gear_names[] = {"", "parked", "reverse", "neutral", "drive", NULL};

static void write_items(JsonObject *object, const gchar *name, guint items)
{
    JsonArray *words;

    if (items == 0)
        return;
    words = json_array_new();
    for (guint i = 0; vehicle_item_names[i] != NULL; i++)
        if (items & (1u << i))
            json_array_add_string_element(words, vehicle_item_names[i]);
    json_object_set_array_member(object, name, words);
}

gboolean vehicle_items_read(JsonObject *object, const gchar *name, JsonPresence presence, guint *items,
                            GError **error)
{
    JsonArray *words = NULL;

    if (!json_read_array(object, name, presence, 16, FALSE, &words, error))
        return FALSE;
    *items = 0;
    for (guint i = 0; words != NULL && i < json_array_get_length(words); i++) {
        JsonNode *node = json_array_get_element(words, i);
        const gchar *word = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
        guint bit = 0;

        while (vehicle_item_names[bit] != NULL && g_strcmp0(word, vehicle_item_names[bit]) != 0)
            bit++;
        if (vehicle_item_names[bit] == NULL) {
            g_set_error(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "%s: position, soc, plug or gear",
                        name);
            return FALSE;
        }
        *items |= 1u << bit;
    }
    if (presence == JSON_OPTIONAL || *items != 0)
        return TRUE;
    g_set_error(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "%s: is empty", name);
    return FALSE;
}

JsonNode *vehicle_query_to_json(const VehicleQuery *query)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "query_id", query->query_id);
    write_items(object, "want", query->want);
    json_write_time(object, "expires_at", query->expires_ms);
    return json_write_node(object);
}

gboolean vehicle_query_from_json(JsonObject *object, VehicleQuery *query, GError **error)
{
    memset(query, 0, sizeof *query);
    return json_read_text(object, "query_id", JSON_REQUIRED, query->query_id, sizeof query->query_id,
                          error) &&
           vehicle_items_read(object, "want", JSON_REQUIRED, &query->want, error) &&
           json_read_time(object, "expires_at", JSON_REQUIRED, &query->expires_ms, error);
}

JsonNode *vehicle_state_to_json(const VehicleState *state)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "query_id", state->query_id);
    api_position_write(object, "position", &state->position);
    if (state->soc_percent >= 0)
        json_object_set_int_member(object, "soc_percent", state->soc_percent);
    json_write_text(object, "plug", plug_names[state->plug]);
    json_write_text(object, "gear", gear_names[state->gear]);
    write_items(object, "denied", state->denied);
    write_items(object, "unknown", state->unknown);
    return json_write_node(object);
}

gboolean vehicle_state_from_json(JsonObject *object, VehicleState *state, GError **error)
{
    guint plug = 0, gear = 0;

    memset(state, 0, sizeof *state);
    state->soc_percent = -1;
    if (!json_read_text(object, "query_id", JSON_REQUIRED, state->query_id, sizeof state->query_id, error) ||
        !api_position_read(object, "position", JSON_OPTIONAL, &state->position, error) ||
        !json_read_int(object, "soc_percent", JSON_OPTIONAL, 0, 100, &state->soc_percent, error) ||
        !json_read_enum(object, "plug", JSON_OPTIONAL, plug_names, &plug, error) ||
        !json_read_enum(object, "gear", JSON_OPTIONAL, gear_names, &gear, error) ||
        !vehicle_items_read(object, "denied", JSON_OPTIONAL, &state->denied, error) ||
        !vehicle_items_read(object, "unknown", JSON_OPTIONAL, &state->unknown, error))
        return FALSE;
    state->plug = (VehiclePlug)plug;
    state->gear = (VehicleGear)gear;
    return TRUE;
}
