#define G_LOG_DOMAIN "bus"

#include "dbus/bus_interface.h"
#include "dbus/bus_introspect.h"
#include "dbus/bus_invocation.h"
#include "dbus/bus_variant.h"

struct _BusObject {
    GObject parent_instance;
    BusLoop *bus;
    gchar *path;
    GPtrArray *interfaces; /* BusInterface */
    guint n_waiting;
    GSource *flush;
};
G_DEFINE_FINAL_TYPE(BusObject, bus_object, G_TYPE_OBJECT)

static BusInterface *find_interface(BusObject *self, const gchar *name)
{
    for (guint i = 0; i < self->interfaces->len; i++) {
        BusInterface *interface = self->interfaces->pdata[i];
        if (g_strcmp0(bus_interface_get_info(interface)->name, name) == 0)
            return interface;
    }
    return NULL;
}

/* Returns: (transfer full) (nullable): the arguments; NULL when @invocation was answered with InvalidArgs */
static GVariant *check_args(BusInvocation *invocation, DBusMessage *message, const gchar *signature)
{
    g_autoptr(GError) error = NULL;
    GVariant *args = NULL;

    if (!dbus_message_has_signature(message, signature)) {
        bus_invocation_fail_printf(
            invocation, G_DBUS_ERROR_INVALID_ARGS, "%s wants arguments of type \"%s\", not \"%s\"",
            dbus_message_get_member(message), signature, dbus_message_get_signature(message));
        return NULL;
    }
    args = bus_variant_from_message(message, NULL, &error);
    if (args == NULL)
        bus_invocation_fail_printf(invocation, G_DBUS_ERROR_INVALID_ARGS, "%s", error->message);
    return args;
}

/* ---- org.freedesktop.DBus.Properties; @interface is the one the caller named ---- */

static void properties_get(BusInterface *interface, BusInvocation *invocation, const gchar *name)
{
    GVariant *value = bus_interface_get(interface, name);

    if (value != NULL)
        bus_invocation_return(invocation, g_variant_new("(v)", value), NULL);
    else
        bus_invocation_fail_printf(invocation, G_DBUS_ERROR_UNKNOWN_PROPERTY, "no property \"%s\"", name);
}

static void properties_get_all(BusInterface *interface, BusInvocation *invocation, const gchar *name)
{
    bus_invocation_return(invocation, g_variant_new("(@a{sv})", bus_interface_get_all(interface)), NULL);
}

static void properties_set(BusInterface *interface, BusInvocation *invocation, const gchar *name)
{
    if (bus_interface_has_property(interface, name))
        bus_invocation_fail_printf(invocation, G_DBUS_ERROR_PROPERTY_READ_ONLY, "%s is read only", name);
    else
        bus_invocation_fail_printf(invocation, G_DBUS_ERROR_UNKNOWN_PROPERTY, "no property \"%s\"", name);
}

static const struct {
    const gchar *member, *signature;
    void (*run)(BusInterface *interface, BusInvocation *invocation, const gchar *name);
} properties_methods[] = {
    {"Get", "ss", properties_get},
    {"GetAll", "s", properties_get_all},
    {"Set", "ssv", properties_set},
};

static void call_properties(BusObject *self, DBusMessage *message)
{
    BusInvocation *invocation = bus_invocation_new(self->bus, message, NULL, G_OBJECT(self));
    guint i = 0;

    while (i < G_N_ELEMENTS(properties_methods) &&
           !dbus_message_has_member(message, properties_methods[i].member))
        i++;
    if (i == G_N_ELEMENTS(properties_methods)) {
        bus_invocation_fail_printf(invocation, G_DBUS_ERROR_UNKNOWN_METHOD, "no method %s in %s",
                                   dbus_message_get_member(message), DBUS_INTERFACE_PROPERTIES);
        return;
    }
    g_autoptr(GVariant) args = check_args(invocation, message, properties_methods[i].signature);
    const gchar *interface_name = NULL, *name = NULL;
    BusInterface *interface;

    if (args == NULL)
        return;
    g_variant_get_child(args, 0, "&s", &interface_name);
    if (g_variant_n_children(args) > 1)
        g_variant_get_child(args, 1, "&s", &name);
    interface = find_interface(self, interface_name);
    if (interface != NULL)
        properties_methods[i].run(interface, invocation, name);
    else
        bus_invocation_fail_printf(invocation, G_DBUS_ERROR_UNKNOWN_INTERFACE, "no interface \"%s\" here",
                                   interface_name);
}

/* ---- method calls ---- */

static void call_ours(BusObject *self, DBusMessage *message, BusInterface *interface, const gchar *signature)
{
    BusInvocation *invocation = bus_invocation_new(self->bus, message, &self->n_waiting, G_OBJECT(self));
    g_autoptr(GVariant) args = NULL;

    if (self->n_waiting > BUS_OBJECT_MAX_WAITING) {
        bus_invocation_fail_printf(invocation, G_DBUS_ERROR_LIMITS_EXCEEDED,
                                   "%u calls wait for their answer already", BUS_OBJECT_MAX_WAITING);
        return;
    }
    args = check_args(invocation, message, signature);
    if (args != NULL)
        bus_interface_call(interface, invocation, dbus_message_get_member(message), args);
}

