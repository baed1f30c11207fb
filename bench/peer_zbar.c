/* ZBar as a peer: the way it is used everywhere, the whole frame in one call. */
#include <zbar.h>

#include "bench/peer.h"

typedef struct {
    zbar_image_scanner_t *scanner;
    zbar_image_t *image; /* (nullable) */
} ZbarPeer;

static gpointer zbar_open(const gchar *name)
{
    ZbarPeer *self = g_new0(ZbarPeer, 1);

    self->scanner = zbar_image_scanner_create();
    zbar_image_scanner_set_config(self->scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config(self->scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    zbar_image_scanner_set_config(self->scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
    return self;
}

static void zbar_show(gpointer data, const GrayFrame *frame)
{
    ZbarPeer *self = data;

    g_clear_pointer(&self->image, zbar_image_destroy);
    self->image = zbar_image_create();
    zbar_image_set_format(self->image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(self->image, frame->width_px, frame->height_px);
    zbar_image_set_data(self->image, frame->pixels, (gulong)frame->width_px * frame->height_px, NULL);
}

static void zbar_look(gpointer data)
{
    ZbarPeer *self = data;

    zbar_scan_image(self->scanner, self->image);
}

static void zbar_collect(gpointer data, GPtrArray *payloads)
{
    ZbarPeer *self = data;

    for (const zbar_symbol_t *s = zbar_image_first_symbol(self->image); s != NULL; s = zbar_symbol_next(s))
        if (zbar_symbol_get_type(s) == ZBAR_QRCODE)
            g_ptr_array_add(payloads, g_bytes_new(zbar_symbol_get_data(s), zbar_symbol_get_data_length(s)));
}

static void zbar_close(gpointer data)
{
    ZbarPeer *self = data;

    g_clear_pointer(&self->image, zbar_image_destroy);
    zbar_image_scanner_destroy(self->scanner);
    g_free(self);
}

const Peer peer_zbar = {"zbar", zbar_open, zbar_show, zbar_look, zbar_collect, zbar_close};
