/* Gear match keys: one configuration key and value into a GearMatch. Part of gear_match.c. Pure. */
#pragma once

#include "dbus/gear_match.h"

/**
 * gear_match_set:
 * @expected: (out): on FALSE, static text: what a value of this key looks like; NULL when there is no such
 * key
 *
 * "preset" is not a key here.
 */
gboolean gear_match_set(GearMatch *self, const gchar *key, const gchar *value, const gchar **expected);

/* Returns: (transfer full): all key names, for the message about an unknown one */
gchar *gear_match_key_list(void);
