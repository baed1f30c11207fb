#include "camera/vision/vision.h"

#include <math.h>
#include <string.h>

#include "camera/vision/bitmap.h"
#include "camera/vision/finder.h"
#include "camera/vision/layers.h"
#include "camera/vision/model_reader.h"
#include "camera/vision/qr_reader.h"
#include "camera/vision/rectify.h"
#include "camera/vision/region.h"
#include "camera/vision/ring_finder.h"
#include "camera/vision/symbol.h"

/* ZBar is the dear part: so many pixels of crops a frame and no more (a version 3 code takes about 30,000).
 */
#define CROP_PIXELS_MAX 200000

#define LIKENESS_MIN 0.2    /* of a region that is worth pictures for ZBar */
#define LARGE_MIN 0.4       /* correlation with a finder of codes larger than the model knows */
#define FITS_OF_A_REGION 60 /* at most: five versions, more steps, two solutions */

typedef struct {
    void (*cut)(Upright *self, const Layers *layers, const Region *region, gdouble module_px);
    gdouble module_px;
} Try;

struct Vision {
    Layers layers;
    Bitmap bitmap;
    FinderMarks marks;
    Regions regions;
    Upright upright;
    RingFinder rings;
    QrReader *reader;
    ModelReader *model;
    Detections read; /* of one crop */
};

Vision *vision_new(void)
{
    Vision *self = g_new0(Vision, 1);

    self->reader = qr_reader_new();
    self->model = model_reader_new();
    return self;
}

void vision_free(Vision *self)
{
    layers_clear(&self->layers);
    bitmap_clear(&self->bitmap);
    upright_clear(&self->upright);
    qr_reader_free(self->reader);
    model_reader_free(self->model);
    g_free(self);
}

/* Whichever way round the corners go: seen in a mirror they go the other way. */
static gboolean quad_contains(const gdouble quad[8], gdouble x, gdouble y)
{
    guint n_right = 0;

    for (guint i = 0; i < 4; i++) {
        const gdouble *a = quad + 2 * i, *b = quad + 2 * ((i + 1) % 4);
        n_right += (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]) >= 0 ? 1 : 0;
    }
    return n_right == 0 || n_right == 4;
}

static gboolean is_known(const Detections *found, const Detection *detection)
{
    gdouble x = (detection->quad_px[0] + detection->quad_px[4]) / 2;
    gdouble y = (detection->quad_px[1] + detection->quad_px[5]) / 2;

    for (guint i = 0; i < found->n; i++)
        if (found->item[i].n_bytes == detection->n_bytes &&
            memcmp(found->item[i].bytes, detection->bytes, detection->n_bytes) == 0 &&
            quad_contains(found->item[i].quad_px, x, y))
            return TRUE;
    return FALSE;
}

/* Two of its marks inside a code that was read: a part of that code, or a mixture with its neighbour. */
static gboolean is_explained(const Detections *found, const Region *region)
{
    const FinderMark *mark[3] = {&region->corner, &region->right, &region->below};

    for (guint i = 0; i < found->n; i++) {
        guint n_inside = 0;
        for (guint m = 0; m < 3; m++)
            n_inside += quad_contains(found->item[i].quad_px, mark[m]->x, mark[m]->y) ? 1 : 0;
        if (n_inside >= 2)
            return TRUE;
    }
    return FALSE;
}

/* ZBar says where the corners are: with the number of modules of the nearest version that gives the size. */
static gdouble measure_module(const gdouble quad[8], gdouble guess_px)
{
    gdouble side = 0;

    for (guint i = 0; i < 4; i++)
        side += hypot(quad[(2 * i + 2) % 8] - quad[2 * i], quad[(2 * i + 3) % 8] - quad[2 * i + 1]) / 4;
    return side / (gdouble)CLAMP(17 + 4 * lrint((side / guess_px - 17) / 4), 21, 177);
}

static void keep(const Upright *upright, const Region *region, const Detections *read, Detections *found)
{
    for (guint i = 0; i < read->n && found->n < DETECTIONS_MAX; i++) {
        Detection *to = &found->item[found->n];
        *to = read->item[i];
        for (guint p = 0; p < 8; p += 2)
            upright_to_frame(upright, read->item[i].quad_px[p], read->item[i].quad_px[p + 1], &to->quad_px[p],
                             &to->quad_px[p + 1]);
        to->px_per_module = measure_module(to->quad_px, region->module_px);
        if (!is_known(found, to))
            found->n++;
    }
}

static gboolean try_region(Vision *self, const Region *region, const Try *how, Detections *found,
                           VisionEffort *effort)
{
    GrayFrame picture;

    how->cut(&self->upright, &self->layers, region, how->module_px);
    picture = (GrayFrame){.pixels = self->upright.pixels,
                          .width_px = self->upright.side_px,
                          .height_px = self->upright.side_px,
                          .stride_bytes = self->upright.side_px};
    effort->n_crops++;
    effort->crop_pixels += (gsize)picture.width_px * picture.height_px;
    if (qr_reader_read(self->reader, &picture, &self->read) == 0)
        return FALSE;
    keep(&self->upright, region, &self->read, found);
    return TRUE;
}

