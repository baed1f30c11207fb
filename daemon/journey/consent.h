/* Consent: may this offer be ordered, and by whom: the driver's finger or the driver's stored word? Pure.
 * An order costs money; in every doubt the driver is asked, and a driver who moves is asked nothing.
 */
#pragma once

#include "protocol/api_order.h"

typedef enum {
    CONFIRM_TAP,  /* the driver confirms in standstill: the product's default */
    CONFIRM_PARK, /* stored consent: the order goes out at standstill */
    CONFIRM_AUTO, /* stored consent: the order goes out as soon as the price is known */
} ConfirmMode;

typedef struct {
    ConfirmMode confirm;
    gboolean given; /* the driver's stored consent to order without a tap */
    Trust min_trust;
    OrderLimits limits; /* max_cost_minor 0: no maximum was set */
    gboolean auto_code; /* when the pile is offline: get a code and hand it over without a tap */
    gboolean voucher;   /* keep one in store, and hand it over when neither has network */
} Consent;

/**
 * ConsentVerdict:
 * @CONSENT_ORDER: order now
 * @CONSENT_WAIT: consented, at standstill
 * @CONSENT_ASK: show the offer; @reason says why consent does not cover it
 * @CONSENT_REFUSE: cannot be ordered, not even by a tap; @reason says why
 */
typedef enum { CONSENT_ORDER, CONSENT_WAIT, CONSENT_ASK, CONSENT_REFUSE } ConsentVerdict;

/**
 * consent_judge:
 * @gear_known: FALSE also for a stale gear: nothing is ordered then
 * @reason: (out) (transfer none): a notice code: "" for ORDER, WAIT and a plain ASK; "trust_too_low",
 *   "no_maximum_cost", "currency_mismatch", "price_above_limit", "bay_occupied",
 *   "pile_unreachable", "pile_unavailable"
 */
ConsentVerdict consent_judge(const Consent *consent, const ScanAnswer *offer, gboolean gear_known,
                             gboolean standing, const gchar **reason);

/* May a tap order it? NULL: yes; else the notice code. A tap overrides trust and mode, never these. */
const gchar *consent_tap_obstacle(const Consent *consent, const ScanAnswer *offer, gboolean standing);

/* May a code be had for the offer of a pile that is away? As above. */
const gchar *consent_code_obstacle(const Consent *consent, const ScanAnswer *offer, gboolean standing);

const gchar *confirm_mode_name(ConfirmMode mode); /* "tap" */
gboolean confirm_mode_from_name(const gchar *name, ConfirmMode *mode);
