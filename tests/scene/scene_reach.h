/* Scene reach: where in the picture each box of a scene can be, so that a ray is tried against few. */
#pragma once

#include "tests/scene/scene.h"
#include "tests/scene/scene_world.h"

#define SCENE_REACH_MAX_BOXES 32

typedef struct {
    struct {
        gfloat x0, y0, x1, y1;
    } box[SCENE_REACH_MAX_BOXES];
    guint n_boxes;
} SceneReach;

/* @slack_px: how far the picture moves during the exposure */
void scene_reach_find(SceneReach *self, const Scene *scene, const ScenePose *pose, const SceneWorld *world,
                      gfloat slack_px);

/* Bit i: box i can be in this row; most rows see few, so ask here first. */
guint scene_reach_row(const SceneReach *self, guint y);
/* Bit i: box i can be in this pixel. @in_row: what scene_reach_row() said. */
guint scene_reach_pixel(const SceneReach *self, guint in_row, guint x);
