/* Back-off: how long to wait before the next try to connect. Full jitter, so that a thousand stations do
 * not come back in one second after a CSMS restart (threats.md 16). Pure but for the dice.
 */
#pragma once

#include <glib.h>

#define BACKOFF_FIRST_MS 500 /* the first retry is quick: most cuts are short */
#define BACKOFF_BASE_MS 1000
#define BACKOFF_MAX_MS 60000

typedef struct {
    guint failures; /* in a row */
} Backoff;

/* The upper bound of the next delay. */
guint backoff_ceiling_ms(const Backoff *self);
/* Counts a failure. Returns: the delay before the next try */
guint backoff_next_ms(Backoff *self);
void backoff_reset(Backoff *self);
