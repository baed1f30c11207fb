/* Syndromes, erasure locator, Berlekamp-Massey, Chien search, Forney. Polynomials: lowest power first. */
#include "camera/vision/reed_solomon.h"

#include <string.h>

#define POLYNOMIAL 0x11d
#define DEGREE_MAX 68

static guint8 exp_table[512], log_table[256];

static void build_tables(void)
{
    static gsize built;
    guint x = 1;

    if (!g_once_init_enter(&built))
        return;
    for (guint i = 0; i < 255; i++) {
        exp_table[i] = exp_table[i + 255] = (guint8)x;
        log_table[x] = (guint8)i;
        x = x << 1 ^ (x & 0x80 ? POLYNOMIAL : 0);
    }
    g_once_init_leave(&built, 1);
}

static guint8 mul(guint8 a, guint8 b)
{
    return a == 0 || b == 0 ? 0 : exp_table[log_table[a] + log_table[b]];
}

static guint8 divide(guint8 a, guint8 b)
{
    return a == 0 ? 0 : exp_table[log_table[a] + 255 - log_table[b]];
}

static guint8 value_at(const guint8 *poly, guint n, guint8 x)
{
    guint8 sum = 0;

    for (guint i = n; i-- > 0;)
        sum = mul(sum, x) ^ poly[i];
    return sum;
}

static gboolean has_syndromes(const guint8 *word, guint n, guint n_check, guint8 *syndrome)
{
    gboolean any = FALSE;

    for (guint i = 0; i < n_check; i++) {
        guint8 sum = 0;
        for (guint k = 0; k < n; k++)
            sum = mul(sum, exp_table[i]) ^ word[k];
        syndrome[i] = sum;
        any |= sum != 0;
    }
    return any;
}

/* Errors-and-erasures Berlekamp-Massey: @locator starts as the erasure locator. Returns: its degree. */
static guint find_locator(const guint8 *syndrome, guint n_check, guint n_erased, guint8 *locator)
{
    guint8 before[DEGREE_MAX + 2], next[DEGREE_MAX + 2];
    guint degree = n_erased;

    memcpy(before, locator, sizeof before);
    for (guint r = n_erased; r < n_check; r++) {
        guint8 gap = 0;
        for (guint i = 0; i <= MIN(degree, r); i++)
            gap ^= mul(locator[i], syndrome[r - i]);
        memmove(before + 1, before, sizeof before - 1);
        before[0] = 0;
        if (gap == 0)
            continue;
        for (guint i = 0; i < sizeof next; i++)
            next[i] = locator[i] ^ mul(gap, before[i]);
        if (2 * degree <= r + n_erased) {
            for (guint i = 0; i < sizeof before; i++)
                before[i] = divide(locator[i], gap);
            degree = r + 1 + n_erased - degree;
        }
        memcpy(locator, next, sizeof next);
    }
    return degree;
}

gboolean reed_solomon_repair(guint8 *word, guint n, guint n_check, const guint *erased, guint n_erased,
                             guint *n_errors)
{
    guint8 syndrome[DEGREE_MAX], locator[DEGREE_MAX + 2] = {1}, omega[DEGREE_MAX] = {0},
                                                      slope[DEGREE_MAX] = {0};
    guint8 fixed[REED_SOLOMON_MAX], check[DEGREE_MAX];
    guint degree, n_roots = 0;

    g_return_val_if_fail(n <= REED_SOLOMON_MAX && n_check < DEGREE_MAX && n_check < n, FALSE);
    build_tables();
    *n_errors = 0;
    if (!has_syndromes(word, n, n_check, syndrome))
        return TRUE;
    if (n_erased > n_check)
        return FALSE;
    for (guint e = 0; e < n_erased; e++)
        for (guint i = e + 1; i > 0; i--)
            locator[i] ^= mul(locator[i - 1], exp_table[n - 1 - erased[e]]);
    degree = find_locator(syndrome, n_check, n_erased, locator);
    if (2 * degree > n_check + n_erased)
        return FALSE;
    for (guint i = 0; i < n_check; i++)
        for (guint k = 0; k <= MIN(i, degree); k++)
            omega[i] ^= mul(locator[k], syndrome[i - k]);
    for (guint i = 1; i <= degree; i += 2)
        slope[i - 1] = locator[i];
    memcpy(fixed, word, n);
    for (guint k = 0; k < n; k++) {
        guint power = n - 1 - k;
        guint8 inverse = exp_table[255 - power];
        if (value_at(locator, degree + 1, inverse) != 0)
            continue;
        guint8 below = value_at(slope, degree, inverse);
        if (below == 0)
            return FALSE;
        fixed[k] ^= mul(exp_table[power], divide(value_at(omega, n_check, inverse), below));
        n_roots++;
    }
    if (n_roots != degree || has_syndromes(fixed, n, n_check, check))
        return FALSE;
    *n_errors = degree - n_erased;
    memcpy(word, fixed, n);
    return TRUE;
}
