#include "protocol/decoder_msg.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define FAR_PX 65536.0 /* corners may be extrapolated past the edge, but not to the moon */

gsize decoder_reply_size(const DecoderReply *reply)
{
    return offsetof(DecoderReply, code) + reply->n_codes * sizeof(DecoderCode);
}

static gboolean code_is_sound(const DecoderCode *code)
{
    if (code->n_bytes == 0 || code->n_bytes > DECODER_MSG_CODE_MAX_BYTES)
        return FALSE;
    for (guint i = 0; i < 8; i++)
        if (!(fabs(code->quad_px[i]) <= FAR_PX)) /* NaN too */
            return FALSE;
    return code->px_per_module >= 0 && code->px_per_module <= FAR_PX;
}

gboolean decoder_reply_parse(const guint8 *data, gsize len, DecoderReply *reply)
{
    DecoderReply read = {0};

    if (len < offsetof(DecoderReply, code) || len > sizeof read)
        return FALSE;
    memcpy(&read, data, len);
    if (read.n_codes > DECODER_MSG_CODES_MAX || len != decoder_reply_size(&read) ||
        (read.type != DECODER_REPLY_READY && read.type != DECODER_REPLY_RESULT) ||
        (read.type == DECODER_REPLY_READY && read.n_codes > 0))
        return FALSE;
    for (guint i = 0; i < read.n_codes; i++)
        if (!code_is_sound(&read.code[i]))
            return FALSE;
    *reply = read;
    return TRUE;
}

gboolean decoder_request_parse(const guint8 *data, gsize len, guint32 n_slots, gsize slot_bytes,
                               DecoderRequest *request)
{
    DecoderRequest read;

    if (len != sizeof read)
        return FALSE;
    memcpy(&read, data, len);
    if (read.slot >= n_slots || read.budget_us > DECODER_MSG_BUDGET_MAX_US || read.width_px == 0 ||
        read.height_px == 0 || (guint64)read.width_px * read.height_px > slot_bytes)
        return FALSE;
    *request = read;
    return TRUE;
}
