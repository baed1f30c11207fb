/* Padding: light around small pictures. Screenshots and cut-outs end where their code ends, and what looks
 * for codes wants to see a little of the quiet zone. */
#pragma once

#include "base/gray_frame.h"

#define PADDING_PX 26                  /* the ring finder tests 64 pixels at once */
#define PADDING_PIXELS_MAX (512 * 512) /* larger pictures are a camera's */

typedef struct {
    guint8 *memory; /* owned */
    gsize size_bytes;
} Padding;

/* @self: zeroed before its first use; cleared with padding_clear(). Returns: @frame, or it with a border,
 * valid until the next call; then (0, 0) of @frame lies at (PADDING_PX, PADDING_PX). */
GrayFrame padding_add(Padding *self, const GrayFrame *frame);
void padding_clear(Padding *self);
