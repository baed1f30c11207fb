#include "daemon/net/backoff.h"

guint backoff_next_ms(Backoff *self)
{
    guint64 span = MIN((guint64)self->base_ms << MIN(self->attempt, 16), self->cap_ms);

    self->attempt++;
    return (guint)g_random_int_range((gint32)MAX(span / 10, 1), (gint32)span + 1);
}

void backoff_reset(Backoff *self)
{
    self->attempt = 0;
}
