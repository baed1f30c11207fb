/* Device: the small store beside the state that a real pile has in its secure element: its own key, and which
 * generation of the sealed records is the newest. An edited record is recognised by the key, an older copy of
 * the state by the generation. The simulator keeps it in STATE.device (mode 0600).
 */
#pragma once

#include "pile-sim/model/offline.h"

typedef struct _Device Device;

/**
 * device_open:
 * @state_file: (nullable): NULL keeps nothing: a new key with every start
 *
 * Returns: (transfer full) (nullable): free with device_free(); NULL with a #PileStoreError
 */
Device *device_open(const gchar *state_file, GError **error);
void device_free(Device *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Device, device_free)

/* What the small store's record says. Returns: FALSE and @facts untouched when it is damaged */
gboolean device_facts_read(const gchar *text, OfflineDevice *facts, GError **error);

const OfflineDevice *device_facts(const Device *self);

/* @name: OFFLINE_SEAL_LIST or _GUARD. After the records themselves are stored. */
gboolean device_seal(Device *self, const gchar *name, gint64 generation, GError **error);
