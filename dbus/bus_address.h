/* Bus address: where the bus named in the configuration is. */
#pragma once

#include <gio/gio.h>

/**
 * bus_address_find:
 * @bus: "system", "session", or a D-Bus address (with a colon), given back as it is
 *
 * Honours DBUS_SYSTEM_BUS_ADDRESS, DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR; starts no bus of its own (no
 * autolaunch: a service that starts a second session bus helps nobody).
 * Returns: (transfer full) (nullable): NULL with an error that says what is expected
 */
gchar *bus_address_find(const gchar *bus, GError **error);

/* The bus that a command line tool uses when it is not told: REARCHARGE_BUS if set; "session" if
 * DBUS_SESSION_BUS_ADDRESS is set (a desktop, the demo); else "system" (a head unit). */
const gchar *bus_address_default(void);
