#include "tests/scene/scene.h"

#include <math.h>

#define DEG (G_PI / 180.0)
/* The body on its springs: shaking while it rolls, nodding once it stops. */
#define SHAKE_DEG 0.12
#define SHAKE_HZ 6.5
#define NOD_DEG 0.35
#define NOD_HZ 1.6
#define NOD_DECAY_S 0.35
#define NOD_END_S 1.2

const gchar *scene_complaint(const Scene *self)
{
    if (self->width_px < 64 || self->width_px > 4096 || self->height_px < 64 || self->height_px > 4096 ||
        self->width_px % 2 != 0 || self->height_px % 2 != 0)
        return "width and height: want even numbers of 64..4096 pixels";
    if (self->fps < 1 || self->fps > 120)
        return "frames per second: want 1..120";
    if (!(self->seconds > 0 && self->seconds <= 600))
        return "seconds: want more than 0, at most 600";
    if (!(self->stop_m > 0.2 && self->start_m > self->stop_m && self->start_m <= 20))
        return "distances: want 0.2 m < stop < start <= 20 m";
    if (!(self->speed_m_s > 0 && self->acceleration_m_s2 > 0 && self->braking_m_s2 > 0))
        return "speed and accelerations: want more than 0";
    if (!(self->fov_deg > 10 && self->fov_deg < (self->lens == SCENE_LENS_PINHOLE ? 150 : 200)))
        return "field of view: want 10..200 degrees, pinhole less than 150";
    if (self->glare > 0 && !(self->glare_spread_deg > 0))
        return "spread of the glare: want more than 0 degrees";
    if (!(self->card_m > 0.02 && self->card_m <= 0.3))
        return "side of the code: want 0.02..0.3 m";
    return NULL;
}

SceneLens scene_lens(const Scene *self)
{
    SceneLens lens = {.model = self->lens, .cx_px = self->width_px / 2.0, .cy_px = self->height_px / 2.0};
    gdouble half = self->fov_deg / 2 * DEG;
    gdouble radius_of_f1 = self->lens == SCENE_LENS_PINHOLE     ? tan(half)
                           : self->lens == SCENE_LENS_EQUISOLID ? 2 * sin(half / 2)
                                                                : half;

    lens.f_px = lens.cx_px / radius_of_f1;
    return lens;
}

typedef struct {
    gdouble cruise_m_s, t_speed_up_s, t_cruise_s, t_brake_s;
} Phases;

/* A trapezoid of speed over the way; a triangle where the way is too short to reach the speed. */
static Phases phases_of(const Scene *self)
{
    gdouble way = self->start_m - self->stop_m;
    gdouble a = self->acceleration_m_s2, b = self->braking_m_s2;
    gdouble reachable = sqrt(2 * way * a * b / (a + b));
    gdouble v = MIN(self->speed_m_s, reachable);

    return (Phases){v, v / a, MAX(0.0, way - v * v / (2 * a) - v * v / (2 * b)) / v, v / b};
}

gdouble scene_standstill_s(const Scene *self)
{
    Phases p = phases_of(self);

    return p.t_speed_up_s + p.t_cruise_s + p.t_brake_s;
}

/* Metres driven and speed after @t_s. */
static gdouble driven_m(const Scene *self, gdouble t_s, gdouble *speed_m_s)
{
    Phases p = phases_of(self);
    gdouble end_s = p.t_speed_up_s + p.t_cruise_s + p.t_brake_s;
    gdouble left_s = MAX(0.0, end_s - t_s);

    if (t_s < p.t_speed_up_s) {
        *speed_m_s = self->acceleration_m_s2 * t_s;
        return *speed_m_s * t_s / 2;
    }
    if (left_s < p.t_brake_s) {
        *speed_m_s = self->braking_m_s2 * left_s;
        return self->start_m - self->stop_m - *speed_m_s * left_s / 2;
    }
    *speed_m_s = p.cruise_m_s;
    return p.cruise_m_s * (p.t_speed_up_s / 2 + t_s - p.t_speed_up_s);
}

