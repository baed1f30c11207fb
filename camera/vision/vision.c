#include "camera/vision/vision.h"

#include "camera/vision/bitmap.h"
#include "camera/vision/crop_reader.h"
#include "camera/vision/even.h"
#include "camera/vision/far_finder.h"
#include "camera/vision/finder.h"
#include "camera/vision/layers.h"
#include "camera/vision/likeness.h"
#include "camera/vision/mesh_reader.h"
#include "camera/vision/model_reader.h"
#include "camera/vision/padding.h"
#include "camera/vision/pair.h"
#include "camera/vision/qr_reader.h"
#include "camera/vision/region.h"
#include "camera/vision/ring_finder.h"

#define LIKENESS_OF_LARGE 0.45   /* of which the model says nothing: ten marks at most */
#define FINDERS_MIN 0.4          /* correlation with a finder: of all three, when the model cannot say */
#define FITS_OF_A_REGION 60      /* at most: five versions, more steps, two solutions */
#define LOCKED 0.8               /* of the R2 of the frame before: what fits much worse is something else */
#define PATIENCE 20              /* frames of a track that are all solved; then ... */
#define IMPATIENT_FRAMES 3       /* ... one of so many */
#define SINGLES_MAX 6            /* marks around which others are looked for ... */
#define SINGLE_MODULE_PX 1.3     /* ... if they are small */
#define FAR_SHARE 0.25           /* of a frame: searched for codes too far away to be read */
#define FAR_REGIONS 3            /* the likeliest, and only ... */
#define FAR_UNLIKENESS_MAX -0.25 /* ... if they are three good marks in a square */
#define EVEN_MODULES 4           /* so far is the light around a pixel looked at */
#define EVEN_PIXELS_MAX 500000   /* of a frame */

/* Processor time that a step mostly takes: it is left out when less is left. */
#define MARKS_MIN 2000 /* comparisons, about a microsecond each, in any case */
#define TRACK_US 1500
#define MODEL_US 1000
#define EVEN_US 2000
#define FAR_US 2000
#define PAIRS_US 2500
#define LARGE_US 5000

/* What a car shakes and turns more in a frame than its way says, across and down. */
static const gdouble shaking_px[2] = {5, 3.5};

struct Vision {
    Layers layers;
    Bitmap bitmap;
    FinderMarks rows_marks, ring_marks, far_marks;
    Regions rows, rings, pairs, far;
    RingFinder ring_finder;
    FarFinder far_finder;
    Even even;
    CropReader crops;
    QrReader *reader;
    ModelReader *model;
    MeshReader mesh;
    Redraw redraw;
    Padding padding;
    VisionTrace *trace; /* (nullable): borrowed */
    VisionLeft left;    /* (nullable) */
    gpointer left_data;
};

/* One frame on its way. */
typedef struct {
    VisionTracker *tracker; /* (nullable) */
    gint64 now_ns;
    Detections *found;
    VisionEffort *effort;
    VisionTrace *trace; /* (nullable) */
    VisionLeft left;    /* (nullable) */
    gpointer left_data;
} Look;

Vision *vision_new(void)
{
    Vision *self = g_new0(Vision, 1);

    self->reader = self->redraw.reader = qr_reader_new();
    self->model = model_reader_new();
    return self;
}

void vision_free(Vision *self)
{
    padding_clear(&self->padding);
    layers_clear(&self->layers);
    bitmap_clear(&self->bitmap);
    even_clear(&self->even);
    far_finder_clear(&self->far_finder);
    upright_clear(&self->crops.upright);
    qr_reader_free(self->reader);
    model_reader_free(self->model);
    g_free(self);
}

void vision_trace(Vision *self, VisionTrace *trace)
{
    self->trace = trace;
}

void vision_limit(Vision *self, VisionLeft left, gpointer data)
{
    self->left = left;
    self->left_data = data;
}

static gboolean has_time(const Look *look, gint64 needed_us)
{
    return look->left == NULL || look->left(look->left_data) >= needed_us;
}

