/* Script: sim commands at times, for a demo or a test that plays by itself.
 *
 *     # seconds after the start, action, arguments
 *     2    bay occupied
 *     4.5  plug compact soc=30 evse=2
 *     30   unplug evse=2
 */
#pragma once

#include "pile-sim/model/sim_command.h"

#define SCRIPT_MAX_BYTES (64 * 1024)
#define SCRIPT_MAX_LINES 2000
#define SCRIPT_MAX_SECONDS (7 * 24 * 3600)

typedef struct {
    gint64 at_ms; /* after the start of the program, real time; never falls from line to line */
    SimCommand command;
} ScriptStep;

/**
 * script_parse:
 * @name: for errors, "FILE:LINE: ..."
 * @text: (array length=len): need not be NUL-terminated
 * @error: #JsonReadError VALUE
 *
 * Returns: (transfer full) (element-type ScriptStep) (nullable): free with g_array_unref()
 */
GArray *script_parse(const gchar *name, const gchar *text, gsize len, guint n_evses, GError **error);
