/* Bus own names: the well-known names that one connection wants to own, and whether it does. Part of BusLoop.
 */
#pragma once

#include "dbus/bus_loop.h"

typedef struct BusOwnNames BusOwnNames;

/* @bus: not referenced, it owns us; @changed: an answer came, or a name was lost */
BusOwnNames *bus_own_names_new(BusLoop *bus,
                               void (*changed)(BusLoop *bus, const gchar *name, gboolean owned));
void bus_own_names_free(BusOwnNames *self);

/* Asks for it at once when connected. */
void bus_own_names_add(BusOwnNames *self, const gchar *name);
gboolean bus_own_names_has(BusOwnNames *self, const gchar *name);
/* Asks the bus for all of them: a new connection. */
void bus_own_names_request(BusOwnNames *self);
/* The connection is gone, and every name with it. */
void bus_own_names_forget(BusOwnNames *self);
/* Any message: notices NameLost. */
void bus_own_names_see(BusOwnNames *self, DBusMessage *message);
