/* Scene sensor: from light to the numbers of a picture: gamma, then noise, then what the camera's own
 * processor does to it. Pure; the noise of a frame follows
 * from seed and frame number alone.
 */
#pragma once

#include <glib.h>

typedef struct SceneSensor SceneSensor;

/* @noise_level: sigma in 8-bit steps at mid grey. (transfer full) */
SceneSensor *scene_sensor_new(gdouble noise_level, guint seed);
void scene_sensor_free(SceneSensor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SceneSensor, scene_sensor_free)

/* Linear light (1 = full) to luma in 8.8 fixed point, without noise. */
guint16 scene_sensor_luma(const SceneSensor *self, gfloat linear);

/**
 * scene_sensor_develop:
 * @luma: (array length=n): 8.8 fixed point
 * @chroma: (array): @n / 2 bytes, U then V
 * @i420: (out caller-allocates): 3 @n / 2 bytes, with noise
 */
void scene_sensor_develop(const SceneSensor *self, guint frame, const guint16 *luma, const guint8 *chroma,
                          gsize n, guint8 *i420);

/* In place: unsharp mask of about a pixel's radius, as cameras do it to look crisp: edges get bright and dark
 * seams, noise grows. @amount: 0 none, 1 strong, 2 and more is overdone. Luma only. */
void scene_sensor_sharpen(guint8 *luma, guint width, guint height, gdouble amount);
