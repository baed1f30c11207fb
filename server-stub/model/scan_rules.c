#include "server-stub/model/scan_rules.h"

ScanCode scan_rules_judge(const TotpRule *rule, const gchar *token, gboolean used, gint64 now_ms,
                          Trust *trust)
{
    if (rule == NULL) {
        *trust = TRUST_REGISTERED;
        return SCAN_CODE_GOOD;
    }
    if (token[0] == '\0' || used)
        return SCAN_CODE_INVALID;
    switch (totp_check(rule, now_ms / 1000, token, NULL)) {
    case TOTP_VALID:
        *trust = TRUST_DYNAMIC;
        return SCAN_CODE_GOOD;
    case TOTP_EXPIRED:
        return SCAN_CODE_EXPIRED;
    default:
        return SCAN_CODE_INVALID;
    }
}
