/* Any text as a voucher or an answer: what is read says the same when it is written again, and nothing that
 * this server's key has not signed is verified. */
#include "protocol/voucher.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const guint8 seed[VOUCHER_SEED_BYTES] = {1};
    guint8 key[VOUCHER_KEY_BYTES], secret[VOUCHER_SECRET_BYTES], parsed_key[VOUCHER_KEY_BYTES];
    g_autofree gchar *text = g_strndup((const gchar *)data, MIN(size, 512));
    g_autofree gchar *signed_text = NULL, *key_text = NULL, *answer = NULL;
    Voucher voucher = {0}, again = {0};
    VoucherQuestion question = {
        .challenge = key, .station = "CS-1", .evse_key = "DEABCE11", .voucher_id = text};

    voucher_key_pair(seed, key, secret);
    if (voucher_key_parse(text, parsed_key, NULL)) {
        key_text = voucher_key_text(parsed_key);
        g_assert_cmpstr(key_text, ==, text);
    }
    g_assert_false(voucher_answer_verify(&question, text, key, NULL));
    answer = voucher_answer(&question, secret);
    g_assert_true(voucher_answer_verify(&question, answer, key, NULL));
    if (!voucher_parse(text, &voucher, NULL))
        return 0;
    signed_text = voucher_sign(&voucher, secret);
    g_assert_nonnull(signed_text);
    g_assert_true(voucher_verify(signed_text, key, &again, NULL));
    g_assert_cmpstr(again.id, ==, voucher.id);
    g_assert_cmpint(again.expires_s, ==, voucher.expires_s);
    g_assert_cmpint(memcmp(again.vehicle_key, voucher.vehicle_key, VOUCHER_KEY_BYTES), ==, 0);
    if (voucher_verify(text, key, &again, NULL)) /* Ed25519 is deterministic: it can only be our own */
        g_assert_cmpstr(signed_text, ==, text);
    return 0;
}
