#include "pile-sim/link/backoff.h"

guint backoff_ceiling_ms(const Backoff *self)
{
    if (self->failures == 0)
        return BACKOFF_FIRST_MS;
    return MIN(BACKOFF_BASE_MS << MIN(self->failures, 6), BACKOFF_MAX_MS);
}

guint backoff_next_ms(Backoff *self)
{
    guint ceiling_ms = backoff_ceiling_ms(self);
    guint floor_ms = self->failures == 0 ? BACKOFF_FIRST_MS / 10 : BACKOFF_BASE_MS;

    if (self->failures < G_MAXUINT)
        self->failures++;
    return (guint)g_random_int_range((gint32)floor_ms, (gint32)ceiling_ms + 1);
}

void backoff_reset(Backoff *self)
{
    self->failures = 0;
}
