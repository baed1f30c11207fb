#include "dbus/bus_interface.h"

#include "dbus/dbus-xml.h"

typedef struct {
    gchar *type;     /* D-Bus signature */
    GVariant *value; /* (nullable): not set yet */
    gboolean changed;
    GVariant *sent; /* (nullable): what the last PropertiesChanged said */
} Property;

struct BusInterface {
    GDBusNodeInfo *node;
    const GDBusInterfaceInfo *info; /* of @node */
    BusMethod method;
    gpointer user_data;
    GHashTable *properties; /* name -> Property */
    GHashTable *signatures; /* method name -> in signature */
};

static void property_free(gpointer data)
{
    Property *self = data;

    g_clear_pointer(&self->value, g_variant_unref);
    g_clear_pointer(&self->sent, g_variant_unref);
    g_free(self->type);
    g_free(self);
}

static gchar *in_signature(const GDBusMethodInfo *method)
{
    GString *signature = g_string_new(NULL);

    for (guint i = 0; method->in_args != NULL && method->in_args[i] != NULL; i++)
        g_string_append(signature, method->in_args[i]->signature);
    return g_string_free(signature, FALSE);
}

BusInterface *bus_interface_new(const gchar *name, BusMethod method, gpointer user_data)
{
    BusInterface *self = g_new0(BusInterface, 1);
    g_autofree gchar *path = g_strdup_printf("/org/rearcharge/dbus/%s.xml", name);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) xml =
        g_resource_lookup_data(dbus_xml_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);

    if (xml != NULL)
        self->node = g_dbus_node_info_new_for_xml(g_bytes_get_data(xml, NULL), &error);
    if (self->node == NULL)
        g_error("%s: %s", path, error->message);
    self->info = self->node->interfaces[0];
    self->method = method;
    self->user_data = user_data;
    self->properties = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, property_free);
    self->signatures = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    for (guint i = 0; self->info->properties != NULL && self->info->properties[i] != NULL; i++) {
        Property *property = g_new0(Property, 1);
        property->type = g_strdup(self->info->properties[i]->signature);
        g_hash_table_insert(self->properties, self->info->properties[i]->name, property);
    }
    for (guint i = 0; self->info->methods != NULL && self->info->methods[i] != NULL; i++)
        g_hash_table_insert(self->signatures, self->info->methods[i]->name,
                            in_signature(self->info->methods[i]));
    return self;
}

void bus_interface_free(BusInterface *self)
{
    g_hash_table_unref(self->properties);
    g_hash_table_unref(self->signatures);
    g_dbus_node_info_unref(self->node);
    g_free(self);
}

const GDBusInterfaceInfo *bus_interface_get_info(const BusInterface *self)
{
    return self->info;
}

const gchar *bus_interface_find_method(const BusInterface *self, const gchar *method)
{
    return self->method != NULL ? g_hash_table_lookup(self->signatures, method) : NULL;
}

void bus_interface_call(const BusInterface *self, BusInvocation *invocation, const gchar *method,
                        GVariant *args)
{
    self->method(invocation, method, args, self->user_data);
}

gboolean bus_interface_has_property(const BusInterface *self, const gchar *name)
{
    return g_hash_table_contains(self->properties, name);
}

gboolean bus_interface_set(BusInterface *self, const gchar *name, GVariant *value)
{
    g_autoptr(GVariant) owned = value;
    Property *property = g_hash_table_lookup(self->properties, name);

    g_return_val_if_fail(property != NULL, FALSE);
    g_return_val_if_fail(g_str_equal(g_variant_get_type_string(value), property->type), FALSE);
    g_clear_pointer(&property->value, g_variant_unref);
    property->value = g_steal_pointer(&owned);
    property->changed = TRUE;
    return TRUE;
}

GVariant *bus_interface_get(const BusInterface *self, const gchar *name)
{
    Property *property = g_hash_table_lookup(self->properties, name);

    return property != NULL ? property->value : NULL;
}

GVariant *bus_interface_get_all(const BusInterface *self)
{
    GVariantBuilder builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);
    GHashTableIter iter;
    gpointer name, data;

    g_hash_table_iter_init(&iter, self->properties);
    while (g_hash_table_iter_next(&iter, &name, &data))
        if (((Property *)data)->value != NULL)
            g_variant_builder_add(&builder, "{sv}", name, ((Property *)data)->value);
    return g_variant_builder_end(&builder);
}

/* Returns: FALSE when the value is what was sent last: it changed and changed back within one turn. */
static gboolean take_change(Property *property)
{
    if (!property->changed)
        return FALSE;
    property->changed = FALSE;
    if (property->sent != NULL && g_variant_equal(property->sent, property->value))
        return FALSE;
    g_clear_pointer(&property->sent, g_variant_unref);
    property->sent = g_variant_ref(property->value);
    return TRUE;
}

GVariant *bus_interface_take_changes(BusInterface *self)
{
    g_auto(GVariantBuilder) changed = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);
    gboolean any = FALSE;
    GHashTableIter iter;
    gpointer name, data;

    g_hash_table_iter_init(&iter, self->properties);
    while (g_hash_table_iter_next(&iter, &name, &data)) {
        Property *property = data;
        if (!take_change(property))
            continue;
        g_variant_builder_add(&changed, "{sv}", name, property->value);
        any = TRUE;
    }
    return any ? g_variant_new("(sa{sv}as)", self->info->name, &changed, NULL) : NULL;
}
