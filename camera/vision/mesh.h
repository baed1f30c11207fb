/* Mesh: where the modules of a large or bent code lie. From alignment pattern to alignment pattern, each
 * looked for near where its neighbours say, with straight lines between them. */
#pragma once

#include "base/gray_frame.h"
#include "camera/vision/region.h"
#include "camera/vision/symbol.h"

typedef struct {
    guint n;                                                 /* knots a side */
    gdouble at[SYMBOL_ALIGNMENTS_MAX];                       /* of a row or column of knots, in modules */
    gdouble x[SYMBOL_ALIGNMENTS_MAX][SYMBOL_ALIGNMENTS_MAX]; /* [row][column], pixels of the picture */
    gdouble y[SYMBOL_ALIGNMENTS_MAX][SYMBOL_ALIGNMENTS_MAX];
    guint side; /* modules */
} Mesh;

/* The version of 7 .. 40 near the one that the marks suggest whose information is beside them best; 0: none.
 * @picture: evened; @scale: its pixels to those of the frame */
guint mesh_guess_version(const GrayFrame *picture, const Region *region, gdouble scale);

/* @symbol: of version 2 or more */
void mesh_find(Mesh *self, const GrayFrame *picture, const Region *region, const Symbol *symbol,
               gdouble scale);

/* Module (@u, @v) may be a fraction, and lie outside. */
void mesh_to_picture(const Mesh *self, gdouble u, gdouble v, gdouble *x, gdouble *y);

/* @light: (out): (array length=side*side): how light each module is, 0 .. 1 */
void mesh_sample(const Mesh *self, const GrayFrame *picture, gboolean inverse, gfloat *light);
