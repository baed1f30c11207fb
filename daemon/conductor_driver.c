/* The third part of conductor.h: what the driver wants. */
#include "daemon/conductor_private.h"

#include "daemon/consent_text.h"
#include "dbus/charging_service.h"

static gboolean refuse(GError **error, ChargingError code, const gchar *text)
{
    g_set_error_literal(error, CHARGING_ERROR, (gint)code, text);
    return FALSE;
}

static gboolean answer_to_error(TripAnswer answer, GError **error)
{
    switch (answer) {
    case TRIP_OK:
        return TRUE;
    case TRIP_NOT_OFFERED:
        return refuse(error, CHARGING_ERROR_NOT_OFFERED, "no charging point is on offer that can be ordered");
    case TRIP_NOT_STANDING:
        return refuse(error, CHARGING_ERROR_NOT_STANDING_STILL, "the car must stand still in P");
    case TRIP_NO_CONSENT:
        return refuse(error, CHARGING_ERROR_NO_CONSENT,
                      "set a maximum cost in the tariff's currency that covers its start fee");
    case TRIP_BUSY:
        return refuse(error, CHARGING_ERROR_BUSY, "an order is already under way");
    case TRIP_NOTHING_THERE:
        return refuse(error, CHARGING_ERROR_NOT_FOUND, "nothing is ordered");
    }
    g_return_val_if_reached(FALSE);
}

gboolean conductor_wish(Conductor *self, TripAnswer (*tap)(Trip *, gint64, JourneyEffects *), GError **error)
{
    Trip before = self->trip;
    JourneyEffects effects = 0;
    TripAnswer answer = tap(&self->trip, g_get_monotonic_time(), &effects);

    if (answer != TRIP_OK)
        return answer_to_error(answer, error);
    if (!conductor_conclude_plain(self, &before, effects))
        return refuse(error, CHARGING_ERROR_STORAGE, "the disk does not take it");
    return TRUE;
}

gboolean conductor_order(Conductor *self, GError **error)
{
    return conductor_wish(self, trip_tap_order, error);
}

gboolean conductor_cancel(Conductor *self, GError **error)
{
    return conductor_wish(self, trip_tap_cancel, error);
}

gboolean conductor_stop(Conductor *self, GError **error)
{
    return conductor_wish(self, trip_tap_stop, error);
}

gboolean conductor_set_consent(Conductor *self, const Consent *consent, GError **error)
{
    g_autofree gchar *text = consent_text_print(consent);
    StoreCommit commit = {.consent = text};
    Trip before = self->trip;
    JourneyEffects effects;

    if (!self->trip.gear.standing)
        return refuse(error, CHARGING_ERROR_NOT_STANDING_STILL, "the car must stand still in P");
    effects = trip_set_consent(&self->trip, consent, g_get_monotonic_time());
    if (conductor_conclude(self, &before, effects, &commit))
        return TRUE;
    self->trip.consent = before.consent;
    return refuse(error, CHARGING_ERROR_STORAGE, "the disk does not take it");
}
