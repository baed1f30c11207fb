/* Keys that one file gives twice: GKeyFile would take the last one without a word. Pure. */
#pragma once

#include <glib.h>

typedef struct {
    gchar *group, *key; /* owned; NULL: none is doubled */
    guint first_line, line;
} ConfigDouble;

/* @text: (array length=len): what GKeyFile has accepted. Returns: the first key that is given again */
ConfigDouble config_doubles_find(const gchar *text, gsize len);
void config_double_clear(ConfigDouble *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ConfigDouble, config_double_clear)
