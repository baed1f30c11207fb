#define G_LOG_DOMAIN "bus"

#include "dbus/bus_name.h"

struct _BusName {
    GObject parent_instance;
    BusLoop *bus;
    gchar *name;
    gchar *owner; /* NULL: nobody */
    GCancellable *cancellable;
};
G_DEFINE_FINAL_TYPE(BusName, bus_name, G_TYPE_OBJECT)

static guint signal_owner;

static void set_owner(BusName *self, const gchar *owner)
{
    if (g_strcmp0(owner, self->owner) == 0)
        return;
    g_free(self->owner);
    self->owner = g_strdup(owner);
    g_signal_emit(self, signal_owner, 0);
}

static void on_owner_answer(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(DBusMessage) reply = bus_loop_call_finish(BUS_LOOP(source), result, &error);
    const gchar *owner = NULL;

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* @data is gone */
    if (reply != NULL && dbus_message_get_args(reply, NULL, DBUS_TYPE_STRING, &owner, DBUS_TYPE_INVALID))
        set_owner(data, owner);
    else
        set_owner(data, NULL);
}

static void ask_for_owner(BusName *self)
{
    g_autoptr(DBusMessage) call =
        dbus_message_new_method_call(DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, "GetNameOwner");

    dbus_message_append_args(call, DBUS_TYPE_STRING, &self->name, DBUS_TYPE_INVALID);
    bus_loop_call_async(self->bus, call, 0, self->cancellable, on_owner_answer, self);
}

static void on_lost(BusLoop *bus, gpointer data)
{
    set_owner(data, NULL);
}

static gboolean on_message(BusLoop *bus, DBusMessage *message, gpointer data)
{
    BusName *self = data;
    const gchar *name = NULL, *before = NULL, *after = NULL;

    if (!dbus_message_is_signal(message, DBUS_INTERFACE_DBUS, "NameOwnerChanged") ||
        !dbus_message_has_sender(message, DBUS_SERVICE_DBUS) ||
        !dbus_message_get_args(message, NULL, DBUS_TYPE_STRING, &name, DBUS_TYPE_STRING, &before,
                               DBUS_TYPE_STRING, &after, DBUS_TYPE_INVALID) ||
        !g_str_equal(name, self->name))
        return FALSE;
    set_owner(self, *after != '\0' ? after : NULL);
    return FALSE; /* others may follow the same name */
}

BusName *bus_name_new(BusLoop *bus, const gchar *name)
{
    BusName *self = g_object_new(BUS_TYPE_NAME, NULL);
    g_autofree gchar *rule =
        g_strdup_printf("type='signal',sender='" DBUS_SERVICE_DBUS "',path='" DBUS_PATH_DBUS
                        "',interface='" DBUS_INTERFACE_DBUS "',member='NameOwnerChanged',arg0='%s'",
                        name);

    self->bus = g_object_ref(bus);
    self->name = g_strdup(name);
    bus_loop_add_filter(bus, on_message, self);
    g_signal_connect_object(bus, "lost", G_CALLBACK(on_lost), self, 0);
    g_signal_connect_object(bus, "connected", G_CALLBACK(ask_for_owner), self, G_CONNECT_SWAPPED);
    bus_loop_add_match(bus, rule); /* before the question, so that no change falls between */
    if (bus_loop_is_connected(bus))
        ask_for_owner(self);
    return self;
}

const gchar *bus_name_get_owner(BusName *self)
{
    return self->owner;
}

const gchar *bus_name_get_name(BusName *self)
{
    return self->name;
}

gboolean bus_name_sent(BusName *self, DBusMessage *message)
{
    return self->owner != NULL && dbus_message_has_sender(message, self->owner);
}

static void bus_name_dispose(GObject *object)
{
    BusName *self = BUS_NAME(object);

    g_cancellable_cancel(self->cancellable);
    if (self->bus != NULL)
        bus_loop_remove_filter(self->bus, on_message, self);
    g_clear_object(&self->bus);
    G_OBJECT_CLASS(bus_name_parent_class)->dispose(object);
}

static void bus_name_finalize(GObject *object)
{
    BusName *self = BUS_NAME(object);

    g_free(self->name);
    g_free(self->owner);
    g_object_unref(self->cancellable);
    G_OBJECT_CLASS(bus_name_parent_class)->finalize(object);
}

static void bus_name_class_init(BusNameClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = bus_name_dispose;
    G_OBJECT_CLASS(klass)->finalize = bus_name_finalize;
    signal_owner =
        g_signal_new("owner", BUS_TYPE_NAME, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void bus_name_init(BusName *self)
{
    self->cancellable = g_cancellable_new();
}
