#include "tests/scene/scene_world.h"

#include <math.h>

#include "tests/scene/scene_card.h"
#include "tests/scene/scene_paint.h"

#define MAX_BOXES 16
#define PILE_WIDTH_M 0.38F
#define PILE_DEPTH_M 0.28F
#define PILE_HEIGHT_M 1.5F
#define COPING_M 0.09F
#define GRAIN_M 1.024F

struct SceneWorld {
    SceneBox boxes[MAX_BOXES];
    guint n_boxes;
    SceneTexture *ground, *grain, *wall, *sky;
    gfloat ambient, lamp; /* light of the sky, light of the car's reversing lamp one metre away */
    gfloat glare, glare_spread, glare_from[3]; /* of the gloss on cards; spread: sigma, radians */
};

static SceneBox *add_box(SceneWorld *self, gdouble x_m, gdouble width_m, gdouble bottom_m, gdouble height_m,
                         gdouble z_m, gdouble depth_m)
{
    SceneBox *box = &self->boxes[self->n_boxes++];

    g_assert(self->n_boxes <= MAX_BOXES);
    *box = (SceneBox){
        .min = {(gfloat)(x_m - width_m / 2), (gfloat)bottom_m, (gfloat)z_m},
        .max = {(gfloat)(x_m + width_m / 2), (gfloat)(bottom_m + height_m), (gfloat)(z_m + depth_m)},
        .cosine = 1,
        .albedo = 0.3F,
        .tint = SCENE_TINT_PAINT,
    };
    return box;
}

static gboolean add_pile(SceneWorld *self, const Scene *scene, const ScenePile *what, guint *n_modules,
                         GError **error)
{
    SceneBox *pile = add_box(self, what->x_m, PILE_WIDTH_M, 0, PILE_HEIGHT_M, 0, PILE_DEPTH_M);
    SceneBox *foot = add_box(self, what->x_m, PILE_WIDTH_M + 0.2, 0, 0.1, -0.09, PILE_DEPTH_M + 0.18);

    scene_box_turn(pile, what->x_m, 0, what->yaw_deg);
    scene_box_turn(foot, what->x_m, 0, what->yaw_deg);
    foot->albedo = 0.42F;
    foot->tint = SCENE_TINT_STONE;
    pile->albedo = 0.6F;
    pile->front = scene_paint_pile_front(PILE_WIDTH_M, PILE_HEIGHT_M, what->qr == NULL);
    pile->accent[2] = PILE_WIDTH_M;
    pile->accent[3] = 0.03F;
    if (what->qr == NULL)
        return TRUE;
    pile->card_texture =
        scene_card_paint(what->qr, scene->card_m, scene->wear, scene->seed, n_modules, error);
    if (pile->card_texture == NULL)
        return FALSE;
    gdouble module_m = scene->card_m / (*n_modules + 2 * SCENE_QUIET_MODULES);
    gdouble half = scene->card_m / 2 + SCENE_CARD_MARGIN_MODULES * module_m;
    gdouble middle_v = PILE_HEIGHT_M - scene->card_height_m;
    pile->card[0] = (gfloat)(PILE_WIDTH_M / 2 - half);
    pile->card[1] = (gfloat)(middle_v - half);
    pile->card[2] = (gfloat)(PILE_WIDTH_M / 2 + half);
    pile->card[3] = (gfloat)(middle_v + half + SCENE_CARD_CAPTION_MODULES * module_m);
    return TRUE;
}

static void add_surroundings(SceneWorld *self, const Scene *scene)
{
    const ScenePile neighbour = {.x_m = -SCENE_BAY_WIDTH_M + scene->piles[0].x_m};
    SceneBox *stop = add_box(self, 0, 1.7, 0, 0.09, -1.75, 0.14);

    stop->albedo = 0.5F;
    stop->tint = SCENE_TINT_POST;
    add_pile(self, scene, &neighbour, NULL, NULL);
    for (gint side = -1; side <= 1; side += 2) {
        gdouble x_m = side * SCENE_BAY_WIDTH_M / 2;
        gboolean taken = FALSE;
        for (guint i = 0; i < scene->n_piles; i++)
            taken = taken || fabs(scene->piles[i].x_m - x_m) < 0.4;
        if (taken)
            continue;
        SceneBox *post = add_box(self, x_m, 0.1, 0, 0.95, 0.15, 0.1);
        post->albedo = 0.45F;
        post->tint = SCENE_TINT_POST;
    }
    for (guint i = 0; i < 3 && scene->cluttered; i++) {
        gdouble x_m = scene->piles[0].x_m + (i == 0 ? -0.9 : 0.5 + 0.6 * i);
        SceneBox *poster = add_box(self, x_m, 0.5, 0.7, 0.5, SCENE_WALL_Z_M - 0.02, 0.02);
        poster->front = scene_paint_poster(i, 0.5, 0.5, scene->seed);
        poster->albedo = 0.8F;
    }
}

