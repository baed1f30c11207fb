/* Scene texture: a picture of reflectance (0 black .. 1 white, linear light) on a flat surface, with its
 * reduced copies (mip levels), so that one look-up gives the mean over the footprint of a pixel.
 */
#pragma once

#include <glib.h>

typedef struct SceneTexture SceneTexture;

/* Returns: (transfer full): black; @texel_m is the side of a texel on the surface */
SceneTexture *scene_texture_new(gdouble width_m, gdouble height_m, gdouble texel_m);
void scene_texture_free(SceneTexture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SceneTexture, scene_texture_free)

/* Painting, on the full-size level: u to the right, v down, in metres from the top left corner. */
typedef gfloat (*SceneShade)(gfloat u_m, gfloat v_m, gfloat before, gpointer data);
void scene_texture_paint(SceneTexture *self, SceneShade shade, gpointer data);
/* Mixes @value into a rectangle; edges are anti-aliased. */
void scene_texture_rect(SceneTexture *self, gdouble u_m, gdouble v_m, gdouble width_m, gdouble height_m,
                        gdouble value, gdouble alpha);
/* 5x7 pixel letters (A-Z, 0-9, *, -, ., /, :), each pixel @pixel_m wide; middle of the text at @u_m. */
void scene_texture_text(SceneTexture *self, gdouble u_m, gdouble v_m, gdouble pixel_m, const gchar *text,
                        gdouble value);

/* After the last stroke and before the first look-up. */
void scene_texture_finish(SceneTexture *self);

/* Mean reflectance over @footprint_m around a point; the border continues outwards. */
gfloat scene_texture_at(const SceneTexture *self, gfloat u_m, gfloat v_m, gfloat footprint_m);

/* Smooth noise 0..1 of several octaves; the same for the same arguments. */
gfloat scene_noise(gfloat x, gfloat y, guint octaves, guint seed);
