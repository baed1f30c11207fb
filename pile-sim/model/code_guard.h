/* Code guard: keeps charging codes and vouchers from being guessed and from being used twice (threats.md 8).
 * Wrong codes at an EVSE lock it for a growing time; what was used is remembered until it would have expired.
 * Both survive a restart. Pure value with two arrays.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "protocol/offline_code.h"
#include "protocol/voucher.h"

#define CODE_GUARD_TRIES 5
#define CODE_GUARD_LOCK_MS G_GINT64_CONSTANT(60000)
#define CODE_GUARD_LONGEST_MS G_GINT64_CONSTANT(3600000)
#define CODE_GUARD_FORGET_MS G_GINT64_CONSTANT(86400000) /* so long without a wrong one: as new */

/* Of one EVSE. Times are monotonic. */
typedef struct {
    guint wrong; /* wrong codes since the last right one */
    gint64 last_wrong_ms;
    gint64 locked_until_ms;
} CodeLock;

typedef struct {
    GArray *locks;    /* of CodeLock, by EVSE from 0 */
    GArray *codes;    /* of used codes */
    GArray *vouchers; /* of used vouchers */
    gboolean changed; /* since it was stored; the caller clears it */
} CodeGuard;

void code_guard_init(CodeGuard *self, guint n_evses);
void code_guard_clear(CodeGuard *self);

/* How long the EVSE stays locked from now on; 0: it is not. @evse: from 1, as below */
gint64 code_guard_locked_ms(const CodeGuard *self, gint32 evse, gint64 mono_ms);
/* Wrong codes that are still free before the next lock. */
guint code_guard_tries_left(const CodeGuard *self, gint32 evse, gint64 mono_ms);
void code_guard_wrong(CodeGuard *self, gint32 evse, gint64 mono_ms);
void code_guard_right(CodeGuard *self, gint32 evse);

gboolean code_guard_code_is_used(const CodeGuard *self, gint32 evse, gint64 slot);
void code_guard_use_code(CodeGuard *self, gint32 evse, gint64 slot);
gboolean code_guard_voucher_is_used(const CodeGuard *self, const gchar *voucher_id);
void code_guard_use_voucher(CodeGuard *self, const Voucher *voucher);
/* Forgets what no longer could be accepted. */
void code_guard_expire(CodeGuard *self, gint64 floor_s);

/* A lock is stored as what is left of it: switching the power off does not shorten it. */
JsonObject *code_guard_to_json(const CodeGuard *self, gint64 mono_ms);
/* @self: after code_guard_init() */
gboolean code_guard_from_json(CodeGuard *self, JsonObject *json, gint64 mono_ms, GError **error);
