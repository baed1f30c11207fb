/* Sim command: what a person or a test does at the simulated pile: cable, bay, uplink, stop button, fault,
 * speed. Comes from the loopback controls (JSON, protocol/README.md section 5) or from a script line.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "pile-sim/model/vehicle.h"

typedef enum {
    SIM_PLUG,
    SIM_UNPLUG,
    SIM_BAY,
    SIM_UPLINK,
    SIM_STOP,
    SIM_FAULT,
    SIM_SPEED,
} SimAction;

#define SIM_SPEED_MIN 0.01
#define SIM_SPEED_MAX 100000.0

typedef struct {
    SimAction action;
    guint evse;      /* counted from 1; unused by SIM_UPLINK and SIM_SPEED */
    gboolean on;     /* SIM_BAY: occupied; SIM_UPLINK: up; SIM_FAULT: faulted */
    gboolean broken; /* SIM_BAY: the sensor cannot tell */
    Vehicle vehicle; /* SIM_PLUG */
    gdouble factor;  /* SIM_SPEED: simulated seconds a real second while energy flows */
} SimCommand;

/* Finds the action of a path such as "/sim/plug". Returns: FALSE when there is none. */
gboolean sim_action_from_path(const gchar *path, SimAction *action);

/**
 * sim_command_from_json:
 * @n_evses: EVSE numbers above are refused
 * @error: #JsonReadError, names the field
 */
gboolean sim_command_from_json(SimAction action, JsonObject *body, guint n_evses, SimCommand *command,
                               GError **error);

/**
 * sim_command_from_words:
 * @words: (array zero-terminated=1): "plug", "compact", "evse=2"; "bay", "occupied"; "uplink", "down" ...
 * @error: #JsonReadError VALUE, says what was expected
 */
gboolean sim_command_from_words(gchar **words, guint n_evses, SimCommand *command, GError **error);
