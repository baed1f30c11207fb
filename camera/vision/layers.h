/* Layers: the frame at full, half and quarter size. Near codes, noise and moire are easier in the small ones.
 */
#pragma once

#include "base/gray_frame.h"

#define LAYERS_MAX 3

typedef struct {
    /* layer[0] is the frame itself, borrowed; a pixel of layer n covers 2^n x 2^n */
    GrayFrame layer[LAYERS_MAX];
    gfloat noise[LAYERS_MAX];   /* sigma, gray levels */
    guint n;                    /* small frames have fewer layers */
    guint8 *memory[LAYERS_MAX]; /* owned, kept from frame to frame */
    gsize size_bytes[LAYERS_MAX];
} Layers;

/* @self: zeroed before its first use; cleared with layers_clear(). Valid as long as @frame's pixels are. */
void layers_build(Layers *self, const GrayFrame *frame);
void layers_clear(Layers *self);
