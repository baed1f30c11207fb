/* Config keys: the table of groups and keys, each with its reader and what it expects. Private to config.c.
 */
#pragma once

#include "daemon/config.h"

/* Sets [group] key=value in @self. FALSE: @expected says, in the author's words, what is expected there. */
typedef enum {
    CONFIG_KEY_SET,
    CONFIG_KEY_UNKNOWN_GROUP,
    CONFIG_KEY_UNKNOWN,
    CONFIG_KEY_BAD_VALUE
} ConfigKeyResult;
ConfigKeyResult config_keys_set(Config *self, const gchar *group, const gchar *key, const gchar *value,
                                const gchar **expected);

/* (transfer full): "known keys of [camera]: ..." or, for an unknown group, the groups. */
gchar *config_keys_list(const gchar *group);