static gdouble pitch_deg(const Scene *self, gdouble t_s, gdouble speed_m_s)
{
    gdouble since_stop_s = t_s - scene_standstill_s(self);

    if (since_stop_s < 0)
        return SHAKE_DEG * speed_m_s / self->speed_m_s * sin(2 * G_PI * SHAKE_HZ * t_s);
    if (since_stop_s > NOD_END_S)
        return 0;
    return NOD_DEG * exp(-since_stop_s / NOD_DECAY_S) * sin(2 * G_PI * NOD_HZ * since_stop_s);
}

ScenePose scene_pose_at(const Scene *self, gdouble t_s)
{
    gdouble way = self->start_m - self->stop_m;
    gdouble speed = 0;
    gdouble u = driven_m(self, t_s, &speed) / way; /* 0..1 */
    gdouble down = (self->tilt_deg + pitch_deg(self, t_s, speed)) * DEG;
    /* The side offset melts away along a half cosine; the car points where it goes. */
    gdouble side = self->side_start_m * (1 + cos(G_PI * u)) / 2;
    gdouble slope = -self->side_start_m * G_PI * sin(G_PI * u) / 2 / way; /* metres aside per metre driven */
    gdouble yaw = atan(slope);
    ScenePose pose = {
        .at = {side, self->camera_height_m, -self->start_m + u * way},
        .velocity_m_s = {speed * sin(yaw), 0, speed * cos(yaw)},
        .right = {cos(yaw), 0, -sin(yaw)},
        .down = {-sin(yaw) * sin(down), -cos(down), -cos(yaw) * sin(down)},
        .forward = {sin(yaw) * cos(down), -sin(down), cos(yaw) * cos(down)},
        .still = t_s > scene_standstill_s(self) + NOD_END_S,
    };

    return pose;
}

gboolean scene_project(const Scene *self, const ScenePose *pose, SceneVec point, gdouble *x_px, gdouble *y_px)
{
    SceneLens lens = scene_lens(self);
    SceneVec d = {point.x - pose->at.x, point.y - pose->at.y, point.z - pose->at.z};
    SceneVec seen = {d.x * pose->right.x + d.y * pose->right.y + d.z * pose->right.z,
                     d.x * pose->down.x + d.y * pose->down.y + d.z * pose->down.z,
                     d.x * pose->forward.x + d.y * pose->forward.y + d.z * pose->forward.z};

    return scene_lens_project(&lens, seen, x_px, y_px);
}

SceneTruth scene_truth(const Scene *self, const ScenePose *pose, guint pile, guint n_modules)
{
    SceneTruth truth = {.visible = TRUE};
    gdouble half = self->card_m / 2 * n_modules / (n_modules + 2 * SCENE_QUIET_MODULES);
    SceneVec middle = {self->piles[pile].x_m, self->card_height_m, 0};
    static const gdouble side[4][2] = {{-1, 1}, {1, 1}, {1, -1}, {-1, -1}};

    gdouble yaw = self->piles[pile].yaw_deg * DEG;
    for (guint i = 0; i < 4; i++) {
        SceneVec corner = {middle.x + side[i][0] * half * cos(yaw), middle.y + side[i][1] * half,
                           -side[i][0] * half * sin(yaw)};
        gdouble *x = &truth.quad_px[2 * i], *y = &truth.quad_px[2 * i + 1];
        truth.visible = scene_project(self, pose, corner, x, y) && truth.visible && *x >= 0 && *y >= 0 &&
                        *x < self->width_px && *y < self->height_px;
    }
    for (guint i = 0; i < 4; i++) {
        guint j = (i + 1) % 4;
        truth.px_per_module += hypot(truth.quad_px[2 * j] - truth.quad_px[2 * i],
                                     truth.quad_px[2 * j + 1] - truth.quad_px[2 * i + 1]) /
                               (4.0 * n_modules);
    }
    truth.distance_m = sqrt((middle.x - pose->at.x) * (middle.x - pose->at.x) +
                            (middle.y - pose->at.y) * (middle.y - pose->at.y) + pose->at.z * pose->at.z);
    return truth;
}
