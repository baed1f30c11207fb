#include "tests/scene/scene_paint.h"

#include <math.h>

/* Where the sun stands, as a direction towards it: behind the car, to the left, high. */
static const gfloat sun[3] = {-0.42F, 0.78F, -0.46F};
#define SHADOW_REACH_M 6.0F

typedef struct {
    const Scene *scene;
    const SceneBox *boxes;
    guint n_boxes;
    guint seed;
    SceneTexture *light; /* of the surface being painted; coarse, shadows are soft */
} Painter;

#define LIGHT_TEXEL_M 0.04

static gboolean in_shadow_of(const SceneBox *box, const gfloat world_p[3], const gfloat world_to_light[3])
{
    gfloat from = 0.001F, to = SHADOW_REACH_M, p[3], to_light[3];

    scene_box_to_own(box, world_p, TRUE, p);
    scene_box_to_own(box, world_to_light, FALSE, to_light);
    for (guint i = 0; i < 3; i++) {
        gfloat inverse = 1 / to_light[i];
        gfloat a = (box->min[i] - p[i]) * inverse, b = (box->max[i] - p[i]) * inverse;
        from = MAX(from, MIN(a, b));
        to = MIN(to, MAX(a, b));
    }
    return from < to;
}

/* 1 in the open, less where boxes keep the sun or the sky away. */
static gfloat light_at(const Painter *painter, const gfloat world_p[3])
{
    static const gfloat wobble[4][2] = {{-0.03F, -0.02F}, {0.03F, -0.02F}, {-0.02F, 0.03F}, {0.02F, 0.03F}};
    gfloat lit = 0, open = 1;

    for (guint s = 0; s < 4; s++) { /* four points of the sun: a soft edge */
        gfloat to_light[3] = {sun[0] + wobble[s][0], sun[1], sun[2] + wobble[s][1]};
        gboolean shadow = FALSE;
        for (guint i = 0; i < painter->n_boxes && !shadow; i++)
            shadow = in_shadow_of(&painter->boxes[i], world_p, to_light);
        lit += shadow ? 0 : 0.25F;
    }
    for (guint i = 0; i < painter->n_boxes; i++) {
        const SceneBox *box = &painter->boxes[i];
        gfloat d = 0, p[3];
        scene_box_to_own(box, world_p, TRUE, p);
        for (guint k = 0; k < 3; k++) {
            gfloat out = MAX(MAX(box->min[k] - p[k], p[k] - box->max[k]), 0.0F);
            d += out * out;
        }
        open *= 1 - 0.45F * expf(-sqrtf(d) * 7.0F);
    }
    gfloat sun_part = painter->scene->light == SCENE_LIGHT_DAY ? 0.62F : 0.0F;
    return open * (1 - sun_part + sun_part * lit);
}

static gfloat smooth(gfloat from, gfloat to, gfloat x)
{
    gfloat t = CLAMP((x - from) / (to - from), 0.0F, 1.0F);

    return t * t * (3 - 2 * t);
}

static gfloat asphalt(gfloat u, gfloat v, gfloat before, gpointer data)
{
    const Painter *painter = data;
    gfloat x = u - (gfloat)SCENE_GROUND_HALF_M, z = v + (gfloat)SCENE_GROUND_NEAR_M;
    gfloat value = 0.15F + 0.05F * scene_noise(x * 0.9F, z * 0.9F, 4, painter->seed) +
                   0.03F * scene_noise(x * 9, z * 9, 2, painter->seed + 9);
    /* An oil stain in the bay, wheel tracks along it, a patch of newer asphalt in the next one. */
    gfloat stain =
        hypotf(x - 0.15F, (z + 2.3F) * 0.8F) + 0.25F * scene_noise(x * 4, z * 4, 3, painter->seed + 3);
    value *= 1 - 0.45F * (1 - smooth(0.22F, 0.42F, stain));
    value *= 1 - 0.12F * expf(-powf((fabsf(x) - 0.75F) / 0.14F, 2));
    if (x > 2.75F && x < 4.6F && z > -2.6F && z < -0.9F)
        value *= 0.72F;
    return value;
}

