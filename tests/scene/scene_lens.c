#include "tests/scene/scene_lens.h"

#include <math.h>

/* Rays further off the axis than this are not drawn: no rear camera shows them. */
#define MAX_THETA (100.0 * G_PI / 180.0)

static gdouble radius_px(const SceneLens *self, gdouble theta)
{
    switch (self->model) {
    case SCENE_LENS_PINHOLE:
        return self->f_px * tan(theta);
    case SCENE_LENS_EQUISOLID:
        return 2 * self->f_px * sin(theta / 2);
    case SCENE_LENS_EQUIDISTANT:
    default:
        return self->f_px * theta;
    }
}

static gdouble theta_of(const SceneLens *self, gdouble radius)
{
    switch (self->model) {
    case SCENE_LENS_PINHOLE:
        return atan(radius / self->f_px);
    case SCENE_LENS_EQUISOLID:
        return 2 * asin(MIN(1.0, radius / (2 * self->f_px)));
    case SCENE_LENS_EQUIDISTANT:
    default:
        return MIN(radius / self->f_px, MAX_THETA);
    }
}

gboolean scene_lens_project(const SceneLens *self, SceneVec direction, gdouble *x_px, gdouble *y_px)
{
    gdouble across = hypot(direction.x, direction.y);
    gdouble theta = atan2(across, direction.z);
    gdouble radius;

    if (theta > MAX_THETA || (self->model == SCENE_LENS_PINHOLE && direction.z <= 0))
        return FALSE;
    radius = radius_px(self, theta);
    *x_px = self->cx_px + (across > 0 ? radius * direction.x / across : 0);
    *y_px = self->cy_px + (across > 0 ? radius * direction.y / across : 0);
    return TRUE;
}

SceneVec scene_lens_unproject(const SceneLens *self, gdouble x_px, gdouble y_px)
{
    gdouble dx = x_px - self->cx_px;
    gdouble dy = y_px - self->cy_px;
    gdouble radius = hypot(dx, dy);
    gdouble theta = theta_of(self, radius);
    gdouble sine = radius > 0 ? sin(theta) / radius : 0;

    return (SceneVec){dx * sine, dy * sine, cos(theta)};
}
