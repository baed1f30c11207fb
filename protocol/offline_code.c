#include "protocol/offline_code.h"

#include <string.h>

#define DOMAIN "rearcharge-offline-code-v1" /* its NUL is part of the message */
#define PERIOD_SLOTS 10000                  /* what four digits tell apart: 41.7 days */
#define MAC_MODULUS G_GUINT64_CONSTANT(10000000000)
#define MAC_DIGITS 10
/* Slots above the expired ones that fit the four digits and are tried. Each more would double the odds of a
 * guess; two find a code 82 days after the floor. */
#define PERIODS_AHEAD 2

static const gint64 energy_wh[OFFLINE_CODE_ENERGY_STEPS] = {1000,  2000,  5000,  10000, 15000,
                                                            20000, 30000, 40000, 60000, 100000};

gboolean offline_code_secret_is_valid(const gchar *secret)
{
    gsize len = secret != NULL ? strlen(secret) : 0;

    if (len < OFFLINE_CODE_SECRET_MIN_BYTES || len > OFFLINE_CODE_SECRET_MAX_BYTES)
        return FALSE;
    for (gsize i = 0; i < len; i++)
        if (!g_ascii_isgraph(secret[i]))
            return FALSE;
    return TRUE;
}

gint64 offline_code_energy_wh(guint step)
{
    g_return_val_if_fail(step < OFFLINE_CODE_ENERGY_STEPS, 0);
    return energy_wh[step];
}

gboolean offline_code_step_for(gint64 wanted_wh, guint *step)
{
    for (guint i = OFFLINE_CODE_ENERGY_STEPS; i-- > 0;) {
        if (energy_wh[i] <= wanted_wh) {
            *step = i;
            return TRUE;
        }
    }
    return FALSE;
}

gint64 offline_code_slot(gint64 unix_s)
{
    return unix_s / OFFLINE_CODE_SLOT_S;
}

gint64 offline_code_expires_s(gint64 slot)
{
    return (slot + OFFLINE_CODE_VALID_SLOTS) * OFFLINE_CODE_SLOT_S;
}

/* Damm, "Totally anti-symmetric quasigroups", 2004: one digit that catches every wrong digit and every swap
 * of neighbours. A number is right when the whole of it, check digit included, leads to 0. */
static guint damm(const gchar *digits, gsize len)
{
    static const guint8 quasigroup[10][10] = {
        {0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3}, {4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
        {1, 7, 5, 0, 9, 8, 3, 4, 2, 6}, {6, 1, 2, 3, 0, 4, 5, 9, 7, 8}, {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
        {5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7}, {9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
        {2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
    };
    guint interim = 0;

    for (gsize i = 0; i < len; i++)
        interim = quasigroup[interim][digits[i] - '0'];
    return interim;
}

static guint64 mac(const OfflineCodePlace *place, const OfflineCode *code)
{
    guint32 evse = GUINT32_TO_BE((guint32)place->evse);
    guint64 slot = GUINT64_TO_BE((guint64)code->slot);
    guint32 energy = GUINT32_TO_BE((guint32)energy_wh[code->energy_step]);
    guint64 head = 0;
    guint8 hash[32];
    gsize hash_len = sizeof hash;
    GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, (const guchar *)place->secret, strlen(place->secret));

    g_hmac_update(hmac, (const guchar *)DOMAIN, sizeof DOMAIN);
    g_hmac_update(hmac, (const guchar *)place->station, (gssize)strlen(place->station) + 1);
    g_hmac_update(hmac, (const guchar *)&evse, sizeof evse);
    g_hmac_update(hmac, (const guchar *)&slot, sizeof slot);
    g_hmac_update(hmac, (const guchar *)&energy, sizeof energy);
    g_hmac_get_digest(hmac, hash, &hash_len);
    g_hmac_unref(hmac);
    memcpy(&head, hash, sizeof head);
    return GUINT64_FROM_BE(head) % MAC_MODULUS;
}

void offline_code_make(const OfflineCodePlace *place, const OfflineCode *code,
                       gchar digits[OFFLINE_CODE_BYTES])
{
    g_return_if_fail(offline_code_secret_is_valid(place->secret) && place->evse > 0);
    g_return_if_fail(code->slot >= 0 && code->energy_step < OFFLINE_CODE_ENERGY_STEPS);
    g_snprintf(digits, OFFLINE_CODE_BYTES, "%u%04u%010" G_GUINT64_FORMAT, code->energy_step,
               (guint)(code->slot % PERIOD_SLOTS), mac(place, code));
    digits[OFFLINE_CODE_DIGITS - 1] = (gchar)('0' + damm(digits, OFFLINE_CODE_DIGITS - 1));
    digits[OFFLINE_CODE_DIGITS] = '\0';
}

gchar *offline_code_group(const gchar *digits)
{
    g_return_val_if_fail(strlen(digits) == OFFLINE_CODE_DIGITS, NULL);
    return g_strdup_printf("%.4s-%.4s-%.4s-%.4s", digits, digits + 4, digits + 8, digits + 12);
}

gboolean offline_code_read(const gchar *text, gsize len, gchar digits[OFFLINE_CODE_BYTES])
{
    gsize n = 0;

    for (gsize i = 0; i < len; i++) {
        if (text[i] == ' ' || text[i] == '-')
            continue;
        if (!g_ascii_isdigit(text[i]) || n == OFFLINE_CODE_DIGITS)
            return FALSE;
        digits[n++] = text[i];
    }
    digits[n] = '\0';
    return n == OFFLINE_CODE_DIGITS && damm(digits, n) == 0;
}

OfflineCodeVerdict offline_code_check(const OfflineCodePlace *place, gint64 floor_s, const gchar *digits,
                                      OfflineCode *code)
{
    guint64 low = 0, shown = 0;
    g_autofree gchar *slot_text = g_strndup(digits + 1, 4);
    g_autofree gchar *mac_text = g_strndup(digits + 5, MAC_DIGITS);
    OfflineCode candidate = {.energy_step = (guint)(digits[0] - '0')};
    gint64 oldest = offline_code_slot(floor_s) - OFFLINE_CODE_VALID_SLOTS + 1; /* that is still valid */
    OfflineCodeVerdict verdict = OFFLINE_CODE_WRONG;

    g_return_val_if_fail(offline_code_secret_is_valid(place->secret) && floor_s >= 0, OFFLINE_CODE_WRONG);
    if (!g_ascii_string_to_unsigned(slot_text, 10, 0, PERIOD_SLOTS - 1, &low, NULL) ||
        !g_ascii_string_to_unsigned(mac_text, 10, 0, MAC_MODULUS - 1, &shown, NULL))
        return OFFLINE_CODE_WRONG;
    /* From the period before the oldest valid slot (only to say "expired") to PERIODS_AHEAD after it. */
    candidate.slot = oldest - 1 - ((oldest - 1 - (gint64)low) % PERIOD_SLOTS + PERIOD_SLOTS) % PERIOD_SLOTS;
    for (guint i = 0; i <= PERIODS_AHEAD; i++, candidate.slot += PERIOD_SLOTS) {
        if (candidate.slot < 0 || mac(place, &candidate) != shown)
            continue;
        verdict = i == 0 ? OFFLINE_CODE_EXPIRED : OFFLINE_CODE_VALID;
        *code = candidate;
    }
    return verdict;
}
