/* Packets of the decoder child: whatever parses must be sound and of the size it was sent with. */
#include <string.h>

#include "protocol/decoder_msg.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    DecoderRequest request;
    DecoderReply reply;

    if (decoder_reply_parse(data, size, &reply)) {
        if (decoder_reply_size(&reply) != size || reply.n_codes > DECODER_MSG_CODES_MAX)
            __builtin_trap();
        for (guint i = 0; i < reply.n_codes; i++)
            if (reply.code[i].n_bytes > DECODER_MSG_CODE_MAX_BYTES || !(reply.code[i].px_per_module >= 0))
                __builtin_trap();
    }
    if (decoder_request_parse(data, size, 2, 640 * 480, &request) &&
        (request.slot >= 2 || request.width_px > 640 * 480 || request.height_px > 640 * 480))
        __builtin_trap();
    return 0;
}
