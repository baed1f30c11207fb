#include "camera/vision/padding.h"

#include <string.h>

/* As light as the lightest of the border: paper, when the code reaches it. */
static guint8 lightest_of_border(const GrayFrame *frame)
{
    guint8 lightest = 0;

    for (guint y = 0; y < frame->height_px; y++) {
        const guint8 *row = frame->pixels + (gsize)y * frame->stride_bytes;
        gboolean all = y == 0 || y + 1 == frame->height_px;
        for (guint x = 0; x < frame->width_px; x += all ? 1 : MAX(frame->width_px - 1, 1))
            lightest = MAX(lightest, row[x]);
    }
    return lightest;
}

GrayFrame padding_add(Padding *self, const GrayFrame *frame)
{
    guint width = frame->width_px + 2 * PADDING_PX, height = frame->height_px + 2 * PADDING_PX;
    gsize size_bytes = (gsize)width * height;

    if ((gsize)frame->width_px * frame->height_px > PADDING_PIXELS_MAX)
        return *frame;
    if (self->size_bytes < size_bytes) {
        g_free(self->memory);
        self->memory = g_malloc(size_bytes);
        self->size_bytes = size_bytes;
    }
    memset(self->memory, lightest_of_border(frame), size_bytes);
    for (guint y = 0; y < frame->height_px; y++)
        memcpy(self->memory + (gsize)(y + PADDING_PX) * width + PADDING_PX,
               frame->pixels + (gsize)y * frame->stride_bytes, frame->width_px);
    return (GrayFrame){.pixels = self->memory,
                       .width_px = width,
                       .height_px = height,
                       .stride_bytes = width,
                       .pts_ns = frame->pts_ns};
}

void padding_clear(Padding *self)
{
    g_free(self->memory);
    *self = (Padding){0};
}
