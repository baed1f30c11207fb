/* Bus variant: the body of a D-Bus message as a GVariant tuple, and back. Everything inside RearCharge is
 * GVariant; DBusMessageIter stops here. No state; no blocking.
 */
#pragma once

#include <dbus/dbus.h>
#include <gio/gio.h>
#include <gio/gunixfdlist.h>

/* Containers and variants inside each other. libdbus allows 64; our own contracts need 4. A bound of ours
 * keeps the recursion, and what a hostile peer can make us build, small. */
#define BUS_VARIANT_MAX_DEPTH 32
/* Values in one message, containers and keys counted; an array of numbers counts as one. The largest honest
 * message, a history of 1000 orders, needs about 90,000; a hostile one then costs us less than 8 MiB. */
#define BUS_VARIANT_MAX_VALUES 100000

/**
 * bus_variant_from_message:
 * @fds: (out) (optional) (transfer full) (nullable): descriptors that came along, for the handles ("h") in
 * the value; without it they are closed and their handles point nowhere
 *
 * Returns: (transfer full) (nullable): not floating; a tuple of all arguments, "()" for none. NULL with
 *   %G_IO_ERROR_INVALID_DATA when nested too deep or too many values
 */
GVariant *bus_variant_from_message(DBusMessage *message, GUnixFDList **fds, GError **error);

/**
 * bus_variant_append:
 * @tuple: (nullable): each child becomes an argument; NULL for none. Floating is sunk.
 * @fds: (nullable): what handles in @tuple point into; the message gets duplicates
 *
 * Returns: FALSE with an error when a handle points nowhere, a value nests too deep or has a type that D-Bus
 * lacks (maybe); @message must then be thrown away
 */
gboolean bus_variant_append(DBusMessage *message, GVariant *tuple, GUnixFDList *fds, GError **error);
