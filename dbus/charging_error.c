#include "dbus/charging_service.h"

/* The one table: the XML documents the same names. */
static const GDBusErrorEntry entries[] = {
    {CHARGING_ERROR_FAILED, "org.rearcharge.Error.Failed"},
    {CHARGING_ERROR_NOT_OFFERED, "org.rearcharge.Error.NotOffered"},
    {CHARGING_ERROR_NOT_STANDING_STILL, "org.rearcharge.Error.NotStandingStill"},
    {CHARGING_ERROR_NO_CONSENT, "org.rearcharge.Error.NoConsent"},
    {CHARGING_ERROR_NOT_FOUND, "org.rearcharge.Error.NotFound"},
    {CHARGING_ERROR_BUSY, "org.rearcharge.Error.Busy"},
    {CHARGING_ERROR_CAMERA_UNAVAILABLE, "org.rearcharge.Error.CameraUnavailable"},
    {CHARGING_ERROR_INVALID_VALUE, "org.rearcharge.Error.InvalidValue"},
    {CHARGING_ERROR_STORAGE, "org.rearcharge.Error.Storage"},
};
G_STATIC_ASSERT(G_N_ELEMENTS(entries) == CHARGING_ERROR_COUNT);

GQuark charging_error_quark(void)
{
    static gsize quark;

    g_dbus_error_register_error_domain("charging-error-quark", &quark, entries, G_N_ELEMENTS(entries));
    return (GQuark)quark;
}

const gchar *charging_error_name(ChargingError code)
{
    for (guint i = 0; i < G_N_ELEMENTS(entries); i++)
        if (entries[i].error_code == (gint)code)
            return entries[i].dbus_error_name;
    return entries[0].dbus_error_name;
}
