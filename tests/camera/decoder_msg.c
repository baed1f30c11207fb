/* What the camera process believes of its decoder child. */
#include <criterion/criterion.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "protocol/decoder_msg.h"

static DecoderReply sound(void)
{
    DecoderReply reply = {.type = DECODER_REPLY_RESULT, .n_codes = 2, .frame_no = 7};

    for (guint i = 0; i < 2; i++)
        reply.code[i] = (DecoderCode){
            .bytes = "ab", .n_bytes = 2, .quad_px = {1, 2, 3, 4, 5, 6, 7, 8}, .px_per_module = 2};
    return reply;
}

static gboolean parses(const DecoderReply *reply, gsize len)
{
    DecoderReply read;

    return decoder_reply_parse((const guint8 *)reply, len, &read);
}

Test(decoder_msg, a_reply_travels_as_it_is)
{
    DecoderReply reply = sound(), read;

    cr_assert(decoder_reply_parse((const guint8 *)&reply, decoder_reply_size(&reply), &read));
    cr_expect_eq(read.frame_no, 7);
    cr_expect_eq(read.n_codes, 2);
    cr_expect_eq(memcmp(&read.code[1], &reply.code[1], sizeof read.code[1]), 0);
}

Test(decoder_msg, the_length_must_fit_the_number_of_codes)
{
    DecoderReply reply = sound();
    gsize len = decoder_reply_size(&reply);

    cr_expect_not(parses(&reply, len - 1));
    cr_expect_not(parses(&reply, len + 1));
    cr_expect_not(parses(&reply, 0));
    cr_expect_not(parses(&reply, offsetof(DecoderReply, code)));
    reply.n_codes = DECODER_MSG_CODES_MAX + 1;
    cr_expect_not(parses(&reply, sizeof reply));
    reply.n_codes = G_MAXUINT32;
    cr_expect_not(parses(&reply, sizeof reply));
}

Test(decoder_msg, numbers_out_of_range_are_refused)
{
    DecoderReply reply = sound();
    gsize len = decoder_reply_size(&reply);

    reply.code[1].n_bytes = DECODER_MSG_CODE_MAX_BYTES + 1;
    cr_expect_not(parses(&reply, len));
    reply.code[1].n_bytes = 0;
    cr_expect_not(parses(&reply, len));
    reply = sound();
    reply.code[0].quad_px[3] = NAN;
    cr_expect_not(parses(&reply, len));
    reply = sound();
    reply.code[0].px_per_module = INFINITY;
    cr_expect_not(parses(&reply, len));
    reply = sound();
    reply.type = 3;
    cr_expect_not(parses(&reply, len));
    reply.type = DECODER_REPLY_READY;
    cr_expect_not(parses(&reply, len), "ready, with codes");
}

Test(decoder_msg, a_request_must_fit_its_slot)
{
    DecoderRequest request = {.slot = 1, .width_px = 640, .height_px = 480}, read;

    cr_expect(decoder_request_parse((const guint8 *)&request, sizeof request, 2, 640 * 480, &read));
    cr_expect_not(decoder_request_parse((const guint8 *)&request, sizeof request, 2, 640 * 480 - 1, &read));
    cr_expect_not(decoder_request_parse((const guint8 *)&request, sizeof request, 1, 640 * 480, &read));
    cr_expect_not(decoder_request_parse((const guint8 *)&request, sizeof request - 1, 2, 640 * 480, &read));
    request.width_px = request.height_px = G_MAXUINT32;
    cr_expect_not(decoder_request_parse((const guint8 *)&request, sizeof request, 2, 640 * 480, &read));
    request.width_px = 0;
    cr_expect_not(decoder_request_parse((const guint8 *)&request, sizeof request, 2, 640 * 480, &read));
    request = (DecoderRequest){.slot = 1, .width_px = 640, .height_px = 480, .budget_us = 1000001};
    cr_expect_not(decoder_request_parse((const guint8 *)&request, sizeof request, 2, 640 * 480, &read));
}