/* Comparisons of the ring finder: clutter needs some hundreds, a wall of finders takes what it gets. */
static guint marks_affordable(const Look *look)
{
    gint64 left_us = look->left != NULL ? look->left(look->left_data) : G_MAXINT32;

    return (guint)CLAMP(left_us, MARKS_MIN, RING_FINDER_COMPARED_MAX);
}

/* Keeps what was just filled in behind the last that was found, if it was read. */
static VisionTraceFate take(const Look *look, gboolean read)
{
    if (!read)
        return VISION_TRACE_UNREAD;
    detections_take_last(look->found);
    return VISION_TRACE_READ;
}

/* A part of a code that was read, or a mixture with its neighbour. */
static gboolean is_explained(const Detections *found, const Region *region)
{
    const gdouble points[6] = {region->corner.x, region->corner.y, region->right.x,
                               region->right.y,  region->below.x,  region->below.y};

    return found->n == DETECTIONS_MAX || detections_explain(found, points);
}

/* What was never read although it looks like a code is solved now and then only. */
static gboolean read_track(Vision *self, const Look *look, VisionTrack *track)
{
    gboolean solve = track->n_unread < PATIENCE || track->n_frames % IMPATIENT_FRAMES == 0, read;

    read = model_reader_read(self->model, &self->layers, &track->model, &track->sum, solve, &self->redraw,
                             &look->found->item[look->found->n], &look->effort->n_fits);
    track->n_unread = read ? 0 : MIN(track->n_unread + (solve ? 1 : 0), PATIENCE);
    return read;
}

/* Codes of earlier frames where they should be now: no search, and all frames read together. */
static void follow_tracks(Vision *self, const Look *look)
{
    guint n_followed = 0;

    vision_tracker_age(look->tracker, look->now_ns);
    for (guint i = 0; i < VISION_TRACKS_MAX && look->found->n < DETECTIONS_MAX; i++) {
        VisionTrack *track = &look->tracker->track[i];
        VisionTraceFate fate;
        ModelFit model;
        if (track->n_frames == 0 || track->seen_ns == look->now_ns ||
            (n_followed++ > 0 && !has_time(look, TRACK_US)))
            continue;
        vision_track_predict(track, look->now_ns, &model);
        if (!model_reader_refit(self->model, &self->layers, &model, shaking_px, vision_track_trust(track),
                                &look->effort->n_fits) ||
            model.r2 < LOCKED * track->model.r2)
            continue;
        vision_track_move(track, &model, look->now_ns);
        fate = take(look, read_track(self, look, track));
        vision_trace_add(look->trace, "track", fate, NULL, &model);
    }
}

/* @layers: the frame's, or evened. @needed_us: 0: in any case. Returns: how like a code the region is; 0:
 * there was no time to look */
static gdouble model_region(Vision *self, const Look *look, const Layers *layers, const Region *region,
                            const gchar *way, gint64 needed_us)
{
    VisionTrack *track = NULL;
    VisionTraceFate fate = VISION_TRACE_UNLIKE;
    ModelFit model = {0};

    if (is_explained(look->found, region))
        return 0;
    if (look->effort->n_fits + FITS_OF_A_REGION > VISION_FITS_MAX ||
        (needed_us > 0 && !has_time(look, needed_us))) {
        vision_trace_add(look->trace, way, VISION_TRACE_NO_TIME, region, NULL);
        return 0;
    }
    if (model_reader_fit(self->model, layers, region, &model, &look->effort->n_fits)) {
        if (look->tracker != NULL && layers == &self->layers)
            track = vision_tracker_begin(look->tracker, &model, look->now_ns);
        fate = take(look, track != NULL
                              ? read_track(self, look, track)
                              : model_reader_read(self->model, layers, &model, NULL, TRUE, &self->redraw,
                                                  &look->found->item[look->found->n], &look->effort->n_fits));
    }
    vision_trace_add(look->trace, way, fate, region, &model);
    return model.r2;
}

/* The region without shadows and highlights. Returns: (nullable): where that picture is; NULL: enough was
 * spent */
static const Layers *even_region(Vision *self, const Look *look, const Region *region)
{
    guint number = model_reader_layer(&self->layers, region->module_px);
    gint box[4];

    region_box(region, number, box);
    look->effort->even_pixels += (gsize)MAX(box[2] - box[0], 0) * (gsize)MAX(box[3] - box[1], 0);
    if (look->effort->even_pixels > EVEN_PIXELS_MAX)
        return NULL;
    even_out(&self->even, &self->layers, number, box, EVEN_MODULES * region->module_px / (1u << number));
    return &self->even.layers;
}