static gboolean add(Detections *found)
{
    if (is_known(found, &found->item[found->n]))
        return FALSE;
    found->n++;
    return TRUE;
}

/* Codes of earlier frames where they should be now: no search, and all frames read together. */
static void follow_tracks(Vision *self, VisionTracker *tracker, gint64 now_ns, Detections *found,
                          VisionEffort *effort)
{
    vision_tracker_age(tracker, now_ns);
    for (guint i = 0; i < VISION_TRACKS_MAX && found->n < DETECTIONS_MAX; i++) {
        VisionTrack *track = &tracker->track[i];
        ModelFit model;
        if (track->n_frames == 0 || track->seen_ns == now_ns)
            continue;
        vision_track_predict(track, now_ns, &model);
        if (!model_reader_refit(self->model, &self->layers, &model, &effort->n_fits))
            continue;
        vision_track_move(track, &model, now_ns);
        if (model_reader_read(self->model, &self->layers, &model, &track->sum, self->reader,
                              &found->item[found->n], &effort->n_fits))
            add(found);
    }
}

/* @likeness: (out): of each region */
static void model_regions(Vision *self, VisionTracker *tracker, gint64 now_ns, Detections *found,
                          gdouble likeness[REGIONS_MAX], VisionEffort *effort)
{
    for (guint i = 0; i < self->regions.n; i++) {
        const Region *region = &self->regions.region[i];
        VisionTrack *track = NULL;
        ModelFit model;
        likeness[i] = 1;
        if (found->n == DETECTIONS_MAX || effort->n_fits + FITS_OF_A_REGION > VISION_FITS_MAX ||
            is_explained(found, region))
            continue;
        gboolean worth = model_reader_fit(self->model, &self->layers, region, &model, &effort->n_fits);
        likeness[i] = model.r2;
        if (!worth)
            continue;
        if (tracker != NULL)
            track = vision_tracker_begin(tracker, &model, now_ns);
        if (model_reader_read(self->model, &self->layers, &model, track != NULL ? &track->sum : NULL,
                              self->reader, &found->item[found->n], &effort->n_fits))
            add(found);
    }
}

/* The least of three finders, each seen along the sides that the three together say. */
static gdouble finder_likeness(const Layers *layers, const Region *region)
{
    const FinderMark *a = &region->corner, *mark[3] = {a, &region->right, &region->below};
    gdouble between = region->n_modules - 7, least = 1;
    const gdouble step_px[4] = {(mark[1]->x - a->x) / between, (mark[1]->y - a->y) / between,
                                (mark[2]->x - a->x) / between, (mark[2]->y - a->y) / between};

    for (guint i = 0; i < 3; i++)
        least = MIN(least, ring_finder_likeness(layers, mark[i]->x, mark[i]->y, step_px));
    return least;
}

static gboolean may_be_code(const Layers *layers, const Region *region, gdouble likeness)
{
    if (region->n_modules > SYMBOL_SIDE_MAX - 8)
        return finder_likeness(layers, region) > LARGE_MIN;
    return likeness > LIKENESS_MIN;
}

/* What the model could not read though it may be a code: bent, or of a version that the model does not know.
 */
static void crop_regions(Vision *self, Detections *found, const gdouble likeness[REGIONS_MAX],
                         VisionEffort *effort)
{
    /* Pictures that ZBar is tried with, best first. */
    static const Try tries[] = {{rectify, 4}, {rectify_not, 4}, {rectify, 3}};

    for (guint t = 0; t < G_N_ELEMENTS(tries); t++)
        for (guint i = 0; i < self->regions.n && effort->crop_pixels < CROP_PIXELS_MAX; i++) {
            const Region *region = &self->regions.region[i];
            if (may_be_code(&self->layers, region, likeness[i]) && !is_explained(found, region))
                try_region(self, region, &tries[t], found, effort);
        }
}

guint vision_follow(Vision *self, VisionTracker *tracker, const GrayFrame *frame, Detections *found,
                    VisionEffort *effort)
{
    VisionEffort spent = {0};
    gdouble likeness[REGIONS_MAX];

    found->n = 0;
    g_return_val_if_fail(gray_frame_is_valid(frame), 0);
    layers_build(&self->layers, frame);
    if (tracker != NULL)
        follow_tracks(self, tracker, frame->pts_ns, found, &spent);
    self->marks.n = 0;
    for (guint i = 0; i < self->layers.n; i++) {
        bitmap_build(&self->bitmap, &self->layers.layer[i]);
        finder_scan(&self->bitmap, i, &self->marks);
    }
    regions_find(&self->marks, &self->regions);
    spent.n_marks = self->marks.n;
    spent.n_regions = self->regions.n;
    model_regions(self, tracker, frame->pts_ns, found, likeness, &spent);
    crop_regions(self, found, likeness, &spent);
    ring_finder_scan(&self->rings, &self->layers, &self->marks);
    regions_find(&self->marks, &self->regions);
    model_regions(self, tracker, frame->pts_ns, found, likeness, &spent);
    if (effort != NULL)
        *effort = spent;
    return found->n;
}

guint vision_look(Vision *self, const GrayFrame *frame, Detections *found, VisionEffort *effort)
{
    return vision_follow(self, NULL, frame, found, effort);
}
