/* Settlement check: the car computes the receipt itself, from the tariff it was offered and the meter values
 * in the receipt. A difference is shown, never silent. Pure.
 */
#pragma once

#include "protocol/api_order.h"

typedef enum {
    SETTLEMENT_AGREES,
    SETTLEMENT_METER_DIFFERS,    /* energy or duration is not stop minus start */
    SETTLEMENT_TARIFF_DIFFERS,   /* not the prices that were offered */
    SETTLEMENT_COST_DIFFERS,     /* lines, sum or total are not what the tariff gives */
    SETTLEMENT_ABOVE_LIMIT,      /* total is more than the order allowed */
    SETTLEMENT_CURRENCY_DIFFERS, /* amounts cannot be compared */
} SettlementVerdict;

typedef struct {
    SettlementVerdict verdict;
    TariffCost expected;     /* by the offered tariff where it is known, else by the receipt's own */
    gint64 difference_minor; /* charged minus expected */
} SettlementCheck;

/**
 * settlement_check:
 * @offered: (nullable): the tariff of the lookup; NULL when this order was adopted without one
 */
SettlementCheck settlement_check(const Receipt *receipt, const OrderLimits *limits, const Tariff *offered);

/* "agrees", "meter_differs" ... */
const gchar *settlement_verdict_name(SettlementVerdict verdict);
