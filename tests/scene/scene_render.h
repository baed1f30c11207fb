/* Scene render: the pictures of a scene as a camera would deliver them. Casts a ray per pixel, several where
 * the picture has edges, fine print or motion within the exposure, spread over the time the frame gathers
 * light. Same scene, same bytes, whatever the number of threads. Needs: a main program's single thread; uses
 * a pool of its own.
 */
#pragma once

#include "tests/scene/scene.h"

typedef struct SceneRender SceneRender;

/**
 * scene_render_new:
 * @scene: copied; the texts of its piles are borrowed
 *
 * Returns: (transfer full) (nullable): NULL when the scene cannot be drawn (error set)
 */
SceneRender *scene_render_new(const Scene *scene, GError **error);
void scene_render_free(SceneRender *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SceneRender, scene_render_free)

const Scene *scene_render_scene(const SceneRender *self);
guint scene_render_n_frames(const SceneRender *self);
guint scene_render_n_modules(const SceneRender *self, guint pile); /* 0: no code there */
gsize scene_render_frame_bytes(const SceneRender *self);           /* I420: width * height * 3 / 2 */

/* Middle of the exposure of this frame. */
ScenePose scene_render_pose(const SceneRender *self, guint frame);

/* Fills @i420 with frame @frame: planes Y, U, V without padding, full range BT.601 (JPEG). Any order of
 * frames; the consecutive one is cheap while the car stands. */
void scene_render_frame(SceneRender *self, guint frame, guint8 *i420);
