/* Scan rules: may the code that a car has read be trusted, and how far? Pure. threats.md 1 and 2.
 * A static code is worth what the register says; a one-time code also proves that somebody stands before
 * this pile's display now. The order, not the lookup, uses a code up.
 */
#pragma once

#include "protocol/api_scan.h"
#include "protocol/totp.h"

#define SCAN_LIFETIME_MS (10 * 60 * 1000)

typedef enum {
    SCAN_CODE_GOOD,
    SCAN_CODE_EXPIRED, /* was valid a while ago */
    SCAN_CODE_INVALID, /* wrong, missing where the pile shows one, or used up by an order */
} ScanCode;

/**
 * scan_rules_judge:
 * @rule: (nullable): of the pile's dynamic code; NULL: its code is static, a token in it means nothing
 * @token: as read, "" when the code carries none
 * @used: an order has used @token at this EVSE
 * @trust: (out): on %SCAN_CODE_GOOD
 */
ScanCode scan_rules_judge(const TotpRule *rule, const gchar *token, gboolean used, gint64 now_ms,
                          Trust *trust);
