/* Redraw: from the light of modules to bytes. What the error correction makes of them is drawn as a clean
 * code, and ZBar reads the drawing: it stays the only reader of payloads. */
#pragma once

#include "camera/vision/qr_reader.h"
#include "camera/vision/symbol.h"

#define REDRAW_PX 4 /* a module */
#define REDRAW_PX_LARGE 2
#define REDRAW_LARGE 60 /* modules a side, and more: drawn smaller, ZBar's time goes by pixels */
#define REDRAW_QUIET 4
#define REDRAW_SIDE_MAX ((SYMBOL_SIDE_MAX + 2 * REDRAW_QUIET) * REDRAW_PX_LARGE)

typedef struct {
    QrReader *reader; /* borrowed */
    guint8 dark[SYMBOL_SIDE_MAX * SYMBOL_SIDE_MAX];
    guint8 drawing[REDRAW_SIDE_MAX * REDRAW_SIDE_MAX];
    Detections read;
} Redraw;

/**
 * redraw_read:
 * @light: (inout): (array length=side*side): 0 dark .. 1 light; mirrored on failure
 * @found: (out): its bytes; the corners are those of the drawing
 *
 * Returns: FALSE when the modules are no code, neither as they are nor seen in a mirror
 */
gboolean redraw_read(Redraw *self, const Symbol *symbol, gfloat *light, Detection *found);
