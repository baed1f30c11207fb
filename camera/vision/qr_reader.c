#include "camera/vision/qr_reader.h"

#include <string.h>
#include <zbar.h>

struct QrReader {
    zbar_image_scanner_t *scanner;
    zbar_image_t *image;
};

QrReader *qr_reader_new(void)
{
    QrReader *self = g_new0(QrReader, 1);

    self->scanner = zbar_image_scanner_create();
    self->image = zbar_image_create();
    zbar_image_set_format(self->image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_scanner_set_config(self->scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config(self->scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    /* Without it ZBar guesses a charset and rewrites the bytes, at times wrongly. */
    zbar_image_scanner_set_config(self->scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
    zbar_image_scanner_set_config(self->scanner, ZBAR_NONE, ZBAR_CFG_POSITION, 1);
    return self;
}

void qr_reader_free(QrReader *self)
{
    zbar_image_destroy(self->image);
    zbar_image_scanner_destroy(self->scanner);
    g_free(self);
}

static gboolean take(const zbar_symbol_t *symbol, Detection *detection)
{
    static const guint order[4] = {0, 3, 2, 1}; /* ZBar goes round the other way: down first */
    guint len = zbar_symbol_get_data_length(symbol);

    if (zbar_symbol_get_type(symbol) != ZBAR_QRCODE || len == 0 || len > DETECTION_MAX_BYTES ||
        zbar_symbol_get_loc_size(symbol) != 4)
        return FALSE;
    memcpy(detection->bytes, zbar_symbol_get_data(symbol), len);
    detection->n_bytes = len;
    detection->px_per_module = 0;
    for (guint i = 0; i < 4; i++) {
        detection->quad_px[2 * i] = zbar_symbol_get_loc_x(symbol, order[i]);
        detection->quad_px[2 * i + 1] = zbar_symbol_get_loc_y(symbol, order[i]);
    }
    return TRUE;
}

guint qr_reader_read(QrReader *self, const GrayFrame *picture, Detections *found)
{
    const zbar_symbol_t *symbol;

    found->n = 0;
    g_return_val_if_fail(picture->stride_bytes == picture->width_px, 0);
    zbar_image_set_size(self->image, picture->width_px, picture->height_px);
    zbar_image_set_data(self->image, picture->pixels, (gulong)picture->width_px * picture->height_px, NULL);
    if (zbar_scan_image(self->scanner, self->image) > 0)
        for (symbol = zbar_image_first_symbol(self->image); symbol != NULL && found->n < DETECTIONS_MAX;
             symbol = zbar_symbol_next(symbol))
            if (take(symbol, &found->item[found->n]))
                found->n++;
    zbar_image_set_data(self->image, NULL, 0, NULL); /* the pixels are only lent */
    return found->n;
}
