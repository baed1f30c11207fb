#include "daemon/journey/consent.h"

static const gchar *const mode_names[] = {"tap", "park", "auto", NULL};

const gchar *confirm_mode_name(ConfirmMode mode)
{
    g_return_val_if_fail(mode <= CONFIRM_AUTO, "tap");
    return mode_names[mode];
}

gboolean confirm_mode_from_name(const gchar *name, ConfirmMode *mode)
{
    for (guint i = 0; mode_names[i] != NULL; i++) {
        if (g_strcmp0(mode_names[i], name) == 0) {
            *mode = i;
            return TRUE;
        }
    }
    return FALSE;
}

/* What no consent and no finger can mend. */
static const gchar *offer_obstacle(const Consent *consent, const ScanAnswer *offer)
{
    if (!offer->reachable)
        return "pile_unreachable";
    if (g_str_equal(offer->evse_status, "INOPERATIVE") || g_str_equal(offer->evse_status, "OUTOFORDER") ||
        g_str_equal(offer->evse_status, "CHARGING"))
        return "pile_unavailable";
    if (g_str_equal(offer->evse_status, "RESERVED") && offer->reservation_id[0] == '\0')
        return "pile_reserved"; /* for another vehicle */
    if (consent->limits.max_cost_minor <= 0)
        return "no_maximum_cost"; /* every order names one: the server enforces it */
    if (!g_str_equal(consent->limits.currency, offer->tariff.currency))
        return "currency_mismatch";
    if (tariff_cost(&offer->tariff, 0, 0, -1).sum_minor >= consent->limits.max_cost_minor)
        return "price_above_limit"; /* the start fee alone uses it up */
    return NULL;
}

const gchar *consent_code_obstacle(const Consent *consent, const ScanAnswer *offer, gboolean standing)
{
    ScanAnswer there = *offer;

    if (offer->reachable || offer->offline_code_max_wh <= 0)
        return "pile_unreachable";
    /* What the register says of it is from before it went. */
    there.reachable = TRUE;
    g_strlcpy(there.evse_status, "UNKNOWN", sizeof there.evse_status);
    return consent_tap_obstacle(consent, &there, standing);
}

const gchar *consent_tap_obstacle(const Consent *consent, const ScanAnswer *offer, gboolean standing)
{
    return standing ? offer_obstacle(consent, offer) : "not_parked";
}

ConsentVerdict consent_judge(const Consent *consent, const ScanAnswer *offer, gboolean gear_known,
                             gboolean standing, const gchar **reason)
{
    const gchar *obstacle = offer_obstacle(consent, offer);

    *reason = "";
    if (obstacle != NULL) {
        *reason = obstacle;
        return CONSENT_REFUSE;
    }
    if (consent->confirm == CONFIRM_TAP || !consent->given)
        return CONSENT_ASK;
    if (offer->trust < consent->min_trust) {
        *reason = "trust_too_low";
        return CONSENT_ASK;
    }
    /* The bay sensor sees a car. It may be ours by now or another one: the driver knows. */
    if (offer->bay == BAY_OCCUPIED_NOT_PLUGGED && !standing) {
        *reason = "bay_occupied";
        return CONSENT_ASK;
    }
    if (!gear_known)
        return CONSENT_WAIT;
    return standing || consent->confirm == CONFIRM_AUTO ? CONSENT_ORDER : CONSENT_WAIT;
}
