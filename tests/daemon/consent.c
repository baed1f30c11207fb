/* Whose word orders what, and whether the receipt is right. */
#include <criterion/criterion.h>
#include <string.h>

#include "daemon/journey/consent.h"
#include "daemon/journey/settlement_check.h"

static Consent park_consent(void)
{
    return (Consent){.confirm = CONFIRM_PARK,
                     .given = TRUE,
                     .min_trust = TRUST_REGISTERED,
                     .limits = {.max_cost_minor = 5000, .currency = "EUR"}};
}

static ScanAnswer good_offer(void)
{
    return (ScanAnswer){.evse_status = "AVAILABLE",
                        .trust = TRUST_REGISTERED,
                        .bay = BAY_FREE,
                        .reachable = TRUE,
                        .tariff = {.currency = "EUR", .energy_micro_per_kwh = 490000, .flat_micro = 500000}};
}

#define ASSERT_VERDICT(consent, offer, known, standing, wanted, why)                                         \
    do {                                                                                                     \
        const gchar *reason = NULL;                                                                          \
        cr_assert_eq(consent_judge(&(consent), &(offer), known, standing, &reason), wanted);                 \
        cr_assert_str_eq(reason, why);                                                                       \
    } while (0)

Test(consent, park_orders_at_standstill_and_waits_before)
{
    Consent consent = park_consent();
    ScanAnswer offer = good_offer();

    ASSERT_VERDICT(consent, offer, TRUE, FALSE, CONSENT_WAIT, "");
    ASSERT_VERDICT(consent, offer, TRUE, TRUE, CONSENT_ORDER, "");
}

Test(consent, auto_orders_at_once_but_never_with_an_unknown_gear)
{
    Consent consent = park_consent();
    ScanAnswer offer = good_offer();

    consent.confirm = CONFIRM_AUTO;
    ASSERT_VERDICT(consent, offer, TRUE, FALSE, CONSENT_ORDER, "");
    ASSERT_VERDICT(consent, offer, FALSE, FALSE, CONSENT_WAIT, "");
}

Test(consent, tap_and_missing_consent_ask)
{
    Consent consent = park_consent();
    ScanAnswer offer = good_offer();

    consent.given = FALSE;
    ASSERT_VERDICT(consent, offer, TRUE, TRUE, CONSENT_ASK, "");
    consent.given = TRUE;
    consent.confirm = CONFIRM_TAP;
    ASSERT_VERDICT(consent, offer, TRUE, TRUE, CONSENT_ASK, "");
}

Test(consent, doubts_ask_and_say_why)
{
    Consent consent = park_consent();
    ScanAnswer offer = good_offer();

    consent.min_trust = TRUST_SIGNED;
    ASSERT_VERDICT(consent, offer, TRUE, TRUE, CONSENT_ASK, "trust_too_low");
    consent = park_consent();
    consent.confirm = CONFIRM_AUTO;
    offer.bay = BAY_OCCUPIED_NOT_PLUGGED;
    ASSERT_VERDICT(consent, offer, TRUE, FALSE, CONSENT_ASK, "bay_occupied");
}

Test(consent, what_cannot_be_ordered_is_refused_also_for_a_tap)
{
    static const gchar *const broken[] = {"INOPERATIVE", "OUTOFORDER", "CHARGING", "RESERVED"};
    Consent consent = park_consent();
    ScanAnswer offer = good_offer();

    offer.reachable = FALSE;
    ASSERT_VERDICT(consent, offer, TRUE, TRUE, CONSENT_REFUSE, "pile_unreachable");
    cr_assert_str_eq(consent_tap_obstacle(&consent, &offer, TRUE), "pile_unreachable");
    for (guint i = 0; i < G_N_ELEMENTS(broken); i++) {
        offer = good_offer();
        g_strlcpy(offer.evse_status, broken[i], sizeof offer.evse_status);
        cr_assert_not_null(consent_tap_obstacle(&consent, &offer, TRUE), "%s", broken[i]);
    }
    offer = good_offer();
    g_strlcpy(offer.evse_status, "OUTOFORDER", sizeof offer.evse_status);
    ASSERT_VERDICT(consent, offer, TRUE, TRUE, CONSENT_REFUSE, "pile_unavailable");
    offer = good_offer();
    g_strlcpy(offer.tariff.currency, "CHF", sizeof offer.tariff.currency);
    ASSERT_VERDICT(consent, offer, TRUE, TRUE, CONSENT_REFUSE, "currency_mismatch");
    offer = good_offer();
    offer.tariff.flat_micro = 50000000;
    ASSERT_VERDICT(consent, offer, TRUE, TRUE, CONSENT_REFUSE, "price_above_limit");
    consent.limits.max_cost_minor = 0;
    ASSERT_VERDICT(consent, offer, TRUE, TRUE, CONSENT_REFUSE, "no_maximum_cost");
}

