/* QR image: a text as a QR code, for paper, screens and terminals (libqrencode, libpng).
 * Error correction level M (15 %): a pile's code is scratched and dirty, but small modules read worse than
 * damaged ones. Quiet zone of 4 modules, ISO/IEC 18004.
 */
#pragma once

#include <glib.h>

typedef enum {
    QR_IMAGE_ERROR_TEXT,   /* too long for a QR code */
    QR_IMAGE_ERROR_OUTPUT, /* memory, file */
} QrImageError;
#define QR_IMAGE_ERROR (qr_image_error_quark())
GQuark qr_image_error_quark(void);

/**
 * qr_image_png:
 * @module_px: edge of one module in pixels, 1..64
 *
 * Returns: (transfer full) (nullable): a grey PNG; NULL with a #QrImageError
 */
GBytes *qr_image_png(const gchar *text, guint module_px, GError **error);

/* Returns: (transfer full) (nullable): SVG, one unit a module, for any size on screen and paper */
gchar *qr_image_svg(const gchar *text, GError **error);

/* Returns: (transfer full) (nullable): UTF-8 half blocks, dark on light whatever the terminal's colours */
gchar *qr_image_terminal(const gchar *text, GError **error);

/* Returns: the version (1..40) that @text needs, 0 when none holds it. */
guint qr_image_version(const gchar *text);
