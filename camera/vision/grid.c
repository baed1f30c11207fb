#include "camera/vision/grid.h"

#include <math.h>

gboolean grid_invert(const Grid *self, gdouble inverse[9])
{
    const gdouble *h = self->h;
    gdouble det =
        h[0] * (h[4] - h[5] * h[7]) - h[1] * (h[3] - h[5] * h[6]) + h[2] * (h[3] * h[7] - h[4] * h[6]);

    if (!(fabs(det) > 1) || !(fabs(h[6]) + fabs(h[7]) < 0.7)) /* a code of a pixel, or seen from its edge */
        return FALSE;
    inverse[0] = (h[4] - h[5] * h[7]) / det;
    inverse[1] = (h[2] * h[7] - h[1]) / det;
    inverse[2] = (h[1] * h[5] - h[2] * h[4]) / det;
    inverse[3] = (h[5] * h[6] - h[3]) / det;
    inverse[4] = (h[0] - h[2] * h[6]) / det;
    inverse[5] = (h[2] * h[3] - h[0] * h[5]) / det;
    inverse[6] = (h[3] * h[7] - h[4] * h[6]) / det;
    inverse[7] = (h[1] * h[6] - h[0] * h[7]) / det;
    inverse[8] = (h[0] * h[4] - h[1] * h[3]) / det;
    return TRUE;
}

gdouble grid_module_px(const Grid *self, guint side)
{
    gdouble inverse[9];

    if (!grid_invert(self, inverse))
        return 0;
    return sqrt(fabs(self->h[0] * self->h[4] - self->h[1] * self->h[3])) * 2 / side;
}
