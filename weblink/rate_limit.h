/* Requests per peer: a bucket of @burst that fills up at a steady rate (GCRA: one time stamp a peer).
 * Pure; bounded: a peer whose bucket is full again is forgotten, and when RATE_LIMIT_MAX_NAMES are not, the
 * one that is nearest to it.
 */
#pragma once

#include <glib.h>

#define RATE_LIMIT_MAX_NAMES 4096

typedef struct _RateLimit RateLimit;

/* @per_s, @burst: at least 1 */
RateLimit *rate_limit_new(guint per_s, guint burst);
void rate_limit_free(RateLimit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RateLimit, rate_limit_free)

/* Returns: 0: one is taken; otherwise nothing is, and there will be one in so many microseconds */
gint64 rate_limit_take(RateLimit *self, const gchar *name, gint64 now_us);

/* The same answer, and nothing is taken. */
gint64 rate_limit_wait_us(RateLimit *self, const gchar *name, gint64 now_us);

/* What was taken turned out not to count. */
void rate_limit_give_back(RateLimit *self, const gchar *name);
