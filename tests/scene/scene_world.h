/* Scene world: the surfaces of a scene, painted, and what a ray hits.
 * Everything that does not move is painted once: the light's shadows and the darkness in corners are part of
 * the textures.
 */
#pragma once

#include "tests/scene/scene.h"
#include "tests/scene/scene_box.h"

/* What a ray can hit. Boxes count up from SCENE_HIT_BOX. */
typedef enum {
    SCENE_HIT_SKY,
    SCENE_HIT_GROUND,
    SCENE_HIT_WALL,
    SCENE_HIT_COPING,
    SCENE_HIT_BOX,
} SceneHitKind;

typedef struct {
    guint kind;    /* of SceneHitKind; SCENE_HIT_BOX + number */
    gboolean fine; /* detail that one sample would miss: a card */
    SceneTint tint;
    gfloat luminance;  /* linear; 1 = white paper facing the main light */
    gfloat distance_m; /* G_MAXFLOAT for the sky */
} SceneHit;

typedef struct SceneWorld SceneWorld;

/**
 * scene_world_new:
 * @n_modules: (out) (array length=SCENE_MAX_PILES) (optional): side of each pile's code, 0 for none
 *
 * Returns: (transfer full) (nullable): NULL when a text does not fit a QR code (error set)
 */
SceneWorld *scene_world_new(const Scene *scene, guint *n_modules, GError **error);
void scene_world_free(SceneWorld *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SceneWorld, scene_world_free)

/**
 * scene_world_hit:
 * @boxes: bit i set: box i may be hit (the caller knows where in the picture each can be)
 * @d: direction, about unit length
 * @pixel_rad: angle that the sample stands for
 */
SceneHit scene_world_hit(const SceneWorld *self, guint boxes, const gfloat o[3], const gfloat d[3],
                         gfloat pixel_rad);

const SceneBox *scene_world_boxes(const SceneWorld *self, guint *n_boxes);
