#include "camera/vision/crop_reader.h"

#include <math.h>

#define LIKENESS_MIN 0.10   /* of a region that is worth pictures ... */
#define LIKENESS_MORE 0.035 /* ... and for each mark in it */
#define PER_MODULE_US 1.6   /* of its area: ZBar over a wall of rings */

void crop_reader_begin_frame(CropReader *self)
{
    self->n_crops = 0;
    self->pixels = 0;
}

/* ZBar says where the corners are: with the number of modules of the nearest version that gives the size. */
static gdouble measure_module(const gdouble quad[8], gdouble guess_px)
{
    gdouble side = 0;

    for (guint i = 0; i < 4; i++)
        side += hypot(quad[(2 * i + 2) % 8] - quad[2 * i], quad[(2 * i + 3) % 8] - quad[2 * i + 1]) / 4;
    return side / (gdouble)CLAMP(17 + 4 * lrint((side / guess_px - 17) / 4), 21, 177);
}

/* ZBar knows dark on light only. */
static void invert(guint8 *pixels, gsize n)
{
    for (gsize i = 0; i < n; i++)
        pixels[i] = (guint8)(255 - pixels[i]);
}

gboolean crop_reader_read(CropReader *self, const Layers *layers, const Region *region, guint attempt,
                          QrReader *reader, Detections *found)
{
    static const struct {
        void (*cut)(Upright *self, const Layers *layers, const Region *region, gdouble module_px);
        gdouble module_px;
    } how[CROP_READER_ATTEMPTS] = {{rectify, 4}, {rectify_not, 4}, {rectify, 3}};
    Upright *upright = &self->upright;
    GrayFrame picture;
    guint n_before = found->n;

    if (self->pixels >= CROP_READER_PIXELS_MAX)
        return FALSE;
    how[attempt].cut(upright, layers, region, how[attempt].module_px);
    picture = (GrayFrame){.pixels = upright->pixels,
                          .width_px = upright->side_px,
                          .height_px = upright->side_px,
                          .stride_bytes = upright->side_px};
    self->n_crops++;
    self->pixels += (gsize)picture.width_px * picture.height_px;
    if (region->corner.inverse)
        invert(upright->pixels, (gsize)picture.width_px * picture.height_px);
    qr_reader_read(reader, &picture, &self->read);
    for (guint i = 0; i < self->read.n && found->n < DETECTIONS_MAX; i++) {
        Detection *to = &found->item[found->n];
        *to = self->read.item[i];
        for (guint p = 0; p < 8; p += 2)
            upright_to_frame(upright, self->read.item[i].quad_px[p], self->read.item[i].quad_px[p + 1],
                             &to->quad_px[p], &to->quad_px[p + 1]);
        to->px_per_module = measure_module(to->quad_px, region->module_px);
        detections_take_last(found);
    }
    return found->n > n_before;
}

gdouble crop_reader_wants(const FinderMarks *marks, const Region *region)
{
    guint n = 0;

    for (guint i = 0; i < marks->n; i++)
        n += region_contains(region, marks->mark[i].x, marks->mark[i].y) ? 1 : 0;
    return LIKENESS_MIN + LIKENESS_MORE * n;
}

gint64 crop_reader_us(const Region *region)
{
    return (gint64)(PER_MODULE_US * (region->n_modules + 8) * (region->n_modules + 8));
}