/* Large codes: the model does not know them. */
static void read_large(Vision *self, const Look *look, const Region *region)
{
    const Layers *even = even_region(self, look, region);
    guint number = model_reader_layer(&self->layers, region->module_px);

    if (even != NULL)
        vision_trace_add(look->trace, "mesh",
                         take(look, mesh_reader_read(&self->mesh, even, number, region, &self->redraw,
                                                     &look->found->item[look->found->n])),
                         region, NULL);
}

/* The cheap way for all regions, then pictures for ZBar: bent codes, and versions that the model does not
 * know. */
static void read_rows(Vision *self, const Look *look)
{
    gdouble likeness[REGIONS_MAX];

    for (guint i = 0; i < self->rows.n; i++)
        likeness[i] =
            model_region(self, look, &self->layers, &self->rows.region[i], "rows", i > 0 ? MODEL_US : 0);
    for (guint i = 0; i < self->rows.n; i++) { /* of large codes the model says nothing */
        const Region *region = &self->rows.region[i];
        if (region->n_modules <= SOLVE_SIDE_MAX - 8)
            continue;
        likeness[i] = likeness_of_finders(&self->layers, region) > FINDERS_MIN ? LIKENESS_OF_LARGE : 0;
        if (likeness[i] > 0 && !is_explained(look->found, region) && has_time(look, LARGE_US))
            read_large(self, look, region);
    }
    for (guint attempt = 0; attempt < CROP_READER_ATTEMPTS; attempt++)
        for (guint i = 0; i < self->rows.n; i++) {
            const Region *region = &self->rows.region[i];
            if (likeness[i] > crop_reader_wants(&self->rows_marks, region) &&
                !is_explained(look->found, region) && has_time(look, crop_reader_us(region)))
                vision_trace_add(
                    look->trace, "crop",
                    crop_reader_read(&self->crops, &self->layers, region, attempt, self->reader, look->found)
                        ? VISION_TRACE_READ
                        : VISION_TRACE_UNREAD,
                    region, NULL);
        }
}

static void read_rings(Vision *self, const Look *look)
{
    for (guint i = 0; i < self->rings.n; i++) {
        const Region *region = &self->rings.region[i];
        if (region->n_modules <= SOLVE_SIDE_MAX - 8)
            model_region(self, look, &self->layers, region, "rings", i > 0 ? MODEL_US : 0);
        else if (!is_explained(look->found, region) && has_time(look, LARGE_US) &&
                 likeness_of_finders(&self->layers, region) > FINDERS_MIN)
            read_large(self, look, region);
    }
}

/* Shadows and highlights hide a code from the fit, and a finder from the rows: spent only where marks are
 * that nothing explains yet. */
static void read_uneven(Vision *self, const Look *look, const Regions *regions)
{
    for (guint i = 0; i < regions->n; i++) {
        const Region *region = &regions->region[i];
        const Layers *even = NULL;
        if (!is_explained(look->found, region) && has_time(look, EVEN_US) &&
            likeness_of_finders(&self->layers, region) > FINDERS_MIN)
            even = even_region(self, look, region);
        if (even != NULL)
            model_region(self, look, even, region, "even", MODEL_US);
    }
}

/* Triples of marks that the far finder saw: only good ones in a square, they cost as much as others. */
static void model_far(Vision *self, const Look *look, const gchar *way)
{
    regions_find(&self->far_marks, &self->far);
    for (guint i = 0; i < MIN(self->far.n, FAR_REGIONS); i++)
        if (self->far.region[i].unlikeness < FAR_UNLIKENESS_MAX &&
            (look->tracker == NULL ||
             !vision_tracker_holds(look->tracker, &self->far.region[i], look->now_ns)))
            model_region(self, look, &self->layers, &self->far.region[i], way, MODEL_US);
}

