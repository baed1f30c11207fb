#include "protocol/voucher.h"

#include <sodium.h>
#include <string.h>

/* Signed text, domain separated: a voucher can never be taken for an answer. The NUL is part of it. */
#define DOMAIN_VOUCHER "rearcharge-voucher-v1"
#define DOMAIN_ANSWER "rearcharge-voucher-answer-v1"

/* version 1, id 16, vehicle's key 32, issued 8, expires 8, cap 4; then the signature */
#define VERSION 1
#define BODY_BYTES (1 + 16 + VOUCHER_KEY_BYTES + 8 + 8 + 4)
#define TEXT_BYTES (BODY_BYTES + crypto_sign_BYTES)
#define MAX_TIME_S G_GINT64_CONSTANT(253402300799) /* year 9999, as all our times */
#define ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING

G_DEFINE_QUARK(voucher - error - quark, voucher_error)

static gboolean fail(VoucherError code, const gchar *what, GError **error)
{
    g_set_error_literal(error, VOUCHER_ERROR, code, what);
    return FALSE;
}

static gchar *to_base64(const guint8 *bytes, gsize len)
{
    gsize size = sodium_base64_ENCODED_LEN(len, BASE64);
    gchar *text = g_malloc(size);

    return sodium_bin2base64(text, size, bytes, len, BASE64);
}

/* Exactly @len bytes, in the one form that encodes them. */
static gboolean from_base64(const gchar *text, guint8 *bytes, gsize len, const gchar *what, GError **error)
{
    gsize n = 0;

    /* libsodium 1.0.18 takes bytes above 127 for '_', so the alphabet is checked first: one text, one
     * meaning. */
    if (text == NULL || strlen(text) != sodium_base64_ENCODED_LEN(len, BASE64) - 1 ||
        strspn(text, ALPHABET) != strlen(text) ||
        sodium_base642bin(bytes, len, text, strlen(text), NULL, &n, NULL, BASE64) != 0 || n != len)
        return fail(VOUCHER_ERROR_MALFORMED, what, error);
    return TRUE;
}

void voucher_key_pair(const guint8 seed[VOUCHER_SEED_BYTES], guint8 key[VOUCHER_KEY_BYTES],
                      guint8 secret[VOUCHER_SECRET_BYTES])
{
    crypto_sign_seed_keypair(key, secret, seed);
}

gchar *voucher_key_text(const guint8 key[VOUCHER_KEY_BYTES])
{
    return to_base64(key, VOUCHER_KEY_BYTES);
}

gboolean voucher_key_parse(const gchar *text, guint8 key[VOUCHER_KEY_BYTES], GError **error)
{
    return from_base64(text, key, VOUCHER_KEY_BYTES, "key or challenge: want 43 characters of base64url",
                       error);
}

/* 8-4-4-4-12 lower-case hex <-> 16 bytes. */
static gboolean uuid_to_bytes(const gchar *id, guint8 bytes[16])
{
    gsize n = 0;

    if (strlen(id) != 36 || id[8] != '-' || id[13] != '-' || id[18] != '-' || id[23] != '-')
        return FALSE;
    return sodium_hex2bin(bytes, 16, id, 36, "-", &n, NULL) == 0 && n == 16;
}

