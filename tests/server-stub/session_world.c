#include "tests/server-stub/session_world.h"

const Tariff day = {.id = "day",
                    .currency = "EUR",
                    .flat_micro = 500000,
                    .energy_micro_per_kwh = 490000,
                    .time_micro_per_hour = 1200000};

Order order_with(gint64 max_cost_minor, gint64 max_energy_wh, gint64 max_duration_s)
{
    OrderRequest request = {.client_ref = "ref", .scan_ref = "scan"};
    Order order;

    request.limits = (OrderLimits){max_cost_minor, "EUR", max_energy_wh, max_duration_s};
    order_session_open(&order, &request, "DEABCE123451", "DE*ABC*E12345*1", "order-1", T0, 300000);
    return order;
}

Transaction charged(gint64 wh, gint64 seconds, gboolean ended, OcppStoppedReason reason)
{
    Transaction transaction;
    TransactionEvent start = {.kind = OCPP_TRANSACTION_STARTED,
                              .at_ms = T0,
                              .charging_state = OCPP_CHARGING_STATE_CHARGING,
                              .meter_first_wh = 7000,
                              .meter_last_wh = 7000,
                              .power_w = 50000,
                              .soc_percent = 20};
    TransactionEvent last = start;

    transaction_init(&transaction);
    transaction_add(&transaction, &start);
    last.kind = ended ? OCPP_TRANSACTION_ENDED : OCPP_TRANSACTION_UPDATED;
    last.stopped_reason = reason;
    last.seq_no = 1;
    last.at_ms = T0 + seconds * 1000;
    last.meter_first_wh = last.meter_last_wh = 7000 + wh;
    last.soc_percent = 70;
    transaction_add(&transaction, &last);
    return transaction;
}

Order follow(Order order, const Transaction *transaction, OrderEffects *effects)
{
    order_session_follow(&order, "tx-1", transaction, &day, T0 + 1000, effects);
    return order;
}