static void call_method(BusObject *self, DBusMessage *message)
{
    const gchar *name = dbus_message_get_interface(message), *member = dbus_message_get_member(message);

    for (guint i = 0; i < self->interfaces->len; i++) {
        BusInterface *interface = self->interfaces->pdata[i];
        const gchar *signature = NULL;
        /* D-Bus allows a call without an interface: then the first method of that name. */
        if (name == NULL || g_str_equal(bus_interface_get_info(interface)->name, name))
            signature = bus_interface_find_method(interface, member);
        if (signature != NULL) {
            call_ours(self, message, interface, signature);
            return;
        }
    }
    bus_invocation_fail_printf(bus_invocation_new(self->bus, message, NULL, G_OBJECT(self)),
                               name == NULL || find_interface(self, name) != NULL
                                   ? G_DBUS_ERROR_UNKNOWN_METHOD
                                   : G_DBUS_ERROR_UNKNOWN_INTERFACE,
                               "no method \"%s\" in %s here", member, name != NULL ? name : "any interface");
}

/* Returns: (transfer full) (nullable): NULL when @path is neither ours nor above ours */
static gchar *introspect(BusObject *self, const gchar *path)
{
    g_autoptr(GPtrArray) infos = g_ptr_array_new();

    if (!g_str_equal(path, self->path))
        return bus_introspect_parent(path, self->path);
    for (guint i = 0; i < self->interfaces->len; i++)
        g_ptr_array_add(infos, (gpointer)bus_interface_get_info(self->interfaces->pdata[i]));
    g_ptr_array_add(infos, NULL);
    return bus_introspect_object((const GDBusInterfaceInfo *const *)infos->pdata);
}

static gboolean on_message(BusLoop *bus, DBusMessage *message, gpointer data)
{
    BusObject *self = data;
    const gchar *path = dbus_message_get_path(message);
    g_autofree gchar *xml = NULL;

    if (dbus_message_get_type(message) != DBUS_MESSAGE_TYPE_METHOD_CALL || path == NULL)
        return FALSE;
    if (dbus_message_is_method_call(message, DBUS_INTERFACE_INTROSPECTABLE, "Introspect") &&
        (xml = introspect(self, path)) != NULL) {
        BusInvocation *invocation = bus_invocation_new(bus, message, NULL, G_OBJECT(self));
        g_autoptr(GVariant) args = check_args(invocation, message, "");

        if (args != NULL)
            bus_invocation_return(invocation, g_variant_new("(s)", xml), NULL);
        return TRUE;
    }
    if (!g_str_equal(path, self->path) || dbus_message_has_interface(message, DBUS_INTERFACE_PEER))
        return FALSE; /* libdbus answers */
    if (dbus_message_has_interface(message, DBUS_INTERFACE_PROPERTIES))
        call_properties(self, message);
    else
        call_method(self, message);
    return TRUE;
}

/* ---- properties of ours ---- */

void bus_object_flush(BusObject *self)
{
    g_autoptr(GSource) source = g_steal_pointer(&self->flush);

    if (source == NULL)
        return;
    g_source_destroy(source);
    for (guint i = 0; i < self->interfaces->len; i++) {
        GVariant *changes = bus_interface_take_changes(self->interfaces->pdata[i]);
        g_autoptr(DBusMessage) signal = NULL;
        if (changes == NULL)
            continue;
        signal = dbus_message_new_signal(self->path, DBUS_INTERFACE_PROPERTIES, "PropertiesChanged");
        if (bus_variant_append(signal, changes, NULL, NULL))
            bus_loop_send(self->bus, signal); /* no bus now: whoever comes later reads the value first */
    }
}

static gboolean on_flush(gpointer data)
{
    bus_object_flush(data);
    return G_SOURCE_REMOVE;
}

void bus_object_set_property(BusObject *self, const gchar *interface_name, const gchar *name, GVariant *value)
{
    g_autoptr(GVariant) owned = g_variant_ref_sink(value);
    BusInterface *interface = find_interface(self, interface_name);

    g_return_if_fail(interface != NULL);
    if (!bus_interface_set(interface, name, g_steal_pointer(&owned)) || self->flush != NULL)
        return;
    self->flush = g_idle_source_new();
    g_source_set_priority(self->flush, G_PRIORITY_DEFAULT);
    g_source_set_callback(self->flush, on_flush, self, NULL);
    g_source_attach(self->flush, g_main_context_get_thread_default());
}

GVariant *bus_object_get_property(BusObject *self, const gchar *interface_name, const gchar *name)
{
    BusInterface *interface = find_interface(self, interface_name);

    return interface != NULL ? bus_interface_get(interface, name) : NULL;
}

void bus_object_add_interface(BusObject *self, const gchar *interface, BusMethod method, gpointer user_data)
{
    g_ptr_array_add(self->interfaces, bus_interface_new(interface, method, user_data));
}

BusObject *bus_object_new(BusLoop *bus, const gchar *path)
{
    BusObject *self = g_object_new(BUS_TYPE_OBJECT, NULL);

    self->bus = g_object_ref(bus);
    self->path = g_strdup(path);
    bus_loop_add_filter(bus, on_message, self);
    return self;
}

static void bus_object_dispose(GObject *object)
{
    BusObject *self = BUS_OBJECT(object);

    if (self->flush != NULL) {
        g_source_destroy(self->flush);
        g_clear_pointer(&self->flush, g_source_unref);
    }
    if (self->bus != NULL)
        bus_loop_remove_filter(self->bus, on_message, self);
    g_clear_object(&self->bus);
    G_OBJECT_CLASS(bus_object_parent_class)->dispose(object);
}

static void bus_object_finalize(GObject *object)
{
    BusObject *self = BUS_OBJECT(object);

    g_ptr_array_unref(self->interfaces);
    g_free(self->path);
    G_OBJECT_CLASS(bus_object_parent_class)->finalize(object);
}

static void bus_object_class_init(BusObjectClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = bus_object_dispose;
    G_OBJECT_CLASS(klass)->finalize = bus_object_finalize;
}

static void bus_object_init(BusObject *self)
{
    self->interfaces = g_ptr_array_new_with_free_func((GDestroyNotify)bus_interface_free);
}
