/* Untold: the charging points that have, or may have, admitted this car by its name or voucher, and of whose
 * charge the server has not told yet. Such a charge is an order that nobody has placed: until it is told of,
 * the orders are followed, and nothing more is ordered there without a tap. Kept with the journey, but not
 * forgotten with it: the pile may tell of it days later. Pure.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "protocol/evse_id.h"

#define UNTOLD_MAX 4 /* the oldest makes room */

typedef struct {
    gchar evse_keys[UNTOLD_MAX][EVSE_ID_KEY_MAX_BYTES + 1]; /* oldest first */
    guint n;
} Untold;

gboolean untold_has(const Untold *self, const gchar *evse_key);
/* Returns: FALSE when it was there already */
gboolean untold_add(Untold *self, const gchar *evse_key);
void untold_remove(Untold *self, const gchar *evse_key);

/* Returns: (transfer full) */
JsonArray *untold_to_json(const Untold *self);
/* @array: (nullable). What is no name of a charging point is passed over. */
void untold_from_json(Untold *self, JsonArray *array);
