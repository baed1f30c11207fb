/* permessage-deflate: what is agreed on, and what survives packing. */
#include "weblink/ws_deflate.h"

#include <criterion/criterion.h>
#include <string.h>

static const gchar plain[] = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

Test(ws_deflate, takes_the_first_offer_that_fits)
{
    const struct {
        const gchar *offers, *more;
    } good[] = {
        {"permessage-deflate", ""},
        {"Permessage-Deflate ; client_max_window_bits", ""},
        {"permessage-deflate; client_max_window_bits=10; server_max_window_bits=\"11\"",
         "; server_max_window_bits=11"},
        {"x-webkit-deflate-frame, permessage-deflate;server_no_context_takeover", ""},
        {"permessage-deflate; server_max_window_bits=8, permessage-deflate", ""},
        {"permessage-deflate; wild, permessage-deflate; client_no_context_takeover", ""},
    };

    for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autofree gchar *answer = NULL;
        g_autofree gchar *want = g_strconcat(plain, good[i].more, NULL);

        cr_expect(ws_deflate_negotiate(good[i].offers, &answer).on, "%s", good[i].offers);
        cr_expect_str_eq(answer, want, "%s", good[i].offers);
    }
}

Test(ws_deflate, declines_offers_that_break_the_rules)
{
    const gchar *bad[] = {
        NULL,
        "",
        ",,;",
        "permessage-deflate2",
        "permessage-deflate; unknown",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=8",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=010",
        "permessage-deflate; server_max_window_bits=1a",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_max_window_bits=",
    };

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree gchar *answer = NULL;
        cr_expect_not(ws_deflate_negotiate(bad[i], &answer).on, "%s", bad[i]);
        cr_expect_null(answer);
    }
}

Test(ws_deflate, unpacks_the_examples_of_the_standard) /* RFC 7692, 7.2.3 */
{
    const struct {
        const gchar *bytes;
        gsize len;
    } hello[] = {
        {"\xf2\x48\xcd\xc9\xc9\x07\x00", 7},                          /* one block */
        {"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11},         /* not compressed */
        {"\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8},                      /* BFINAL */
        {"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13}, /* two blocks */
    };

    for (guint i = 0; i < G_N_ELEMENTS(hello); i++) {
        g_autoptr(GByteArray) out = g_byte_array_new();
        cr_expect_eq(ws_deflate_unpack((const guint8 *)hello[i].bytes, hello[i].len, 5, out), WS_INFLATE_OK,
                     "%u", i);
        cr_expect_eq(out->len, 5, "%u", i);
        cr_expect_eq(memcmp(out->data, "Hello", 5), 0);
    }
}

Test(ws_deflate, packs_what_it_can_unpack_within_any_window)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < 2000; i++)
        g_string_append_printf(text, "%x", i * 2654435761u);
    for (guint bits = 9; bits <= 15; bits++) {
        WsDeflate deflate = {.on = TRUE, .server_bits = bits};
        g_autoptr(GByteArray) packed = ws_deflate_pack(&deflate, (const guint8 *)text->str, text->len);
        g_autoptr(GByteArray) out = g_byte_array_new();

        cr_assert_not_null(packed);
        cr_expect_lt(packed->len, text->len);
        cr_expect_eq(ws_deflate_unpack(packed->data, packed->len, text->len, out), WS_INFLATE_OK);
        cr_expect_eq(out->len, text->len);
        cr_expect_eq(memcmp(out->data, text->str, text->len), 0);
    }
}

Test(ws_deflate, sends_small_or_dense_messages_as_they_are)
{
    WsDeflate on = {.on = TRUE, .server_bits = 15}, off = {.on = FALSE};
    guint8 dense[1024];
    g_autofree gchar *zeros = g_strnfill(1024, '0');

    for (guint i = 0; i < sizeof dense; i++)
        dense[i] = (guint8)(i * 2654435761u >> 13 ^ i * i * 40503u >> 7);
    cr_expect_null(ws_deflate_pack(&on, (const guint8 *)zeros, WS_DEFLATE_MIN_BYTES - 1));
    cr_expect_null(ws_deflate_pack(&on, dense, 300));
    cr_expect_null(ws_deflate_pack(&off, (const guint8 *)zeros, 1024));
}

Test(ws_deflate, stops_at_the_cap_and_at_nonsense)
{
    WsDeflate on = {.on = TRUE, .server_bits = 15};
    g_autofree gchar *zeros = g_strnfill(100000, '0');
    g_autoptr(GByteArray) packed = ws_deflate_pack(&on, (const guint8 *)zeros, 100000);
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_autoptr(GByteArray) nothing = g_byte_array_new();

    cr_expect_eq(ws_deflate_unpack(packed->data, packed->len, 99999, out), WS_INFLATE_TOO_LARGE);
    cr_expect_leq(out->len, 99999);
    cr_expect_eq(ws_deflate_unpack((const guint8 *)"\xff\xff", 2, 99999, nothing), WS_INFLATE_BAD);
}

Test(ws_deflate, a_message_that_was_cut_off_is_nonsense)
{
    WsDeflate on = {.on = TRUE, .server_bits = 15};
    const gchar *text =
        "Vorsprung durch Ladung, wieder und wieder: Ladung durch Vorsprung, und wieder durch Ladung. "
        "Vorsprung durch Ladung, wieder und wieder: Ladung durch Vorsprung, und wieder durch Ladung. "
        "Vorsprung durch Ladung, wieder und wieder: Ladung durch Vorsprung, und wieder durch Ladung. ";
    g_autoptr(GByteArray) packed = ws_deflate_pack(&on, (const guint8 *)text, strlen(text));

    cr_assert_not_null(packed);
    /* The last byte holds little but padding. */
    for (guint len = 1; len < packed->len - 1; len++) {
        g_autoptr(GByteArray) out = g_byte_array_new();

        cr_expect_eq(ws_deflate_unpack(packed->data, len, 99999, out), WS_INFLATE_BAD, "%u of %u", len,
                     packed->len);
    }
}
