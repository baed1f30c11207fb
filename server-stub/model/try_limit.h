/* Try limit: counts failed logins per name (peer, or peer and identity) in a sliding minute.
 * Pure; bounded: when full, the oldest name is forgotten (an attacker with that many names gains what the
 * 128-bit secrets still deny). Only failures count, so nobody is locked out by a stranger's guesses as long
 * as the caller lets a right credential pass.
 */
#pragma once

#include <glib.h>

#define TRY_LIMIT_MAX_NAMES 4096

typedef struct _TryLimit TryLimit;

TryLimit *try_limit_new(guint max_failures, gint64 window_ms);
void try_limit_free(TryLimit *self);

/* Returns: 0 when another try is fine, otherwise ms until it is. */
gint64 try_limit_wait_ms(TryLimit *self, const gchar *name, gint64 now_ms);
void try_limit_failed(TryLimit *self, const gchar *name, gint64 now_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TryLimit, try_limit_free)
