/* Code tracker: the same bytes in several frames are one code. Says how many frames agree and when to report.
 * Pure: time is an argument. What is read comes from the decoder child, so all of it is bounded.
 */
#pragma once

#include <glib.h>

#define CODE_TRACKER_MAX_BYTES 512 /* longer codes are not ours (protocol/README.md section 1): ignored */
#define CODE_TRACKER_SLOTS 16
#define CODE_TRACKER_FORGET_US (2 * G_USEC_PER_SEC) /* unseen for so long: a new code when it comes back */
#define CODE_TRACKER_REPORT_US (G_USEC_PER_SEC / 5) /* protocol/README.md section 6 */

typedef struct {
    guint8 bytes[CODE_TRACKER_MAX_BYTES];
    gsize n_bytes; /* 0: slot is free */
    guint frames_agreeing;
    gint64 seen_us;
    gint64 reported_us;
} CodeTrack;

typedef struct {
    CodeTrack track[CODE_TRACKER_SLOTS];
} CodeTracker; /* zeroed = empty */

/**
 * code_tracker_see:
 * @bytes: (array length=n_bytes): read in the frame that was looked at at @now_us
 * @frames_agreeing: (out): frames in which it was read, since it was last unseen for %CODE_TRACKER_FORGET_US
 *
 * Returns: TRUE when it is to be reported now: first seen, or last reported long enough ago
 */
gboolean code_tracker_see(CodeTracker *self, const guint8 *bytes, gsize n_bytes, gint64 now_us,
                          guint *frames_agreeing);

/* Forgets everything: the camera was stopped. */
void code_tracker_reset(CodeTracker *self);
