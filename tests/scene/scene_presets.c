/* The approaches with names. */
#include <string.h>

#include "tests/scene/scene.h"

#define P720 .width_px = 1280, .height_px = 720, .fps = 30
#define P1080 .width_px = 1920, .height_px = 1080, .fps = 30
#define LENS(degrees) .lens = SCENE_LENS_EQUIDISTANT, .fov_deg = (degrees)
#define BUMPER .camera_height_m = 0.9, .tilt_deg = 15
#define TAILGATE .camera_height_m = 1.95, .tilt_deg = 40
#define CALMLY .speed_m_s = 1.1, .acceleration_m_s2 = 1.2, .braking_m_s2 = 0.6, .seconds = 8
#define BRISKLY .speed_m_s = 2.4, .acceleration_m_s2 = 2, .braking_m_s2 = 1.6, .seconds = 6
#define WAY(to) .start_m = 4.5, .stop_m = (to)
#define CARD .card_m = 0.2, .card_height_m = 1.0
#define DAY .exposure_s = 1 / 250.0, .noise_level = 2
#define OVERCAST .exposure_s = 1 / 120.0, .noise_level = 3
#define PILE(x) .n_piles = 1, .piles = {{.x_m = (x)}}
#define TURNED_PILE(x, yaw) .n_piles = 1, .piles = {{.x_m = (x), .yaw_deg = (yaw)}}
#define USUAL P720, LENS(130), BUMPER, CALMLY, WAY(0.9), CARD

static const Scene presets[] = {
    {.name = "day", USUAL, DAY, PILE(0.3), .seed = 1},
    {.name = "dusk",
     USUAL,
     PILE(0.3),
     .light = SCENE_LIGHT_DUSK,
     .exposure_s = 1 / 40.0,
     .noise_level = 6,
     .seed = 1},
    {.name = "night",
     USUAL,
     PILE(0.3),
     .light = SCENE_LIGHT_NIGHT,
     .exposure_s = 1 / 30.0,
     .noise_level = 9,
     .seed = 1},
    {.name = "two_piles", USUAL, DAY, .n_piles = 2, .piles = {{.x_m = 0.2}, {.x_m = 1.0}}, .seed = 1},
    {.name = "empty", USUAL, DAY, PILE(0.3), .seed = 1},
    {.name = "cluttered", USUAL, DAY, PILE(0.3), .cluttered = TRUE, .seed = 1},
    {.name = "angled", USUAL, OVERCAST, PILE(0.55), .side_start_m = -1.4, .seed = 1},
    /* A finer sensor behind another lens, on another line. */
    {.name = "day_1080p",
     P1080,
     .lens = SCENE_LENS_EQUISOLID,
     .fov_deg = 150,
     BUMPER,
     CALMLY,
     WAY(0.9),
     CARD,
     DAY,
     PILE(-0.25),
     .seed = 2},
    /* The pile stands aside and looks past the car. */
    {.name = "yawed", USUAL, DAY, TURNED_PILE(0.7, -25), .seed = 3},
    /* Near the edge of a very wide lens all the way. */
    {.name = "edge",
     P720,
     LENS(165),
     BUMPER,
     CALMLY,
     WAY(0.6),
     CARD,
     DAY,
     TURNED_PILE(-1.15, -25),
     .seed = 4},
    /* A driver in a hurry under clouds, a sensor that needs its time. */
    {.name = "fast",
     P720,
     LENS(130),
     BUMPER,
     BRISKLY,
     WAY(0.9),
     CARD,
     .exposure_s = 1 / 60.0,
     .noise_level = 3,
     PILE(0.45),
     .seed = 5},
    /* A lamp behind the car is mirrored in the laminate; its image crosses the card as the car turns in. */
    {.name = "glare",
     USUAL,
     DAY,
     PILE(0.3),
     .side_start_m = 0.8,
     .glare = 6,
     .glare_spread_deg = 0.8,
     .glare_from = {0.25, 1.25, -5.5},
     .seed = 6},
    {.name = "dirty", USUAL, DAY, PILE(0.3), .lens_dirt = 0.9, .seed = 7},
    {.name = "worn", USUAL, DAY, PILE(0.3), .wear = 0.6, .seed = 8},
    {.name = "small_card",
     P720,
     LENS(130),
     BUMPER,
     CALMLY,
     WAY(0.6),
     .card_m = 0.1,
     .card_height_m = 1.05,
     DAY,
     PILE(0.2),
     .seed = 9},
    /* A van: the camera looks down from above its doors. */
    {.name = "high_camera", P720, LENS(130), TAILGATE, CALMLY, WAY(0.9), CARD, DAY, PILE(0.3), .seed = 10},
    {.name = "sharpened", USUAL, OVERCAST, PILE(0.3), .sharpening = 2, .seed = 11},
};

const Scene *scene_preset(const gchar *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(presets); i++)
        if (strcmp(presets[i].name, name) == 0)
            return &presets[i];
    return NULL;
}

const Scene *const *scene_presets(void)
{
    static const Scene *list[G_N_ELEMENTS(presets) + 1];

    for (guint i = 0; i < G_N_ELEMENTS(presets); i++)
        list[i] = &presets[i];
    return list;
}
