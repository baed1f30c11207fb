/* How long to wait before trying again: 1, 2, 4, ... seconds, up to a most. Pure. */
#pragma once

#include <glib.h>

/* @n_failed: tries that failed before the last one. Returns: microseconds */
gint64 retry_wait_us(guint n_failed, gint64 most_s);
