/* How far guessing gets with charging codes: a million against the verifier alone, then day by day against
 * the lock-out. Prints "what<TAB>number" lines for bench_offline.py; exits 1 when a guess was accepted.
 */
#include "pile-sim/model/code_guard.h"
#include "protocol/offline_code.h"

#include <stdio.h>
#include <stdlib.h>

#define NOW_S G_GINT64_CONSTANT(1795244400)
#define DAY_MS G_GINT64_CONSTANT(86400000)

static const OfflineCodePlace here = {
    .secret = "0123456789abcdef0123456789abcdef", .station = "CS-1", .evse = 1};

static guint accepted(const gchar *typed)
{
    gchar digits[OFFLINE_CODE_BYTES];
    OfflineCode code = {0};

    return offline_code_read(typed, OFFLINE_CODE_DIGITS, digits) &&
           offline_code_check(&here, NOW_S, digits, &code) == OFFLINE_CODE_VALID;
}

/* Any 16 digits: what somebody types who knows nothing. */
static guint guess_blindly(GRand *rand, guint n)
{
    gchar typed[2 * OFFLINE_CODE_BYTES];
    guint hits = 0;

    for (guint i = 0; i < n; i++) {
        g_snprintf(typed, sizeof typed, "%08d%08d", g_rand_int_range(rand, 0, 100000000),
                   g_rand_int_range(rand, 0, 100000000));
        hits += accepted(typed);
    }
    return hits;
}

/* The present slot and a fitting check digit: what somebody types who has read the specification. */
static guint guess_cleverly(GRand *rand, guint n)
{
    guint hits = 0;

    for (guint i = 0; i < n; i++) {
        gchar typed[2 * OFFLINE_CODE_BYTES], digits[OFFLINE_CODE_BYTES];

        g_snprintf(typed, sizeof typed, "9%04d%05d%05d0", (gint)(offline_code_slot(NOW_S) % 10000),
                   g_rand_int_range(rand, 0, 100000), g_rand_int_range(rand, 0, 100000));
        while (!offline_code_read(typed, OFFLINE_CODE_DIGITS, digits))
            typed[OFFLINE_CODE_DIGITS - 1]++;
        hits += accepted(typed);
    }
    return hits;
}

/* Somebody types without pause for @days. Returns: how many were looked at */
static guint try_against_lock(guint days)
{
    CodeGuard guard = {0};
    guint looked_at = 0;

    code_guard_init(&guard, 1);
    for (gint64 mono_ms = 1000; mono_ms < days * DAY_MS; mono_ms += 1000) {
        if (code_guard_locked_ms(&guard, 1, mono_ms) > 0)
            continue;
        looked_at++;
        code_guard_wrong(&guard, 1, mono_ms);
    }
    code_guard_clear(&guard);
    return looked_at;
}

int main(int argc, char **argv)
{
    guint n = argc > 1 ? (guint)atoi(argv[1]) : 1000000;
    g_autoptr(GRand) rand = g_rand_new_with_seed(argc > 2 ? (guint32)atoi(argv[2]) : 1);
    gint64 start_us = g_get_monotonic_time();
    guint blind = guess_blindly(rand, n), clever = guess_cleverly(rand, n);
    gdouble seconds = (gdouble)(g_get_monotonic_time() - start_us) / G_USEC_PER_SEC;

    printf("guesses\t%u\nblind\t%u\nclever\t%u\nseconds\t%.2f\nday\t%u\nmonth\t%u\n", n, blind, clever,
           seconds, try_against_lock(1), try_against_lock(30));
    return blind + clever > 0;
}
