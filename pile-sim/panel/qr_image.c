#include "pile-sim/panel/qr_image.h"

#include <png.h>
#include <qrencode.h>
#include <string.h>

#define QUIET_MODULES 4

G_DEFINE_QUARK(qr - image - error - quark, qr_image_error)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QRcode, QRcode_free)

/* Case sensitive, or libqrencode would turn a token's lower-case letters into others. Mode by mode it still
 * chooses alphanumeric where the text allows. */
static QRcode *encode(const gchar *text, GError **error)
{
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);

    if (code == NULL)
        g_set_error_literal(error, QR_IMAGE_ERROR, QR_IMAGE_ERROR_TEXT,
                            "the text does not fit into a QR code");
    return code;
}

guint qr_image_version(const gchar *text)
{
    g_autoptr(QRcode) code = encode(text, NULL);

    return code != NULL ? (guint)code->version : 0;
}

/* Module at (@x, @y), counted from the corner of the quiet zone. */
static gboolean is_dark(const QRcode *code, gint x, gint y)
{
    x -= QUIET_MODULES;
    y -= QUIET_MODULES;
    return x >= 0 && y >= 0 && x < code->width && y < code->width && (code->data[y * code->width + x] & 1);
}

GBytes *qr_image_png(const gchar *text, guint module_px, GError **error)
{
    g_autoptr(QRcode) code = encode(text, error);
    png_image image = {.version = PNG_IMAGE_VERSION, .format = PNG_FORMAT_GRAY};
    g_autofree guchar *pixels = NULL;
    g_autofree guchar *file = NULL;
    png_alloc_size_t size = 0;
    guint edge_px = 0;

    if (code == NULL)
        return NULL;
    module_px = CLAMP(module_px, 1, 64);
    edge_px = ((guint)code->width + 2 * QUIET_MODULES) * module_px;
    pixels = g_malloc((gsize)edge_px * edge_px);
    for (guint y = 0; y < edge_px; y++) {
        for (guint x = 0; x < edge_px; x++)
            pixels[y * edge_px + x] = is_dark(code, (gint)(x / module_px), (gint)(y / module_px)) ? 0 : 255;
    }
    image.width = edge_px;
    image.height = edge_px;
    size = PNG_IMAGE_PNG_SIZE_MAX(image);
    file = g_malloc(size);
    if (!png_image_write_to_memory(&image, file, &size, 0, pixels, 0, NULL)) {
        g_set_error(error, QR_IMAGE_ERROR, QR_IMAGE_ERROR_OUTPUT, "PNG: %s", image.message);
        return NULL;
    }
    return g_bytes_new(file, size);
}

gchar *qr_image_svg(const gchar *text, GError **error)
{
    g_autoptr(QRcode) code = encode(text, error);
    GString *out = NULL;
    gint edge = 0;

    if (code == NULL)
        return NULL;
    edge = code->width + 2 * QUIET_MODULES;
    out = g_string_new(NULL);
    g_string_append_printf(out,
                           "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
                           "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>"
                           "<path d=\"",
                           edge, edge, edge, edge);
    for (gint y = 0; y < edge; y++) {
        for (gint x = 0; x < edge; x++) {
            gint run = 0;

            while (is_dark(code, x + run, y))
                run++;
            if (run > 0)
                g_string_append_printf(out, "M%d %dh%dv1h-%dz", x, y, run, run);
            x += run;
        }
    }
    g_string_append(out, "\"/></svg>\n");
    return g_string_free(out, FALSE);
}

gchar *qr_image_terminal(const gchar *text, GError **error)
{
    static const gchar *const blocks[] = {" ", "▀", "▄", "█"}; /* bit 0: upper half light, bit 1: lower */
    g_autoptr(QRcode) code = encode(text, error);
    GString *out = NULL;
    gint edge = 0;

    if (code == NULL)
        return NULL;
    out = g_string_new(NULL);
    edge = code->width + 2 * QUIET_MODULES;
    for (gint y = 0; y < edge; y += 2) {
        g_string_append(out, "\033[97;40m"); /* light blocks on black */
        for (gint x = 0; x < edge; x++) {
            guint upper = is_dark(code, x, y) ? 0 : 1;
            guint lower = y + 1 < edge && !is_dark(code, x, y + 1) ? 2 : 0;

            g_string_append(out, blocks[upper | lower]);
        }
        g_string_append(out, "\033[0m\n");
    }
    return g_string_free(out, FALSE);
}
