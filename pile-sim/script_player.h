/* Script player: hands out the steps of a script when they are due. */
#pragma once

#include "pile-sim/model/script.h"

typedef struct _ScriptPlayer ScriptPlayer;
typedef void (*ScriptPlayerStep)(const ScriptStep *step, gpointer data);

/* Returns: (transfer full) (nullable): NULL and a #GError when the file cannot be read or understood */
ScriptPlayer *script_player_new(const gchar *path, guint n_evses, ScriptPlayerStep step, gpointer data,
                                GError **error);
/* Time 0 is now. */
void script_player_start(ScriptPlayer *self);
void script_player_free(ScriptPlayer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScriptPlayer, script_player_free)