Test(consent, a_tap_needs_standstill_but_no_stored_consent)
{
    Consent consent = park_consent();
    ScanAnswer offer = good_offer();

    consent.given = FALSE;
    consent.min_trust = TRUST_DYNAMIC;
    cr_assert_null(consent_tap_obstacle(&consent, &offer, TRUE));
    cr_assert_str_eq(consent_tap_obstacle(&consent, &offer, FALSE), "not_parked");
}

Test(consent, a_bay_that_is_held_for_this_car_can_be_ordered)
{
    Consent consent = park_consent();
    ScanAnswer offer = good_offer();

    g_strlcpy(offer.evse_status, "RESERVED", sizeof offer.evse_status);
    cr_assert_str_eq(consent_tap_obstacle(&consent, &offer, TRUE), "pile_reserved");
    g_strlcpy(offer.reservation_id, "r1", sizeof offer.reservation_id);
    cr_assert_null(consent_tap_obstacle(&consent, &offer, TRUE));
}

Test(consent, a_bay_that_is_taken_is_ours_once_the_car_stands_in_it)
{
    Consent consent = park_consent();
    ScanAnswer offer = good_offer();

    offer.bay = BAY_OCCUPIED_NOT_PLUGGED;
    ASSERT_VERDICT(consent, offer, TRUE, TRUE, CONSENT_ORDER, "");
}

Test(consent, a_code_is_for_a_pile_that_is_away_and_takes_codes)
{
    Consent consent = park_consent();
    ScanAnswer offer = good_offer();

    offer.offline_code_max_wh = 30000;
    cr_assert_str_eq(consent_code_obstacle(&consent, &offer, TRUE), "pile_unreachable", "it answers");
    offer.reachable = FALSE;
    cr_assert_null(consent_code_obstacle(&consent, &offer, TRUE));
    cr_assert_str_eq(consent_code_obstacle(&consent, &offer, FALSE), "not_parked");
    g_strlcpy(offer.evse_status, "CHARGING", sizeof offer.evse_status);
    cr_assert_null(consent_code_obstacle(&consent, &offer, TRUE), "that was before it went");
    offer.offline_code_max_wh = 0;
    cr_assert_str_eq(consent_code_obstacle(&consent, &offer, TRUE), "pile_unreachable");
}

Test(consent, modes_have_names)
{
    for (guint mode = CONFIRM_TAP; mode <= CONFIRM_AUTO; mode++) {
        ConfirmMode read = CONFIRM_TAP;

        cr_expect(confirm_mode_from_name(confirm_mode_name(mode), &read));
        cr_expect_eq(read, mode);
    }
    cr_expect_not(confirm_mode_from_name("always", &(ConfirmMode){0}));
}

static const OrderLimits limits = {.max_cost_minor = 5000, .currency = "EUR"};

/* 10 kWh in 30 min at 0.49 EUR/kWh + 0.50 EUR: 5.40 EUR. */
static Receipt right_receipt(void)
{
    Receipt receipt = {.started_ms = 1000000,
                       .ended_ms = 1000000 + 1800 * 1000 + 999,
                       .duration_s = 1800,
                       .meter_start_wh = 1000,
                       .meter_stop_wh = 11000,
                       .energy_wh = 10000,
                       .tariff = good_offer().tariff};

    receipt.cost = tariff_cost(&receipt.tariff, 10000, 1800, 5000);
    return receipt;
}

Test(settlement_check, a_right_receipt_agrees)
{
    Receipt receipt = right_receipt();
    Tariff offered = good_offer().tariff;
    SettlementCheck check = settlement_check(&receipt, &limits, &offered);

    cr_assert_eq(check.verdict, SETTLEMENT_AGREES);
    cr_assert_eq(check.expected.total_minor, 540);
    cr_assert_eq(check.difference_minor, 0);
    cr_assert_eq(settlement_check(&receipt, &limits, NULL).verdict, SETTLEMENT_AGREES,
                 "adopted order: no offer known");
}

