/* Bus loop: one private libdbus connection on a GLib main loop, and the way back when the bus goes away.
 * Nothing blocks: Hello, RequestName and AddMatch are asynchronous. After a loss the first retries come
 * within milliseconds and later ones every second, so we are back within 2 s of a bus restart
 * (threats.md 18). Names, match rules and filters are kept and installed again on each connection.
 * Everything runs on the thread that iterates the main context; no locks.
 */
#pragma once

#include <dbus/dbus.h>
#include <gio/gio.h>

#define BUS_CALL_TIMEOUT_MS 5000

#define BUS_TYPE_LOOP (bus_loop_get_type())
G_DECLARE_FINAL_TYPE(BusLoop, bus_loop, BUS, LOOP, GObject)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DBusMessage, dbus_message_unref)

/* Returns: TRUE when @message was for this filter and nobody else needs to see it. */
typedef gboolean (*BusFilter)(BusLoop *self, DBusMessage *message, gpointer user_data);

/**
 * bus_loop_new:
 * @bus: "system", "session", or a D-Bus address ("unix:path=/run/x")
 *
 * Uses the thread's default main context. Signals:
 * "connected": Hello was answered; calls may be sent. The unique name may differ from the last one.
 * "lost": the connection is gone; every pending call ends with an error.
 * "name" (const gchar *name, gboolean owned): the answer to bus_loop_own_name(), and each later change.
 */
BusLoop *bus_loop_new(const gchar *bus);

/* First attempt to connect, from the main loop; later attempts follow until bus_loop_stop(). */
void bus_loop_start(BusLoop *self);
/* Closes the connection (unsent messages are flushed first) and stays closed. */
void bus_loop_stop(BusLoop *self);

gboolean bus_loop_is_connected(BusLoop *self);
/* Returns: (transfer none) (nullable): NULL while not connected; do not keep it across "lost". */
DBusConnection *bus_loop_get_connection(BusLoop *self);
/* Returns: (nullable): why the last attempt failed, for people; NULL while connected */
const gchar *bus_loop_get_problem(BusLoop *self);
/* As given to bus_loop_new(). */
const gchar *bus_loop_get_bus(BusLoop *self);

/* Asks for @name now or when connected, and again after each reconnection. Does not wait in the bus's queue:
 * a second instance must notice that it is the second. */
void bus_loop_own_name(BusLoop *self, const gchar *name);
gboolean bus_loop_owns_name(BusLoop *self, const gchar *name);
void bus_loop_add_match(BusLoop *self, const gchar *rule);
/* Filters run in the order they were added. Remove with the same pair. */
void bus_loop_add_filter(BusLoop *self, BusFilter filter, gpointer user_data);
void bus_loop_remove_filter(BusLoop *self, BusFilter filter, gpointer user_data);

/* Returns: FALSE when there is no connection: the message is dropped. @message is not taken over. */
gboolean bus_loop_send(BusLoop *self, DBusMessage *message);

/**
 * bus_loop_call_async:
 * @message: a method call; not taken over
 * @timeout_ms: 0 for %BUS_CALL_TIMEOUT_MS
 *
 * The finish function returns the method return (transfer full), never an error message: those become a
 * #GError of %G_DBUS_ERROR or %G_IO_ERROR (not in our list of names: %G_IO_ERROR_DBUS_ERROR);
 * g_dbus_error_get_remote_error() tells the D-Bus name. A lost bus is %G_IO_ERROR_NOT_CONNECTED.
 */
void bus_loop_call_async(BusLoop *self, DBusMessage *message, guint timeout_ms, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data);
DBusMessage *bus_loop_call_finish(BusLoop *self, GAsyncResult *result, GError **error);
