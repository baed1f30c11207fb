/* Even: a part of a picture with shadows, highlights and vignettes taken out: each pixel against the light
 * around it. What is left is ink and paper, everywhere of about one contrast. */
#pragma once

#include "camera/vision/layers.h"

typedef struct {
    Layers layers; /* as those it was made from, but only the part that was asked for last is filled in */
    guint8 *memory[LAYERS_MAX]; /* owned */
    gsize size_bytes[LAYERS_MAX];
    gfloat *scratch; /* owned */
    gsize n_scratch;
} Even;

/**
 * even_out:
 * @self: (inout): zeroed before its first use; cleared with even_clear()
 * @number: the layer
 * @box: left, top, right, bottom in pixels of the layer; cut to it
 * @reach_px: how far the light around a pixel is looked at; about four modules
 */
void even_out(Even *self, const Layers *from, guint number, const gint box[4], gdouble reach_px);
void even_clear(Even *self);
