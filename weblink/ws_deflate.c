#include "weblink/ws_deflate.h"

#include <string.h>
#include <zlib.h>

/* Small memory (16 + 8 KiB for the length of one call) at a few per cent of ratio; JSON repeats itself
 * closely. */
#define PACK_BITS 12
#define PACK_MEM_LEVEL 5

static const guint8 tail[] = {0x00, 0x00, 0xff, 0xff}; /* RFC 7692, 7.2.1 */

/* "10" or "\"10\"": 8..15 without leading zero. Returns 0 otherwise. */
static guint parse_bits(const gchar *value)
{
    gsize len = strlen(value);
    g_autofree gchar *bare = len >= 2 && value[0] == '"' && value[len - 1] == '"'
                                 ? g_strndup(value + 1, len - 2)
                                 : g_strdup(value);
    guint64 bits = 0;

    if (bare[0] == '0' || !g_ascii_string_to_unsigned(bare, 10, 8, 15, &bits, NULL))
        return 0;
    return (guint)bits;
}

enum { SERVER_NO_TAKEOVER = 1, CLIENT_NO_TAKEOVER = 2, SERVER_BITS = 4, CLIENT_BITS = 8 };

/* One offer: "permessage-deflate; client_max_window_bits; server_max_window_bits=10". */
static gboolean offer_fits(const gchar *offer, WsDeflate *deflate, gboolean *bits_named)
{
    g_auto(GStrv) part = g_strsplit(offer, ";", 16);
    guint seen = 0;

    if (part[0] == NULL || g_ascii_strcasecmp(g_strstrip(part[0]), "permessage-deflate") != 0)
        return FALSE;
    *deflate = (WsDeflate){.on = TRUE, .server_bits = MAX_WBITS};
    for (guint i = 1; part[i] != NULL; i++) {
        gchar *value = strchr(part[i], '=');
        const gchar *name = NULL;
        guint bit = 0, bits = 0;

        if (value != NULL)
            *value++ = '\0';
        name = g_strstrip(part[i]);
        bits = value != NULL ? parse_bits(g_strstrip(value)) : 0;
        if (g_ascii_strcasecmp(name, "server_no_context_takeover") == 0)
            bit = SERVER_NO_TAKEOVER;
        else if (g_ascii_strcasecmp(name, "client_no_context_takeover") == 0)
            bit = CLIENT_NO_TAKEOVER;
        else if (g_ascii_strcasecmp(name, "server_max_window_bits") == 0)
            bit = SERVER_BITS;
        else if (g_ascii_strcasecmp(name, "client_max_window_bits") == 0)
            bit = CLIENT_BITS;
        if (bit == 0 || (seen & bit) != 0)
            return FALSE;
        if (bit == SERVER_BITS || bit == CLIENT_BITS) {
            if ((value != NULL || bit == SERVER_BITS) && bits == 0)
                return FALSE;
        } else if (value != NULL) {
            return FALSE;
        }
        if (bit == SERVER_BITS)
            deflate->server_bits = bits;
        seen |= bit;
    }
    *bits_named = (seen & SERVER_BITS) != 0;
    return deflate->server_bits >= 9;
}

WsDeflate ws_deflate_negotiate(const gchar *offers, gchar **answer)
{
    g_auto(GStrv) offer = offers != NULL ? g_strsplit(offers, ",", 32) : NULL;

    *answer = NULL;
    for (guint i = 0; offer != NULL && offer[i] != NULL; i++) {
        WsDeflate deflate = {0};
        gboolean bits_named = FALSE;

        if (!offer_fits(offer[i], &deflate, &bits_named))
            continue;
        *answer = g_strdup("permessage-deflate; server_no_context_takeover; client_no_context_takeover");
        if (bits_named) {
            g_autofree gchar *without = *answer;
            *answer = g_strdup_printf("%s; server_max_window_bits=%u", without, deflate.server_bits);
        }
        return deflate;
    }
    return (WsDeflate){.on = FALSE};
}

GByteArray *ws_deflate_pack(const WsDeflate *self, const guint8 *data, gsize len)
{
    g_autoptr(GByteArray) out = NULL;
    z_stream z = {0};
    gint result = 0;

    if (!self->on || len < WS_DEFLATE_MIN_BYTES || len > G_MAXINT32)
        return NULL;
    if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -(gint)MIN(self->server_bits, PACK_BITS),
                     PACK_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        return NULL;
    out = g_byte_array_new();
    g_byte_array_set_size(out, (guint)len); /* more than that is no gain */
    z.next_in = (Bytef *)data;
    z.avail_in = (uInt)len;
    z.next_out = out->data;
    z.avail_out = out->len;
    result = deflate(&z, Z_SYNC_FLUSH);
    deflateEnd(&z);
    if (result != Z_OK || z.avail_in > 0 || z.avail_out == 0 || z.total_out < sizeof tail ||
        memcmp(out->data + z.total_out - sizeof tail, tail, sizeof tail) != 0)
        return NULL;
    g_byte_array_set_size(out, (guint)(z.total_out - sizeof tail));
    return g_steal_pointer(&out);
}

#define BETWEEN_BLOCKS 128 /* in data_type, zlib.h */

/* Feeds one stretch of input. A final block may be followed by a new stream: RFC 7692, 7.2.3.4. */
static WsInflate unpack_part(z_stream *z, const guint8 *data, gsize len, gsize max_bytes, GByteArray *out)
{
    guint8 buffer[4096];
    gint result = Z_OK;

    z->next_in = (Bytef *)data;
    z->avail_in = (uInt)len;
    do {
        z->next_out = buffer;
        z->avail_out = sizeof buffer;
        result = inflate(z, Z_SYNC_FLUSH);
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
            return WS_INFLATE_BAD;
        if (sizeof buffer - z->avail_out > max_bytes - out->len)
            return WS_INFLATE_TOO_LARGE;
        g_byte_array_append(out, buffer, (guint)(sizeof buffer - z->avail_out));
        if (result == Z_STREAM_END && inflateReset(z) != Z_OK)
            return WS_INFLATE_BAD;
    } while (z->avail_in > 0 || z->avail_out == 0);
    return WS_INFLATE_OK;
}

WsInflate ws_deflate_unpack(const guint8 *data, gsize len, gsize max_bytes, GByteArray *out)
{
    z_stream z = {0};
    WsInflate result = WS_INFLATE_BAD;

    g_return_val_if_fail(len <= G_MAXINT32 && out->len == 0, WS_INFLATE_BAD);
    if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
        return WS_INFLATE_BAD;
    result = unpack_part(&z, data, len, max_bytes, out);
    if (result == WS_INFLATE_OK)
        result = unpack_part(&z, tail, sizeof tail, max_bytes, out);
    if (result == WS_INFLATE_OK && (z.data_type & BETWEEN_BLOCKS) == 0)
        result = WS_INFLATE_BAD; /* the tail ended no block: the message was cut off */
    inflateEnd(&z);
    return result;
}