SceneWorld *scene_world_new(const Scene *scene, guint *n_modules, GError **error)
{
    static const gfloat ambient[] = {1.0F, 0.42F, 0.05F}, lamp[] = {0.0F, 0.5F, 0.95F};
    g_autoptr(SceneWorld) self = g_new0(SceneWorld, 1);
    guint modules[SCENE_MAX_PILES] = {0};

    for (guint i = 0; i < scene->n_piles; i++)
        if (!add_pile(self, scene, &scene->piles[i], &modules[i], error))
            return NULL;
    add_surroundings(self, scene);
    self->ambient = ambient[scene->light];
    self->lamp = lamp[scene->light];
    self->glare = (gfloat)scene->glare;
    self->glare_spread = (gfloat)(scene->glare_spread_deg * G_PI / 180);
    self->glare_from[0] = (gfloat)scene->glare_from.x;
    self->glare_from[1] = (gfloat)scene->glare_from.y;
    self->glare_from[2] = (gfloat)scene->glare_from.z;
    self->ground = scene_paint_ground(scene, self->boxes, self->n_boxes);
    self->grain = scene_paint_asphalt_grain(scene);
    self->wall = scene_paint_wall(scene, self->boxes, self->n_boxes);
    self->sky = scene_paint_sky(scene);
    for (guint i = 0; i < SCENE_MAX_PILES && n_modules != NULL; i++)
        n_modules[i] = modules[i];
    return g_steal_pointer(&self);
}

void scene_world_free(SceneWorld *self)
{
    for (guint i = 0; i < self->n_boxes; i++) {
        g_clear_pointer(&self->boxes[i].front, scene_texture_free);
        g_clear_pointer(&self->boxes[i].card_texture, scene_texture_free);
    }
    g_clear_pointer(&self->ground, scene_texture_free);
    g_clear_pointer(&self->grain, scene_texture_free);
    g_clear_pointer(&self->wall, scene_texture_free);
    g_clear_pointer(&self->sky, scene_texture_free);
    g_free(self);
}

const SceneBox *scene_world_boxes(const SceneWorld *self, guint *n_boxes)
{
    *n_boxes = self->n_boxes;
    return self->boxes;
}

static gboolean in_rect(const gfloat rect[4], gfloat u, gfloat v)
{
    return u >= rect[0] && u < rect[2] && v >= rect[1] && v < rect[3];
}

/* The laminate of a card mirrors a lamp or a low sun: a bright spot where the angles match, frayed because
 * the foil is not quite flat, that wanders over the card as the camera moves. @p, @d: own frame of the box.
 */
