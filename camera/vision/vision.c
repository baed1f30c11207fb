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

/* ZBar is the dear part: so many pixels of crops a frame and no more (a version 3 code takes about 30,000).
 */
#define CROP_PIXELS_MAX 200000

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

/* What ZBar could not read of the regions found so far, then what only gray shows. */
static void model_regions(Vision *self, Detections *found, VisionEffort *effort)
{
    for (guint i = 0; i < self->regions.n && found->n < DETECTIONS_MAX &&
                      effort->n_fits + FITS_OF_A_REGION <= VISION_FITS_MAX;
         i++) {
        Detection *to = &found->item[found->n];
        if (!is_explained(found, &self->regions.region[i]) &&
            model_reader_read(self->model, &self->layers, &self->regions.region[i], self->reader, to,
                              &effort->n_fits) &&
            !is_known(found, to))
            found->n++;
    }
}

guint vision_look(Vision *self, const GrayFrame *frame, Detections *found, VisionEffort *effort)
{
    /* Pictures that ZBar is tried with, best first. */
    static const Try tries[] = {{rectify, 4}, {rectify_not, 4}, {rectify, 3}};
    VisionEffort spent = {0};

    found->n = 0;
    g_return_val_if_fail(gray_frame_is_valid(frame), 0);
    layers_build(&self->layers, frame);
    self->marks.n = 0;
    for (guint i = 0; i < self->layers.n; i++) {
        bitmap_build(&self->bitmap, &self->layers.layer[i]);
        finder_scan(&self->bitmap, i, &self->marks);
    }
    regions_find(&self->marks, &self->regions);
    spent.n_marks = self->marks.n;
    spent.n_regions = self->regions.n;
    for (guint t = 0; t < G_N_ELEMENTS(tries); t++)
        for (guint i = 0; i < self->regions.n && spent.crop_pixels < CROP_PIXELS_MAX; i++)
            if (!is_explained(found, &self->regions.region[i]))
                try_region(self, &self->regions.region[i], &tries[t], found, &spent);
    model_regions(self, found, &spent);
    ring_finder_scan(&self->rings, &self->layers, &self->marks);
    regions_find(&self->marks, &self->regions);
    model_regions(self, found, &spent);
    if (effort != NULL)
        *effort = spent;
    return found->n;
}
