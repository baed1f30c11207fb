/* Scene lens: where a camera puts a direction on its sensor, and back. Pure.
 * Camera frame: x right, y down, z forward. The models are radial: with theta the angle to the axis,
 * pinhole r = f tan(theta), equidistant r = f theta, equisolid r = 2 f sin(theta/2).
 */
#pragma once

#include <glib.h>

typedef enum {
    SCENE_LENS_PINHOLE,
    SCENE_LENS_EQUIDISTANT,
    SCENE_LENS_EQUISOLID,
} SceneLensModel;

typedef struct {
    SceneLensModel model;
    gdouble f_px;
    gdouble cx_px, cy_px; /* centre of the picture; pixel centres lie at .5 */
} SceneLens;

typedef struct {
    gdouble x, y, z;
} SceneVec;

/* Returns: FALSE when the lens cannot see @direction (need not be of unit length). */
gboolean scene_lens_project(const SceneLens *self, SceneVec direction, gdouble *x_px, gdouble *y_px);

/* The unit direction that falls on this point. Points outside the lens' image get its outermost ray. */
SceneVec scene_lens_unproject(const SceneLens *self, gdouble x_px, gdouble y_px);
