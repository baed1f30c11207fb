#include "daemon/journey/settlement_check.h"

const gchar *settlement_verdict_name(SettlementVerdict verdict)
{
    static const gchar *const names[] = {"agrees",       "meter_differs", "tariff_differs",
                                         "cost_differs", "above_limit",   "currency_differs"};

    g_return_val_if_fail(verdict < G_N_ELEMENTS(names), "agrees");
    return names[verdict];
}

static gboolean same_prices(const Tariff *a, const Tariff *b)
{
    return a->flat_micro == b->flat_micro && a->energy_micro_per_kwh == b->energy_micro_per_kwh &&
           a->time_micro_per_hour == b->time_micro_per_hour;
}

static gboolean same_cost(const TariffCost *a, const TariffCost *b)
{
    return a->flat_minor == b->flat_minor && a->energy_minor == b->energy_minor &&
           a->time_minor == b->time_minor && a->sum_minor == b->sum_minor &&
           a->waived_minor == b->waived_minor && a->total_minor == b->total_minor;
}

SettlementCheck settlement_check(const Receipt *receipt, const OrderLimits *limits, const Tariff *offered)
{
    const Tariff *tariff = offered != NULL ? offered : &receipt->tariff;
    gint64 max_cost_minor = limits->max_cost_minor > 0 ? limits->max_cost_minor : -1;
    SettlementCheck check = {SETTLEMENT_AGREES};

    check.expected = tariff_cost(tariff, receipt->meter_stop_wh - receipt->meter_start_wh,
                                 (receipt->ended_ms - receipt->started_ms) / 1000, max_cost_minor);
    check.difference_minor = receipt->cost.total_minor - check.expected.total_minor;

    if (!g_str_equal(receipt->tariff.currency, tariff->currency) ||
        (max_cost_minor > 0 && !g_str_equal(limits->currency, tariff->currency)))
        check.verdict = SETTLEMENT_CURRENCY_DIFFERS;
    else if (max_cost_minor > 0 && receipt->cost.total_minor > max_cost_minor)
        check.verdict = SETTLEMENT_ABOVE_LIMIT;
    else if (receipt->energy_wh != receipt->meter_stop_wh - receipt->meter_start_wh ||
             receipt->duration_s != (receipt->ended_ms - receipt->started_ms) / 1000)
        check.verdict = SETTLEMENT_METER_DIFFERS;
    else if (!same_prices(&receipt->tariff, tariff))
        check.verdict = SETTLEMENT_TARIFF_DIFFERS;
    else if (!same_cost(&receipt->cost, &check.expected))
        check.verdict = SETTLEMENT_COST_DIFFERS;
    return check;
}
