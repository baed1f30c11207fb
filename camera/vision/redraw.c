#include "camera/vision/redraw.h"

#include <string.h>

#include "camera/vision/codewords.h"

G_STATIC_ASSERT(REDRAW_SIDE_MAX >= (REDRAW_LARGE + 2 * REDRAW_QUIET) * REDRAW_PX);

static void draw(Redraw *self, guint side, GrayFrame *picture)
{
    guint px = side < REDRAW_LARGE ? REDRAW_PX : REDRAW_PX_LARGE, side_px = (side + 2 * REDRAW_QUIET) * px;

    memset(self->drawing, 255, (gsize)side_px * side_px);
    for (guint v = 0; v < side * px; v++) {
        guint8 *row = self->drawing + (gsize)(v + REDRAW_QUIET * px) * side_px + REDRAW_QUIET * px;
        for (guint u = 0; u < side; u++)
            if (self->dark[v / px * side + u])
                memset(row + (gsize)u * px, 0, px);
    }
    *picture = (GrayFrame){
        .pixels = self->drawing, .width_px = side_px, .height_px = side_px, .stride_bytes = side_px};
}

static void transpose(gfloat *light, guint side)
{
    for (guint v = 0; v < side; v++)
        for (guint u = 0; u < v; u++) {
            gfloat t = light[v * side + u];
            light[v * side + u] = light[u * side + v];
            light[u * side + v] = t;
        }
}

gboolean redraw_read(Redraw *self, const Symbol *symbol, gfloat *light, Detection *found)
{
    GrayFrame picture;
    gboolean whole = codewords_repair(symbol, light, self->dark);

    if (!whole) {
        transpose(light, symbol->side);
        whole = codewords_repair(symbol, light, self->dark);
    }
    if (!whole)
        return FALSE;
    draw(self, symbol->side, &picture);
    if (qr_reader_read(self->reader, &picture, &self->read) != 1)
        return FALSE;
    *found = self->read.item[0];
    return TRUE;
}