static void uuid_from_bytes(const guint8 bytes[16], gchar id[VOUCHER_ID_BYTES])
{
    gchar hex[33];

    sodium_bin2hex(hex, sizeof hex, bytes, 16);
    g_snprintf(id, VOUCHER_ID_BYTES, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

static guint8 *put_number(guint8 *at, guint64 number, gsize n_bytes)
{
    for (gsize i = 0; i < n_bytes; i++)
        at[i] = (guint8)(number >> (8 * (n_bytes - 1 - i)));
    return at + n_bytes;
}

static guint64 get_number(const guint8 *at, gsize n_bytes)
{
    guint64 number = 0;

    for (gsize i = 0; i < n_bytes; i++)
        number = number << 8 | at[i];
    return number;
}

static gboolean is_valid(const Voucher *voucher)
{
    return voucher->issued_s >= 0 && voucher->expires_s > voucher->issued_s &&
           voucher->expires_s <= MAX_TIME_S && voucher->energy_cap_wh > 0 &&
           voucher->energy_cap_wh <= G_MAXUINT32;
}

/* Message to sign: domain and body. */
static GByteArray *signed_text(const gchar *domain, gsize domain_bytes, const guint8 *body, gsize len)
{
    GByteArray *message = g_byte_array_new();

    g_byte_array_append(message, (const guint8 *)domain, (guint)domain_bytes);
    return g_byte_array_append(message, body, (guint)len);
}

gchar *voucher_sign(const Voucher *voucher, const guint8 server_secret[VOUCHER_SECRET_BYTES])
{
    guint8 bytes[TEXT_BYTES] = {VERSION};
    guint8 *at = bytes + 1;
    g_autoptr(GByteArray) message = NULL;

    g_return_val_if_fail(is_valid(voucher) && uuid_to_bytes(voucher->id, at), NULL);
    at += 16;
    memcpy(at, voucher->vehicle_key, VOUCHER_KEY_BYTES);
    at = put_number(at + VOUCHER_KEY_BYTES, (guint64)voucher->issued_s, 8);
    at = put_number(at, (guint64)voucher->expires_s, 8);
    at = put_number(at, (guint64)voucher->energy_cap_wh, 4);
    message = signed_text(DOMAIN_VOUCHER, sizeof DOMAIN_VOUCHER, bytes, BODY_BYTES);
    crypto_sign_detached(at, NULL, message->data, message->len, server_secret);
    return to_base64(bytes, sizeof bytes);
}

static gboolean read_bytes(const gchar *text, guint8 bytes[TEXT_BYTES], Voucher *voucher, GError **error)
{
    const guint8 *at = bytes + 1;
    Voucher read = {0};
    guint64 issued = 0, expires = 0;

    if (!from_base64(text, bytes, TEXT_BYTES, "voucher: want 178 characters of base64url", error))
        return FALSE;
    if (bytes[0] != VERSION)
        return fail(VOUCHER_ERROR_UNSUPPORTED, "voucher: unknown version", error);
    uuid_from_bytes(at, read.id);
    at += 16;
    memcpy(read.vehicle_key, at, VOUCHER_KEY_BYTES);
    at += VOUCHER_KEY_BYTES;
    issued = get_number(at, 8);
    expires = get_number(at + 8, 8);
    read.energy_cap_wh = (gint64)get_number(at + 16, 4);
    if (issued > (guint64)MAX_TIME_S || expires > (guint64)MAX_TIME_S)
        return fail(VOUCHER_ERROR_MALFORMED, "voucher: time out of range", error);
    read.issued_s = (gint64)issued;
    read.expires_s = (gint64)expires;
    if (!is_valid(&read))
        return fail(VOUCHER_ERROR_MALFORMED, "voucher: times or energy out of range", error);
    *voucher = read;
    return TRUE;
}

gboolean voucher_parse(const gchar *text, Voucher *voucher, GError **error)
{
    guint8 bytes[TEXT_BYTES];

    return read_bytes(text, bytes, voucher, error);
}

gboolean voucher_verify(const gchar *text, const guint8 server_key[VOUCHER_KEY_BYTES], Voucher *voucher,
                        GError **error)
{
    guint8 bytes[TEXT_BYTES];
    Voucher read = {0};
    g_autoptr(GByteArray) message = NULL;

    if (!read_bytes(text, bytes, &read, error))
        return FALSE;
    message = signed_text(DOMAIN_VOUCHER, sizeof DOMAIN_VOUCHER, bytes, BODY_BYTES);
    if (crypto_sign_verify_detached(bytes + BODY_BYTES, message->data, message->len, server_key) != 0)
        return fail(VOUCHER_ERROR_SIGNATURE, "voucher: not signed by this server", error);
    *voucher = read;
    return TRUE;
}

/* challenge, then the three texts, each with its NUL: none of them can hold one. */
static GByteArray *answer_text(const VoucherQuestion *question)
{
    const gchar *texts[] = {question->station, question->evse_key, question->voucher_id};
    GByteArray *message =
        signed_text(DOMAIN_ANSWER, sizeof DOMAIN_ANSWER, question->challenge, VOUCHER_CHALLENGE_BYTES);

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_byte_array_append(message, (const guint8 *)texts[i], (guint)strlen(texts[i]) + 1);
    return message;
}

gchar *voucher_answer(const VoucherQuestion *question, const guint8 vehicle_secret[VOUCHER_SECRET_BYTES])
{
    g_autoptr(GByteArray) message = answer_text(question);
    guint8 signature[crypto_sign_BYTES];

    crypto_sign_detached(signature, NULL, message->data, message->len, vehicle_secret);
    return to_base64(signature, sizeof signature);
}

gboolean voucher_answer_verify(const VoucherQuestion *question, const gchar *answer,
                               const guint8 vehicle_key[VOUCHER_KEY_BYTES], GError **error)
{
    g_autoptr(GByteArray) message = answer_text(question);
    guint8 signature[crypto_sign_BYTES];

    if (!from_base64(answer, signature, sizeof signature, "answer: want 86 characters of base64url", error))
        return FALSE;
    if (crypto_sign_verify_detached(signature, message->data, message->len, vehicle_key) != 0)
        return fail(VOUCHER_ERROR_SIGNATURE, "answer: not by the voucher's vehicle", error);
    return TRUE;
}
