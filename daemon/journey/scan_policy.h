/* Scan policy: of the codes in view, which pile is the car backing up to, is it certain enough to ask the
 * server about, and was it not refused already? Pure; times are CLOCK_MONOTONIC microseconds.
 *
 * The pile behind the car is near and in the middle; its neighbours are smaller or at the side. So a code
 * scores by its apparent size, less the further it is from the middle line. A new favourite must be
 * clearly better for a moment, so that two piles of equal size do not make the choice flutter.
 */
#pragma once

#include "protocol/qr_payload.h"

#define SCAN_POLICY_MAX_TRACKS 8
#define SCAN_POLICY_MAX_REFUSED 16

/* A code of one of our operators, seen in one picture. */
typedef struct {
    PileCode code;
    gdouble quad_px[8]; /* x0,y0 .. x3,y3 */
    guint frame_px[2];  /* width, height */
    guint frames_agreeing;
    gboolean has_bearing; /* the lens is known */
    gdouble bearing_deg;  /* from straight backwards */
} CodeSighting;

typedef struct {
    CodeSighting last;
    gint64 seen_us;
    gint64 better_since_us; /* clearly better than the chosen one since; -1: is not */
    guint agreeing;         /* frames in which it was read the same, over all sightings */
    gdouble score;
} ScanTrack;

typedef struct {
    gchar evse_key[EVSE_ID_KEY_MAX_BYTES + 1];
    gchar token[QR_PAYLOAD_TOKEN_MAX_BYTES + 1];
    gint64 until_us;
} RefusedCode;

typedef struct {
    ScanTrack tracks[SCAN_POLICY_MAX_TRACKS];
    guint n_tracks;
    RefusedCode refused[SCAN_POLICY_MAX_REFUSED];
    guint n_refused;
    gchar chosen_key[EVSE_ID_KEY_MAX_BYTES + 1]; /* "" until something was chosen */
    gint64 next_choice_us;                       /* rate limit */
} ScanPolicy;
#define SCAN_POLICY_INIT                                                                                     \
    {                                                                                                        \
        .n_tracks = 0                                                                                        \
    }

#define SCAN_POLICY_FRAMES_TO_CONFIRM 3
#define SCAN_POLICY_IN_VIEW_US (1 * G_USEC_PER_SEC)
#define SCAN_POLICY_SWITCH_HOLD_US (G_USEC_PER_SEC / 2)
#define SCAN_POLICY_SWITCH_RATIO 1.3
#define SCAN_POLICY_MIN_GAP_US (1 * G_USEC_PER_SEC) /* between two choices, so between two lookups */

/* Forgets what is in view and chosen (a new look begins), keeps what was refused. */
void scan_policy_restart(ScanPolicy *self);

/**
 * scan_policy_feed:
 * Returns: (transfer none) (nullable): the sighting to look up now: a first choice or a better one; NULL
 *   most of the time. Valid until the next call.
 */
const CodeSighting *scan_policy_feed(ScanPolicy *self, const CodeSighting *sighting, gint64 now_us);

/* The server refused @code: do not ask for it again before @until_us (another token is another code), and
 * let another code in view be chosen. */
void scan_policy_refuse(ScanPolicy *self, const PileCode *code, gint64 until_us);

/* The chosen code where it was last seen, for the picture; NULL when none is in view. (transfer none) */
const CodeSighting *scan_policy_chosen(const ScanPolicy *self, gint64 now_us);

/* Size relative to the frame, 0..1, less its distance from the middle. Public for the tests. */
gdouble scan_policy_score(const CodeSighting *sighting);
