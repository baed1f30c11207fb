/* News limit: how often a driver is told of offers, however many there are. Pure. */
#pragma once

#include <glib.h>

#define NEWS_LIMIT_PER_HOUR 4
#define NEWS_LIMIT_PER_DAY 12

/**
 * news_limit_next_ms:
 * @told_ms: (array length=n_told): when the vehicle was told, newest first; at least the newest 12
 *
 * Returns: from when on one more may be told; at most @now_ms: now
 */
gint64 news_limit_next_ms(const gint64 *told_ms, guint n_told, gint64 now_ms);
