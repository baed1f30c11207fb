/* Scene: one reversing approach as parameters, and what follows from them: where the camera is at a time, and
 * where the pile's code then lies in the picture. Pure; the renderer and the tests both ask here.
 * World frame, metres: x right, y up, z towards the wall; the bay's middle is x = 0, the ground y = 0, and
 * the pile's front, with the code on it, lies in the plane z = 0. The car comes from negative z.
 */
#pragma once

#include "tests/scene/scene_lens.h"

typedef enum {
    SCENE_LIGHT_DAY,
    SCENE_LIGHT_DUSK,  /* low sky light, reversing lamp, more gain and noise */
    SCENE_LIGHT_NIGHT, /* the reversing lamp alone */
} SceneLight;

typedef struct {
    gdouble x_m;     /* where the pile stands, the middle of its front */
    const gchar *qr; /* (nullable): text of its code; NULL: a pile without a card. Borrowed */
    gdouble yaw_deg; /* turned about the middle of its front; positive: the front looks towards negative x */
} ScenePile;

#define SCENE_MAX_PILES 4

typedef struct {
    const gchar *name;
    /* camera */
    guint width_px, height_px;
    guint fps;
    SceneLensModel lens;
    gdouble fov_deg; /* across the width */
    gdouble camera_height_m;
    gdouble tilt_deg;    /* below the horizon */
    gdouble exposure_s;  /* how long a frame gathers light: motion blur */
    gdouble noise_level; /* sigma of the sensor noise in 8-bit steps, mid grey */
    gdouble sharpening;  /* of the camera's processor: 0 none, 1 strong */
    gdouble lens_dirt;   /* on the glass: 0 clean .. 1 after a week of winter motorway */
    guint seed;          /* of noise and textures: same seed, same bytes */
    /* way of the car: trapezoid of speed, then it stands */
    gdouble start_m, stop_m; /* camera to the plane of the code */
    gdouble speed_m_s, acceleration_m_s2, braking_m_s2;
    gdouble side_start_m; /* how far right of its final line the car begins; it turns in smoothly */
    gdouble seconds;
    /* world */
    SceneLight light;
    ScenePile piles[SCENE_MAX_PILES]; /* the first n_piles; [0] is the one the car backs up to */
    guint n_piles;
    gdouble card_m;        /* side of the code with its quiet zone */
    gdouble card_height_m; /* middle of the code above the ground */
    gdouble wear;          /* of the card: 0 as printed .. 1 faded, scratched, rubbed, stained */
    gdouble glare; /* luminance of the highlight on the card's laminate; 0: it is matt, 1: white paper */
    gdouble glare_spread_deg; /* sigma of the highlight */
    SceneVec glare_from;      /* the lamp or sun that is mirrored */
    gboolean cluttered;       /* posters and gratings with code-like texture, none of them a code */
} Scene;

/* Returns: (transfer none) (nullable): "day", "dusk", "night" ...; all names: rearcharge-scene --list */
const Scene *scene_preset(const gchar *name);
/* Returns: (transfer none) (array zero-terminated=1): for usage texts and benches */
const Scene *const *scene_presets(void);

/* Returns: NULL, or (transfer none) what is wrong with these parameters */
const gchar *scene_complaint(const Scene *self);

SceneLens scene_lens(const Scene *self);

/* The camera at a moment; forward, right and down are unit vectors in the world. */
typedef struct {
    SceneVec at, velocity_m_s;
    SceneVec right, down, forward;
    gboolean still; /* the picture is that of the moment before, but for noise */
} ScenePose;
ScenePose scene_pose_at(const Scene *self, gdouble t_s);

/* Seconds until the car stands. */
gdouble scene_standstill_s(const Scene *self);

/* Where a point of the world falls. Returns: FALSE when the lens does not see it. */
gboolean scene_project(const Scene *self, const ScenePose *pose, SceneVec point, gdouble *x_px,
                       gdouble *y_px);

typedef struct {
    gboolean visible;      /* all four corners inside the picture */
    gdouble distance_m;    /* camera to the middle of the code */
    gdouble px_per_module; /* mean side of the quad / modules */
    gdouble quad_px[8];    /* corners of the code without quiet zone, reading order */
} SceneTruth;

/**
 * scene_truth:
 * @n_modules: side of the code without quiet zone
 */
SceneTruth scene_truth(const Scene *self, const ScenePose *pose, guint pile, guint n_modules);

#define SCENE_QUIET_MODULES 4
