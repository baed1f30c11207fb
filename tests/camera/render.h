/* Pictures with QR codes in them, drawn by libqrencode, for the tests of camera/. */
#pragma once

#include "base/gray_frame.h"

typedef struct {
    GrayFrame frame; /* its pixels are @pixels */
    guint8 *pixels;
} Picture;

/* Free with picture_free(). */
Picture *picture_new(guint width_px, guint height_px, guint8 gray);
void picture_free(Picture *self);

/* Draws @text (ECC M, quiet zone of 4 modules) with its middle at (@x, @y), turned by @angle radians. */
void picture_draw_code(Picture *self, const gchar *text, gdouble x, gdouble y, gdouble module_px,
                       gdouble angle);

/* Draws the code so that its corners (without the quiet zone) come to @quad: x,y of top left, top right,
 * bottom right, bottom left. Anti-aliased. @dark and @light: gray levels. */
void picture_draw_code_in(Picture *self, const gchar *text, const gdouble quad[8], guint8 dark, guint8 light);

/* Modules along a side of the code of @text. */
guint picture_code_modules(const gchar *text);

void picture_blur(Picture *self, guint n_times); /* 3x3 binomial, n times: sigma = sqrt(n / 2) px */
void picture_add_noise(Picture *self, gint amplitude, guint32 seed);
void picture_tile_finders(Picture *self, guint module_px);