static gfloat worn_paint(gfloat u, gfloat v, gfloat before, gpointer data)
{
    const Painter *painter = data;
    gfloat x = u - (gfloat)SCENE_GROUND_HALF_M, z = v + (gfloat)SCENE_GROUND_NEAR_M;
    gfloat bay = (gfloat)SCENE_BAY_WIDTH_M;
    gfloat to_line = fabsf(x / bay - 0.5F - roundf(x / bay - 0.5F)) * bay; /* lines at half bays */
    gboolean on_line = to_line < 0.055F && z > -5.4F && z < 0.05F;

    /* A charging plug symbol in the bay: ring, two pins, cable. */
    gfloat px = x, pz = z + 3.35F;
    gfloat ring = fabsf(hypotf(px, pz) - 0.52F);
    gboolean plug = (fabsf(px) < 0.17F && pz > -0.16F && pz < 0.12F) ||
                    (fabsf(fabsf(px) - 0.09F) < 0.03F && pz >= 0.12F && pz < 0.26F) ||
                    (fabsf(px) < 0.03F && pz > -0.36F && pz <= -0.16F);
    if (!on_line && !plug && ring >= 0.05F)
        return before;
    gfloat wear = scene_noise(x * 7, z * 7, 4, painter->seed + 5);
    return before + (0.66F - before) * smooth(0.30F, 0.42F, wear);
}

static gfloat ground_light(gfloat u, gfloat v, gfloat before, gpointer data)
{
    gfloat p[3] = {u - (gfloat)SCENE_GROUND_HALF_M, 0.0F, v + (gfloat)SCENE_GROUND_NEAR_M};
    gfloat corner = 1 - 0.5F * expf(-((gfloat)SCENE_WALL_Z_M - p[2]) * 4.0F);

    return light_at(data, p) * corner;
}

static gfloat wall_light(gfloat u, gfloat v, gfloat before, gpointer data)
{
    gfloat up = (gfloat)SCENE_WALL_HEIGHT_M - v;
    gfloat p[3] = {u - (gfloat)SCENE_GROUND_HALF_M, up, (gfloat)SCENE_WALL_Z_M - 0.001F};

    return light_at(data, p) * (1 - 0.35F * expf(-up * 3.5F)); /* damp and dirt at its foot */
}

static gfloat lit(gfloat u, gfloat v, gfloat before, gpointer data)
{
    const Painter *painter = data;

    return before * scene_texture_at(painter->light, u, v, 0);
}

SceneTexture *scene_paint_ground(const Scene *scene, const SceneBox *boxes, guint n_boxes)
{
    const gdouble width_m = 2 * SCENE_GROUND_HALF_M, depth_m = SCENE_WALL_Z_M - SCENE_GROUND_NEAR_M;
    g_autoptr(SceneTexture) light = scene_texture_new(width_m, depth_m, LIGHT_TEXEL_M);
    Painter painter = {scene, boxes, n_boxes, scene->seed, light};
    SceneTexture *ground = scene_texture_new(width_m, depth_m, 0.01);

    scene_texture_paint(light, ground_light, &painter);
    scene_texture_paint(ground, asphalt, &painter);
    scene_texture_paint(ground, worn_paint, &painter);
    scene_texture_paint(ground, lit, &painter);
    scene_texture_finish(ground);
    return ground;
}

static gfloat grain(gfloat u, gfloat v, gfloat before, gpointer data)
{
    const Painter *painter = data;

    return 0.5F + 0.75F * (scene_noise(u * 160, v * 160, 2, painter->seed + 77) - 0.5F);
}

SceneTexture *scene_paint_asphalt_grain(const Scene *scene)
{
    Painter painter = {.scene = scene, .seed = scene->seed};
    SceneTexture *texture = scene_texture_new(1.024, 1.024, 0.002);

    scene_texture_paint(texture, grain, &painter);
    scene_texture_finish(texture);
    return texture;
}

static gfloat bricks(gfloat u, gfloat v, gfloat before, gpointer data)
{
    const Painter *painter = data;
    const gfloat height = 0.075F, width = 0.24F, joint = 0.011F;
    gfloat row = floorf(v / height);
    gfloat shifted = u + (fmodf(row, 2) > 0 ? width / 2 : 0);
    gfloat column = floorf(shifted / width);
    gfloat in_row = v - row * height, in_column = shifted - column * width;
    gfloat tone = 0.20F + 0.15F * scene_noise(column * 3.7F, row * 5.3F, 1, painter->seed + 11);
    gfloat value = tone * (0.85F + 0.3F * scene_noise(u * 40, v * 40, 2, painter->seed + 12));

    if (in_row < joint || in_column < joint)
        value = 0.36F * (0.9F + 0.2F * scene_noise(u * 60, v * 60, 1, painter->seed + 13));
    return value;
}

SceneTexture *scene_paint_wall(const Scene *scene, const SceneBox *boxes, guint n_boxes)
{
    g_autoptr(SceneTexture) light =
        scene_texture_new(2 * SCENE_GROUND_HALF_M, SCENE_WALL_HEIGHT_M, LIGHT_TEXEL_M);
    Painter painter = {scene, boxes, n_boxes, scene->seed, light};
    SceneTexture *wall = scene_texture_new(2 * SCENE_GROUND_HALF_M, SCENE_WALL_HEIGHT_M, 0.005);

    scene_texture_paint(light, wall_light, &painter);
    scene_texture_paint(wall, bricks, &painter);
    scene_texture_paint(wall, lit, &painter);
    scene_texture_finish(wall);
    return wall;
}

