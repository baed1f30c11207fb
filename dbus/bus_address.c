#include "dbus/bus_address.h"

gchar *bus_address_find(const gchar *bus, GError **error)
{
    const gchar *address = NULL;

    if (strchr(bus, ':') != NULL)
        return g_strdup(bus);
    if (g_str_equal(bus, "system")) {
        address = g_getenv("DBUS_SYSTEM_BUS_ADDRESS");
        return g_strdup(address != NULL ? address : "unix:path=/run/dbus/system_bus_socket");
    }
    if (g_str_equal(bus, "session")) {
        address = g_getenv("DBUS_SESSION_BUS_ADDRESS");
        if (address != NULL)
            return g_strdup(address);
        if (g_getenv("XDG_RUNTIME_DIR") != NULL)
            return g_strdup_printf("unix:path=%s/bus", g_getenv("XDG_RUNTIME_DIR"));
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                            "no session bus: neither DBUS_SESSION_BUS_ADDRESS nor XDG_RUNTIME_DIR is set");
        return NULL;
    }
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                "bus \"%s\": expected system, session or a D-Bus address", bus);
    return NULL;
}

const gchar *bus_address_default(void)
{
    const gchar *chosen = g_getenv("REARCHARGE_BUS");

    if (chosen != NULL && *chosen != '\0')
        return chosen;
    return g_getenv("DBUS_SESSION_BUS_ADDRESS") != NULL ? "session" : "system";
}
