#include "server-stub/model/presence.h"

const gchar *const presence_mode_names[] = {"off", "warn", "enforce", NULL};

/* What one witness says. */
typedef enum { SAYS_NOTHING, SAYS_YES, SAYS_NO, SAYS_NOT_YET } Word;

static Word word_of_bay(const PresenceFacts *f, gint64 ordered_ms, gint64 now_ms)
{
    if (f->sensor == BAY_SENSOR_SILENT)
        return SAYS_NOTHING;
    if (f->sensor == BAY_SENSOR_FREE)
        return now_ms < ordered_ms + PRESENCE_WAIT_MS ? SAYS_NOT_YET : SAYS_NO;
    if (f->occupied_ms == 0)
        return SAYS_NOTHING;
    /* Somebody else has ordered for the car that stands there. */
    if (f->others_ms > f->occupied_ms)
        return SAYS_NO;
    /* A driver who takes his time is no thief: an old occupation proves nothing either way. */
    return f->occupied_ms >= ordered_ms - PRESENCE_JUST_MS ? SAYS_YES : SAYS_NOTHING;
}

OrderPresence presence_judge(const PresenceFacts *f, gint64 ordered_ms, gint64 now_ms)
{
    Word bay = word_of_bay(f, ordered_ms, now_ms);
    Word place = f->distance_m < 0 ? SAYS_NOTHING : f->distance_m <= PRESENCE_NEAR_M ? SAYS_YES : SAYS_NO;

    if (place == SAYS_NO || bay == SAYS_NO)
        return ORDER_PRESENCE_MISMATCH;
    if (bay == SAYS_NOT_YET)
        return ORDER_PRESENCE_PENDING;
    if (bay == SAYS_YES || place == SAYS_YES || f->live_code)
        return ORDER_PRESENCE_CONFIRMED;
    return ORDER_PRESENCE_UNPROVEN;
}

gboolean presence_forbids(PresenceMode mode, OrderPresence presence)
{
    return mode == PRESENCE_ENFORCE &&
           (presence == ORDER_PRESENCE_MISMATCH || presence == ORDER_PRESENCE_UNPROVEN);
}
