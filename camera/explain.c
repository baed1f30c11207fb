#include "camera/explain.h"

#include <math.h>
#include <png.h>
#include <string.h>

#define WIDTH_MIN_PX 960 /* of the drawing: smaller pictures are enlarged by whole numbers */
#define GRID_STEP_PX 5.0 /* of the drawing: lines nearer to each other hide the code */

typedef struct {
    guint width, height, zoom;
    gdouble shift_px;
    guint8 *rgb; /* owned */
} Canvas;

static const guint8 blue[3] = {40, 120, 255}, cyan[3] = {0, 220, 220};
static const guint8 fate_color[VISION_TRACE_N][3] = {
    {150, 150, 150}, {230, 60, 60}, {255, 160, 0}, {60, 220, 60}};

static Canvas canvas_of(const GrayFrame *frame, gdouble shift_px)
{
    guint zoom = MAX(1, WIDTH_MIN_PX / MAX(frame->width_px, 1));
    Canvas self = {frame->width_px * zoom, frame->height_px * zoom, zoom, shift_px, NULL};

    self.rgb = g_malloc((gsize)self.width * self.height * 3);
    for (guint y = 0; y < self.height; y++)
        for (guint x = 0; x < self.width; x++)
            memset(self.rgb + ((gsize)y * self.width + x) * 3,
                   frame->pixels[(gsize)(y / zoom) * frame->stride_bytes + x / zoom], 3);
    return self;
}

/* From (@x0, @y0) to (@x1, @y1), in pixels of the frame as vision saw it. */
static void line(Canvas *self, gdouble x0, gdouble y0, gdouble x1, gdouble y1, const guint8 color[3])
{
    gdouble length = MAX(fabs(x1 - x0), fabs(y1 - y0)) * self->zoom;
    guint n = (guint)CLAMP(length, 1, 20000);

    for (guint i = 0; i <= n; i++) {
        gdouble x = (x0 + (x1 - x0) * i / n + self->shift_px) * self->zoom;
        gdouble y = (y0 + (y1 - y0) * i / n + self->shift_px) * self->zoom;
        if (x >= 0 && y >= 0 && x < self->width && y < self->height)
            memcpy(self->rgb + ((gsize)y * self->width + (gsize)x) * 3, color, 3);
    }
}

static void draw_marks(Canvas *self, const FinderMarks *marks, const guint8 color[3])
{
    for (guint i = 0; i < marks->n; i++) {
        const FinderMark *m = &marks->mark[i];
        gdouble arm = 1.5 * m->module_px;
        line(self, m->x - arm, m->y, m->x + arm, m->y, color);
        line(self, m->x, m->y - arm, m->x, m->y + arm, color);
    }
}

static void draw_grid(Canvas *self, const ModelFit *fit, const guint8 color[3])
{
    guint side = 17 + 4 * fit->version;
    gdouble up = 1u << fit->layer;

    guint step = (guint)ceil(GRID_STEP_PX / MAX(grid_module_px(&fit->grid, side) * up * self->zoom, 0.1));

    for (guint i = 0; i <= side; i += step)
        for (guint across = 0; across < 2; across++) {
            gdouble at = 2.0 * i / side - 1, x0, y0, x1, y1;
            grid_to_picture(&fit->grid, across ? -1 : at, across ? at : -1, &x0, &y0);
            grid_to_picture(&fit->grid, across ? 1 : at, across ? at : 1, &x1, &y1);
            line(self, up * x0, up * y0, up * x1, up * y1, color);
        }
}

static void draw_item(Canvas *self, const VisionTraceItem *item)
{
    const guint8 *color = fate_color[item->fate];
    const Region *r = &item->region;

    if (item->fit.version > 0 && item->fate >= VISION_TRACE_UNREAD)
        draw_grid(self, &item->fit, color);
    if (item->has_region) {
        line(self, r->corner.x, r->corner.y, r->right.x, r->right.y, color);
        line(self, r->corner.x, r->corner.y, r->below.x, r->below.y, color);
    }
}

gboolean explain_write(const gchar *path, const GrayFrame *frame, const VisionTrace *trace, GError **error)
{
    Canvas canvas = canvas_of(frame, trace->shift_px);
    png_image png = {.version = PNG_IMAGE_VERSION,
                     .width = canvas.width,
                     .height = canvas.height,
                     .format = PNG_FORMAT_RGB};
    gboolean ok;

    for (guint fate = 0; fate < VISION_TRACE_N; fate++) /* the read ones on top */
        for (guint i = 0; i < trace->n; i++)
            if (trace->item[i].fate == fate)
                draw_item(&canvas, &trace->item[i]);
    draw_marks(&canvas, &trace->rows, blue);
    draw_marks(&canvas, &trace->rings, cyan);
    ok = png_image_write_to_file(&png, path, 0, canvas.rgb, 0, NULL) != 0;
    if (!ok)
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", path, png.message);
    g_free(canvas.rgb);
    return ok;
}

void explain_print(const gchar *path, const VisionTrace *trace)
{
    g_print("%s: %u marks of black and white rows (blue), %u of gray rings (cyan)\n", path, trace->rows.n,
            trace->rings.n);
    for (guint i = 0; i < trace->n; i++) {
        const VisionTraceItem *item = &trace->item[i];
        const FinderMark *corner = &item->region.corner;
        g_print("  %2u. %-5s ", i + 1, item->way);
        if (item->has_region)
            g_print("at (%.0f,%.0f), %.1f px/module%s, about %u modules: ", corner->x + trace->shift_px,
                    corner->y + trace->shift_px, item->region.module_px,
                    corner->inverse ? " light on dark" : "", item->region.n_modules);
        g_print("%s", vision_trace_fate_name(item->fate));
        if (item->fit.version > 0)
            g_print(" (version %u, R2 %.2f)", item->fit.version, item->fit.r2);
        g_print("\n");
    }
}
