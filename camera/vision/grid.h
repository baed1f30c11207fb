/* Grid: where the modules of a code lie in a picture, and how light its paper and its ink are there. */
#pragma once

#include <glib.h>

/* Homography from a code to a picture. A code's corners are (-1, -1) and (1, 1), whatever its version, so
 * that all eight numbers are of one size; pixel centres of the picture lie at .5. */
typedef struct {
    gdouble h[8];     /* x = (h0 u + h1 v + h2) / (h6 u + h7 v + 1), y = (h3 u + h4 v + h5) / the same */
    gdouble dark[3];  /* ink: dark[0] + dark[1] u + dark[2] v, in gray levels */
    gdouble contrast; /* paper is so much lighter than ink; negative: printed light on dark */
} Grid;

static inline void grid_to_picture(const Grid *self, gdouble u, gdouble v, gdouble *x, gdouble *y)
{
    gdouble w = self->h[6] * u + self->h[7] * v + 1;

    *x = (self->h[0] * u + self->h[1] * v + self->h[2]) / w;
    *y = (self->h[3] * u + self->h[4] * v + self->h[5]) / w;
}

/* The other way round: @inverse is a 3x3 matrix, row by row. Returns: FALSE when the grid is flat or folded.
 */
gboolean grid_invert(const Grid *self, gdouble inverse[9]);

/* Mean pixels per module of a code with @side modules; 0 for a folded grid. */
gdouble grid_module_px(const Grid *self, guint side);
