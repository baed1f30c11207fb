#include "tests/scene/scene_box.h"

#include <math.h>

void scene_box_turn(SceneBox *self, gdouble pivot_x_m, gdouble pivot_z_m, gdouble yaw_deg)
{
    self->pivot_x = (gfloat)pivot_x_m;
    self->pivot_z = (gfloat)pivot_z_m;
    self->cosine = (gfloat)cos(yaw_deg * G_PI / 180);
    self->sine = (gfloat)sin(yaw_deg * G_PI / 180);
}

void scene_box_to_own(const SceneBox *self, const gfloat world[3], gboolean point, gfloat own[3])
{
    gfloat pivot_x = point ? self->pivot_x : 0, pivot_z = point ? self->pivot_z : 0;
    gfloat x = world[0] - pivot_x, z = world[2] - pivot_z;

    own[0] = pivot_x + self->cosine * x - self->sine * z;
    own[1] = world[1];
    own[2] = pivot_z + self->sine * x + self->cosine * z;
}

void scene_box_to_world(const SceneBox *self, const gfloat own[3], gfloat world[3])
{
    gfloat x = own[0] - self->pivot_x, z = own[2] - self->pivot_z;

    world[0] = self->pivot_x + self->cosine * x + self->sine * z;
    world[1] = own[1];
    world[2] = self->pivot_z - self->sine * x + self->cosine * z;
}

gboolean scene_box_enter(const SceneBox *self, const gfloat o[3], const gfloat d[3], gfloat *distance,
                         guint *axis)
{
    gfloat near = 0, far = G_MAXFLOAT;

    for (guint i = 0; i < 3; i++) {
        gfloat inverse = 1 / d[i];
        gfloat a = (self->min[i] - o[i]) * inverse, b = (self->max[i] - o[i]) * inverse;
        gfloat first = MIN(a, b);
        if (first > near) {
            near = first;
            *axis = i;
        }
        far = MIN(far, MAX(a, b));
    }
    *distance = near;
    return near > 0 && near < far;
}
