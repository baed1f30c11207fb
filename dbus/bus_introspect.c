#include "dbus/bus_introspect.h"

#include <dbus/dbus.h>

#include "dbus/dbus-xml.h"

gchar *bus_introspect_object(const GDBusInterfaceInfo *const *interfaces)
{
    g_autoptr(GBytes) standard =
        g_resource_lookup_data(dbus_xml_get_resource(), "/org/rearcharge/dbus/standard-interfaces.xml",
                               G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    GString *xml = g_string_new(DBUS_INTROSPECT_1_0_XML_DOCTYPE_DECL_NODE "<node>\n");

    g_string_append(xml, g_bytes_get_data(standard, NULL)); /* built in; ends in NUL */
    for (guint i = 0; interfaces[i] != NULL; i++)
        g_dbus_interface_info_generate_xml((GDBusInterfaceInfo *)interfaces[i], 2, xml);
    g_string_append(xml, "</node>\n");
    return g_string_free(xml, FALSE);
}

gchar *bus_introspect_parent(const gchar *path, const gchar *object_path)
{
    gsize length = g_str_equal(path, "/") ? 0 : strlen(path);
    g_autofree gchar *child = NULL;
    const gchar *rest;

    if (strncmp(path, object_path, length) != 0 || object_path[length] != '/')
        return NULL;
    rest = object_path + length + 1;
    child = g_strndup(rest, strcspn(rest, "/"));
    return g_strdup_printf(
        DBUS_INTROSPECT_1_0_XML_DOCTYPE_DECL_NODE "<node>\n  <node name=\"%s\"/>\n</node>\n", child);
}
