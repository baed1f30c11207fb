/* Bus interface: one D-Bus interface as its XML file in dbus/ says, and the values of its properties. */
#pragma once

#include <gio/gio.h>

#include "dbus/bus_object.h"

typedef struct BusInterface BusInterface;

/* @name: an XML file of dbus/ without ".xml", built in; a missing one is a programmer mistake */
BusInterface *bus_interface_new(const gchar *name, BusMethod method, gpointer user_data);
void bus_interface_free(BusInterface *self);

const GDBusInterfaceInfo *bus_interface_get_info(const BusInterface *self);

/* Returns: (nullable): D-Bus type codes of the in arguments, one after another; NULL: no such method, or no
 * handler */
const gchar *bus_interface_find_method(const BusInterface *self, const gchar *method);
/* Runs the handler; takes over @invocation. */
void bus_interface_call(const BusInterface *self, BusInvocation *invocation, const gchar *method,
                        GVariant *args);

gboolean bus_interface_has_property(const BusInterface *self, const gchar *name);
/* @value: (transfer full), not floating. Returns: FALSE on a programmer mistake: no such property, or another
 * type */
gboolean bus_interface_set(BusInterface *self, const gchar *name, GVariant *value);
/* Returns: (transfer none) (nullable): NULL: no such property, or not set yet */
GVariant *bus_interface_get(const BusInterface *self, const gchar *name);
/* Returns: (transfer floating): a{sv} of what is set */
GVariant *bus_interface_get_all(const BusInterface *self);
/* Returns: (transfer floating) (nullable): body of PropertiesChanged for what differs from the last call;
 * NULL: nothing */
GVariant *bus_interface_take_changes(BusInterface *self);
