/* Mesh reader: reads large codes, whose modules can be looked at one by one, and which are rarely flat. */
#pragma once

#include "camera/vision/layers.h"
#include "camera/vision/redraw.h"
#include "camera/vision/region.h"

typedef struct {
    Symbol symbol;
    gfloat light[SYMBOL_SIDE_MAX * SYMBOL_SIDE_MAX];
} MeshReader;

/* @even: the region without shadows, at layer @number. Returns: TRUE when @found is complete, in pixels of
 * the frame */
gboolean mesh_reader_read(MeshReader *self, const Layers *even, guint number, const Region *region,
                          Redraw *redraw, Detection *found);
