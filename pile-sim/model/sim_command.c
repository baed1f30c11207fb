#include "pile-sim/model/sim_command.h"

#include <string.h>

#include "protocol/json_read.h"

/* One row for each action: how its flag is called in JSON, and its two words in a script. */
static const struct {
    const gchar *name;
    const gchar *field;
    const gchar *on_word;
    const gchar *off_word;
} actions[] = {
    [SIM_PLUG] = {"plug", NULL, NULL, NULL},
    [SIM_UNPLUG] = {"unplug", NULL, NULL, NULL},
    [SIM_BAY] = {"bay", "occupied", "occupied", "free"},
    [SIM_UPLINK] = {"uplink", "up", "up", "down"},
    [SIM_STOP] = {"stop", NULL, NULL, NULL},
    [SIM_FAULT] = {"fault", "fault", "on", "off"},
    [SIM_SPEED] = {"speed", NULL, NULL, NULL},
};

static gboolean action_from_name(const gchar *name, SimAction *action)
{
    for (guint i = 0; i < G_N_ELEMENTS(actions); i++) {
        if (!g_str_equal(name, actions[i].name))
            continue;
        *action = i;
        return TRUE;
    }
    return FALSE;
}

gboolean sim_action_from_path(const gchar *path, SimAction *action)
{
    return g_str_has_prefix(path, "/sim/") && action_from_name(path + strlen("/sim/"), action);
}

gboolean sim_command_from_json(SimAction action, JsonObject *body, guint n_evses, SimCommand *command,
                               GError **error)
{
    SimCommand read = {.action = action};
    gint64 evse = 1;

    if (!json_read_int(body, "evse", JSON_OPTIONAL, 1, n_evses, &evse, error))
        return FALSE;
    read.evse = (guint)evse;
    if (action == SIM_BAY && !json_read_boolean(body, "broken", JSON_OPTIONAL, &read.broken, error))
        return FALSE;
    if (actions[action].field != NULL && !read.broken &&
        !json_read_boolean(body, actions[action].field, JSON_REQUIRED, &read.on, error))
        return FALSE;
    if (action == SIM_PLUG &&
        !vehicle_from_json(json_object_get_member(body, "vehicle"), &read.vehicle, error))
        return FALSE;
    if (action == SIM_SPEED &&
        !json_read_number(body, "factor", JSON_REQUIRED, SIM_SPEED_MIN, SIM_SPEED_MAX, &read.factor, error))
        return FALSE;
    *command = read;
    return TRUE;
}

static gboolean refuse(GError **error, const gchar *word, const gchar *expected)
{
    g_set_error(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "'%.40s': want %s", word, expected);
    return FALSE;
}

static gboolean read_number_word(const gchar *word, const gchar *key, guint64 min, guint64 max,
                                 guint64 *value)
{
    return g_str_has_prefix(word, key) &&
           g_ascii_string_to_unsigned(word + strlen(key), 10, min, max, value, NULL);
}

/* One word after the action. */
static gboolean read_argument(SimCommand *command, const gchar *word, guint n_evses, gboolean *complete)
{
    guint64 number = 0;

    if (command->action != SIM_UPLINK && command->action != SIM_SPEED &&
        read_number_word(word, "evse=", 1, n_evses, &number)) {
        command->evse = (guint)number;
        return TRUE;
    }
    if (command->action == SIM_PLUG && *complete && read_number_word(word, "soc=", 0, 100, &number)) {
        command->vehicle.battery = battery_new(command->vehicle.battery.capacity_uwh / BATTERY_UWH_PER_WH,
                                               (gdouble)number, command->vehicle.battery.max_power_w);
        return TRUE;
    }
    if (command->action == SIM_PLUG && !*complete && vehicle_from_preset(word, &command->vehicle)) {
        *complete = TRUE;
        return TRUE;
    }
    if (command->action == SIM_SPEED && !*complete &&
        read_number_word(word, "", 1, (guint64)SIM_SPEED_MAX, &number)) {
        command->factor = (gdouble)number;
        *complete = TRUE;
        return TRUE;
    }
    if (actions[command->action].on_word != NULL && !*complete) {
        command->on = g_str_equal(word, actions[command->action].on_word);
        command->broken = command->action == SIM_BAY && g_str_equal(word, "broken");
        *complete = TRUE;
        return command->on || command->broken || g_str_equal(word, actions[command->action].off_word);
    }
    return FALSE;
}

gboolean sim_command_from_words(gchar **words, guint n_evses, SimCommand *command, GError **error)
{
    SimCommand read = {.evse = 1};
    gboolean complete = FALSE;

    if (words[0] == NULL || !action_from_name(words[0], &read.action))
        return refuse(error, words[0] != NULL ? words[0] : "",
                      "plug, unplug, bay, uplink, stop, fault or speed");
    complete = read.action == SIM_UNPLUG || read.action == SIM_STOP;
    for (guint i = 1; words[i] != NULL; i++) {
        if (!read_argument(&read, words[i], n_evses, &complete))
            return refuse(error, words[i],
                          read.action == SIM_PLUG
                              ? "compact or van, then soc=0..100, evse=N"
                              : "occupied/free/broken, up/down, on/off or 1..100000 as fits, then evse=N");
    }
    if (!complete)
        return refuse(error, words[0],
                      "one more word: a vehicle, occupied/free/broken, up/down, on/off or a factor");
    *command = read;
    return TRUE;
}