Test(settlement_check, a_cent_more_is_a_difference)
{
    Receipt receipt = right_receipt();
    SettlementCheck check;

    receipt.cost.energy_minor++;
    receipt.cost.sum_minor++;
    receipt.cost.total_minor++;
    check = settlement_check(&receipt, &limits, NULL);
    cr_assert_eq(check.verdict, SETTLEMENT_COST_DIFFERS);
    cr_assert_eq(check.difference_minor, 1);
}

Test(settlement_check, other_prices_than_offered_are_a_difference_even_if_they_add_up)
{
    Receipt receipt = right_receipt();
    Tariff offered = receipt.tariff;
    SettlementCheck check;

    receipt.tariff.energy_micro_per_kwh = 590000;
    receipt.cost = tariff_cost(&receipt.tariff, 10000, 1800, 5000);
    check = settlement_check(&receipt, &limits, &offered);
    cr_assert_eq(check.verdict, SETTLEMENT_TARIFF_DIFFERS);
    cr_assert_eq(check.difference_minor, 100);
}

Test(settlement_check, meter_limit_and_currency_are_checked)
{
    Receipt receipt = right_receipt();
    Tariff offered = receipt.tariff;

    receipt.energy_wh++;
    cr_assert_eq(settlement_check(&receipt, &limits, NULL).verdict, SETTLEMENT_METER_DIFFERS);
    receipt = right_receipt();
    receipt.cost.total_minor = 5001;
    cr_assert_eq(settlement_check(&receipt, &limits, NULL).verdict, SETTLEMENT_ABOVE_LIMIT);
    receipt = right_receipt();
    g_strlcpy(receipt.tariff.currency, "CHF", sizeof receipt.tariff.currency);
    cr_assert_eq(settlement_check(&receipt, &limits, NULL).verdict, SETTLEMENT_CURRENCY_DIFFERS);
    cr_assert_eq(settlement_check(&receipt, &limits, &offered).verdict, SETTLEMENT_CURRENCY_DIFFERS,
                 "the offer was in the driver's");
}

Test(settlement_check, every_line_of_the_cost_and_every_price_counts)
{
    for (guint i = 0; i < 6; i++) {
        Receipt receipt = right_receipt();
        gint64 *lines[] = {&receipt.cost.flat_minor, &receipt.cost.energy_minor, &receipt.cost.time_minor,
                           &receipt.cost.sum_minor,  &receipt.cost.waived_minor, &receipt.cost.total_minor};

        *lines[i] += 1;
        cr_expect_eq(settlement_check(&receipt, &limits, NULL).verdict, SETTLEMENT_COST_DIFFERS, "%u", i);
    }
    for (guint i = 0; i < 3; i++) {
        Receipt receipt = right_receipt();
        Tariff offered = receipt.tariff;
        gint64 *prices[] = {&receipt.tariff.flat_micro, &receipt.tariff.energy_micro_per_kwh,
                            &receipt.tariff.time_micro_per_hour};

        *prices[i] += 1;
        cr_expect_eq(settlement_check(&receipt, &limits, &offered).verdict, SETTLEMENT_TARIFF_DIFFERS, "%u",
                     i);
    }
}

Test(settlement_check, an_order_without_a_maximum_cost_is_checked_all_the_same)
{
    const OrderLimits none = {.currency = "EUR"};
    Receipt receipt = right_receipt();

    receipt.cost = tariff_cost(&receipt.tariff, 10000, 1800, -1);
    cr_expect_eq(settlement_check(&receipt, &none, NULL).verdict, SETTLEMENT_AGREES);
    receipt.duration_s++;
    cr_expect_eq(settlement_check(&receipt, &none, NULL).verdict, SETTLEMENT_METER_DIFFERS);
}

Test(settlement_check, what_ran_over_the_limit_is_waived)
{
    Receipt receipt = right_receipt();
    const OrderLimits low = {.max_cost_minor = 300, .currency = "EUR"};

    receipt.cost = tariff_cost(&receipt.tariff, 10000, 1800, 300);
    cr_assert_eq(receipt.cost.total_minor, 300);
    cr_assert_eq(settlement_check(&receipt, &low, NULL).verdict, SETTLEMENT_AGREES);
}
