/* Bus sources: what libdbus asks of a main loop (watch this descriptor, wake me then, let me dispatch) as
 * GSources. */
#pragma once

#include <dbus/dbus.h>
#include <glib.h>

typedef struct BusSources BusSources;

/* @connection: a private one, not yet on any main loop; a reference is kept until bus_sources_detach(). */
BusSources *bus_sources_attach(DBusConnection *connection, GMainContext *context);
/* Allowed from inside a message handler: the running dispatch then ends after that message. */
void bus_sources_detach(BusSources *self);