/* Of small codes often one mark is seen and the others are not. */
static void complete_singles(Vision *self, const Look *look)
{
    self->far_marks.n = 0;
    for (guint i = 0, n = 0; i < self->ring_marks.n && n < SINGLES_MAX; i++)
        if (self->ring_marks.mark[i].module_px < SINGLE_MODULE_PX) {
            far_finder_look_around(&self->far_finder, &self->layers.layer[0], &self->ring_marks.mark[i],
                                   &self->far_marks);
            n++;
        }
    model_far(self, look, "near");
}

/* What cannot be read yet: a track that begins now has seen much when it can. */
static void begin_far(Vision *self, const Look *look)
{
    FinderMark middle;

    if (!has_time(look, FAR_US))
        return;
    far_finder_scan(&self->far_finder, &self->layers.layer[0], FAR_SHARE, &self->far_marks);
    for (guint i = 0; i < VISION_TRACKS_MAX; i++) /* a car that turns: it is not where it was expected */
        if (vision_track_is_lost(&look->tracker->track[i], look->now_ns)) {
            vision_track_place(&look->tracker->track[i], look->now_ns, &middle);
            far_finder_look_around(&self->far_finder, &self->layers.layer[0], &middle, &self->far_marks);
        }
    model_far(self, look, "far");
}

static void complete_pairs(Vision *self, const Look *look, const FinderMarks *marks)
{
    if (!has_time(look, PAIRS_US))
        return;
    look->effort->n_pair_places += pairs_complete(&self->layers, marks, &self->pairs);
    for (guint i = 0; i < self->pairs.n; i++)
        model_region(self, look, &self->layers, &self->pairs.region[i], "pair", MODEL_US);
    read_uneven(self, look, &self->pairs);
}

guint vision_follow(Vision *self, VisionTracker *tracker, const GrayFrame *frame, Detections *found,
                    VisionEffort *effort)
{
    VisionEffort spent = {0};
    GrayFrame picture;
    const Look look = {.tracker = tracker,
                       .now_ns = frame->pts_ns,
                       .found = found,
                       .effort = &spent,
                       .trace = self->trace,
                       .left = self->left,
                       .left_data = self->left_data};

    found->n = 0;
    if (self->trace != NULL)
        self->trace->n = 0;
    g_return_val_if_fail(gray_frame_is_valid(frame), 0);
    picture = padding_add(&self->padding, frame);
    layers_build(&self->layers, &picture);
    crop_reader_begin_frame(&self->crops);
    if (tracker != NULL)
        follow_tracks(self, &look);
    self->rows_marks.n = 0;
    for (guint i = 0; i < self->layers.n; i++) {
        bitmap_build(&self->bitmap, &self->layers, i);
        finder_scan(&self->bitmap, i, &self->rows_marks);
    }
    likeness_judge(&self->layers, &self->rows_marks);
    regions_find(&self->rows_marks, &self->rows);
    read_rows(self, &look);
    ring_finder_scan(&self->ring_finder, &self->layers, marks_affordable(&look), &self->ring_marks);
    regions_find(&self->ring_marks, &self->rings);
    read_rings(self, &look);
    read_uneven(self, &look, &self->rows);
    far_finder_begin_frame(&self->far_finder);
    if (found->n == 0)
        complete_singles(self, &look);
    if (found->n == 0) {
        complete_pairs(self, &look, &self->rows_marks);
        complete_pairs(self, &look, &self->ring_marks);
    }
    if (found->n == 0 && tracker != NULL)
        begin_far(self, &look);
    if (picture.width_px != frame->width_px)
        detections_shift(found, -PADDING_PX);
    if (self->trace != NULL) {
        self->trace->rows = self->rows_marks;
        self->trace->rings = self->ring_marks;
        self->trace->shift_px = picture.width_px != frame->width_px ? -PADDING_PX : 0;
    }
    spent.n_marks = self->rows_marks.n;
    spent.n_regions = self->rows.n;
    spent.n_crops = self->crops.n_crops;
    spent.crop_pixels = self->crops.pixels;
    if (effort != NULL)
        *effort = spent;
    return found->n;
}

guint vision_look(Vision *self, const GrayFrame *frame, Detections *found, VisionEffort *effort)
{
    return vision_follow(self, NULL, frame, found, effort);
}
