/* Rectify: a region of the frame as an upright picture of its own, at a module size that ZBar likes. */
#pragma once

#include "camera/vision/layers.h"
#include "camera/vision/region.h"

#define RECTIFY_MAX_SIDE_PX 512

typedef struct {
    guint8 *pixels; /* owned; RECTIFY_MAX_SIDE_PX squared, allocated once */
    guint side_px;
    gdouble x0, y0;         /* frame position of this picture's pixel (0, 0) */
    gdouble ux, uy, vx, vy; /* frame step per pixel across, and per pixel down */
} Upright;

/**
 * rectify:
 * @self: (inout): zeroed before its first use, cleared with upright_clear()
 * @module_px: wanted; large codes get less, so that the picture stays within bounds
 */
void rectify(Upright *self, const Layers *layers, const Region *region, gdouble module_px);

/* As rectify(), but only cut out and brought to size: where perspective is strong, three marks rectify
 * wrongly. */
void rectify_not(Upright *self, const Layers *layers, const Region *region, gdouble module_px);

void upright_clear(Upright *self);

/* From a point of the upright picture to the frame. */
void upright_to_frame(const Upright *self, gdouble u, gdouble v, gdouble *x, gdouble *y);
