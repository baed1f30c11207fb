#include "server-stub/model/code_ledger.h"

const gchar *const ledger_flag_names[] = {
    "",        "unknown_code", "wrong_pile",      "used_twice", "second_transaction", "unknown_vehicle",
    "blocked", "expired",      "unknown_voucher", NULL};
G_STATIC_ASSERT(G_N_ELEMENTS(ledger_flag_names) == LEDGER_N_FLAGS + 1);

/* A pile's clock may run ahead of the slot's end by what charging takes; it has judged the start itself. */
#define CLOCK_SLACK_MS (10 * 60 * 1000)

static gboolean is_used(const GArray *used, gint64 slot)
{
    for (guint i = 0; i < used->len; i++)
        if (g_array_index(used, gint64, i) == slot)
            return TRUE;
    return FALSE;
}

gint64 code_ledger_slot(const GArray *used, gint64 now_ms)
{
    gint64 newest = offline_code_slot(now_ms / 1000);

    for (gint64 slot = newest; slot >= newest - OFFLINE_CODE_BACK_SLOTS && slot >= 0; slot--)
        if (!is_used(used, slot))
            return slot;
    return -1;
}

gboolean code_ledger_step(const OrderLimits *limits, const Tariff *tariff, guint *step)
{
    gint64 energy_wh = tariff_energy_for(tariff, limits->max_cost_minor, 0);

    if (limits->max_energy_wh > 0)
        energy_wh = MIN(energy_wh, limits->max_energy_wh);
    return offline_code_step_for(energy_wh, step);
}

LedgerFlag code_ledger_judge(const LedgerCode *code, const gchar *transaction_id, gint64 started_ms,
                             gboolean *pays)
{
    *pays = FALSE;
    if (!code->known)
        return LEDGER_FLAG_UNKNOWN_CODE;
    if (!code->same_place)
        return LEDGER_FLAG_WRONG_PILE;
    if (code->used_by[0] != '\0' && !g_str_equal(code->used_by, transaction_id))
        return LEDGER_FLAG_USED_TWICE;
    *pays = TRUE;
    return started_ms > code->expires_ms + CLOCK_SLACK_MS ? LEDGER_FLAG_EXPIRED : LEDGER_FLAG_NONE;
}
