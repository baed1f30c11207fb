/* Bus introspect: the XML that tools (busctl, d-feet) ask an object for. */
#pragma once

#include <gio/gio.h>

/* @interfaces: (array zero-terminated=1): our own; the standard ones are added.
 * Returns: (transfer full) */
gchar *bus_introspect_object(const GDBusInterfaceInfo *const *interfaces);

/* What the object at @path, above @object_path, answers: its one child on the way down.
 * Returns: (transfer full) (nullable): NULL when @path is not above @object_path */
gchar *bus_introspect_parent(const gchar *path, const gchar *object_path);
