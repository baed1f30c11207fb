#include "camera/vision/code_tracker.h"

#include <string.h>

static gboolean is_live(const CodeTrack *track, gint64 now_us)
{
    return track->n_bytes > 0 && now_us - track->seen_us < CODE_TRACKER_FORGET_US;
}

/* The track of these bytes, or else the slot to take: a dead one, or the one unseen for longest. */
static CodeTrack *find_or_take(CodeTracker *self, const guint8 *bytes, gsize n_bytes, gint64 now_us)
{
    CodeTrack *take = &self->track[0];

    for (guint i = 0; i < CODE_TRACKER_SLOTS; i++) {
        CodeTrack *track = &self->track[i];
        if (is_live(track, now_us) && track->n_bytes == n_bytes && memcmp(track->bytes, bytes, n_bytes) == 0)
            return track;
        if (take->n_bytes > 0 && (track->n_bytes == 0 || track->seen_us < take->seen_us))
            take = track;
    }
    *take = (CodeTrack){
        .n_bytes = n_bytes, .seen_us = G_MININT64, .reported_us = now_us - CODE_TRACKER_REPORT_US};
    memcpy(take->bytes, bytes, n_bytes);
    return take;
}

gboolean code_tracker_see(CodeTracker *self, const guint8 *bytes, gsize n_bytes, gint64 now_us,
                          guint *frames_agreeing)
{
    CodeTrack *track;

    if (n_bytes == 0 || n_bytes > CODE_TRACKER_MAX_BYTES)
        return FALSE;
    track = find_or_take(self, bytes, n_bytes, now_us);
    if (track->seen_us != now_us) /* two stickers with the same text in one frame agree only once */
        track->frames_agreeing = MIN(track->frames_agreeing, G_MAXINT32 - 1) + 1;
    track->seen_us = now_us;
    *frames_agreeing = track->frames_agreeing;
    if (now_us - track->reported_us < CODE_TRACKER_REPORT_US)
        return FALSE;
    track->reported_us = now_us;
    return TRUE;
}

void code_tracker_reset(CodeTracker *self)
{
    *self = (CodeTracker){0};
}
