/* Gray frame: one picture of the camera as a borrowed value, for source, decoder child and vision alike. */
#pragma once

#include <glib.h>

#define GRAY_FRAME_MAX_SIDE_PX 4096

typedef struct {
    const guint8 *pixels; /* borrowed; 8-bit luma, row by row; 0 = black */
    guint width_px;
    guint height_px;
    guint stride_bytes; /* from one row to the next; >= width_px */
    gint64 pts_ns;      /* when it was taken, on the camera's clock */
} GrayFrame;

static inline gboolean gray_frame_is_valid(const GrayFrame *frame)
{
    return frame->pixels != NULL && frame->width_px > 0 && frame->width_px <= GRAY_FRAME_MAX_SIDE_PX &&
           frame->height_px > 0 && frame->height_px <= GRAY_FRAME_MAX_SIDE_PX &&
           frame->stride_bytes >= frame->width_px;
}