/* u: azimuth, v: down from 45 degrees above the horizon; both in radians. Clouds over a line of trees. */
static gfloat sky(gfloat u, gfloat v, gfloat before, gpointer data)
{
    const Painter *painter = data;
    gfloat up = 0.785F - v;
    gfloat crowns = 0.10F + 0.10F * scene_noise(u * 9, 0.5F, 4, painter->seed + 21);
    gfloat cloud = smooth(0.42F, 0.66F, scene_noise(u * 3, up * 9, 5, painter->seed + 22));

    if (up < crowns)
        return 0.05F + 0.14F * scene_noise(u * 45, up * 45, 4, painter->seed + 23);
    return 0.55F + 0.18F * (1 - smooth(0, 0.6F, up)) + 0.25F * cloud;
}

SceneTexture *scene_paint_sky(const Scene *scene)
{
    Painter painter = {.scene = scene, .seed = scene->seed};
    SceneTexture *texture = scene_texture_new(G_PI, 0.8, 0.002);

    scene_texture_paint(texture, sky, &painter);
    scene_texture_finish(texture);
    return texture;
}

SceneTexture *scene_paint_pile_front(gdouble width_m, gdouble height_m, gboolean in_use)
{
    SceneTexture *front = scene_texture_new(width_m, height_m, 0.002);
    gdouble middle = width_m / 2;

    scene_texture_rect(front, 0, 0, width_m, height_m, 0.74, 1);
    scene_texture_rect(front, 0, 0, 0.012, height_m, 0.5, 1); /* rounded edges */
    scene_texture_rect(front, width_m - 0.012, 0, 0.012, height_m, 0.5, 1);
    scene_texture_rect(front, 0.012, 0, width_m - 0.024, 0.03, 0.30, 1);
    scene_texture_rect(front, 0.03, 0.06, width_m - 0.06, 0.16, 0.03, 1); /* the display */
    scene_texture_text(front, middle, 0.09, 0.008, "50 KW", in_use ? 0.3 : 0.55);
    scene_texture_text(front, middle, 0.165, 0.004, in_use ? "CHARGING" : "READY", in_use ? 0.3 : 0.55);
    scene_texture_rect(front, middle - 0.07, height_m - 0.62, 0.14, 0.17, 0.10, 1); /* socket and its lid */
    scene_texture_rect(front, middle - 0.05, height_m - 0.60, 0.10, 0.13, 0.03, 1);
    scene_texture_rect(front, middle - 0.025, height_m - 0.45, 0.05, 0.36, 0.05, 1); /* cable */
    scene_texture_rect(front, 0, height_m - 0.08, width_m, 0.08, 0.12, 1);
    scene_texture_finish(front);
    return front;
}

/* Things that look like a code to a hasty reader: checks, rings at finder proportions, gratings, print. */
SceneTexture *scene_paint_poster(guint number, gdouble width_m, gdouble height_m, guint seed)
{
    SceneTexture *poster = scene_texture_new(width_m, height_m, 0.002);
    guint n = 24;

    scene_texture_rect(poster, 0, 0, width_m, height_m, 0.8, 1);
    for (guint y = 0; y < n; y++) {
        for (guint x = 0; x < n; x++) {
            gdouble u = width_m * (x + 1) / (n + 2), v = height_m * (y + 1) / (n + 2);
            gboolean dark = number % 3 == 0
                                ? scene_noise((gfloat)x + 0.5F, (gfloat)y + 0.5F, 1, seed + number) > 0.5F
                            : number % 3 == 1 ? y % 3 == 0 && x % 7 != 3
                                              : (x / 2 + y / 2) % 2 == 0;
            if (dark)
                scene_texture_rect(poster, u, v, width_m / (n + 2), height_m / (n + 2), 0.05, 1);
        }
    }
    for (guint i = 0; i < 2 && number % 3 != 1; i++) { /* two finder patterns, never three */
        gdouble m = width_m / (n + 2), u = m * (1 + 17 * i), v = m;
        scene_texture_rect(poster, u - m, v - m, 9 * m, 9 * m, 0.8, 1);
        scene_texture_rect(poster, u, v, 7 * m, 7 * m, 0.05, 1);
        scene_texture_rect(poster, u + m, v + m, 5 * m, 5 * m, 0.8, 1);
        scene_texture_rect(poster, u + 2 * m, v + 2 * m, 3 * m, 3 * m, 0.05, 1);
    }
    scene_texture_finish(poster);
    return poster;
}
