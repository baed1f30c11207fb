#include "server-stub/model/news_limit.h"

#define HOUR_MS (60 * 60 * G_GINT64_CONSTANT(1000))

gint64 news_limit_next_ms(const gint64 *told_ms, guint n_told, gint64 now_ms)
{
    gint64 next_ms = now_ms;

    if (n_told >= NEWS_LIMIT_PER_HOUR)
        next_ms = MAX(next_ms, told_ms[NEWS_LIMIT_PER_HOUR - 1] + HOUR_MS);
    if (n_told >= NEWS_LIMIT_PER_DAY)
        next_ms = MAX(next_ms, told_ms[NEWS_LIMIT_PER_DAY - 1] + 24 * HOUR_MS);
    return next_ms;
}
