/* TOTP: the one-time password in a dynamic code on a pile's display, as OCPP 2.1 part 2, C25 defines it
 * (version 1). Not RFC 6238: the hash is SHA-256, the text base 62.
 *
 *   interval = floor(unix seconds / validity), 8 bytes big-endian
 *   h        = HMAC-SHA256(secret as UTF-8, interval);  offset = h[31] & 15
 *   char i   = alphabet[h[(offset + i) mod 32] mod 62],  alphabet = 0-9 a-z A-Z
 *
 * The specification's text prints the alphabet without "o"; the reference code and every known vector have
 * 62 characters, and so have we. Pure; time is an argument.
 */
#pragma once

#include <glib.h>

#define TOTP_MIN_VALIDITY_S 6 /* WebPaymentsCtrlr.ValidityTime */
#define TOTP_MAX_VALIDITY_S 3600
#define TOTP_MIN_LENGTH 6  /* WebPaymentsCtrlr.Length */
#define TOTP_MAX_LENGTH 32 /* as many bytes as the hash has; more would repeat them */

typedef struct {
    const gchar *secret; /* borrowed; WebPaymentsCtrlr.SharedSecret */
    guint validity_s;
    guint length;
} TotpRule;

/* Is this a rule the standard allows? totp_code() and totp_check() want one. */
gboolean totp_rule_is_valid(const TotpRule *rule);

/* Returns: (transfer full): the code shown at @unix_s (0 or more) */
gchar *totp_code(const TotpRule *rule, gint64 unix_s);

/**
 * TotpVerdict:
 * @TOTP_VALID: of the previous, the current or the next interval
 * @TOTP_EXPIRED: was valid within the last hour: an old picture, or somebody's replay
 * @TOTP_WRONG: neither
 */
typedef enum {
    TOTP_VALID,
    TOTP_EXPIRED,
    TOTP_WRONG,
} TotpVerdict;

/**
 * totp_check:
 * @token: hostile text
 * @interval: (out) (optional): which interval the token is of, unless %TOTP_WRONG: what to remember so that
 * it is used once
 *
 * Compares in time that does not depend on @token.
 */
TotpVerdict totp_check(const TotpRule *rule, gint64 unix_s, const gchar *token, gint64 *interval);
