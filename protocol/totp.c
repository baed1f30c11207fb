#include "protocol/totp.h"

#include <string.h>

#define HASH_BYTES 32
#define LOOK_BACK_S TOTP_MAX_VALIDITY_S

static const gchar alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
#define ALPHABET_SIZE (sizeof alphabet - 1)

gboolean totp_rule_is_valid(const TotpRule *rule)
{
    return rule->secret != NULL && *rule->secret != '\0' && rule->validity_s >= TOTP_MIN_VALIDITY_S &&
           rule->validity_s <= TOTP_MAX_VALIDITY_S && rule->length >= TOTP_MIN_LENGTH &&
           rule->length <= TOTP_MAX_LENGTH;
}

static void code_of_interval(const TotpRule *rule, gint64 interval, gchar code[TOTP_MAX_LENGTH + 1])
{
    guint64 message = GUINT64_TO_BE((guint64)interval);
    guint8 hash[HASH_BYTES];
    gsize hash_len = sizeof hash;
    GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, (const guchar *)rule->secret, strlen(rule->secret));

    g_hmac_update(hmac, (const guchar *)&message, sizeof message);
    g_hmac_get_digest(hmac, hash, &hash_len);
    g_hmac_unref(hmac);
    guint offset = hash[HASH_BYTES - 1] & 15;
    for (guint i = 0; i < rule->length; i++)
        code[i] = alphabet[hash[(offset + i) % HASH_BYTES] % ALPHABET_SIZE];
    code[rule->length] = '\0';
}

gchar *totp_code(const TotpRule *rule, gint64 unix_s)
{
    gchar code[TOTP_MAX_LENGTH + 1];

    g_return_val_if_fail(totp_rule_is_valid(rule) && unix_s >= 0, NULL);
    code_of_interval(rule, unix_s / rule->validity_s, code);
    return g_strdup(code);
}

static gboolean equal_in_constant_time(const gchar *a, const gchar *b, gsize len)
{
    guint difference = 0;

    for (gsize i = 0; i < len; i++)
        difference |= (guint)(guchar)a[i] ^ (guint)(guchar)b[i];
    return difference == 0;
}

TotpVerdict totp_check(const TotpRule *rule, gint64 unix_s, const gchar *token, gint64 *interval)
{
    gint64 now, oldest;
    TotpVerdict verdict = TOTP_WRONG;

    g_return_val_if_fail(totp_rule_is_valid(rule) && unix_s >= 0 && token != NULL, TOTP_WRONG);
    if (strlen(token) != rule->length)
        return TOTP_WRONG; /* the length is no secret: every code shows it */
    now = unix_s / rule->validity_s;
    oldest = MAX(0, now - LOOK_BACK_S / (gint64)rule->validity_s); /* one interval at least */
    /* Every candidate is computed and compared, hit or not. */
    for (gint64 candidate = oldest; candidate <= now + 1; candidate++) {
        gchar code[TOTP_MAX_LENGTH + 1];
        code_of_interval(rule, candidate, code);
        if (!equal_in_constant_time(code, token, rule->length))
            continue;
        verdict = candidate >= now - 1 ? TOTP_VALID : TOTP_EXPIRED;
        if (interval != NULL)
            *interval = candidate;
    }
    return verdict;
}