static gfloat glare_at(const SceneWorld *self, const SceneBox *box, const gfloat p[3], const gfloat d[3])
{
    gfloat from[3], apart = 0, lamp_m = 0, length = sqrtf(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
    gfloat wave = 0.012F * (scene_noise(p[0] * 45, p[1] * 45, 3, 41) - 0.5F);
    const gfloat mirrored[3] = {d[0] / length + wave, d[1] / length + wave, -d[2] / length};

    scene_box_to_own(box, self->glare_from, TRUE, from);
    for (guint i = 0; i < 3; i++)
        lamp_m += (from[i] - p[i]) * (from[i] - p[i]);
    lamp_m = sqrtf(lamp_m);
    for (guint i = 0; i < 3; i++) {
        gfloat off = (from[i] - p[i]) / lamp_m - mirrored[i];
        apart += off * off;
    }
    return self->glare * expf(-apart / (2 * self->glare_spread * self->glare_spread));
}

/* Reflectance times what reaches this face of the open sky. */
static void shade_box(const SceneBox *box, guint axis, const gfloat p[3], const gfloat d[3],
                      gfloat footprint_m, SceneHit *hit)
{
    /* The faces see the sun differently: left side, top, front. */
    gfloat facing = axis == 1 ? 1.0F : axis == 2 ? 0.75F : d[0] > 0 ? 0.62F : 0.36F;
    gfloat u = p[0] - box->min[0], v = box->max[1] - p[1];

    hit->tint = box->tint;
    hit->luminance = box->albedo * facing;
    if (axis != 2 || d[2] <= 0)
        return;
    if (box->card_texture != NULL && in_rect(box->card, u, v)) {
        hit->fine = TRUE;
        hit->tint = SCENE_TINT_PAINT;
        hit->luminance =
            facing * scene_texture_at(box->card_texture, u - box->card[0], v - box->card[1], footprint_m);
    } else if (box->front != NULL) {
        if (in_rect(box->accent, u, v))
            hit->tint = SCENE_TINT_ACCENT;
        hit->luminance = facing * scene_texture_at(box->front, u, v, footprint_m);
    }
}

/* The texture repeats: place within its width. */
static gfloat wrapped(gfloat x, gfloat width)
{
    gfloat turns = x / width + 64;

    return (turns - (gfloat)(gint)turns) * width;
}

static void shade_ground(const SceneWorld *self, const gfloat p[3], gfloat footprint_m, SceneHit *hit)
{
    gfloat grain = scene_texture_at(self->grain, wrapped(p[0], GRAIN_M), wrapped(p[2], GRAIN_M), footprint_m);

    hit->kind = SCENE_HIT_GROUND;
    hit->tint = SCENE_TINT_ASPHALT;
    hit->luminance =
        scene_texture_at(self->ground,
                         wrapped(p[0] + (gfloat)SCENE_GROUND_HALF_M, 2 * (gfloat)SCENE_GROUND_HALF_M),
                         p[2] - (gfloat)SCENE_GROUND_NEAR_M, footprint_m) *
        (0.35F + 1.3F * grain);
}

static void shade_wall(const SceneWorld *self, const gfloat p[3], gfloat footprint_m, SceneHit *hit)
{
    if (p[1] > (gfloat)SCENE_WALL_HEIGHT_M) {
        hit->kind = SCENE_HIT_COPING;
        hit->tint = SCENE_TINT_STONE;
        hit->luminance = 0.45F;
        return;
    }
    hit->kind = SCENE_HIT_WALL;
    hit->tint = SCENE_TINT_BRICK;
    hit->luminance =
        0.85F * scene_texture_at(self->wall,
                                 wrapped(p[0] + (gfloat)SCENE_GROUND_HALF_M, 2 * (gfloat)SCENE_GROUND_HALF_M),
                                 (gfloat)SCENE_WALL_HEIGHT_M - p[1], footprint_m);
}

static void shade_sky(const SceneWorld *self, const gfloat d[3], gfloat pixel_rad, SceneHit *hit)
{
    gfloat up = atan2f(d[1], hypotf(d[0], d[2]));
    gfloat value = scene_texture_at(self->sky, atan2f(d[0], d[2]) + (gfloat)G_PI_2, 0.785F - up, pixel_rad);

    hit->kind = SCENE_HIT_SKY;
    hit->tint = value > 0.35F ? SCENE_TINT_SKY : SCENE_TINT_TREES;
    hit->luminance = value * self->ambient;
    hit->distance_m = G_MAXFLOAT;
}

SceneHit scene_world_hit(const SceneWorld *self, guint boxes, const gfloat o[3], const gfloat d[3],
                         gfloat pixel_rad)
{
    SceneHit hit = {.distance_m = G_MAXFLOAT};
    const SceneBox *box = NULL;
    guint axis = 1;
    gfloat slant; /* cosine between ray and surface */

    if (d[1] < -1e-4F)
        hit.distance_m = -o[1] / d[1];
    if (d[2] > 1e-4F) {
        gfloat to_wall = ((gfloat)SCENE_WALL_Z_M - o[2]) / d[2];
        gfloat y = o[1] + to_wall * d[1];
        if (y >= 0 && y < (gfloat)SCENE_WALL_HEIGHT_M + COPING_M) {
            hit.distance_m = to_wall;
            axis = 2;
        }
    }
    if (boxes != 0) {
        for (guint i = 0; i < self->n_boxes; i++) {
            gfloat distance, own_o[3], own_d[3];
            guint entered = 0;
            if (!(boxes >> i & 1))
                continue;
            scene_box_to_own(&self->boxes[i], o, TRUE, own_o);
            scene_box_to_own(&self->boxes[i], d, FALSE, own_d);
            if (!scene_box_enter(&self->boxes[i], own_o, own_d, &distance, &entered) ||
                distance >= hit.distance_m)
                continue;
            box = &self->boxes[i];
            hit.kind = SCENE_HIT_BOX + i * 3 + entered; /* the edges between its faces count, too */
            hit.distance_m = distance;
            axis = entered;
        }
    }
    if (hit.distance_m >= G_MAXFLOAT) {
        shade_sky(self, d, pixel_rad, &hit);
        return hit;
    }
    gfloat own_o[3] = {o[0], o[1], o[2]}, own_d[3] = {d[0], d[1], d[2]};
    if (box != NULL) {
        scene_box_to_own(box, o, TRUE, own_o);
        scene_box_to_own(box, d, FALSE, own_d);
    }
    gfloat p[3];
    for (guint i = 0; i < 3; i++)
        p[i] = own_o[i] + own_d[i] * hit.distance_m;
    slant = fabsf(own_d[axis]);
    gfloat footprint_m = hit.distance_m * pixel_rad / sqrtf(MAX(slant, 0.02F));
    if (box != NULL)
        shade_box(box, axis, p, own_d, footprint_m, &hit);
    else if (axis == 1)
        shade_ground(self, p, footprint_m, &hit);
    else
        shade_wall(self, p, footprint_m, &hit);
    hit.luminance *= self->ambient + self->lamp * 2.2F * slant / (hit.distance_m * hit.distance_m + 0.5F);
    if (hit.fine && self->glare > 0)
        hit.luminance += glare_at(self, box, p, own_d);
    return hit;
}
