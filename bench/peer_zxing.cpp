/* libzxing as a peer. The one C++ file of the project: the library of Debian 12 has no C interface. */
#include <stdexcept>
#include <string>

#define ZX_USE_UTF8 1 /* the form of its text() that stays; silences a note of the header */
#include <ZXing/ReadBarcode.h>

#include "bench/peer.h"

namespace
{

struct ZxingPeer {
    ZXing::DecodeHints hints;
    const GrayFrame *frame = nullptr;
    ZXing::Results results;
};

gpointer zxing_open(const gchar *name)
{
    auto *self = new ZxingPeer;
    bool effort = std::string(name) == "zxing";

    self->hints.setFormats(ZXing::BarcodeFormat::QRCode);
    self->hints.setTryHarder(effort).setTryRotate(effort).setTryDownscale(effort);
    return self;
}

void zxing_show(gpointer data, const GrayFrame *frame)
{
    static_cast<ZxingPeer *>(data)->frame = frame;
}

void zxing_look(gpointer data)
{
    auto *self = static_cast<ZxingPeer *>(data);
    const GrayFrame *f = self->frame;

    self->results.clear();
    try {
        ZXing::ImageView view(f->pixels, static_cast<int>(f->width_px), static_cast<int>(f->height_px),
                              ZXing::ImageFormat::Lum, static_cast<int>(f->stride_bytes));
        self->results = ZXing::ReadBarcodes(view, self->hints);
    } catch (const std::exception &) {
        /* It throws on some broken codes: read nothing. */
    }
}

void zxing_collect(gpointer data, GPtrArray *payloads)
{
    for (const auto &result : static_cast<ZxingPeer *>(data)->results)
        if (result.isValid())
            g_ptr_array_add(payloads, g_bytes_new(result.bytes().data(), result.bytes().size()));
}

void zxing_close(gpointer data)
{
    delete static_cast<ZxingPeer *>(data);
}

} // namespace

extern "C" const Peer peer_zxing = {"zxing", zxing_open, zxing_show, zxing_look, zxing_collect, zxing_close};
extern "C" const Peer peer_zxing_fast = {"zxing-fast", zxing_open,    zxing_show,
                                         zxing_look,   zxing_collect, zxing_close};
