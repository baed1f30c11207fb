/* Panel face: what a pile's front shows, derived from its state: which light is on and which step the
 * driver is at. Pure.
 */
#pragma once

#include <json-glib/json-glib.h>

/* @state: GET /sim/state (protocol/README.md section 5); each EVSE gets its "light" and "step". */
void panel_face_add(JsonObject *state);

/* @online: the pile is registered with its operator
 * Returns: (transfer none): "free", "reserved", "plug", "connected", "starting", "charging", "full",
 * "paused", "done", "offline", "unavailable" or "fault" */
const gchar *panel_face_step(JsonObject *evse, gboolean online);

/* Returns: (transfer none): "green", "amber", "blue", "red" or "off" */
const gchar *panel_face_light(const gchar *step);
