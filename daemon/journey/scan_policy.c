#include "daemon/journey/scan_policy.h"

#include <math.h>
#include <string.h>

/* A code at the edge of the picture counts half. */
#define EDGE_WEIGHT 0.5
#define BEARING_ASIDE_DEG 60 /* the edge of a picture without a lens */

static gdouble quad_area(const gdouble quad[8])
{
    gdouble twice = 0;

    for (guint i = 0; i < 4; i++) {
        guint next = (i + 1) % 4;

        twice += quad[2 * i] * quad[2 * next + 1] - quad[2 * next] * quad[2 * i + 1];
    }
    return fabs(twice) / 2;
}

gdouble scan_policy_score(const CodeSighting *sighting)
{
    gdouble width = MAX(sighting->frame_px[0], 1);
    gdouble middle = 0, off_axis;

    for (guint i = 0; i < 4; i++)
        middle += sighting->quad_px[2 * i] / 4;
    /* The lens knows the way of the car better than the middle of the picture does. */
    off_axis = sighting->has_bearing ? fabs(sighting->bearing_deg) / BEARING_ASIDE_DEG
                                     : fabs(middle / width - 0.5) * 2;
    off_axis = MIN(off_axis, 1);
    return sqrt(quad_area(sighting->quad_px)) / width * (1 - (1 - EDGE_WEIGHT) * off_axis);
}

void scan_policy_restart(ScanPolicy *self)
{
    self->n_tracks = 0;
    self->chosen_key[0] = '\0';
}

static ScanTrack *find_track(ScanPolicy *self, const gchar *key)
{
    for (guint i = 0; i < self->n_tracks; i++) {
        if (strcmp(self->tracks[i].last.code.evse.key, key) == 0)
            return &self->tracks[i];
    }
    return NULL;
}

static void drop_lost_tracks(ScanPolicy *self, gint64 now_us)
{
    guint kept = 0;

    for (guint i = 0; i < self->n_tracks; i++) {
        if (now_us - self->tracks[i].seen_us <= SCAN_POLICY_IN_VIEW_US)
            self->tracks[kept++] = self->tracks[i];
    }
    self->n_tracks = kept;
}

static ScanTrack *track_for(ScanPolicy *self, const gchar *key)
{
    ScanTrack *track = find_track(self, key);

    if (track != NULL)
        return track;
    /* More piles than tracks: the smallest one is not the one behind the car. */
    if (self->n_tracks == SCAN_POLICY_MAX_TRACKS) {
        track = &self->tracks[0];
        for (guint i = 1; i < self->n_tracks; i++) {
            if (self->tracks[i].score < track->score)
                track = &self->tracks[i];
        }
    } else {
        track = &self->tracks[self->n_tracks++];
    }
    *track = (ScanTrack){.better_since_us = -1};
    return track;
}

static gboolean is_refused(const ScanPolicy *self, const PileCode *code, gint64 now_us)
{
    for (guint i = 0; i < self->n_refused; i++) {
        const RefusedCode *refused = &self->refused[i];

        if (now_us < refused->until_us && strcmp(refused->evse_key, code->evse.key) == 0 &&
            strcmp(refused->token, code->token) == 0)
            return TRUE;
    }
    return FALSE;
}

static ScanTrack *best_track(ScanPolicy *self, gint64 now_us)
{
    ScanTrack *best = NULL;

    for (guint i = 0; i < self->n_tracks; i++) {
        if (!is_refused(self, &self->tracks[i].last.code, now_us) &&
            (best == NULL || self->tracks[i].score > best->score))
            best = &self->tracks[i];
    }
    return best;
}

static gboolean beats_chosen(ScanTrack *best, const ScanTrack *chosen, gint64 now_us)
{
    if (chosen == NULL)
        return TRUE; /* nothing chosen yet, or it left the view while another came */
    if (best->score < chosen->score * SCAN_POLICY_SWITCH_RATIO) {
        best->better_since_us = -1;
        return FALSE;
    }
    if (best->better_since_us < 0)
        best->better_since_us = now_us;
    return now_us - best->better_since_us >= SCAN_POLICY_SWITCH_HOLD_US;
}

const CodeSighting *scan_policy_feed(ScanPolicy *self, const CodeSighting *sighting, gint64 now_us)
{
    ScanTrack *track, *best, *chosen;

    drop_lost_tracks(self, now_us);
    track = track_for(self, sighting->code.evse.key);
    /* The camera counts agreeing frames of one text; a dynamic code that changed starts again. */
    if (strcmp(track->last.code.token, sighting->code.token) != 0)
        track->agreeing = 0;
    track->agreeing = MAX(track->agreeing + 1, sighting->frames_agreeing);
    track->last = *sighting;
    track->seen_us = now_us;
    track->score = scan_policy_score(sighting);

    best = best_track(self, now_us);
    /* Not certain yet: it will be within a few frames, or be gone within a second. */
    if (best == NULL || best->agreeing < SCAN_POLICY_FRAMES_TO_CONFIRM)
        return NULL;
    if (strcmp(best->last.code.evse.key, self->chosen_key) == 0)
        return NULL;
    chosen = self->chosen_key[0] != '\0' ? find_track(self, self->chosen_key) : NULL;
    if (!beats_chosen(best, chosen, now_us) || now_us < self->next_choice_us)
        return NULL;
    g_strlcpy(self->chosen_key, best->last.code.evse.key, sizeof self->chosen_key);
    self->next_choice_us = now_us + SCAN_POLICY_MIN_GAP_US;
    return &best->last;
}

/* Its own slot, a free one, or that of the refusal which ends first. */
static RefusedCode *refused_slot(ScanPolicy *self, const PileCode *code)
{
    RefusedCode *first_to_end = &self->refused[0];

    for (guint i = 0; i < self->n_refused; i++) {
        RefusedCode *refused = &self->refused[i];

        if (strcmp(refused->evse_key, code->evse.key) == 0 && strcmp(refused->token, code->token) == 0)
            return refused;
        if (refused->until_us < first_to_end->until_us)
            first_to_end = refused;
    }
    return self->n_refused < SCAN_POLICY_MAX_REFUSED ? &self->refused[self->n_refused++] : first_to_end;
}

void scan_policy_refuse(ScanPolicy *self, const PileCode *code, gint64 until_us)
{
    RefusedCode *slot = refused_slot(self, code);

    g_strlcpy(slot->evse_key, code->evse.key, sizeof slot->evse_key);
    g_strlcpy(slot->token, code->token, sizeof slot->token);
    slot->until_us = until_us;
    if (strcmp(self->chosen_key, code->evse.key) == 0)
        self->chosen_key[0] = '\0';
}

const CodeSighting *scan_policy_chosen(const ScanPolicy *self, gint64 now_us)
{
    for (guint i = 0; i < self->n_tracks; i++) {
        const ScanTrack *track = &self->tracks[i];

        if (strcmp(track->last.code.evse.key, self->chosen_key) == 0 &&
            now_us - track->seen_us <= SCAN_POLICY_IN_VIEW_US)
            return &track->last;
    }
    return NULL;
}
