/* Scene box: an upright block of a scene, which may be turned about a vertical line. Its own frame is the
 * world's with that turn undone, so that min, max and everything painted on it lie straight. Pure.
 */
#pragma once

#include "tests/scene/scene_texture.h"

/* Colours are few: luminance is rendered, chroma belongs to the material. */
typedef enum {
    SCENE_TINT_SKY,
    SCENE_TINT_TREES,
    SCENE_TINT_ASPHALT,
    SCENE_TINT_BRICK,
    SCENE_TINT_STONE,
    SCENE_TINT_PAINT, /* neutral */
    SCENE_TINT_ACCENT,
    SCENE_TINT_POST,
    SCENE_N_TINTS,
} SceneTint;

typedef struct {
    gfloat min[3], max[3];   /* metres, own frame */
    gfloat pivot_x, pivot_z; /* the line it is turned about */
    gfloat cosine, sine;     /* of the turn; its front looks towards (-sine, 0, -cosine) */
    gfloat albedo;
    SceneTint tint;
    SceneTexture *front;        /* (nullable): owned; the face towards the car */
    gfloat accent[4];           /* u0, v0, u1, v1 on the front that is tinted SCENE_TINT_ACCENT */
    gfloat card[4];             /* u0, v0, u1, v1 of the card on the front; empty for none */
    SceneTexture *card_texture; /* (nullable): owned */
} SceneBox;

void scene_box_turn(SceneBox *self, gdouble pivot_x_m, gdouble pivot_z_m, gdouble yaw_deg);

/* World to own frame; @point: a place, not a direction. */
void scene_box_to_own(const SceneBox *self, const gfloat world[3], gboolean point, gfloat own[3]);
/* A place of its own frame in the world. */
void scene_box_to_world(const SceneBox *self, const gfloat own[3], gfloat world[3]);

/* Where a ray (own frame) enters, and through which pair of faces. FALSE: it misses, or starts inside. */
gboolean scene_box_enter(const SceneBox *self, const gfloat o[3], const gfloat d[3], gfloat *distance,
                         guint *axis);
