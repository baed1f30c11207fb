#define G_LOG_DOMAIN "bus"

#include "dbus/bus_invocation.h"

#include "dbus/bus_variant.h"

struct BusInvocation {
    BusLoop *bus;
    DBusConnection
        *connection; /* the one it came from: after a restart the sender's name may be somebody else's */
    DBusMessage *call;
    guint *n_waiting;
    GObject *owner;
};

BusInvocation *bus_invocation_new(BusLoop *bus, DBusMessage *message, guint *n_waiting, GObject *owner)
{
    BusInvocation *self = g_new0(BusInvocation, 1);

    self->bus = g_object_ref(bus);
    self->connection = dbus_connection_ref(bus_loop_get_connection(bus));
    self->call = dbus_message_ref(message);
    self->n_waiting = n_waiting;
    self->owner = g_object_ref(owner);
    if (n_waiting != NULL)
        ++*n_waiting;
    return self;
}

static void send_and_free(BusInvocation *self, DBusMessage *reply)
{
    if (self->n_waiting != NULL)
        --*self->n_waiting;
    if (!dbus_message_get_no_reply(self->call) && bus_loop_get_connection(self->bus) == self->connection)
        bus_loop_send(self->bus, reply);
    dbus_message_unref(self->call);
    dbus_connection_unref(self->connection);
    g_object_unref(self->bus);
    g_object_unref(self->owner);
    g_free(self);
}

void bus_invocation_return(BusInvocation *self, GVariant *result, GUnixFDList *fds)
{
    g_autoptr(DBusMessage) reply = dbus_message_new_method_return(self->call);
    g_autoptr(GError) error = NULL;

    if (!bus_variant_append(reply, result, fds, &error)) {
        bus_invocation_fail(self, g_steal_pointer(&error));
        return;
    }
    send_and_free(self, reply);
}

void bus_invocation_fail(BusInvocation *self, GError *error)
{
    g_autoptr(GError) owned = error;
    g_autofree gchar *name = g_dbus_error_encode_gerror(owned);
    g_autofree gchar *text = g_utf8_make_valid(owned->message, -1);
    g_autoptr(DBusMessage) reply = NULL;

    if (g_str_has_prefix(name, "org.gtk.GDBus.UnmappedGError")) {
        g_free(name);
        name = g_strdup(DBUS_ERROR_FAILED);
    }
    reply = dbus_message_new_error(self->call, name, text);
    send_and_free(self, reply);
}

void bus_invocation_fail_printf(BusInvocation *self, gint code, const gchar *format, ...)
{
    va_list args;

    va_start(args, format);
    bus_invocation_fail(self, g_error_new_valist(G_DBUS_ERROR, code, format, args));
    va_end(args);
}
