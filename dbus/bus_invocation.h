/* Bus invocation, the half that bus_object.c needs; callers see bus_object.h. */
#pragma once

#include "dbus/bus_object.h"

/* @message: a method call on @bus, a reference is kept; @n_waiting: (nullable): counted down when answered;
 * must outlive the call: @owner is kept alive for it */
BusInvocation *bus_invocation_new(BusLoop *bus, DBusMessage *message, guint *n_waiting, GObject *owner);
void bus_invocation_fail_printf(BusInvocation *self, gint code, const gchar *format, ...) G_GNUC_PRINTF(3, 4);
