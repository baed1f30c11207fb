/* Back-off with full jitter: the n-th wait is a random time below min(cap, base * 2^n), so that cars which
 * lost the same network do not come back together. Not below a tenth of it: a retry at once helps nobody. */
#pragma once

#include <glib.h>

typedef struct {
    guint base_ms, cap_ms;
    guint attempt;
} Backoff;
#define BACKOFF_INIT                                                                                         \
    {                                                                                                        \
        .base_ms = 1000, .cap_ms = 60000                                                                     \
    }

guint backoff_next_ms(Backoff *self);
void backoff_reset(Backoff *self);
