/* Scene paint: the pictures on the surfaces of a scene. */
#pragma once

#include "tests/scene/scene.h"
#include "tests/scene/scene_texture.h"
#include "tests/scene/scene_world.h"

/* The painted part of ground and wall: x from -half to half (67 bricks; then it repeats), z from
 * SCENE_GROUND_NEAR_M to the wall. */
#define SCENE_GROUND_HALF_M 8.04
#define SCENE_GROUND_NEAR_M (-9.0)
#define SCENE_WALL_Z_M 0.75
#define SCENE_WALL_HEIGHT_M 1.9
#define SCENE_BAY_WIDTH_M 2.6

/* All (transfer full). Boxes throw shadows. */
SceneTexture *scene_paint_ground(const Scene *scene, const SceneBox *boxes, guint n_boxes);
SceneTexture *scene_paint_wall(const Scene *scene, const SceneBox *boxes, guint n_boxes);
SceneTexture *scene_paint_asphalt_grain(const Scene *scene);
SceneTexture *scene_paint_sky(const Scene *scene);
SceneTexture *scene_paint_pile_front(gdouble width_m, gdouble height_m, gboolean in_use);
SceneTexture *scene_paint_poster(guint number, gdouble width_m, gdouble height_m, guint seed);
