/* Bus object: one object path of ours, served as its introspection XML says. The XML is the contract and the
 * check: arguments of another type never reach a handler. Introspect, Properties and the parents' child lists
 * are answered here, Peer by libdbus.
 *
 * Errors: UnknownInterface, UnknownMethod, InvalidArgs, UnknownProperty, PropertyReadOnly, LimitsExceeded
 * (org.freedesktop.DBus.Error.*).
 */
#pragma once

#include "dbus/bus_loop.h"

#include <gio/gunixfdlist.h>

/* Calls of all peers together that may wait for their answer. */
#define BUS_OBJECT_MAX_WAITING 32

/* One method call. Answered exactly once; the answering function takes it over. When the bus was lost in
 * between, the answer goes nowhere. */
typedef struct BusInvocation BusInvocation;

/* @result: (nullable): tuple, floating is sunk; @fds: (nullable): for its handles */
void bus_invocation_return(BusInvocation *self, GVariant *result, GUnixFDList *fds);
/* @error: (transfer full): its name on the bus comes from g_dbus_error_register_error_domain(), else Failed
 */
void bus_invocation_fail(BusInvocation *self, GError *error);

/* @args: borrowed tuple of the method's in arguments, checked against the XML. Owns @invocation. */
typedef void (*BusMethod)(BusInvocation *invocation, const gchar *method, GVariant *args, gpointer user_data);

#define BUS_TYPE_OBJECT (bus_object_get_type())
G_DECLARE_FINAL_TYPE(BusObject, bus_object, BUS, OBJECT, GObject)

BusObject *bus_object_new(BusLoop *bus, const gchar *path);

/* @interface: name of one of our XML files in dbus/, without ".xml"; a missing one is a programmer mistake */
void bus_object_add_interface(BusObject *self, const gchar *interface, BusMethod method, gpointer user_data);

/* @value: of the property's type in the XML; floating is sunk. All changes of one turn of the main loop go
 * out in one PropertiesChanged per interface; a value that equals the last one sent goes out not at all. */
void bus_object_set_property(BusObject *self, const gchar *interface, const gchar *name, GVariant *value);
/* Returns: (transfer none) (nullable) */
GVariant *bus_object_get_property(BusObject *self, const gchar *interface, const gchar *name);
/* Sends what waits now, before the next turn. */
void bus_object_flush(BusObject *self);
