/* Scene dirt: what lies on the glass in front of a rear camera. So near to the lens it is far out of focus: a
 * speck of mud or a dried drop is a soft disk that keeps some light away and scatters other light over the
 * place; a film of road salt blurs and veils. Pure; the same for the same arguments.
 */
#pragma once

#include <glib.h>

typedef struct {
    gfloat pass;   /* share of the picture's light that comes through */
    gfloat veil;   /* scattered light in its place, as a share of the scene's mean light */
    gfloat spread; /* by how much the blur of the lens grows; 1: not at all */
} SceneDirtSpot;

typedef struct SceneDirt SceneDirt;

/* @amount: 0 clean .. 1 a week of winter motorway. (transfer full) */
SceneDirt *scene_dirt_new(guint width_px, guint height_px, gdouble amount, guint seed);
void scene_dirt_free(SceneDirt *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SceneDirt, scene_dirt_free)

SceneDirtSpot scene_dirt_at(const SceneDirt *self, guint x, guint y);
