#include "camera/vision/detection.h"

#include <string.h>

/* Whichever way round the corners go: seen in a mirror they go the other way. */
gboolean detection_contains(const Detection *self, gdouble x, gdouble y)
{
    guint n_right = 0;

    for (guint i = 0; i < 4; i++) {
        const gdouble *a = self->quad_px + 2 * i, *b = self->quad_px + 2 * ((i + 1) % 4);
        n_right += (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]) >= 0 ? 1 : 0;
    }
    return n_right == 0 || n_right == 4;
}

gboolean detections_take_last(Detections *self)
{
    const Detection *last = &self->item[self->n];
    gdouble x = (last->quad_px[0] + last->quad_px[4]) / 2, y = (last->quad_px[1] + last->quad_px[5]) / 2;

    for (guint i = 0; i < self->n; i++)
        if (self->item[i].n_bytes == last->n_bytes &&
            memcmp(self->item[i].bytes, last->bytes, last->n_bytes) == 0 &&
            detection_contains(&self->item[i], x, y))
            return FALSE;
    self->n++;
    return TRUE;
}

gboolean detections_explain(const Detections *self, const gdouble points[6])
{
    for (guint i = 0; i < self->n; i++) {
        guint n_inside = 0;
        for (guint p = 0; p < 6; p += 2)
            n_inside += detection_contains(&self->item[i], points[p], points[p + 1]) ? 1 : 0;
        if (n_inside >= 2)
            return TRUE;
    }
    return FALSE;
}

void detections_shift(Detections *self, gdouble by_px)
{
    for (guint i = 0; i < self->n; i++)
        for (guint p = 0; p < 8; p++)
            self->item[i].quad_px[p] += by_px;
}
