/* Who comes in: cars by token, stations by password or certificate. Operators: operator_desk.c. */
#include "server-stub/secret.h"
#include "server-stub/serve_private.h"

/* Failures are counted by the clock that nobody can set. */
static gint64 monotonic_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

/* A register that cannot be read says nothing about who asks: nobody is told that a credential is wrong. */
static WebDoor not_found(const GError *error, WebDoor verdict)
{
    if (error == NULL)
        return verdict;
    g_warning("who asks cannot be looked up: %s", error->message);
    return WEB_DOOR_UNREADABLE;
}

WebDoor serve_vehicle_of(const gchar *token, gchar *vehicle_id, gpointer data)
{
    g_autofree gchar *hash = secret_hash(token);
    g_autoptr(GError) error = NULL;
    VehicleRow row;

    if (!store_vehicle_by_token(((Server *)data)->store, hash, &row, &error))
        return not_found(error, WEB_DOOR_WRONG);
    g_strlcpy(vehicle_id, row.vehicle_id, WEB_FRONT_VEHICLE_ID_BYTES);
    return WEB_DOOR_WELCOME;
}

WebDoor serve_station_knocks(const gchar *identity, const gchar *password, gboolean certified, gpointer data)
{
    g_autoptr(GError) error = NULL;
    StationRow row;

    if (!store_station(((Server *)data)->store, identity, &row, &error))
        return not_found(error, WEB_DOOR_UNKNOWN);
    if (certified || (password != NULL && secret_matches(password, row.password_sha256)))
        return WEB_DOOR_WELCOME;
    return WEB_DOOR_WRONG;
}

void serve_station_enters(WebRequest *request, const gchar *identity, gpointer data)
{
    station_hub_enter(((Server *)data)->hub, request, identity);
}

gint64 serve_try_wait_ms(const gchar *name, gpointer data)
{
    return try_limit_wait_ms(((Server *)data)->tries, name, monotonic_ms());
}

void serve_try_failed(const gchar *name, gpointer data)
{
    try_limit_failed(((Server *)data)->tries, name, monotonic_ms());
}
