/* Bus calls: the method calls of one connection that wait for their answer, each a GTask.
 * libdbus would leave them hanging when a connection is closed from our side; bus_calls_free() ends them all.
 */
#pragma once

#include <dbus/dbus.h>
#include <gio/gio.h>

typedef struct BusCalls BusCalls;

BusCalls *bus_calls_new(DBusConnection *connection, GMainContext *context);
/* Every call still waiting ends with G_IO_ERROR_NOT_CONNECTED. */
void bus_calls_free(BusCalls *self);

/* @task: (transfer full): returns the reply (a DBusMessage), or the error it carries. Its cancellable is
 * honoured. */
void bus_calls_send(BusCalls *self, DBusMessage *message, guint timeout_ms, GTask *task);
