#include "tests/camera/render.h"

#include <math.h>
#include <qrencode.h>
#include <string.h>

#define QUIET 4

Picture *picture_new(guint width_px, guint height_px, guint8 gray)
{
    Picture *self = g_new0(Picture, 1);

    self->pixels = g_malloc((gsize)width_px * height_px);
    memset(self->pixels, gray, (gsize)width_px * height_px);
    self->frame = (GrayFrame){
        .pixels = self->pixels, .width_px = width_px, .height_px = height_px, .stride_bytes = width_px};
    return self;
}

void picture_free(Picture *self)
{
    g_free(self->pixels);
    g_free(self);
}

guint picture_code_modules(const gchar *text)
{
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    guint n = (guint)code->width;

    QRcode_free(code);
    return n;
}

/* Solves for the map from frame to the unit square (Heckbert's quad to square, by inverting square to quad).
 */
static void square_from_quad(const gdouble q[8], gdouble m[9])
{
    gdouble x0 = q[0], y0 = q[1], x1 = q[2], y1 = q[3], x2 = q[4], y2 = q[5], x3 = q[6], y3 = q[7];
    gdouble dx1 = x1 - x2, dx2 = x3 - x2, sx = x0 - x1 + x2 - x3;
    gdouble dy1 = y1 - y2, dy2 = y3 - y2, sy = y0 - y1 + y2 - y3, det = dx1 * dy2 - dx2 * dy1;
    gdouble g = (sx * dy2 - dx2 * sy) / det, h = (dx1 * sy - sx * dy1) / det;
    gdouble a = x1 - x0 + g * x1, b = x3 - x0 + h * x3, c = x0, d = y1 - y0 + g * y1, e = y3 - y0 + h * y3,
            f = y0;

    m[0] = e - f * h;
    m[1] = c * h - b;
    m[2] = b * f - c * e;
    m[3] = f * g - d;
    m[4] = a - c * g;
    m[5] = c * d - a * f;
    m[6] = d * h - e * g;
    m[7] = b * g - a * h;
    m[8] = a * e - b * d;
}

void picture_draw_code_in(Picture *self, const gchar *text, const gdouble quad[8], guint8 dark, guint8 light)
{
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    gint n = code->width;
    gdouble m[9];

    square_from_quad(quad, m);
    for (guint y = 0; y < self->frame.height_px; y++)
        for (guint x = 0; x < self->frame.width_px; x++) {
            guint n_light = 0, n_inside = 0;
            for (guint s = 0; s < 16; s++) { /* 4x4 points of the pixel's area */
                gdouble px = x + (s % 4 + 0.5) / 4, py = y + (s / 4 + 0.5) / 4;
                gdouble w = m[6] * px + m[7] * py + m[8];
                gint u = (gint)floor((m[0] * px + m[1] * py + m[2]) / w * n);
                gint v = (gint)floor((m[3] * px + m[4] * py + m[5]) / w * n);
                if (u < -QUIET || v < -QUIET || u >= n + QUIET || v >= n + QUIET)
                    continue;
                n_inside++;
                n_light += u < 0 || v < 0 || u >= n || v >= n || !(code->data[v * n + u] & 1);
            }
            guint8 *p = &self->pixels[(gsize)y * self->frame.width_px + x];
            *p = (guint8)((*p * (16 - n_inside) + light * n_light + dark * (n_inside - n_light)) / 16);
        }
    QRcode_free(code);
}

void picture_draw_code(Picture *self, const gchar *text, gdouble x, gdouble y, gdouble module_px,
                       gdouble angle)
{
    gdouble half = picture_code_modules(text) * module_px / 2, c = half * cos(angle), s = half * sin(angle);
    const gdouble quad[8] = {x - c + s, y - s - c, x + c + s, y + s - c,
                             x + c - s, y + s + c, x - c - s, y - s + c};

    picture_draw_code_in(self, text, quad, 20, 235);
}

void picture_blur(Picture *self, guint n_times)
{
    guint w = self->frame.width_px, h = self->frame.height_px;
    g_autofree guint8 *copy = g_malloc((gsize)w * h);

    for (guint i = 0; i < n_times; i++) {
        memcpy(copy, self->pixels, (gsize)w * h);
        for (guint y = 1; y + 1 < h; y++)
            for (guint x = 1; x + 1 < w; x++) {
                const guint8 *p = copy + (gsize)y * w + x;
                guint sum = 4u * p[0] + 2u * (p[-1] + p[1] + p[-(gssize)w] + p[w]) + p[-(gssize)w - 1] +
                            p[-(gssize)w + 1] + p[w - 1] + p[w + 1];
                self->pixels[(gsize)y * w + x] = (guint8)((sum + 8) / 16);
            }
    }
}

void picture_add_noise(Picture *self, gint amplitude, guint32 seed)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(seed);

    for (gsize i = 0; i < (gsize)self->frame.width_px * self->frame.height_px; i++)
        self->pixels[i] =
            (guint8)CLAMP(self->pixels[i] + g_rand_int_range(random, -amplitude, amplitude + 1), 0, 255);
}

void picture_tile_finders(Picture *self, guint module_px)
{
    for (guint y = 0; y < self->frame.height_px; y++)
        for (guint x = 0; x < self->frame.width_px; x++) {
            gint u = (gint)(x / module_px % 9) - 4, v = (gint)(y / module_px % 9) - 4,
                 ring = MAX(ABS(u), ABS(v));
            self->pixels[(gsize)y * self->frame.width_px + x] = ring <= 1 || ring == 3 ? 0 : 255;
        }
}
