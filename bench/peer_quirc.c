/* quirc as a peer. It is in no package of Debian 12, so eye_quirc.py fetches its sources and compiles this
 * file with them, outside of meson, into a library that peer-read loads when it is there. */
#include <quirc.h>
#include <string.h>

#include "bench/peer.h"

typedef struct {
    struct quirc *quirc;
    guint width_px, height_px;
    struct quirc_code code;
    struct quirc_data data;
    GPtrArray *payloads;
} QuircPeer;

static gpointer quirc_peer_open(const gchar *name)
{
    QuircPeer *self = g_new0(QuircPeer, 1);

    self->quirc = quirc_new();
    self->payloads = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    return self;
}

/* It wants the picture in a buffer of its own, and overwrites it: handing over is not looking. */
static void quirc_peer_show(gpointer data, const GrayFrame *frame)
{
    QuircPeer *self = data;
    guint8 *to;

    if (self->width_px != frame->width_px || self->height_px != frame->height_px)
        quirc_resize(self->quirc, (int)frame->width_px, (int)frame->height_px);
    self->width_px = frame->width_px;
    self->height_px = frame->height_px;
    g_ptr_array_set_size(self->payloads, 0);
    to = quirc_begin(self->quirc, NULL, NULL);
    for (guint y = 0; y < frame->height_px; y++)
        memcpy(to + (gsize)y * frame->width_px, frame->pixels + (gsize)y * frame->stride_bytes,
               frame->width_px);
}

static void quirc_peer_look(gpointer data)
{
    QuircPeer *self = data;

    quirc_end(self->quirc);
    for (int i = 0; i < quirc_count(self->quirc); i++) {
        quirc_extract(self->quirc, i, &self->code);
        if (quirc_decode(&self->code, &self->data) == QUIRC_SUCCESS)
            g_ptr_array_add(self->payloads, g_bytes_new(self->data.payload, (gsize)self->data.payload_len));
    }
}

static void quirc_peer_collect(gpointer data, GPtrArray *payloads)
{
    QuircPeer *self = data;

    for (guint i = 0; i < self->payloads->len; i++)
        g_ptr_array_add(payloads, g_bytes_ref(self->payloads->pdata[i]));
}

static void quirc_peer_close(gpointer data)
{
    QuircPeer *self = data;

    quirc_destroy(self->quirc);
    g_ptr_array_unref(self->payloads);
    g_free(self);
}

const Peer peer_extra = {"quirc",         quirc_peer_open,    quirc_peer_show,
                         quirc_peer_look, quirc_peer_collect, quirc_peer_close};
